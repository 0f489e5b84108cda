//! YAML text as a tree with places. JSON is YAML, so it is read here, too. It knows nothing of policies.
//!
//! What comes from outside is bounded: the text, the depth, and what aliases expand to. Tags, merge keys
//! (`<<`), keys that are not text, and a second document are refused.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use crate::faults::{Fault, Place};

/// The largest document, in bytes.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The deepest nesting of lists and maps.
pub(crate) const MAX_DEPTH: usize = 64;
/// What all aliases together may add, in bytes.
pub(crate) const MAX_EXPANSION: usize = 1024 * 1024;
/// What a node counts for in an expansion beside its text, in bytes.
const NODE_BYTES: usize = 16;

/// A node. Aliases share what they stand for.
#[derive(Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it begins.
    pub(crate) place: Place,
    /// Levels of lists and maps in it, this one included.
    height: usize,
    /// Bytes of all text in it, with what each node counts.
    size: usize,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A list.
    List(Vec<Rc<Node>>),
    /// A map, without duplicates, in the order of the text.
    Map(Vec<(Key, Rc<Node>)>),
    /// Anything else.
    Scalar(Scalar),
}

/// A key of a map.
#[derive(Debug)]
pub(crate) struct Key {
    /// The text.
    pub(crate) text: String,
    /// Where it begins.
    pub(crate) place: Place,
}

/// A scalar, resolved by the core schema of YAML 1.2.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A number with a fraction or an exponent, or one too large for a whole one.
    Float(f64),
    /// Nothing at all, `~` or `null`.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
}

impl Node {
    /// What a person would call it.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
            Kind::Scalar(Scalar::Bool(_)) => "true or false",
            Kind::Scalar(Scalar::Float(_) | Scalar::Whole(_)) => "a number",
            Kind::Scalar(Scalar::Null) => "nothing",
            Kind::Scalar(Scalar::Text(_)) => "text",
        }
    }

    /// The same as a JSON value. A number that JSON cannot hold becomes `null`.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::List(items) => items.iter().map(|item| item.to_json()).collect(),
            Kind::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.text.clone(), value.to_json()));
                serde_json::Value::Object(entries.collect())
            }
            Kind::Scalar(Scalar::Bool(value)) => (*value).into(),
            Kind::Scalar(Scalar::Float(value)) => (*value).into(),
            Kind::Scalar(Scalar::Null) => serde_json::Value::Null,
            Kind::Scalar(Scalar::Text(text)) => text.as_str().into(),
            Kind::Scalar(Scalar::Whole(value)) => (*value).into(),
        }
    }
}

/// Reads a text. `None` where there is nothing that can be read on; faults that leave a tree to look at
/// (duplicate keys, tags) are reported beside it.
pub(crate) fn read(source: &str, faults: &mut Vec<Fault>) -> Option<Rc<Node>> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if source.len() > MAX_BYTES {
        let message = format!("the document is larger than {} MiB", MAX_BYTES / 1024 / 1024);
        faults.push(fault(Place { line: 1, column: 1 }, message));
        return None;
    }
    let mut builder = Builder { faults, open: Vec::new(), anchors: HashMap::new(), expanded: 0, root: None };
    let mut parser = Parser::new_from_str(source);
    while let Some(event) = parser.next_event() {
        let step = match event {
            Ok((event, span)) => builder.take(event, place(&span.start)),
            Err(error) => Err(syntax(&error)),
        };
        if let Err(stop) = step {
            builder.faults.push(stop);
            return None;
        }
    }
    if builder.root.is_none() {
        let message = "the document is empty: expected `apiVersion`, `kind` and `spec`".to_owned();
        builder.faults.push(fault(Place { line: 1, column: 1 }, message));
    }
    builder.root
}

/// Builds the tree from events; a returned fault ends the reading.
struct Builder<'a> {
    faults: &'a mut Vec<Fault>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    expanded: usize,
    root: Option<Rc<Node>>,
}

/// A list or a map that has begun and not ended.
struct Open {
    place: Place,
    anchor: usize,
    height: usize,
    size: usize,
    content: Content,
}

enum Content {
    List(Vec<Rc<Node>>),
    Map { entries: Vec<(Key, Rc<Node>)>, names: HashSet<String>, key: PendingKey },
}

