output "receipts_bucket" {
  description = "Where the worker puts receipts"
  value       = aws_s3_bucket.receipts.bucket
}
