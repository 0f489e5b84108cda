//! The streamed answers of OpenAI Chat Completions: chunks, then `[DONE]`. What is written again stands in
//! [`mod@write`], tool calls in [`mod@calls`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use self::calls::Calls;
use super::fields::FIELDS;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::{Kind, Value};
use crate::members;
use crate::paths::Paths;
use crate::stream::{Events, Incoming, Kept, MAX_OPENED, Seen, Sheet, StreamEvent};
use crate::wire::{EventKind, WireEvent};

mod calls;
mod write;

static STREAM: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Stream));

/// The data that ends an answer.
const DONE: &str = "[DONE]";

/// Members of a delta that come whole.
const WHOLE: [&str; 1] = ["annotations"];

/// Members of a delta that hold pieces of calls.
const CALLS: [&str; 2] = ["function_call", "tool_calls"];

/// Reads and writes one streamed answer.
#[derive(Debug, Default)]
pub(crate) struct ChatStream {
    phase: Phase,
    seen: Seen,
    choices: BTreeMap<usize, Choice>,
    /// The last chunk.
    last: Option<Arc<Sheet>>,
    /// The choices whose end has been written.
    written: BTreeSet<usize>,
    /// Whether the end of the answer has been written.
    done_written: bool,
}

/// How far the answer has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    Done,
    /// The upstream told of an error; only `[DONE]` may follow.
    Failed,
    #[default]
    Open,
}

/// One of the answers asked for.
#[derive(Debug, Default)]
struct Choice {
    finished: bool,
    calls: Calls,
}

impl Events for ChatStream {
    fn anew(&self) -> Self {
        Self::default()
    }

    fn event(&mut self, event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let event = self.read(event)?;
        events.push(event);
        Ok(())
    }

    fn end(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        let finished = !self.choices.is_empty() && self.choices.values().all(|choice| choice.finished);
        match self.phase {
            Phase::Open if !finished => return Err(DialectError::CutShort),
            // Some servers just stop; clients may wait for the last word all the same.
            Phase::Open => events.push(self.done()?),
            Phase::Done | Phase::Failed => {}
        }
        Ok(())
    }

    fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl ChatStream {
    fn read(&mut self, event: WireEvent) -> Result<StreamEvent, DialectError> {
        let done = event.data.trim() == DONE;
        if self.phase == Phase::Done || self.phase == Phase::Failed && !done {
            return Err(DialectError::AfterEnd);
        }
        if done {
            return self.done();
        }
        let sheet = Arc::new(Sheet::read(event.data, &STREAM, Way::Stream)?);
        let root = sheet.root();
        let name = if event.name == "error" { "error" } else { "" };
        let failed = !name.is_empty() || members::present(root, "error").is_some();
        if !failed && !is_chunk(root)? {
            return Err(members::wrong("choices", "a list"));
        }
        let mut incoming = Incoming::new(&sheet);
        self.chunk(&mut incoming)?;
        if failed {
            self.phase = Phase::Failed;
            self.seen.failed = true;
            incoming.event.ends = true;
            incoming.event.closes.extend(self.seen.windows.close(None));
        } else {
            self.last = Some(Arc::clone(&sheet));
        }
        Ok(incoming.read(name.to_owned(), EventKind::Data))
    }

    fn done(&mut self) -> Result<StreamEvent, DialectError> {
        self.phase = Phase::Done;
        let kept = Kept { plain: Some(WireEvent::new("", DONE)), ..Kept::default() };
        let closes = self.seen.windows.close(None);
        let mut event = StreamEvent { closes, ends: true, kept, ..StreamEvent::default() };
        for (index, choice) in &mut self.choices {
            choice.calls.complete(*index, &mut event)?;
        }
        Ok(event)
    }

    fn chunk(&mut self, incoming: &mut Incoming<'_>) -> Result<(), DialectError> {
        let root = incoming.root();
        self.seen.usage = members::present(root, "usage").and_then(super::usage).or(self.seen.usage);
        let choices = choices(root)?;
        let indexes: Vec<usize> = choices.iter().map(|(index, _)| *index).collect();
        for (index, choice) in &choices {
            if !self.choices.contains_key(index) {
                self.seen.windows.count()?;
                self.choices.insert(*index, Choice::default());
            }
            if let Some(delta) = members::present(*choice, "delta") {
                self.delta(*index, delta, incoming)?;
            }
        }
        incoming.rest(|field| of_answer(field, &indexes));
        for (index, choice) in choices {
            // A message that stands whole in a chunk, as some servers send it. Its texts are parts.
            let message = choice.member("message").into_iter();
            incoming.event.actions.extend(message.flat_map(|message| super::calls(message, index)));
            if ends(choice) {
                self.end(index, &mut incoming.event)?;
            }
        }
        Ok(())
    }

    /// Takes a choice's delta to its windows and calls.
    fn delta<'a>(
        &mut self,
        index: usize,
        delta: Value<'a>,
        incoming: &mut Incoming<'a>,
    ) -> Result<(), DialectError> {
        if delta.kind() != Kind::Object {
            return Err(members::wrong(&format!("choices[{index}].delta"), "an object"));
        }
        for (name, member) in delta.members() {
            let name = name.text().unwrap_or_default();
            if CALLS.contains(&name.as_ref()) {
                self.calls(index, &name, member)?;
                incoming.take(member);
            } else if !WHOLE.contains(&name.as_ref()) {
                let finished = self.choices.get(&index).is_some_and(|choice| choice.finished);
                incoming.pieces(&mut self.seen.windows, index, (name, member), |_, part| {
                    let rest = part.part.field.split_once(".delta").map_or("", |(_, rest)| rest);
                    let field = format!("choices[{index}].message{rest}");
                    let stray = finished && !part.text.is_empty();
                    if stray { Err(DialectError::Stray { field }) } else { Ok(Some(field)) }
                })?;
            }
        }
        Ok(())
    }

