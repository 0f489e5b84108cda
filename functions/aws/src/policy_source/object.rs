//! A policy in an object of S3, whose versions are told apart by their ETag. Asked for with the one that is known, S3
//! answers 304 and no body where it has not changed. See `GetObject` in the S3 API reference.

use bytes::Bytes;
use http::header::{ETAG, IF_NONE_MATCH};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Fetched, Look, MOST, Reach, RemotePolicy};
use crate::xml::Element;

/// What a key's signs become in a path, in the one form that a signature is made over.
const NOT_IN_KEYS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Looks at an object.
pub(super) async fn look(
    policy: &RemotePolicy,
    reach: &Reach,
    bucket: &str,
    key: &str,
    known: Option<&str>,
) -> Look {
    let answer = reach.ask(question(policy, bucket, key, known)?, MOST).await?;
    match answer.status() {
        StatusCode::NOT_MODIFIED if known.is_some() => return Ok(None),
        StatusCode::OK => {}
        _ => return Err(refused(&answer)),
    }
    let version = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let version = version.ok_or("its answer has no ETag")?.to_owned();
    // Some who speak for S3 heed no condition.
    if known == Some(&version) {
        return Ok(None);
    }
    let text = String::from_utf8(answer.into_body().into()).map_err(|_| "it is not UTF-8 text")?;
    let name = format!("{}, version {}", policy.place, version.trim_matches('"'));
    Ok(Some(Fetched { version, name, text }))
}

fn question(
    policy: &RemotePolicy,
    bucket: &str,
    key: &str,
    known: Option<&str>,
) -> Result<Request<Bytes>, &'static str> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = url(policy, bucket, key).ok_or("this is no place of an object")?;
    if let Some(known) = known {
        let known = HeaderValue::try_from(known).map_err(|_| "its ETag is none")?;
        request.headers_mut().insert(IF_NONE_MATCH, known);
    }
    Ok(request)
}

/// The bucket is a part of the host's name, as S3 wants it, but for a bucket with dots, which no certificate covers, and
/// for an endpoint that the environment names: there it is the first part of the path.
fn url(policy: &RemotePolicy, bucket: &str, key: &str) -> Option<Uri> {
    let (scheme, host) = (policy.endpoint.scheme_str()?, policy.endpoint.authority()?);
    let base = policy.endpoint.path().trim_end_matches('/');
    let key = utf8_percent_encode(key, NOT_IN_KEYS);
    let text = if policy.own_endpoint && !bucket.contains('.') {
        format!("{scheme}://{bucket}.{host}{base}/{key}")
    } else {
        format!("{scheme}://{host}{base}/{bucket}/{key}")
    };
    text.parse().ok()
}

/// What is told of an answer other than 200: its kind, and not its text.
fn refused(answer: &Response<Bytes>) -> String {
    let text = std::str::from_utf8(answer.body()).unwrap_or_default();
    let kind = Element::read(text).and_then(|error| error.text("Code")).unwrap_or_default();
    let plain = kind.chars().all(|sign| sign.is_ascii_alphanumeric()) && kind.len() <= 64;
    let kind = if plain { kind.as_str() } else { "" };
    // Without the right to list a bucket's keys, one that is not there is told as one that may not be read.
    let hint = match kind {
        "AccessDenied" => " (it is not there, or the role may not read it)",
        "PermanentRedirect" => " (the bucket is in another region)",
        _ => "",
    };
    format!("S3 answered {} {kind}{hint}", answer.status().as_u16()).trim_end().to_owned()
}
