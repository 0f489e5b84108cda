//! Sallyport on Google Cloud Run: what lies between the platform and the shared crates.

pub mod checksum;
pub mod clients;
pub mod config;
pub mod credentials;
pub mod error;
pub mod id_tokens;
pub mod ingress;
pub mod log_format;
pub mod metadata;
pub mod rotation_config;
pub mod rotation_event;
pub mod rotation_push;
pub mod rotation_store;
pub mod rotator;
pub mod secret_store;
pub mod trace;
pub mod vertex;
