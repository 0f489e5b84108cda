//! Reads Bicep as the files of this repository are written: one member on a line, a block opened at the end of a line and
//! closed at the beginning of another. It knows what is declared and what is named, not what is meant: it is no compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::str::Lines;

use serde_json::{Map, Value};

/// Words of the language, and its functions that are used.
const WORDS: &str = "array array bool concat cidrSubnet deployer empty endsWith environment existing extensionResourceId fail \
    false filter for guid if in int json last length loadJsonContent map max min null object output param \
    readEnvironmentVariable replace resource resourceGroup resourceId split startsWith string subscription \
    subscriptionResourceId targetScope toLower true union uniqueString using var";

/// The member under which the text before a block is kept, such as `[for one in all: {`.
pub const BEFORE: &str = "(before)";

/// What a file declares, one thing each.
#[derive(Debug)]
pub struct Declared {
    /// `param`, `var`, `resource`, `module`, `output`, or another word that begins a line.
    pub word: String,
    /// What it is called.
    pub name: String,
    /// The type of a parameter or an output, the type of a resource without its version, the path of a module.
    pub kind: String,
    /// The decorators before it.
    pub decorators: Vec<String>,
    /// Its value; nothing for a parameter without a default.
    pub value: Value,
    /// The text between the name and the value.
    pub between: String,
}

impl Declared {
    /// The text of a member, named by its path; nothing where it is none.
    #[must_use]
    pub fn at(&self, path: &str) -> &str {
        self.value.pointer(path).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it is made here, not elsewhere.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.word == "resource" && !self.between.contains(" existing")
    }
}

/// What a file declares, in its order.
#[must_use]
pub fn declared(text: &str) -> Vec<Declared> {
    let (mut all, mut decorators) = (Vec::new(), Vec::new());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.starts_with('@') {
            decorators.push(with_lists(line, &mut lines));
        } else if !line.is_empty() && !line.starts_with("//") {
            all.push(one(line, std::mem::take(&mut decorators), &mut lines));
        }
    }
    all
}

fn one(line: &str, decorators: Vec<String>, lines: &mut Peekable<Lines<'_>>) -> Declared {
    let (head, value) = line.split_once(" = ").map_or((line, None), |(head, value)| (head, Some(value)));
    let mut words = head.splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default().to_owned();
    let (word, name, between) = (next(), next(), next());
    let kind = between.split('\'').nth(1).unwrap_or(&between);
    let kind = kind.split('@').next().unwrap_or_default().to_owned();
    let value = value.map_or(Value::Null, |value| self::value(value, lines));
    Declared { word, name, kind, decorators, value, between }
}

/// A decorator whose list goes on over lines.
fn with_lists(line: &str, lines: &mut Peekable<Lines<'_>>) -> String {
    let mut whole = line.to_owned();
    while whole.ends_with('[') || whole.contains("([") && !whole.ends_with("])") {
        let Some(next) = lines.next() else { break };
        whole.push(' ');
        whole.push_str(next.trim());
        if next.trim() == "])" {
            break;
        }
    }
    whole
}

fn value(text: &str, lines: &mut Peekable<Lines<'_>>) -> Value {
    let opened = [("{", true), ("[", false)]
        .into_iter()
        .find_map(|(sign, object)| Some((text.strip_suffix(sign)?, object)));
    match opened {
        Some((before, true)) => {
            let mut members = members(lines);
            if !before.is_empty() {
                members.insert(BEFORE.to_owned(), Value::String(before.trim().to_owned()));
            }
            Value::Object(members)
        }
        Some((_, false)) => Value::Array(items(lines)),
        None => Value::String(literal(text).to_owned()),
    }
}

fn members(lines: &mut Peekable<Lines<'_>>) -> Map<String, Value> {
    let mut members = Map::new();
    while let Some(line) = lines.next().map(str::trim) {
        if line.starts_with('}') {
            break;
        }
        if let Some((name, inner)) = line.split_once(": ").filter(|_| !line.starts_with("//")) {
            members.insert(literal(name).to_owned(), value(inner, lines));
        }
    }
    members
}

