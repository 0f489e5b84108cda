output "url" {
  description = "The base URL of the gate, for SDKs."
  value       = local.enforce_url
  depends_on  = [google_cloud_run_v2_service.enforce]
}

output "audience" {
  description = "The audience of the ID tokens that callers show."
  value       = local.audience
}

output "enforce_account" {
  description = "The service account of the service that enforces."
  value       = google_service_account.enforce.email
}

output "rotate_account" {
  description = "The service account of the service that renews."
  value       = one(google_service_account.rotate[*].email)
}

output "secrets" {
  description = "Where the credential of each upstream belongs."
  value       = { for vendor, secret in google_secret_manager_secret.upstream : vendor => "projects/${var.project}/secrets/${secret.secret_id}" }
}

output "rotated_secret" {
  description = "Where the first value of the credential that is renewed belongs."
  value       = local.rotates == 0 ? null : local.rotated_secret
}

output "log_bucket" {
  description = "The log bucket with the records."
  value       = "projects/${var.project}/locations/${var.region}/buckets/${google_logging_project_bucket_config.records.bucket_id}"
}
