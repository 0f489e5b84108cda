//! Settings of the function that rotates, read once from the environment: what it says becomes what the function needs,
//! or every fault at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use azure_functions_shim::Port;
use enforcement::KeyFile;
use host::settings::{Reading, private_base_url};
use host::{HostError, rotation_settings};
use http::Uri;
use rotation::Strategy;

use crate::rotation_event::Watched;
use crate::rotation_store::PENDING;
use crate::secret_store;
use crate::vault_config::{IdentityChoice, VaultPlace, url};

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sallyport on Azure Functions: renews one secret, without one failed call while it does.

It is no command but the custom handler of a function app, started by the Functions host: one app for each secret. Its
function rotate has an Event Grid trigger for what the vault tells (SecretNearExpiry, SecretExpired); its function
renew has a timer, retires what is over, and renews what no event was delivered for; its function webhook takes the
vault's events over HTTP, once SALLYPORT_EVENT_SUBSCRIPTIONS is set. Its settings are the app's:

  SALLYPORT_VAULT_URL                 the vault, such as https://NAME.vault.azure.net
  SALLYPORT_VAULT_ENDPOINT            where the vault is reached, where that is not at its own address
                                      (https://, or http:// on this machine)
  SALLYPORT_ROTATED_SECRET            the name of the secret; events about any other are refused
  SALLYPORT_ROTATION_STRATEGY         what kind of credential the secret holds:
                                        azure_account_key  one of the two keys of an account, which take turns
                                        caller_keys        keys that callers show to the gate
                                        http_credential    a credential that a provider's own API makes and revokes
                                        postgres_password  the password of a user of a database
  SALLYPORT_ROTATION_OVERLAP_SECONDS  how long the previous value stays good after a rotation; 86400 (a day) without
                                      it, and 3900 at least, for so long may a gate go on with what it has read. A
                                      rotation that comes before its end is refused
  SALLYPORT_ROTATION_VALIDITY_DAYS    how long a new value is good; 60 without it. The vault tells 30 days before a
                                      value expires, so that this less 30 is how often it is renewed
  SALLYPORT_ACCOUNT                   for azure_account_key: the account, by its resource id. The keys of any other
                                      are left alone, whatever the secret says
  SALLYPORT_MANAGEMENT_ENDPOINT       where Azure Resource Manager is; https://management.azure.com without it
  SALLYPORT_EVENT_SUBSCRIPTIONS       names of subscriptions, with commas between them: events are taken over HTTP as
                                      well, from who shows a token of an issuer that SALLYPORT_KEYS names. With the
                                      trigger there is no need for it
  SALLYPORT_KEYS                      the key file in the package with that issuer, such as Entra ID with its jwks_url
  AZURE_CLIENT_ID                     the client id of a user-assigned identity; the function's own without it

The identity may get, set, update and list the versions of the secret and of the one beside it whose name ends with
-pending, which holds the next value until it is current; for azure_account_key it may list and regenerate the keys of
the account. Each run is a line in the log. No line holds a value.
";

/// How many days a value may be good.
const VALIDITIES: std::ops::RangeInclusive<u64> = 32..=730;
/// How many days a value is good where nothing is set.
const VALIDITY: u64 = 60;
const DAY: Duration = Duration::from_secs(86_400);
/// How long before its end a vault tells of it.
pub(crate) const NOTICE: Duration = Duration::from_secs(30 * 86_400);
/// What this function has the tools for.
const AVAILABLE: [&str; 4] = ["azure_account_key", "caller_keys", "http_credential", "postgres_password"];
/// Where Azure Resource Manager is.
const MANAGEMENT: &str = "https://management.azure.com";

/// Settings with which a secret can be rotated.
pub struct RotationSettings {
    /// Where the host will call.
    pub port: Option<Port>,
    /// What events must be about.
    pub watched: Watched,
    /// How it is renewed.
    pub strategy: &'static dyn Strategy,
    /// How long the previous value stays good.
    pub overlap: Duration,
    /// How long a new value is good.
    pub validity: Duration,
    /// Where the secret is.
    pub vault: VaultPlace,
    /// As whom.
    pub identity: IdentityChoice,
    /// The account whose keys are renewed.
    pub account: Option<String>,
    /// Where Azure Resource Manager is.
    pub management: Uri,
    /// Who may deliver events over HTTP.
    pub deliverers: Option<Deliverers>,
    /// Where the blobs of the function app's own storage account are, for the lease.
    pub storage: Option<Uri>,
}

/// Who may deliver events over HTTP.
pub struct Deliverers {
    /// The names of subscriptions, in small letters.
    pub subscriptions: Vec<String>,
    /// The issuers of their tokens.
    pub callers: KeyFile,
}

impl RotationSettings {
    /// Reads these variables, and the file that they name. `folder` is where the package lies.
    ///
    /// # Errors
    /// Every fault of them.
    pub fn read(variables: BTreeMap<String, String>, folder: &Path) -> Result<Self, HostError> {
        let mut reading = Reading::new(variables);
        let port = Port::from_environment(|name| reading.foreign(name));
        let port = port.map_err(|fault| reading.fault_of_all(format!("{fault}; see `--help`"))).ok();
        let vault = vault(&mut reading);
        let secret = secret(&mut reading);
        let strategy = rotation_settings::strategy(&mut reading, &AVAILABLE);
        let (overlap, validity) = times(&mut reading);
        let account = account(&mut reading, strategy);
        let management =
            url(&mut reading, "SALLYPORT_MANAGEMENT_ENDPOINT").unwrap_or(Uri::from_static(MANAGEMENT));
        let (identity, storage) = (IdentityChoice::read(&reading), storage(&mut reading));
        let deliverers = deliverers(&mut reading, folder);
        // Where one of them is missing there is a fault.
        let all = vault.zip(secret).zip(strategy);
        let settings = all.map(|(((vault, name), secret), strategy)| Self {
            port,
            watched: Watched { vault: name, secret },
            strategy,
            overlap,
            validity,
            vault,
            identity,
            account,
            management,
            deliverers,
            storage,
        });
        reading.end(settings)?.ok_or_else(|| HostError::Faults(Vec::new()))
    }

    /// Whether anything that is called is called over TLS.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        let plain = |url: &Uri| url.scheme_str() == Some("http");
        let lease = self.storage.as_ref().is_some_and(|url| !plain(url));
        lease || self.strategy.id() != "caller_keys" || !self.vault.endpoint.as_ref().is_some_and(plain)
    }
}

