//! A field table made ready for walking: the rows' paths as a graph, which a walk follows step by step.
//! Shapes make it a graph and not a tree: blocks may hold blocks.

use std::collections::BTreeMap;

use crate::fields::{Field, Reads, Speaker, Way};
use crate::json::{Kind, Value};

mod named;

pub use named::{Chart, Named};

/// The rows of one way, ready for walking.
pub(crate) struct Paths {
    places: Vec<Place>,
    shapes: BTreeMap<&'static str, usize>,
    /// Whether members may be written `likeThis` and `like_this`.
    two_spellings: bool,
}

#[derive(Debug, Default)]
struct Place {
    field: Option<&'static Field>,
    named: BTreeMap<&'static str, usize>,
    /// The names in the other spelling, where there are two.
    respelt: BTreeMap<String, &'static str>,
    /// The same names without letter case.
    folded: BTreeMap<String, &'static str>,
    any: Option<usize>,
    element: Option<usize>,
    typed: BTreeMap<&'static str, usize>,
}

/// A way from a place to the next.
enum Edge {
    Any,
    Element,
    Name(&'static str),
    Type(&'static str),
}

/// Where a walk stands: the places that fit, the most exact first. Empty where no row leads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Position {
    places: Vec<usize>,
}

/// Where a member of an object leads.
pub(crate) enum Step {
    /// Rows name it, as this word.
    Known(&'static str, Position),
    /// Rows name one that differs in letter case alone.
    Misspelt(&'static str),
    /// Rows take any name.
    Unnamed(Position),
    /// No row.
    Unknown,
}

impl std::fmt::Debug for Paths {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Paths").field("places", &self.places.len()).finish_non_exhaustive()
    }
}

impl Paths {
    /// The rows of `fields` that concern one way.
    pub(crate) fn new(fields: &'static [Field], way: Way) -> Self {
        Self::spelt(fields, way, false)
    }

    /// The same where each member that a row names `likeThis` may be written `like_this` as well.
    pub(crate) fn in_two_spellings(fields: &'static [Field], way: Way) -> Self {
        Self::spelt(fields, way, true)
    }

    fn spelt(fields: &'static [Field], way: Way, two_spellings: bool) -> Self {
        let mut paths = Self { places: vec![Place::default()], shapes: BTreeMap::new(), two_spellings };
        for field in fields.iter().filter(|field| field.concerns(way)) {
            paths.add(field);
        }
        paths
    }

    /// The position of a body's outermost value.
    pub(crate) fn start(&self) -> Position {
        Position { places: vec![0] }
    }

    /// The position of a value, with what can be said by its kind and its member `type`.
    pub(crate) fn refine(&self, position: Position, value: Value<'_>) -> Position {
        if position.is_unknown() {
            return position;
        }
        let kind = Some(value).filter(|value| value.kind() == Kind::Object);
        let word = kind.and_then(|value| value.member_text("type"));
        self.refine_as(position, value.kind() != Kind::Array, word.as_deref())
    }

    /// The same for a value that is a list or a single one, with its `type`.
    fn refine_as(&self, position: Position, single: bool, word: Option<&str>) -> Position {
        let mut refined = Vec::with_capacity(position.places.len() + 2);
        for id in position.places {
            self.expand(id, single, word, &mut refined);
        }
        Position { places: refined }
    }

    /// The row of a position.
    pub(crate) fn field(&self, position: &Position) -> Option<&'static Field> {
        let mut fields = self.all(position).filter_map(|place| place.field);
        fields.find(|field| !matches!(field.reads, Reads::Shape(_)))
    }

    /// Who speaks at a position.
    pub(crate) fn speaker(&self, position: &Position) -> Speaker {
        let mut speakers = self.all(position).filter_map(|place| place.field).map(|field| field.speaker);
        speakers.find(|speaker| *speaker != Speaker::Enclosing).unwrap_or(Speaker::Enclosing)
    }

    /// The position of the elements of a list. [`Paths::refine`] it with each.
    pub(crate) fn elements(&self, position: &Position) -> Position {
        // A value that stands alone in the place of a list is refined to the same rows as an element, so the
        // list's own places are what each element starts from.
        Position { places: position.places.iter().copied().filter(|id| self.has_elements(*id)).collect() }
    }

