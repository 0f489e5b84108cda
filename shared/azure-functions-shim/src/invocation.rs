//! What the host says of a call in its headers, and the headers that are not for the handler.

use http::header::{CONNECTION, HeaderMap, HeaderName};
use http::request::Parts;

/// Names the invocation in every call but the probe.
pub const INVOCATION_ID: HeaderName = HeaderName::from_static("x-azure-functions-invocationid");

/// The version of the host, in every call but the probe.
pub const HOST_VERSION: HeaderName = HeaderName::from_static("x-azure-functions-hostversion");

/// Names the invocation in proxied requests alone. The host overwrites what a caller sent, so that its absence tells
/// a call that the host made itself.
pub const PROXIED_INVOCATION_ID: HeaderName = HeaderName::from_static("x-ms-invocation-id");

/// The header in which a caller of a function shows its key.
pub const FUNCTION_KEY: HeaderName = HeaderName::from_static("x-functions-key");

/// The query's member in which a caller may show it as well.
const KEY_MEMBER: &str = "code";

/// Longer values than this are not what the host sends.
const LONGEST: usize = 128;

/// Headers that are for the next hop alone (RFC 9110, 7.6.1), besides those that `Connection` names.
const HOP_BY_HOP: &[&str] =
    &["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/// One invocation. A proxied request has it among its extensions:
/// `request.extensions().get::<Invocation>()`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The id in the host's own log. `None` when the request did not come through the host, or has a value there that
    /// no host sends.
    pub id: Option<String>,
    /// The function's name, of a call by envelope. The host does not tell it with a proxied request.
    pub function: Option<String>,
    /// The version of the host, like `4.1041.200.0`.
    pub host_version: Option<String>,
}

impl Invocation {
    pub(crate) fn of(headers: &HeaderMap, function: Option<&str>) -> Self {
        let id = [PROXIED_INVOCATION_ID, INVOCATION_ID].iter().find_map(|name| plain(headers, name));
        Self { id, function: function.map(str::to_owned), host_version: plain(headers, &HOST_VERSION) }
    }
}

/// A header's value, if it is one that is safe to log: short, and of letters, digits and little else.
fn plain(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._+".contains(&byte);
    (!value.is_empty() && value.len() <= LONGEST && value.bytes().all(fits)).then(|| value.to_owned())
}

/// Takes away what was for the last hop alone.
pub(crate) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().copied().chain(named.iter().map(HeaderName::as_str)) {
        headers.remove(name);
    }
}

/// Takes the function's key away, from headers and query.
pub(crate) fn strip_key(head: &mut Parts) {
    head.headers.remove(FUNCTION_KEY);
    if let Some(uri) = without_key(&head.uri) {
        head.uri = uri;
    }
}

/// The address without the key; `None` when there is none in it.
fn without_key(uri: &http::Uri) -> Option<http::Uri> {
    let kept: Vec<_> = uri.query()?.split('&').filter(|member| !is_key(member)).collect();
    let kept = kept.join("&");
    if uri.query().is_some_and(|query| query.len() == kept.len()) {
        return None;
    }
    let path = if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{kept}", uri.path()) };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = path.parse().ok();
    // What is left of an address is one; were it not, nothing of it would go on.
    Some(http::Uri::from_parts(parts).unwrap_or_default())
}

fn is_key(member: &str) -> bool {
    member.split('=').next().is_some_and(|name| decoded(name).eq_ignore_ascii_case(KEY_MEMBER.as_bytes()))
}

/// A name as the host reads it: with what is written as `%` and two digits.
fn decoded(name: &str) -> Vec<u8> {
    let (mut rest, mut plain) = (name.as_bytes(), Vec::with_capacity(name.len()));
    while let [first, after @ ..] = rest {
        let byte = match after {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    plain
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The function's key that a caller shows, as it stands there.
#[cfg(feature = "host")]
pub(crate) fn shown_key(head: &Parts) -> Option<&str> {
    let header = head.headers.get(FUNCTION_KEY).and_then(|value| value.to_str().ok());
    let members = || head.uri.query()?.split('&').find(|member| is_key(member))?.split_once('=');
    header.or_else(|| members().map(|(_, value)| value))
}

#[cfg(test)]
mod tests;
