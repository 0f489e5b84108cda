# Both examples, as they are deployed.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project = "some-project"
  callers = ["group:agents@example.com"]
}

run "minimal" {
  command = apply
  module {
    source = "./examples/minimal"
  }
  variables {
    enforce_image = "enforce:1"
  }

  assert {
    condition     = output.secrets == { openai = "projects/some-project/secrets/sallyport-openai" }
    error_message = "there is no place for the credential"
  }
}

run "hardened" {
  command = plan
  module {
    source = "./examples/hardened"
  }
  variables {
    enforce_image  = "enforce@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    rotate_image   = "rotate@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    key_reader     = "serviceAccount:agent@some-project.iam.gserviceaccount.com"
    first_rotation = "2027-01-31T04:00:00Z"
    alert_email    = "somebody@example.com"
    access_policy  = "42"
  }

  assert {
    condition     = output.rotated_secret == "projects/some-project/secrets/sallyport-rotated"
    error_message = "there is no place for the keys"
  }
  assert {
    condition     = google_compute_subnetwork.this.private_ip_google_access
    error_message = "the network has no way to Google's APIs"
  }
}