    fn calls(&mut self, index: usize, name: &str, member: Value<'_>) -> Result<(), DialectError> {
        let Some(choice) = self.choices.get_mut(&index).filter(|_| member.kind() != Kind::Null) else {
            return Ok(());
        };
        if choice.finished {
            return Err(DialectError::Stray { field: format!("choices[{index}].message.{name}") });
        }
        choice.calls.take(name, member, &mut self.seen.windows)
    }

    /// Ends a choice: its windows close, and its calls are complete.
    fn end(&mut self, index: usize, event: &mut StreamEvent) -> Result<(), DialectError> {
        event.closes.extend(self.seen.windows.close(Some(index)));
        match self.choices.get_mut(&index) {
            Some(choice) => {
                choice.finished = true;
                choice.calls.complete(index, event)
            }
            None => Ok(()),
        }
    }
}

/// Whether JSON is a chunk of this dialect. The list of choices may be empty; where it is not there, the chunk must
/// say that it is one.
fn is_chunk(root: Value<'_>) -> Result<bool, DialectError> {
    let says = || root.member_text("object").is_some_and(|object| object == "chat.completion.chunk");
    Ok(members::list(root, "choices")?.is_some() || says())
}

/// The choices of a chunk, each with its index; where it has none, its place in the list.
fn choices(root: Value<'_>) -> Result<Vec<(usize, Value<'_>)>, DialectError> {
    let choices = members::list(root, "choices")?.into_iter().flat_map(Value::elements).enumerate();
    if choices.clone().nth(MAX_OPENED).is_some() {
        return Err(DialectError::TooManyOpened);
    }
    let indexed = choices.map(|(place, choice)| {
        if choice.kind() != Kind::Object {
            return Err(members::wrong(&format!("choices[{place}]"), "an object"));
        }
        Ok((members::index(choice, "index")?.unwrap_or(place), choice))
    });
    indexed.collect()
}

/// Whether a choice says why it ends. Some servers write an empty word for "not yet".
fn ends(choice: Value<'_>) -> bool {
    members::present(choice, "finish_reason").is_some_and(|reason| reason.raw() != "\"\"")
}

/// A field of a chunk as the field of a whole answer.
fn of_answer(field: &str, indexes: &[usize]) -> String {
    let place = field.strip_prefix("choices[").and_then(|rest| rest.split_once(']'));
    let Some((index, rest)) =
        place.and_then(|(place, rest)| Some((indexes.get(place.parse::<usize>().ok()?)?, rest)))
    else {
        return field.to_owned();
    };
    match rest.strip_prefix(".delta") {
        Some(rest) => format!("choices[{index}].message{rest}"),
        None => format!("choices[{index}]{rest}"),
    }
}
