//! Sallyport on Google Cloud Run: what lies between the platform and the shared crates.
