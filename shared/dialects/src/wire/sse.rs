//! Server-sent events: bytes, cut anywhere, become events; lines and fields as the HTML standard has them. Our own,
//! for a gate needs a cap and an error for what is not UTF-8.
//!
//! `id` and `retry` are not kept: nothing is resumed through a gate.

use std::mem;

use super::{EventKind, MAX_EVENT, Wire, WireEvent};
use crate::error::DialectError;

/// The type of their content.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

/// Server-sent events. An event's name is the last `event` field, its data the `data` fields, joined by line feeds.
/// Every byte is looked at once, however they are cut.
#[derive(Debug, Default)]
pub(crate) struct ServerSent {
    /// The line that has not ended.
    line: Vec<u8>,
    /// How many bytes came before that line.
    before: usize,
    /// Whether the last byte was a carriage return, so that a line feed now belongs to it.
    returned: bool,
    /// What the lines since the last event say.
    event: WireEvent,
    has_data: bool,
}

impl Wire for ServerSent {
    fn feed(&mut self, bytes: &[u8], events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        let mut rest = bytes;
        if self.returned && !rest.is_empty() {
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            self.before += bytes.len() - rest.len();
            self.returned = false;
        }
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, ending) = rest.split_at_checked(end).unwrap_or_default();
            self.push(line)?;
            let (length, after) = self.after(ending);
            self.end_line(length, events)?;
            rest = after;
        }
        self.push(rest)
    }

    /// What was not ended by a blank line is an event, too, for some readers take it for one.
    fn finish(&mut self, events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        self.end_line(0, events)?;
        self.end_line(0, events)
    }

    /// Line breaks, which in JSON stand between values only, become blanks.
    fn write(&mut self, event: &WireEvent, out: &mut Vec<u8>) {
        if event.kind == EventKind::End {
            return;
        }
        out.reserve(event.data.len().saturating_add(event.name.len()).saturating_add(16));
        if !event.name.is_empty() {
            out.extend_from_slice(b"event: ");
            out.extend_from_slice(event.name.as_bytes());
            out.push(b'\n');
        }
        out.extend_from_slice(b"data: ");
        let start = out.len();
        out.extend_from_slice(event.data.as_bytes());
        let data = out.get_mut(start..).unwrap_or_default();
        data.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        out.extend_from_slice(b"\n\n");
    }

    fn keep_alive(&self) -> &'static [u8] {
        b": keep-alive\n\n"
    }
}

