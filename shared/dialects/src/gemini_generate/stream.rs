//! The streamed answers of Gemini: chunks, each a whole answer that says what is new. Nothing marks the end but the
//! reasons why the candidates end. What is written again stands in [`mod@write`], calls in pieces in [`mod@calls`].
//!
//! Texts that follow each other are one text, a *run*, as long as the model either thinks or answers; a part of
//! another kind ends it, and so does a signature, which stands for the part that it comes with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use policy::Part;

use self::calls::{Call, is_piece};
use super::facts::{self, present};
use super::fields::FIELDS;
use crate::answer::Usage;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::refusal::Refusal;
use crate::stream::{
    Delta, Events, Kept, MAX_OPENED, Piece, Sheet, Standing, StreamEdits, StreamEvent, Window, Windows,
    within,
};
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
    windows: Windows,
    candidates: BTreeMap<usize, Candidate>,
    /// Whether the request was blocked, so that there is no candidate.
    blocked: bool,
    /// Whether the upstream told of an error.
    failed: bool,
    /// Whether its body has ended.
    over: bool,
    usage: Option<Usage>,
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
    sheet: &'a Arc<Sheet>,
    standing: Standing,
    /// The parts that are pieces of texts and of calls.
    taken: BTreeSet<usize>,
    /// For each candidate of the chunk its index, and the places of its parts.
    places: Vec<(usize, Vec<usize>)>,
    event: StreamEvent,
}

impl Events for GenerateStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let mut event = self.read(event)?;
        // Chunks without an answer may follow, such as the count of tokens.
        event.ends = self.failed || self.is_complete();
        events.push(event);
        Ok(())
    }

    fn end(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if !self.failed && !self.is_complete() {
            return Err(DialectError::CutShort);
        }
        if !std::mem::replace(&mut self.over, true) {
            let plain = WireEvent { kind: EventKind::End, ..WireEvent::default() };
            let kept = Kept { plain: Some(plain), ..Kept::default() };
            events.push(StreamEvent { ends: true, kept, ..StreamEvent::default() });
        }
        Ok(())
    }

    fn windows(&self) -> &Windows {
        &self.windows
    }

    fn write(
        &mut self,
        kept: &Kept,
        edits: &StreamEdits,
        out: &mut Vec<WireEvent>,
    ) -> Result<(), DialectError> {
        self.written_event(kept, edits, out)
    }

    fn say(&mut self, window: usize, text: &str, out: &mut Vec<WireEvent>) {
        out.extend(self.said(window, text));
    }

    fn refuse(&mut self, refusal: &Refusal, out: &mut Vec<WireEvent>) {
        self.refused(refusal, out);
    }

    fn failed(&self) -> bool {
        self.failed
    }

    fn usage(&self) -> Option<Usage> {
        self.usage
    }
}

impl GenerateStream {
    fn read(&mut self, event: WireEvent) -> Result<StreamEvent, DialectError> {
        if self.failed {
            return Err(DialectError::AfterEnd);
        }
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        let root = sheet.root();
        if event.name == "error" || present(root, "error").is_some() {
            return Ok(self.fail(&sheet));
        }
        if !CHUNK.iter().any(|name| present(root, name).is_some()) {
            return Err(members::wrong("candidates", "a list"));
        }
        let event = self.chunk(&sheet)?;
        self.last = Some(sheet);
        Ok(event)
    }

    /// An error of the upstream's own.
    fn fail(&mut self, sheet: &Arc<Sheet>) -> StreamEvent {
        self.failed = true;
        let mut event = StreamEvent { closes: self.windows.close(None), ..StreamEvent::default() };
        event.add_parts(0, sheet, |_, field| Some(field.to_owned()));
        event.kept.own = Some(Arc::clone(sheet));
        event.kept.kind = EventKind::Failure;
        event
    }

    /// Whether every candidate that began has ended.
    fn is_complete(&self) -> bool {
        (self.blocked || !self.candidates.is_empty()) && self.candidates.values().all(|one| one.finished)
    }

