//! The published list, `testdata/dialects/COVERAGE.md`: what the field tables say, and which checks what stands there
//! comes to. The last is tried, not written down: a name, an address and a text are planted at each row.

use std::collections::BTreeSet;
use std::fmt::Write;

use dialects::{DIALECTS, Dialect, Field, Reads, Speaker, Way};
use policy::{Action, ContentType, Role};
use serde_json::Value;

use crate::places;
use crate::planting::Planting;

const HEAD: &str = "\
# What is looked through

One row for each member of a wire format that says something of its own, made of the field tables of the dialects
(`shared/dialects/src/<dialect>/fields.rs`). **What no row names is looked through as well**, as text of whoever speaks
around it; a row makes it exact who speaks, and what is no text. What stands in a column *read as*:

- **text**: all of it, with everything below that no row names. **sealed text**: the same, but it is signed or repeated,
  so that it can be refused and not changed. **arguments**: every string, name and number of a tool's arguments, also
  where they are JSON in a string. **schema**: every string and name but the words of JSON Schema.
- **structure**: an id, a word of a list, a model's name. What does not look like one is text. **encoded**: encrypted or
  encoded bytes. What has anything else in it is text. **an object or a list** has rows below; a text in its place is text.
- **image**, **audio**, **file**: content that no text detector sees; a rule's `content_types` says whether it may pass.
  **stored**: what the vendor keeps and a gate cannot see, held to the same. **as `name`**: the rows that begin with `@name`.
- **repeats**: the same text again; is taken out when anything is changed.

The checks: `input_validation` looks through requests, `output_filter` through answers, whole or streamed; both see every
text below. `action_control` sees tools, calls and the addresses in them; `model_access` sees models, those that a path
names as well; `content_types` is that of `input_validation`. In brackets stands what is checked only where it is not
what it should be.

A place is written from the top of the body; `[]` is every element, `[type=word]` one of that type, `*` any name, `**`
everything below. *Both* in the column *in* are requests and answers, *stream* the events of a streamed answer, in which
the members of whole answers may stand, too. *Member* in the column *who speaks* is whom the member `role` names, *around*
whoever speaks around it.

Two more tests stand behind the list: a number that a detector knows is planted at each row of it and must be found there,
and so it is at every place of a string that the vendors' own clients know (`tests/testdata/schemas`), each of which must
have a row. What a row of `planting.toml` excepts from that has its reason beside it.

This file is made by a test, which fails where it is not what the tables say. To renew it:
`INSTA_UPDATE=always cargo test -p sallyport-conformance --test coverage`
";

/// An address that nobody else names.
const ADDRESS: &str = "https://planted.example/x";

/// A name that nobody else has.
const NAME: &str = "planted-name";

#[test]
fn the_published_list_is_that_of_the_tables() {
    let mut text = HEAD.to_owned();
    for dialect in DIALECTS {
        write!(text, "\n## {}\n\n", dialect.id()).unwrap();
        match DIALECTS.iter().find(|other| same_table(**other, *dialect)) {
            Some(other) if other.id() < dialect.id() => {
                writeln!(text, "The rows of `{}`.", other.id()).unwrap();
            }
            _ => text.push_str(&table(*dialect)),
        }
    }
    let path = crate::testdata().join("dialects/COVERAGE.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|word| word == "always") {
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    let first = text.lines().zip(published.lines()).find(|(made, found)| made != found);
    assert!(
        text == published,
        "the list is not what the tables say; its head says how to renew it: {first:?}"
    );
}

fn same_table(one: &dyn Dialect, other: &dyn Dialect) -> bool {
    one.fields() == other.fields()
}

fn table(dialect: &dyn Dialect) -> String {
    let planting = Planting::of(dialect.id());
    let mut text =
        "| place | in | who speaks | read as | checks | what it is |\n|---|---|---|---|---|---|\n".to_owned();
    let places: Vec<_> = crate::WAYS
        .into_iter()
        .filter(|way| planting.has(*way))
        .flat_map(|way| {
            let rows = places::of_rows(dialect.fields(), way, planting.answers_stream());
            rows.into_iter().map(move |(row, place)| (row, way, place))
        })
        .collect();
    for (index, field) in dialect.fields().iter().enumerate() {
        let own = places.iter().filter(|(row, ..)| *row == index);
        let seen: BTreeSet<_> =
            own.flat_map(|(_, way, place)| checks(dialect, &planting, field, *way, place)).collect();
        let (at_need, always): (Vec<_>, Vec<_>) = seen.into_iter().partition(|check| check.starts_with('('));
        let checks = [always, at_need].concat().join(", ");
        let checks = if checks.is_empty() { "none" } else { &checks };
        let path = if field.path.is_empty() { "the body" } else { &format!("`{}`", field.path) };
        writeln!(
            text,
            "| {path} | {} | {} | {} | {checks} | {} |",
            way(field.way),
            speaker(field),
            reads(field.reads),
            field.note.replace('|', "\\|"),
        )
        .unwrap();
    }
    text
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Answer => "answer",
        Way::Both => "both",
        Way::Request => "request",
        Way::Stream => "stream",
    }
}

