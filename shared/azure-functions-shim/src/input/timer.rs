//! A timer: whether it comes late, and when it comes again.

use serde_json::{Map, Value};

use crate::ShimError;
use crate::envelope::{member, unwrapped};

/// The state of a timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Whether this run comes later than it was due.
    pub past_due: bool,
    /// When it ran and will run. `None` when the function has no monitor (`useMonitor: false`).
    pub status: Option<ScheduleStatus>,
}

/// When a timer ran and will run, as the host writes times (ISO 8601). It writes the year 1 for never.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleStatus {
    /// The last run.
    pub last: Option<String>,
    /// When this was last changed.
    pub last_updated: Option<String>,
    /// The next run.
    pub next: Option<String>,
}

pub(super) fn read(name: &str, value: &Value) -> Result<Timer, ShimError> {
    let timer = value.as_object().ok_or_else(|| ShimError::wrong_form(name, "a timer's state, an object"))?;
    let past_due = match member(timer, "IsPastDue").map(unwrapped).as_deref() {
        None => false,
        Some(value) => value.as_bool().ok_or_else(|| ShimError::wrong_form("IsPastDue", "true or false"))?,
    };
    let status = member(timer, "ScheduleStatus").and_then(Value::as_object).map(status);
    Ok(Timer { past_due, status })
}

fn status(status: &Map<String, Value>) -> ScheduleStatus {
    let time = |name| member(status, name).and_then(Value::as_str).map(str::to_owned);
    ScheduleStatus { last: time("Last"), last_updated: time("LastUpdated"), next: time("Next") }
}
