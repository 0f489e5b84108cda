# Where decision records are kept, and what is counted of them.

locals {
  of_enforce = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${local.enforce}\""
  of_rotate  = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${local.rotate}\""
  records    = "${local.of_enforce} AND labels.log=\"decision\""
  # A call that goes upstream has two records. The final one is counted.
  calls = "${local.records} AND jsonPayload.record.final=true"

  # The rules of the policy, for a metric of each: a value that is a list cannot be a metric's label.
  rules = toset([for rule in yamldecode(var.policy).spec.rules : rule.name])

  counted = merge(
    { fail_open = "${local.calls} AND jsonPayload.record.fail_open=true" },
    var.rotation == null ? {} : {
      # Its own errors, and whatever it did not answer well: a failure to start, a time-out, a delivery that is refused.
      rotation_failed = "${local.of_rotate} AND (severity>=ERROR OR httpRequest.status>=400)"
    },
    { for rule in local.rules : "rule-${rule}" => "${local.calls} AND jsonPayload.record.reasons=\"${rule}\"" },
  )

  measured = {
    check_latency = { unit = "us", value = "EXTRACT(jsonPayload.record.latency_us.checks)" }
    input_tokens  = { unit = "1", value = "EXTRACT(jsonPayload.record.usage.input_tokens)" }
    output_tokens = { unit = "1", value = "EXTRACT(jsonPayload.record.usage.output_tokens)" }
  }
}

resource "google_logging_project_bucket_config" "records" {
  project        = var.project
  location       = var.region
  bucket_id      = "${var.name}-decisions"
  description    = "Decision records"
  retention_days = var.log_retention_days
  locked         = var.lock_log_bucket

  dynamic "cmek_settings" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = cmek_settings.value
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.agents]
}

resource "google_logging_project_sink" "records" {
  project                = var.project
  name                   = "${var.name}-decisions"
  description            = "Decision records go to a bucket of their own"
  destination            = "logging.googleapis.com/projects/${var.project}/locations/${var.region}/buckets/${google_logging_project_bucket_config.records.bucket_id}"
  filter                 = local.records
  unique_writer_identity = true
}

# Records are nowhere else: not in the bucket that all who see logs may read, nor for 30 days only.
resource "google_logging_project_exclusion" "records" {
  project     = var.project
  name        = "${var.name}-decisions"
  description = "Decision records have a bucket of their own"
  filter      = local.records

  depends_on = [google_logging_project_sink.records]
}

resource "google_logging_metric" "decisions" {
  project     = var.project
  name        = "${var.name}-decisions"
  description = "Calls by their decision"
  filter      = local.calls

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
    labels {
      key         = "outcome"
      value_type  = "STRING"
      description = "allow, log, constrain or block"
    }
  }

  label_extractors = {
    outcome = "EXTRACT(jsonPayload.record.decision)"
  }
}

resource "google_logging_metric" "counted" {
  for_each = local.counted

  project = var.project
  name    = "${var.name}-${each.key}"
  filter  = each.value

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }
}

resource "google_logging_metric" "measured" {
  for_each = local.measured

  project         = var.project
  name            = "${var.name}-${each.key}"
  filter          = local.calls
  value_extractor = each.value.value

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 40
      growth_factor      = 1.5
      scale              = 1
    }
  }
}
