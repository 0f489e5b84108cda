# In a network without a way to the internet: Vertex AI alone is reachable, through Private Service Connect. One key of
# your own, ten years of records, alerts by mail, the keys of one caller renewed each month, and a perimeter where you
# name an access policy.
#
#     cd infra/gcp/examples/hardened
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
  description = "The image of the service that enforces, by its digest."
  type        = string
}

variable "rotate_image" {
  description = "The image of the service that renews, by its digest."
  type        = string
}

variable "callers" {
  description = "Who may call, such as group:agents@example.com."
  type        = list(string)
}

variable "key_reader" {
  description = "The caller whose keys are renewed: it reads them from their secret."
  type        = string
}

variable "first_rotation" {
  description = "When its keys are renewed for the first time, such as 2027-01-31T04:00:00Z."
  type        = string
}

variable "alert_email" {
  description = "Whom alerts are mailed to."
  type        = string
}

variable "access_policy" {
  description = "The number of the access policy that the perimeter belongs to. Without it there is none."
  type        = string
  default     = null
}

variable "perimeter_enforced" {
  description = "Whether the perimeter refuses, or only reports. Let it report first."
  type        = bool
  default     = false
}

variable "lock_log_bucket" {
  description = "Lock the ten years. It cannot be undone: the bucket, and so the project, outlives its last record."
  type        = bool
  default     = false
}

provider "google" {
  project = var.project
  region  = var.region
}

resource "google_compute_network" "this" {
  project                 = var.project
  name                    = "sallyport"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  project                  = var.project
  name                     = "sallyport"
  region                   = var.region
  network                  = google_compute_network.this.id
  ip_cidr_range            = "10.80.0.0/24"
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = 1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_kms_key_ring" "this" {
  project  = var.project
  location = var.region
  name     = "sallyport"
}

resource "google_kms_crypto_key" "this" {
  key_ring        = google_kms_key_ring.this.id
  name            = "sallyport"
  rotation_period = "7776000s"

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_monitoring_notification_channel" "mail" {
  project      = var.project
  display_name = "Alerts of Sallyport"
  type         = "email"
  labels       = { email_address = var.alert_email }
}

module "sallyport" {
  source = "../.."

  project       = var.project
  region        = var.region
  hardened      = true
  enforce_image = var.enforce_image
  policy        = file("${path.module}/../../policy/policy.yaml")
  invokers      = var.callers

  upstreams        = { vertex = "https://${var.region}-aiplatform.googleapis.com" }
  vertex_locations = [var.region]

  rotation = {
    image      = var.rotate_image
    strategy   = "caller_keys"
    first_time = var.first_rotation
    readers    = [var.key_reader]
  }

  kms_key            = "projects/${var.project}/locations/${var.region}/keyRings/${google_kms_key_ring.this.name}/cryptoKeys/${google_kms_crypto_key.this.name}"
  log_retention_days = 3650
  lock_log_bucket    = var.lock_log_bucket

  notification_channels  = [google_monitoring_notification_channel.mail.name]
  blocks_alert_threshold = 20

  network = {
    network     = google_compute_network.this.id
    subnetwork  = google_compute_subnetwork.this.id
    psc_address = "10.81.0.2"
  }
  perimeter = var.access_policy == null ? null : {
    access_policy = var.access_policy
    dry_run       = !var.perimeter_enforced
  }
}

output "url" {
  description = "The base URL of the gate, for SDKs."
  value       = module.sallyport.url
}

output "rotated_secret" {
  description = "Where the first keys belong."
  value       = module.sallyport.rotated_secret
}

output "log_bucket" {
  description = "The log bucket with the records."
  value       = module.sallyport.log_bucket
}
