//! Both gates and everything between them: identity -> dialect -> detectors -> policy -> limits -> record ->
//! permit -> upstream -> and the way back. The only place where the other shared crates meet.
//!
//! It knows no SDK, no event format and no environment: the function crates bring the time, the ids, the
//! stores and the way in.

mod active;
mod body;
mod breaker;
mod charging;
mod deadline;
mod decision_event;
mod decisions;
mod environment;
mod explain;
mod headers;
mod identity;
mod judgement;
mod last_record;
mod passage;
mod permit;
mod pipeline;
mod record;
mod refusal;
mod stream;
mod transport;
mod upstream;

pub use body::AnswerBody;
pub use breaker::BreakerSettings;
pub use decision_event::{DECISION_FIELD, DECISION_TARGET, EventSink, leave_outcome};
pub use environment::{Body, Caller, Clock, Ids};
pub use explain::{Explanation, Found, Seen, explain};
pub use identity::{
    ApiKey, AuthSettings, Authenticator, Front, IdentityError, Issuer, JwksPlace, JwksSource, JwksUrl,
    JwtAlgorithm, JwtIssuer, KeyFile, KeyInSecret, KeySet, ReadClaims, ReadKeys, SecretKeys, check_key_set,
    is_private,
};
pub use permit::Permit;
pub use pipeline::{Pipeline, PipelineSettings};
pub use transport::{HttpSettings, HttpTransport, Sending, Transport, TransportBody, TransportError};
pub use upstream::{Credential, Place, Signer, SigningError, Upstream, Upstreams};
