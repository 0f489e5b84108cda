//! Google Cloud, as a service on Cloud Run sees it: a double for each of the platform's own services behind it.

pub mod secret_manager;
