//! Reads the fields of one map of the key file, and collects every fault with the path of its field. Values
//! are never repeated in a fault where they could be a key.

use serde_json::{Map, Value};

use super::listed;

/// The fields of one map.
pub(super) struct Fields<'a> {
    at: String,
    entries: &'a Map<String, Value>,
    faults: &'a mut Vec<String>,
    faulty: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The fields of a value that must be a map with no others than these.
    pub(super) fn new(
        value: &'a Value,
        at: String,
        known: &[&str],
        faults: &'a mut Vec<String>,
    ) -> Option<Self> {
        let Some(entries) = value.as_object() else {
            let at = if at.is_empty() { at } else { format!("{at}: ") };
            faults.push(format!("{at}expected a map with {}", listed(known)));
            return None;
        };
        for name in entries.keys().filter(|name| !known.contains(&name.as_str())) {
            let name: String = name.chars().take(64).collect();
            let path = path(&at, &name);
            faults.push(format!("{path}: unknown field; known are {}", listed(known)));
        }
        Some(Self { at, entries, faults, faulty: Vec::new() })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Whether a fault of this field was told.
    pub(super) fn is_faulty(&self, name: &str) -> bool {
        self.faulty.contains(&name)
    }

    pub(super) fn fault(&mut self, name: &'static str, message: &str) {
        self.faults.push(format!("{}: {message}", path(&self.at, name)));
        self.faulty.push(name);
    }

    /// Text that must be there, and not be empty.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let text = self.entries.get(name).and_then(Value::as_str).filter(|text| is_name(text));
        if text.is_none() {
            self.fault(name, "expected text of 1 to 256 characters");
        }
        text.map(str::to_owned)
    }

    /// Texts: one or a list of them; none where the field is absent.
    pub(super) fn texts(&mut self, name: &'static str) -> Vec<String> {
        let values = match self.entries.get(name) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        let texts: Option<Vec<String>> = values
            .iter()
            .map(|value| value.as_str().filter(|text| is_name(text)).map(str::to_owned))
            .collect();
        if texts.is_none() {
            self.fault(name, "expected a list of texts of 1 to 256 characters");
        }
        texts.unwrap_or_default()
    }

    /// True or false; false where the field is absent.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        match self.entries.get(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.fault(name, "expected `true` or `false`");
                false
            }
        }
    }

    /// A list, each item read by `read`, which is told its path; none where the field is absent.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&Value, String, &mut Vec<String>) -> Option<T>,
    ) -> Vec<T> {
        let items = match self.entries.get(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fault(name, "expected a list");
                return Vec::new();
            }
        };
        let at = path(&self.at, name);
        let read = |(index, item)| read(item, format!("{at}[{index}]"), self.faults);
        items.iter().enumerate().filter_map(read).collect()
    }
}

fn path(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn is_name(text: &str) -> bool {
    (1..=256).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}
