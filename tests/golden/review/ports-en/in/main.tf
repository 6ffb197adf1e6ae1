resource "aws_security_group" "db" {
  name        = "db"
  description = "What the database is reached by"

  ingress {
    description = "PostgreSQL for the reports"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "While we look for the fault"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
