//! Events over HTTP: both handshakes, who is let in, and what is answered to whom.

use std::sync::Arc;

use azure_functions_shim::{Answer, Body, Outcome};
use enforcement::KeyFile;
use host::clock::SystemClock;
use http::{Request, Response};
use sallyport_azure::rotation_webhook::{Webhook, answer};
use serde_json::{Value, json};

use crate::files;

/// A webhook that lets anybody in, or nobody.
fn webhook(anonymous: bool) -> Webhook {
    let callers = KeyFile { anonymous, ..KeyFile::default() };
    Webhook {
        subscriptions: vec!["rotate".to_owned()],
        callers: callers.authenticator(|_| panic!("there are no issuers")),
        clock: Arc::new(SystemClock::new()),
    }
}

async fn ask(
    anonymous: bool,
    method: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Vec<Value>, (u16, Response<Body>)> {
    let request = Request::builder().method(method).uri("/events");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let read = webhook(anonymous).read(request.body(Body::whole(body.to_owned())).unwrap()).await;
    read.map_err(|answer| (answer.status().as_u16(), *answer))
}

async fn body(answer: Response<Body>) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn both_handshakes_are_answered_to_who_may_ask() {
    let validation = json!([{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "c0de"}}]).to_string();
    let kind = ("aeg-event-type", "SubscriptionValidation");
    let (status, told) =
        ask(true, "POST", &[kind, ("aeg-subscription-name", "ROTATE")], &validation).await.unwrap_err();
    assert_eq!((status, body(told).await.as_str()), (200, r#"{"validationResponse":"c0de"}"#));
    let (status, told) =
        ask(false, "OPTIONS", &[("webhook-request-origin", "eventgrid.azure.net")], "").await.unwrap_err();
    assert_eq!(
        (status, &told.headers()["webhook-allowed-origin"]),
        (200, &"eventgrid.azure.net".parse().unwrap())
    );
    assert_eq!(told.headers()["webhook-allowed-rate"], "120");
    type Row<'a> = (bool, &'a str, &'a [(&'a str, &'a str)], &'a str, u16);
    let rows: [Row<'_>; 7] = [
        (true, "POST", &[kind, ("aeg-subscription-name", "another")], &validation, 403),
        (true, "POST", &[kind], &validation, 403),
        (true, "POST", &[kind, ("aeg-subscription-name", "rotate")], "[]", 400),
        (false, "POST", &[kind, ("aeg-subscription-name", "rotate")], &validation, 401),
        (true, "OPTIONS", &[("webhook-request-origin", "evil.example")], "", 403),
        (true, "OPTIONS", &[], "", 403),
        (true, "GET", &[], "", 405),
    ];
    for (anonymous, method, headers, sent, expected) in rows {
        let (status, told) = ask(anonymous, method, headers, sent).await.unwrap_err();
        assert_eq!(status, expected, "{method} {headers:?}");
        assert!(!body(told).await.contains("c0de"));
    }
}

#[tokio::test]
async fn events_come_alone_in_batches_and_with_their_attributes_in_headers() {
    let files = files();
    let event = &files["due_cloudevents"];
    let batch = json!([event, event]).to_string();
    assert_eq!(ask(true, "POST", &[], &event.to_string()).await.unwrap(), std::slice::from_ref(event));
    assert_eq!(ask(true, "POST", &[], &batch).await.unwrap().len(), 2);
    let names = ["id", "source", "specversion", "type", "subject", "time"];
    let headers: Vec<_> =
        names.iter().map(|name| (format!("ce-{name}"), event[name].as_str().unwrap())).collect();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(
        ask(true, "POST", &headers, &event["data"].to_string()).await.unwrap(),
        std::slice::from_ref(event)
    );
    for (anonymous, sent, expected) in [(false, batch.as_str(), 401), (true, "hunter2", 400)] {
        let (status, told) =
            ask(anonymous, "POST", &[("authorization", "Bearer hunter2")], sent).await.unwrap_err();
        assert_eq!(status, expected);
        assert!(!body(told).await.contains("hunter2"));
    }
}

#[tokio::test]
async fn what_may_go_well_later_is_delivered_again_and_nothing_else() {
    let rows = [
        (Outcome::Done(Answer::new()), 200),
        (Outcome::Fail("hunter2".into()), 400),
        (Outcome::Retry("hunter2".into()), 503),
    ];
    for (ended, expected) in rows {
        let told = answer(&ended);
        assert_eq!(told.status().as_u16(), expected);
        assert!(!body(told).await.contains("hunter2"), "the reason is for the log");
    }
}
