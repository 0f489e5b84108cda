//! What the tests of streamed dialects share: the cases, a driver that treats a stream as the pipeline does, and what a
//! client sees of what goes out.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use conformance::frames;
use conformance::spoken::stream;
use dialects::{AnswerStream, DIALECTS, Dialect, DialectError, StreamEdits, StreamEvent, Usage};
use policy::{Action, ContentType};
use serde_json::Value;

/// One case: the dialect, the file's name without its ending, the bytes.
pub(crate) fn cases() -> Vec<(&'static dyn Dialect, String, Vec<u8>)> {
    let mut cases = Vec::new();
    for dialect in DIALECTS.iter().filter(|dialect| stream(**dialect).is_some()) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/dialects").join(dialect.id());
        for file in fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            if name.starts_with("stream_") && file.extension().is_some_and(|ending| ending == "txt") {
                cases.push((*dialect, name, on_the_wire(dialect.id(), fs::read(&file).unwrap())));
            }
        }
        assert!(cases.iter().any(|(other, ..)| other.id() == dialect.id()), "no cases for {}", dialect.id());
    }
    cases.sort_by_key(|(dialect, name, _)| (dialect.id(), name.clone()));
    cases
}

/// The bytes of a case: binary formats stand in it as text.
fn on_the_wire(id: &str, bytes: Vec<u8>) -> Vec<u8> {
    if id.starts_with("bedrock_") { frames::of_text(str::from_utf8(&bytes).unwrap()) } else { bytes }
}

pub(crate) fn case(id: &str, name: &str) -> Vec<u8> {
    cases().into_iter().find(|(dialect, case, _)| (dialect.id(), case.as_str()) == (id, name)).unwrap().2
}

/// What is done with the texts of a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    /// Whatever may be covered becomes `[X]`, each window as a whole.
    Cover,
    /// Each window is held until it closes, and then goes out in one piece.
    Hold,
    /// Every piece goes out one event later.
    Lag,
    /// Everything goes out as it came.
    Pass,
}

/// Drives a stream as a pipeline does.
pub(crate) struct Drive {
    pub(crate) stream: Box<dyn AnswerStream>,
    pub(crate) way: Way,
    pub(crate) held: BTreeMap<usize, String>,
    pub(crate) out: Vec<u8>,
}

impl Drive {
    pub(crate) fn new(dialect: &dyn Dialect, way: Way) -> Self {
        Self { stream: stream(dialect).unwrap(), way, held: BTreeMap::new(), out: Vec::new() }
    }

    pub(crate) fn all(mut self, pieces: &[&[u8]]) -> Result<Vec<u8>, DialectError> {
        let mut events = Vec::new();
        for piece in pieces {
            self.stream.feed(piece, &mut events)?;
            events.drain(..).try_for_each(|event| self.event(event))?;
        }
        self.stream.finish(&mut events)?;
        events.drain(..).try_for_each(|event| self.event(event))?;
        Ok(self.out)
    }

    pub(crate) fn event(&mut self, event: StreamEvent) -> Result<(), DialectError> {
        let mut edits = StreamEdits::default();
        for (index, delta) in event.deltas.iter().enumerate() {
            let held = self.held.entry(delta.window).or_default();
            let last = event.deltas[index + 1..].iter().all(|later| later.window != delta.window);
            let closes = last && event.closes.contains(&delta.window);
            let before = std::mem::take(held);
            let goes = match self.way {
                Way::Pass => delta.text.clone(),
                _ if closes => format!("{before}{}", delta.text),
                Way::Cover | Way::Hold => {
                    *held = format!("{before}{}", delta.text);
                    String::new()
                }
                Way::Lag => {
                    held.clone_from(&delta.text);
                    before
                }
            };
            let covered = self.covers(delta.window) && closes;
            edits.deltas.push(if covered { "[X]".to_owned() } else { goes });
        }
        for window in &event.closes {
            let held = self.held.remove(window).unwrap_or_default();
            let text = if self.covers(*window) && !held.is_empty() { "[X]".to_owned() } else { held };
            self.out.extend(self.stream.say(*window, &text));
        }
        if self.way == Way::Cover {
            let texts = event.parts.iter().enumerate();
            let texts = texts.filter(|(_, part)| part.part.content == ContentType::Text);
            // A summary is signed.
            let texts = texts.filter(|(_, part)| !part.part.field.ends_with("].content"));
            edits.texts = texts.map(|(index, _)| (index, "[X]".to_owned())).collect();
        }
        self.out.extend(self.stream.write(event, &edits)?);
        Ok(())
    }

    pub(crate) fn covers(&self, window: usize) -> bool {
        self.way == Way::Cover && !self.stream.windows()[window].sealed
    }
}

/// What a client sees: texts by their fields, those in pieces put together; the calls; the tokens.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) texts: BTreeMap<String, String>,
    pub(crate) actions: Vec<Action>,
    pub(crate) usage: Option<Usage>,
}

pub(crate) fn seen(dialect: &dyn Dialect, pieces: &[&[u8]]) -> Result<Seen, DialectError> {
    let mut stream = stream(dialect).unwrap();
    let (mut events, mut seen) = (Vec::new(), Seen::default());
    pieces.iter().try_for_each(|piece| stream.feed(piece, &mut events))?;
    stream.finish(&mut events)?;
    for event in events {
        for delta in event.deltas {
            let field = stream.windows()[delta.window].part.field.clone();
            seen.texts.entry(field).or_default().push_str(&delta.text);
        }
        for part in event.parts.into_iter().filter(|part| part.part.content == ContentType::Text) {
            seen.texts.entry(part.part.field).or_default().push_str(&part.text);
        }
        seen.actions.extend(event.actions);
    }
    seen.usage = stream.usage();
    Ok(seen)
}

pub(crate) fn listing(event: &StreamEvent, stream: &dyn AnswerStream) -> Value {
    let part = |part: &dialects::TextPart| {
        format!("{:?} {:?} {} = {}", part.part.role, part.part.content, part.part.field, part.text)
    };
    let action = |action: &Action| {
        let urls: Vec<&str> = action.urls.iter().map(url::Url::as_str).collect();
        format!("{:?} {} {} {} {urls:?}", action.kind, action.name, action.field, action.arguments)
    };
    let delta = |window: usize, text: &str| format!("{} += {text}", stream.windows()[window].part.field);
    let mut members = serde_json::Map::new();
    let mut add = |name: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            members.insert(name.to_owned(), rows.into());
        }
    };
    add("deltas", event.deltas.iter().map(|piece| delta(piece.window, &piece.text)).collect());
    add("closes", event.closes.iter().map(|window| stream.windows()[*window].part.field.clone()).collect());
    add("parts", event.parts.iter().map(part).collect());
    add("actions", event.actions.iter().map(action).collect());
    members.into()
}

pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    // The length of a frame begins with a zero.
    if bytes.first() == Some(&0) {
        return frames::to_text(bytes).lines().map(str::to_owned).collect();
    }
    String::from_utf8(bytes.to_vec()).unwrap().split("\n\n").map(str::to_owned).collect()
}

pub(crate) fn snapshot(dialect: &dyn Dialect, name: &str, value: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../../testdata/dialects/{}", dialect.id()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}
