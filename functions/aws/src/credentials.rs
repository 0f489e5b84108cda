//! The function's role as a credential: requests signed with AWS Signature Version 4, for Bedrock and for the secret
//! store. The signature covers the method, the path, the query, the host, the time, the session token and the body,
//! and no other header, so that what a proxy adds on the way does no harm.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningError as LibraryError,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use enforcement::{Signer, SigningError};
use http::{Request, Uri};
use secrets::{BoxFuture, Secret};

/// The credentials that Lambda gives a process for its role, good for as long as the process lives.
#[derive(Debug)]
pub struct RoleCredentials {
    /// Which key.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
    /// What belongs to the key where it is a session's.
    pub session_token: Option<Secret>,
}

impl RoleCredentials {
    /// The same, as AWS's own crates take them.
    pub(crate) fn credentials(&self) -> Credentials {
        let token = self.session_token.as_ref().map(|token| token.expose().to_owned());
        let key = self.secret_access_key.expose();
        Credentials::new(self.access_key_id.clone(), key, token, None, "environment")
    }
}

/// Signs requests to one service in one region as the function's role.
#[derive(Debug)]
pub struct RoleSigner {
    credentials: Option<Credentials>,
    region: String,
    /// The service's name in signatures, such as `bedrock`.
    service: &'static str,
}

impl RoleSigner {
    /// A signer for a service. Without credentials nothing is signed, so nothing is sent.
    #[must_use]
    pub fn new(role: Option<&RoleCredentials>, region: &str, service: &'static str) -> Self {
        let credentials = role.map(RoleCredentials::credentials);
        Self { credentials, region: region.to_owned(), service }
    }

    /// Signs a request at a time, in milliseconds since 1970. Nothing of it may be changed afterwards.
    ///
    /// # Errors
    /// When there are no credentials, or the request is none.
    pub fn sign_at(&self, request: &mut Request<Bytes>, now_ms: u64) -> Result<(), SigningError> {
        let fault = |reason: &str| SigningError { reason: reason.to_owned() };
        let credentials =
            self.credentials.clone().ok_or(fault("the function has no credentials of a role"))?;
        if self.region.is_empty() {
            return Err(fault("the function's region is not known"));
        }
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(time(now_ms))
            .settings(settings(self.service))
            .build()
            .map_err(|_| fault("the signature lacks a part"))?;
        self.apply(request, &params.into()).map_err(|_| fault("the request cannot be signed"))
    }

    fn apply(
        &self,
        request: &mut Request<Bytes>,
        params: &aws_sigv4::http_request::SigningParams<'_>,
    ) -> Result<(), LibraryError> {
        let uri = request.uri().to_string();
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), uri, std::iter::empty(), body)?;
        let (instructions, _) = sign(signable, params)?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

impl Signer for RoleSigner {
    fn sign<'a>(
        &'a self,
        request: &'a mut Request<Bytes>,
        now_ms: u64,
    ) -> BoxFuture<'a, Result<(), SigningError>> {
        Box::pin(std::future::ready(self.sign_at(request, now_ms)))
    }
}

/// The path is signed as it is sent, encoded once more: `%3A` of a model's ARN as `%253A`. S3 alone wants it as it is
/// sent, and the body's hash in a header.
fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    let (encoding, normalization, checksum) = match service {
        "s3" => {
            (PercentEncodingMode::Single, UriPathNormalizationMode::Disabled, PayloadChecksumKind::XAmzSha256)
        }
        _ => (PercentEncodingMode::Double, UriPathNormalizationMode::Enabled, PayloadChecksumKind::NoHeader),
    };
    settings.percent_encoding_mode = encoding;
    settings.uri_path_normalization_mode = normalization;
    settings.payload_checksum_kind = checksum;
    settings
}

fn time(ms: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(ms)
}

/// The region of an endpoint of Bedrock, such as `https://bedrock-runtime.eu-west-1.amazonaws.com`; the function's own
/// where the address does not tell.
#[must_use]
pub fn bedrock_region<'a>(url: &'a Uri, own: &'a str) -> &'a str {
    let mut labels = url.host().unwrap_or_default().split('.');
    let is_region = |label: &&str| label.matches('-').count() >= 2;
    let found = labels.find(|label| label.starts_with("bedrock-")).and_then(|_| labels.next());
    found.filter(is_region).unwrap_or(own)
}

#[cfg(test)]
mod tests;
