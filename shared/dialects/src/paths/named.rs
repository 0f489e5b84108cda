//! What a field table says of one place, for those who check and publish the tables. It is asked of the same graph
//! that a walk follows, so that it cannot say otherwise.

use super::{Paths, Position, Step};
use crate::fields::{Field, Reads, Speaker, Way};

/// What the rows of a table say of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The row that says how the value is read: that of the place, or the one above that takes everything below it.
    /// One that reads a shape only where the shape says nothing of the value itself.
    pub field: &'static Field,
    /// Who speaks, as the nearest row says it.
    pub speaker: Speaker,
}

/// The rows of a table that concern the bodies of one way, to be asked of places.
#[derive(Debug)]
pub struct Chart {
    paths: Paths,
}

impl Chart {
    /// The rows of a table.
    #[must_use]
    pub fn new(fields: &'static [Field], way: Way) -> Self {
        Self { paths: Paths::new(fields, way) }
    }

    /// What the rows say of a place; nothing where none names it.
    ///
    /// A place is written from the top of a body, without shapes: steps joined by dots, each a member's name, `*` for
    /// a name of any kind, with `[]` behind it for an element and `[type=word]` for a value whose member `type` is
    /// that word.
    #[must_use]
    pub fn named(&self, place: &str) -> Option<Named> {
        let position = self.paths.start();
        let mut stand = Stand { paths: &self.paths, position, speaker: Speaker::Enclosing };
        for step in std::iter::once("").chain(steps(place)) {
            let (name, selectors) = step.split_at_checked(step.find('[').unwrap_or(step.len()))?;
            if !name.is_empty() {
                stand.enter(name)?;
            }
            if let Some(field) = stand.arrive(selectors) {
                return Some(Named { field, speaker: stand.speaker });
            }
        }
        let shape = self.paths.all(&stand.position).find_map(|place| place.field);
        let field = self.paths.field(&stand.position).or(shape)?;
        Some(Named { field, speaker: stand.speaker })
    }
}

/// Steps, cut at dots that stand outside of brackets.
fn steps(place: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    place.split(move |char| {
        inside = (inside || char == '[') && char != ']';
        char == '.' && !inside
    })
}

/// Whether a walk looks for no rows below.
fn takes_all_below(field: &Field) -> bool {
    field.is_open() || matches!(field.reads, Reads::Arguments | Reads::Repeats | Reads::Schema)
}

/// Where the question stands.
struct Stand<'a> {
    paths: &'a Paths,
    position: Position,
    speaker: Speaker,
}

impl Stand<'_> {
    fn enter(&mut self, name: &str) -> Option<()> {
        self.position = match self.paths.member(&self.position, name) {
            Step::Known(_, below) | Step::Unnamed(below) => below,
            Step::Misspelt(_) | Step::Unknown => return None,
        };
        Some(())
    }

    /// Takes the value at the position for one of the kind that selectors say; gives the row that takes all of it.
    fn arrive(&mut self, selectors: &str) -> Option<&'static Field> {
        let mut word = None;
        for selector in selectors.split_terminator(']') {
            if let Some(found) = selector.strip_prefix("[type=") {
                word = Some(found);
                continue;
            }
            let all = self.refine(false, None);
            if all.is_some() {
                return all;
            }
            self.position = self.paths.elements(&self.position);
        }
        self.refine(true, word)
    }

    fn refine(&mut self, single: bool, word: Option<&str>) -> Option<&'static Field> {
        self.position = self.paths.refine_as(std::mem::take(&mut self.position), single, word);
        let said = self.paths.speaker(&self.position);
        if said != Speaker::Enclosing {
            self.speaker = said;
        }
        self.paths.field(&self.position).filter(|field| takes_all_below(field))
    }
}

#[cfg(test)]
mod tests {
    use policy::Role;

    use super::*;

    static FIELDS: &[Field] = &[
        Field::request("messages[]", Reads::Shape("message"), "the conversation"),
        Field::both("@message", Reads::Within, "one message").by(Speaker::Member),
        Field::both("@message.content", Reads::Shape("block"), "what is said"),
        Field::both("@block[]", Reads::Text, "a text"),
        Field::both("@block[].content", Reads::Shape("block"), "more of them"),
        Field::both("@block[type=result]", Reads::Within, "a result").by(Speaker::Of(Role::Tool)),
        Field::both("@block[type=result].data", Reads::Opaque, "its data"),
        Field::request("labels.**", Reads::Text, "anything"),
        Field::request("names.*.text", Reads::Text, "a text under any name"),
        Field::answer("id", Reads::Structure, "an id"),
    ];

    #[test]
    fn a_place_has_the_row_and_the_speaker_that_a_walk_finds() {
        let tool = Some(Speaker::Of(Role::Tool));
        let rows = [
            ("messages[].content", Some("a text"), Some(Speaker::Member)),
            ("messages[].content[]", Some("a text"), Some(Speaker::Member)),
            ("messages[].content[][type=result].data", Some("its data"), tool),
            ("messages[].content[][type=result].content[].content[]", Some("a text"), tool),
            ("messages[].content[][type=other].data", None, None),
            ("messages[].contents", None, None),
            ("labels.*.deep[]", Some("anything"), Some(Speaker::Enclosing)),
            ("names.*.text", Some("a text under any name"), Some(Speaker::Enclosing)),
            ("names.*.other", None, None),
            ("[type=a.b].labels.*", Some("anything"), Some(Speaker::Enclosing)),
            ("id", None, None),
        ];
        let chart = Chart::new(FIELDS, Way::Request);
        for (place, note, speaker) in rows {
            let found = chart.named(place);
            assert_eq!(found.map(|named| named.field.note), note, "{place}");
            assert_eq!(found.map(|named| named.speaker), speaker, "{place}");
        }
    }
}
