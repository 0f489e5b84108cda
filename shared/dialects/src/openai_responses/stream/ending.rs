//! Ends an answer in the middle: what has been begun is ended with the text that went out, then the answer itself. For
//! that, what goes out is followed: the answer as it began, its items and their parts.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::ResponseStream;
use super::copies::Copies;
use super::places::{Spot, kind_of_part, spot_of_part};
use crate::dialect::Dialect;
use crate::error::DialectError;
use crate::json::Value;
use crate::members;
use crate::refusal::{Refusal, RefusalKind};
use crate::wire::WireEvent;

/// The events after which nothing goes out.
const ENDS: [&str; 5] =
    ["error", "response.cancelled", "response.completed", "response.failed", "response.incomplete"];

/// Whether an event says something of what has begun or ended.
pub(super) fn is_followed(kind: &str) -> bool {
    let begins = ["response.created", "response.in_progress", "response.queued"].contains(&kind);
    begins || ENDS.contains(&kind) || kind.contains(".output_item.") || kind.contains("_part.")
}

/// What has gone out of an answer.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// The number of the next event; nothing before the first.
    next: Option<u64>,
    /// The answer as it was last said to be.
    response: Option<String>,
    items: BTreeMap<usize, Item>,
    ended: bool,
}

/// An item that has gone out.
#[derive(Debug)]
struct Item {
    /// As it was last said to be.
    item: String,
    ended: bool,
    parts: BTreeMap<(&'static str, usize), Begun>,
}

/// A part of an item.
#[derive(Debug)]
struct Begun {
    part: String,
    ended: bool,
}

impl Outgoing {
    /// The same for an answer that ends at once: its number alone is known.
    pub(super) fn anew(&self) -> Self {
        Self { next: self.next, ..Self::default() }
    }

    /// The number of an event that goes out. The first has the upstream's.
    pub(super) fn number(&mut self, came: Option<u64>) -> u64 {
        let number = self.next.or(came).unwrap_or(0);
        self.next = Some(number.saturating_add(1));
        number
    }

    /// Whether an item has gone out.
    pub(super) fn knows(&self, index: usize) -> bool {
        self.items.contains_key(&index)
    }

    /// An item begins.
    pub(super) fn item(
        &mut self,
        index: usize,
        item: Value<'_>,
        copies: &mut Copies,
    ) -> Result<(), DialectError> {
        copies.count(item.raw().len())?;
        let item = Item { item: item.raw().to_owned(), ended: false, parts: BTreeMap::new() };
        self.items.insert(index, item);
        Ok(())
    }
}

impl ResponseStream {
    /// Follows an event that goes out.
    pub(super) fn follow(&mut self, kind: &str, root: Value<'_>) -> Result<(), DialectError> {
        match kind {
            "response.created" | "response.in_progress" | "response.queued" => {
                self.outgoing.response = root.member("response").map(|response| response.raw().to_owned());
            }
            "response.output_item.added" => {
                if let Some(item) = root.member("item") {
                    self.outgoing.item(members::place(root, "output_index")?, item, &mut self.copies)?;
                }
            }
            "response.output_item.done" => {
                let index = members::place(root, "output_index")?;
                if let Some(item) = root.member("item") {
                    self.outgoing.item(index, item, &mut self.copies)?;
                }
                self.outgoing.items.get_mut(&index).into_iter().for_each(|item| item.ended = true);
            }
            _ if kind.ends_with("_part.added") => self.part(kind, root, false)?,
            _ if kind.ends_with("_part.done") => self.part(kind, root, true)?,
            _ => self.outgoing.ended |= ENDS.contains(&kind),
        }
        Ok(())
    }

    fn part(&mut self, kind: &str, root: Value<'_>, ended: bool) -> Result<(), DialectError> {
        let spot = spot_of_part(kind, root)?;
        let item = spot.item.and_then(|index| self.outgoing.items.get_mut(&index));
        if let (Some(item), Some(at), Some(part)) = (item, spot.part, root.member("part")) {
            self.copies.count(part.raw().len())?;
            item.parts.insert(at, Begun { part: part.raw().to_owned(), ended });
        }
        Ok(())
    }

