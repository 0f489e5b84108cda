//! The members of a record that have members of their own.

use policy::{Charge, ChargeAnswer, Identity, IdentityKind, LimitScope};
use serde::Serialize;

use super::{short, short_option};

/// The policy that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyEntry {
    /// `metadata.name` of the document.
    pub name: String,
    /// SHA-256 of the compiled document, in hex: which text of it.
    pub revision: String,
}

/// Who called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdentityEntry {
    /// The key's id, the subject of the token, the role; cut at 256 bytes.
    #[serde(serialize_with = "short")]
    pub id: String,
    /// How it was proved.
    pub kind: IdentityKind,
}

/// What became of a call apart from the policy: the closed set of words for records and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The upstream's answer cannot be read, and so cannot be checked.
    AnswerUnreadable,
    /// The caller went away before the answer was complete.
    CallerLeft,
    /// The upstream failed so often that it is left alone for a while.
    CircuitOpen,
    /// The call names a location that is not among those that may be called.
    ForeignLocation,
    /// A fault of this program.
    Internal,
    /// The request cannot be read in its dialect.
    Malformed,
    /// No dialect is served under this path.
    NotFound,
    /// The upstream answered, and the answer was delivered.
    Ok,
    /// The policy refused the call.
    Refused,
    /// A limit held the call back.
    Throttled,
    /// A body is larger than this program reads.
    TooLarge,
    /// The caller did not prove who it is.
    Unauthenticated,
    /// The upstream answered with an error.
    UpstreamError,
    /// The upstream did not answer in time.
    UpstreamSlow,
    /// The upstream could not be reached.
    UpstreamUnreachable,
}

/// A limit that was charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LimitUse {
    /// The rule's name.
    pub rule: String,
    /// Whose counter it is: everybody's, or one for each identity, network address, model or tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<LimitScope>,
    /// Which of those, cut at 256 bytes.
    #[serde(serialize_with = "short_option", skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether the charge was granted. One that the store could not answer was not; `unchecked` has it.
    pub granted: bool,
    /// Units left in the window, where the store could say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
}

/// Tokens of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens that the model was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Tokens that it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
}

/// How long a call took, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Latency {
    /// The checks of this gate.
    pub checks: u64,
    /// The upstream: from the request's sending to the end of its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<u64>,
}

/// What the upstream did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UpstreamUse {
    /// Its name in the settings.
    pub name: String,
    /// Its own id of the call, cut at 256 bytes.
    #[serde(serialize_with = "short_option", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The HTTP status of its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How often the call was sent again.
    pub retries: u32,
    /// What went wrong, in a word of this program's own, never of the upstream's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

impl IdentityEntry {
    /// What a record says of an identity: not its groups and claims.
    #[must_use]
    pub fn new(identity: &Identity) -> Self {
        Self { id: identity.id.clone(), kind: identity.kind }
    }
}

impl LimitUse {
    /// What a record says of a charge. The charge's key is the rule's name, the scope's word and the value,
    /// joined by `/`; a key of another form is told as the rule's name only.
    #[must_use]
    pub fn new(charge: &Charge, answer: &ChargeAnswer) -> Self {
        let mut words = charge.key.splitn(3, '/');
        let rule = words.next().unwrap_or_default().to_owned();
        let scope = words.next().and_then(scope);
        let key = words.next().filter(|key| scope.is_some() && !key.is_empty()).map(str::to_owned);
        let (granted, remaining) = match *answer {
            ChargeAnswer::Granted { remaining } => (true, Some(remaining)),
            ChargeAnswer::Refused { remaining, .. } => (false, Some(remaining)),
            ChargeAnswer::Unavailable => (false, None),
        };
        Self { rule, scope, key, granted, remaining }
    }
}

impl Usage {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn scope(word: &str) -> Option<LimitScope> {
    Some(match word {
        "global" => LimitScope::Global,
        "identity" => LimitScope::Identity,
        "ip" => LimitScope::Ip,
        "model" => LimitScope::Model,
        "tool" => LimitScope::Tool,
        _ => return None,
    })
}
