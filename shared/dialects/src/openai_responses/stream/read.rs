//! Reads the events: which texts go on, which repeat what came, which are new.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy::ContentType;

use super::super::calls::{call, is_to_be_made};
use super::super::usage;
use super::calls::{Call, item_of, member_of};
use super::copies::{Digest, Place, said, visit};
use super::places::{
    Spot, TextKind, kind_of, kind_of_part, place, spot_of, spot_of_annotation, spot_of_part,
};
use super::{OpenText, Phase, ResponseStream, text_part};
use crate::error::DialectError;
use crate::fields::is_payload;
use crate::json::{Kind, Value};
use crate::members;
use crate::stream::{Delta, Piece, Sheet, Standing, StreamEvent, Window, is_word, within};

/// The lists of an item whose elements are parts.
const LISTS: [&str; 2] = ["content", "summary"];

/// A value of an event that stands somewhere in the answer: how its fields begin in the event, and where it stands.
struct Area<'a> {
    from: String,
    value: Value<'a>,
    spot: Spot,
}

/// An event that is read, with the parts of it that were taken care of.
struct Reading<'a> {
    sheet: &'a Arc<Sheet>,
    standing: Standing,
    taken: BTreeSet<usize>,
    event: StreamEvent,
}

impl<'a> Reading<'a> {
    fn new(sheet: &'a Arc<Sheet>) -> Self {
        let (taken, event) = (BTreeSet::new(), StreamEvent::default());
        Self { sheet, standing: sheet.standing(), taken, event }
    }

    /// The parts that stand at a value.
    fn parts(&self, value: Value<'_>) -> Vec<usize> {
        within(&self.standing, value.ids()).iter().map(|(_, part)| *part).collect()
    }

    fn area(&self, name: &str, spot: Spot) -> Vec<Area<'a>> {
        let value = self.sheet.root().member(name);
        value.into_iter().map(|value| Area { from: name.to_owned(), value, spot: spot.clone() }).collect()
    }
}

impl ResponseStream {
    /// Reads an event of this kind; nothing where all of it is kept.
    pub(super) fn read(
        &mut self,
        kind: &str,
        sheet: &Arc<Sheet>,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let reading = Reading::new(sheet);
        match kind {
            "error" => self.ends(reading, true),
            "response.created" | "response.in_progress" | "response.queued" => self.response(reading),
            "response.completed" | "response.incomplete" | "response.cancelled" => self.ends(reading, false),
            "response.failed" => self.ends(reading, true),
            "response.output_item.added" => self.item_added(reading),
            "response.output_item.done" => self.item_done(reading),
            "response.output_text.annotation.added" => {
                let areas = reading.area("annotation", spot_of_annotation(sheet.root())?);
                self.whole(reading, areas).map(Some)
            }
            _ if kind.ends_with("_part.added") => self.part_added(kind, reading),
            _ if kind.ends_with("_part.done") => {
                let spot = spot_of_part(kind, sheet.root())?;
                let mut reading = reading;
                let (item, part) = (spot.item, spot.part);
                self.close(&mut reading, |text| text.spot.item == item && text.spot.part == part);
                let areas = reading.area("part", spot);
                self.whole(reading, areas).map(Some)
            }
            _ => match kind.rsplit_once('.') {
                Some((base, "delta")) => self.delta(base, reading),
                Some((base, "done")) => self.done(base, reading),
                _ => self.other(reading),
            },
        }
    }

    /// The answer as far as it has come.
    fn response(&mut self, mut reading: Reading<'_>) -> Result<Option<StreamEvent>, DialectError> {
        let areas = reading.area("response", Spot::default());
        if let Some(response) = reading.sheet.root().member("response") {
            self.usage = members::present(response, "usage").and_then(|_| usage(response)).or(self.usage);
            let items = response.member("output").into_iter().flat_map(Value::elements).enumerate();
            // Instructions and tools come back in it.
            reading.event.repeats = items.clone().next().is_none();
            items.for_each(|(index, item)| self.judge(index, item, &mut reading.event));
        }
        self.whole(reading, areas).map(Some)
    }

    /// The end of the answer. Calls that were never complete are dropped: where they stand in the answer, that says.
    fn ends(&mut self, mut reading: Reading<'_>, failed: bool) -> Result<Option<StreamEvent>, DialectError> {
        self.phase = Phase::Ended;
        self.failed = failed;
        self.calls.clear();
        reading.event.ends = true;
        self.close(&mut reading, |_| true);
        self.response(reading)
    }

