//! Sallyport on Azure Functions: two custom handlers, `bin/enforce.rs` and `bin/rotate.rs`. Thin: it turns what the
//! Functions host sends into requests, and what the platform offers into what the shared crates take. Decisions are made
//! in `shared/`, none here.

pub mod account_keys;
pub mod answer;
pub mod config;
pub mod credentials;
pub mod error;
mod function_files;
pub mod ingress;
pub mod log_format;
pub mod log_ingestion;
pub mod rotation_config;
pub mod rotation_event;
pub mod rotation_lease;
pub mod rotation_store;
pub mod rotation_webhook;
pub mod rotator;
pub mod sdk_http;
pub mod secret_store;
pub mod vault_config;
