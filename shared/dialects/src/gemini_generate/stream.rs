//! The streamed answers of Gemini: chunks, each a whole answer that says what is new. Nothing marks the end but the
//! reasons why the candidates end. What is written again stands in [`mod@write`], calls in pieces in [`mod@calls`].
//!
//! Texts that follow each other are one text, a *run*, as long as the model either thinks or answers; a part of
//! another kind ends it, and so does a signature, which stands for the part that it comes with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use self::calls::{Call, is_piece};
use super::facts::{self, present};
use super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::stream::{Events, Incoming, Kept, MAX_OPENED, Seen, Sheet, StreamEvent, within};
use crate::wire::{EventKind, WireEvent};

mod calls;
mod write;

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::in_two_spellings(FIELDS, Way::Stream));

/// The members by which a chunk is told from other JSON.
const CHUNK: [&str; 4] = ["candidates", "promptFeedback", "responseId", "usageMetadata"];

/// The members of a part of which each makes it something else than a text.
const KINDS: [&str; 9] = [
    "audioTranscription",
    "codeExecutionResult",
    "executableCode",
    "fileData",
    "functionCall",
    "functionResponse",
    "inlineData",
    "toolCall",
    "toolResponse",
];

/// Reads and writes one streamed answer.
#[derive(Debug, Default)]
pub(super) struct GenerateStream {
    seen: Seen,
    candidates: BTreeMap<usize, Candidate>,
    /// Whether the request was blocked, so that there is no candidate.
    blocked: bool,
    /// Whether the upstream's body has ended.
    over: bool,
    /// The last chunk.
    last: Option<Arc<Sheet>>,
    /// The windows in which the model thinks.
    thoughts: BTreeSet<usize>,
    written: Written,
}

/// What has been written.
#[derive(Debug, Default)]
struct Written {
    /// The candidates whose end has been.
    ends: BTreeSet<usize>,
    /// Whether a text other than in a window was changed.
    changed: bool,
    failed: bool,
    over: bool,
}

/// One of the answers asked for.
#[derive(Debug, Default)]
struct Candidate {
    finished: bool,
    /// How many parts it has so far, each run of texts as one.
    parts: usize,
    run: Option<Run>,
    /// The call that comes in pieces.
    call: Option<Call>,
    /// Whether there ever was one.
    called: bool,
}

/// A run of texts.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Its place among the parts.
    place: usize,
    /// Whether the model thinks in it.
    thought: bool,
}

/// One chunk while it is read.
struct Chunk<'a> {
    incoming: Incoming<'a>,
    /// For each candidate of the chunk its index, and the places of its parts.
    places: Vec<(usize, Vec<usize>)>,
}