    fn item_added(&mut self, mut reading: Reading<'_>) -> Result<Option<StreamEvent>, DialectError> {
        let root = reading.sheet.root();
        let index = place(root, "output_index")?;
        let Some(item) = members::present(root, "item") else { return self.other(reading) };
        self.windows.count()?;
        if self.calls.contains_key(&index) {
            return Err(DialectError::Stray { field: format!("output[{index}]") });
        }
        if is_to_be_made(item) {
            self.calls.insert(index, Call::begin(item)?);
            return Ok(None);
        }
        let id = item.member("id").filter(|id| is_word(*id)).map_or("\"\"", Value::raw);
        let around = format!("\"item_id\":{id},\"output_index\":{index},");
        for list in LISTS {
            let parts = item.member(list).into_iter().flat_map(Value::elements).enumerate();
            for (number, part) in parts {
                let around = format!("{around}\"{list}_index\":{number},");
                self.begin(part, Spot::item(index).part(list, number), &around, &mut reading)?;
            }
        }
        let code = kind_of("response.code_interpreter_call_code").zip(item.member("code"));
        if let Some((kind, value)) = code.filter(|_| item.member_text("type").as_deref() != Some("program")) {
            self.begin_text(kind, value, Spot::item(index).member("code"), &around, &mut reading)?;
        }
        let areas = reading.area("item", Spot::item(index));
        self.whole(reading, areas).map(Some)
    }

    fn item_done(&mut self, mut reading: Reading<'_>) -> Result<Option<StreamEvent>, DialectError> {
        let root = reading.sheet.root();
        let index = place(root, "output_index")?;
        if let Some(call) = self.calls.remove(&index) {
            self.steps.insert(index, call.steps);
        }
        self.close(&mut reading, |text| text.spot.item == Some(index));
        if let Some(item) = root.member("item") {
            self.judge(index, item, &mut reading.event);
        }
        let areas = reading.area("item", Spot::item(index));
        self.whole(reading, areas).map(Some)
    }

    fn part_added(
        &mut self,
        kind: &str,
        mut reading: Reading<'_>,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let root = reading.sheet.root();
        let spot = spot_of_part(kind, root)?;
        if let Some(part) = root.member("part") {
            self.begin(part, spot.clone(), &around(root), &mut reading)?;
        }
        let areas = reading.area("part", spot);
        self.whole(reading, areas).map(Some)
    }

    /// A part that begins: the text in it is the first piece of what goes on.
    fn begin(
        &mut self,
        part: Value<'_>,
        spot: Spot,
        around: &str,
        reading: &mut Reading<'_>,
    ) -> Result<(), DialectError> {
        let kind = part.member_text("type").and_then(|kind| kind_of_part(&kind));
        match kind.and_then(|kind| Some((kind, part.member(kind.member)?))) {
            Some((kind, value)) => self.begin_text(kind, value, spot.member(kind.member), around, reading),
            None => Ok(()),
        }
    }

    fn begin_text(
        &mut self,
        kind: &TextKind,
        value: Value<'_>,
        spot: Spot,
        around: &str,
        reading: &mut Reading<'_>,
    ) -> Result<(), DialectError> {
        match value.kind() {
            Kind::Text => self.piece(value, spot, (kind.event, around), reading),
            Kind::Array | Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Object => Ok(()),
        }
    }

    fn delta(&mut self, base: &str, mut reading: Reading<'_>) -> Result<Option<StreamEvent>, DialectError> {
        let root = reading.sheet.root();
        let index = members::index(root, "output_index")?;
        let delta = members::present(root, "delta");
        if let Some(call) = index.and_then(|index| self.calls.get_mut(&index)) {
            // Pieces of anything but the arguments come again with the whole item.
            let piece = delta.filter(|_| member_of(base).is_some()).and_then(Value::text);
            return call.add(&piece.unwrap_or_default()).map(|()| None);
        }
        let field = || index.map_or_else(|| "output".to_owned(), |index| format!("output[{index}]"));
        if member_of(base).is_some() || base == "response.shell_call_command" {
            return Err(DialectError::Stray { field: field() });
        }
        let Some(delta) = delta else { return self.whole(reading, Vec::new()).map(Some) };
        if base == "response.audio" && delta.text().is_some_and(|sound| is_payload(&sound)) {
            return self.sound(reading, delta);
        }
        let (spot, around) = (spot_of_delta(base, root, index)?, around(root));
        let standing = reading.standing.clone();
        visit(delta, &standing, spot.place, &mut |place, value| {
            let part = reading.parts(value).first().copied();
            let own = part.and_then(|part| reading.sheet.walked.parts.get(part));
            let rest = own.and_then(|part| part.part.field.strip_prefix("delta")).unwrap_or_default();
            let spot = Spot { place, field: format!("{}{rest}", spot.field), ..spot.clone() };
            let whole = part.is_some_and(|part| reading.sheet.is_value(part));
            if whole { self.piece(value, spot, (base, &around), &mut reading) } else { Ok(()) }
        })?;
        self.whole(reading, Vec::new()).map(Some)
    }

