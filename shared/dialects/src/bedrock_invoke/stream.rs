//! The streamed answers of InvokeModel. The first event shows whose they are: Claude's are those of
//! `anthropic_messages`, Nova's those of `bedrock_converse` with the event's name around each, those of the families
//! that take OpenAI's chat completions are those of `openai_chat` without `[DONE]`; all others are in [`super::plain`].

use super::facts::METRICS;
use super::families::Form;
use super::plain::PlainStream;
use crate::anthropic_messages::stream::MessageStream;
use crate::bedrock_converse::exception;
use crate::bedrock_converse::stream::ConverseStream;
use crate::error::DialectError;
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::openai_chat::stream::ChatStream;
use crate::refusal::{Refusal, RefusalKind};
use crate::splice::{Splices, literal};
use crate::stream::{Events, Kept, Seen, StreamEdits, StreamEvent, Writes};
use crate::wire::{EventKind, WireEvent};

/// The names of Converse's events.
const OF_CONVERSE: [&str; 6] =
    ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"];

/// What ends a stream of OpenAI's, and has no place in a chunk.
const DONE: &str = "[DONE]";

/// How OpenAI's dialect names an event that tells of an error.
const ERROR: &str = "error";

/// Reads and writes one streamed answer.
#[derive(Debug)]
pub(super) struct InvokeStream {
    /// The form that the model's name says.
    form: Form,
    /// Whether the first event has come.
    began: bool,
    /// The name of the exception that ended the answer, where the form has no names for them.
    failure: String,
    events: OfForm,
}

/// The events of the form that the answer turned out to have.
#[derive(Debug)]
enum OfForm {
    Chat(ChatStream),
    Converse(ConverseStream),
    Messages(MessageStream),
    Plain(PlainStream),
}

impl OfForm {
    /// By the first event.
    fn of(form: Form, root: Value<'_>) -> Self {
        match shape_of_event(root) {
            Some(Form::Chat) => Self::Chat(ChatStream::default()),
            Some(Form::Converse) => Self::Converse(ConverseStream::default()),
            Some(Form::Messages) => Self::Messages(MessageStream::default()),
            _ => Self::Plain(PlainStream::new(form)),
        }
    }

    fn get(&self) -> &dyn Events {
        match self {
            Self::Chat(events) => events,
            Self::Converse(events) => events,
            Self::Messages(events) => events,
            Self::Plain(events) => events,
        }
    }

    fn get_mut(&mut self) -> &mut dyn Events {
        match self {
            Self::Chat(events) => events,
            Self::Converse(events) => events,
            Self::Messages(events) => events,
            Self::Plain(events) => events,
        }
    }
}

impl InvokeStream {
    pub(super) fn new(form: Form) -> Self {
        Self { form, began: false, failure: String::new(), events: OfForm::Plain(PlainStream::new(form)) }
    }

    /// An event as it stands in a chunk; nothing for what has no place there.
    fn wrapped(&self, event: WireEvent) -> Option<WireEvent> {
        match (&self.events, event.kind) {
            (OfForm::Converse(_), EventKind::Data) => Some(named_outside(&event)),
            (OfForm::Chat(_), EventKind::Data) if event.data == DONE => None,
            (OfForm::Chat(_), _) if event.name == ERROR && !self.failure.is_empty() => {
                Some(WireEvent { kind: EventKind::Failure, ..WireEvent::new(&self.failure, event.data) })
            }
            _ => Some(event),
        }
    }

    fn wrap(&self, events: Vec<WireEvent>) -> Vec<WireEvent> {
        events.into_iter().filter_map(|event| self.wrapped(event)).collect()
    }
}

impl Events for InvokeStream {
    fn anew(&self) -> Self {
        Self::new(self.form)
    }

