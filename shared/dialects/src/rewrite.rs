//! Puts changed texts back where they came from.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::DialectError;
use crate::json::Document;
use crate::splice::Splices;
use crate::walk::{Origin, Walked};

/// New texts for parts, by index. Of two for one part the later holds.
pub(crate) fn texts(
    document: &Document,
    walked: &Walked,
    edits: &[(usize, String)],
) -> Result<Splices, DialectError> {
    let edits: BTreeMap<usize, &str> = edits.iter().map(|(part, text)| (*part, text.as_str())).collect();
    let mut outer = Splices::default();
    let mut inners: BTreeMap<usize, Splices> = BTreeMap::new();
    let mut names = Names::default();
    for (part, text) in edits {
        let (Some(old), Some(origin)) = (walked.parts.get(part), walked.origins.get(part)) else {
            return Err(DialectError::Misplaced { part });
        };
        match origin {
            Origin::Content => return Err(DialectError::Misplaced { part }),
            _ if old.text == text => {}
            Origin::Sealed { .. } => return Err(DialectError::Signed { field: old.part.field.clone() }),
            Origin::Text { inner, id, object } => {
                let (document, splices) =
                    match inner.and_then(|inner| Some((inner, walked.inners.get(inner)?))) {
                        Some((number, inner)) => (&inner.document, inners.entry(number).or_default()),
                        None => (document, &mut outer),
                    };
                let text = match object {
                    Some(object) => names.unique(document, (*inner, *object), text),
                    None => text.to_owned(),
                };
                if let Some(value) = document.value(*id) {
                    splices.text(value, &text);
                }
            }
        }
    }
    for (number, splices) in inners {
        let inner = walked.inners.get(number);
        if let Some((inner, value)) = inner.and_then(|inner| Some((inner, document.value(inner.id)?))) {
            outer.text(value, &splices.apply(inner.document.source()));
        }
    }
    Ok(outer)
}

/// The member names in use in objects whose names are changed: covering two names must not make them one.
#[derive(Default)]
struct Names {
    used: BTreeMap<(Option<usize>, usize), BTreeSet<String>>,
    counts: BTreeMap<(Option<usize>, usize, String), usize>,
}

impl Names {
    fn unique(&mut self, document: &Document, object: (Option<usize>, usize), text: &str) -> String {
        let used = self.used.entry(object).or_insert_with(|| {
            let members = document.value(object.1).into_iter().flat_map(|value| value.members());
            members.filter_map(|(name, _)| name.text().map(std::borrow::Cow::into_owned)).collect()
        });
        let count = self.counts.entry((object.0, object.1, text.to_owned())).or_insert(1);
        let mut name = text.to_owned();
        while !used.insert(name.clone()) {
            *count += 1;
            name = format!("{text} ({count})");
        }
        name
    }
}
