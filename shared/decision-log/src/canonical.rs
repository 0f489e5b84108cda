//! Canonical JSON: one value, one text, as RFC 8785 has it. No blanks; members sorted by the UTF-16 units of
//! their names; the shortest escapes.
//!
//! Numbers are whole: RFC 8785 writes them as a double would be, and so does this up to 2^53; beyond that it
//! keeps every digit. A number with a fraction is an error, so that no reader has to agree with ours on how
//! doubles are printed.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::error::LogError;

/// The canonical text of a value.
///
/// # Errors
/// [`LogError::Fraction`] for a number that is no 64-bit integer.
pub(crate) fn canonical(value: &Value) -> Result<String, LogError> {
    let mut text = String::new();
    write_value(&mut text, value)?;
    Ok(text)
}

fn write_value(text: &mut String, value: &Value) -> Result<(), LogError> {
    match value {
        Value::Array(items) => write_list(text, items)?,
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Null => text.push_str("null"),
        Value::Number(number) if number.is_f64() => return Err(LogError::Fraction),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::Object(members) => write_members(text, members)?,
        Value::String(string) => write_string(text, string),
    }
    Ok(())
}

fn write_list(text: &mut String, items: &[Value]) -> Result<(), LogError> {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_value(text, item)?;
    }
    text.push(']');
    Ok(())
}

fn write_members(text: &mut String, members: &Map<String, Value>) -> Result<(), LogError> {
    let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
    sorted.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
    text.push('{');
    for (index, (name, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_string(text, name);
        text.push(':');
        write_value(text, value)?;
    }
    text.push('}');
    Ok(())
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match escape(character) {
            Some(escaped) => text.push_str(&escaped),
            None => text.push(character),
        }
    }
    text.push('"');
}

fn escape(character: char) -> Option<Cow<'static, str>> {
    let short = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\0'..='\u{1f}' => return Some(Cow::Owned(format!("\\u{:04x}", u32::from(character)))),
        _ => return None,
    };
    Some(Cow::Borrowed(short))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_has_one_text() {
        let rows = [
            (
                json!({"b": 1, "a": [true, null, -2, u64::MAX]}),
                r#"{"a":[true,null,-2,18446744073709551615],"b":1}"#,
            ),
            (json!({"": {}, "A": []}), r#"{"":{},"A":[]}"#),
            // U+10000 is D800 DC00 in UTF-16, and so comes before U+FB33.
            (
                json!({"\u{fb33}": 1, "\u{10000}": 2, "\u{20ac}": 3}),
                "{\"\u{20ac}\":3,\"\u{10000}\":2,\"\u{fb33}\":1}",
            ),
            (
                json!("\"\\\u{8}\t\n\u{c}\r\u{1}\u{1f}/\u{7f}é"),
                "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001f/\u{7f}é\"",
            ),
        ];
        for (value, expected) in rows {
            assert_eq!(canonical(&value).unwrap(), expected);
        }
    }

    #[test]
    fn a_fraction_is_an_error() {
        for value in [json!(0.5), json!([{"a": 1e3}]), json!(-0.0)] {
            assert!(matches!(canonical(&value), Err(LogError::Fraction)), "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_string_is_read_back_as_it_was(text: String, name: String) {
            let value = json!({ name: text });
            let written = canonical(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        }
    }
}
