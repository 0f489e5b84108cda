//! Whose APIs calls go to, and where each takes a credential. Sources: the vendors' own clients.
//!
//! To add a vendor, add a row to [`VENDORS`] and its paths to the table in [`crate::routes`].

/// Who serves a model API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// The word for it in settings and records: which upstream serves its calls.
    pub id: &'static str,
    /// The headers that carry an API key or a token to it, in lower case.
    headers: &'static [&'static str],
}

/// A header that says what kind of credential follows.
const BEARER: &str = "authorization";

/// Every vendor, by id.
pub static VENDORS: &[Vendor] = &[
    Vendor { id: "anthropic", headers: &["x-api-key"] },
    // The second is what Claude on Foundry reads.
    Vendor { id: "azure_openai", headers: &["api-key", "x-api-key"] },
    Vendor { id: "bedrock", headers: &[BEARER] },
    Vendor { id: "gemini", headers: &["x-goog-api-key"] },
    Vendor { id: "openai", headers: &[BEARER] },
    Vendor { id: "vertex", headers: &[BEARER] },
];

impl Vendor {
    /// The headers that carry a secret to the vendor, names in lower case.
    #[must_use]
    pub fn credential(&self, secret: &str) -> Vec<(&'static str, String)> {
        let value = |name| if name == BEARER { format!("Bearer {secret}") } else { secret.to_owned() };
        self.headers.iter().map(|name| (*name, value(*name))).collect()
    }
}

/// The vendor with an id.
#[must_use]
pub fn vendor(id: &str) -> Option<&'static Vendor> {
    VENDORS.iter().find(|vendor| vendor.id == id)
}
