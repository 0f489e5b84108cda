//! What is read of an event, and what is known of the answer after it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use policy::Part;

use super::kept::within;
use super::windows::locate;
use super::{Delta, Piece, Sheet, Standing, StreamEvent, Window, Windows};
use crate::answer::Usage;
use crate::error::DialectError;
use crate::json::Value;
use crate::walk::TextPart;
use crate::wire::EventKind;

/// What is known of an answer so far, in every dialect.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) windows: Windows,
    /// Whether the upstream told of an error of its own.
    pub(crate) failed: bool,
    /// The tokens so far.
    pub(crate) usage: Option<Usage>,
}

impl Seen {
    /// Takes counts of tokens that grow. What an event leaves out stays.
    pub(crate) fn count(&mut self, usage: Option<Usage>) {
        let known = self.usage.unwrap_or_default();
        if let Some(usage) = usage {
            self.usage = Some(Usage {
                input_tokens: usage.input_tokens.max(known.input_tokens),
                output_tokens: usage.output_tokens.max(known.output_tokens),
            });
        }
    }

    /// Ends the answer with an error of the upstream's own.
    pub(crate) fn fail(&mut self, incoming: &mut Incoming<'_>) {
        self.failed = true;
        self.end(incoming);
    }

    /// Ends the answer with an event of which all texts stand whole.
    pub(crate) fn end(&mut self, incoming: &mut Incoming<'_>) {
        incoming.event.ends = true;
        incoming.event.closes = self.windows.close(None);
        incoming.rest(str::to_owned);
    }
}

/// An event of the upstream while it is read.
pub(crate) struct Incoming<'a> {
    pub(crate) sheet: &'a Arc<Sheet>,
    pub(crate) standing: Standing,
    /// The parts that are no texts of this event's own: pieces of windows and of calls, and copies.
    pub(crate) taken: BTreeSet<usize>,
    pub(crate) event: StreamEvent,
}

impl<'a> Incoming<'a> {
    pub(crate) fn new(sheet: &'a Arc<Sheet>) -> Self {
        let (taken, event) = (BTreeSet::new(), StreamEvent::default());
        Self { sheet, standing: sheet.standing(), taken, event }
    }

    /// The event's outermost value.
    pub(crate) fn root(&self) -> Value<'a> {
        self.sheet.root()
    }

    /// The parts that stand at a value.
    pub(crate) fn parts(&self, value: Value<'_>) -> Vec<usize> {
        within(&self.standing, value.ids()).iter().map(|(_, part)| *part).collect()
    }

    /// Takes the parts that stand at a value.
    pub(crate) fn take(&mut self, value: Value<'_>) {
        self.taken.extend(self.parts(value));
    }

    /// Takes the texts in a member to the windows of a choice or a block. `field` gives each its field in a whole
    /// answer; nothing where it comes whole.
    pub(crate) fn pieces(
        &mut self,
        windows: &mut Windows,
        scope: usize,
        (name, member): (Cow<'a, str>, Value<'a>),
        mut field: impl FnMut(&[Cow<'a, str>], &TextPart) -> Result<Option<String>, DialectError>,
    ) -> Result<(), DialectError> {
        let Self { sheet, standing, taken, event } = self;
        locate(member, standing, &mut vec![name], &mut |way, id, part| {
            let Some(found) = sheet.walked.parts.get(part).filter(|_| sheet.is_value(part)) else {
                return Ok(());
            };
            let Some(field) = field(way, found)? else { return Ok(()) };
            taken.insert(part);
            event.add_piece(sheet, (id, part), windows, (scope, way), field).map(|_| ())
        })
    }

    /// Adds the parts that were not taken, each with its field in a whole answer.
    pub(crate) fn rest(&mut self, field: impl Fn(&str) -> String) {
        let taken = &self.taken;
        self.event.add_parts(0, self.sheet, |part, own| (!taken.contains(&part)).then(|| field(own)));
    }

    /// The event as it was read, with what it takes to write it again.
    pub(crate) fn read(self, name: String, kind: EventKind) -> StreamEvent {
        let Self { sheet, mut event, .. } = self;
        event.kept.name = name;
        event.kept.kind = kind;
        event.kept.own = Some(Arc::clone(sheet));
        event
    }
}

impl StreamEvent {
    /// Adds a part that is a piece of text; gives its window. One without text opens none.
    pub(crate) fn add_piece(
        &mut self,
        sheet: &Sheet,
        (id, part): (usize, usize),
        windows: &mut Windows,
        (scope, way): (usize, &[Cow<'_, str>]),
        field: String,
    ) -> Result<Option<usize>, DialectError> {
        let Some(found) = sheet.walked.parts.get(part).filter(|part| !part.text.is_empty()) else {
            return Ok(None);
        };
        let (sealed, part) = (sheet.is_sealed(part), Part { field, ..found.part.clone() });
        let window = windows.at(scope, way, || Window { part, sealed })?;
        self.deltas.push(Delta { window, text: found.text.clone() });
        self.kept.pieces.push(Piece { window, id });
        Ok(Some(window))
    }
}
