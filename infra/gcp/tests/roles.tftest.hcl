# What each account may do, and nothing besides. A new binding needs a line here, and a row in README.md.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project       = "some-project"
  region        = "europe-west1"
  enforce_image = "enforce:1"
  policy        = "{kind: AIPolicy, spec: {rules: []}}"
  upstreams = {
    anthropic = "https://api.anthropic.com"
    openai    = "https://api.openai.com"
    vertex    = "https://europe-west1-aiplatform.googleapis.com"
  }
  vertex_locations = ["europe-west1"]
  rotation = {
    image        = "rotate:1"
    strategy     = "http_credential"
    vendor       = "openai"
    first_time   = "2027-01-31T04:00:00Z"
    admin_secret = "projects/other-project/secrets/openai-admin"
  }
}

override_resource {
  target = google_service_account.enforce
  values = { email = "enforce@x" }
}
override_resource {
  target = google_service_account.rotate
  values = { email = "rotate@x" }
}
override_resource {
  target = google_service_account.push
  values = { email = "push@x", name = "accounts/push" }
}

run "the_service_that_enforces" {
  command = apply

  assert {
    condition     = google_project_iam_custom_role.call_models[0].permissions == toset(["aiplatform.endpoints.predict"])
    error_message = "the role for models has more permissions than that of calling them"
  }
  assert {
    condition = [for one in google_project_iam_member.enforce_models : "${one.role} ${one.member}"] == [
      "projects/some-project/roles/sallyport_call_models serviceAccount:enforce@x"
    ]
    error_message = "the service that enforces has another role in the project"
  }
  assert {
    condition = toset([
      for one in concat(values(google_secret_manager_secret_iam_member.enforce_credentials), values(google_secret_manager_secret_iam_member.enforce_files)) :
      "${one.secret_id} ${one.role} ${one.member}"
      ]) == toset([
      "sallyport-anthropic roles/secretmanager.secretAccessor serviceAccount:enforce@x",
      "sallyport-file-policy roles/secretmanager.secretAccessor serviceAccount:enforce@x",
      "sallyport-rotated roles/secretmanager.secretAccessor serviceAccount:enforce@x",
    ])
    error_message = "the service that enforces may do other with secrets than read its own"
  }
  assert {
    condition = toset([for one in google_secret_manager_secret_iam_member.enforce_versions : "${one.secret_id} ${one.role} ${one.member}"]) == toset([
      "sallyport-anthropic projects/some-project/roles/sallyport_see_versions serviceAccount:enforce@x",
      "sallyport-rotated projects/some-project/roles/sallyport_see_versions serviceAccount:enforce@x",
    ])
    error_message = "the service that enforces sees other than which versions its credentials have"
  }
  assert {
    condition     = google_project_iam_custom_role.see_versions.permissions == toset(["secretmanager.versions.list"])
    error_message = "the role for seeing versions has other permissions"
  }
  assert {
    condition     = google_cloud_run_v2_service.enforce.template[0].service_account == "enforce@x"
    error_message = "the service that enforces runs as another account"
  }
}

run "the_service_that_renews" {
  command = apply

  assert {
    condition = toset([for one in google_secret_manager_secret_iam_member.rotate : "${one.secret_id} ${one.role} ${one.member}"]) == toset([
      "sallyport-rotated projects/some-project/roles/sallyport_move_stages serviceAccount:rotate@x",
      "sallyport-rotated roles/secretmanager.secretAccessor serviceAccount:rotate@x",
      "sallyport-rotated roles/secretmanager.secretVersionManager serviceAccount:rotate@x",
    ])
    error_message = "the service that renews may do other than renew its one secret"
  }
  assert {
    condition     = google_project_iam_custom_role.move_stages[0].permissions == toset(["secretmanager.secrets.get", "secretmanager.secrets.update"])
    error_message = "the role for stages has other permissions"
  }
  assert {
    condition = [for one in google_secret_manager_secret_iam_member.rotate_administration : "${one.project} ${one.secret_id} ${one.role} ${one.member}"] == [
      "other-project openai-admin roles/secretmanager.secretAccessor serviceAccount:rotate@x"
    ]
    error_message = "the service that renews may do other with the administration's credential than read it"
  }
  assert {
    condition     = google_cloud_run_v2_service.rotate[0].template[0].service_account == "rotate@x"
    error_message = "the service that renews runs as another account"
  }
}

run "who_delivers_events" {
  command = apply

  assert {
    condition = [for one in google_cloud_run_v2_service_iam_member.push : "${one.name} ${one.role} ${one.member}"] == [
      "sallyport-rotate roles/run.invoker serviceAccount:push@x"
    ]
    error_message = "others than the account for it may deliver events, or it may call another service"
  }
  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.callers) == 0
    error_message = "somebody may call whom nobody named"
  }
  assert {
    condition = [for one in google_service_account_iam_member.push_tokens : "${one.service_account_id} ${one.role} ${one.member}"] == [
      "accounts/push roles/iam.serviceAccountOpenIdTokenCreator serviceAccount:service-123456789@gcp-sa-pubsub.iam.gserviceaccount.com"
    ]
    error_message = "others than Pub/Sub may speak as the account that delivers"
  }
  assert {
    condition = [for one in google_pubsub_topic_iam_member.secrets : "${one.topic} ${one.role} ${one.member}"] == [
      "sallyport-rotate roles/pubsub.publisher serviceAccount:service-123456789@gcp-sa-secretmanager.iam.gserviceaccount.com"
    ]
    error_message = "others than Secret Manager may say that a secret is due"
  }
}

run "nobody_renews_without_rotation" {
  command = plan
  variables {
    rotation = null
  }

  assert {
    condition     = length(google_service_account.rotate) + length(google_service_account.push) + length(google_secret_manager_secret_iam_member.rotate) == 0
    error_message = "there are accounts for a rotation that nobody asked for"
  }
}
