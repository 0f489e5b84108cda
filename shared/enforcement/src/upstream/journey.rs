//! How a call upstream went: by which of them, how often it was sent, what came back.

/// How a call upstream went, for the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Journey {
    /// The upstream's name.
    pub(crate) upstream: String,
    /// Why it was sent again, each time that it was.
    pub(crate) retries: Vec<RetryReason>,
    /// The status that came back.
    pub(crate) status: Option<u16>,
    /// The upstream's own id of the call.
    pub(crate) request_id: Option<String>,
}

/// Why a call is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryReason {
    /// The credential was refused, and there is a newer one.
    Credential,
    /// Nothing was sent.
    Unreachable,
}

impl RetryReason {
    /// The word for the record.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Unreachable => "unreachable",
        }
    }
}

impl Journey {
    /// It begins anew: what came back before does not count.
    pub(super) fn again(&mut self, reason: RetryReason) {
        self.retries.push(reason);
        (self.status, self.request_id) = (None, None);
    }
}
