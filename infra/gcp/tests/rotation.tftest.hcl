# What is renewed, when, who is told, and who reads it.

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

override_resource {
  target = google_service_account.push
  values = { email = "push@x" }
}

run "a_credential_of_an_upstream" {
  command = apply
  variables {
    rotation = {
      image           = "rotate:1"
      strategy        = "http_credential"
      vendor          = "openai"
      first_time      = "2027-01-31T04:00:00Z"
      overlap_seconds = 7200
      admin_secret    = "projects/some-project/secrets/openai-admin"
    }
  }

  assert {
    condition = { for one in google_cloud_run_v2_service.rotate[0].template[0].containers[0].env : one.name => one.value } == {
      GOOGLE_CLOUD_PROJECT               = "some-project"
      SALLYPORT_PLATFORM_CHECKS          = "true"
      SALLYPORT_PUSH_ACCOUNT             = "push@x"
      SALLYPORT_PUSH_AUDIENCE            = "https://sallyport-rotate-123456789.europe-west1.run.app"
      SALLYPORT_ROTATED_SECRET           = "projects/some-project/secrets/sallyport-rotated"
      SALLYPORT_ROTATION_DESTROY_DAYS    = "30"
      SALLYPORT_ROTATION_OVERLAP_SECONDS = "7200"
      SALLYPORT_ROTATION_STRATEGY        = "http_credential"
    }
    error_message = "the settings are not what the service that renews is to be told"
  }
  assert {
    condition     = length(google_secret_manager_secret.upstream) == 0
    error_message = "there is a second secret for the same credential"
  }
  assert {
    condition = one([
      for one in google_cloud_run_v2_service.enforce.template[0].containers[0].env : one.value if one.name == "SALLYPORT_SECRET_OPENAI"
    ]) == "projects/some-project/secrets/sallyport-rotated#value"
    error_message = "the service that enforces reads another credential than the one that is renewed"
  }
  assert {
    condition = (
      google_secret_manager_secret.rotated[0].rotation[0].rotation_period == "2592000s" &&
      google_secret_manager_secret.rotated[0].rotation[0].next_rotation_time == "2027-01-31T04:00:00Z"
    )
    error_message = "the secret is due at another time"
  }
  assert {
    condition     = google_secret_manager_secret.rotated[0].topics[0].name == google_pubsub_topic.rotation[0].id
    error_message = "nobody is told when the secret is due"
  }
  assert {
    condition     = google_pubsub_subscription.rotation[0].filter == "attributes.eventType = \"SECRET_ROTATE\""
    error_message = "the service that renews calls itself with every version that it adds"
  }
  assert {
    condition = (
      google_pubsub_subscription.rotation[0].push_config[0].push_endpoint == "https://sallyport-rotate-123456789.europe-west1.run.app" &&
      google_pubsub_subscription.rotation[0].push_config[0].oidc_token[0].service_account_email == "push@x" &&
      google_pubsub_subscription.rotation[0].push_config[0].oidc_token[0].audience == google_cloud_run_v2_service.rotate[0].custom_audiences[0]
    )
    error_message = "events are not delivered, or not as the account for it"
  }
  assert {
    condition     = google_pubsub_subscription.rotation[0].ack_deadline_seconds > 300 && google_cloud_run_v2_service.rotate[0].template[0].timeout == "300s"
    error_message = "an event is delivered again while it is still worked on"
  }
  assert {
    condition     = google_pubsub_subscription.rotation[0].expiration_policy[0].ttl == ""
    error_message = "the subscription goes away when there is nothing to do for a month"
  }
  assert {
    condition     = google_cloud_run_v2_service.rotate[0].ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY" && google_cloud_run_v2_service.rotate[0].invoker_iam_disabled == false
    error_message = "the service that renews is reached from outside"
  }
  assert {
    condition = (
      google_cloud_run_v2_service.rotate[0].template[0].scaling[0].max_instance_count == 1 &&
      google_cloud_run_v2_service.rotate[0].template[0].max_instance_request_concurrency == 1
    )
    error_message = "two rotations at a time"
  }
}

run "events_by_eventarc" {
  command = apply
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
      delivery   = "eventarc"
    }
  }

  assert {
    condition = (
      one(google_eventarc_trigger.rotation[0].matching_criteria).attribute == "type" &&
      one(google_eventarc_trigger.rotation[0].matching_criteria).value == "google.cloud.pubsub.topic.v1.messagePublished" &&
      google_eventarc_trigger.rotation[0].transport[0].pubsub[0].topic == google_secret_manager_secret.rotated[0].topics[0].name
    )
    error_message = "Eventarc listens to something else than the secret's topic"
  }
  assert {
    condition = (
      google_eventarc_trigger.rotation[0].destination[0].cloud_run_service[0].service == "sallyport-rotate" &&
      google_eventarc_trigger.rotation[0].destination[0].cloud_run_service[0].region == "europe-west1" &&
      google_eventarc_trigger.rotation[0].service_account == "push@x"
    )
    error_message = "Eventarc delivers to another service, or as another account"
  }
  assert {
    condition = [for one in google_project_iam_member.push_events : "${one.role} ${one.member}"] == [
      "roles/eventarc.eventReceiver serviceAccount:push@x"
    ]
    error_message = "the account that delivers may do something else in the project, or not receive events"
  }
  assert {
    condition     = length(google_pubsub_subscription.rotation) == 0
    error_message = "each event is delivered twice"
  }
}

run "keys_of_callers" {
  command = apply
  variables {
    rotation = {
      image      = "rotate:1"
      strategy   = "caller_keys"
      first_time = "2027-01-31T04:00:00Z"
      readers    = ["serviceAccount:agent@x"]
    }
  }

  assert {
    condition = one([
      for one in google_cloud_run_v2_service.enforce.template[0].containers[0].env : one.value if one.name == "SALLYPORT_KEYS_SECRET"
    ]) == "projects/some-project/secrets/sallyport-rotated"
    error_message = "the gate does not know the keys that are renewed"
  }
  assert {
    condition     = length(google_eventarc_trigger.rotation) + length(google_project_iam_member.push_events) == 0
    error_message = "Eventarc delivers where nobody asked for it"
  }
  assert {
    condition     = contains([for one in google_secret_manager_secret_iam_member.enforce_credentials : one.secret_id], "sallyport-rotated")
    error_message = "the gate cannot read the keys that are renewed"
  }
  assert {
    condition     = [for one in google_secret_manager_secret_iam_member.readers : "${one.role} ${one.member}"] == ["roles/secretmanager.secretAccessor serviceAccount:agent@x"]
    error_message = "others than the readers may read the keys"
  }
}

run "the_password_of_a_database" {
  command = apply
  variables {
    rotation = {
      image        = "rotate:1"
      strategy     = "postgres_password"
      first_time   = "2027-01-31T04:00:00Z"
      admin_secret = "projects/some-project/secrets/db-admin"
    }
  }

  assert {
    condition     = keys(google_secret_manager_secret_iam_member.enforce_credentials) == ["openai"]
    error_message = "the gate reads a database's password"
  }
}
