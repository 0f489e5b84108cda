//! What can go wrong in a rotation: what, where, and what to do about it. No message holds any part of a
//! value; who makes one of these for a store or a service keeps to that.

use secrets::SecretError;
use thiserror::Error;

use crate::store::VersionStage;

/// The most characters of a text from outside that a message shows.
const SHOWN: usize = 200;

/// Who has to act on a [`RotationError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationFault {
    /// The operator: a setting, a permission or a value is wrong.
    Operator,
    /// The scheduler: it asked for something that cannot be done in the secret's state.
    Scheduler,
    /// A store or a service: it may answer the next time.
    Service,
}

/// Why a rotation did not go on. The secret's stages are as they were before the step, but for
/// [`RotationError::Stale`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RotationError {
    /// A stage was moved, or a version written, by somebody else meanwhile.
    #[error("secret `{secret}` was changed by somebody else meanwhile: {reason}; run the rotation again")]
    Conflict {
        /// The secret's name.
        secret: String,
        /// What was found.
        reason: String,
    },
    /// A store or a service does not let us.
    #[error("there is no permission to {action}: {reason}")]
    Denied {
        /// What was to be done, with the name of what it was to be done to.
        action: String,
        /// What the other side said.
        reason: String,
    },
    /// Rotation is switched off for the secret.
    #[error("rotation is not enabled for secret `{secret}`; enable it first")]
    Disabled {
        /// The secret's name.
        secret: String,
    },
    /// There is a value, but not one that can be used.
    #[error("the {stage} value of secret `{secret}` cannot be used: {reason}")]
    Invalid {
        /// The secret's name.
        secret: String,
        /// The stage of the value.
        stage: VersionStage,
        /// What is wrong with it, without any part of it.
        reason: String,
    },
    /// There is no such secret, or no value in that stage.
    #[error("secret `{secret}` has no {stage} value; store one, then rotate")]
    Missing {
        /// The secret's name.
        secret: String,
        /// The stage that was looked for.
        stage: VersionStage,
    },
    /// The version is there, but it is not being rotated to.
    #[error("version `{version}` of secret `{secret}` is not pending; start a new rotation")]
    NotPending {
        /// The secret's name.
        secret: String,
        /// The version.
        version: String,
    },
    /// The rotation of another secret was asked for.
    #[error("this function rotates secret `{configured}` and no other, but was asked for `{secret}`")]
    OtherSecret {
        /// The secret that was asked for.
        secret: String,
        /// The one that may be rotated.
        configured: String,
    },
    /// The system gives no random bytes.
    #[error("there are no random bytes: {reason}")]
    Randomness {
        /// What happened.
        reason: String,
    },
    /// A service understood and said no.
    #[error("{service} refused to {action}: {reason}")]
    Refused {
        /// The service.
        service: String,
        /// What was to be done.
        action: String,
        /// What it answered.
        reason: String,
    },
    /// The pending value can never become current any more. Its stage was dropped, so that a new rotation can
    /// start.
    #[error("the pending value of secret `{secret}` was given up: {reason}; start a new rotation")]
    Stale {
        /// The secret's name.
        secret: String,
        /// Why.
        reason: String,
    },
    /// The previous value is still in its overlap, which a rotation would end.
    #[error(
        "secret `{secret}` was rotated a short while ago and its previous value is good until {until_ms} (Unix milliseconds); rotate after that"
    )]
    TooSoon {
        /// The secret's name.
        secret: String,
        /// When a rotation may start, in Unix milliseconds.
        until_ms: u64,
    },
    /// The scheduler names a version that the secret does not have.
    #[error("secret `{secret}` has no version `{version}`; start a new rotation")]
    UnknownVersion {
        /// The secret's name.
        secret: String,
        /// The version that was asked for.
        version: String,
    },
    /// The new credential is not accepted. New ones may need a while.
    #[error(
        "the {stage} credential of secret `{secret}` is not accepted by {service}: {reason}; try again shortly"
    )]
    Unproven {
        /// The secret's name.
        secret: String,
        /// The stage of the credential.
        stage: VersionStage,
        /// Who does not accept it.
        service: String,
        /// What it answered.
        reason: String,
    },
    /// A store or a service does not answer, or not in time, or is too busy.
    #[error("{service} could not {action}: {reason}")]
    Unreachable {
        /// The store or service.
        service: String,
        /// What was to be done.
        action: String,
        /// What happened.
        reason: String,
    },
    /// The function that runs the rotation lacks something that the strategy works with.
    #[error("strategy `{strategy}` needs {tool}, which this function does not have; choose another strategy")]
    WithoutTool {
        /// The strategy's id.
        strategy: String,
        /// What is lacking.
        tool: String,
    },
}

impl RotationError {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> RotationFault {
        match self {
            Self::Denied { .. }
            | Self::Disabled { .. }
            | Self::Invalid { .. }
            | Self::Missing { .. }
            | Self::Refused { .. }
            | Self::WithoutTool { .. } => RotationFault::Operator,
            Self::Conflict { .. }
            | Self::NotPending { .. }
            | Self::OtherSecret { .. }
            | Self::Stale { .. }
            | Self::TooSoon { .. }
            | Self::UnknownVersion { .. } => RotationFault::Scheduler,
            Self::Randomness { .. } | Self::Unproven { .. } | Self::Unreachable { .. } => {
                RotationFault::Service
            }
        }
    }

    /// Whether the very same request may succeed later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Conflict { .. }
            | Self::Randomness { .. }
            | Self::TooSoon { .. }
            | Self::Unproven { .. }
            | Self::Unreachable { .. } => true,
            Self::Denied { .. }
            | Self::Disabled { .. }
            | Self::Invalid { .. }
            | Self::Missing { .. }
            | Self::NotPending { .. }
            | Self::OtherSecret { .. }
            | Self::Refused { .. }
            | Self::Stale { .. }
            | Self::UnknownVersion { .. }
            | Self::WithoutTool { .. } => false,
        }
    }

    pub(crate) fn invalid(secret: &str, stage: VersionStage, reason: impl Into<String>) -> Self {
        Self::Invalid { secret: secret.to_owned(), stage, reason: reason.into() }
    }

    pub(crate) fn stale(secret: &str, reason: &str) -> Self {
        Self::Stale { secret: secret.to_owned(), reason: reason.to_owned() }
    }
}

/// For the secrets that a strategy reads besides its own. Their names are in the error.
impl From<SecretError> for RotationError {
    fn from(error: SecretError) -> Self {
        let stage = VersionStage::Current;
        match error {
            SecretError::Denied { name, reason } => {
                Self::Denied { action: format!("read secret `{name}`"), reason }
            }
            SecretError::Expired { name } => Self::invalid(&name, stage, "it has expired"),
            SecretError::Invalid { name, reason } => Self::invalid(&name, stage, reason),
            SecretError::Missing { name, .. } => Self::Missing { secret: name, stage },
            SecretError::Unreachable { name, reason } => Self::Unreachable {
                service: "the secret store".to_owned(),
                action: format!("read secret `{name}`"),
                reason,
            },
        }
    }
}

/// A text from outside as a message may show it: one line, and not long.
pub(crate) fn shown(text: &str) -> String {
    let visible = text.chars().map(|sign| if sign.is_control() { '?' } else { sign });
    visible.take(SHOWN).collect()
}
