# What Google would answer to what the module asks.

mock_data "google_project" {
  defaults = { number = "123456789" }
}

mock_data "google_logging_project_cmek_settings" {
  defaults = { service_account_id = "cmek-p123456789@gcp-sa-logging.iam.gserviceaccount.com" }
}
