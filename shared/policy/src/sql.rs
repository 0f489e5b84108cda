//! What a piece of SQL would do, and whether a rule lets it.
//!
//! A statement is judged by its effects, wherever they stand in it: `WITH gone AS (DELETE …) SELECT …` deletes.
//! The same text can mean different things to different databases (`\'`, `--1`, `#`), so it is read in
//! several dialects, and every reading has to be permitted. What none can read is not permitted. What the
//! statement's functions, triggers and views do is not seen, but for the functions in [`ACTING_FUNCTIONS`].

mod effect;
mod read;

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use crate::checked::SqlRequirement;
use effect::{Class, Effect};

/// Whether every reading of the text does only what the requirement permits.
pub(crate) fn permits(requirement: &SqlRequirement, text: &str) -> bool {
    let Some(readings) = read::readings(text) else { return false };
    readings
        .iter()
        .flat_map(|statements| effect::effects(statements))
        .all(|effect| permits_effect(requirement, &effect))
}

/// Whether a text begins as a statement does.
pub(crate) fn begins_as_sql(text: &str) -> bool {
    read::begins_as_sql(text)
}

/// An `allow` that names no kind means reading. `allow_writes_to` admits every kind of data write to its
/// places, unless `allow` says which kinds.
fn permits_effect(requirement: &SqlRequirement, effect: &Effect) -> bool {
    let listed = requirement.allow.iter().any(|word| word == effect.kind);
    let placed = requirement.allow_writes_to.is_empty() || within(requirement, effect);
    match effect.class {
        Class::Data if requirement.allow_writes_to.is_empty() => listed,
        Class::Data => placed && (listed || !names_data_write(requirement)),
        Class::Other => listed,
        Class::Read => listed || requirement.allow.is_empty(),
        Class::Structure => listed && placed,
        Class::Unknown => false,
    }
}

fn names_data_write(requirement: &SqlRequirement) -> bool {
    requirement.allow.iter().any(|word| effect::is_data_write(word))
}

fn within(requirement: &SqlRequirement, effect: &Effect) -> bool {
    effect.targets.as_ref().is_some_and(|targets| {
        targets.iter().all(|target| requirement.allow_writes_to.iter().any(|place| lies_in(target, place)))
    })
}

/// Whether a name is the place, or lies in it. Read from the left: `staging` is the table `staging` and
/// everything in the schema `staging`, but not the table `staging` of another schema.
fn lies_in(name: &ObjectName, place: &str) -> bool {
    let mut parts = name.0.iter();
    place.split('.').all(|word| match parts.next() {
        Some(ObjectNamePart::Identifier(ident)) => is_word(ident, word),
        Some(ObjectNamePart::Function(_)) | None => false,
    })
}

/// Databases fold the case of a name that is not quoted.
fn is_word(ident: &Ident, word: &str) -> bool {
    match ident.quote_style {
        Some(_) => ident.value == word,
        None => ident.value.eq_ignore_ascii_case(word),
    }
}

#[cfg(test)]
mod tests;
