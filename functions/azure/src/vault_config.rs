//! The settings about the vault and the function's identity: the same for both functions.

use host::settings::{Reading, UrlFault, base_url, private_base_url};
use http::Uri;

use crate::secret_store::SecretPlace;

/// Where the vault is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultPlace {
    /// Its own address, such as `https://kv1.vault.azure.net`.
    pub url: String,
    /// Where it is reached, where that is elsewhere.
    pub endpoint: Option<Uri>,
}

/// Which of the function's identities is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityChoice {
    /// The client id of a user-assigned one.
    pub client_id: Option<String>,
    /// Whether the platform gives identities at all.
    pub given: bool,
}

impl VaultPlace {
    /// Reads it; `None` where no vault is set.
    pub fn read(reading: &mut Reading) -> Option<Self> {
        let endpoint = url(reading, "SALLYPORT_VAULT_ENDPOINT");
        let vault = read_url(reading, "SALLYPORT_VAULT_URL", base_url)?;
        if vault.scheme_str() != Some("https") {
            reading.fault("SALLYPORT_VAULT_URL", "a vault's address begins with `https://`");
        }
        Some(Self { url: vault.to_string().trim_end_matches('/').to_owned(), endpoint })
    }
}

impl IdentityChoice {
    /// Reads it.
    #[must_use]
    pub fn read(reading: &Reading) -> Self {
        let given = reading.foreign("IDENTITY_ENDPOINT").is_some();
        Self { client_id: reading.foreign("AZURE_CLIENT_ID"), given }
    }
}

/// The base URL of a service that is shown a token; it need not be set.
pub(crate) fn url(reading: &mut Reading, name: &str) -> Option<Uri> {
    read_url(reading, name, private_base_url)
}

fn read_url(reading: &mut Reading, name: &str, read: impl Fn(&str) -> Result<Uri, UrlFault>) -> Option<Uri> {
    let text = reading.text(name)?;
    read(&text).map_err(|fault| reading.fault(name, &fault.to_string())).ok()
}

/// Reads a place in the vault.
pub(crate) fn secret_place(text: &str) -> Result<SecretPlace, &'static str> {
    const EXPECTED: &str =
        "expected a secret's name, of letters, digits and `-`, and behind a `#` the member of it";
    SecretPlace::read(text).ok_or(EXPECTED)
}
