# The service that enforces. What it may do stands in identities.tf, what it reads in secrets.tf, where it may
# connect to in network.tf, what becomes of its records in records.tf, and the service that renews in rotation.tf.

data "google_project" "this" {
  project_id = var.project
}

locals {
  number  = data.google_project.this.number
  enforce = "${var.name}-enforce"
  rotate  = "${var.name}-rotate"

  # A service's URL is known before the service is there, so that its own settings can name it.
  enforce_url = "https://${local.enforce}-${local.number}.${var.region}.run.app"
  rotate_url  = "https://${local.rotate}-${local.number}.${var.region}.run.app"
  audience    = coalesce(var.audience, local.enforce_url)

  policy_folder = "/policy"
  keys_folder   = "/keys"

  # Settings of the service that enforces. SALLYPORT_ALLOW_ANONYMOUS is not among them, and cannot be put there.
  enforce_settings = merge(
    {
      GOOGLE_CLOUD_PROJECT       = var.project
      SALLYPORT_POLICY           = "${local.policy_folder}/policy.yaml"
      SALLYPORT_UPSTREAM_TIMEOUT = tostring(var.upstream_timeout_seconds)
      SALLYPORT_TIMEOUT          = tostring(var.timeout_seconds)
      SALLYPORT_AUDIENCE         = local.audience
      # Cloud Run takes the signature out of a token that it has checked. It checks each call, see invoker_iam_disabled.
      SALLYPORT_PLATFORM_CHECKS = "true"
    },
    { for vendor, url in var.upstreams : "SALLYPORT_UPSTREAM_${upper(vendor)}" => url },
    { for vendor, place in local.credentials : "SALLYPORT_SECRET_${upper(vendor)}" => place },
    length(var.vertex_locations) > 0 ? { SALLYPORT_REGIONS = join(",", var.vertex_locations) } : {},
    var.key_file != null ? { SALLYPORT_KEYS = "${local.keys_folder}/keys.yaml" } : {},
    local.renews_caller_keys ? { SALLYPORT_KEYS_SECRET = local.rotated_secret } : {},
  )

  # Files that are read from secrets: where they lie, and as what.
  files = merge(
    { policy = { folder = local.policy_folder, file = "policy.yaml", text = var.policy } },
    var.key_file != null ? { keys = { folder = local.keys_folder, file = "keys.yaml", text = var.key_file } } : {},
  )
}

resource "google_cloud_run_v2_service" "enforce" {
  project              = var.project
  location             = var.region
  name                 = local.enforce
  description          = "Enforces the policy on model calls"
  labels               = var.labels
  ingress              = var.ingress == "internal" ? "INGRESS_TRAFFIC_INTERNAL_ONLY" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  invoker_iam_disabled = false
  custom_audiences     = [local.audience]
  deletion_protection  = var.deletion_protection

  template {
    service_account                  = google_service_account.enforce.email
    encryption_key                   = var.kms_key
    timeout                          = "${var.timeout_seconds}s"
    max_instance_request_concurrency = var.concurrency
    labels                           = var.labels

    scaling {
      min_instance_count = var.min_instances
      max_instance_count = var.max_instances
    }

    containers {
      image = var.enforce_image

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = var.cpu, memory = var.memory }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = local.enforce_settings
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "volume_mounts" {
        for_each = local.files
        content {
          name       = volume_mounts.key
          mount_path = volume_mounts.value.folder
        }
      }
    }

    dynamic "volumes" {
      for_each = local.files
      content {
        name = volumes.key
        secret {
          secret       = google_secret_manager_secret.file[volumes.key].secret_id
          default_mode = 256
          items {
            # This version and no other: a new policy is a new revision of the service, and can be rolled back.
            version = google_secret_manager_secret_version.file[volumes.key].version
            path    = volumes.value.file
            mode    = 292
          }
        }
      }
    }

    dynamic "vpc_access" {
      for_each = var.network[*]
      content {
        egress = "ALL_TRAFFIC"
        network_interfaces {
          network    = vpc_access.value.network
          subnetwork = vpc_access.value.subnetwork
          tags       = [local.network_tag]
        }
      }
    }
  }

  depends_on = [
    google_kms_crypto_key_iam_member.agents,
    google_secret_manager_secret_iam_member.enforce_files,
    google_secret_manager_secret_iam_member.enforce_credentials,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "callers" {
  for_each = toset(var.invokers)

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_service.enforce.name
  role     = "roles/run.invoker"
  member   = each.value
}
