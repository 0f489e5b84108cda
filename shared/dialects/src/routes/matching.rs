//! Whether a path is that of a row. Words must stand as the row has them; what stands for a name is taken only in
//! letters that no server reads as anything else, so that ours and the upstream's reading of a path are the same.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Route;

/// The longest name of a model.
const MAX_MODEL: usize = 2048;

/// What is escaped in a model's name.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A path that is a row's.
pub(super) struct Found {
    /// The model, without escapes.
    pub(super) model: Option<String>,
    /// Where it stands.
    pub(super) model_at: Option<Range<usize>>,
    /// Where the vendor is to work.
    pub(super) location: Option<String>,
}

/// The steps of a path, without its query.
pub(super) fn steps_of(path: &str) -> Option<Vec<&str>> {
    Some(path.strip_prefix('/')?.split('/').collect())
}

/// Fits the steps of a path to a row.
pub(super) fn find(route: &Route, given: &[&str]) -> Option<Found> {
    let (first, rest) = route.path.split_once('/').unwrap_or((route.path, ""));
    let wanted = || rest.split('/').filter(|step| !step.is_empty());
    match first.strip_suffix('?') {
        Some(word) if given.first() == Some(&word) => {
            steps(route, given, std::iter::once(word).chain(wanted()))
        }
        Some(_) => steps(route, given, wanted()),
        None => steps(route, given, std::iter::once(first).chain(wanted())),
    }
}

fn steps<'a>(route: &Route, given: &[&str], wanted: impl Iterator<Item = &'a str>) -> Option<Found> {
    let mut given = given.iter();
    let mut found = Found { model: None, model_at: None, location: None };
    let mut at = 1;
    for wanted in wanted {
        let step = given.next()?;
        if let Some(ending) = wanted.strip_prefix("{model}") {
            let name = step.strip_suffix(ending)?;
            found.model = Some(model(route, name)?);
            found.model_at = Some(at..at + name.len());
        } else if wanted == "{location}" {
            found.location = Some(is_name(step).then(|| (*step).to_owned())?);
        } else if wanted == "{}" {
            is_name(step).then_some(())?;
        } else {
            wanted.split('|').any(|word| word == *step).then_some(())?;
        }
        at += step.len() + 1;
    }
    given.next().is_none().then_some(found)
}

/// A model's name, without escapes. Only Amazon's may hold slashes.
fn model(route: &Route, escaped: &str) -> Option<String> {
    let model = percent_decode_str(escaped).decode_utf8().ok()?;
    let slashes = route.vendor == "bedrock";
    let fits = model.len() <= MAX_MODEL && model.split('/').all(is_name) && (slashes || !model.contains('/'));
    // A colon of its own ends a model's name in Google's paths.
    let colon = matches!(route.vendor, "gemini" | "vertex") && model.contains(':');
    (fits && !colon).then(|| model.into_owned())
}

/// Whether a step is one name: no dots alone, no escapes, nothing that is not a letter of names.
fn is_name(step: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:@+".contains(&byte);
    !matches!(step, "" | "." | "..") && step.bytes().all(plain)
}

/// A model's name as it stands in a path.
pub(super) fn escaped(model: &str) -> String {
    utf8_percent_encode(model, ESCAPED).to_string()
}
