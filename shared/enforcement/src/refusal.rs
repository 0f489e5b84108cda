//! From errors to answers: the one place that says what a caller sees, and what the record says, when a call
//! does not come through.
//!
//! Two messages: the caller's says what to do and never holds a match, a prompt or a credential; the record
//! has a word of a closed set.

use decision_log::Outcome;
use dialects::{Dialect, DialectError, Refusal, RefusalKind, Reply};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};

use crate::body::AnswerBody;
use crate::identity::IdentityError;
use crate::upstream::UpstreamError;

/// Seconds beyond which an SDK is told not to wait for a limit by itself.
const LONGEST_WAIT_S: u64 = 60;

/// Why a call stops here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    /// The upstream's answer could not be read, so it could not be checked.
    #[error("the upstream's answer could not be checked: {0}")]
    AnswerUnreadable(String),
    /// The body did not come whole.
    #[error("the request's body did not come whole")]
    Broken,
    /// The caller went away before its answer had ended.
    #[error("the caller left before the answer had ended")]
    CallerLeft,
    /// The call would have the vendor work at a place that is not among those that may be called.
    #[error("the call names a location that may not be called from here")]
    ForeignLocation,
    /// Nobody is let in with this credential.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The body is not what the API takes.
    #[error("{0}")]
    Malformed(String),
    /// There is no such API here.
    #[error("no such path; the README lists the APIs that are served")]
    NotFound,
    /// The policy refuses it.
    #[error("{message}")]
    Policy {
        /// The first of the reasons.
        rule: Option<String>,
        /// What the caller is told.
        message: String,
    },
    /// The decision could not be recorded, so nothing may go on.
    #[error("the decision cannot be recorded at this time")]
    RecordFailed,
    /// A limit holds it back.
    #[error("{message}")]
    Throttled {
        /// The rule.
        rule: String,
        /// What the caller is told.
        message: String,
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The body went over the cap, in bytes.
    #[error("the request's body is larger than {0} bytes")]
    TooLarge(usize),
    /// There is no answer from the upstream.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

impl From<DialectError> for Stop {
    fn from(error: DialectError) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl Stop {
    /// The word for the record.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::AnswerUnreadable(_) => Outcome::AnswerUnreadable,
            Self::Broken | Self::CallerLeft => Outcome::CallerLeft,
            Self::ForeignLocation => Outcome::ForeignLocation,
            Self::Identity(IdentityError::KeysUnavailable) | Self::RecordFailed => Outcome::Internal,
            Self::Identity(_) => Outcome::Unauthenticated,
            Self::Malformed(_) => Outcome::Malformed,
            Self::NotFound => Outcome::NotFound,
            Self::Policy { .. } => Outcome::Refused,
            Self::Throttled { .. } => Outcome::Throttled,
            Self::TooLarge(_) => Outcome::TooLarge,
            Self::Upstream(error) => match error {
                UpstreamError::Broken => Outcome::UpstreamError,
                UpstreamError::CircuitOpen => Outcome::CircuitOpen,
                UpstreamError::Credential | UpstreamError::NotConfigured => Outcome::Internal,
                UpstreamError::Late | UpstreamError::Slow => Outcome::UpstreamSlow,
                UpstreamError::TooLarge => Outcome::AnswerUnreadable,
                UpstreamError::Unreachable => Outcome::UpstreamUnreachable,
            },
        }
    }

    /// Whether we refuse the call, rather than that it could not be made.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::AnswerUnreadable(_)
            | Self::Broken
            | Self::ForeignLocation
            | Self::Identity(_)
            | Self::Malformed(_)
            | Self::NotFound
            | Self::Policy { .. }
            | Self::RecordFailed
            | Self::TooLarge(_) => true,
            Self::CallerLeft | Self::Throttled { .. } | Self::Upstream(_) => false,
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::AnswerUnreadable(_) => RefusalKind::UpstreamUnreachable,
            Self::Broken | Self::CallerLeft | Self::Malformed(_) => RefusalKind::Malformed,
            Self::Identity(IdentityError::KeysUnavailable) | Self::RecordFailed => RefusalKind::Unavailable,
            Self::Identity(_) => RefusalKind::Unauthenticated,
            Self::NotFound => RefusalKind::NotFound,
            Self::ForeignLocation | Self::Policy { .. } => RefusalKind::Policy,
            Self::Throttled { .. } => RefusalKind::Throttled,
            Self::TooLarge(_) => RefusalKind::TooLarge,
            Self::Upstream(error) => match error {
                UpstreamError::CircuitOpen | UpstreamError::Credential => RefusalKind::Unavailable,
                UpstreamError::NotConfigured => RefusalKind::NotFound,
                UpstreamError::Late | UpstreamError::Slow => RefusalKind::UpstreamSlow,
                UpstreamError::Broken | UpstreamError::TooLarge | UpstreamError::Unreachable => {
                    RefusalKind::UpstreamUnreachable
                }
            },
        }
    }

    fn rule(&self) -> Option<String> {
        match self {
            Self::Policy { rule, .. } => rule.clone(),
            Self::Throttled { rule, .. } => Some(rule.clone()),
            Self::AnswerUnreadable(_)
            | Self::Broken
            | Self::CallerLeft
            | Self::ForeignLocation
            | Self::Identity(_)
            | Self::Malformed(_)
            | Self::NotFound
            | Self::RecordFailed
            | Self::TooLarge(_)
            | Self::Upstream(_) => None,
        }
    }

    /// Whether an SDK that would try again by itself should be kept from it. A policy says the same again.
    fn ends_retries(&self) -> bool {
        match self {
            Self::Throttled { retry_after, .. } => *retry_after > LONGEST_WAIT_S,
            Self::RecordFailed => false,
            Self::Upstream(error) => matches!(error, UpstreamError::NotConfigured | UpstreamError::TooLarge),
            Self::AnswerUnreadable(_)
            | Self::Broken
            | Self::CallerLeft
            | Self::ForeignLocation
            | Self::Identity(_)
            | Self::Malformed(_)
            | Self::NotFound
            | Self::Policy { .. }
            | Self::TooLarge(_) => true,
        }
    }

    /// The status that the caller gets.
    pub(crate) fn status(&self, dialect: Option<&'static dyn Dialect>) -> u16 {
        self.reply(dialect, "").status
    }

    /// The answer to the caller, in its dialect where one is known.
    pub(crate) fn answer(
        &self,
        dialect: Option<&'static dyn Dialect>,
        decision_id: &str,
    ) -> http::Response<AnswerBody> {
        let reply = self.reply(dialect, decision_id);
        let mut answer = http::Response::new(AnswerBody::whole(reply.body));
        *answer.status_mut() =
            http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.ends_retries() {
            headers.insert("x-should-retry", HeaderValue::from_static("false"));
        }
        for (name, value) in reply.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        if let Self::Throttled { retry_after, .. } = self {
            headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        if let Ok(id) = HeaderValue::from_str(decision_id) {
            headers.insert(DECISION_HEADER, id);
        }
        answer
    }

    /// The same in no dialect yet.
    pub(crate) fn refusal(&self, decision_id: &str) -> Refusal {
        Refusal {
            kind: self.kind(),
            message: self.to_string(),
            rule: self.rule(),
            decision_id: decision_id.to_owned(),
        }
    }

    fn reply(&self, dialect: Option<&'static dyn Dialect>, decision_id: &str) -> Reply {
        let refusal = self.refusal(decision_id);
        dialect.map_or_else(|| dialects::plain_refusal(&refusal), |dialect| dialect.refuse(&refusal))
    }
}

/// The header that tells the caller under which id its call is recorded.
pub(crate) const DECISION_HEADER: &str = "x-sallyport-decision";
