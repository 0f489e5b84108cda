//! Where issuers' public keys come from: a file that is read anew each time, or a URL.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use enforcement::{Issuer, JwksPlace, JwksSource, JwksUrl, KeyFile, Transport, check_key_set};

use crate::source::read_text;

/// The source for a place. `transport` is what URLs are fetched with.
#[must_use]
pub fn source(place: JwksPlace, transport: &Arc<dyn Transport>) -> Arc<dyn JwksSource> {
    match place {
        JwksPlace::File(path) => Arc::new(JwksFile(path)),
        JwksPlace::Url(url) => Arc::new(JwksUrl::new(url, Arc::clone(transport))),
    }
}

/// What is wrong with the files of public keys that a key file names, one line each.
pub(crate) fn faults(callers: &KeyFile) -> Vec<String> {
    let fault = |(index, issuer): (usize, &Issuer)| match &issuer.jwks {
        JwksPlace::File(path) => check(path).err().map(|fault| format!("jwt[{index}].jwks_file: {fault}")),
        JwksPlace::Url(_) => None,
    };
    callers.issuers.iter().enumerate().filter_map(fault).collect()
}

/// Whether a file holds keys that tokens can be checked with.
fn check(path: &Path) -> Result<(), String> {
    let text = read_text(path).map_err(|error| error.to_string())?;
    check_key_set(&path.display().to_string(), &text)
}

struct JwksFile(PathBuf);

impl JwksSource for JwksFile {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Option<String>> + Send + '_>> {
        Box::pin(std::future::ready(read_text(&self.0).inspect_err(|error| tracing::warn!(%error)).ok()))
    }
}
