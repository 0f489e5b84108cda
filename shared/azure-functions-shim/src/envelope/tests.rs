//! What the host sends, read: every encoding of a value is the same value, and nothing of a payload is in a fault.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, RetryContext, unwrapped};
use crate::Invocation;

fn call(body: &str) -> Call {
    Call::read(body.as_bytes(), Invocation::default()).unwrap()
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A string of JSON text is the one thing that cannot be told from what it says.
fn is_text_of_json(value: &Value) -> bool {
    value.as_str().is_some_and(|text| serde_json::from_str::<Value>(text).is_ok())
}

proptest! {
    #[test]
    fn a_value_is_read_the_same_however_often_it_was_encoded(value in any_value()) {
        prop_assume!(!is_text_of_json(&value));
        let once = Value::String(value.to_string());
        let twice = Value::String(once.to_string());
        for encoded in [&value, &once, &twice] {
            prop_assert_eq!(&*unwrapped(encoded), &value);
        }
    }

    #[test]
    fn a_text_is_read_as_it_was(text in any::<String>()) {
        let whole = json!({"Data": {"item": Value::from(text.clone()).to_string()}}).to_string();
        let call = call(&whole);
        prop_assert_eq!(call.only_input().unwrap().text(), text.as_str());
        prop_assert_eq!(call.only_input().unwrap().queue().text, text);
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Call::read(&bytes, Invocation::default());
    }

    #[test]
    fn no_json_breaks_the_reader(data in any_value(), metadata in any_value()) {
        let whole = json!({"Data": {"a": data}, "Metadata": {"RetryContext": metadata, "sys": 1}}).to_string();
        let call = call(&whole);
        let input = call.only_input().unwrap();
        let _ = (input.timer(), input.http(), input.event_grid(), input.queue(), call.retry());
    }
}

#[test]
fn two_layers_come_off_and_no_third() {
    let inner = json!("{\"a\":1}");
    let layers = json!(json!(inner.to_string()).to_string());
    assert_eq!(*unwrapped(&layers), inner);
}

#[test]
fn a_bad_call_is_told_without_its_payload() {
    let deep = format!("{{\"Data\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let rows = [
        ("", "the call is not JSON, at line 1, column 0"),
        ("s3cret", "the call is not JSON, at line 1, column 1"),
        ("{\"Data\": {\"s3cret\": 1}", "the call is not JSON, at line 1, column 22"),
        ("\"s3cret\"", "`the call` must be an object"),
        ("[]", "`the call` must be an object"),
        ("{}", "`Data` must be an object"),
        ("{\"Data\": \"s3cret\"}", "`Data` must be an object"),
        ("{\"Data\": null}", "`Data` must be an object"),
        ("{\"Data\": {}, \"Metadata\": [\"s3cret\"]}", "`Metadata` must be an object"),
        (&deep, "the call is not JSON, at line 1, column 136"),
    ];
    for (body, expected) in rows {
        let fault = Call::read(body.as_bytes(), Invocation::default()).unwrap_err();
        assert_eq!(fault.to_string(), expected);
    }
}

#[test]
fn what_is_not_known_is_passed_over() {
    for body in [
        r#"{"Data": {"item": "\"hello\""}}"#,
        r#"{"Data": {"item": "\"hello\""}, "Metadata": null, "Extra": [1]}"#,
        r#"{"data": {"item": "\"hello\""}, "metadata": {"sys": {"MethodName": "one"}}}"#,
    ] {
        assert_eq!(call(body).input("item").unwrap().text(), "hello", "{body}");
    }
}

#[test]
fn inputs_are_found_by_name_or_by_being_alone() {
    let two = call(r#"{"Data": {"a": 1, "b": 2}}"#);
    assert_eq!(two.input("b").unwrap().raw(), &json!(2));
    assert_eq!(two.input("c").unwrap_err().to_string(), "the call has no input `c`");
    assert_eq!(two.only_input().unwrap_err().to_string(), "the call has 2 inputs, and one was expected");
    assert!(call(r#"{"Data": {}}"#).only_input().is_err());
}

#[test]
fn the_try_is_told() {
    let rows = [
        (
            json!({"RetryContext": {"RetryCount": 1, "MaxRetryCount": 3, "Exception": {"Message": "x"}}}),
            Some((1, Some(3))),
        ),
        (json!({"RetryContext": {"retryCount": "2", "maxRetryCount": -1}}), Some((2, None))),
        (json!({"RetryContext": "{\"RetryCount\": 0, \"MaxRetryCount\": 5}"}), Some((0, Some(5)))),
        (json!({"RetryContext": {"RetryCount": "many"}}), None),
        (json!({"RetryContext": 7}), None),
        (json!({}), None),
    ];
    for (metadata, expected) in rows {
        let call = call(&json!({"Data": {}, "Metadata": metadata}).to_string());
        assert_eq!(call.retry(), expected.map(|(count, most)| RetryContext { count, most }), "{metadata}");
    }
}

#[test]
fn a_timer_is_read_in_every_encoding() {
    let timer = json!({"Schedule": {"AdjustForDST": true}, "ScheduleStatus": {"Last": "0001-01-01T00:00:00", "Next": "2026-01-01T00:00:00Z"}, "IsPastDue": true});
    for data in [timer.clone(), json!(timer.to_string()), json!(json!(timer.to_string()).to_string())] {
        let read =
            call(&json!({"Data": {"timer": data}}).to_string()).input("timer").unwrap().timer().unwrap();
        assert!(read.past_due);
        let status = read.status.unwrap();
        assert_eq!((status.next.as_deref(), status.last_updated), (Some("2026-01-01T00:00:00Z"), None));
    }
    let rows = [
        (json!({}), "not late"),
        (json!({"isPastDue": "true"}), "late"),
        (json!({"IsPastDue": "soon"}), "`IsPastDue` must be true or false"),
        (json!("tick"), "`timer` must be a timer's state, an object"),
    ];
    for (data, expected) in rows {
        let call = call(&json!({"Data": {"timer": data}}).to_string());
        let told = match call.only_input().unwrap().timer() {
            Ok(timer) => if timer.past_due { "late" } else { "not late" }.to_owned(),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(told, expected, "{data}");
    }
}

#[test]
fn events_come_one_or_many_in_either_schema() {
    let grid = json!({"id": "1", "topic": "t", "subject": "s", "eventType": "a.b", "data": {"x": 1}});
    let cloud = json!({"id": "1", "source": "t", "specversion": "1.0", "type": "a.b", "data": {"x": 1}});
    let rows = [
        (grid.clone(), Some(1)),
        (cloud.clone(), Some(1)),
        (json!(grid.to_string()), Some(1)),
        (json!([grid, cloud]), Some(2)),
        (json!([cloud.to_string()]), Some(1)),
        (json!(json!([cloud]).to_string()), Some(1)),
        (json!([]), None),
        (json!([1]), None),
        (json!("s3cret"), None),
        (json!(null), None),
    ];
    for (data, expected) in rows {
        let call = call(&json!({"Data": {"event": data}}).to_string());
        match (call.only_input().unwrap().event_grid(), expected) {
            (Ok(events), Some(count)) => assert_eq!(events.len(), count, "{data}"),
            (Err(fault), None) => {
                assert_eq!(fault.to_string(), "`event` must be an event or a list of events");
            }
            (other, _) => panic!("{data}: {other:?}"),
        }
    }
}

#[test]
fn a_message_comes_with_what_the_queue_says_of_it() {
    let storage = json!({"Id": "m-1", "DequeueCount": "2", "InsertionTime": "2026-01-01T00:00:00+00:00"});
    let encoded =
        json!({"Id": "\"m-1\"", "DequeueCount": 2, "InsertionTime": "\"2026-01-01T00:00:00+00:00\""});
    let bus = json!({"MessageId": "m-1", "DeliveryCount": 2, "EnqueuedTimeUtc": "2026-01-01T00:00:00+00:00"});
    for metadata in [storage, encoded, bus] {
        let call = call(&json!({"Data": {"item": {"a": 1}}, "Metadata": metadata}).to_string());
        let message = call.only_input().unwrap().queue();
        assert_eq!(message.text, r#"{"a":1}"#);
        assert_eq!((message.id.as_deref(), message.dequeue_count), (Some("m-1"), Some(2)), "{metadata}");
        assert!(message.inserted.is_some());
    }
}

#[test]
fn a_wrapped_request_is_a_request_again() {
    let url = "https://app.azurewebsites.net/api/policy?x=1";
    let rows = [
        (json!({"Url": url, "Method": "POST", "Query": "{}", "Body": "{\"a\":1}"}), Ok("{\"a\":1}")),
        (json!({"Url": url, "Method": "GET"}), Ok("")),
        (
            json!({"Url": url, "Method": "POST", "Headers": {"Content-Type": ["application/octet-stream"]}, "Body": "AP8="}),
            Ok("\u{0}\u{ff}"),
        ),
        (
            json!({"Url": url, "Method": "POST", "Headers": {"content-type": "Multipart/form-data; boundary=x"}, "Body": "YWI="}),
            Ok("ab"),
        ),
        (json!({"Url": url, "Method": "POST", "Body": {"a": 1}}), Ok("{\"a\":1}")),
        (
            json!({"Url": url, "Method": "POST", "Headers": {"Content-Type": ["application/octet-stream"]}, "Body": "s3cret!"}),
            Err("`Body` must be base64, of a body that is not text"),
        ),
        (json!({"Url": "s3 cret", "Method": "GET"}), Err("`Url` must be an address")),
        (json!({"Url": url, "Method": "s3 cret"}), Err("`Method` must be a method of HTTP")),
        (json!({"Url": url}), Err("`Method` must be a method of HTTP")),
        (
            json!({"Url": url, "Method": "GET", "Headers": {"a": ["s3cret\r\nb: c"]}}),
            Err("`Headers` must be names and values of headers"),
        ),
        (
            json!({"Url": url, "Method": "GET", "Headers": {"s3 cret": ["a"]}}),
            Err("`Headers` must be names and values of headers"),
        ),
        (
            json!({"Url": url, "Method": "GET", "Headers": {"a": [1]}}),
            Err("`Headers` must be names and values of headers"),
        ),
        (
            json!({"Url": url, "Method": "GET", "Headers": ["a"]}),
            Err("`Headers` must be names and values of headers"),
        ),
        (json!([]), Err("`req` must be a request, an object")),
    ];
    for (data, expected) in rows {
        let call = call(&json!({"Data": {"req": data}}).to_string());
        let read = call.only_input().unwrap().http();
        let told = read.map(|call| call.request.body().iter().map(|byte| char::from(*byte)).collect());
        let told: Result<String, String> = told.map_err(|fault| fault.to_string());
        assert_eq!(told, expected.map(str::to_owned).map_err(str::to_owned), "{data}");
    }
}

#[test]
fn a_wrapped_request_keeps_its_parts() {
    let data = json!({"Url": "https://a.test/api/p/7?x=1", "Method": "PUT", "Headers": {"X-One": ["a", "b"]},
        "Params": {"id": "7", "n": 8}, "Identities": [{"AuthenticationType": "aad"}]});
    let call = call(&json!({"Data": {"req": data.to_string()}}).to_string());
    let read = call.input("req").unwrap().http().unwrap();
    assert_eq!(read.request.uri().query(), Some("x=1"));
    assert_eq!(read.request.headers().get_all("x-one").iter().count(), 2);
    assert_eq!((read.parameters["id"].as_str(), read.parameters["n"].as_str()), ("7", "8"));
    assert_eq!(read.identities.len(), 1);
}