    /// Where a member of an object leads.
    pub(crate) fn member(&self, position: &Position, name: &str) -> Step {
        let mut known = None;
        let mut places = Vec::new();
        for place in self.all(position) {
            let word = place.respelt.get(name).copied().unwrap_or(name);
            if let Some((word, id)) = place.named.get_key_value(word) {
                known = Some(*word);
                places.push(*id);
            }
        }
        if let Some(word) = known {
            return Step::Known(word, Position { places });
        }
        let folded = fold(name);
        if let Some(word) = self.all(position).find_map(|place| place.folded.get(&folded)) {
            return Step::Misspelt(word);
        }
        let any: Vec<usize> = self.all(position).filter_map(|place| place.any).collect();
        if any.is_empty() { Step::Unknown } else { Step::Unnamed(Position { places: any }) }
    }

    fn all<'a>(&'a self, position: &'a Position) -> impl Iterator<Item = &'a Place> {
        position.places.iter().filter_map(|id| self.places.get(*id))
    }

    fn has_elements(&self, id: usize) -> bool {
        self.places.get(id).is_some_and(|place| place.element.is_some() || !place.typed.is_empty())
    }

    /// Adds a place and, before it, what is more exact: the place for this `type`, the place for elements, and
    /// the same of its shape.
    fn expand(&self, id: usize, single: bool, word: Option<&str>, into: &mut Vec<usize>) {
        let Some(place) = self.places.get(id).filter(|_| !into.contains(&id)) else {
            return;
        };
        let exact = word.and_then(|word| place.typed.get(word)).copied();
        for finer in exact.into_iter().chain(place.element).filter(|_| single) {
            self.expand(finer, single, word, into);
        }
        if let Some(Reads::Shape(name)) = place.field.map(|field| field.reads) {
            let root = self.shapes.get(name).copied();
            root.into_iter().for_each(|root| self.expand(root, single, word, into));
        }
        into.push(id);
    }

    fn add(&mut self, field: &'static Field) {
        let mut place = 0;
        for step in field.path.split('.').filter(|step| !matches!(*step, "" | "**")) {
            let (name, selectors) = step.split_once('[').map_or((step, ""), |(name, rest)| (name, rest));
            place = match name.strip_prefix('@') {
                Some(shape) => self.shape(shape),
                None if name == "*" => self.child(place, Edge::Any),
                None => self.child(place, Edge::Name(name)),
            };
            if !selectors.is_empty() {
                let word = selectors.trim_end_matches(']').strip_prefix("type=");
                place = self.child(place, word.map_or(Edge::Element, Edge::Type));
            }
        }
        if let Some(place) = self.places.get_mut(place) {
            place.field = Some(field);
        }
    }

    fn shape(&mut self, name: &'static str) -> usize {
        let next = self.places.len();
        let id = *self.shapes.entry(name).or_insert(next);
        if id == next {
            self.places.push(Place::default());
        }
        id
    }

    fn child(&mut self, id: usize, edge: Edge) -> usize {
        let next = self.places.len();
        let Some(place) = self.places.get_mut(id) else {
            return id;
        };
        let child = match edge {
            Edge::Any => *place.any.get_or_insert(next),
            Edge::Element => *place.element.get_or_insert(next),
            Edge::Name(name) => {
                if self.two_spellings {
                    place.folded.insert(fold(&snake_case(name)), name);
                    place.respelt.insert(snake_case(name), name);
                }
                place.folded.insert(fold(name), name);
                *place.named.entry(name).or_insert(next)
            }
            Edge::Type(word) => *place.typed.entry(word).or_insert(next),
        };
        if child == next {
            self.places.push(Place::default());
        }
        child
    }
}

impl Position {
    pub(crate) fn is_unknown(&self) -> bool {
        self.places.is_empty()
    }
}

/// A name `likeThis` as it is written `like_this`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len().saturating_add(4));
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// A name without letter case, as lenient servers compare names.
fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}
