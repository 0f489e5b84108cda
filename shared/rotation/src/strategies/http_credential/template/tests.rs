//! What is filled in stays where it was filled in.

use proptest::prelude::*;
use secrets::Secret;
use serde_json::{Value, json};

use super::{Fill, Template};
use crate::document::Document;
use crate::error::RotationError;
use crate::services::HttpRequest;
use crate::strategy::Staged;

fn fill(request: &Value, fill: Fill<'_>) -> Result<HttpRequest, RotationError> {
    let value = json!({"provider": {"host": "api.example.com", "revoke": request}});
    let document = Document::open("x", Staged::current(&Secret::new(value.to_string()))).unwrap();
    Template::read(&document, "revoke")?.request(fill)
}

fn with_id(id: &str) -> Fill<'_> {
    Fill { id: Some(id), ..Fill::default() }
}

#[test]
fn an_id_stays_one_piece_of_the_path() {
    let rows = [
        ("key_1", Some("key_1")),
        ("a/b", Some("a%2Fb")),
        ("a?b=c&d#e", Some("a%3Fb%3Dc%26d%23e")),
        ("../admin", Some("..%2Fadmin")),
        ("%2e%2e", Some("%252e%252e")),
        ("\u{fc} \r\n", Some("%C3%BC%20%0D%0A")),
        ("{admin}", Some("%7Badmin%7D")),
        ("..", None),
        (".", None),
        ("", None),
    ];
    let request = json!({"method": "DELETE", "url": "https://api.example.com/keys/{id}/end"});
    for (id, expected) in rows {
        let url = fill(&request, with_id(id)).map(|request| request.url);
        let expected = expected.map(|piece| format!("https://api.example.com/keys/{piece}/end"));
        assert_eq!(url.ok(), expected, "{id}");
    }
}

#[test]
fn a_url_cannot_be_led_elsewhere() {
    for url in
        ["https://{id}/keys", "https://api.example.com{id}/keys", "{id}", "https://{id}@api.example.com/"]
    {
        let request = json!({"method": "DELETE", "url": url});
        for id in ["evil.example.com", "api.example.com", ".evil.example.com", "@evil.example.com", ":8443"] {
            let filled = fill(&request, with_id(id)).map(|request| request.url);
            let same = format!("https://{id}/keys");
            let harmless = url == "https://{id}/keys" && id == "api.example.com";
            assert_eq!(filled.ok(), harmless.then_some(same), "{url} {id}");
        }
    }
}

#[test]
fn braces_around_other_words_stay() {
    let body = json!({"a": "{} {x} {id {id} }{", "{id}": [1, null, true, "{id}"]});
    let request = json!({"method": "POST", "url": "https://api.example.com/", "body": body});
    let body = fill(&request, with_id("7")).unwrap().body.unwrap();
    let body: Value = serde_json::from_str(body.expose()).unwrap();
    assert_eq!(body, json!({"a": "{} {x} {id 7 }{", "{id}": [1, null, true, "7"]}));
}

#[test]
fn a_content_type_is_set_where_there_is_a_body_and_none_was_named() {
    let rows = [
        (json!({"body": {}}), Some("application/json")),
        (json!({"body": {}, "headers": {"Content-Type": "application/x"}}), Some("application/x")),
        (json!({}), None),
    ];
    for (mut request, expected) in rows {
        request["method"] = "POST".into();
        request["url"] = "https://api.example.com/".into();
        let request = fill(&request, Fill::default()).unwrap();
        let types: Vec<_> = request.headers.iter().filter(|(name, _)| name == "content-type").collect();
        assert_eq!(types.first().map(|(_, value)| value.expose()), expected);
        assert!(types.len() <= 1);
    }
}

proptest! {
    #[test]
    fn what_is_filled_into_a_body_stays_its_text(id in "[a-z\"\\\\{}\n\u{e4}]{0,20}") {
        let request = json!({"method": "POST", "url": "https://api.example.com/", "body": ["{id}", "x{id}"]});
        let body = fill(&request, with_id(&id)).unwrap().body.unwrap();
        let body: Value = serde_json::from_str(body.expose()).unwrap();
        prop_assert_eq!(body, json!([id, format!("x{id}")]));
    }

    #[test]
    fn what_is_filled_into_a_header_ends_no_line(admin in "[ -~\r\n\0\u{e4}]{0,6}") {
        let request = json!({"method": "GET", "url": "https://api.example.com/", "headers": {"x": "{admin}"}});
        let filled = fill(&request, Fill { admin: Some(&admin), ..Fill::default() });
        let plain = admin.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        prop_assert_eq!(filled.is_ok(), plain);
    }
}
