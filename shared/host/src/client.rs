//! The HTTP client of a function: one for upstreams, secrets, key sets and whatever else it asks. Certificates are most of
//! what a start consists of, so they are only read where something is fetched over TLS.

use std::time::Duration;

use enforcement::{HttpSettings, HttpTransport, JwksPlace, KeyFile};
use http::Uri;

use crate::HostError;

/// Whether any of these is fetched over TLS.
pub fn use_tls<'a>(urls: impl IntoIterator<Item = &'a Uri>) -> bool {
    urls.into_iter().any(|url| url.scheme_str() == Some("https"))
}

/// Where the public keys of issuers are fetched.
pub fn key_sets(callers: &KeyFile) -> impl Iterator<Item = &Uri> {
    callers.issuers.iter().filter_map(|issuer| match &issuer.jwks {
        JwksPlace::File(_) => None,
        JwksPlace::Url(url) => Some(url),
    })
}

/// A client, whose certificates are there when this has returned. An upstream may be silent for `patience`.
///
/// # Errors
/// When there are none that can be read.
pub fn ready(patience: Duration, tls: bool) -> Result<HttpTransport, HostError> {
    if !tls {
        return Ok(HttpTransport::plain(settings(patience)));
    }
    let failed = |reason| HostError::System { what: "no certificate authorities can be read", reason };
    HttpTransport::with_native_roots(settings(patience)).map_err(failed)
}

/// A client that is made in no time: certificates are read when they are needed, or when it is told to prepare.
#[must_use]
pub fn ready_when_needed(patience: Duration, tls: bool) -> HttpTransport {
    if tls {
        HttpTransport::with_native_roots_when_needed(settings(patience))
    } else {
        HttpTransport::plain(settings(patience))
    }
}

fn settings(patience: Duration) -> HttpSettings {
    HttpSettings { idle_timeout: patience, ..HttpSettings::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_url_with_tls_is_enough() {
        let (plain, tls) = (Uri::from_static("http://x"), Uri::from_static("https://x"));
        assert!(!use_tls([]) && !use_tls([&plain]) && use_tls([&plain, &tls]));
    }
}
