# Inputs that would weaken what is enforced, and that are refused before anything is made: one row each.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project       = "some-project"
  region        = "europe-west1"
  enforce_image = "enforce:1"
  policy        = "{kind: AIPolicy, spec: {rules: []}}"
  upstreams     = { openai = "https://api.openai.com" }
}

run "a_project_that_is_none" {
  command = plan
  variables {
    project = "Some Project"
  }
  expect_failures = [var.project]
}

run "a_zone_in_place_of_a_region" {
  command = plan
  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "a_name_that_is_too_long_for_accounts" {
  command = plan
  variables {
    name = "the-gate-of-our-support-agents"
  }
  expect_failures = [var.name]
}

run "callers_without_an_identity" {
  command = plan
  variables {
    invokers = ["allUsers"]
  }
  expect_failures = [var.invokers]
}

run "any_account_of_google" {
  command = plan
  variables {
    invokers = ["allAuthenticatedUsers"]
  }
  expect_failures = [var.invokers]
}

run "a_whole_domain" {
  command = plan
  variables {
    invokers = ["domain:example.com"]
  }
  expect_failures = [var.invokers]
}

run "calls_from_everywhere" {
  command = plan
  variables {
    ingress = "all"
  }
  expect_failures = [var.ingress]
}

run "an_audience_without_tls" {
  command = plan
  variables {
    audience = "http://gate.example.com"
  }
  expect_failures = [var.audience]
}

run "a_policy_that_is_none" {
  command = plan
  variables {
    policy = "kind: Deployment"
  }
  expect_failures = [var.policy]
}

run "an_upstream_that_is_not_known" {
  command = plan
  variables {
    upstreams = { llama = "https://llama.example.com" }
  }
  expect_failures = [var.upstreams]
}

run "an_upstream_without_tls" {
  command = plan
  variables {
    upstreams = { openai = "http://api.openai.com" }
  }
  expect_failures = [var.upstreams]
}

run "vertex_without_a_location" {
  command = plan
  variables {
    upstreams = { vertex = "https://europe-west1-aiplatform.googleapis.com" }
  }
  expect_failures = [var.vertex_locations]
}

run "more_instances_than_limits_bear" {
  command = plan
  variables {
    max_instances = 1000
  }
  expect_failures = [var.max_instances]
}

run "an_upstream_that_outlives_the_call" {
  command = plan
  variables {
    upstream_timeout_seconds = 300
  }
  expect_failures = [var.upstream_timeout_seconds]
}

run "records_of_a_week" {
  command = plan
  variables {
    log_retention_days = 7
  }
  expect_failures = [var.log_retention_days]
}

run "less_than_the_policy_says" {
  command = plan
  variables {
    policy             = "{kind: AIPolicy, spec: {rules: [{name: audit, type: logging, retention_days: 400}]}}"
    log_retention_days = 365
  }
  expect_failures = [var.log_retention_days]
}

run "a_key_of_another_region" {
  command = plan
  variables {
    kms_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k"
  }
  expect_failures = [var.kms_key]
}

run "a_way_out_without_a_network" {
  command = plan
  variables {
    egress = [{ ranges = ["10.0.0.0/24"] }]
  }
  expect_failures = [var.egress]
}

run "a_perimeter_without_a_network" {
  command = plan
  variables {
    perimeter = { access_policy = "42" }
  }
  expect_failures = [var.perimeter]
}

run "an_address_that_is_none" {
  command = plan
  variables {
    network = { network = "n", subnetwork = "s", psc_address = "10.0.0.0/24" }
  }
  expect_failures = [var.network]
}

run "an_overlap_in_which_gates_fail" {
  command = plan
  variables {
    rotation = {
      image           = "rotate:1"
      strategy        = "caller_keys"
      first_time      = "2027-01-31T04:00:00Z"
      overlap_seconds = 600
    }
  }
  expect_failures = [var.rotation]
}

run "an_overlap_as_long_as_the_period" {
  command = plan
  variables {
    rotation = {
      image           = "rotate:1"
      strategy        = "caller_keys"
      first_time      = "2027-01-31T04:00:00Z"
      period_days     = 1
      overlap_seconds = 86400
    }
  }
  expect_failures = [var.rotation]
}

run "a_strategy_that_is_not_known" {
  command = plan
  variables {
    rotation = {
      image        = "rotate:1"
      strategy     = "by_hand"
      first_time   = "2027-01-31T04:00:00Z"
      admin_secret = "projects/p/secrets/s"

    }
  }
  expect_failures = [var.rotation]
}

run "a_vendor_that_is_no_upstream" {
  command = plan
  variables {
    rotation = {
      image        = "rotate:1"
      strategy     = "http_credential"
      first_time   = "2027-01-31T04:00:00Z"
      vendor       = "anthropic"
      admin_secret = "projects/p/secrets/s"
    }
  }
  expect_failures = [var.rotation]
}

run "a_vendor_that_has_no_part_in_it" {
  command = plan
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
      vendor     = "openai"
    }
  }
  expect_failures = [var.rotation]
}

