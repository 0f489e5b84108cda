//! Sallyport on Google Cloud Run: what lies between the platform and the shared crates.

pub mod checksum;
pub mod clients;
pub mod credentials;
pub mod error;
pub mod metadata;
pub mod rotation_config;
pub mod rotation_event;
pub mod rotation_push;
pub mod rotation_store;
pub mod rotator;