    /// Sound: listed, without text.
    fn sound(
        &mut self,
        mut reading: Reading<'_>,
        delta: Value<'_>,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let parts = reading.parts(delta);
        reading.taken.extend(&parts);
        let field = "audio.data".to_owned();
        let new = self.listed.insert(field.clone());
        let mut event = self.whole(reading, Vec::new())?;
        if let Some(part) = parts.first().filter(|_| new) {
            let part_of = crate::walk::TextPart {
                part: policy::Part { content: ContentType::Audio, ..text_part(field) },
                text: String::new(),
            };
            event.parts.push(part_of);
            event.kept.spots.push((0, *part));
        }
        Ok(Some(event))
    }

    fn done(&mut self, base: &str, mut reading: Reading<'_>) -> Result<Option<StreamEvent>, DialectError> {
        let root = reading.sheet.root();
        let index = members::index(root, "output_index")?;
        if let Some((index, call)) = index.and_then(|index| Some((index, self.calls.remove(&index)?))) {
            return match member_of(base) {
                Some(member) => self.complete(index, call, member, reading),
                None => {
                    self.calls.insert(index, call);
                    Ok(None)
                }
            };
        }
        let areas = match kind_of(base) {
            Some(kind) => {
                let spot = spot_of(kind, root)?;
                let (item, part) = (spot.item, spot.part);
                let ends =
                    |text: &OpenText| text.event == base && text.spot.item == item && text.spot.part == part;
                self.close(&mut reading, ends);
                areas_of(kind, root, spot)
            }
            None => {
                let around = around(root);
                self.close(&mut reading, |text| text.event == base && text.around == around);
                Vec::new()
            }
        };
        self.whole(reading, areas).map(Some)
    }

    /// A call whose arguments are complete.
    fn complete(
        &mut self,
        index: usize,
        call: Call,
        member: &str,
        mut reading: Reading<'_>,
    ) -> Result<Option<StreamEvent>, DialectError> {
        let said_again = reading.sheet.root().member_text(member);
        let sheet = call.complete(member, said_again.as_deref())?;
        let standing = sheet.standing();
        if let Some(item) = item_of(sheet.root()) {
            visit(item, &standing, Place::item(index), &mut |place, value| {
                let number = self.copies.add(place, &said(value))?;
                reading.event.kept.originals.push((1, value.id(), number));
                Ok(())
            })?;
            self.judge(index, item, &mut reading.event);
        }
        reading.event.add_parts(1, &sheet, |_, field| {
            Some(format!("output[{index}]{}", field.strip_prefix("output[0]").unwrap_or(field)))
        });
        reading.event.kept.calls.push((index, sheet));
        self.steps.insert(index, call.steps);
        let again = [member, "name"].map(|name| reading.area(name, Spot::item(index).member(name)));
        let areas = again.into_iter().flatten().collect();
        self.whole(reading, areas).map(Some)
    }