fn speaker(field: &Field) -> &'static str {
    match field.speaker {
        _ if matches!(field.way, Way::Answer | Way::Stream) => "assistant",
        Speaker::Enclosing => "around",
        Speaker::Member => "member",
        Speaker::Of(Role::Assistant) => "assistant",
        Speaker::Of(Role::System) => "system",
        Speaker::Of(Role::Tool) => "tool",
        Speaker::Of(Role::User) => "user",
    }
}

fn reads(reads: Reads) -> String {
    match reads {
        Reads::Arguments => "arguments".to_owned(),
        Reads::Content(content) => content_word(content).to_owned(),
        Reads::Media => "image, audio or file".to_owned(),
        Reads::Opaque => "encoded".to_owned(),
        Reads::Repeats => "repeats".to_owned(),
        Reads::Schema => "schema".to_owned(),
        Reads::Sealed(_) => "sealed text".to_owned(),
        Reads::Shape(name) => format!("as `{name}`"),
        Reads::Structure => "structure".to_owned(),
        Reads::Text => "text".to_owned(),
        Reads::Within => "an object or a list".to_owned(),
    }
}

fn content_word(content: ContentType) -> &'static str {
    match content {
        ContentType::Audio => "audio",
        ContentType::File => "file",
        ContentType::Image => "image",
        ContentType::Stored => "stored",
        ContentType::Text => "text",
    }
}

/// The checks that what stands at a row comes to, in bodies of one way.
fn checks(dialect: &dyn Dialect, planting: &Planting, field: &Field, way: Way, place: &str) -> Vec<String> {
    let of_texts = if way == Way::Request { "input_validation" } else { "output_filter" };
    let mut checks = match field.reads {
        Reads::Content(_) | Reads::Media if way == Way::Request => {
            vec!["content_types".to_owned(), format!("({of_texts})")]
        }
        Reads::Content(_) | Reads::Media | Reads::Opaque | Reads::Structure | Reads::Within => {
            vec![format!("({of_texts})")]
        }
        Reads::Repeats => Vec::new(),
        Reads::Arguments | Reads::Schema | Reads::Sealed(_) | Reads::Shape(_) | Reads::Text => {
            vec![of_texts.to_owned()]
        }
    };
    let (models, actions) = facts(dialect, planting, way, place);
    checks.extend(models.then(|| "model_access".to_owned()));
    checks.extend(actions.then(|| "action_control".to_owned()));
    checks
}

/// Whether a name at a place counts as a model, and whether a name or an address there counts for an action.
fn facts(dialect: &dyn Dialect, planting: &Planting, way: Way, place: &str) -> (bool, bool) {
    let (mut models, mut actions) = (false, false);
    let place = &places::without_lost_type(place);
    for word in [NAME, ADDRESS].into_iter().filter(|_| !place.is_empty()) {
        let word = Value::from(word);
        match way {
            Way::Request | Way::Both => {
                let Ok(request) = planting.request(dialect, place, &word) else { continue };
                models |= request.models().iter().any(|model| model == NAME);
                actions |= request.actions().iter().any(names);
            }
            Way::Answer => {
                let Ok(answer) = planting.answer(dialect, place, &word) else { continue };
                actions |= answer.actions().iter().any(names);
            }
            Way::Stream => {}
        }
    }
    (models, actions)
}

/// Whether an action has the name or the address.
fn names(action: &Action) -> bool {
    action.name.contains(NAME)
        || action.urls.iter().any(|url| url.as_str() == ADDRESS)
        || action.arguments.to_string().contains(NAME)
}
