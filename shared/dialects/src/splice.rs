//! Changes to a text as splices of its bytes: what no splice covers stays as it was written.

use std::ops::Range;

use crate::json::{Value, encode};

/// The changes to one text, in any order.
#[derive(Debug, Default)]
pub(crate) struct Splices {
    list: Vec<(Range<usize>, String)>,
}

impl Splices {
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts a text in the place of a string's text, or a string in the place of any other value. A number stays
    /// one when the text is one.
    pub(crate) fn text(&mut self, value: Value<'_>, text: &str) {
        let span = value.span();
        if value.text().is_some() {
            self.list.push((span.start.saturating_add(1)..span.end.saturating_sub(1), encode(text)));
        } else if serde_json::from_str::<serde_json::Number>(text).is_ok() {
            self.list.push((span, text.to_owned()));
        } else {
            self.list.push((span, literal(text)));
        }
    }

    /// Puts JSON in the place of a value.
    pub(crate) fn value(&mut self, value: Value<'_>, json: String) {
        self.list.push((value.span(), json));
    }

    /// Puts JSON, or raw text into a string, at the beginning of what a list, an object or a string holds.
    pub(crate) fn front(&mut self, value: Value<'_>, json: String) {
        let start = value.span().start.saturating_add(1);
        self.list.push((start..start, json));
    }

    /// Sets a member of an object.
    pub(crate) fn member(&mut self, object: Value<'_>, name: &str, json: String) {
        if let Some(value) = object.member(name) {
            return self.value(value, json);
        }
        let comma = if object.members().next().is_some() { "," } else { "" };
        self.front(object, format!("{}:{json}{comma}", literal(name)));
    }

    /// Takes members out of an object, with their commas.
    pub(crate) fn remove_members(&mut self, object: Value<'_>, names: &[&str]) {
        let children = object.members().map(|(name, value)| {
            let gone = name.text().is_some_and(|name| names.contains(&name.as_ref()));
            (name.span().start..value.span().end, gone)
        });
        self.remove(&children.collect::<Vec<_>>());
    }

    /// Takes elements out of a list, with their commas. `gone` is asked for each element's place in the list.
    pub(crate) fn remove_elements(&mut self, list: Value<'_>, gone: impl Fn(usize) -> bool) {
        let children = list.elements().enumerate().map(|(index, value)| (value.span(), gone(index)));
        self.remove(&children.collect::<Vec<_>>());
    }

    /// The text with all changes. What stands in a removed place is gone, also where it was changed.
    pub(crate) fn apply(mut self, source: &str) -> String {
        self.list.sort_by_key(|(span, _)| (span.start, span.start != span.end, std::cmp::Reverse(span.end)));
        let mut out = String::with_capacity(source.len());
        let mut at = 0;
        for (span, json) in &self.list {
            if span.start < at {
                continue;
            }
            out.push_str(source.get(at..span.start).unwrap_or_default());
            out.push_str(json);
            at = span.end;
        }
        out.push_str(source.get(at..).unwrap_or_default());
        out
    }

    /// Each child goes with the comma before it; before the first that stays, with the comma after it.
    fn remove(&mut self, children: &[(Range<usize>, bool)]) {
        let mut before: Option<usize> = None;
        let mut kept = false;
        for (index, (span, gone)) in children.iter().enumerate() {
            if *gone {
                let next = children.get(index + 1).map_or(span.end, |(next, _)| next.start);
                let cut = if kept { before.unwrap_or(span.start)..span.end } else { span.start..next };
                self.list.push((cut, String::new()));
            }
            kept |= !gone;
            before = Some(span.end);
        }
    }
}

/// A text as a JSON literal.
pub(crate) fn literal(text: &str) -> String {
    format!("\"{}\"", encode(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;

    #[test]
    fn removing_leaves_a_list_that_reads() {
        let source = r#"{"l":[ 1 , "b",[3] , {"d":4} ]}"#;
        let document = Document::read(source.into()).unwrap();
        let list = document.root().member("l").unwrap();
        let all = serde_json::from_str::<Vec<serde_json::Value>>(list.raw()).unwrap();
        for gone in 0..16_usize {
            let mut splices = Splices::default();
            splices.remove_elements(list, |index| gone >> index & 1 == 1);
            let left: serde_json::Value = serde_json::from_str(&splices.apply(source)).unwrap();
            let wanted =
                all.iter().enumerate().filter(|(index, _)| gone >> index & 1 == 0).map(|(_, value)| value);
            assert_eq!(left["l"], wanted.cloned().collect::<serde_json::Value>(), "{gone:b}");
        }
    }

    #[test]
    fn members_are_set_replaced_and_removed_where_they_stand() {
        let rows = [
            (r#"{ "a": 1, "b" : 2 }"#, r#"{"x":9, "a": 1 }"#),
            (r#"{"x":1,"b":2}"#, r#"{"x":9}"#),
            (r#"{"b":2,"a":1}"#, r#"{"x":9,"a":1}"#),
            ("{}", r#"{"x":9}"#),
        ];
        for (source, wanted) in rows {
            let document = Document::read(source.into()).unwrap();
            let mut splices = Splices::default();
            splices.member(document.root(), "x", "9".to_owned());
            splices.remove_members(document.root(), &["b"]);
            assert_eq!(splices.apply(source), wanted);
        }
    }

    #[test]
    fn a_change_within_what_is_removed_goes_with_it() {
        let source = r#"["secret",1]"#;
        let document = Document::read(source.into()).unwrap();
        let mut splices = Splices::default();
        splices.text(document.root().elements().next().unwrap(), "[X]");
        splices.remove_elements(document.root(), |index| index == 0);
        assert_eq!(splices.apply(source), "[1]");
    }
}
