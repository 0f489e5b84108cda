//! The bounds that the server keeps.

use std::time::Duration;

/// The bounds of one server. [`Settings::default`] suits a service on the open network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The largest body that is handed on whole, in bytes: 6 MiB.
    pub body_cap: usize,
    /// How long a caller may take to send a body, from its first byte to its last: 60 s.
    pub body_timeout: Duration,
    /// How long a shutdown waits for calls that are under way: 10 s.
    pub drain_timeout: Duration,
    /// How long a caller may take to send a request's head. Also how long a connection may stay idle between
    /// two calls: 30 s.
    pub header_timeout: Duration,
    /// Whether a connection may carry more than one call: yes.
    pub keep_alive: bool,
    /// The most connections at once; more wait until one ends: 1,024.
    pub max_connections: usize,
    /// The most bytes in a request's head: 32 KiB. More is answered 431.
    pub max_header_bytes: usize,
    /// The most header fields: 100. More is answered 431.
    pub max_headers: usize,
    /// How long a caller may take nothing of an answer that waits for it: 30 s. An answer that takes long to
    /// come is not meant by this.
    pub write_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            body_cap: 6 * 1024 * 1024,
            body_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(30),
            keep_alive: true,
            max_connections: 1024,
            max_header_bytes: 32 * 1024,
            max_headers: 100,
            write_timeout: Duration::from_secs(30),
        }
    }
}
