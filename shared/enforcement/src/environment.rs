//! What the pipeline is given from outside instead of taking it: the time, the ids, the caller and the body.

use bytes::Bytes;
use http::HeaderValue;
use policy::Identity;

/// Tells the time. The function crates bring the real one; tests bring one that stands still.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    fn unix_millis(&self) -> u64;

    /// Microseconds since some fixed moment; never goes back. For measuring how long things take.
    fn monotonic_micros(&self) -> u64;
}

/// Makes the ids of decisions.
pub trait Ids: Send + Sync {
    /// An id that no other decision has: lower-case hexadecimal, 32 characters.
    fn decision_id(&self) -> String;
}

/// What the way in knows of a call besides the request itself.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The network address; empty where it is not known.
    pub ip: String,
    /// The principal that the provider authenticated before the call came to us. Where it is absent, the
    /// pipeline authenticates the caller itself.
    pub identity: Option<Identity>,
    /// By when the answer has to have ended, in milliseconds since 1970, where the provider would break it off.
    pub ends_by_ms: Option<u64>,
    /// The provider's own trace of the call, for upstreams that go on with it.
    pub trace: Option<HeaderValue>,
}

/// A request's body as it came in.
#[derive(Clone, Debug)]
pub enum Body {
    /// The caller left, or sent it wrongly.
    Broken,
    /// It went over the cap and was not kept.
    TooLarge,
    /// All of it.
    Whole(Bytes),
}
