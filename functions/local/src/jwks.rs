//! Where issuers' public keys come from: a file that is read anew each time, or a URL.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use enforcement::{JwksPlace, JwksSource, JwksUrl, Transport, check_key_set};

use crate::source;

type Fetching<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// The source for a place. `transport` is what URLs are fetched with.
pub(crate) fn source(place: JwksPlace, transport: &Arc<dyn Transport>) -> Arc<dyn JwksSource> {
    match place {
        JwksPlace::File(path) => Arc::new(JwksFile(path)),
        JwksPlace::Url(url) => Arc::new(JwksUrl::new(url, Arc::clone(transport))),
    }
}

/// Whether a file holds keys that tokens can be checked with, as one that the operator names must at the
/// start. The error says what is wrong.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    let text = source::read_text(path).map_err(|error| error.to_string())?;
    check_key_set(&path.display().to_string(), &text)
}

struct JwksFile(PathBuf);

impl JwksSource for JwksFile {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(std::future::ready(
            source::read_text(&self.0).inspect_err(|error| tracing::warn!(%error)).ok(),
        ))
    }
}
