//! Members that decisions depend on, read with their types. A wrong type is an error: a server might read it
//! in a way that we do not.

use crate::error::DialectError;
use crate::json::{Kind, Value};

/// The member as a list; nothing where it is absent or null.
pub(crate) fn list<'a>(object: Value<'a>, name: &str) -> Result<Option<Value<'a>>, DialectError> {
    match present(object, name) {
        Some(value) if value.kind() != Kind::Array => Err(wrong(name, "a list")),
        value => Ok(value),
    }
}

/// The member as true or false; false where it is absent or null.
pub(crate) fn flag(object: Value<'_>, name: &str) -> Result<bool, DialectError> {
    match present(object, name) {
        Some(value) if value.kind() != Kind::Boolean => Err(wrong(name, "true or false")),
        value => Ok(value.is_some_and(|value| value.raw() == "true")),
    }
}

/// The member as a whole number, not below 0; nothing where it is absent or null.
pub(crate) fn whole(object: Value<'_>, name: &str) -> Result<Option<u64>, DialectError> {
    let read = |value: Value<'_>| value.raw().parse().map_err(|_| wrong(name, "a whole number"));
    present(object, name).map(read).transpose()
}

/// The member as a place in a list; nothing where it is absent or null.
pub(crate) fn index(object: Value<'_>, name: &str) -> Result<Option<usize>, DialectError> {
    whole(object, name)?
        .map(|index| usize::try_from(index).map_err(|_| wrong(name, "a whole number")))
        .transpose()
}

/// The member as a place in a list; an error where it is absent or null.
pub(crate) fn place(object: Value<'_>, name: &str) -> Result<usize, DialectError> {
    index(object, name)?.ok_or_else(|| wrong(name, "a whole number"))
}

/// The member as an object; an error where it is none.
pub(crate) fn object<'a>(object: Value<'a>, name: &str) -> Result<Value<'a>, DialectError> {
    object.member(name).filter(|value| value.kind() == Kind::Object).ok_or_else(|| wrong(name, "an object"))
}

/// The member as a finite number; nothing where it is absent or null.
pub(crate) fn number(object: Value<'_>, name: &str) -> Result<Option<f64>, DialectError> {
    let read = |value: Value<'_>| {
        let number = Some(value).filter(|value| value.kind() == Kind::Number);
        let number =
            number.and_then(|value| value.raw().parse().ok()).filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| wrong(name, "a number"))
    };
    present(object, name).map(read).transpose()
}

/// The member as a text that is not empty.
pub(crate) fn text(object: Value<'_>, name: &str, field: &str) -> Result<String, DialectError> {
    let text = object.member_text(name).filter(|text| !text.is_empty());
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| wrong(field, "a text that is not empty"))
}

/// The member, unless it is null.
pub(crate) fn present<'a>(object: Value<'a>, name: &str) -> Option<Value<'a>> {
    object.member(name).filter(|value| value.kind() != Kind::Null)
}

/// The error for a member of the wrong type.
pub(crate) fn wrong(field: &str, expected: &'static str) -> DialectError {
    DialectError::Wrong { field: field.to_owned(), expected }
}
