//! A policy in a parameter of Systems Manager's Parameter Store. A parameter holds 4 KB, an advanced one 8 KB; it has a
//! number for each of its versions, which come with the value. See `GetParameter` in the Systems Manager API reference.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Fetched, Look, Reach, RemotePolicy};

/// The largest answer, in bytes: 8 KB, each byte of which may take six as JSON, and what stands around.
const MOST: usize = 128 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    parameter: Parameter,
}

/// What we read of a parameter.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    value: String,
    version: u64,
    /// One that was removed and made again begins with version 1 again.
    #[serde(default)]
    last_modified_date: Value,
}

/// Looks at a parameter, by name or ARN.
pub(super) async fn look(policy: &RemotePolicy, reach: &Reach, name: &str, known: Option<&str>) -> Look {
    let answer = reach.ask(question(policy, name), MOST).await?;
    if answer.status() != StatusCode::OK {
        return Err(refused(&answer));
    }
    let answer: Answer =
        serde_json::from_slice(answer.body()).map_err(|_| "its answer is not what it should be")?;
    let Parameter { value, version, last_modified_date } = answer.parameter;
    let name = format!("{}, version {version}", policy.place);
    let version = format!("{version} {last_modified_date}");
    Ok((known != Some(&version)).then_some(Fetched { version, name, text: value }))
}

fn question(policy: &RemotePolicy, name: &str) -> Request<Bytes> {
    let message = json!({"Name": name, "WithDecryption": true});
    let mut request = Request::new(Bytes::from(message.to_string()));
    *request.method_mut() = Method::POST;
    request.uri_mut().clone_from(&policy.endpoint);
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    headers.insert("x-amz-target", HeaderValue::from_static("AmazonSSM.GetParameter"));
    request
}

/// What is told of an answer other than 200: its kind, and not its text.
fn refused(answer: &Response<Bytes>) -> String {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let kind = body.get("__type").and_then(Value::as_str).unwrap_or_default();
    let kind = kind.rsplit('#').next().unwrap_or_default();
    let plain = kind.chars().all(|sign| sign.is_ascii_alphanumeric()) && kind.len() <= 64;
    let kind = if plain { kind } else { "" };
    format!("Systems Manager answered {} {kind}", answer.status().as_u16()).trim_end().to_owned()
}