    fn event(&mut self, mut event: WireEvent, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        if event.kind == EventKind::Failure && matches!(self.events, OfForm::Chat(_)) {
            self.failure = std::mem::replace(&mut event.name, ERROR.to_owned());
        }
        if event.kind != EventKind::Failure && !self.began {
            self.began = true;
            let document = Document::read(event.data.into_bytes())?;
            self.events = OfForm::of(self.form, document.root());
            event.data = document.into_source();
        }
        if event.kind != EventKind::Failure && matches!(self.events, OfForm::Converse(_)) {
            event = named(event.data)?;
        }
        self.events.get_mut().event(event, events)
    }

    fn end(&mut self, events: &mut Vec<StreamEvent>) -> Result<(), DialectError> {
        self.events.get_mut().end(events)
    }

    fn seen(&self) -> &Seen {
        self.events.get().seen()
    }
}

impl Writes for InvokeStream {
    fn write(&mut self, kept: &Kept, edits: &StreamEdits) -> Result<Vec<WireEvent>, DialectError> {
        let written = self.events.get_mut().write(kept, edits)?;
        Ok(self.wrap(written))
    }

    fn as_it_is(&self, event: WireEvent) -> Option<WireEvent> {
        self.wrapped(event)
    }

    fn say(&mut self, window: usize, text: &str) -> Option<WireEvent> {
        let said = self.events.get_mut().say(window, text);
        said.and_then(|event| self.wrapped(event))
    }

    /// Each form has its own end for an answer that is not to go on; a failure is an exception in all of them.
    fn refuse(&mut self, refusal: &Refusal) -> Vec<WireEvent> {
        let mut refused = self.events.get_mut().refuse(refusal);
        let fails = refused.iter().any(|event| event.kind == EventKind::Failure);
        if !refused.is_empty() && (fails || refusal.kind != RefusalKind::Policy) {
            refused = vec![exception(refusal)];
        }
        self.wrap(refused)
    }
}

/// The form of an event that has the shape of another dialect's.
pub(super) fn shape_of_event(root: Value<'_>) -> Option<Form> {
    let kind = root.member_text("type").unwrap_or_default();
    let mut choices = root.member("choices").into_iter().flat_map(Value::elements);
    let is_chunk = root.member_text("object").is_some_and(|object| object == "chat.completion.chunk");
    if kind.starts_with("message_") || kind.starts_with("content_block_") {
        Some(Form::Messages)
    } else if OF_CONVERSE.iter().any(|name| members::present(root, name).is_some()) {
        Some(Form::Converse)
    } else {
        (is_chunk || choices.any(|choice| choice.member("delta").is_some())).then_some(Form::Chat)
    }
}

/// An event of Nova's, taken out of the object that names it. What stands beside it goes into it: the numbers that the
/// service adds.
fn named(data: String) -> Result<WireEvent, DialectError> {
    let document = Document::read(data.into_bytes())?;
    let root = document.root();
    let is_event = |name: &str| OF_CONVERSE.contains(&name);
    let found = root.members().find_map(|(name, value)| {
        let name = name.text().filter(|name| is_event(name))?;
        (value.kind() == Kind::Object).then_some((name, value))
    });
    let (name, value) = found.ok_or_else(|| members::wrong("chunk", "one event of a conversation"))?;
    let beside = root.members().filter(|(_, member)| member.id() != value.id());
    let mut members: Vec<String> =
        beside.map(|(name, member)| format!("{}:{}", name.raw(), member.raw())).collect();
    members.extend(value.members().map(|(name, member)| format!("{}:{}", name.raw(), member.raw())));
    Ok(WireEvent::new(&name, format!("{{{}}}", members.join(","))))
}

/// The same put back.
fn named_outside(event: &WireEvent) -> WireEvent {
    let Ok(document) = Document::read(event.data.clone().into_bytes()) else { return event.clone() };
    let mut splices = Splices::default();
    splices.remove_members(document.root(), &[METRICS]);
    let metrics =
        document.root().member(METRICS).map(|metrics| format!(",{}:{}", literal(METRICS), metrics.raw()));
    let inside = splices.apply(document.source());
    WireEvent::new("", format!("{{{}:{inside}{}}}", literal(&event.name), metrics.unwrap_or_default()))
}