    /// Ends the answer as far as it has gone out.
    pub(super) fn end_by(&mut self, refusal: &Refusal, out: &mut Vec<WireEvent>) {
        if std::mem::replace(&mut self.outgoing.ended, true) {
            return;
        }
        match self.outgoing.response.take() {
            Some(response) if refusal.kind == RefusalKind::Policy => self.incomplete(&response, out),
            Some(_) | None => out.push(self.fault(refusal)),
        }
    }

    /// A failure. The official clients raise for an event with a member `error`; the members beside it are what the
    /// API has in its own.
    fn fault(&mut self, refusal: &Refusal) -> WireEvent {
        let body = super::super::OpenaiResponses.refuse(refusal).body;
        let body: Json = serde_json::from_slice(&body).unwrap_or_default();
        let error = body.get("error").cloned().unwrap_or_default();
        let member = |name| error.get(name).cloned().unwrap_or_default();
        let rest = format!(
            "\"code\":{},\"message\":{},\"param\":null,\"error\":{error}",
            member("code"),
            member("message"),
        );
        self.own("error", &rest)
    }

    /// The end of an answer that the policy cuts off.
    fn incomplete(&mut self, response: &str, out: &mut Vec<WireEvent>) {
        let mut output = Vec::new();
        for (index, item) in std::mem::take(&mut self.outgoing.items) {
            output.push(if item.ended {
                object(&item.item).into()
            } else {
                self.end_item(index, &item, out)
            });
        }
        let mut response = object(response);
        response.insert("status".to_owned(), "incomplete".into());
        response.insert("incomplete_details".to_owned(), json!({"reason": "content_filter"}));
        response.insert("output".to_owned(), output.into());
        out.push(self.own("response.incomplete", &format!("\"response\":{}", Json::from(response))));
    }

    /// Ends an item and its parts; gives it as it ended.
    fn end_item(&mut self, index: usize, item: &Item, out: &mut Vec<WireEvent>) -> Json {
        let mut ended = object(&item.item);
        let id = ended.get("id").cloned().unwrap_or_default();
        let mut lists: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        for ((list, number), begun) in &item.parts {
            let spot = Spot::item(index).part(list, *number);
            let around = format!("\"item_id\":{id},\"output_index\":{index},\"{list}_index\":{number},");
            lists.entry(list).or_default().push(self.end_part(&spot, &around, begun, out));
        }
        lists.into_iter().for_each(|(list, parts)| {
            ended.insert(list.to_owned(), parts.into());
        });
        let code =
            self.at.get(&Spot::item(index).member("code").place).and_then(|window| self.texts.get(*window));
        if let Some(text) = code {
            ended.insert("code".to_owned(), self.copies.went(text.number).into());
        }
        if ended.contains_key("status") {
            ended.insert("status".to_owned(), "incomplete".into());
        }
        let ended = Json::from(ended);
        out.push(
            self.own("response.output_item.done", &format!("\"output_index\":{index},\"item\":{ended}")),
        );
        ended
    }

    fn end_part(&mut self, spot: &Spot, around: &str, begun: &Begun, out: &mut Vec<WireEvent>) -> Json {
        let mut part = object(&begun.part);
        let kind = part.get("type").and_then(Json::as_str).and_then(kind_of_part);
        let Some(kind) = kind.filter(|_| !begun.ended) else { return part.into() };
        let spot = spot.clone().member(kind.member);
        let text = self.at.get(&spot.place).and_then(|window| self.texts.get(*window));
        let went = text.map_or("", |text| self.copies.went(text.number)).to_owned();
        part.insert(kind.member.to_owned(), went.as_str().into());
        let probabilities = if kind.event == "response.output_text" { ",\"logprobs\":[]" } else { "" };
        let rest = format!("{around}\"{}\":{}{probabilities}", kind.member, Json::from(went));
        out.push(self.own(&format!("{}.done", kind.event), &rest));
        let list = spot.part.map_or("content", |(list, _)| list);
        let event = if list == "summary" {
            "response.reasoning_summary_part.done"
        } else {
            "response.content_part.done"
        };
        let part = Json::from(part);
        out.push(self.own(event, &format!("{around}\"part\":{part}")));
        part
    }
}

/// A JSON object; an empty one where it is none.
fn object(text: &str) -> Map<String, Json> {
    serde_json::from_str(text).unwrap_or_default()
}