impl Events for GenerateStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let mut event = self.read(event)?;
        // Chunks without an answer may follow, such as the count of tokens.
        event.ends = self.seen.failed || self.is_complete();
        events.push(event);
        Ok(())
    }

    fn end(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if !self.seen.failed && !self.is_complete() {
            return Err(DialectError::CutShort);
        }
        if !std::mem::replace(&mut self.over, true) {
            let plain = WireEvent { kind: EventKind::End, ..WireEvent::default() };
            let kept = Kept { plain: Some(plain), ..Kept::default() };
            events.push(StreamEvent { ends: true, kept, ..StreamEvent::default() });
        }
        Ok(())
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl GenerateStream {
    fn read(&mut self, event: WireEvent) -> Result<StreamEvent, DialectError> {
        if self.seen.failed {
            return Err(DialectError::AfterEnd);
        }
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        let root = sheet.root();
        if event.name == "error" || present(root, "error").is_some() {
            let mut incoming = Incoming::new(&sheet);
            self.seen.fail(&mut incoming);
            return Ok(incoming.read(String::new(), EventKind::Failure));
        }
        if !CHUNK.iter().any(|name| present(root, name).is_some()) {
            return Err(members::wrong("candidates", "a list"));
        }
        let event = self.chunk(&sheet)?;
        self.last = Some(sheet);
        Ok(event)
    }

    /// Whether every candidate that began has ended.
    fn is_complete(&self) -> bool {
        (self.blocked || !self.candidates.is_empty()) && self.candidates.values().all(|one| one.finished)
    }

    fn chunk(&mut self, sheet: &Arc<Sheet>) -> Result<StreamEvent, DialectError> {
        let root = sheet.root();
        let candidates = candidates(root)?;
        let complete = self.is_complete();
        // A count of 0 is left out on the wire.
        self.seen.count(present(root, "usageMetadata").and_then(facts::usage));
        let feedback = present(root, "promptFeedback");
        self.blocked |= feedback.is_some_and(|feedback| present(feedback, "blockReason").is_some());
        let places = Vec::with_capacity(candidates.len());
        let mut chunk = Chunk { incoming: Incoming::new(sheet), places };
        for (index, candidate) in &candidates {
            if !self.candidates.contains_key(index) {
                if complete {
                    return Err(DialectError::AfterEnd);
                }
                self.seen.windows.count()?;
                self.candidates.insert(*index, Candidate::default());
            }
            self.content(*index, *candidate, &mut chunk)?;
            if ends(*candidate) {
                self.finish(*index, &mut chunk.incoming.event)?;
            }
        }
        let Chunk { mut incoming, places } = chunk;
        incoming.rest(|field| of_answer(field, &places));
        Ok(incoming.read(String::new(), EventKind::Data))
    }

    /// The parts of a candidate.
    fn content(
        &mut self,
        index: usize,
        candidate: Value<'_>,
        chunk: &mut Chunk<'_>,
    ) -> Result<(), DialectError> {
        let mut places = Vec::new();
        let field = format!("candidates[{index}].content");
        if let Some(content) = present(candidate, "content") {
            if content.kind() != Kind::Object {
                return Err(members::wrong(&field, "an object"));
            }
            for part in members::list(content, "parts")?.into_iter().flat_map(Value::elements) {
                if part.kind() != Kind::Object {
                    return Err(members::wrong(&format!("{field}.parts"), "a list of objects"));
                }
                places.push(self.part(index, part, chunk)?);
            }
        }
        chunk.places.push((index, places));
        Ok(())
    }

    /// One part; answers with its place among the parts of the whole answer.
    fn part(&mut self, index: usize, part: Value<'_>, chunk: &mut Chunk<'_>) -> Result<usize, DialectError> {
        let Some(candidate) = self.candidates.get_mut(&index) else { return Ok(0) };
        let empty = is_text(part) && part.member_text("text").is_some_and(|text| text.is_empty());
        let call = present(part, "functionCall").filter(|call| candidate.call.is_some() || is_piece(*call));
        if !empty && (candidate.finished || candidate.call.is_some() && call.is_none()) {
            return Err(DialectError::Stray { field: format!("candidates[{index}].content.parts") });
        }
        if let Some(call) = call {
            return self.piece_of_call(index, part, call, chunk);
        }
        if is_text(part) {
            return self.piece_of_text(index, part, chunk);
        }
        let place = candidate.parts;
        candidate.parts = place.saturating_add(1);
        self.end_run(index, &mut chunk.incoming.event);
        let field = format!("candidates[{index}].content.parts[{place}]");
        chunk.incoming.event.actions.extend(facts::calls(part, &field));
        Ok(place)
    }

    /// A piece of a text. One without text goes on with what is there, and begins nothing.
    fn piece_of_text(
        &mut self,
        index: usize,
        part: Value<'_>,
        chunk: &mut Chunk<'_>,
    ) -> Result<usize, DialectError> {
        let thought = members::flag(part, "thought")?;
        let (place, begins) = match self.candidates.get(&index) {
            Some(Candidate { run: Some(run), .. }) if run.thought == thought => (run.place, false),
            Some(candidate) => (candidate.parts, true),
            None => return Ok(0),
        };
        let text = part.member("text");
        let found = text.and_then(|text| within(&chunk.incoming.standing, text.ids()).first().copied());
        let Some((id, number)) = found else { return Ok(place) };
        chunk.incoming.taken.insert(number);
        if begins && text.is_some_and(|text| text.raw() != "\"\"") {
            self.end_run(index, &mut chunk.incoming.event);
            if let Some(candidate) = self.candidates.get_mut(&index) {
                candidate.run = Some(Run { place, thought });
                candidate.parts = place.saturating_add(1);
            }
        }
        let way = ["parts".into(), place.to_string().into()];
        let field = format!("candidates[{index}].content.parts[{place}].text");
        let Incoming { sheet, event, .. } = &mut chunk.incoming;
        let window = event.add_piece(sheet, (id, number), &mut self.seen.windows, (index, &way), field)?;
        self.thoughts.extend(window.filter(|_| thought));
        if present(part, "thoughtSignature").is_some() {
            self.end_run(index, &mut chunk.incoming.event);
        }
        Ok(place)
    }

    /// A piece of a call, which does not go out by itself.
    fn piece_of_call(
        &mut self,
        index: usize,
        part: Value<'_>,
        call: Value<'_>,
        chunk: &mut Chunk<'_>,
    ) -> Result<usize, DialectError> {
        self.end_run(index, &mut chunk.incoming.event);
        let Some(candidate) = self.candidates.get_mut(&index) else { return Ok(0) };
        if candidate.call.is_none() {
            self.seen.windows.count()?;
            candidate.parts = candidate.parts.saturating_add(1);
            candidate.called = true;
        }
        let place = candidate.parts.saturating_sub(1);
        let field = format!("candidates[{index}].content.parts[{place}]");
        let mut whole = candidate.call.take().unwrap_or_default();
        if whole.add(part, call, &field)? {
            whole.complete(index, &field, &mut chunk.incoming.event)?;
        } else {
            candidate.call = Some(whole);
        }
        chunk.incoming.take(part);
        chunk.incoming.event.kept.gone.push(part.id());
        Ok(place)
    }

    /// Ends the run of texts of a candidate, where there is one.
    fn end_run(&mut self, index: usize, event: &mut StreamEvent) {
        let run = self.candidates.get_mut(&index).and_then(|candidate| candidate.run.take());
        if run.is_some() {
            event.closes.extend(self.seen.windows.close(Some(index)));
        }
    }

    /// Ends a candidate. A call of which pieces are missing is none.
    fn finish(&mut self, index: usize, event: &mut StreamEvent) -> Result<(), DialectError> {
        self.end_run(index, event);
        match self.candidates.get_mut(&index) {
            Some(Candidate { call: Some(_), .. }) => Err(DialectError::CutShort),
            Some(candidate) => {
                candidate.finished = true;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// The candidates of a chunk, each with its index. An index of 0 may be left out; where all are, places count.
fn candidates<'a>(root: Value<'a>) -> Result<Vec<(usize, Value<'a>)>, DialectError> {
    let list = || members::list(root, "candidates").map(|list| list.into_iter().flat_map(Value::elements));
    if list()?.nth(MAX_OPENED).is_some() {
        return Err(DialectError::TooManyOpened);
    }
    let indexed = list()?.any(|candidate| candidate.member("index").is_some());
    let one = |(place, candidate): (usize, Value<'a>)| {
        if candidate.kind() != Kind::Object {
            return Err(members::wrong(&format!("candidates[{place}]"), "an object"));
        }
        let index = members::index(candidate, "index")?;
        Ok((index.unwrap_or(if indexed { 0 } else { place }), candidate))
    };
    list()?.enumerate().map(one).collect()
}

/// Whether a candidate says why it ends.
fn ends(candidate: Value<'_>) -> bool {
    let none = ["\"\"", "\"FINISH_REASON_UNSPECIFIED\""];
    present(candidate, "finishReason").is_some_and(|reason| !none.contains(&reason.raw()))
}

/// Whether a part is a text. What no row names may stand beside it.
fn is_text(part: Value<'_>) -> bool {
    part.member("text").is_some_and(|text| text.kind() == Kind::Text)
        && !KINDS.iter().any(|name| present(part, name).is_some())
}

/// A field of a chunk as the field of a whole answer.
fn of_answer(field: &str, places: &[(usize, Vec<usize>)]) -> String {
    let place = |rest: &str| {
        let (place, rest) = rest.split_once(']')?;
        Some((place.parse::<usize>().ok()?, rest.to_owned()))
    };
    let candidate = field.strip_prefix("candidates[").and_then(place);
    let Some(((index, parts), rest)) = candidate.and_then(|(at, rest)| Some((places.get(at)?, rest))) else {
        return field.to_owned();
    };
    let part = rest.strip_prefix(".content.parts[").and_then(place);
    match part.and_then(|(at, rest)| Some((parts.get(at)?, rest))) {
        Some((part, rest)) => format!("candidates[{index}].content.parts[{part}]{rest}"),
        None => format!("candidates[{index}]{rest}"),
    }
}
