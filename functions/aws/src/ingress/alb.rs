//! Events of application load balancers: one header or all of them by name, as the target group is set, and a query
//! whose parts are as the caller encoded them. See the Elastic Load Balancing guide, "Lambda functions as targets".

use std::collections::BTreeMap;

use aws_lambda_events::alb::AlbTargetGroupRequest;
use enforcement::Caller;
use http::HeaderMap;
use serde::Serialize;
use serde_json::Value;

use super::{Asked, Parts, sound};
use crate::error::AwsError;

pub(super) fn read(mut event: Value) -> Result<Asked, AwsError> {
    let malformed = || AwsError::MalformedEvent { what: "shape" };
    sound(&event, "/httpMethod", "headers")?;
    sound(&event, "/httpMethod", "multiValueHeaders")?;
    if let Some(members) = event.as_object_mut() {
        // The form that the target group is not set to may be there as nothing.
        members.retain(|_, member| !member.is_null());
    }
    let event: AlbTargetGroupRequest = serde_json::from_value(event).map_err(|_| malformed())?;
    let all = &event.multi_value_query_string_parameters;
    let single = &event.query_string_parameters;
    let query = query(if all.is_empty() { single } else { all }).ok_or_else(malformed)?;
    // The one form or the other, whichever the target group is set to.
    let all = event.multi_value_headers;
    let headers = if all.is_empty() { event.headers } else { all };
    let caller = Caller { ip: ip(&headers), ..Caller::default() };
    let request = Parts {
        method: event.http_method,
        path: event.path.as_deref().unwrap_or_default(),
        query: &query,
        headers,
        body: event.body,
        base64: event.is_base64_encoded,
    };
    Ok(Asked { request: request.into_request()?, caller })
}

/// The query, its parts as the caller encoded them and in the order of their names: the caller's own order is lost. The
/// parts are taken out by way of JSON, for the iterator that the type has takes it that each name has a value.
fn query(parameters: &impl Serialize) -> Option<String> {
    let parameters = serde_json::to_value(parameters).ok()?;
    let parameters: BTreeMap<String, Vec<String>> = serde_json::from_value(parameters).ok()?;
    let of_name = |(name, values): (&String, &Vec<String>)| -> Vec<String> {
        values.iter().map(|value| written(name, value)).collect()
    };
    Some(parameters.iter().flat_map(of_name).collect::<Vec<_>>().join("&"))
}

fn written(name: &str, value: &str) -> String {
    if value.is_empty() { name.to_owned() } else { format!("{name}={value}") }
}

/// The address that the balancer saw, which it puts behind what the caller claims.
fn ip(headers: &HeaderMap) -> String {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    last.and_then(|list| list.rsplit(',').next()).map(|ip| ip.trim().to_owned()).unwrap_or_default()
}
