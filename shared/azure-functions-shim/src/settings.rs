//! What a function app may set.

/// The bounds that a function app keeps, and what happens to keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The largest body of a proxied request that is handed on, in bytes: 100 MiB, the host's own bound.
    pub body_cap: usize,
    /// The largest call by envelope that is read, in bytes: 16 MiB. A queue's message has at most 64 KiB, an event
    /// 1 MiB; an HTTP request may be larger.
    pub envelope_cap: usize,
    /// What happens to a function's key that a caller shows.
    pub function_keys: FunctionKeys,
    /// The most bytes in a request's head: 64 KiB. More is answered 431.
    pub max_header_bytes: usize,
    /// The most header fields: 200. More is answered 431.
    pub max_headers: usize,
}

/// What happens to the key of a function (`x-functions-key`, or `code` in the query) in a proxied request. The host
/// has checked it, and lets it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKeys {
    /// The handler sees it: for an app whose own callers send a `code`, like the answer of a sign-in.
    Keep,
    /// It is taken away, so that no handler sends it on by mistake.
    Strip,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_cap: 100 * 1024 * 1024,
            envelope_cap: 16 * 1024 * 1024,
            function_keys: FunctionKeys::Strip,
            max_header_bytes: 64 * 1024,
            max_headers: 200,
        }
    }
}
