# The least that does something: calls to Vertex AI as the service's own account, and to OpenAI; Google's own keys, no
# network of its own, no rotation.
#
#     cd infra/gcp/examples/minimal
#     terraform init && terraform apply

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 8.0"
    }
  }
}

variable "project" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
  default     = "europe-west1"
}

variable "enforce_image" {
  description = "The image of the service that enforces."
  type        = string
}

variable "callers" {
  description = "Who may call, such as serviceAccount:agent@PROJECT.iam.gserviceaccount.com."
  type        = list(string)
}

provider "google" {
  project = var.project
  region  = var.region
}

module "sallyport" {
  source = "../.."

  project       = var.project
  region        = var.region
  enforce_image = var.enforce_image
  policy        = file("${path.module}/../../policy/policy.yaml")
  invokers      = var.callers

  upstreams = {
    openai = "https://api.openai.com"
    vertex = "https://${var.region}-aiplatform.googleapis.com"
  }
  vertex_locations = [var.region]

  log_retention_days  = 30
  dashboard           = false
  deletion_protection = false
}

output "url" {
  description = "The base URL of the gate, for SDKs."
  value       = module.sallyport.url
}

output "secrets" {
  description = "Where the credential of each upstream belongs."
  value       = module.sallyport.secrets
}
