# A perimeter of VPC Service Controls: from outside of it nobody reaches the project's models, secrets, records and
# messages, whatever their credentials say. A project is in one perimeter at most; where it is in one already, leave
# this away.

locals {
  restricted_services = [
    "aiplatform.googleapis.com",
    "cloudkms.googleapis.com",
    "logging.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
  ]
}

resource "google_access_context_manager_service_perimeter" "this" {
  count = var.perimeter == null ? 0 : 1

  parent                    = "accessPolicies/${var.perimeter.access_policy}"
  name                      = "accessPolicies/${var.perimeter.access_policy}/servicePerimeters/${replace(var.name, "-", "_")}"
  title                     = "${var.name} (${var.project})"
  perimeter_type            = "PERIMETER_TYPE_REGULAR"
  use_explicit_dry_run_spec = var.perimeter.dry_run

  dynamic "status" {
    for_each = var.perimeter.dry_run ? [] : [true]
    content {
      resources           = ["projects/${local.number}"]
      access_levels       = var.perimeter.access_levels
      restricted_services = local.restricted_services
      vpc_accessible_services {
        enable_restriction = true
        allowed_services   = ["RESTRICTED-SERVICES"]
      }
    }
  }

  dynamic "spec" {
    for_each = var.perimeter.dry_run ? [true] : []
    content {
      resources           = ["projects/${local.number}"]
      access_levels       = var.perimeter.access_levels
      restricted_services = local.restricted_services
      vpc_accessible_services {
        enable_restriction = true
        allowed_services   = ["RESTRICTED-SERVICES"]
      }
    }
  }
}
