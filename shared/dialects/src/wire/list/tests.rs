//! Lists, cut anywhere, and what is no list.

use proptest::prelude::*;

use super::*;

fn decode(pieces: &[&[u8]]) -> Result<Vec<String>, DialectError> {
    let (mut list, mut events) = (List::default(), Vec::new());
    for piece in pieces {
        list.feed(piece, &mut events)?;
    }
    list.finish(&mut events)?;
    Ok(events.into_iter().map(|event| event.data).collect())
}

/// What is sent, and the objects in it.
const ROWS: &[(&str, &[&str])] = &[
    ("[]", &[]),
    (" \r\n[ \t]\n\n", &[]),
    ("[{}]", &["{}"]),
    ("[{\"a\":1},\r\n{\"b\":2}]", &["{\"a\":1}", "{\"b\":2}"]),
    ("[{\n  \"a\": [ ] \n}\n,\r\n{\"b\":{}}\n]\n", &["{\n  \"a\": [ ] \n}", "{\"b\":{}}"]),
    (r#"[{"a":"]}\"}{[,"},{"b":"\\"}]"#, &[r#"{"a":"]}\"}{[,"}"#, r#"{"b":"\\"}"#]),
    ("[{\"a\":\"größe 🔑\"}]", &["{\"a\":\"größe 🔑\"}"]),
    // What stands in an object is looked at when it is read.
    ("[{nonsense]]", &["{nonsense]"]),
];

#[test]
fn events_are_the_same_however_they_are_cut() {
    for (sent, wanted) in ROWS {
        let bytes = sent.as_bytes();
        assert_eq!(decode(&[bytes]).unwrap(), *wanted, "{sent:?}");
        assert_eq!(decode(&bytes.chunks(1).collect::<Vec<_>>()).unwrap(), *wanted, "{sent:?}");
        for first in 0..=bytes.len() {
            for second in first..=bytes.len() {
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(decode(&pieces).unwrap(), *wanted, "{sent:?} {first} {second}");
            }
        }
    }
}

#[test]
fn what_is_no_list_of_objects_is_an_error() {
    let malformed = |at, expected| DialectError::Malformed { at, expected };
    let rows: Vec<(&[u8], DialectError)> = vec![
        (b"", DialectError::CutShort),
        (b" ", DialectError::CutShort),
        (b"[", DialectError::CutShort),
        (b"[{}", DialectError::CutShort),
        (b"[{},", DialectError::CutShort),
        (b"[{\"a\":\"}]", DialectError::CutShort),
        (b"{}", malformed(0, "`[`")),
        (b"[[]]", malformed(1, "an object or `]`")),
        (b"[,{}]", malformed(1, "an object or `]`")),
        (b"[{},]", malformed(4, "an object")),
        (b"[{},7]", malformed(4, "an object")),
        (b"[{}{}]", malformed(3, "`,` or `]`")),
        (b"[{}}]", malformed(3, "`,` or `]`")),
        (b"[{}] ,", DialectError::AfterEnd),
        (b"[{}][{}]", DialectError::AfterEnd),
        (b"[{},\n{\"a\":\"\xC3\"}]", DialectError::NotUtf8 { at: 11 }),
    ];
    for (bytes, wanted) in rows {
        assert_eq!(decode(&[bytes]).unwrap_err(), wanted, "{bytes:?}");
        assert_eq!(decode(&bytes.chunks(1).collect::<Vec<_>>()).unwrap_err(), wanted, "{bytes:?}");
    }
}

#[test]
fn objects_before_a_fault_count() {
    let (mut list, mut events) = (List::default(), Vec::new());
    assert!(list.feed(b"[{},{}x", &mut events).is_err());
    assert_eq!(events.len(), 2);
}

#[test]
fn an_object_has_a_cap_and_space_between_objects_has_none() {
    let text = "a".repeat(1 << 20);
    let object = |count| format!("{{\"a\":\"{}\"}}", text.repeat(count));
    assert_eq!(decode(&[format!("[{},{}]", object(7), object(7)).as_bytes()]).unwrap().len(), 2);
    assert!(matches!(decode(&[format!("[{}]", object(8)).as_bytes()]), Err(DialectError::TooLong { .. })));
    assert!(decode(&[format!("[{}]", " ".repeat(9 << 20)).as_bytes()]).unwrap().is_empty());
}

/// Were the whole object looked at again for each byte, this would not end in a day.
#[test]
fn bytes_that_come_one_by_one_take_linear_time() {
    let bytes = format!("[{{\"a\":\"{}\"}}]", "a".repeat(4 << 20));
    assert_eq!(decode(&bytes.as_bytes().chunks(1).collect::<Vec<_>>()).unwrap().len(), 1);
}

/// What is written, and how.
#[test]
fn what_is_written_is_a_list_wherever_it_ends() {
    let data = || WireEvent::new("a name", "{}");
    let end = || WireEvent { kind: EventKind::End, ..WireEvent::default() };
    let rows: [(Vec<WireEvent>, &str); 6] = [
        (vec![], ""),
        (vec![end()], "[]"),
        (vec![data(), end(), end()], "[{}]"),
        (vec![data(), data(), end()], "[{},\r\n{}]"),
        (vec![data()], "[{}"),
        // Where the first end did not go out.
        (vec![data(), end(), data(), end()], "[{}],\r\n{}]"),
    ];
    for (events, wanted) in rows {
        let (mut list, mut out) = (List::default(), Vec::new());
        events.iter().for_each(|event| list.write(event, &mut out));
        assert_eq!(String::from_utf8(out).unwrap(), wanted);
    }
}

proptest! {
    #[test]
    fn any_bytes_give_the_same_however_they_are_cut(
        text in r#"[\[]([\[\]\{\},: "a\\\n\r]|ü|🔑|\{\},){0,40}"#,
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let bytes = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(decode(&pieces), decode(&[bytes]));
    }

    #[test]
    fn objects_of_a_list_are_those_that_were_put_in(
        objects in proptest::collection::vec("[a\\]\\[{}\",\\\\ü\n]{0,10}", 0..6),
    ) {
        let objects: Vec<String> =
            objects.iter().map(|text| serde_json::json!({"a": [text], "b": {}}).to_string()).collect();
        let (mut list, mut out) = (List::default(), Vec::new());
        objects.iter().for_each(|object| list.write(&WireEvent::new("", object.as_str()), &mut out));
        list.write(&WireEvent { kind: EventKind::End, ..WireEvent::default() }, &mut out);
        prop_assert_eq!(&decode(&[&out]).unwrap(), &objects);
        let values: serde_json::Value = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(values.as_array().unwrap().len(), objects.len());
    }
}
