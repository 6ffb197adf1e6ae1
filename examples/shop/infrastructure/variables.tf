variable "region" {
  type        = string
  description = "Where the shop runs"
  default     = "sa-east-1"
}

variable "environment" {
  type        = string
  description = "staging or production"
}

variable "vpc_id" {
  type        = string
  description = "The network that the platform team gives us"
}
