//! The frames of a streamed answer to Bedrock's InvokeModel: each holds one `chunk`, whose `bytes` are an event of the
//! model's own format in Base64. Around them stand the frames of [`super::frames`].
//!
//! Only `bytes` goes on: what else stands in a chunk hides how long it is, which is another when it is written again.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::frames::Frames;
use super::{EventKind, Wire, WireEvent};
use crate::error::DialectError;
use crate::json::Document;
use crate::members;

/// The name of the events.
const CHUNK: &str = "chunk";

/// Chunks in frames. Events have no names; exceptions stand in frames of their own, with theirs.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    frames: Frames,
}

impl Wire for Chunks {
    /// Frames that are complete count, also where the bytes after them are not in order.
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        let mut came = Vec::new();
        let fed = self.frames.feed(bytes, &mut came);
        came.into_iter().try_for_each(|event| opened(event).map(|event| events.push(event)))?;
        fed
    }

    fn finish(&mut self, events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        self.frames.finish(events)
    }

    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        match event.kind {
            EventKind::Data => {
                let data = json!({"bytes": STANDARD.encode(&event.data)}).to_string();
                self.frames.write(&WireEvent::new(CHUNK, data), out);
            }
            EventKind::End | EventKind::Failure => self.frames.write(event, out),
        }
    }

    fn keep_alive(&self) -> &'static [u8] {
        self.frames.keep_alive()
    }
}

/// What a chunk holds.
fn opened(event: WireEvent) -> Result<WireEvent, DialectError> {
    if event.kind != EventKind::Data {
        return Ok(event);
    }
    let wrong = || members::wrong(CHUNK, "an event with `bytes` in Base64");
    if event.name != CHUNK {
        return Err(wrong());
    }
    let document = Document::read(event.data.into_bytes())?;
    let bytes = document.root().member_text("bytes").and_then(|bytes| STANDARD.decode(bytes.as_bytes()).ok());
    let text = String::from_utf8(bytes.ok_or_else(wrong)?);
    let text = text.map_err(|fault| DialectError::NotUtf8 { at: fault.utf8_error().valid_up_to() })?;
    Ok(WireEvent::new("", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, data: &str) -> Result<Vec<WireEvent>, DialectError> {
        let (mut bytes, mut events) = (Vec::new(), Vec::new());
        Frames::default().write(&WireEvent::new(name, data), &mut bytes);
        Chunks::default().feed(&bytes, &mut events)?;
        Ok(events)
    }

    #[test]
    fn a_chunk_says_what_its_bytes_say() {
        let wanted = [WireEvent::new("", r#"{"a":"ü"}"#)];
        assert_eq!(read("chunk", r#"{"bytes":"eyJhIjoiw7wifQ==","p":"abc"}"#).unwrap(), wanted);
        let mut written = Vec::new();
        Chunks::default().write(&wanted[0], &mut written);
        let mut frames = Vec::new();
        Frames::default().feed(&written, &mut frames).unwrap();
        assert_eq!(frames, [WireEvent::new("chunk", r#"{"bytes":"eyJhIjoiw7wifQ=="}"#)]);
    }

    #[test]
    fn an_exception_stands_in_a_frame_of_its_own() {
        let failure = WireEvent { kind: EventKind::Failure, ..WireEvent::new("throttlingException", "{}") };
        let (mut written, mut events) = (Vec::new(), Vec::new());
        Chunks::default().write(&failure, &mut written);
        Chunks::default().feed(&written, &mut events).unwrap();
        assert_eq!(events, [failure]);
    }

    #[test]
    fn what_is_no_chunk_is_an_error() {
        let wrong = members::wrong("chunk", "an event with `bytes` in Base64");
        for (name, data, wanted) in [
            ("chunks", r#"{"bytes":"e30="}"#, wrong.clone()),
            ("chunk", "{}", wrong.clone()),
            ("chunk", "[1]", wrong.clone()),
            ("chunk", r#"{"bytes":7}"#, wrong.clone()),
            ("chunk", r#"{"bytes":"?"}"#, wrong.clone()),
            ("chunk", r#"{"bytes":"e30"}"#, wrong),
            ("chunk", r#"{"bytes":"/w=="}"#, DialectError::NotUtf8 { at: 0 }),
            ("chunk", r#"{"bytes":"e30=","bytes":"e30="}"#, DialectError::Duplicate { at: 16 }),
        ] {
            assert_eq!(read(name, data), Err(wanted), "{name} {data}");
        }
    }
}
