//! A provider's front door from outside: what callers, upstreams, operators and auditors see of it. What can be told
//! as a call and its answer stands in `tests/testdata/serve/*.toml`; here is the rest.

mod azure;
mod banner;
mod cases;
mod credentials;
mod forwarding;
mod gcp;
mod hostile;
mod lambda;
mod lambda_policy;
mod reload;
mod start;

/// The policy that most of these are run with.
fn policy() -> String {
    conformance::files::read("tests/testdata/serve/policy.yaml")
}

/// An OpenAI chat of one message.
fn chat(text: &str) -> conformance::http::Request {
    let body = serde_json::json!({"model": "echo-1", "messages": [{"role": "user", "content": text}]});
    conformance::http::Request::post("/v1/chat/completions", body.to_string())
}
