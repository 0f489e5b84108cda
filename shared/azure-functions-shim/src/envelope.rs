//! The JSON in which the host wraps the calls of every trigger that is not proxied:
//! `{"Data": {"<input>": …}, "Metadata": {…}}`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::ShimError;
use crate::input::Input;
use crate::invocation::Invocation;

/// How many layers of JSON text are taken off a string: the host puts on one, and a binding may have put on another.
const LAYERS: usize = 2;

/// One call by envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Who calls, in the host's words.
    pub invocation: Invocation,
    data: Map<String, Value>,
    metadata: Map<String, Value>,
}

/// The how manieth try of a call this is. Only a function with a retry policy is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryContext {
    /// 0 in the first try.
    pub count: u64,
    /// The most that the policy allows; `None` when it never gives up.
    pub most: Option<u64>,
}

// === impl Call ===

impl Call {
    /// Reads what the host sent.
    ///
    /// # Errors
    /// It is not JSON, or not of this form. Members that are not known here are passed over.
    pub fn read(body: &[u8], invocation: Invocation) -> Result<Self, ShimError> {
        let whole: Value = serde_json::from_slice(body).map_err(|error| ShimError::not_json(&error))?;
        let Value::Object(mut whole) = whole else {
            return Err(ShimError::wrong_form("the call", "an object"));
        };
        let data = object(take(&mut whole, "Data"), "Data")?;
        let metadata = object(Some(take(&mut whole, "Metadata").unwrap_or_default()), "Metadata")?;
        Ok(Self { invocation, data, metadata })
    }

    /// An input, under the name that `function.json` gives it.
    ///
    /// # Errors
    /// There is none.
    pub fn input(&self, name: &str) -> Result<Input<'_>, ShimError> {
        let found = self.data.get_key_value(name).ok_or_else(|| ShimError::NoInput(name.to_owned()))?;
        Ok(Input::new(found.0, found.1, &self.metadata))
    }

    /// The input, whatever its name is, of a function with one.
    ///
    /// # Errors
    /// There are more, or none.
    pub fn only_input(&self) -> Result<Input<'_>, ShimError> {
        let mut all = self.data.iter();
        match (all.next(), all.next()) {
            (Some((name, value)), None) => Ok(Input::new(name, value, &self.metadata)),
            _ => Err(ShimError::NotOneInput(self.data.len())),
        }
    }

    /// What the host says beside the inputs, unwrapped as [`Input::json`] does.
    #[must_use]
    pub fn metadata(&self, name: &str) -> Option<Cow<'_, Value>> {
        member(&self.metadata, name).map(unwrapped)
    }

    /// Which try this is.
    #[must_use]
    pub fn retry(&self) -> Option<RetryContext> {
        let context = self.metadata("RetryContext")?;
        let context = context.as_object()?;
        let count = number(member(context, "RetryCount"))?;
        Some(RetryContext { count, most: number(member(context, "MaxRetryCount")) })
    }
}

/// A value without the layers of JSON text around it. A string that is no JSON text is itself.
pub(crate) fn unwrapped(value: &Value) -> Cow<'_, Value> {
    let mut value = Cow::Borrowed(value);
    for _ in 0..LAYERS {
        let inner = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        match inner {
            Some(inner) => value = Cow::Owned(inner),
            None => break,
        }
    }
    value
}

/// A member, in whatever case its name is written: settings of the host's serialiser decide that.
pub(crate) fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let ignoring_case = || object.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    object.get(name).or_else(|| ignoring_case().map(|(_, value)| value)).filter(|value| !value.is_null())
}

/// A number that is not negative, as a number or in a string.
pub(crate) fn number(value: Option<&Value>) -> Option<u64> {
    let value = unwrapped(value?);
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    object.remove(name).or_else(|| member(object, name).cloned())
}

fn object(value: Option<Value>, name: &'static str) -> Result<Map<String, Value>, ShimError> {
    match value {
        Some(Value::Object(object)) => Ok(object),
        Some(Value::Null) if name == "Metadata" => Ok(Map::new()),
        Some(Value::Array(_) | Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_)) | None => {
            Err(ShimError::wrong_form(name, "an object"))
        }
    }
}

#[cfg(test)]
mod tests;
