//! Event streams of Amazon's in tests: a text that can be read, a line for each event, becomes frames, and frames become
//! such a text. Shares no code with the program.
//!
//! A line is the event's name and its payload: `messageStart {"role":"assistant"}`. An exception has a `!` in front. The
//! payload of a `chunk` stands in its frame as `{"bytes":"<Base64>"}`.

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
    let headers: Vec<u8> = headers.into_iter().flat_map(|(name, value)| text_header(name, value)).collect();
    let length = |bytes: usize| u32::try_from(bytes).expect("a short frame").to_be_bytes();
    let mut out = [length(16 + headers.len() + payload.len()), length(headers.len())].concat();
    out.extend(checksum(&out).to_be_bytes());
    out.extend([&headers, payload.as_bytes()].concat());
    out.extend(checksum(&out).to_be_bytes());
    out
}

fn text_header(name: &str, value: &str) -> Vec<u8> {
    let [short, long] = [name, value].map(|text| u16::try_from(text.len()).expect("a short header"));
    [&[short as u8], name.as_bytes(), &[7], &long.to_be_bytes(), value.as_bytes()].concat()
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

/// CRC-32 as zlib has it, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0_u32, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}
