//! Reads the events: which texts go on, which repeat what came, which are new.

use policy::ContentType;

use super::super::calls::{call, is_to_be_made};
use super::super::usage;
use super::calls::{Call, item_of, member_of};
use super::copies::{Digest, Place, said, visit};
use super::places::{
    Area, Spot, TextKind, area, areas_of, around, kind_of, kind_of_part, of_answer, spot_of,
    spot_of_annotation, spot_of_delta, spot_of_part,
};
use super::{OpenText, Phase, ResponseStream, text_part};
use crate::error::DialectError;
use crate::fields::is_payload;
use crate::json::{Kind, Value};
use crate::members;
use crate::stream::{Delta, Incoming, Piece, StreamEvent, Window, is_word};

/// The lists of an item whose elements are parts.
const LISTS: [&str; 2] = ["content", "summary"];

impl ResponseStream {
    /// Reads an event of this kind; says whether anything of it goes out by itself.
    pub(super) fn read(&mut self, kind: &str, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        match kind {
            "error" => self.ends(incoming, true),
            "response.created" | "response.in_progress" | "response.queued" => self.response(incoming),
            "response.completed" | "response.incomplete" | "response.cancelled" => self.ends(incoming, false),
            "response.failed" => self.ends(incoming, true),
            "response.output_item.added" => self.item_added(incoming),
            "response.output_item.done" => self.item_done(incoming),
            "response.output_text.annotation.added" => {
                let areas = area(incoming, "annotation", spot_of_annotation(incoming.root())?);
                self.whole(incoming, areas)
            }
            _ if kind.ends_with("_part.added") => self.part_added(kind, incoming),
            _ if kind.ends_with("_part.done") => {
                let spot = spot_of_part(kind, incoming.root())?;
                let (item, part) = (spot.item, spot.part);
                self.close(incoming, |text| text.spot.item == item && text.spot.part == part);
                let areas = area(incoming, "part", spot);
                self.whole(incoming, areas)
            }
            _ => match kind.rsplit_once('.') {
                Some((base, "delta")) => self.delta(base, incoming),
                Some((base, "done")) => self.done(base, incoming),
                _ => self.other(incoming),
            },
        }
    }

    /// The answer as far as it has come.
    fn response(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let areas = area(incoming, "response", Spot::default());
        if let Some(response) = incoming.root().member("response") {
            self.seen.usage =
                members::present(response, "usage").and_then(|_| usage(response)).or(self.seen.usage);
            let items = response.member("output").into_iter().flat_map(Value::elements).enumerate();
            // Instructions and tools come back in it.
            incoming.event.repeats = items.clone().next().is_none();
            items.for_each(|(index, item)| self.judge(index, item, &mut incoming.event));
        }
        self.whole(incoming, areas)
    }

    /// The end of the answer. Calls that were never complete are dropped: where they stand in the answer, that says.
    fn ends(&mut self, incoming: &mut Incoming<'_>, failed: bool) -> Result<bool, DialectError> {
        self.phase = Phase::Ended;
        self.seen.failed = failed;
        self.calls.clear();
        incoming.event.ends = true;
        self.close(incoming, |_| true);
        self.response(incoming)
    }

    fn item_added(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        let index = members::place(root, "output_index")?;
        let Some(item) = members::present(root, "item") else { return self.other(incoming) };
        self.seen.windows.count()?;
        if self.calls.contains_key(&index) {
            return Err(DialectError::Stray { field: format!("output[{index}]") });
        }
        if is_to_be_made(item) {
            self.calls.insert(index, Call::begin(item)?);
            return Ok(false);
        }
        let id = item.member("id").filter(|id| is_word(*id)).map_or("\"\"", Value::raw);
        let around = format!("\"item_id\":{id},\"output_index\":{index},");
        for list in LISTS {
            let parts = item.member(list).into_iter().flat_map(Value::elements).enumerate();
            for (number, part) in parts {
                let around = format!("{around}\"{list}_index\":{number},");
                self.begin(part, Spot::item(index).part(list, number), &around, incoming)?;
            }
        }
        let code = kind_of("response.code_interpreter_call_code").zip(item.member("code"));
        if let Some((kind, value)) = code.filter(|_| item.member_text("type").as_deref() != Some("program")) {
            self.begin_text(kind, value, Spot::item(index).member("code"), &around, incoming)?;
        }
        let areas = area(incoming, "item", Spot::item(index));
        self.whole(incoming, areas)
    }

    fn item_done(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        let index = members::place(root, "output_index")?;
        if let Some(call) = self.calls.remove(&index) {
            self.steps.insert(index, call.steps);
        }
        self.close(incoming, |text| text.spot.item == Some(index));
        if let Some(item) = root.member("item") {
            self.judge(index, item, &mut incoming.event);
        }
        let areas = area(incoming, "item", Spot::item(index));
        self.whole(incoming, areas)
    }