    fn chunk(&mut self, sheet: &Arc<Sheet>) -> Result<StreamEvent, DialectError> {
        let root = sheet.root();
        let candidates = candidates(root)?;
        let complete = self.is_complete();
        self.count(root);
        let feedback = present(root, "promptFeedback");
        self.blocked |= feedback.is_some_and(|feedback| present(feedback, "blockReason").is_some());
        let mut chunk = Chunk {
            sheet,
            standing: sheet.standing(),
            taken: BTreeSet::new(),
            places: Vec::with_capacity(candidates.len()),
            event: StreamEvent::default(),
        };
        for (index, candidate) in &candidates {
            if !self.candidates.contains_key(index) {
                if complete {
                    return Err(DialectError::AfterEnd);
                }
                self.windows.count()?;
                self.candidates.insert(*index, Candidate::default());
            }
            self.content(*index, *candidate, &mut chunk)?;
            if ends(*candidate) {
                self.finish(*index, &mut chunk.event)?;
            }
        }
        let Chunk { taken, places, mut event, .. } = chunk;
        event.add_parts(0, sheet, |part, field| (!taken.contains(&part)).then(|| of_answer(field, &places)));
        event.kept.own = Some(Arc::clone(sheet));
        Ok(event)
    }

    /// Takes the counts of tokens, each of which grows. One of 0 is left out on the wire.
    fn count(&mut self, root: Value<'_>) {
        if let Some(usage) = present(root, "usageMetadata").and_then(facts::usage) {
            let known = self.usage.unwrap_or_default();
            self.usage = Some(Usage {
                input_tokens: usage.input_tokens.max(known.input_tokens),
                output_tokens: usage.output_tokens.max(known.output_tokens),
            });
        }
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
        self.end_run(index, &mut chunk.event);
        let field = format!("candidates[{index}].content.parts[{place}]");
        chunk.event.actions.extend(facts::calls(part, &field));
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
        let found = part.member("text").and_then(|text| within(&chunk.standing, text.ids()).first().copied());
        let Some((id, number)) = found else { return Ok(place) };
        chunk.taken.insert(number);
        let text = chunk.sheet.text(id);
        if !text.is_empty() {
            if begins {
                self.end_run(index, &mut chunk.event);
                if let Some(candidate) = self.candidates.get_mut(&index) {
                    candidate.run = Some(Run { place, thought });
                    candidate.parts = place.saturating_add(1);
                }
            }
            let window = self.window(index, place, number, chunk.sheet)?;
            if thought {
                self.thoughts.insert(window);
            }
            chunk.event.deltas.push(Delta { window, text });
            chunk.event.kept.pieces.push(Piece { window, id });
        }
        if present(part, "thoughtSignature").is_some() {
            self.end_run(index, &mut chunk.event);
        }
        Ok(place)
    }

    fn window(
        &mut self,
        index: usize,
        place: usize,
        number: usize,
        sheet: &Sheet,
    ) -> Result<usize, DialectError> {
        let way = ["parts".into(), place.to_string().into()];
        let Some(found) = sheet.walked.parts.get(number) else {
            return Err(DialectError::Misplaced { part: number });
        };
        let field = format!("candidates[{index}].content.parts[{place}].text");
        let part = Part { field, ..found.part.clone() };
        self.windows.at(index, &way, || Window { part, sealed: sheet.is_sealed(number) })
    }

    /// A piece of a call, which does not go out by itself.
    fn piece_of_call(
        &mut self,
        index: usize,
        part: Value<'_>,
        call: Value<'_>,
        chunk: &mut Chunk<'_>,
    ) -> Result<usize, DialectError> {
        self.end_run(index, &mut chunk.event);
        let Some(candidate) = self.candidates.get_mut(&index) else { return Ok(0) };
        if candidate.call.is_none() {
            self.windows.count()?;
            candidate.parts = candidate.parts.saturating_add(1);
            candidate.called = true;
        }
        let place = candidate.parts.saturating_sub(1);
        let field = format!("candidates[{index}].content.parts[{place}]");
        let mut whole = candidate.call.take().unwrap_or_default();
        if whole.add(part, call, &field)? {
            whole.complete(index, &field, &mut chunk.event)?;
        } else {
            candidate.call = Some(whole);
        }
        chunk.taken.extend(within(&chunk.standing, part.ids()).iter().map(|(_, part)| *part));
        chunk.event.kept.gone.push(part.id());
        Ok(place)
    }

    /// Ends the run of texts of a candidate, where there is one.
    fn end_run(&mut self, index: usize, event: &mut StreamEvent) {
        let run = self.candidates.get_mut(&index).and_then(|candidate| candidate.run.take());
        if run.is_some() {
            event.closes.extend(self.windows.close(Some(index)));
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
