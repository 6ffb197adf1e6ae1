# A project that is only Terraform: one module, one root.
mkdir -p modules/bucket environments/production
cat > modules/bucket/main.tf <<'END'
variable "name" {
  type        = string
  description = "Name of the bucket"
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

output "arn" {
  value       = aws_s3_bucket.this.arn
  description = "ARN of the bucket"
}
END
cat > environments/production/main.tf <<'END'
terraform {
  required_version = ">= 1.9"
  backend "s3" {
    bucket       = "acme-state"
    key          = "production.tfstate"
    region       = "sa-east-1"
    use_lockfile = true
  }
}

provider "aws" {
  region = "sa-east-1"
}

module "receipts" {
  source = "../../modules/bucket"
  name   = "acme-receipts"
}

resource "aws_security_group" "admin" {
  description = "Administrators"

  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
END
