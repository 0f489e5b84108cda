//! Sallyport on Azure Functions: two custom handlers, one that enforces and one that renews a credential. Thin: it
//! turns what the Functions host sends into requests, and what the platform offers into what the shared crates take.

pub mod credentials;
pub mod sdk_http;
pub mod secret_store;