run "a_credential_that_nobody_could_make" {
  command = plan
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "postgres_password"
      first_time = "2027-01-31T04:00:00Z"

    }
  }
  expect_failures = [var.rotation]
}

run "keys_that_everybody_reads" {
  command = plan
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
      readers    = ["allUsers"]
    }
  }
  expect_failures = [var.rotation]
}

run "a_time_that_is_none" {
  command = plan
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "next week"

    }
  }
  expect_failures = [var.rotation]
}

run "a_policy_that_is_too_long" {
  command = plan
  variables {
    policy = "{kind: AIPolicy, spec: {rules: []}, text: ${format("%070000d", 0)}}"
  }
  expect_failures = [var.policy]
}

run "a_location_that_is_none" {
  command = plan
  variables {
    vertex_locations = ["europe-west1.example.com/"]
  }
  expect_failures = [var.vertex_locations]
}

run "no_call_at_a_time" {
  command = plan
  variables {
    concurrency = 0
  }
  expect_failures = [var.concurrency]
}

run "more_instances_ready_than_there_may_be" {
  command = plan
  variables {
    min_instances = 11
  }
  expect_failures = [var.min_instances]
}

run "a_call_without_time" {
  command = plan
  variables {
    timeout_seconds          = 5
    upstream_timeout_seconds = 1
  }
  expect_failures = [var.timeout_seconds]
}

run "an_alert_without_a_cause" {
  command = plan
  variables {
    blocks_alert_threshold = 0
  }
  expect_failures = [var.blocks_alert_threshold]
}

run "a_range_that_is_none" {
  command = plan
  variables {
    egress  = [{ ranges = ["everywhere"] }]
    network = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
  }
  expect_failures = [var.egress]
}

run "an_access_policy_by_name" {
  command = plan
  variables {
    perimeter = { access_policy = "ours" }
    network   = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
  }
  expect_failures = [var.perimeter]
}

run "an_administration_that_is_no_secret" {
  command = plan
  variables {
    rotation = {
      image        = "rotate:1"
      strategy     = "caller_keys"
      first_time   = "2027-01-31T04:00:00Z"
      admin_secret = "openai-admin"
    }
  }
  expect_failures = [var.rotation]
}

run "a_delivery_by_somebody_else" {
  command = plan
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
      delivery   = "mail"
    }
  }
  expect_failures = [var.rotation]
}

run "an_end_before_the_end_of_the_overlap" {
  command = plan
  variables {
    rotation = {
      image           = "rotate:1"
      strategy        = "caller_keys"
      first_time      = "2027-01-31T04:00:00Z"
      overlap_seconds = 172800
      destroy_days    = 1
    }
  }
  expect_failures = [var.rotation]
}

run "a_period_longer_than_a_year" {
  command = plan
  variables {
    rotation = {
      image       = "rotate:1"
      strategy    = "caller_keys"
      first_time  = "2027-01-31T04:00:00Z"
      period_days = 366
    }
  }
  expect_failures = [var.rotation]
}

run "hardened_without_a_key" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = null
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
  }
  expect_failures = [var.kms_key]
}

run "hardened_without_a_network" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = null
    notification_channels = ["projects/p/notificationChannels/1"]
  }
  expect_failures = [var.network]
}

run "hardened_with_an_image_that_can_be_moved" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce:1"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
  }
  expect_failures = [var.enforce_image]
}

run "hardened_with_alerts_to_nobody" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = []
  }
  expect_failures = [var.notification_channels]
}

run "hardened_with_less_than_a_year" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
    log_retention_days    = 364
  }
  expect_failures = [var.log_retention_days]
}

run "hardened_with_a_way_to_the_internet" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
    egress                = [{ ranges = ["0.0.0.0/0"] }]
  }
  expect_failures = [var.egress]
}

run "hardened_that_can_be_destroyed" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
    deletion_protection   = false
  }
  expect_failures = [var.deletion_protection]
}

run "hardened_that_renews_by_an_image_that_can_be_moved" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"

    }
  }
  expect_failures = [var.rotation]
}

run "hardened_with_everything" {
  command = plan
  variables {
    hardened              = true
    enforce_image         = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    kms_key               = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    network               = { network = "n", subnetwork = "s", psc_address = "10.81.0.2" }
    notification_channels = ["projects/p/notificationChannels/1"]
  }
}