impl ServerSent {
    /// The length of a line's end, and what follows it.
    fn after<'a>(&mut self, ending: &'a [u8]) -> (usize, &'a [u8]) {
        match ending {
            [b'\r', b'\n', after @ ..] => (2, after),
            [b'\r'] => {
                self.returned = true;
                (1, &[])
            }
            [_, after @ ..] => (1, after),
            [] => (0, &[]),
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), DialectError> {
        let held =
            self.line.len().saturating_add(self.event.data.len()).saturating_add(self.event.name.len());
        if held.saturating_add(bytes.len()) > MAX_EVENT {
            return Err(DialectError::TooLong { what: "an event", limit: MAX_EVENT });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, ending: usize, events: &mut Vec<WireEvent>) -> Result<(), DialectError> {
        let line = mem::take(&mut self.line);
        let text = str::from_utf8(&line)
            .map_err(|fault| DialectError::NotUtf8 { at: self.before.saturating_add(fault.valid_up_to()) })?;
        let text = if self.before == 0 { text.strip_prefix('\u{FEFF}').unwrap_or(text) } else { text };
        if text.is_empty() {
            self.end_event(events);
        } else {
            self.field(text);
        }
        self.before = self.before.saturating_add(line.len()).saturating_add(ending);
        // The room is used again.
        self.line = line;
        self.line.clear();
        Ok(())
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.event.name),
            // A comment, `id`, `retry`, and what nobody knows.
            _ => {}
        }
    }

    /// An event without data is none.
    fn end_event(&mut self, events: &mut Vec<WireEvent>) {
        let event = mem::take(&mut self.event);
        if mem::take(&mut self.has_data) {
            events.push(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(name: &str, data: &str) -> Vec<u8> {
        let mut out = Vec::new();
        ServerSent::default().write(&WireEvent::new(name, data), &mut out);
        out
    }

    fn decode(pieces: &[&[u8]]) -> Result<Vec<(String, String)>, DialectError> {
        let (mut decoder, mut events) = (ServerSent::default(), Vec::new());
        for piece in pieces {
            decoder.feed(piece, &mut events)?;
        }
        decoder.finish(&mut events)?;
        Ok(events.into_iter().map(|event| (event.name, event.data)).collect())
    }

    /// What is sent, and the events in it: name and data.
    const ROWS: &[(&str, &[(&str, &str)])] = &[
        ("data: a\n\n", &[("", "a")]),
        ("data:a\r\n\r\ndata: b\r\n\r\n", &[("", "a"), ("", "b")]),
        ("data: a\r\rdata: b\r\r", &[("", "a"), ("", "b")]),
        ("data: a\r\n\rdata: b\n\r\n", &[("", "a"), ("", "b")]),
        ("\u{FEFF}data: a\n\n", &[("", "a")]),
        ("data: a\n\n\u{FEFF}data: b\n\n", &[("", "a")]),
        ("data: a\ndata:  b\ndata\n\n", &[("", "a\n b\n")]),
        (": a comment\nevent: x\n:\ndata: a\nid: 7\nretry: 9\nnonsense\n\n", &[("x", "a")]),
        ("event: x\n\ndata: a\n\n", &[("", "a")]),
        ("event: x\nevent: y\ndata: a\n\n", &[("y", "a")]),
        ("data\n\n", &[("", "")]),
        ("Data: a\n\n data: b\n\n", &[]),
        ("data: größe 🔑\n\ndata: \u{0}\u{2028}\n\n", &[("", "größe 🔑"), ("", "\u{0}\u{2028}")]),
        ("data: a\n\ndata: not ended", &[("", "a"), ("", "not ended")]),
        ("", &[]),
        ("\n\r\n\r\r", &[]),
    ];

    #[test]
    fn events_are_the_same_however_they_are_cut() {
        for (sent, wanted) in ROWS {
            let wanted: Vec<_> =
                wanted.iter().map(|(name, data)| ((*name).to_owned(), (*data).to_owned())).collect();
            let bytes = sent.as_bytes();
            assert_eq!(decode(&[bytes]).unwrap(), wanted, "{sent:?}");
            assert_eq!(decode(&bytes.chunks(1).collect::<Vec<_>>()).unwrap(), wanted, "{sent:?}");
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    assert_eq!(decode(&pieces).unwrap(), wanted, "{sent:?} {first} {second}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_utf8_is_an_error_that_says_where() {
        for cut in 0..10 {
            let bytes = b"data: a\n\ndata: \xC3\n\n";
            assert_eq!(decode(&[&bytes[..cut], &bytes[cut..]]), Err(DialectError::NotUtf8 { at: 15 }));
        }
    }

    #[test]
    fn an_event_has_a_cap() {
        let line = [b"data: ".as_slice(), &vec![b'a'; 1 << 20], b"\n"].concat();
        assert!(decode(&[&line.repeat(7)]).is_ok());
        assert!(matches!(decode(&[&line.repeat(8)]), Err(DialectError::TooLong { .. })));
        let endless = vec![b':'; MAX_EVENT + 1];
        assert!(matches!(decode(&[&endless]), Err(DialectError::TooLong { .. })));
        let comments = [b":".as_slice(), &vec![b'a'; 1 << 20], b"\n"].concat();
        assert!(decode(&[&comments.repeat(9)]).unwrap().is_empty());
    }

    /// Were the whole line looked at again for each byte, this would not end in a day.
    #[test]
    fn bytes_that_come_one_by_one_take_linear_time() {
        let line = [b"data: ".as_slice(), &vec![b'a'; 4 << 20], b"\n\n"].concat();
        assert_eq!(decode(&line.chunks(1).collect::<Vec<_>>()).unwrap().len(), 1);
    }

    proptest! {
        #[test]
        fn any_bytes_give_the_same_however_they_are_cut(
            bytes in "(data|event|[:a-b \r\n\u{FEFF}ü🔑]){0,40}".prop_map(String::into_bytes),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..5),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&pieces), decode(&[&bytes]));
        }

        #[test]
        fn what_is_framed_is_read_again(name in "[a-z_]{0,8}", data in "[a \\{\\}ü]{0,20}") {
            prop_assert_eq!(decode(&[&frame(&name, &data)]).unwrap(), vec![(name, data)]);
        }
    }
}
