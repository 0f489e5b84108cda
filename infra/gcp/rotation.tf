# One credential is renewed by one service. Secret Manager tells a topic when it is due; a subscription that lets by
# nothing but that delivers it to the service. Where Eventarc is to deliver, its trigger does, and delivers everything.

locals {
  rotates            = var.rotation == null ? 0 : 1
  by_eventarc        = var.rotation == null ? 0 : (var.rotation.delivery == "eventarc" ? 1 : 0)
  by_pubsub          = local.rotates - local.by_eventarc
  renews_caller_keys = var.rotation == null ? false : var.rotation.strategy == "caller_keys"
  # A database's password is for whoever is among the readers.
  enforce_reads_rotated = var.rotation == null ? false : var.rotation.strategy != "postgres_password"
  rotated_secret        = local.rotates == 0 ? "" : "projects/${var.project}/secrets/${google_secret_manager_secret.rotated[0].secret_id}"
}

resource "google_secret_manager_secret" "rotated" {
  count = local.rotates

  project             = var.project
  secret_id           = "${var.name}-rotated"
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

  topics {
    name = google_pubsub_topic.rotation[0].id
  }

  rotation {
    next_rotation_time = var.rotation.first_time
    rotation_period    = "${var.rotation.period_days * 86400}s"
  }

  lifecycle {
    # Secret Manager sets the time for the next rotation after each; the aliases are the service's.
    ignore_changes = [rotation[0].next_rotation_time, version_aliases]
  }

  depends_on = [
    google_kms_crypto_key_iam_member.agents,
    google_pubsub_topic_iam_member.secrets,
  ]
}

resource "google_secret_manager_secret_iam_member" "readers" {
  for_each = toset(var.rotation == null ? [] : var.rotation.readers)

  project   = var.project
  secret_id = google_secret_manager_secret.rotated[0].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value
}

resource "google_pubsub_topic" "rotation" {
  count = local.rotates

  project      = var.project
  name         = local.rotate
  labels       = var.labels
  kms_key_name = var.kms_key

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_kms_crypto_key_iam_member.agents]
}

resource "google_pubsub_topic_iam_member" "secrets" {
  count = local.rotates

  project = var.project
  topic   = google_pubsub_topic.rotation[0].name
  role    = "roles/pubsub.publisher"
  member  = "serviceAccount:${local.agents.secrets}"
}

resource "google_pubsub_subscription" "rotation" {
  count = local.by_pubsub

  project = var.project
  name    = local.rotate
  topic   = google_pubsub_topic.rotation[0].id
  labels  = var.labels

  # The topic also tells of each version that the service itself adds: that must not call it again.
  filter                     = "attributes.eventType = \"SECRET_ROTATE\""
  ack_deadline_seconds       = 600
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  push_config {
    push_endpoint = local.rotate_url
    oidc_token {
      service_account_email = google_service_account.push[0].email
      audience              = local.rotate_url
    }
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.push,
    google_service_account_iam_member.push_tokens,
  ]
}

resource "google_eventarc_trigger" "rotation" {
  count = local.by_eventarc

  project         = var.project
  location        = var.region
  name            = local.rotate
  labels          = var.labels
  service_account = google_service_account.push[0].email

  matching_criteria {
    attribute = "type"
    value     = "google.cloud.pubsub.topic.v1.messagePublished"
  }

  transport {
    pubsub {
      topic = google_pubsub_topic.rotation[0].id
    }
  }

  destination {
    cloud_run_service {
      service = google_cloud_run_v2_service.rotate[0].name
      region  = var.region
    }
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.push,
    google_project_iam_member.push_events,
    google_service_account_iam_member.push_tokens,
  ]
}

resource "google_cloud_run_v2_service" "rotate" {
  count = local.rotates

  project              = var.project
  location             = var.region
  name                 = local.rotate
  description          = "Renews one credential"
  labels               = var.labels
  ingress              = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  invoker_iam_disabled = false
  custom_audiences     = [local.rotate_url]
  deletion_protection  = var.deletion_protection

  template {
    service_account                  = google_service_account.rotate[0].email
    encryption_key                   = var.kms_key
    timeout                          = "300s"
    max_instance_request_concurrency = 1
    labels                           = var.labels

    # Two at once would renew the same secret twice.
    scaling {
      min_instance_count = 0
      max_instance_count = 1
    }

    containers {
      image = var.rotation.image

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = "1", memory = "512Mi" }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = {
          GOOGLE_CLOUD_PROJECT               = var.project
          SALLYPORT_ROTATED_SECRET           = local.rotated_secret
          SALLYPORT_ROTATION_STRATEGY        = var.rotation.strategy
          SALLYPORT_ROTATION_OVERLAP_SECONDS = tostring(var.rotation.overlap_seconds)
          SALLYPORT_ROTATION_DESTROY_DAYS    = tostring(var.rotation.destroy_days)
          SALLYPORT_PUSH_AUDIENCE            = local.rotate_url
          SALLYPORT_PLATFORM_CHECKS          = "true"
          SALLYPORT_PUSH_ACCOUNT             = google_service_account.push[0].email
        }
        content {
          name  = env.key
          value = env.value
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
    google_secret_manager_secret_iam_member.rotate,
  ]
}
