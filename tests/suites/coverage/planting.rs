//! How values are planted in the bodies of a dialect: `testdata/dialects/<id>/planting.toml`.
//!
//! A body has a value at one place; the file says what else has to stand in it for it to be one: a frame for each kind
//! of body, members that objects at a place need, and for events which ones come before and after. Frames and events
//! are JSON; what the planted body has already stays.

use std::collections::BTreeMap;

use dialects::{
    Address, Answer, Delta, Dialect, DialectError, Endpoint, Request, StreamEdits, TextPart, Way,
};
use serde::Deserialize;
use serde_json::Value;

use crate::places;
use crate::wires::Wire;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planting {
    /// The lists of its vendors' strings, by their names; its own where nothing is said.
    #[serde(default)]
    schemas: Vec<String>,
    /// Places of requests where decisions depend on the type, so that text there is an error.
    #[serde(default)]
    refused: Vec<String>,
    /// Of those that fit a planted value, the first counts.
    request: Vec<Body>,
    #[serde(default)]
    answer: Vec<Body>,
    #[serde(default)]
    stream: Option<Stream>,
    /// Places of schemas that have no row, or are not looked through for they do not go out; with the reason.
    #[serde(default)]
    except: Vec<Exception>,
}

/// How requests or whole answers are made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// What a body of this kind has, see [`fits`].
    #[serde(default)]
    has: String,
    /// The path of the request.
    path: String,
    /// What every body has.
    frame: String,
    /// What the objects at a place have.
    #[serde(default)]
    beside: BTreeMap<String, String>,
}

/// How the events of a streamed answer are made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stream {
    path: String,
    content_type: String,
    wire: Wire,
    /// Whether the members of whole answers stand in events as well.
    #[serde(default)]
    answers: bool,
    /// Places of events where text is an error.
    #[serde(default)]
    refused: Vec<String>,
    /// The kinds of events: of those that fit a planted value, the first counts.
    event: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    /// What an event of this kind has, see [`fits`].
    #[serde(default)]
    has: String,
    /// What it has beside.
    #[serde(default)]
    frame: Option<String>,
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
    /// The kind of event, if any, that says the same again and ends what is kept of the first.
    #[serde(default)]
    again: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    bodies: Vec<String>,
    /// How the place begins.
    #[serde(default)]
    begins: String,
    /// How it ends.
    #[serde(default)]
    ends: String,
    /// Whether nothing of it goes out, which is tried.
    #[serde(default)]
    drops: bool,
    #[expect(dead_code, reason = "for who reads the file; without it the file is not read")]
    reason: String,
}

impl Planting {
    pub(crate) fn of(id: &str) -> Self {
        let path = crate::testdata().join("dialects").join(id).join("planting.toml");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let mut planting: Self =
            toml::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        if planting.schemas.is_empty() {
            planting.schemas.push(id.to_owned());
        }
        planting
    }

    pub(crate) fn schemas(&self) -> &[String] {
        &self.schemas
    }

    pub(crate) fn has(&self, way: Way) -> bool {
        match way {
            Way::Request | Way::Both => true,
            Way::Answer => !self.answer.is_empty(),
            Way::Stream => self.stream.is_some(),
        }
    }

    pub(crate) fn answers_stream(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.answers)
    }

    pub(crate) fn is_refused(&self, way: Way, place: &str) -> bool {
        let untyped = places::without_types(place);
        let refused: &[String] = match way {
            Way::Request | Way::Both => &self.refused,
            Way::Answer => &[],
            Way::Stream => self.stream.as_ref().map_or(&[], |stream| &stream.refused),
        };
        refused.iter().any(|refused| *refused == place || *refused == untyped)
    }

    fn exception(&self, way: Way, place: &str) -> Option<&Exception> {
        let body = format!("{way:?}").to_lowercase();
        let mut of_body = self.except.iter().filter(|exception| exception.bodies.contains(&body));
        of_body.find(|exception| place.starts_with(&exception.begins) && place.ends_with(&exception.ends))
    }

    pub(crate) fn is_excepted(&self, way: Way, place: &str) -> bool {
        self.exception(way, place).is_some()
    }

    /// Whether an event with a text at a place goes out with it, though it should not.
    pub(crate) fn leaks(&self, dialect: &dyn Dialect, way: Way, place: &str, text: &str) -> bool {
        let drops = way == Way::Stream && self.exception(way, place).is_some_and(|exception| exception.drops);
        let body = || places::body(place, &Value::from(text));
        drops
            && self.stream.iter().any(|stream| {
                let (_, written) = stream.all(dialect, body()).unwrap();
                String::from_utf8_lossy(&written).contains(text)
            })
    }

    /// The parts of a body that has a value at a place.
    pub(crate) fn parts(
        &self,
        dialect: &dyn Dialect,
        way: Way,
        place: &str,
        value: &Value,
    ) -> Result<Vec<TextPart>, DialectError> {
        match way {
            Way::Request | Way::Both => {
                self.request(dialect, place, value).map(|request| request.parts().to_vec())
            }
            Way::Answer => self.answer(dialect, place, value).map(|answer| answer.parts().to_vec()),
            Way::Stream => self.stream.as_ref().unwrap().parts(dialect, places::body(place, value)),
        }
    }

    /// The request that has a value at a place.
    pub(crate) fn request(
        &self,
        dialect: &dyn Dialect,
        place: &str,
        value: &Value,
    ) -> Result<Request, DialectError> {
        let (address, body) = whole(&self.request, dialect, places::body(place, value));
        dialect.read_request(&address, body)
    }

    /// The answer that has a value at a place.
    pub(crate) fn answer(
        &self,
        dialect: &dyn Dialect,
        place: &str,
        value: &Value,
    ) -> Result<Answer, DialectError> {
        let (address, body) = whole(&self.answer, dialect, places::body(place, value));
        dialect.read_answer(&address, body)
    }
}

