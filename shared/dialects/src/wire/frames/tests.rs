//! Frames are tried on what the official Python client reads in the same bytes, and on an encoder that shares no
//! code with ours.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

fn decode(pieces: &[&[u8]]) -> Result<Vec<WireEvent>, DialectError> {
    let (mut frames, mut events) = (Frames::default(), Vec::new());
    for piece in pieces {
        frames.feed(piece, &mut events)?;
    }
    frames.finish(&mut events)?;
    Ok(events)
}

/// The checksum, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0_u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

/// A frame with these headers, as they stand on the wire.
fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let lengths = [u32::try_from(headers.len() + payload.len() + 16).unwrap(), headers.len() as u32];
    let mut out: Vec<u8> = lengths.iter().flat_map(|length| length.to_be_bytes()).collect();
    out.extend(checksum(&out).to_be_bytes());
    out.extend([headers, payload].concat());
    out.extend(checksum(&out).to_be_bytes());
    out
}

fn text_header(name: &str, value: &str) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    [&[name.len() as u8], name.as_bytes(), &[7], &length, value.as_bytes()].concat()
}

fn event_frame(name: &str, payload: &str) -> Vec<u8> {
    let headers = [text_header(":event-type", name), text_header(MESSAGE_TYPE, "event")].concat();
    frame(&headers, payload.as_bytes())
}

fn golden() -> Vec<(WireEvent, Vec<u8>)> {
    let table: toml::Table = toml::from_str(include_str!("golden.toml")).unwrap();
    let rows = table["frame"].as_array().unwrap().iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let kind = if text("message_type") == "event" { EventKind::Data } else { EventKind::Failure };
        let data = match text("message_type").as_str() {
            "error" => r#"{"message":"It \"broke\"."}"#.to_owned(),
            _ => text("payload"),
        };
        (WireEvent { name: text("name"), data, kind }, STANDARD.decode(text("bytes")).unwrap())
    });
    rows.collect()
}

#[test]
fn frames_say_what_the_official_client_reads_in_them() {
    for (wanted, bytes) in golden() {
        assert_eq!(decode(&[&bytes]).unwrap(), std::slice::from_ref(&wanted), "{}", wanted.name);
        let mut written = Vec::new();
        Frames::default().write(&wanted, &mut written);
        assert_eq!(decode(&[&written]).unwrap(), [wanted]);
        assert!(!String::from_utf8_lossy(&written).contains("secret"), "other headers do not go on");
    }
}

#[test]
fn what_is_written_stands_on_the_wire_as_clients_know_it() {
    let event = |kind| WireEvent { name: "chunk".to_owned(), data: "{}".to_owned(), kind };
    for (kind, word, header) in
        [(EventKind::Data, "event", ":event-type"), (EventKind::Failure, "exception", ":exception-type")]
    {
        let mut written = Vec::new();
        Frames::default().write(&event(kind), &mut written);
        let headers = [(header, "chunk"), (":content-type", "application/json"), (MESSAGE_TYPE, word)];
        let headers = headers.map(|(name, value)| text_header(name, value)).concat();
        assert_eq!(written, frame(&headers, b"{}"));
    }
    let mut written = Vec::new();
    Frames::default().write(&event(EventKind::End), &mut written);
    assert!(written.is_empty());
}

#[test]
fn frames_are_the_same_wherever_they_are_cut() {
    let bytes: Vec<u8> = golden().into_iter().flat_map(|(_, bytes)| bytes).collect();
    let wanted = decode(&[&bytes]).unwrap();
    assert_eq!(decode(&bytes.chunks(1).collect::<Vec<_>>()).unwrap(), wanted);
    for cut in 0..=bytes.len() {
        assert_eq!(decode(&[&bytes[..cut], &bytes[cut..]]).unwrap(), wanted, "{cut}");
    }
}

