//! Events of function URLs and HTTP APIs, payload format 2.0. Their own words are AWS's, see the Lambda developer guide,
//! "Invoking Lambda function URLs", and the API Gateway one, "Lambda proxy integrations for HTTP APIs".

use std::collections::BTreeMap;

use enforcement::Caller;
use http::HeaderMap;
use policy::{Identity, IdentityKind};
use serde::Deserialize;
use serde_json::Value;

use super::{Asked, Parts, header};
use crate::error::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    request_context: Context,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    http: Http,
    #[serde(default)]
    stage: String,
    authorizer: Option<Authorizer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    #[serde(default)]
    source_ip: String,
}

/// Who the caller is, as the service in front of us found. A Lambda authorizer's own words are left alone.
#[derive(Deserialize)]
struct Authorizer {
    iam: Option<Iam>,
    jwt: Option<Jwt>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Iam {
    user_arn: String,
    account_id: Option<String>,
    principal_org_id: Option<String>,
}

#[derive(Deserialize)]
struct Jwt {
    claims: BTreeMap<String, Value>,
}

pub(super) fn read(event: Value, groups_claim: &str) -> Result<Asked, AwsError> {
    let malformed = |what| AwsError::MalformedEvent { what };
    let event: Event = serde_json::from_value(event).map_err(|_| malformed("shape"))?;
    let context = event.request_context;
    let identity = match context.authorizer {
        Some(Authorizer { iam: Some(iam), .. }) => Some(principal(iam).ok_or(malformed("caller"))?),
        Some(Authorizer { jwt: Some(jwt), .. }) => {
            Some(subject(jwt, groups_claim).ok_or(malformed("caller"))?)
        }
        Some(Authorizer { iam: None, jwt: None }) | None => None,
    };
    let mut headers = HeaderMap::with_capacity(event.headers.len());
    for (name, value) in &event.headers {
        header(&mut headers, name, value)?;
    }
    let request = Parts {
        method: &context.http.method,
        path: without_stage(&event.raw_path, &context.stage),
        query: &event.raw_query_string,
        headers,
        body: event.body,
        base64: event.is_base64_encoded,
    };
    Ok(Asked { request: request.into_request()?, caller: Caller { ip: context.http.source_ip, identity } })
}

/// The path behind the stage of an HTTP API, which stands before it unless it is the default one.
fn without_stage<'a>(path: &'a str, stage: &str) -> &'a str {
    let rest = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(stage));
    match rest.filter(|rest| stage != "$default" && !stage.is_empty() && rest.starts_with('/')) {
        Some(rest) => rest,
        None => path,
    }
}

fn principal(iam: Iam) -> Option<Identity> {
    let mut claims = BTreeMap::new();
    let (id, session) = role(&iam.user_arn)?;
    let told = [("account", iam.account_id), ("org", iam.principal_org_id), ("session", session)];
    for (name, value) in told {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            claims.insert(name.to_owned(), Value::String(value));
        }
    }
    Some(Identity { id, kind: IdentityKind::Provider, groups: Vec::new(), claims })
}

/// Who an ARN stands for. Of a role that somebody has taken on, it is the role, whose name alone the ARN of a session
/// tells; policies name roles, not sessions, which callers name themselves.
fn role(arn: &str) -> Option<(String, Option<String>)> {
    let mut parts = arn.splitn(6, ':');
    let (word, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    if word != "arn" || resource.is_empty() {
        return None;
    }
    let Some(taken_on) = resource.strip_prefix("assumed-role/") else {
        return Some((arn.to_owned(), None));
    };
    let (name, session) = taken_on.split_once('/')?;
    let told = service == "sts" && !name.is_empty();
    told.then(|| (format!("arn:{partition}:iam::{account}:role/{name}"), Some(session.to_owned())))
}

fn subject(jwt: Jwt, groups_claim: &str) -> Option<Identity> {
    let named = |claim: &str| jwt.claims.get(claim)?.as_str().filter(|text| !text.is_empty());
    let id = named("sub").or_else(|| named("client_id"))?.to_owned();
    let groups = jwt.claims.get(groups_claim).map(groups).unwrap_or_default();
    Some(Identity { id, kind: IdentityKind::Provider, groups, claims: jwt.claims })
}

/// A list, which an HTTP API writes as a text: `[batch night]`.
fn groups(claim: &Value) -> Vec<String> {
    match claim {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => {
            let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
            inner.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}
