//! Events of application load balancers: one header or all of them by name, as the target group is set, and a query
//! whose parts are as the caller encoded them. See the Elastic Load Balancing guide, "Lambda functions as targets".

use std::collections::BTreeMap;

use enforcement::Caller;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use super::{Asked, Parts, header};
use crate::error::AwsError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    http_method: String,
    path: String,
    query_string_parameters: Option<BTreeMap<String, String>>,
    multi_value_query_string_parameters: Option<BTreeMap<String, Vec<String>>>,
    headers: Option<BTreeMap<String, String>>,
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Names with all their values.
type Pairs = Vec<(String, String)>;

pub(super) fn read(event: Value) -> Result<Asked, AwsError> {
    let event: Event =
        serde_json::from_value(event).map_err(|_| AwsError::MalformedEvent { what: "shape" })?;
    let query = pairs(event.query_string_parameters, event.multi_value_query_string_parameters);
    let query: Vec<_> = query.iter().map(|(name, value)| written(name, value)).collect();
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(event.headers, event.multi_value_headers) {
        header(&mut headers, &name, &value)?;
    }
    let caller = Caller { ip: ip(&headers), identity: None };
    let request = Parts {
        method: &event.http_method,
        path: &event.path,
        query: &query.join("&"),
        headers,
        body: event.body,
        base64: event.is_base64_encoded,
    };
    Ok(Asked { request: request.into_request()?, caller })
}

/// The one form or the other, whichever the target group is set to.
fn pairs(single: Option<BTreeMap<String, String>>, all: Option<BTreeMap<String, Vec<String>>>) -> Pairs {
    match (all, single) {
        (Some(all), _) => {
            let each = |(name, values): (String, Vec<String>)| {
                values.into_iter().map(move |value| (name.clone(), value)).collect::<Pairs>()
            };
            all.into_iter().flat_map(each).collect()
        }
        (None, single) => single.unwrap_or_default().into_iter().collect(),
    }
}

fn written(name: &str, value: &str) -> String {
    if value.is_empty() { name.to_owned() } else { format!("{name}={value}") }
}

/// The address that the balancer saw, which it puts behind what the caller claims.
fn ip(headers: &HeaderMap) -> String {
    let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    last.and_then(|list| list.rsplit(',').next()).map(|ip| ip.trim().to_owned()).unwrap_or_default()
}
