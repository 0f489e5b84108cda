//! What the host gets of an outcome: every text arrives as it was, though the host decodes what looks like base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Response, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Answer, Outcome, reads_as_base64};
use crate::ShimError;

/// What a binding gets of a string output: the host decodes whatever is base64 to it.
fn arrived(answer: Answer) -> String {
    let sent = answer.into_json()["Outputs"]["out"].as_str().unwrap().to_owned();
    if reads_as_base64(&sent) { String::from_utf8(STANDARD.decode(sent).unwrap()).unwrap() } else { sent }
}

#[test]
fn a_text_that_looks_like_base64_arrives_as_it_is() {
    for text in
        ["abcd", "m1", "", "QUJD", "QQ==", "ab cd\n", "hello world!", "====", "2026-01-01T00:00:00Z", "é"]
    {
        assert_eq!(arrived(Answer::new().output("out", text)), text);
    }
    let sent = |value: Value| Answer::new().output("out", value).into_json()["Outputs"]["out"].clone();
    for left_alone in
        [json!("m1"), json!("hello world!"), json!(["abcd"]), json!({"a": "abcd"}), json!(7), json!(null)]
    {
        assert_eq!(sent(left_alone.clone()), left_alone);
    }
    assert_eq!(sent(json!("abcd")), "YWJjZA==");
    assert_eq!(sent(json!("2026-01-01T00:00:00Z")), STANDARD.encode("2026-01-01T00:00:00Z"));
    assert_eq!(Answer::new().returns("abcd").into_json()["ReturnValue"], "YWJjZA==");
}

proptest! {
    #[test]
    fn every_text_arrives_as_it_is(text in prop_oneof![any::<String>(), "[A-Za-z0-9+/]{0,12}={0,2}"]) {
        prop_assert_eq!(arrived(Answer::new().output("out", text.clone())), text);
    }

    #[test]
    fn bytes_arrive_as_they_are(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let sent = Answer::new().bytes("out", &bytes).into_json()["Outputs"]["out"].as_str().unwrap().to_owned();
        prop_assert!(reads_as_base64(&sent));
        prop_assert_eq!(STANDARD.decode(sent).unwrap(), bytes);
    }
}

#[test]
fn an_outcome_is_what_the_host_can_read() {
    let faulty: Result<Answer, ShimError> = Err(ShimError::NoInput("a".to_owned()));
    let rows: [(Outcome, StatusCode, Option<&str>); 4] = [
        (Answer::new().into(), StatusCode::OK, None),
        (Outcome::Fail("no use".into()), StatusCode::OK, Some("no use")),
        (Outcome::Retry("later".into()), StatusCode::INTERNAL_SERVER_ERROR, Some("later")),
        (faulty.into(), StatusCode::INTERNAL_SERVER_ERROR, Some("the call has no input `a`")),
    ];
    for (outcome, status, reason) in rows {
        assert_eq!(outcome.reason(), reason);
        let response = outcome.into_response();
        assert_eq!(response.status(), status, "{reason:?}");
        assert_eq!(response.headers()["content-type"], "application/json");
    }
}

#[test]
fn an_http_answer_is_an_object() {
    let response =
        Response::builder().status(403).header("a", "1").header("a", "2").body("no".into()).unwrap();
    let sent = Answer::new().log("one").http("res", &response).unwrap().into_json();
    let res = json!({"statusCode": "403", "headers": {"a": "1, 2"}, "body": "no"});
    assert_eq!(sent, json!({"Outputs": {"res": res}, "Logs": ["one"], "ReturnValue": null}));
    let binary = Response::new(vec![0xff].into());
    let fault = Answer::new().http("res", &binary).unwrap_err();
    assert_eq!(fault.to_string(), "the body of the output `res` is not text");
}