/// A body with all that its kind needs, as bytes.
fn whole(kinds: &[Body], dialect: &dyn Dialect, body: Value) -> (Address, Vec<u8>) {
    let kind =
        kinds.iter().find(|kind| fits(&kind.has, &body)).unwrap_or_else(|| panic!("no kind for {body}"));
    kind.whole(dialect, body)
}

/// Whether a body has all of these, which stand apart by spaces: `a.b` a member, `a=word|other` one with one of these
/// values. Every body fits where there is none.
fn fits(has: &str, body: &Value) -> bool {
    has.split_whitespace().all(|one| {
        let (path, words) = one.split_once('=').map_or((one, None), |(path, words)| (path, Some(words)));
        let found = path.split('.').try_fold(body, |value, name| value.get(name));
        let is_one = |value: &Value, words: &str| words.split('|').any(|word| value == word);
        found.is_some_and(|value| words.is_none_or(|words| is_one(value, words)))
    })
}

fn address(dialect: &dyn Dialect, path: &str) -> Address {
    let endpoint = Endpoint::of("POST", path, &|_| true).unwrap_or_else(|| panic!("`{path}` is no endpoint"));
    assert_eq!(endpoint.dialect.id(), dialect.id(), "`{path}`");
    endpoint.address
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|fault| panic!("`{text}`: {fault}"))
}

impl Body {
    /// A body with all that it needs, as bytes.
    fn whole(&self, dialect: &dyn Dialect, mut body: Value) -> (Address, Vec<u8>) {
        places::fill(&mut body, &json(&self.frame));
        for (place, members) in &self.beside {
            let members = json(members);
            for object in places::objects_at(&mut body, place) {
                let mut filled = Value::Object(std::mem::take(object));
                places::fill(&mut filled, &members);
                *object = filled.as_object().unwrap().clone();
            }
        }
        (address(dialect, &self.path), body.to_string().into_bytes())
    }
}

impl Stream {
    fn parts(&self, dialect: &dyn Dialect, body: Value) -> Result<Vec<TextPart>, DialectError> {
        self.all(dialect, body).map(|(parts, _)| parts)
    }

    /// The parts of all events that go with a planted one, and what goes out where all texts may.
    fn all(&self, dialect: &dyn Dialect, mut body: Value) -> Result<(Vec<TextPart>, Vec<u8>), DialectError> {
        let event = self
            .event
            .iter()
            .find(|event| fits(&event.has, &body))
            .unwrap_or_else(|| panic!("no event for {body}"));
        if let Some(frame) = &event.frame {
            places::fill(&mut body, &json(frame));
        }
        let address = address(dialect, &self.path);
        let mut stream = dialect.stream(&address, &self.content_type).unwrap();
        let before = event.before.iter().map(|event| json(event));
        let after = event.after.iter().map(|event| json(event));
        let mut events = Vec::new();
        let again = event.again.as_ref().map(|kind| {
            let mut again = body.clone();
            again["type"] = kind.as_str().into();
            again
        });
        for event in before.chain([body]).chain(again).chain(after) {
            stream.feed(&self.wire.bytes(&event), &mut events)?;
        }
        let (mut parts, mut written) = (Vec::new(), Vec::new());
        for event in events {
            let window = |window: usize| stream.windows()[window].part.clone();
            let part = |delta: &Delta| TextPart { part: window(delta.window), text: delta.text.clone() };
            parts.extend(event.deltas.iter().map(part));
            parts.extend(event.parts.iter().cloned());
            let deltas = event.deltas.iter().map(|delta| delta.text.clone()).collect();
            let edits = StreamEdits { deltas, ..StreamEdits::default() };
            written.extend(stream.write(event, &edits)?);
        }
        Ok((parts, written))
    }
}
