//! The JSON reader against another one, and against hostile texts.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Document, DialectError> {
    Document::read(text.as_bytes().to_vec())
}

fn value_of(value: Value<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::Array => value.elements().map(value_of).collect(),
        Kind::Object => {
            let members =
                value.members().map(|(name, value)| (name.text().unwrap().into_owned(), value_of(value)));
            serde_json::Value::Object(members.collect())
        }
        Kind::Name | Kind::Text => value.text().unwrap().into(),
        Kind::Boolean | Kind::Null | Kind::Number => serde_json::from_str(value.raw()).unwrap(),
    }
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let rows: &[(&str, usize)] = &[
        ("", 0),
        ("\u{feff}{}", 0),
        ("{} x", 3),
        ("[1,]", 3),
        ("[1 2]", 3),
        ("{\"a\" 1}", 5),
        ("{a:1}", 1),
        ("{\"a\":1,}", 7),
        ("[01]", 2),
        ("[+1]", 1),
        ("[1.]", 3),
        ("[.5]", 1),
        ("[NaN]", 1),
        ("nul", 0),
        ("\"a\nb\"", 2),
        ("\"a\\x\"", 2),
        ("\"\\u12\"", 1),
        ("\"\\ud800\"", 1),
        ("\"\\udc00\\ud800\"", 1),
        ("\"open", 5),
        ("[", 1),
        ("]", 0),
        ("{\"a\":1]", 6),
    ];
    for (text, place) in rows {
        match read(text) {
            Err(DialectError::Malformed { at, .. }) => assert_eq!(at, *place, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_name_may_stand_once_in_an_object_however_it_is_written() {
    assert_eq!(read(r#"{"a":1,"a":2}"#).unwrap_err(), DialectError::Duplicate { at: 7 });
    assert_eq!(read(r#"[{"b":[],"a":1,"\u0061":2}]"#).unwrap_err(), DialectError::Duplicate { at: 15 });
    assert!(read(r#"{"a":{"a":{}},"b":[{"a":1},{"a":1}]}"#).is_ok());
}

#[test]
fn inner_json_is_read_as_lenient_readers_do() {
    let text = r#"{"a":"\ud800","a":2}"#.to_owned();
    let document = Document::read_text(text, Strictness::Inner).unwrap();
    assert_eq!(document.root().members().count(), 2);
    assert_eq!(document.root().member_text("a").unwrap(), "\u{fffd}");
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(read(&nested(MAX_DEPTH + 1)).unwrap_err(), DialectError::TooDeep { at: MAX_DEPTH });
    assert_eq!(read(&"[".repeat(1 << 20)).unwrap_err(), DialectError::TooDeep { at: MAX_DEPTH });
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    assert_eq!(Document::read(b"\"a\xff\"".to_vec()).unwrap_err(), DialectError::NotUtf8 { at: 2 });
}

/// What `serde_json` says, or nothing where the two differ on purpose: names that repeat, numbers that no
/// 64-bit float holds.
fn reference(text: &str) -> Option<Result<serde_json::Value, ()>> {
    match serde_json::from_str(text) {
        Err(fault) if fault.to_string().starts_with("number out of range") => None,
        read => Some(read.map_err(|_| ())),
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reads_every_value_as_serde_json_does(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        prop_assert_eq!(value_of(read(&text).unwrap().root()), serde_json::from_str::<serde_json::Value>(&text).unwrap());
    }

    #[test]
    fn accepts_exactly_what_serde_json_accepts(text in r#"[\[\]{}:,"\\ua-f0-9eE+.\- \n\u{1}ü]{0,24}|(\[|\{"a":|"\\u[dD][89a-f]00|tru|null|1|,|\]|\}|"){0,12}"#) {
        let ours = read(&text);
        if let (Some(theirs), false) = (reference(&text), matches!(ours, Err(DialectError::Duplicate { .. }))) {
            prop_assert_eq!(ours.map(|document| value_of(document.root())).map_err(|_| ()), theirs);
        }
    }

    #[test]
    fn a_damaged_text_is_judged_as_serde_json_does(value in json(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = serde_json::to_vec(&value).unwrap();
        let place = at.index(body.len());
        body[place] = byte;
        let ours = Document::read(body.clone());
        let theirs = std::str::from_utf8(&body).ok().and_then(reference);
        if let (Some(theirs), false) = (theirs, matches!(ours, Err(DialectError::Duplicate { .. }))) {
            prop_assert_eq!(ours.map(|document| value_of(document.root())).map_err(|_| ()), theirs);
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_again(text in any::<String>()) {
        let raw = encode(&text);
        prop_assert_eq!(decode(&raw), text.as_str());
        prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap(), text);
    }
}
