//! Issuers' public keys: from a URL, through the same transport that calls go through; and whether a set of them is one.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt as _, Limited};
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;

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

/// Whether the text of a key set holds keys that tokens can be checked with. `name` is what the error calls it.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn check_key_set(name: &str, text: &str) -> Result<(), String> {
    let set: JwkSet = serde_json::from_str(text)
        .map_err(|_| format!("`{name}` is no JSON Web Key Set (`{{\"keys\": [...]}}`)"))?;
    let usable = set.keys.iter().any(|key| DecodingKey::from_jwk(key).is_ok());
    if usable { Ok(()) } else { Err(format!("`{name}` holds no key that a token can be checked with")) }
}