#[test]
fn any_bit_that_is_flipped_is_an_error() {
    for (_, bytes) in golden() {
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&[&bytes]).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn a_frame_that_is_cut_off_is_an_error() {
    let (_, bytes) = golden().remove(0);
    for end in 1..bytes.len() {
        assert_eq!(decode(&[&bytes[..end]]), Err(DialectError::CutShort), "{end}");
    }
}

/// Headers, payload, what is wrong.
#[test]
fn broken_frames_say_what_is_wrong_and_where() {
    let event = text_header(MESSAGE_TYPE, "event");
    let name = |name: &str| text_header(":event-type", name);
    let long = |name: &str| [event.clone(), self::name_of(name, 65)].concat();
    let rows: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "it does not say whether it is an event or an exception"),
        (text_header(MESSAGE_TYPE, "gossip"), "it does not say whether it is an event or an exception"),
        (event.clone(), "it has no name that is a word"),
        ([event.clone(), name("")].concat(), "it has no name that is a word"),
        ([event.clone(), name("the card is 4111")].concat(), "it has no name that is a word"),
        (long("a"), "it has no name that is a word"),
        ([event.clone(), text_header(":exception-type", "a")].concat(), "it has no name that is a word"),
        ([event.clone(), event.clone(), name("a")].concat(), "a header has no name, or the name of another"),
        ([event.clone(), name("a"), vec![0, 0]].concat(), "a header has no name, or the name of another"),
        ([event.clone(), name("a"), vec![1, b'x', 10]].concat(), "a header has a type that there is not"),
        ([event.clone(), name("a"), vec![1, b'x']].concat(), "its headers do not fit their length"),
        ([event.clone(), name("a"), vec![9, b'x']].concat(), "its headers do not fit their length"),
        ([event.clone(), name("a"), vec![1, b'x', 9, 0]].concat(), "its headers do not fit their length"),
        ([event.clone(), name("a"), vec![1, b'x', 7, 0]].concat(), "its headers do not fit their length"),
        ([event.clone(), name("a"), vec![1, 0xFF, 0]].concat(), "its headers do not fit their length"),
        ([event.clone(), name("a"), vec![1, b'x', 7, 0, 1, 0xFF]].concat(), "a header is not UTF-8"),
    ];
    let before = event_frame("chunk", "{}");
    for (headers, fault) in rows {
        let bytes = [before.clone(), frame(&headers, b"{}")].concat();
        assert_eq!(decode(&[&bytes]), Err(DialectError::Broken { at: before.len(), fault }), "{headers:?}");
    }
}

fn name_of(letter: &str, length: usize) -> Vec<u8> {
    text_header(":event-type", &letter.repeat(length))
}

#[test]
fn lengths_that_cannot_be_are_errors_before_their_bytes_come() {
    let prelude = |total: u32, headers: u32| {
        let mut out = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        out.extend(checksum(&out).to_be_bytes());
        out
    };
    let broken = |fault| Err(DialectError::Broken { at: 0, fault });
    let long = || Err(DialectError::TooLong { what: "an event", limit: MAX_EVENT });
    let cap = u32::try_from(MAX_EVENT).unwrap();
    for (bytes, wanted) in [
        (prelude(0, 0), broken("it is shorter than its headers")),
        (prelude(15, 0), broken("it is shorter than its headers")),
        (prelude(20, 5), broken("it is shorter than its headers")),
        (prelude(u32::MAX, 0), long()),
        (prelude(cap + 1, 0), long()),
        (prelude(cap, (128 << 10) + 1), long()),
        (prelude(cap, 0), Err(DialectError::CutShort)),
        (vec![0; 12], broken("the checksum of its lengths is wrong")),
    ] {
        assert_eq!(decode(&[&bytes]), wanted, "{bytes:?}");
    }
}

#[test]
fn what_is_not_utf8_is_an_error_that_says_where() {
    let headers = [text_header(":event-type", "a"), text_header(MESSAGE_TYPE, "event")].concat();
    let bytes = frame(&headers, b"ab\xC3");
    assert_eq!(decode(&[&bytes]), Err(DialectError::NotUtf8 { at: 12 + headers.len() + 2 }));
}

/// Were the whole frame looked at again for each byte, this would not end in a day.
#[test]
fn bytes_that_come_one_by_one_take_linear_time() {
    let bytes = event_frame("a", &"a".repeat(4 << 20));
    assert_eq!(decode(&bytes.chunks(1).collect::<Vec<_>>()).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        rows in proptest::collection::vec(("[a-zA-Z_-]{1,64}", ".{0,40}", any::<bool>()), 0..5),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..5),
    ) {
        let kind = |failure| if failure { EventKind::Failure } else { EventKind::Data };
        let events: Vec<WireEvent> =
            rows.into_iter().map(|(name, data, failure)| WireEvent { name, data, kind: kind(failure) }).collect();
        let mut bytes = Vec::new();
        events.iter().for_each(|event| Frames::default().write(event, &mut bytes));
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(decode(&pieces).unwrap(), events);
    }

    #[test]
    fn any_bytes_end_in_events_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..100), sums in any::<bool>()) {
        // Headers of any bytes, behind checksums that fit, so that they are looked at.
        let bytes = if sums { frame(&bytes, b"{}") } else { bytes };
        let _ = decode(&[&bytes]);
    }
}
