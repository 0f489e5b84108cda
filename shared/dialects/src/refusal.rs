//! Refusals: why a call is not made or its answer not given, and what the caller is told. How that looks on the
//! wire is the dialect's; its status is the same in all of them.

use serde_json::{Value, json};

/// A refusal, in no dialect yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub kind: RefusalKind,
    /// What the caller is told; may name the rule, never what it found.
    pub message: String,
    /// The rule that decided, where one did.
    pub rule: Option<String>,
    /// The decision's id, by which the record is found.
    pub decision_id: String,
}

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// A fault of this service.
    Internal,
    /// The request cannot be read.
    Malformed,
    /// There is nothing at this path.
    NotFound,
    /// The policy blocks it.
    Policy,
    /// A limit holds it back.
    Throttled,
    /// The request, or the answer, is longer than what is looked through.
    TooLarge,
    /// Nobody proved who calls.
    Unauthenticated,
    /// This service cannot work now.
    Unavailable,
    /// The upstream did not answer in time.
    UpstreamSlow,
    /// The upstream could not be reached, or its answer could not be read.
    UpstreamUnreachable,
}

/// A status, the headers that the dialect has for it, and a JSON body. All other headers are the pipeline's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body, of type `application/json`.
    pub body: Vec<u8>,
}

impl RefusalKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Internal,
        Self::Malformed,
        Self::NotFound,
        Self::Policy,
        Self::Throttled,
        Self::TooLarge,
        Self::Unauthenticated,
        Self::Unavailable,
        Self::UpstreamSlow,
        Self::UpstreamUnreachable,
    ];

    /// The HTTP status. A policy's block has none that SDKs retry (408, 409, 429, 5xx).
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Internal => 500,
            Self::Malformed => 400,
            Self::NotFound => 404,
            Self::Policy => 403,
            Self::Throttled => 429,
            Self::TooLarge => 413,
            Self::Unauthenticated => 401,
            Self::Unavailable => 503,
            Self::UpstreamSlow => 504,
            Self::UpstreamUnreachable => 502,
        }
    }

    /// The word for it where no dialect has its own, and in metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal_error",
            Self::Malformed => "malformed_request",
            Self::NotFound => "not_found",
            Self::Policy => "policy_blocked",
            Self::Throttled => "rate_limit_exceeded",
            Self::TooLarge => "request_too_large",
            Self::Unauthenticated => "unauthenticated",
            Self::Unavailable => "unavailable",
            Self::UpstreamSlow => "upstream_timeout",
            Self::UpstreamUnreachable => "upstream_unreachable",
        }
    }
}

impl Refusal {
    /// The reply with a body.
    pub(crate) fn reply(&self, body: &Value) -> Reply {
        Reply { status: self.kind.status(), headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    /// Adds what finds the record again to an error object.
    pub(crate) fn trace(&self, mut error: Value) -> Value {
        if let Some(members) = error.as_object_mut() {
            members.insert("decision_id".to_owned(), self.decision_id.as_str().into());
            if let Some(rule) = &self.rule {
                members.insert("rule".to_owned(), rule.as_str().into());
            }
        }
        error
    }
}

/// A refusal where no dialect is known.
#[must_use]
pub fn plain_refusal(refusal: &Refusal) -> Reply {
    let error = json!({"type": refusal.kind.word(), "message": refusal.message});
    refusal.reply(&json!({"error": refusal.trace(error)}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_a_status_that_no_client_retries() {
        let status = RefusalKind::Policy.status();
        assert!((400..500).contains(&status) && ![408, 409, 429].contains(&status));
    }
}
