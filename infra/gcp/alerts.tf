# What somebody must hear of, and a dashboard.

locals {
  counted_here = "resource.type = \"cloud_run_revision\" AND metric.type = \"logging.googleapis.com/user"

  alerts = merge(
    {
      blocks = {
        says   = "Unusually many calls were blocked"
        filter = "${local.counted_here}/${google_logging_metric.decisions.name}\" AND metric.labels.outcome = \"block\""
        above  = var.blocks_alert_threshold - 1
        period = 300
      }
      fail_open = {
        says   = "A check that could not be made was let by"
        filter = "${local.counted_here}/${google_logging_metric.counted["fail_open"].name}\""
        above  = 0
        period = 60
      }
      errors = {
        says   = "The service that enforces, or an upstream behind it, failed"
        filter = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"${local.enforce}\" AND metric.type = \"run.googleapis.com/request_count\" AND metric.labels.response_code_class = \"5xx\""
        above  = 4
        period = 300
      }
    },
    var.rotation == null ? {} : {
      rotation_failed = {
        says   = "A rotation failed"
        filter = "${local.counted_here}/${google_logging_metric.counted["rotation_failed"].name}\""
        above  = 0
        period = 300
      }
    },
  )
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project
  display_name          = "${var.name}: ${each.value.says}"
  combiner              = "OR"
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.says
    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.above
      duration        = "0s"
      aggregations {
        alignment_period     = "${each.value.period}s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

locals {
  # Eventarc makes a subscription of its own.
  rotation_subscriptions = concat(
    google_pubsub_subscription.rotation[*].name,
    [for trigger in google_eventarc_trigger.rotation : basename(coalesce(trigger.transport[0].pubsub[0].subscription, "-"))],
  )
}

# Nobody answered for an hour: the service that renews cannot be reached, or cannot do it.
resource "google_monitoring_alert_policy" "rotation_waits" {
  count = local.rotates

  project               = var.project
  display_name          = "${var.name}: A rotation waits"
  combiner              = "OR"
  notification_channels = var.notification_channels
  user_labels           = var.labels

  conditions {
    display_name = "A rotation waits"
    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${local.rotation_subscriptions[0]}\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      comparison      = "COMPARISON_GT"
      threshold_value = 3600
      duration        = "0s"
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }
}

resource "google_monitoring_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  project = var.project
  dashboard_json = jsonencode({
    displayName = var.name
    mosaicLayout = {
      columns = 48
      tiles = [
        for place, chart in local.charts : {
          xPos   = place % 2 * 24
          yPos   = floor(place / 2) * 16
          width  = 24
          height = 16
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [for line in chart.lines : {
                plotType = "LINE"
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = line.filter
                    aggregation = {
                      alignmentPeriod    = "300s"
                      perSeriesAligner   = line.aligner
                      crossSeriesReducer = line.reducer
                      groupByFields      = line.by
                    }
                  }
                }
              }]
            }
          }
        }
      ]
    }
  })
}

locals {
  charts = [
    {
      title = "Decisions"
      lines = [{
        filter  = "${local.counted_here}/${google_logging_metric.decisions.name}\""
        aligner = "ALIGN_DELTA"
        reducer = "REDUCE_SUM"
        by      = ["metric.label.outcome"]
      }]
    },
    {
      title = "Decisions by rule"
      lines = [for rule in local.rules : {
        filter  = "${local.counted_here}/${google_logging_metric.counted["rule-${rule}"].name}\""
        aligner = "ALIGN_DELTA"
        reducer = "REDUCE_SUM"
        by      = []
      }]
    },
    {
      title = "Time to check, in microseconds (p50, p99)"
      lines = [for aligner in ["ALIGN_PERCENTILE_50", "ALIGN_PERCENTILE_99"] : {
        filter  = "${local.counted_here}/${google_logging_metric.measured["check_latency"].name}\""
        aligner = aligner
        reducer = "REDUCE_MAX"
        by      = []
      }]
    },
    {
      title = "Let by without a check"
      lines = [{
        filter  = "${local.counted_here}/${google_logging_metric.counted["fail_open"].name}\""
        aligner = "ALIGN_DELTA"
        reducer = "REDUCE_SUM"
        by      = []
      }]
    },
    {
      title = "Tokens of a call, into and out of the model (p50)"
      lines = [for metric in ["input_tokens", "output_tokens"] : {
        filter  = "${local.counted_here}/${google_logging_metric.measured[metric].name}\""
        aligner = "ALIGN_PERCENTILE_50"
        reducer = "REDUCE_MAX"
        by      = []
      }]
    },
    {
      title = "The service"
      lines = [{
        filter  = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = \"${local.enforce}\" AND metric.type = \"run.googleapis.com/request_count\""
        aligner = "ALIGN_DELTA"
        reducer = "REDUCE_SUM"
        by      = ["metric.label.response_code_class"]
      }]
    },
  ]
}
