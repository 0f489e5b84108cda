# Where records are kept, for how long, what is counted of them, and who hears of it.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project               = "some-project"
  region                = "europe-west1"
  enforce_image         = "enforce:1"
  policy                = <<-EOT
    kind: AIPolicy
    spec:
      rules:
        - {name: no-injection, type: input_validation, action: BLOCK}
        - {name: audit, type: logging, trigger: on_every_request, retention_days: 400}
  EOT
  log_retention_days    = 400
  notification_channels = ["projects/some-project/notificationChannels/1"]
}

run "records_are_kept" {
  command = plan

  assert {
    condition     = google_logging_project_bucket_config.records.retention_days == 400
    error_message = "records are kept for another time"
  }
  assert {
    condition     = google_logging_project_sink.records.destination == "logging.googleapis.com/${output.log_bucket}"
    error_message = "records go to another bucket"
  }
  assert {
    condition     = google_logging_project_sink.records.filter == "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"sallyport-enforce\" AND labels.log=\"decision\""
    error_message = "other lines than records are kept, or not all of them"
  }
  assert {
    condition     = google_logging_project_exclusion.records.filter == google_logging_project_sink.records.filter
    error_message = "something is left out of the default bucket that is not in the bucket of records"
  }
}

run "a_lock_is_asked_for" {
  command = plan

  assert {
    condition     = google_logging_project_bucket_config.records.locked == false
    error_message = "what cannot be undone was not asked for"
  }
}

run "a_lock_holds" {
  command = plan
  variables {
    lock_log_bucket = true
  }

  assert {
    condition     = google_logging_project_bucket_config.records.locked
    error_message = "the retention can be shortened"
  }
}

run "calls_are_counted" {
  command = plan

  assert {
    condition     = endswith(google_logging_metric.decisions.filter, " AND labels.log=\"decision\" AND jsonPayload.record.final=true")
    error_message = "a call is counted twice, or other than calls are counted"
  }
  assert {
    condition     = google_logging_metric.decisions.label_extractors["outcome"] == "EXTRACT(jsonPayload.record.decision)"
    error_message = "calls are not counted by their decision"
  }
  assert {
    condition     = toset(keys(google_logging_metric.counted)) == toset(["fail_open", "rule-audit", "rule-no-injection"])
    error_message = "a rule is not counted"
  }
  assert {
    condition     = endswith(google_logging_metric.counted["rule-no-injection"].filter, " AND jsonPayload.record.reasons=\"no-injection\"")
    error_message = "a rule's metric counts another rule"
  }
  assert {
    condition     = endswith(google_logging_metric.counted["fail_open"].filter, " AND jsonPayload.record.fail_open=true")
    error_message = "checks that were let by are not counted"
  }
}

run "somebody_hears_of_it" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.this)) == toset(["blocks", "errors", "fail_open"])
    error_message = "an alert is missing"
  }
  assert {
    condition     = alltrue([for one in google_monitoring_alert_policy.this : one.notification_channels == tolist(["projects/some-project/notificationChannels/1"])])
    error_message = "an alert is told to nobody"
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.this["fail_open"].conditions[0].condition_threshold[0].filter, "/sallyport-fail_open\"")
    error_message = "the alert looks at another metric"
  }
  assert {
    condition     = google_monitoring_alert_policy.this["fail_open"].conditions[0].condition_threshold[0].threshold_value == 0
    error_message = "one check that was let by is no alert"
  }
  assert {
    condition     = google_monitoring_alert_policy.this["blocks"].conditions[0].condition_threshold[0].threshold_value == 99
    error_message = "the hundredth block is no alert"
  }
  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.this[0].dashboard_json).mosaicLayout.tiles) == 6
    error_message = "a chart is missing"
  }
}

run "rotations_are_watched" {
  command = plan
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
    }
  }

  assert {
    condition     = contains(keys(google_monitoring_alert_policy.this), "rotation_failed") && length(google_monitoring_alert_policy.rotation_waits) == 1
    error_message = "nobody hears of a rotation that failed"
  }
  assert {
    condition     = strcontains(google_logging_metric.counted["rotation_failed"].filter, "service_name=\"sallyport-rotate\" AND (severity>=ERROR OR httpRequest.status>=400)")
    error_message = "a rotation that failed is not counted"
  }
}

run "with_a_key_of_ones_own" {
  command = plan
  variables {
    kms_key   = "projects/some-project/locations/europe-west1/keyRings/ring/cryptoKeys/key"
    upstreams = { openai = "https://api.openai.com" }
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
    }
  }

  assert {
    condition = alltrue([
      for one in concat(values(google_secret_manager_secret.upstream), values(google_secret_manager_secret.file), google_secret_manager_secret.rotated) :
      one.replication[0].user_managed[0].replicas[0].customer_managed_encryption[0].kms_key_name == var.kms_key
    ])
    error_message = "a secret is encrypted with another key"
  }
  assert {
    condition     = google_logging_project_bucket_config.records.cmek_settings[0].kms_key_name == var.kms_key
    error_message = "records are encrypted with another key"
  }
  assert {
    condition     = google_pubsub_topic.rotation[0].kms_key_name == var.kms_key
    error_message = "messages are encrypted with another key"
  }
  assert {
    condition     = google_cloud_run_v2_service.enforce.template[0].encryption_key == var.kms_key && google_cloud_run_v2_service.rotate[0].template[0].encryption_key == var.kms_key
    error_message = "instances are encrypted with another key"
  }
  assert {
    condition = toset([for one in google_kms_crypto_key_iam_member.agents : "${one.role} ${one.member}"]) == toset([
      "roles/cloudkms.cryptoKeyEncrypterDecrypter serviceAccount:cmek-p123456789@gcp-sa-logging.iam.gserviceaccount.com",
      "roles/cloudkms.cryptoKeyEncrypterDecrypter serviceAccount:service-123456789@gcp-sa-pubsub.iam.gserviceaccount.com",
      "roles/cloudkms.cryptoKeyEncrypterDecrypter serviceAccount:service-123456789@gcp-sa-secretmanager.iam.gserviceaccount.com",
      "roles/cloudkms.cryptoKeyEncrypterDecrypter serviceAccount:service-123456789@serverless-robot-prod.iam.gserviceaccount.com",
    ])
    error_message = "others than Google's own services may use the key"
  }
}
