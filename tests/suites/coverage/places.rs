//! Places in bodies: where the rows of a table lead, bodies with a value at a place, and how a part names it.

use std::collections::BTreeMap;

use dialects::{Field, Reads, Way};
use serde_json::{Map, Value, json};

/// A place of each row that concerns the bodies of one way: its index, and where it leads first. With `answers`, the
/// rows of whole answers count for events, too.
pub(crate) fn of_rows(fields: &[Field], way: Way, answers: bool) -> Vec<(usize, String)> {
    let concerns = |field: &&Field| match field.way {
        Way::Answer => way == Way::Answer || way == Way::Stream && answers,
        Way::Both => way != Way::Stream || answers || field.path.starts_with('@'),
        Way::Request | Way::Stream => field.way == way,
    };
    // From the top of a body first, and in events from their own.
    let mut order: Vec<&Field> = fields.iter().filter(concerns).collect();
    order.sort_by_key(|field| (field.path.starts_with('@'), field.way != Way::Stream));
    let mut shapes: BTreeMap<&str, String> = BTreeMap::new();
    let mut before = None;
    while before != Some(shapes.len()) {
        before = Some(shapes.len());
        for field in &order {
            if let (Reads::Shape(name), Some(place)) = (field.reads, from_top(field.path, &shapes)) {
                shapes.entry(name).or_insert(place);
            }
        }
    }
    let rows = fields.iter().enumerate().filter(|(_, field)| concerns(field));
    rows.filter_map(|(row, field)| Some((row, from_top(field.path, &shapes)?))).collect()
}

/// A row's path from the top of a body: before a shape, the place of one that has it.
fn from_top(path: &str, shapes: &BTreeMap<&str, String>) -> Option<String> {
    let path = path.replace("[type=", "[][type=");
    let path = path.strip_suffix(".**").map_or(path.clone(), |above| format!("{above}.*"));
    let Some(path) = path.strip_prefix('@') else { return Some(path) };
    let name = path.split(['.', '[']).next()?;
    let (root, rest) = (shapes.get(name)?, path.strip_prefix(name)?);
    let rest = if root.ends_with(']') { rest.strip_prefix("[]").unwrap_or(rest) } else { rest };
    let rest = if root.is_empty() { rest.trim_start_matches('.') } else { rest };
    Some(format!("{root}{rest}"))
}

/// Steps, cut at dots that stand outside of brackets.
pub(crate) fn steps(place: &str) -> Vec<&str> {
    let mut inside = false;
    let cut = |char| {
        inside = (inside || char == '[') && char != ']';
        char == '.' && !inside
    };
    place.split(cut).collect()
}

fn cut(step: &str) -> (&str, Vec<&str>) {
    let (name, selectors) = step.split_at(step.find('[').unwrap_or(step.len()));
    (name, selectors.split_terminator(']').collect())
}

/// A body with a value at a place and nothing else but the types that lead there.
pub(crate) fn body(place: &str, value: &Value) -> Value {
    steps(place).into_iter().rev().fold(value.clone(), |below, step| {
        let (name, selectors) = cut(step);
        let below =
            selectors.iter().rev().fold(below, |below, selector| match selector.strip_prefix("[type=") {
                Some(word) => with_type(below, word),
                None => json!([below]),
            });
        match name {
            "" => below,
            "*" => json!({"any name": below}),
            name => json!({name: below}),
        }
    })
}

fn with_type(value: Value, word: &str) -> Value {
    let Value::Object(mut members) = value else { return json!({"type": word, "what no row names": value}) };
    members.entry("type").or_insert(word.into());
    members.into()
}

/// How a part names a place of such a body, but for the numbers of members that no row names.
pub(crate) fn field_of(place: &str) -> String {
    let mut field = String::new();
    let all = steps(place);
    for (index, step) in all.iter().enumerate() {
        let (name, selectors) = cut(step);
        match name {
            "" => {}
            "*" => field.push_str("{}"),
            name if field.is_empty() => field.push_str(name),
            name => field.extend([".", name]),
        }
        let lists = selectors.iter().filter(|selector| **selector == "[").count();
        field.push_str(&"[0]".repeat(lists));
        if index + 1 == all.len() && selectors.last().is_some_and(|last| last.starts_with("[type")) {
            field.push_str("{}");
        }
    }
    field
}

/// A part's field without the numbers of members that no row names.
pub(crate) fn without_numbers(field: &str) -> String {
    let mut inside = false;
    let keep = |char: &char| {
        inside = (inside || *char == '{') && *char != '}';
        !inside || *char == '{'
    };
    field.chars().filter(keep).collect()
}

/// A place of a member `type`, without the word that would stand there.
pub(crate) fn without_lost_type(place: &str) -> String {
    match place.strip_suffix("].type").and_then(|above| above.rsplit_once("[type=")) {
        Some((above, word)) if !word.contains(']') => {
            format!("{above}.type").trim_start_matches('.').to_owned()
        }
        _ => place.to_owned(),
    }
}

/// A place without words of types, but for one of its own.
pub(crate) fn without_types(place: &str) -> String {
    if place.rsplit_once('[').is_some_and(|(_, last)| last.starts_with("type=") && last.ends_with(']')) {
        return place.to_owned();
    }
    let mut pieces = place.split("[type=");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |all, piece| all + piece.split_once(']').map_or("", |(_, rest)| rest))
}

/// Adds members that a body has not.
pub(crate) fn fill(body: &mut Value, from: &Value) {
    let (Value::Object(members), Value::Object(more)) = (body, from) else { return };
    for (name, value) in more {
        fill(members.entry(name.clone()).or_insert_with(|| value.clone()), value);
    }
}

/// The objects that stand at a place, elements of lists each.
pub(crate) fn objects_at<'a>(body: &'a mut Value, place: &str) -> Vec<&'a mut Map<String, Value>> {
    let mut values = vec![body];
    for step in steps(place) {
        let (name, selectors) = cut(step);
        let below = |value: &'a mut Value| if name.is_empty() { Some(value) } else { value.get_mut(name) };
        let elements = |value: &'a mut Value| match value {
            Value::Array(elements) => elements.iter_mut().collect(),
            other => vec![other],
        };
        let word = selectors.iter().find_map(|selector| selector.strip_prefix("[type="));
        let fits = |value: &&'a mut Value| word.is_none_or(|word| value["type"] == word);
        values = values.into_iter().filter_map(below).flat_map(elements).filter(fits).collect();
    }
    values.into_iter().filter_map(Value::as_object_mut).collect()
}
