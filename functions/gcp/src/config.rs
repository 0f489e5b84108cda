//! Settings of the service that enforces, read once from the environment: what it says becomes what the service needs, or
//! every fault at once.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use enforcement::KeyFile;
use host::settings::{self, Reading};
use host::{HostError, client};

use crate::clients::ClientSettings;
use crate::id_tokens::GoogleTokens;
use crate::log_format::Service;
use crate::secret_store::SecretPlace;

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sallyport on Google Cloud: checks, forwards, filters and records model calls.

It is a service of Cloud Run. Its settings are the service's environment variables:

  SALLYPORT_POLICY             the policy's file; policy.yaml beside the program without it. A policy that does not
                               compile refuses every call
  SALLYPORT_AUDIENCE           the audience of the Google ID tokens that callers show; without it none are taken
  SALLYPORT_PLATFORM_CHECKS    true: Cloud Run checks each caller's token before it calls the service (invoker IAM is
                               on), and takes the signature out of it. Never where that is off, for callers could
                               write such a token themselves; without it every token has to have its signature
  SALLYPORT_KEYS               the key file: hashes of API keys, and issuers of tokens
  SALLYPORT_KEYS_SECRET        secrets with keys that callers show, which are renewed by the strategy caller_keys:
                               names, with commas between them. Each value stands in one line
  SALLYPORT_ALLOW_ANONYMOUS    true: callers without a credential may call
  SALLYPORT_UPSTREAM_<VENDOR>  where calls of one vendor's API go, such as
                               SALLYPORT_UPSTREAM_OPENAI=https://api.openai.com; the others are refused
  SALLYPORT_SECRET_<VENDOR>    the secret that holds the vendor's credential: projects/P/secrets/S, or with
                               /versions/V one version or alias of it, and behind a # the member of it, where it is
                               JSON. Without one, Vertex AI is called with a token of the service's account, and
                               others without a credential
  SALLYPORT_REGIONS            the locations of Vertex AI that may be called, with commas between them, such as
                               europe-west1,global. Needed with SALLYPORT_UPSTREAM_VERTEX; a call goes to the
                               location that its path names, and to no other
  SALLYPORT_UPSTREAM_TIMEOUT   how long an upstream may be silent, in seconds; 120 without it
  SALLYPORT_TIMEOUT            how long Cloud Run lets a call take, in seconds; 300 without it. A call ends by itself
                               a second before, in its own form and with its record
  GOOGLE_CLOUD_PROJECT         the project, for traces in the log
  SALLYPORT_SECRETS_ENDPOINT   where Secret Manager is reached, where that is not at its own address
  SALLYPORT_GOOGLE_KEYS        where Google's public keys are fetched, where that is not at their own address
  GCE_METADATA_HOST            the metadata server's host, where that is not the platform's own

VENDOR is one of ANTHROPIC, AZURE_OPENAI, BEDROCK, GEMINI, OPENAI, VERTEX.

A Google ID token is shown in X-Serverless-Authorization, where the SDK puts a key into Authorization, or else there.
Who shows a key or a token of the key file, or a key of those secrets, beside it is that key's holder.

Limits are counted in each instance of the service by itself, so that N instances grant N times as much.
Decision records go to standard output, one line of JSON each, and so into Cloud Logging.
";

/// The port without `PORT`.
const USUAL_PORT: u16 = 8080;
/// The longest that Cloud Run lets a call take, in seconds.
const LONGEST_CALL: u64 = 3600;

/// Settings with which calls can be answered.
#[derive(Debug)]
pub struct Settings {
    /// Where the platform will call.
    pub address: SocketAddr,
    /// The policy's file.
    pub policy: PathBuf,
    /// Who may call, besides those with a Google ID token.
    pub callers: KeyFile,
    /// The secrets with callers' keys.
    pub key_secrets: Vec<SecretPlace>,
    /// Which of Google's ID tokens are taken.
    pub google_tokens: Option<GoogleTokens>,
    /// One for each vendor with an upstream, in the order of their ids.
    pub upstreams: Vec<Target>,
    /// The locations of Vertex AI that may be called.
    pub locations: Vec<String>,
    /// How long an upstream may be silent.
    pub upstream_timeout: Duration,
    /// How long the platform lets a call take.
    pub timeout: Duration,
    /// Where Google's own services are.
    pub clients: ClientSettings,
    /// What the log says of the service.
    pub service: Service,
}

/// Where the calls for one vendor go.
pub type Target = settings::Target<SecretPlace>;

impl Settings {
    /// Reads these variables, and the files that they name. `folder` is where the program lies.
    ///
    /// # Errors
    /// Every fault of them.
    pub fn read(variables: BTreeMap<String, String>, folder: &Path) -> Result<Self, HostError> {
        let mut reading = Reading::new(variables);
        let settings = Self {
            address: address(&mut reading),
            policy: folder.join(reading.text("SALLYPORT_POLICY").unwrap_or("policy.yaml".to_owned())),
            callers: reading.callers(folder),
            key_secrets: reading.key_secrets(secret_place),
            google_tokens: GoogleTokens::read(&mut reading, "SALLYPORT_AUDIENCE"),
            upstreams: reading.targets(secret_place),
            locations: locations(&mut reading),
            upstream_timeout: reading.seconds("SALLYPORT_UPSTREAM_TIMEOUT", 1..=LONGEST_CALL, 120),
            timeout: reading.seconds("SALLYPORT_TIMEOUT", 1..=LONGEST_CALL, 300),
            clients: ClientSettings::read(&mut reading),
            service: Service::read(&reading),
        };
        let calls_vertex = settings.upstreams.iter().any(|target| target.vendor == "vertex");
        if calls_vertex && settings.locations.is_empty() {
            reading.fault(
                "SALLYPORT_REGIONS",
                "Vertex AI is an upstream, so it must say which locations may be called",
            );
        }
        reading.end(settings)
    }

    /// Whether anything is called over TLS, but for what Google's own SDK calls.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        let upstreams = self.upstreams.iter().map(|target| &target.url);
        let keys = self.google_tokens.iter().map(|tokens| &tokens.keys);
        client::use_tls(upstreams.chain(client::key_sets(&self.callers)).chain(keys))
    }
}

/// Every address of the container's, for the platform calls from outside of it.
pub(crate) fn address(reading: &mut Reading) -> SocketAddr {
    let port = reading.foreign("PORT").map_or(Ok(USUAL_PORT), |text| text.parse());
    let port = port.unwrap_or_else(|_| {
        reading.fault("PORT", "expected a port");
        USUAL_PORT
    });
    (Ipv4Addr::UNSPECIFIED, port).into()
}

fn locations(reading: &mut Reading) -> Vec<String> {
    const NAME: &str = "SALLYPORT_REGIONS";
    let given = reading.text(NAME).unwrap_or_default();
    let named: Vec<_> = given.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let is_location = |name: &&str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    // A location becomes part of a host's name.
    if !named.iter().all(is_location) {
        reading.fault(NAME, "expected locations such as `europe-west1`, with commas between them");
    }
    named.into_iter().map(str::to_owned).collect()
}

/// Reads a place in Secret Manager.
pub(crate) fn secret_place(text: &str) -> Result<SecretPlace, &'static str> {
    SecretPlace::read(text).ok_or(
        "expected `projects/P/secrets/S`, or one version of it with `/versions/V`, and behind a `#` the member of it",
    )
}

#[cfg(test)]
mod tests;
