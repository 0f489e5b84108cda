//! What the two functions on AWS Lambda, `bin/enforce.rs` and `bin/rotate.rs`, are made of: settings from the
//! environment, Lambda's events, the role's credentials, the secret store, the log format. Decisions are made in
//! `shared/`, none here.

pub mod config;
pub mod credential_service;
pub mod credentials;
pub mod error;
pub mod ingress;
pub mod log_format;
mod metrics;
pub mod policy_source;
pub mod rotation_config;
pub mod rotation_event;
mod rotation_store;
pub mod rotator;
mod sdk_http;
pub mod secret_config;
pub mod secret_store;
mod xml;

#[cfg(test)]
mod fake_secrets_manager;
#[cfg(test)]
mod scripted;
