//! Events of function URLs and HTTP APIs, payload format 2.0. Their own words are AWS's, see the Lambda developer guide,
//! "Invoking Lambda function URLs", and the API Gateway one, "Lambda proxy integrations for HTTP APIs".
//!
//! `aws_lambda_events` has a type for each of the two. That of HTTP APIs is taken for both: it has every member of the
//! other, and the organisation of a caller besides.

use std::collections::BTreeMap;

use aws_lambda_events::apigw::{ApiGatewayRequestAuthorizerIamDescription as Iam, ApiGatewayV2httpRequest};
use enforcement::Caller;
use policy::{Identity, IdentityKind};
use serde_json::{Map, Value};

use super::{Asked, Parts, forget, sound};
use crate::error::AwsError;

/// What is not read here, so that no service can send it in a form in which the event would be refused. A query's
/// parameters are those of the raw query, decoded and joined; `path` is a name of other events for `rawPath`.
const UNREAD: [(&str, &str); 9] = [
    ("", "cookies"),
    ("", "httpMethod"),
    ("", "path"),
    ("", "pathParameters"),
    ("", "queryStringParameters"),
    ("", "stageVariables"),
    ("/requestContext", "authentication"),
    ("/requestContext/authorizer", "lambda"),
    ("/requestContext/authorizer/iam", "cognitoIdentity"),
];

pub(super) fn read(mut event: Value, groups_claim: &str) -> Result<Asked, AwsError> {
    let malformed = |what| AwsError::MalformedEvent { what };
    sound(&event, "/requestContext/http/method", "headers")?;
    forget(&mut event, &UNREAD);
    // The type knows claims that are texts, and no others.
    let claims = event.pointer_mut("/requestContext/authorizer/jwt/claims").map(Value::take);
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event).map_err(|_| malformed("shape"))?;
    let context = event.request_context;
    let authorizer = context.authorizer.unwrap_or_default();
    let identity = match (authorizer.iam, authorizer.jwt) {
        (Some(iam), _) => Some(principal(iam).ok_or(malformed("caller"))?),
        (None, Some(_)) => Some(subject(claims, groups_claim).ok_or(malformed("caller"))?),
        (None, None) => None,
    };
    let path = event.raw_path.unwrap_or_default();
    let request = Parts {
        method: context.http.method,
        path: without_stage(&path, context.stage.as_deref().unwrap_or_default()),
        query: event.raw_query_string.as_deref().unwrap_or_default(),
        headers: event.headers,
        body: event.body,
        base64: event.is_base64_encoded,
    };
    let caller = Caller { ip: context.http.source_ip.unwrap_or_default(), identity, ..Caller::default() };
    Ok(Asked { request: request.into_request()?, caller })
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
    let (id, session) = role(&iam.user_arn?)?;
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

fn subject(claims: Option<Value>, groups_claim: &str) -> Option<Identity> {
    let Some(Value::Object(claims)) = claims else { return None };
    let id = named(&claims, "sub").or_else(|| named(&claims, "client_id"))?.to_owned();
    let groups = claims.get(groups_claim).map(groups).unwrap_or_default();
    Some(Identity { id, kind: IdentityKind::Provider, groups, claims: claims.into_iter().collect() })
}

fn named<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim)?.as_str().filter(|text| !text.is_empty())
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
