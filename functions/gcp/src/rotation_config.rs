//! Settings of the service that rotates, read once from the environment: what it says becomes what the service needs, or
//! every fault at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use host::settings::Reading;
use host::{HostError, rotation_settings};
use rotation::{SqlServer, Strategy};

use crate::clients::ClientSettings;
use crate::config::address;
use crate::id_tokens::GoogleTokens;
use crate::log_format::Service;
use crate::rotation_event::SecretName;

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sallyport on Google Cloud Run: renews one secret, without one failed call while it does.

It is a service, one for each secret, that a push subscription of Pub/Sub or a trigger of Eventarc delivers the events
of the secret's topic to, at any path. It acts on SECRET_ROTATE alone. Its settings are variables of the service:

  SALLYPORT_ROTATED_SECRET            the secret, projects/PROJECT/secrets/SECRET; events about any other are refused
  SALLYPORT_ROTATION_STRATEGY         what kind of credential the secret holds:
                                        caller_keys        keys that callers show to the gate
                                        http_credential    a credential that a provider's own API makes and revokes
                                        postgres_password  passwords of two PostgreSQL users that take turns
  SALLYPORT_ROTATION_OVERLAP_SECONDS  how long the previous value stays good after a rotation; 86400 (a day) without
                                      it, and 3900 at least, for so long may a gate go on with what it has read. A
                                      rotation that comes before its end is refused
  SALLYPORT_ROTATION_DESTROY_DAYS     how long a version is kept, disabled, after another took its place; 30 without
                                      it, and for ever with 0. What is over is disabled, and destroyed, when the next
                                      event comes
  SALLYPORT_PUSH_AUDIENCE             the audience of the tokens that deliveries show
  SALLYPORT_PUSH_ACCOUNT              the e-mail address of the account that delivers; no other is let in
  SALLYPORT_PLATFORM_CHECKS           true: Cloud Run checks each token before it calls the service (invoker IAM is on),
                                      and takes the signature out of it. Never where that is off, for anybody could
                                      write such a token; without it every token has to have its signature
  SALLYPORT_GOOGLE_KEYS               where Google's public keys are fetched, where that is not at their own address
  SALLYPORT_DATABASE_CA               for postgres_password: a file with the certificate authorities (PEM) that may
                                      vouch for the database, and no other; without it, the system's may
  SALLYPORT_SECRETS_ENDPOINT          where Secret Manager is, where that is not at its own address
  GCE_METADATA_HOST                   where the metadata server is, where that is not at its own name
  GOOGLE_CLOUD_PROJECT                the project, for traces in the log

The service's account may get and update the secret; add, list, access, disable and destroy its versions; and for
http_credential and postgres_password access the secret with the admin credential. Give a call five minutes, and the
subscription an ack deadline that is longer. Each run is a line in the log. No line holds a value.
";

/// What this service has the tools for.
const AVAILABLE: [&str; 3] = ["caller_keys", "http_credential", "postgres_password"];
/// How many days a version may be kept after it was relieved.
const KEPT_DAYS: std::ops::RangeInclusive<u32> = 0..=3_650;
/// How many days it is kept where nothing is set.
const KEPT: u32 = 30;
const DAY: Duration = Duration::from_secs(86_400);

/// Settings with which a secret can be rotated.
pub struct RotationSettings {
    /// Where to listen.
    pub address: SocketAddr,
    /// What events must be about.
    pub watched: SecretName,
    /// How it is renewed.
    pub strategy: &'static dyn Strategy,
    /// The way to the database, where the strategy has one.
    pub database: Option<Arc<dyn SqlServer>>,
    /// How long the previous value stays good.
    pub overlap: Duration,
    /// How long a version is kept after it was relieved; for ever where it is `None`.
    pub destroyed_after: Option<Duration>,
    /// The tokens that deliveries show.
    pub tokens: GoogleTokens,
    /// The account that may deliver events, by its e-mail address.
    pub account: String,
    /// What the log says of the service.
    pub service: Service,
    /// Where Google's services are.
    pub clients: ClientSettings,
}

impl RotationSettings {
    /// Reads these variables, and the file that they name. `folder` is where the program lies.
    ///
    /// # Errors
    /// Every fault of them.
    pub fn read(variables: BTreeMap<String, String>, folder: &Path) -> Result<Self, HostError> {
        let mut reading = Reading::new(variables);
        let (address, watched) = (address(&mut reading), watched(&mut reading));
        let strategy = rotation_settings::strategy(&mut reading, &AVAILABLE);
        let database =
            strategy.and_then(|strategy| rotation_settings::database(&mut reading, strategy, folder));
        let overlap = rotation_settings::overlap(&mut reading);
        let destroyed_after = destroyed_after(&mut reading, overlap);
        let (tokens, account) = (tokens(&mut reading), account(&mut reading));
        let (clients, service) = (ClientSettings::read(&mut reading), Service::read(&reading));
        // Where one of them is missing there is a fault.
        let all = watched.zip(strategy).zip(tokens).zip(account);
        let settings = all.map(|(((watched, strategy), tokens), account)| Self {
            address,
            watched,
            strategy,
            database,
            overlap,
            destroyed_after,
            tokens,
            account,
            clients,
            service,
        });
        reading.end(settings)?.ok_or_else(|| HostError::Faults(Vec::new()))
    }

    /// Whether anything but Secret Manager is called over TLS: its client has certificates of its own.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        self.strategy.id() == "http_credential" || self.tokens.keys.scheme_str() == Some("https")
    }
}

fn watched(reading: &mut Reading) -> Option<SecretName> {
    let name = "SALLYPORT_ROTATED_SECRET";
    let read = reading.text(name).and_then(|text| SecretName::read(&text));
    if read.is_none() {
        reading.fault(name, "expected the secret that is rotated, `projects/PROJECT/secrets/SECRET`");
    }
    read
}

fn destroyed_after(reading: &mut Reading, overlap: Duration) -> Option<Duration> {
    let name = "SALLYPORT_ROTATION_DESTROY_DAYS";
    let days = reading.text(name).map(|text| text.parse().ok().filter(|days| KEPT_DAYS.contains(days)));
    if days == Some(None) {
        let (least, most) = (KEPT_DAYS.start(), KEPT_DAYS.end());
        reading.fault(name, &format!("expected {least} to {most} days"));
    }
    let kept = DAY.saturating_mul(days.flatten().unwrap_or(KEPT));
    if !kept.is_zero() && kept < overlap {
        reading.fault(name, "a version would be destroyed while the overlap is not over yet");
    }
    Some(kept).filter(|kept| !kept.is_zero())
}

fn tokens(reading: &mut Reading) -> Option<GoogleTokens> {
    let name = "SALLYPORT_PUSH_AUDIENCE";
    let tokens = GoogleTokens::read(reading, name);
    if tokens.is_none() {
        reading.fault(name, "expected the audience of the tokens that deliveries show");
    }
    tokens
}

fn account(reading: &mut Reading) -> Option<String> {
    let name = "SALLYPORT_PUSH_ACCOUNT";
    let account = reading.text(name).filter(|text| is_account(text));
    if account.is_none() {
        reading.fault(name, "expected the e-mail address of the account that delivers events");
    }
    account
}

fn is_account(text: &str) -> bool {
    let of_name = |sign: char| sign.is_ascii_alphanumeric() || "-_.+".contains(sign);
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && name.chars().chain(domain.chars()).all(of_name)
    })
}

#[cfg(test)]
mod tests;
