//! How values are planted in the bodies of a dialect: `testdata/dialects/<id>/planting.toml`.
//!
//! A body has a value at one place; the file says what else has to stand in it for it to be one: a frame for each kind
//! of body, members that objects at a place need, and for events which ones come before and after. Frames and events
//! are JSON; what the planted body has already stays.

use std::collections::BTreeMap;

use dialects::{Address, Dialect, DialectError, Endpoint, TextPart, Way};
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
    request: Body,
    #[serde(default)]
    answer: Option<Body>,
    #[serde(default)]
    stream: Option<Stream>,
    /// Places of schemas that have no row, with the reason.
    #[serde(default)]
    except: Vec<Exception>,
}

/// How requests or whole answers are made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The path of the request.
    path: String,
    /// What every body has.
    frame: String,
    /// What the objects at a place have.
    #[serde(default)]
    beside: BTreeMap<String, String>,
    /// Places where decisions depend on the type, so that text there is an error.
    #[serde(default)]
    refused: Vec<String>,
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
    /// The kinds of events: of those that fit a planted value, the first counts.
    event: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    /// What an event of this kind has: `a.b` a member, `a=word` one with this value. Every event, where it is empty.
    #[serde(default)]
    has: String,
    /// What it has beside.
    #[serde(default)]
    frame: Option<String>,
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    body: String,
    /// The place; with `*` at the end, everything that begins so.
    place: String,
    #[expect(dead_code, reason = "for who reads the file; without it the file is not read")]
    reason: String,
}

impl Planting {
    pub(crate) fn of(id: &str) -> Self {
        let path = crate::testdata().join("dialects").join(id).join("planting.toml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let mut planting: Self = toml::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
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
            Way::Answer => self.answer.is_some(),
            Way::Stream => self.stream.is_some(),
        }
    }

    pub(crate) fn answers_stream(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.answers)
    }

    pub(crate) fn is_refused(&self, place: &str) -> bool {
        let place = places::without_types(place);
        self.request.refused.iter().any(|refused| *refused == place)
    }

    pub(crate) fn is_excepted(&self, way: Way, place: &str) -> bool {
        let fits = |exception: &&Exception| match exception.place.strip_suffix('*') {
            Some(start) => place.starts_with(start),
            None => place == exception.place,
        };
        let body = format!("{way:?}").to_lowercase();
        self.except.iter().filter(|exception| exception.body == body).any(|exception| fits(&exception))
    }

    /// The parts of a body that has a value at a place.
    pub(crate) fn parts(
        &self,
        dialect: &dyn Dialect,
        way: Way,
        place: &str,
        value: &Value,
    ) -> Result<Vec<TextPart>, DialectError> {
        let body = places::body(place, value);
        match way {
            Way::Request | Way::Both => {
                let (address, body) = self.request.whole(dialect, body);
                dialect.read_request(&address, body).map(|request| request.parts().to_vec())
            }
            Way::Answer => {
                let (address, body) = self.answer.as_ref().unwrap().whole(dialect, body);
                dialect.read_answer(&address, body).map(|answer| answer.parts().to_vec())
            }
            Way::Stream => self.stream.as_ref().unwrap().parts(dialect, body),
        }
    }

    /// The request that has a value at a place.
    pub(crate) fn request(
        &self,
        dialect: &dyn Dialect,
        place: &str,
        value: &Value,
    ) -> Result<dialects::Request, DialectError> {
        let (address, body) = self.request.whole(dialect, places::body(place, value));
        dialect.read_request(&address, body)
    }

    /// The answer that has a value at a place.
    pub(crate) fn answer(
        &self,
        dialect: &dyn Dialect,
        place: &str,
        value: &Value,
    ) -> Result<dialects::Answer, DialectError> {
        let (address, body) = self.answer.as_ref().unwrap().whole(dialect, places::body(place, value));
        dialect.read_answer(&address, body)
    }
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
    /// The parts of all events that go with a planted one.
    fn parts(&self, dialect: &dyn Dialect, mut body: Value) -> Result<Vec<TextPart>, DialectError> {
        let event = self.event.iter().find(|event| event.fits(&body)).unwrap_or_else(|| panic!("no event for {body}"));
        if let Some(frame) = &event.frame {
            places::fill(&mut body, &json(frame));
        }
        let address = address(dialect, &self.path);
        let mut stream = dialect.stream(&address, &self.content_type).unwrap();
        let before = event.before.iter().map(|event| json(event));
        let after = event.after.iter().map(|event| json(event));
        let mut events = Vec::new();
        for event in before.chain([body]).chain(after) {
            stream.feed(&self.wire.bytes(&event), &mut events)?;
        }
        let mut parts = Vec::new();
        for event in events {
            let window = |window: usize| stream.windows()[window].part.clone();
            let delta = |delta: dialects::Delta| TextPart { part: window(delta.window), text: delta.text };
            parts.extend(event.deltas.into_iter().map(delta));
            parts.extend(event.parts);
        }
        Ok(parts)
    }
}

impl Event {
    fn fits(&self, body: &Value) -> bool {
        let (path, word) = self.has.split_once('=').map_or((self.has.as_str(), None), |(path, word)| (path, Some(word)));
        let found = path.split('.').filter(|name| !name.is_empty()).try_fold(body, |value, name| value.get(name));
        found.is_some_and(|value| word.is_none_or(|word| value.as_str() == Some(word)))
    }
}
