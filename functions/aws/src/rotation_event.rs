//! What Secrets Manager asks the rotation function for: one step of one rotation. See the Secrets Manager user guide,
//! "Rotation by Lambda function".
//!
//! Which secret may be rotated is not decided here: the machine takes the one it is set up with and no other.

use rotation::{Step, StepRequest};
use secrets::Secret;
use serde_json::Value;

use crate::error::AwsError;

/// The longest name or ARN of a secret.
const LONGEST_SECRET: usize = 2048;

/// One step that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct RotationEvent {
    /// Which step.
    pub step: Step,
    /// The secret's ARN.
    pub secret: String,
    /// The version that is being made: the event's `ClientRequestToken`.
    pub version: String,
    /// What the service wants to see again with the value.
    pub token: Option<Secret>,
}

impl RotationEvent {
    /// Reads an event. Members that nobody knows are left alone.
    ///
    /// # Errors
    /// When this is no such event, or a member is not as it should be.
    pub fn read(event: &Value) -> Result<Self, AwsError> {
        let members = ["Step", "SecretId", "ClientRequestToken"];
        if !members.iter().any(|name| event.get(name).is_some()) {
            return Err(AwsError::NoRotation);
        }
        let secret = text(event, "`SecretId`", 1..=LONGEST_SECRET)?;
        let version = text(event, "`ClientRequestToken`", 32..=64)?;
        let token = match event.get("RotationToken") {
            None | Some(Value::Null) => None,
            Some(_) => Some(Secret::new(text(event, "`RotationToken`", 36..=256)?)),
        };
        Ok(Self { step: step(event)?, secret, version, token })
    }

    /// The step as the machine takes it.
    #[must_use]
    pub fn request(&self) -> StepRequest<'_> {
        StepRequest {
            secret: &self.secret,
            step: self.step,
            version: &self.version,
            rotation_token: self.token.as_ref(),
        }
    }
}

/// The guide spells the steps in one way and the service in the other.
fn step(event: &Value) -> Result<Step, AwsError> {
    match event.get("Step").and_then(Value::as_str) {
        Some("createSecret" | "create_secret") => Ok(Step::Create),
        Some("finishSecret" | "finish_secret") => Ok(Step::Finish),
        Some("setSecret" | "set_secret") => Ok(Step::Set),
        Some("testSecret" | "test_secret") => Ok(Step::Test),
        _ => Err(AwsError::MalformedEvent { what: "`Step`" }),
    }
}

/// A member that must be a text of this many ASCII characters. `what` is its name as messages show it.
fn text(
    event: &Value,
    what: &'static str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<String, AwsError> {
    let text = event.get(what.trim_matches('`')).and_then(Value::as_str);
    let good = |text: &&str| length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    text.filter(good).map(str::to_owned).ok_or(AwsError::MalformedEvent { what })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fake_secrets_manager::ARN;

    const VERSION: &str = "6f1c2d3e-0000-4000-8000-0123456789ab";
    const TOKEN: &str = "9a8b7c6d-0000-4000-8000-0123456789ab";

    fn event() -> Value {
        json!({"Step": "createSecret", "SecretId": ARN, "ClientRequestToken": VERSION, "RotationToken": TOKEN})
    }

    #[test]
    fn every_step_is_known_in_both_spellings() {
        let rows = [
            ("createSecret", "create_secret", Step::Create),
            ("setSecret", "set_secret", Step::Set),
            ("testSecret", "test_secret", Step::Test),
            ("finishSecret", "finish_secret", Step::Finish),
        ];
        for (one, other, step) in rows {
            for name in [one, other] {
                let mut event = event();
                event["Step"] = name.into();
                let read = RotationEvent::read(&event).unwrap();
                assert_eq!((read.step, read.secret.as_str(), read.version.as_str()), (step, ARN, VERSION));
                assert!(read.token.as_ref().unwrap().matches(TOKEN));
                assert!(!format!("{read:?}").contains(TOKEN));
            }
        }
    }

    #[test]
    fn an_event_may_have_no_token_and_members_of_tomorrow() {
        let mut event = event();
        event.as_object_mut().unwrap().remove("RotationToken");
        event["Tomorrow"] = json!({"a": 1});
        assert_eq!(RotationEvent::read(&event).unwrap().token, None);
    }

    #[test]
    fn what_is_no_step_is_refused_without_a_word_of_it() {
        let long = "hunter2".repeat(400);
        let rows = [
            ("Step", json!("CreateSecret"), "`Step`"),
            ("Step", json!("hunter2"), "`Step`"),
            ("Step", json!(["createSecret"]), "`Step`"),
            ("Step", json!(null), "`Step`"),
            ("SecretId", json!(""), "`SecretId`"),
            ("SecretId", json!(7), "`SecretId`"),
            ("SecretId", json!("hunter2\nhunter2"), "`SecretId`"),
            ("SecretId", json!(long), "`SecretId`"),
            ("ClientRequestToken", json!("hunter2"), "`ClientRequestToken`"),
            ("ClientRequestToken", json!(long), "`ClientRequestToken`"),
            ("ClientRequestToken", json!({"hunter2": 1}), "`ClientRequestToken`"),
            ("ClientRequestToken", json!("é".repeat(20)), "`ClientRequestToken`"),
            ("RotationToken", json!("hunter2"), "`RotationToken`"),
            ("RotationToken", json!(long), "`RotationToken`"),
            ("RotationToken", json!(true), "`RotationToken`"),
        ];
        for (name, value, what) in rows {
            let mut event = event();
            event[name] = value;
            let fault = RotationEvent::read(&event).unwrap_err().to_string();
            assert_eq!(fault, format!("the event's {what} cannot be read"));
        }
        for other in [json!({}), json!([]), json!("hunter2"), json!(null), json!({"version": "2.0"})] {
            assert!(matches!(RotationEvent::read(&other), Err(AwsError::NoRotation)), "{other}");
        }
    }
}