/// The vault, and its name as events have it: the first part of its host.
fn vault(reading: &mut Reading) -> Option<(VaultPlace, String)> {
    let set = reading.foreign("SALLYPORT_VAULT_URL").is_some();
    let place = VaultPlace::read(reading);
    if !set {
        reading.fault("SALLYPORT_VAULT_URL", "expected the address of the vault");
    }
    let place = place?;
    let url: Uri = place.url.parse().ok()?;
    let name = url.host()?.split('.').next()?.to_owned();
    Some((place, name))
}

fn secret(reading: &mut Reading) -> Option<String> {
    let name = "SALLYPORT_ROTATED_SECRET";
    let read = reading.text(name).filter(|text| secret_store::is_name(&format!("{text}{PENDING}")));
    if read.is_none() {
        reading.fault(name, "expected a secret's name, of 1 to 119 letters, digits and `-`");
    }
    read
}

fn times(reading: &mut Reading) -> (Duration, Duration) {
    let overlap = rotation_settings::overlap(reading);
    let name = "SALLYPORT_ROTATION_VALIDITY_DAYS";
    let days = reading.text(name).map(|text| text.parse().ok().filter(|days| VALIDITIES.contains(days)));
    if days == Some(None) {
        reading.fault(name, &format!("expected {} to {} days", VALIDITIES.start(), VALIDITIES.end()));
    }
    let days: u64 = days.flatten().unwrap_or(VALIDITY);
    let validity = DAY.saturating_mul(u32::try_from(days).unwrap_or(u32::MAX));
    if validity.saturating_sub(NOTICE) <= overlap {
        reading
            .fault(name, "the vault would tell, 30 days before the end, while the overlap is not over yet");
    }
    (overlap, validity)
}

fn deliverers(reading: &mut Reading, folder: &Path) -> Option<Deliverers> {
    let name = "SALLYPORT_EVENT_SUBSCRIPTIONS";
    let names = reading.text(name)?.to_ascii_lowercase();
    let subscriptions = names.split(',').map(|name| name.trim().to_owned()).collect();
    let callers = reading.callers(folder);
    if callers.issuers.is_empty() || callers.anonymous || !callers.keys.is_empty() {
        reading.fault(
            name,
            "expected `SALLYPORT_KEYS` with issuers of tokens, without keys, and nobody anonymous",
        );
    }
    Some(Deliverers { subscriptions, callers })
}

fn account(reading: &mut Reading, strategy: Option<&dyn Strategy>) -> Option<String> {
    let name = "SALLYPORT_ACCOUNT";
    let needed = strategy.is_some_and(|strategy| strategy.id() == "azure_account_key");
    let text = reading.text(name);
    match &text {
        Some(_) if strategy.is_some() && !needed => {
            reading.fault(name, "only the strategy `azure_account_key` takes one");
        }
        Some(text) if is_account(text) => {}
        None if !needed => {}
        Some(_) | None => {
            let expected = "expected the resource id of an account, `/subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/…`";
            reading.fault(name, expected);
        }
    }
    text
}

/// The storage account that the platform gives the app: by its name, or by the address of its blobs.
fn storage(reading: &mut Reading) -> Option<Uri> {
    let (by_url, by_name) = ("AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__accountName");
    let named = || Some(format!("https://{}.blob.core.windows.net", reading.foreign(by_name)?));
    let url = reading.foreign(by_url).or_else(named)?;
    private_base_url(&url).map_err(|fault| reading.fault(by_url, &fault.to_string())).ok()
}

fn is_account(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let ["", one, id, two, group, three, provider, four, account] = parts.as_slice() else { return false };
    let fixed = [
        (one, "subscriptions"),
        (two, "resourceGroups"),
        (three, "providers"),
        (provider, "Microsoft.CognitiveServices"),
        (four, "accounts"),
    ];
    let of_name = |sign: char| sign.is_alphanumeric() || "-_.()".contains(sign);
    fixed.iter().all(|(own, expected)| own.eq_ignore_ascii_case(expected))
        && [id, group, account].iter().all(|part| !part.is_empty() && part.chars().all(of_name))
        && text.is_ascii()
}

#[cfg(test)]
mod tests;
