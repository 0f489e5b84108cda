//! Frames of `application/vnd.amazon.eventstream`: bytes, cut anywhere, become events and are written again with
//! checksums of their own. Source: the format's description and the code of AWS' official Python client.
//!
//! A frame is its length, the length of its headers and a checksum of both (each four bytes, big endian); headers; a
//! payload; a checksum of all of that. Ours, for a gate needs a cap before it waits for the bytes that a length
//! promises, and an error for what other readers might take in another way.
//!
//! Of the headers only the kind and the name of an event go on. Others may say what nobody looks through, so they
//! are dropped; the type of the content is written anew, for the payload is read as JSON whatever it is called.

use crate::error::DialectError;
use crate::wire::{EventKind, MAX_EVENT, Wire, WireEvent};

/// The type of their content.
pub(crate) const EVENT_FRAMES: &str = "application/vnd.amazon.eventstream";

/// The bytes before the headers: two lengths and their checksum.
const PRELUDE: usize = 12;

/// The bytes of a checksum.
const CHECKSUM: usize = 4;

/// The most bytes of headers, as clients have it.
const MAX_HEADERS: usize = 128 << 10;

/// The header that says what a frame is.
const MESSAGE_TYPE: &str = ":message-type";

/// Puts frames together from bytes. Every byte is looked at once, however they are cut.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// What there is of a frame.
    held: Vec<u8>,
    /// Where that frame began.
    begins: usize,
    /// The lengths of that frame, once they have come.
    lengths: Option<Lengths>,
}

/// The lengths of a frame.
#[derive(Clone, Copy, Debug)]
struct Lengths {
    total: usize,
    headers: usize,
}

/// The headers of a frame that say something to us.
#[derive(Debug, Default)]
struct Headers<'a> {
    message_type: Option<&'a str>,
    event_type: Option<&'a str>,
    exception_type: Option<&'a str>,
    error_code: Option<&'a str>,
    error_message: Option<&'a str>,
}

impl Wire for Frames {
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let until = self.lengths.map_or(PRELUDE, |lengths| lengths.total);
            let missing = until.saturating_sub(self.held.len()).min(rest.len());
            let (taken, after) = rest.split_at_checked(missing).unwrap_or((rest, &[]));
            self.held.extend_from_slice(taken);
            rest = after;
            if self.held.len() < until {
                continue;
            }
            match self.lengths {
                None => self.lengths = Some(self.read_lengths()?),
                Some(lengths) => {
                    events.push(self.read_frame(lengths)?);
                    self.begins = self.begins.saturating_add(lengths.total);
                    self.held.clear();
                    self.lengths = None;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, _events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        if self.held.is_empty() { Ok(()) } else { Err(DialectError::CutShort) }
    }

    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        write_frame(event, out);
    }

    /// Nothing that every client skips could be sent here.
    fn keep_alive(&self) -> &'static [u8] {
        b""
    }
}

impl Frames {
    fn read_lengths(&self) -> Result<Lengths, DialectError> {
        let [total, headers, checksum] = [0, 4, 8].map(|at| number(&self.held, at));
        if crc32fast::hash(self.held.get(..8).unwrap_or_default()) != checksum {
            return Err(self.broken("the checksum of its lengths is wrong"));
        }
        let (total, headers) = (total as usize, headers as usize);
        if total > MAX_EVENT || headers > MAX_HEADERS {
            return Err(DialectError::TooLong { what: "an event", limit: MAX_EVENT });
        }
        if total < headers.saturating_add(PRELUDE + CHECKSUM) {
            return Err(self.broken("it is shorter than its headers"));
        }
        Ok(Lengths { total, headers })
    }

    fn read_frame(&self, lengths: Lengths) -> Result<WireEvent, DialectError> {
        let end = lengths.total.saturating_sub(CHECKSUM);
        let summed = self.held.get(..end).unwrap_or_default();
        if crc32fast::hash(summed) != number(&self.held, end) {
            return Err(self.broken("its checksum is wrong"));
        }
        let (headers, payload) = summed
            .get(PRELUDE..)
            .and_then(|rest| rest.split_at_checked(lengths.headers))
            .ok_or_else(|| self.broken("it is shorter than its headers"))?;
        let headers = read_headers(headers).map_err(|fault| self.broken(fault))?;
        let payload = str::from_utf8(payload).map_err(|fault| DialectError::NotUtf8 {
            at: self.begins.saturating_add(PRELUDE + lengths.headers).saturating_add(fault.valid_up_to()),
        })?;
        headers.event(payload).map_err(|fault| self.broken(fault))
    }

    fn broken(&self, fault: &'static str) -> DialectError {
        DialectError::Broken { at: self.begins, fault }
    }
}

