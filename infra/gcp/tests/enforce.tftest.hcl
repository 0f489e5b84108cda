# The service that enforces: who reaches it, what it is told, what it reads.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project       = "some-project"
  region        = "europe-west1"
  enforce_image = "europe-west1-docker.pkg.dev/some-project/sallyport/enforce:1"
  policy        = <<-EOT
    apiVersion: v1
    kind: AIPolicy
    metadata: {name: one}
    spec:
      rules:
        - {name: no-injection, type: input_validation, detectors: [prompt_injection], action: BLOCK}
  EOT
  upstreams = {
    azure_openai = "https://some.openai.azure.com"
    openai       = "https://api.openai.com"
    vertex       = "https://europe-west1-aiplatform.googleapis.com"
  }
  vertex_locations = ["europe-west1", "europe-west4"]
  invokers         = ["serviceAccount:agent@some-project.iam.gserviceaccount.com", "group:agents@example.com"]
}

run "who_reaches_it" {
  command = plan

  assert {
    condition     = google_cloud_run_v2_service.enforce.ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    error_message = "the service is reached from outside"
  }
  assert {
    condition     = google_cloud_run_v2_service.enforce.invoker_iam_disabled == false
    error_message = "the service asks nobody who they are"
  }
  assert {
    condition = toset([for one in google_cloud_run_v2_service_iam_member.callers : "${one.role} ${one.member}"]) == toset([
      "roles/run.invoker serviceAccount:agent@some-project.iam.gserviceaccount.com",
      "roles/run.invoker group:agents@example.com",
    ])
    error_message = "others than the invokers may call"
  }
  assert {
    condition     = google_cloud_run_v2_service.enforce.deletion_protection
    error_message = "the service can be destroyed"
  }
}

run "who_comes_through_a_load_balancer" {
  command = plan
  variables {
    ingress = "internal-and-cloud-load-balancing"
  }

  assert {
    condition     = google_cloud_run_v2_service.enforce.ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    error_message = "the service is reached past the load balancer"
  }
}

run "what_it_is_told" {
  command = plan

  assert {
    condition = { for one in google_cloud_run_v2_service.enforce.template[0].containers[0].env : one.name => one.value } == {
      GOOGLE_CLOUD_PROJECT            = "some-project"
      SALLYPORT_AUDIENCE              = "https://sallyport-enforce-123456789.europe-west1.run.app"
      SALLYPORT_PLATFORM_CHECKS       = "true"
      SALLYPORT_POLICY                = "/policy/policy.yaml"
      SALLYPORT_REGIONS               = "europe-west1,europe-west4"
      SALLYPORT_SECRET_AZURE_OPENAI   = "projects/some-project/secrets/sallyport-azure-openai"
      SALLYPORT_SECRET_OPENAI         = "projects/some-project/secrets/sallyport-openai"
      SALLYPORT_TIMEOUT               = "300"
      SALLYPORT_UPSTREAM_AZURE_OPENAI = "https://some.openai.azure.com"
      SALLYPORT_UPSTREAM_OPENAI       = "https://api.openai.com"
      SALLYPORT_UPSTREAM_TIMEOUT      = "120"
      SALLYPORT_UPSTREAM_VERTEX       = "https://europe-west1-aiplatform.googleapis.com"
    }
    error_message = "the settings are not what the service is to be told"
  }
  assert {
    condition     = google_cloud_run_v2_service.enforce.custom_audiences == tolist([output.audience])
    error_message = "the platform and the service take tokens for different audiences"
  }
  assert {
    condition     = output.url == "https://sallyport-enforce-123456789.europe-west1.run.app"
    error_message = "the URL is another"
  }
  assert {
    condition     = google_cloud_run_v2_service.enforce.template[0].scaling[0].max_instance_count == 10
    error_message = "there may be more instances than the limits of the policy were told"
  }
}

run "what_it_reads" {
  command = apply
  variables {
    key_file = "keys: []"
  }

  assert {
    condition = { for one in google_secret_manager_secret_version.file : one.secret => one.secret_data } == {
      (google_secret_manager_secret.file["keys"].id)   = "keys: []"
      (google_secret_manager_secret.file["policy"].id) = var.policy
    }
    error_message = "the policy or the key file is not what was given"
  }
  assert {
    condition = toset([
      for one in google_cloud_run_v2_service.enforce.template[0].volumes :
      "${one.secret[0].secret} ${one.secret[0].items[0].path}"
    ]) == toset(["sallyport-file-keys keys.yaml", "sallyport-file-policy policy.yaml"])
    error_message = "the files are not mounted"
  }
  assert {
    condition = alltrue([
      for one in google_cloud_run_v2_service.enforce.template[0].volumes :
      one.secret[0].items[0].version == google_secret_manager_secret_version.file[one.name].version
    ])
    error_message = "a revision of the service does not hold on to its version of the policy"
  }
  assert {
    condition = toset([
      for one in google_cloud_run_v2_service.enforce.template[0].containers[0].volume_mounts : "${one.name} ${one.mount_path}"
    ]) == toset(["keys /keys", "policy /policy"])
    error_message = "the files are mounted elsewhere"
  }
  assert {
    condition = one([
      for one in google_cloud_run_v2_service.enforce.template[0].containers[0].env : one.value if one.name == "SALLYPORT_KEYS"
    ]) == "/keys/keys.yaml"
    error_message = "the service is not told of the key file"
  }
}

run "nothing_goes_anywhere_without_upstreams" {
  command = plan
  variables {
    upstreams        = {}
    vertex_locations = []
  }

  assert {
    condition = alltrue([
      for one in google_cloud_run_v2_service.enforce.template[0].containers[0].env :
      !startswith(one.name, "SALLYPORT_UPSTREAM_") || one.name == "SALLYPORT_UPSTREAM_TIMEOUT"
    ])
    error_message = "there is an upstream that nobody named"
  }
  assert {
    condition     = length(google_project_iam_member.enforce_models) == 0
    error_message = "models may be called where none is an upstream"
  }
}
