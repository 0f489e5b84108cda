//! Event streams of Amazon's in tests: a text that can be read, a line for each event, becomes frames, and frames become
//! such a text. Shares no code with the program.
//!
//! A line is the event's name and its payload: `messageStart {"role":"assistant"}`. An exception has a `!` in front. The
//! payload of a `chunk` stands in its frame as `{"bytes":"<Base64>"}`.
//!
//! A frame is the length of all, the length of the headers, a checksum of the two, headers, payload, and a checksum of
//! everything before. Numbers are big endian.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The frames of a text.
#[must_use]
pub fn of_text(text: &str) -> Vec<u8> {
    text.lines().filter(|line| !line.is_empty()).flat_map(frame).collect()
}

/// The text of frames.
#[must_use]
pub fn to_text(mut bytes: &[u8]) -> String {
    let mut lines = Vec::new();
    while !bytes.is_empty() {
        let length = number(bytes, 0);
        assert_eq!(checksum(&bytes[..8]), number(bytes, 8) as u32, "the checksum of lengths");
        assert_eq!(checksum(&bytes[..length - 4]), number(bytes, length - 4) as u32, "the checksum");
        let (headers, payload) = bytes[12..length - 4].split_at(number(bytes, 4));
        lines.push(line(headers, std::str::from_utf8(payload).expect("text in a frame")));
        bytes = &bytes[length..];
    }
    lines.join("\n")
}

fn frame(line: &str) -> Vec<u8> {
    let (name, payload) = line.split_once(' ').expect("a name and a payload");
    let (header, kind, name) = match name.strip_prefix('!') {
        Some(name) => (":exception-type", "exception", name),
        None => (":event-type", "event", name),
    };
    let payload = match name {
        "chunk" => json!({"bytes": STANDARD.encode(payload)}).to_string(),
        _ => payload.to_owned(),
    };
    let headers = [(":message-type", kind), (header, name), (":content-type", "application/json")];
    message(&headers, payload.as_bytes())
}

fn line(mut headers: &[u8], payload: &str) -> String {
    let (mut mark, mut name) = ("", String::new());
    while let Some((length, rest)) = headers.split_first() {
        let (header, rest) = rest.split_at(usize::from(*length));
        assert_eq!(rest[0], 7, "a header that is a text");
        let (value, rest) = rest[3..].split_at(usize::from(u16::from_be_bytes([rest[1], rest[2]])));
        match header {
            b":event-type" => name = String::from_utf8_lossy(value).into_owned(),
            b":exception-type" => (mark, name) = ("!", String::from_utf8_lossy(value).into_owned()),
            _ => {}
        }
        headers = rest;
    }
    let chunk = || serde_json::from_str::<Value>(payload).expect("JSON in a chunk");
    let payload = match name.as_str() {
        "chunk" => {
            let bytes =
                STANDARD.decode(chunk()["bytes"].as_str().expect("bytes in a chunk")).expect("Base64");
            String::from_utf8(bytes).expect("text in a chunk")
        }
        _ => payload.to_owned(),
    };
    format!("{mark}{name} {payload}")
}

fn number(bytes: &[u8], at: usize) -> usize {
    let [a, b, c, d] = [0, 1, 2, 3].map(|offset| bytes[at + offset]);
    u32::from_be_bytes([a, b, c, d]) as usize
}

/// The value of a header that is a string.
const STRING: u8 = 7;

/// A message with headers that are strings.
///
/// # Panics
/// When it is too long for its lengths.
#[must_use]
pub fn message(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).expect("a header's name is short"));
        head.extend(name.as_bytes());
        head.push(STRING);
        head.extend(u16::try_from(value.len()).expect("a header's value is short").to_be_bytes());
        head.extend(value.as_bytes());
    }
    let length = |bytes: usize| u32::try_from(bytes).expect("a message is short").to_be_bytes();
    let mut message = [length(head.len() + payload.len() + 16), length(head.len())].concat();
    message.extend(checksum(&message).to_be_bytes());
    message.extend([&head[..], payload].concat());
    message.extend(checksum(&message).to_be_bytes());
    message
}

/// CRC-32 as of gzip.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u32 {
    let bit = |sum: u32| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| bit(sum)))
}
