//! The credential in a secret's value: the whole of it, or a member where the value is a JSON object. Its faults name
//! nothing of the value.

use secrets::Secret;
use serde_json::Value;

/// One line of text: the value, or the text member of this name.
///
/// # Errors
/// What is wrong with the value, without any part of it.
pub fn line(value: Secret, member: Option<&str>) -> Result<Secret, &'static str> {
    let value = match member {
        None => value,
        Some(member) => text_member(&value, member)?,
    };
    let text = value.expose();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("expected one line of text");
    }
    Ok(value)
}

fn text_member(whole: &Secret, member: &str) -> Result<Secret, &'static str> {
    // What the parser has to say may quote the value.
    let json: Result<Value, _> = serde_json::from_str(whole.expose());
    match json.map_err(|_| "it is not JSON, so it has no members")?.get_mut(member).map(Value::take) {
        Some(Value::String(text)) => Ok(Secret::new(text)),
        Some(_) => Err("the member that is named is no text"),
        None => Err("it has no member of that name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_one_line_and_a_fault_says_nothing_of_it() {
        let rows = [
            ("sk-hunter2", None, Ok("sk-hunter2")),
            (r#"{"key":"sk-hunter2"}"#, Some("key"), Ok("sk-hunter2")),
            ("", None, Err("expected one line of text")),
            ("hunter2\n", None, Err("expected one line of text")),
            ("hunter2", Some("key"), Err("it is not JSON, so it has no members")),
            (r#"["hunter2"]"#, Some("key"), Err("it has no member of that name")),
            (r#"{"other":"hunter2"}"#, Some("key"), Err("it has no member of that name")),
            (r#"{"key":["hunter2"]}"#, Some("key"), Err("the member that is named is no text")),
            (r#"{"key":""}"#, Some("key"), Err("expected one line of text")),
        ];
        for (value, member, expected) in rows {
            let read = line(Secret::new(value.to_owned()), member);
            assert_eq!(read.as_ref().map(Secret::expose).map_err(|fault| *fault), expected, "{value}");
        }
    }
}
