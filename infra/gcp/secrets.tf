# Secrets. Those of upstreams are made empty: their values never stand in a file of Terraform, a plan or a state. What is
# read as a file (the policy, hashes of keys) is no secret, and does.

locals {
  rotated_vendor = var.rotation == null ? null : var.rotation.vendor
  # Vertex AI is called as the service's own account.
  vendors = toset([
    for vendor in keys(var.upstreams) : vendor
    if vendor == local.rotated_vendor ? false : vendor != "vertex"
  ])

  # Where the credential of each upstream lies: the name of the secret, and of a member in it.
  credentials = merge(
    { for vendor in local.vendors : vendor => "projects/${var.project}/secrets/${google_secret_manager_secret.upstream[vendor].secret_id}" },
    { for vendor in local.rotated_vendor[*] : vendor => "${local.rotated_secret}#value" },
  )

  # The secrets that the service which enforces reads while it runs.
  credential_secrets = merge(
    { for vendor in local.vendors : vendor => google_secret_manager_secret.upstream[vendor].secret_id },
    local.enforce_reads_rotated ? { rotated = google_secret_manager_secret.rotated[0].secret_id } : {},
  )
}

resource "google_secret_manager_secret" "upstream" {
  for_each = local.vendors

  project             = var.project
  secret_id           = "${var.name}-${replace(each.key, "_", "-")}"
  labels              = var.labels
  deletion_protection = var.deletion_protection

  replication {
    user_managed {
      replicas {
        location = var.region
        dynamic "customer_managed_encryption" {
          for_each = var.kms_key[*]
          content {
            kms_key_name = customer_managed_encryption.value
          }
        }
      }
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.agents]
}

resource "google_secret_manager_secret" "file" {
  for_each = local.files

  project             = var.project
  secret_id           = "${var.name}-file-${each.key}"
  labels              = var.labels
  deletion_protection = var.deletion_protection

  replication {
    user_managed {
      replicas {
        location = var.region
        dynamic "customer_managed_encryption" {
          for_each = var.kms_key[*]
          content {
            kms_key_name = customer_managed_encryption.value
          }
        }
      }
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.agents]
}

resource "google_secret_manager_secret_version" "file" {
  for_each = local.files

  secret      = google_secret_manager_secret.file[each.key].id
  secret_data = each.value.text
  # Revisions before this one still read theirs.
  deletion_policy = "ABANDON"

  lifecycle {
    create_before_destroy = true
  }
}