impl Headers<'_> {
    fn event(&self, payload: &str) -> Result<WireEvent, &'static str> {
        let (name, kind) = match self.message_type {
            Some("event") => (self.event_type, EventKind::Data),
            Some("exception") => (self.exception_type, EventKind::Failure),
            Some("error") => (self.error_code, EventKind::Failure),
            _ => return Err("it does not say whether it is an event or an exception"),
        };
        // A name goes out as it came, so it must not be able to say anything.
        let plain = |name: &&str| (1..=64).contains(&name.len()) && name.bytes().all(is_name_byte);
        let name = name.filter(plain).ok_or("it has no name that is a word")?.to_owned();
        let data = match self.error_message {
            Some(message) if payload.is_empty() && kind == EventKind::Failure => {
                serde_json::json!({"message": message}).to_string()
            }
            Some(_) | None => payload.to_owned(),
        };
        Ok(WireEvent { name, data, kind })
    }
}

/// Adds the bytes of an event.
fn write_frame(event: &WireEvent, out: &mut Vec<u8>) {
    let (kind, name) = match event.kind {
        EventKind::Data => ("event", ":event-type"),
        // Nothing follows the last frame, and nothing is written for it.
        EventKind::End => return,
        EventKind::Failure => ("exception", ":exception-type"),
    };
    let mut headers = Vec::new();
    for (name, value) in
        [(name, event.name.as_str()), (":content-type", "application/json"), (MESSAGE_TYPE, kind)]
    {
        write_header(name, value, &mut headers);
    }
    let begins = out.len();
    let total = headers.len().saturating_add(event.data.len()).saturating_add(PRELUDE + CHECKSUM);
    out.extend(length(total).to_be_bytes());
    out.extend(length(headers.len()).to_be_bytes());
    sum(begins, out);
    out.extend(headers);
    out.extend(event.data.bytes());
    sum(begins, out);
}

/// A header whose value is a text.
fn write_header(name: &str, value: &str, out: &mut Vec<u8>) {
    out.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
    out.extend(name.bytes());
    out.push(7);
    out.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(value.bytes());
}

/// Adds the checksum of what has been written since.
fn sum(begins: usize, out: &mut Vec<u8>) {
    let checksum = crc32fast::hash(out.get(begins..).unwrap_or_default());
    out.extend(checksum.to_be_bytes());
}

/// A length. Events that are read have a cap, and what is put in their texts' place is of their size, so none comes
/// near the end of four bytes; a frame that would have a wrong length is one that no client reads.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The four bytes from here on as a number; 0 where they are not there.
fn number(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Reads all headers, and keeps those that we know. Their names must differ: readers disagree on which of two holds.
fn read_headers(mut bytes: &[u8]) -> Result<Headers<'_>, &'static str> {
    const FAULT: &str = "its headers do not fit their length";
    let (mut headers, mut names) = (Headers::default(), std::collections::BTreeSet::new());
    while !bytes.is_empty() {
        let name = taken::<1>(&mut bytes).and_then(|[length]| split(&mut bytes, usize::from(length)));
        let name = name.and_then(|name| str::from_utf8(name).ok()).ok_or(FAULT)?;
        let [kind] = taken::<1>(&mut bytes).ok_or(FAULT)?;
        let value = header_value(kind, &mut bytes)?.ok_or(FAULT)?;
        if name.is_empty() || !names.insert(name) {
            return Err("a header has no name, or the name of another");
        }
        headers.keep(name, value);
    }
    Ok(headers)
}

impl<'a> Headers<'a> {
    /// Keeps a value that is a text where we know the header.
    fn keep(&mut self, name: &str, value: Option<&'a str>) {
        let place = match name {
            MESSAGE_TYPE => &mut self.message_type,
            ":event-type" => &mut self.event_type,
            ":exception-type" => &mut self.exception_type,
            ":error-code" => &mut self.error_code,
            ":error-message" => &mut self.error_message,
            _ => return,
        };
        *place = value;
    }
}

/// The value of a header, if it is a text; nothing at all where the bytes do not suffice.
fn header_value<'a>(kind: u8, bytes: &mut &'a [u8]) -> Result<Option<Option<&'a str>>, &'static str> {
    let length = match kind {
        // True and false.
        0 | 1 => 0,
        // Numbers of one, two, four and eight bytes.
        2 => 1,
        3 => 2,
        4 => 4,
        5 => 8,
        // Bytes and a text, each with its length.
        6 | 7 => match taken::<2>(bytes) {
            Some(length) => usize::from(u16::from_be_bytes(length)),
            None => return Ok(None),
        },
        // A time and a UUID.
        8 => 8,
        9 => 16,
        _ => return Err("a header has a type that there is not"),
    };
    let Some(value) = split(bytes, length) else { return Ok(None) };
    if kind != 7 {
        return Ok(Some(None));
    }
    str::from_utf8(value).map(|text| Some(Some(text))).map_err(|_| "a header is not UTF-8")
}

/// Takes bytes from the front.
fn split<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

/// Takes so many bytes from the front.
fn taken<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    split(bytes, N).and_then(|taken| taken.first_chunk::<N>().copied())
}

#[cfg(test)]
mod tests;