fn items(lines: &mut Peekable<Lines<'_>>) -> Vec<Value> {
    let mut items = Vec::new();
    while let Some(line) = lines.next().map(str::trim) {
        if line.starts_with(']') {
            break;
        }
        if !line.is_empty() && !line.starts_with("//") {
            items.push(value(line, lines));
        }
    }
    items
}

/// A text without its quotes, where it is one and nothing else.
fn literal(text: &str) -> &str {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inner.filter(|inner| !inner.contains('\'')).unwrap_or(text)
}

/// What is wrong with the names of a file: those that nothing declares, and what is declared and never named.
#[must_use]
pub fn misnamed(text: &str) -> Vec<String> {
    let declared = declared(text);
    let known: BTreeSet<_> =
        declared.iter().map(|one| one.name.as_str()).chain(WORDS.split_whitespace()).collect();
    let named = named(text);
    let mut faults: Vec<_> = named
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .map(|name| format!("nothing declares `{name}`"))
        .collect();
    for one in declared.iter().filter(|one| ["param", "var"].contains(&one.word.as_str())) {
        if !named.contains(&one.name) {
            faults.push(format!("nothing names `{}`", one.name));
        }
    }
    faults
}

/// Every name in an expression, but for those of loops and lambdas.
fn named(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("//")
            || line.starts_with('@')
            || line.starts_with("metadata ")
            || line.starts_with("using ")
        {
            continue;
        }
        let head = ["param ", "var ", "resource ", "module ", "output ", "targetScope "];
        let expression = match head.iter().any(|word| line.starts_with(word)) {
            true => line.split_once(" = ").map_or("", |(_, rest)| rest),
            false => line,
        };
        named.extend(words(&code(expression)));
    }
    let own: BTreeSet<_> = text.lines().flat_map(bound).collect();
    named.difference(&own).cloned().collect()
}

/// The names that a loop or a lambda makes.
fn bound(line: &str) -> Vec<String> {
    let looped = line.split("[for ").nth(1).and_then(|rest| rest.split(" in ").next()).unwrap_or_default();
    let lambda =
        line.split(" => ").next().filter(|_| line.contains(" => ")).and_then(|rest| rest.rsplit(' ').next());
    let both = format!("{looped} {}", lambda.unwrap_or_default());
    both.split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A line without its texts, but with what stands in their placeholders.
fn code(line: &str) -> String {
    let (mut code, mut in_text, mut depth) = (String::new(), false, 0);
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if in_text => _ = signs.next(),
            '\'' => in_text = !in_text,
            '$' if in_text && signs.peek() == Some(&'{') => {
                code.push(' ');
                _ = signs.next();
                (in_text, depth) = (false, depth + 1);
            }
            '}' if !in_text && depth > 0 => {
                code.push(' ');
                (in_text, depth) = (true, depth - 1);
            }
            _ if !in_text => code.push(sign),
            _ => {}
        }
    }
    code
}

/// The words of an expression that name something: no member of something else, and no name of a member.
fn words(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = code;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let length =
            rest.find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')).unwrap_or(rest.len());
        if length == 0 {
            before = first;
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(length);
        // A loop's head ends like a member's name: `[for one in all: {`.
        let is_member = after.starts_with(": ") && !(code.contains("[for ") && after == ": {");
        if before != '.' && !first.is_ascii_digit() && !is_member {
            found.insert(word.to_owned());
        }
        (rest, before) = (after, ' ');
    }
    found
}

/// The variables of a file whose values are literals.
#[must_use]
pub fn literals(declared: &[Declared]) -> BTreeMap<&str, &str> {
    let vars = declared.iter().filter(|one| one.word == "var");
    vars.filter_map(|one| Some((one.name.as_str(), one.value.as_str()?))).collect()
}