    fn part_added(&mut self, kind: &str, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        let spot = spot_of_part(kind, root)?;
        if let Some(part) = root.member("part") {
            self.begin(part, spot.clone(), &around(root), incoming)?;
        }
        let areas = area(incoming, "part", spot);
        self.whole(incoming, areas)
    }

    /// A part that begins: the text in it is the first piece of what goes on.
    fn begin(
        &mut self,
        part: Value<'_>,
        spot: Spot,
        around: &str,
        incoming: &mut Incoming<'_>,
    ) -> Result<(), DialectError> {
        let kind = part.member_text("type").and_then(|kind| kind_of_part(&kind));
        match kind.and_then(|kind| Some((kind, part.member(kind.member)?))) {
            Some((kind, value)) => self.begin_text(kind, value, spot.member(kind.member), around, incoming),
            None => Ok(()),
        }
    }

    fn begin_text(
        &mut self,
        kind: &TextKind,
        value: Value<'_>,
        spot: Spot,
        around: &str,
        incoming: &mut Incoming<'_>,
    ) -> Result<(), DialectError> {
        match value.kind() {
            Kind::Text => self.piece(value, spot, (kind.event, around), incoming),
            Kind::Array | Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Object => Ok(()),
        }
    }

    fn delta(&mut self, base: &str, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        let index = members::index(root, "output_index")?;
        let delta = members::present(root, "delta");
        if let Some(call) = index.and_then(|index| self.calls.get_mut(&index)) {
            // Pieces of anything but the arguments come again with the whole item.
            let piece = delta.filter(|_| member_of(base).is_some()).and_then(Value::text);
            return call.add(&piece.unwrap_or_default()).map(|()| false);
        }
        let field = || index.map_or_else(|| "output".to_owned(), |index| format!("output[{index}]"));
        if member_of(base).is_some() || base == "response.shell_call_command" {
            return Err(DialectError::Stray { field: field() });
        }
        let Some(delta) = delta else { return self.whole(incoming, Vec::new()) };
        if base == "response.audio" && delta.text().is_some_and(|sound| is_payload(&sound)) {
            return self.sound(incoming, delta);
        }
        let (spot, around) = (spot_of_delta(base, root, index)?, around(root));
        let standing = incoming.standing.clone();
        visit(delta, &standing, spot.place, &mut |place, value| {
            let part = incoming.parts(value).first().copied();
            let own = part.and_then(|part| incoming.sheet.walked.parts.get(part));
            let rest = own.and_then(|part| part.part.field.strip_prefix("delta")).unwrap_or_default();
            let spot = Spot { place, field: format!("{}{rest}", spot.field), ..spot.clone() };
            let whole = part.is_some_and(|part| incoming.sheet.is_value(part));
            if whole { self.piece(value, spot, (base, &around), incoming) } else { Ok(()) }
        })?;
        self.whole(incoming, Vec::new())
    }

    /// Sound: listed, without text.
    fn sound(&mut self, incoming: &mut Incoming<'_>, delta: Value<'_>) -> Result<bool, DialectError> {
        let parts = incoming.parts(delta);
        incoming.taken.extend(&parts);
        let field = "audio.data".to_owned();
        let new = self.listed.insert(field.clone());
        self.whole(incoming, Vec::new())?;
        if let Some(part) = parts.first().filter(|_| new) {
            let part_of = crate::walk::TextPart {
                part: policy::Part { content: ContentType::Audio, ..text_part(field) },
                text: String::new(),
            };
            incoming.event.parts.push(part_of);
            incoming.event.kept.spots.push((0, *part));
        }
        Ok(true)
    }

    fn done(&mut self, base: &str, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        let index = members::index(root, "output_index")?;
        if let Some((index, call)) = index.and_then(|index| Some((index, self.calls.remove(&index)?))) {
            return match member_of(base) {
                Some(member) => self.complete(index, call, member, incoming),
                None => {
                    self.calls.insert(index, call);
                    Ok(false)
                }
            };
        }
        let areas = match kind_of(base) {
            Some(kind) => {
                let spot = spot_of(kind, root)?;
                let (item, part) = (spot.item, spot.part);
                let ends =
                    |text: &OpenText| text.event == base && text.spot.item == item && text.spot.part == part;
                self.close(incoming, ends);
                areas_of(kind, root, spot)
            }
            None => {
                let around = around(root);
                self.close(incoming, |text| text.event == base && text.around == around);
                Vec::new()
            }
        };
        self.whole(incoming, areas)
    }

    /// A call whose arguments are complete.
    fn complete(
        &mut self,
        index: usize,
        call: Call,
        member: &str,
        incoming: &mut Incoming<'_>,
    ) -> Result<bool, DialectError> {
        let said_again = incoming.root().member_text(member);
        let sheet = call.complete(member, said_again.as_deref())?;
        let standing = sheet.standing();
        if let Some(item) = item_of(sheet.root()) {
            visit(item, &standing, Place::item(index), &mut |place, value| {
                let number = self.copies.add(place, &said(value))?;
                incoming.event.kept.originals.push((1, value.id(), number));
                Ok(())
            })?;
            self.judge(index, item, &mut incoming.event);
        }
        // Whether it was handed over already has been seen to.
        incoming.event.add_call(index, sheet, ("output[0]", &format!("output[{index}]")), None);
        self.steps.insert(index, call.steps);
        let again = [member, "name"].map(|name| area(incoming, name, Spot::item(index).member(name)));
        let areas = again.into_iter().flatten().collect();
        self.whole(incoming, areas)
    }