/// What stands before the colon of an entry whose value is still to come.
enum PendingKey {
    /// No entry has begun.
    None,
    /// The key is refused, and its value will be dropped.
    Refused,
    /// The key.
    Taken(Key),
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), Fault> {
        match event {
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(fault(place, "a second document begins here: expected one".to_owned()))
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), place);
                let content =
                    Content::Map { entries: Vec::new(), names: HashSet::new(), key: PendingKey::None };
                self.open(content, anchor, place)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), place);
                self.open(Content::List(Vec::new()), anchor, place)
            }
            Event::MappingEnd | Event::SequenceEnd => self.close(),
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), place);
                let size = text.len().saturating_add(NODE_BYTES);
                let scalar = resolve(&text, style);
                self.add(Node { kind: Kind::Scalar(scalar), place, height: 0, size }, anchor)
            }
            Event::DocumentEnd
            | Event::DocumentStart(_)
            | Event::Nothing
            | Event::StreamEnd
            | Event::StreamStart => Ok(()),
        }
    }

    fn refuse_tag(&mut self, tag: Option<&saphyr_parser::Tag>, place: Place) {
        if tag.is_some() {
            self.faults.push(fault(place, "tags such as `!!str` are not supported".to_owned()));
        }
    }

    fn open(&mut self, content: Content, anchor: usize, place: Place) -> Result<(), Fault> {
        self.check_depth(1, place)?;
        self.open.push(Open { place, anchor, height: 0, size: NODE_BYTES, content });
        Ok(())
    }

    fn check_depth(&self, height: usize, place: Place) -> Result<(), Fault> {
        if self.open.len().saturating_add(height) > MAX_DEPTH {
            return Err(fault(place, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let kind = match open.content {
            Content::List(items) => Kind::List(items),
            Content::Map { entries, .. } => Kind::Map(entries),
        };
        let node = Node { kind, place: open.place, height: open.height.saturating_add(1), size: open.size };
        self.add(node, open.anchor)
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Fault> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err(fault(place, "an alias inside of what it stands for".to_owned()));
        };
        self.check_depth(node.height, place)?;
        self.expanded = self.expanded.saturating_add(node.size);
        if self.expanded > MAX_EXPANSION {
            return Err(fault(place, "aliases expand to more than 1 MiB".to_owned()));
        }
        self.place_node(node);
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        let node = Rc::new(node);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.place_node(node);
        Ok(())
    }

    fn place_node(&mut self, node: Rc<Node>) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        open.height = open.height.max(node.height);
        open.size = open.size.saturating_add(node.size);
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, names, key } => match std::mem::replace(key, PendingKey::None) {
                PendingKey::None => *key = pending_key(&node, names, self.faults),
                PendingKey::Refused => {}
                PendingKey::Taken(key) => entries.push((key, node)),
            },
        }
    }
}

fn pending_key(node: &Node, names: &mut HashSet<String>, faults: &mut Vec<Fault>) -> PendingKey {
    let text = match &node.kind {
        Kind::Scalar(Scalar::Text(text)) => text.clone(),
        Kind::Scalar(Scalar::Bool(value)) => value.to_string(),
        Kind::Scalar(Scalar::Whole(value)) => value.to_string(),
        Kind::Scalar(Scalar::Float(_) | Scalar::Null) | Kind::List(_) | Kind::Map(_) => {
            faults.push(fault(node.place, format!("expected a name as the key, found {}", node.describe())));
            return PendingKey::Refused;
        }
    };
    if text == "<<" {
        let message = "merge keys (`<<`) are not supported: repeat the fields, or alias a whole value";
        faults.push(fault(node.place, message.to_owned()));
        return PendingKey::Refused;
    }
    if !names.insert(text.clone()) {
        faults.push(fault(node.place, format!("`{}` stands twice in this map", crate::read::shorten(&text))));
        return PendingKey::Refused;
    }
    PendingKey::Taken(Key { text, place: node.place })
}

fn resolve(text: &str, style: ScalarStyle) -> Scalar {
    if style != ScalarStyle::Plain {
        return Scalar::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ => number(text).unwrap_or_else(|| Scalar::Text(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Scalar> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(Scalar::Float(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Scalar::Float(f64::NAN));
    }
    // Rust reads words such as `infinity`, too, which YAML does not.
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !unsigned.chars().all(numeric) {
        return None;
    }
    match text.parse::<i64>() {
        Ok(whole) => Some(Scalar::Whole(whole)),
        Err(_) => text.parse::<f64>().ok().map(Scalar::Float),
    }
}

fn radix(digits: &str, radix: u32) -> Option<Scalar> {
    let digits = Some(digits).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))?;
    i64::from_str_radix(digits, radix).ok().map(Scalar::Whole)
}

fn place(marker: &Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col().saturating_add(1) }
}

fn syntax(error: &ScanError) -> Fault {
    fault(place(error.marker()), format!("not YAML: {}", error.info()))
}

fn fault(place: Place, message: String) -> Fault {
    Fault { place, rule: None, message }
}

#[cfg(test)]
mod tests;
