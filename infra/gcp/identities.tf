# Who the services are, and all that they may do. README.md tells each role and why; tests/suites/infra_gcp compares them.

locals {
  # Accounts by which Google's own services act in this project.
  agents = {
    pubsub  = "service-${local.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    run     = "service-${local.number}@serverless-robot-prod.iam.gserviceaccount.com"
    secrets = "service-${local.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
  }
  encrypting_agents = var.kms_key == null ? {} : merge(
    { logs = data.google_logging_project_cmek_settings.this[0].service_account_id },
    { for agent, email in local.agents : agent => email if agent != "pubsub" || var.rotation != null },
  )
}

# The service that enforces: it calls models and reads credentials. It writes nothing but its log, which needs no role.

resource "google_service_account" "enforce" {
  project      = var.project
  account_id   = local.enforce
  display_name = "Enforces the policy on model calls"
}

resource "google_project_iam_custom_role" "call_models" {
  count = contains(keys(var.upstreams), "vertex") ? 1 : 0

  project     = var.project
  role_id     = "${replace(var.name, "-", "_")}_call_models"
  title       = "Call models"
  description = "Calls to models of Vertex AI, and nothing else of it"
  permissions = ["aiplatform.endpoints.predict"]
}

resource "google_project_iam_member" "enforce_models" {
  count = contains(keys(var.upstreams), "vertex") ? 1 : 0

  project = var.project
  role    = "projects/${var.project}/roles/${google_project_iam_custom_role.call_models[0].role_id}"
  member  = "serviceAccount:${google_service_account.enforce.email}"
}

resource "google_secret_manager_secret_iam_member" "enforce_credentials" {
  for_each = local.credential_secrets

  project   = var.project
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.enforce.email}"
}

# Where the newest version is disabled, the newest of the others is the one that counts, and has to be found.
resource "google_project_iam_custom_role" "see_versions" {
  project     = var.project
  role_id     = "${replace(var.name, "-", "_")}_see_versions"
  title       = "See which versions a secret has"
  description = "Which version is the newest one that is enabled; no values"
  permissions = ["secretmanager.versions.list"]
}

resource "google_secret_manager_secret_iam_member" "enforce_versions" {
  for_each = local.credential_secrets

  project   = var.project
  secret_id = each.value
  role      = "projects/${var.project}/roles/${google_project_iam_custom_role.see_versions.role_id}"
  member    = "serviceAccount:${google_service_account.enforce.email}"
}

resource "google_secret_manager_secret_iam_member" "enforce_files" {
  for_each = local.files

  project   = var.project
  secret_id = google_secret_manager_secret.file[each.key].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.enforce.email}"
}

# The service that renews: one secret, and the one with the credential for making others. No model, no other secret.

resource "google_service_account" "rotate" {
  count = local.rotates

  project      = var.project
  account_id   = local.rotate
  display_name = "Renews one credential"
}

resource "google_project_iam_custom_role" "move_stages" {
  count = local.rotates

  project     = var.project
  role_id     = "${replace(var.name, "-", "_")}_move_stages"
  title       = "Move the stages of a secret"
  description = "Which version is the current one stands in the secret's aliases"
  permissions = ["secretmanager.secrets.get", "secretmanager.secrets.update"]
}

resource "google_secret_manager_secret_iam_member" "rotate" {
  for_each = local.rotates == 0 ? {} : {
    read   = "roles/secretmanager.secretAccessor"
    stages = "projects/${var.project}/roles/${google_project_iam_custom_role.move_stages[0].role_id}"
    write  = "roles/secretmanager.secretVersionManager"
  }

  project   = var.project
  secret_id = google_secret_manager_secret.rotated[0].secret_id
  role      = each.value
  member    = "serviceAccount:${google_service_account.rotate[0].email}"
}

resource "google_secret_manager_secret_iam_member" "rotate_administration" {
  count = local.rotates == 0 ? 0 : (var.rotation.admin_secret == null ? 0 : 1)

  project   = split("/", var.rotation.admin_secret)[1]
  secret_id = split("/", var.rotation.admin_secret)[3]
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.rotate[0].email}"
}

# Who delivers the events of the rotation: it may call that one service, and nothing else at all.

resource "google_service_account" "push" {
  count = local.rotates

  project      = var.project
  account_id   = "${var.name}-push"
  display_name = "Delivers events of one secret's rotation"
}

resource "google_cloud_run_v2_service_iam_member" "push" {
  count = local.rotates

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_service.rotate[0].name
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_service_account.push[0].email}"
}

resource "google_project_iam_member" "push_events" {
  count = local.by_eventarc

  project = var.project
  role    = "roles/eventarc.eventReceiver"
  member  = "serviceAccount:${google_service_account.push[0].email}"
}

resource "google_service_account_iam_member" "push_tokens" {
  count = local.rotates

  service_account_id = google_service_account.push[0].name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = "serviceAccount:${local.agents.pubsub}"
}

# Your own key: the services that keep things may use it, no account of ours.

data "google_logging_project_cmek_settings" "this" {
  count = var.kms_key == null ? 0 : 1

  project = var.project
}

resource "google_kms_crypto_key_iam_member" "agents" {
  for_each = local.encrypting_agents

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value}"
}
