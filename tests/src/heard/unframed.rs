//! The events of a body, out of the bytes around them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Event;
use crate::frames::checksum;
use crate::model::Framing;

/// The events of a body.
pub(super) fn events(framing: Framing, body: &[u8]) -> Result<Vec<Event>, String> {
    match framing {
        Framing::Chunks => messages(body)?.into_iter().map(of_chunk).collect(),
        Framing::Frames => messages(body),
        Framing::List => list(body),
        Framing::ServerSent => server_sent(body),
    }
}

/// Server-sent events. Comments are left out.
fn server_sent(body: &[u8]) -> Result<Vec<Event>, String> {
    let text = std::str::from_utf8(body).map_err(|fault| format!("not UTF-8: {fault}"))?;
    let mut events = Vec::new();
    let mut event = Event::default();
    let mut lines = 0_usize;
    if !text.is_empty() && !text.ends_with("\n\n") {
        return Err(format!("it ends within an event: {text}"));
    }
    for line in text.lines() {
        match line.split_once(':') {
            _ if line.is_empty() => {
                if lines > 0 {
                    events.push(event.clone());
                }
                event = Event::default();
                lines = 0;
            }
            Some(("", _)) => {}
            Some(("data", data)) => {
                event.data += if lines > 0 { "\n" } else { "" };
                event.data += data.strip_prefix(' ').unwrap_or(data);
                lines += 1;
            }
            Some(("event", name)) => name.trim().clone_into(&mut event.name),
            _ => return Err(format!("`{line}` is not a line of an event")),
        }
    }
    Ok(events)
}

/// The items of a JSON list. It may end early between two items, and never within one.
fn list(body: &[u8]) -> Result<Vec<Event>, String> {
    let text = std::str::from_utf8(body).map_err(|fault| format!("not UTF-8: {fault}"))?.trim();
    let mut rest = text.strip_prefix('[').ok_or("it is no list")?.trim_start();
    let mut events = Vec::new();
    while !rest.is_empty() && rest != "]" {
        let mut items = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let item = items.next().ok_or("an item is missing")?;
        let item = item.map_err(|fault| format!("an item is no JSON, {fault}: {rest}"))?;
        let after = items.byte_offset();
        events.push(Event { data: item.to_string(), ..Event::default() });
        rest = rest[after..].trim_start();
        rest = match rest.strip_prefix(',').map(str::trim_start) {
            Some("") => return Err("it ends after a comma".to_owned()),
            Some(more) => more,
            None if rest.is_empty() || rest == "]" => rest,
            None => return Err(format!("after an item stands {rest}")),
        };
    }
    // What a client waits for when the list is closed: without it nothing has ended.
    if rest == "]" {
        events.push(Event { name: "]".to_owned(), ..Event::default() });
    }
    Ok(events)
}

/// The messages of Amazon's event stream.
fn messages(mut body: &[u8]) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    while !body.is_empty() {
        let length = number(body, 0).ok_or("it ends within the length of a message")?;
        let message = body.get(..length).filter(|_| length >= 16).ok_or("it ends within a message")?;
        events.push(message_of(message).ok_or_else(|| format!("no message: {message:?}"))?);
        body = &body[length..];
    }
    Ok(events)
}

/// One message; `None` where a checksum or a length is wrong, or a header is missing.
fn message_of(message: &[u8]) -> Option<Event> {
    let end = message.len() - 4;
    let sums_fit = checksum(&message[..8]) as usize == number(message, 8)?
        && checksum(&message[..end]) as usize == number(message, end)?;
    let payload = 12 + number(message, 4)?;
    let mut headers = message.get(12..payload).filter(|_| sums_fit)?;
    let mut event =
        Event { data: String::from_utf8(message.get(payload..end)?.to_vec()).ok()?, ..Event::default() };
    let mut kind = None;
    while let Some((length, rest)) = headers.split_first() {
        let (name, rest) = rest.split_at_checked((*length).into())?;
        let (head, rest) = rest.split_at_checked(3)?;
        let (value, rest) = rest.split_at_checked(u16::from_be_bytes([head[1], head[2]]).into())?;
        let value = std::str::from_utf8(value).ok().filter(|_| head[0] == 7)?;
        match name {
            b":message-type" => kind = Some(value),
            b":event-type" | b":exception-type" => value.clone_into(&mut event.name),
            b":content-type" if value != "application/json" => return None,
            _ => {}
        }
        headers = rest;
    }
    event.failure = kind == Some("exception");
    Some(event).filter(|event| !event.name.is_empty() && matches!(kind, Some("event" | "exception")))
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(four)).ok()
}

/// The event that stands in a chunk, under its own name where it has one.
fn of_chunk(chunk: Event) -> Result<Event, String> {
    if chunk.failure {
        return Ok(chunk);
    }
    let payload: Value = serde_json::from_str(&chunk.data).map_err(|fault| format!("no JSON: {fault}"))?;
    let bytes =
        STANDARD.decode(payload["bytes"].as_str().filter(|_| chunk.name == "chunk").ok_or("no chunk")?);
    let data = String::from_utf8(bytes.map_err(|fault| format!("no Base64: {fault}"))?);
    let data = data.map_err(|fault| format!("not UTF-8: {fault}"))?;
    let own: Value = serde_json::from_str(&data).map_err(|fault| format!("no JSON, {fault}: {data}"))?;
    let name = own["type"].as_str().unwrap_or_default().to_owned();
    Ok(Event { name, data, failure: false })
}
