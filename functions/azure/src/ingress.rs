//! A request that the host proxied becomes the pipeline's request: the same method, path, query and body, the caller's
//! headers without the platform's, and who calls.
//!
//! Where the platform authenticates callers (Easy Auth) it says who they are in headers, and strips what callers write
//! there themselves. Where it does not, anybody can write them. So they are believed only where the deployment says
//! that it does (`SALLYPORT_EASYAUTH`), and are taken away in either case.
//!
//! Contract: App Service, "Work with user identities in Azure App Service authentication".

use std::collections::BTreeMap;

use azure_functions_shim::{Body as ShimBody, BodyError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use enforcement::{Body, Caller};
use host::forwarded;
use http::{HeaderMap, Request};
use policy::{Identity, IdentityKind};
use serde::Deserialize;
use serde_json::Value;

/// The largest body, in bytes: the same as on every other provider, so that the same calls are answered.
pub const BODY_CAP: usize = 6 * 1024 * 1024;

/// What the platform says of a caller whom it has proved.
const PRINCIPAL: &str = "x-ms-client-principal";
/// The caller's object id.
const PRINCIPAL_ID: &str = "x-ms-client-principal-id";
/// Who proved it to the platform, such as `aad`.
const PRINCIPAL_PROVIDER: &str = "x-ms-client-principal-idp";

/// Headers that the platform adds on the way, by their beginnings.
const PLATFORM_PREFIXES: [&str; 6] =
    ["x-appservice-", "x-arr-", "x-azure-", "x-functions-", "x-ms-", "x-waws-"];
/// The others of them.
const PLATFORM_HEADERS: [&str; 6] = [
    "client-ip",
    "disguised-host",
    "max-forwards",
    "was-default-hostname",
    "x-forwarded-tlsversion",
    "x-site-deployment-id",
];

/// Claims that name a caller, the best first.
const ID_CLAIMS: [&str; 4] = [
    "http://schemas.microsoft.com/identity/claims/objectidentifier",
    "oid",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
    "sub",
];

/// Whom the function believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Whether the platform proves callers.
    pub easy_auth: bool,
    /// The claim that lists a caller's groups.
    pub groups_claim: String,
}

/// What a request carries.
#[derive(Debug)]
pub struct Asked {
    /// The request.
    pub request: Request<Body>,
    /// Who sent it.
    pub caller: Caller,
}

/// What the platform says of a caller cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what the platform says of the caller cannot be read")]
pub struct PrincipalFault;

/// Reads a request.
///
/// # Errors
/// When the platform has proved somebody, and it cannot be read whom.
pub async fn read(request: Request<ShimBody>, trust: &Trust) -> Result<Asked, PrincipalFault> {
    let (mut head, body) = request.into_parts();
    let identity = if trust.easy_auth { principal(&head.headers, trust)? } else { None };
    let caller = Caller { ip: forwarded::address(&head.headers), identity, ..Caller::default() };
    strip(&mut head.headers);
    let body = match body.collect().await {
        Ok(bytes) => Body::Whole(bytes),
        Err(BodyError::Broken) => Body::Broken,
        Err(BodyError::TooLarge) => Body::TooLarge,
    };
    Ok(Asked { request: Request::from_parts(head, body), caller })
}

/// Takes away what the platform has added, and what a caller may have written in its place.
fn strip(headers: &mut HeaderMap) {
    let added = |name: &str| {
        PLATFORM_HEADERS.contains(&name) || PLATFORM_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let added: Vec<_> = headers.keys().filter(|name| added(name.as_str())).cloned().collect();
    for name in added {
        headers.remove(name);
    }
}

/// The header's JSON.
#[derive(Deserialize)]
struct Principal {
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
struct Claim {
    typ: String,
    val: Value,
}

fn principal(headers: &HeaderMap, trust: &Trust) -> Result<Option<Identity>, PrincipalFault> {
    let named = text(headers, PRINCIPAL_ID)?;
    let Some(written) = text(headers, PRINCIPAL)? else {
        // An id without its claims is none of the platform's.
        return if named.is_some() { Err(PrincipalFault) } else { Ok(None) };
    };
    let json = STANDARD.decode(written).map_err(|_| PrincipalFault)?;
    let principal: Principal = serde_json::from_slice(&json).map_err(|_| PrincipalFault)?;
    let mut claims = gathered(principal.claims);
    let of_claims = ID_CLAIMS.iter().find_map(|name| claims.get(*name)?.as_str().map(str::to_owned));
    let id = named.map(str::to_owned).or(of_claims).filter(|id| !id.is_empty()).ok_or(PrincipalFault)?;
    if let Some(provider) = text(headers, PRINCIPAL_PROVIDER)? {
        claims.insert("idp".to_owned(), provider.into());
    }
    let groups = claims.get(&trust.groups_claim).map(groups).unwrap_or_default();
    Ok(Some(Identity { id, kind: IdentityKind::Provider, groups, claims }))
}

/// A header that stands there once.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, PrincipalFault> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| value.to_str().map_err(|_| PrincipalFault)).transpose()?;
    if values.next().is_some() { Err(PrincipalFault) } else { Ok(first) }
}

/// By name; one that is there several times becomes a list.
fn gathered(claims: Vec<Claim>) -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for Claim { typ, val } in claims {
        match all.get_mut(&typ) {
            None => drop(all.insert(typ, val)),
            Some(Value::Array(list)) => list.push(val),
            Some(one) => *one = Value::Array(vec![one.take(), val]),
        }
    }
    all
}

fn groups(claim: &Value) -> Vec<String> {
    match claim {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
