//! A custom handler, or a service of Cloud Run, as one would write it without Sallyport: `axum`, which answers everything
//! with hello on the port that the platform names.

use std::error::Error;
use std::net::Ipv4Addr;

use axum::Router;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::var("FUNCTIONS_CUSTOMHANDLER_PORT").or_else(|_| std::env::var("PORT"))?.parse()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, Router::new().fallback(|| async { "hello" })).await?;
    Ok(())
}
