//! Issuers' public keys from a URL, through the same transport that calls go through.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt as _, Limited};

use super::JwksSource;
use crate::transport::Transport;

/// The largest key set that is read, in bytes.
const MOST: usize = 1024 * 1024;

type Fetching<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// A key set at a URL.
pub struct JwksUrl {
    url: Uri,
    transport: Arc<dyn Transport>,
}

impl JwksUrl {
    /// The key set at this URL.
    #[must_use]
    pub fn new(url: Uri, transport: Arc<dyn Transport>) -> Self {
        Self { url, transport }
    }

    async fn download(&self) -> Option<String> {
        let mut request = http::Request::new(Bytes::new());
        request.uri_mut().clone_from(&self.url);
        let answer = self.transport.send(request).await.ok()?;
        if answer.status() != http::StatusCode::OK {
            return None;
        }
        let body = Limited::new(answer.into_body(), MOST).collect().await.ok()?.to_bytes();
        String::from_utf8(body.into()).ok()
    }
}

impl JwksSource for JwksUrl {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            let keys = self.download().await;
            if keys.is_none() {
                tracing::warn!(url = %self.url, "the issuer's public keys cannot be had");
            }
            keys
        })
    }
}