    /// An event that says how far something has come.
    fn other(&mut self, incoming: &mut Incoming<'_>) -> Result<bool, DialectError> {
        let root = incoming.root();
        let index = members::index(root, "output_index")?;
        if let Some(call) = index.and_then(|index| self.calls.get_mut(&index)) {
            // One with text comes again with the whole item.
            let silent = incoming.sheet.walked.parts.is_empty();
            return if silent { call.step(incoming.sheet).map(|()| false) } else { Ok(false) };
        }
        let image = index.map(|index| Spot::item(index).member("result"));
        let areas = image.map(|spot| area(incoming, "partial_image_b64", spot)).unwrap_or_default();
        self.whole(incoming, areas)
    }

    /// Hands over a call, unless it was.
    fn judge(&mut self, index: usize, item: Value<'_>, event: &mut StreamEvent) {
        if let Some(action) = call(item, index) {
            let digest = Digest::of(&format!("{}\n{}", action.name, action.arguments));
            if self.judged.insert((index, digest)) {
                event.actions.push(action);
            }
        }
    }

    /// Ends windows: from now on what came there is known.
    fn close(&mut self, incoming: &mut Incoming<'_>, ends: impl Fn(&OpenText) -> bool) {
        for (window, text) in self.texts.iter_mut().enumerate() {
            if !text.closed && ends(text) {
                text.closed = true;
                self.copies.know(text.spot.place, text.digest, text.number);
                incoming.event.closes.extend(self.seen.windows.close(Some(window)));
            }
        }
    }

    /// A piece of text. One without text opens no window.
    fn piece(
        &mut self,
        value: Value<'_>,
        spot: Spot,
        (event, around): (&str, &str),
        incoming: &mut Incoming<'_>,
    ) -> Result<(), DialectError> {
        let text = value.text().unwrap_or_default();
        incoming.take(value);
        if text.is_empty() {
            return Ok(());
        }
        let known = self.at.get(&spot.place).copied();
        if known.is_none() && self.copies.knows(spot.place) {
            return Err(DialectError::Stray { field: spot.field });
        }
        let scope = known.unwrap_or(self.texts.len());
        // Sound says the same, and cannot be changed.
        let sealed = event == "response.audio.transcript";
        let window = || Window { part: text_part(spot.field.clone()), sealed };
        let window = self.seen.windows.at(scope, &[], window)?;
        self.copies.count(text.len())?;
        if known.is_none() {
            self.at.insert(spot.place, window);
            let (event, around) = (event.to_owned(), around.to_owned());
            let (number, digest) = (self.copies.begin(), Digest::default());
            self.texts.push(OpenText { spot, number, digest, event, around, closed: false });
        }
        if let Some(open) = self.texts.get_mut(window) {
            open.digest.add(&text);
        }
        incoming.event.deltas.push(Delta { window, text: text.into_owned() });
        incoming.event.kept.pieces.push(Piece { window, id: value.id() });
        Ok(())
    }

    /// Everything else in an event: what stands in an area is new, or repeats what came; what stands elsewhere is new.
    /// All of that goes out.
    fn whole(&mut self, incoming: &mut Incoming<'_>, areas: Vec<Area<'_>>) -> Result<bool, DialectError> {
        let sheet = incoming.sheet;
        let standing = incoming.standing.clone();
        for area in &areas {
            visit(area.value, &standing, area.spot.place, &mut |place, value| {
                let parts = incoming.parts(value);
                if parts.iter().any(|part| incoming.taken.contains(part)) {
                    return Ok(());
                }
                let text = said(value);
                match self.copies.find(place, &text) {
                    Some(number) => {
                        incoming.event.kept.copies.push((value.id(), number));
                        incoming.taken.extend(parts);
                    }
                    None => {
                        let number = self.copies.add(place, &text)?;
                        incoming.event.kept.originals.push((0, value.id(), number));
                    }
                }
                Ok(())
            })?;
        }
        let taken = &incoming.taken;
        incoming.event.add_parts(0, sheet, |part, field| {
            let field = of_answer(field, &areas);
            let own = sheet.walked.parts.get(part)?;
            let new = match own.part.content {
                ContentType::Text => !own.text.is_empty() && !taken.contains(&part),
                ContentType::Audio | ContentType::File | ContentType::Image | ContentType::Stored => {
                    self.listed.insert(format!("{field} {:?}", own.part.content))
                }
            };
            new.then_some(field)
        });
        Ok(true)
    }
}