    /// An event that says how far something has come.
    fn other(&mut self, reading: Reading<'_>) -> Result<Option<StreamEvent>, DialectError> {
        let root = reading.sheet.root();
        let index = members::index(root, "output_index")?;
        if let Some(call) = index.and_then(|index| self.calls.get_mut(&index)) {
            // One with text comes again with the whole item.
            let silent = reading.sheet.walked.parts.is_empty();
            return if silent { call.step(reading.sheet).map(|()| None) } else { Ok(None) };
        }
        let image = index.map(|index| Spot::item(index).member("result"));
        let areas = image.map(|spot| reading.area("partial_image_b64", spot)).unwrap_or_default();
        self.whole(reading, areas).map(Some)
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
    fn close(&mut self, reading: &mut Reading<'_>, ends: impl Fn(&OpenText) -> bool) {
        for (window, text) in self.texts.iter_mut().enumerate() {
            if !text.closed && ends(text) {
                text.closed = true;
                self.copies.know(text.spot.place, text.digest, text.number);
                reading.event.closes.extend(self.windows.close(Some(window)));
            }
        }
    }

    /// A piece of text. One without text opens no window.
    fn piece(
        &mut self,
        value: Value<'_>,
        spot: Spot,
        (event, around): (&str, &str),
        reading: &mut Reading<'_>,
    ) -> Result<(), DialectError> {
        let text = value.text().unwrap_or_default();
        reading.taken.extend(reading.parts(value));
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
        let window = self.windows.at(scope, &[], window)?;
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
        reading.event.deltas.push(Delta { window, text: text.into_owned() });
        reading.event.kept.pieces.push(Piece { window, id: value.id() });
        Ok(())
    }

    /// Everything else in an event: what stands in an area is new, or repeats what came; what stands elsewhere is new.
    fn whole(&mut self, mut reading: Reading<'_>, areas: Vec<Area<'_>>) -> Result<StreamEvent, DialectError> {
        let sheet = Arc::clone(reading.sheet);
        let standing = reading.standing.clone();
        for area in &areas {
            visit(area.value, &standing, area.spot.place, &mut |place, value| {
                let parts = reading.parts(value);
                if parts.iter().any(|part| reading.taken.contains(part)) {
                    return Ok(());
                }
                let text = said(value);
                match self.copies.find(place, &text) {
                    Some(number) => {
                        reading.event.kept.copies.push((value.id(), number));
                        reading.taken.extend(parts);
                    }
                    None => {
                        let number = self.copies.add(place, &text)?;
                        reading.event.kept.originals.push((0, value.id(), number));
                    }
                }
                Ok(())
            })?;
        }
        let Reading { taken, mut event, .. } = reading;
        event.add_parts(0, &sheet, |part, field| {
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
        Ok(event)
    }
}

/// A field of an event as the field of a whole answer.
fn of_answer(field: &str, areas: &[Area<'_>]) -> String {
    let found = areas.iter().find_map(|area| {
        let rest = field.strip_prefix(&area.from)?;
        let own = rest.is_empty() || rest.starts_with(['.', '[', '{', ':', '…']);
        own.then_some((area, rest))
    });
    match found {
        Some((area, rest)) if area.spot.field.is_empty() => rest.strip_prefix('.').unwrap_or(rest).to_owned(),
        Some((area, rest)) => format!("{}{rest}", area.spot.field),
        None => field.to_owned(),
    }
}

/// Where the pieces of a text stand.
fn spot_of_delta(base: &str, root: Value<'_>, index: Option<usize>) -> Result<Spot, DialectError> {
    if let Some(kind) = kind_of(base) {
        let spot = spot_of(kind, root)?;
        return Ok(if kind.member.is_empty() { spot } else { spot.member(kind.member) });
    }
    // A kind that nobody knows: one text for each item, part and place that it names.
    let item = index.map_or_else(Spot::default, Spot::item);
    let word = base.strip_prefix("response.").unwrap_or(base);
    let spot = item.member(word);
    Ok(Spot { place: spot.place.member(&around(root)), ..spot })
}

/// What a text that has ended is said again in.
fn areas_of<'a>(kind: &TextKind, root: Value<'a>, spot: Spot) -> Vec<Area<'a>> {
    if !kind.member.is_empty() {
        let value = root.member(kind.member).into_iter();
        let area =
            |value| Area { from: kind.member.to_owned(), value, spot: spot.clone().member(kind.member) };
        return value.map(area).collect();
    }
    // What commands wrote: from this one on.
    let (Some(item), Some((list, first))) = (spot.item, spot.part) else { return Vec::new() };
    let elements = root.member(list).into_iter().flat_map(Value::elements).enumerate();
    let area = |(index, value)| Area {
        from: format!("{list}[{index}]"),
        value,
        spot: Spot::item(item).part(list, first.saturating_add(index)),
    };
    elements.map(area).collect()
}

/// The members of an event that say where its text stands, with a comma after each.
fn around(root: Value<'_>) -> String {
    let members = root.members().filter_map(|(name, value)| {
        let name = name.text().filter(|name| name.ends_with("_index") || name == "item_id")?;
        is_word(value).then(|| format!("\"{name}\":{},", value.raw()))
    });
    members.collect()
}
