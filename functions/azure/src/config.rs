//! Settings of the function that enforces, read once from the environment: what it says becomes what the function needs,
//! or every fault at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use azure_functions_shim::Port;
use enforcement::KeyFile;
use host::settings::{self, Reading};
use host::{HostError, client};

use crate::function_files;
use crate::log_ingestion::LogsPlace;
use crate::secret_store::SecretPlace;
use crate::vault_config::{IdentityChoice, VaultPlace, secret_place, url};

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sallyport on Azure Functions: checks, forwards, filters and records model calls.

It is no command but the custom handler of a function app, started by the Functions host with
enableProxyingHttpRequest, so that answers stream. Its settings are the app's settings:

  SALLYPORT_POLICY             the policy's file in the package; policy.yaml without it. A policy that does not
                               compile refuses every call
  SALLYPORT_KEYS               the key file in the package: hashes of API keys, and issuers of tokens, such as
                               Entra ID with its jwks_url
  SALLYPORT_KEYS_SECRET        secrets of the vault with keys that callers show, which are renewed by the strategy
                               caller_keys: names, with commas between them. Each value stands in one line
  SALLYPORT_ALLOW_ANONYMOUS    true: callers without a credential may call
  SALLYPORT_EASYAUTH           true: the platform's own authentication is switched on, and callers are who it says
                               (X-MS-CLIENT-PRINCIPAL). Never where it is off, for callers could write that
                               themselves; without it these headers are dropped
  SALLYPORT_GROUPS_CLAIM       the claim with a caller's groups in what the platform says; groups without it
  SALLYPORT_PASS_CODE          true: a code in the query is the caller's own, and goes on to the upstream. Only where
                               every function.json of the package says authLevel anonymous, for else it could be the
                               key of a function. Without it a code is taken away
  SALLYPORT_UPSTREAM_<VENDOR>  where calls of one vendor's API go, such as
                               SALLYPORT_UPSTREAM_AZURE_OPENAI=https://NAME.openai.azure.com; the others are refused
  SALLYPORT_SECRET_<VENDOR>    the secret of the vault that holds the vendor's credential, and behind a # the member
                               of it, where it is JSON. Without one, Azure OpenAI and Foundry are called with
                               a token of the function's identity, and others without a credential
  SALLYPORT_UPSTREAM_TIMEOUT   how long an upstream may be silent, in seconds; 120 without it. Azure drops a call
                               that has not begun to answer after 230
  SALLYPORT_VAULT_URL          the vault, such as https://NAME.vault.azure.net
  SALLYPORT_VAULT_ENDPOINT     where the vault is reached, where that is not at its own address
                               (https://, or http:// on this machine)
  SALLYPORT_LOGS_ENDPOINT      where decision records go: the address of a data collection rule, or of its endpoint
  SALLYPORT_LOGS_RULE          the rule's immutable id
  SALLYPORT_LOGS_STREAM        the rule's stream, which begins with Custom-
  AZURE_CLIENT_ID              the client id of a user-assigned identity; the function's own identity without it

VENDOR is one of ANTHROPIC, AZURE_OPENAI, BEDROCK, GEMINI, OPENAI, VERTEX.

Callers whom the platform has not proved show a key or a token of the key file, or a key of those secrets. The key of
a function (x-functions-key, code) proves nobody, and goes nowhere.

Limits are counted in each instance of the function by itself, so that N instances grant N times as much.
With SALLYPORT_LOGS_ENDPOINT every decision record is sent there before the answer ends, and standard output has
a line for each; what could not be sent stands whole in that line, with \"spilled\":true, or in several lines where it
is too long for one. Without it all of them do.
";

/// Settings with which calls can be answered.
#[derive(Debug)]
pub struct Settings {
    /// Where the host will call.
    pub port: Option<Port>,
    /// The policy's file.
    pub policy: PathBuf,
    /// Who may call.
    pub callers: KeyFile,
    /// The secrets with callers' keys.
    pub key_secrets: Vec<SecretPlace>,
    /// Whether the platform proves callers.
    pub easy_auth: bool,
    /// The claim with a caller's groups in what the platform says.
    pub groups_claim: String,
    /// Whether a `code` in the query is the caller's own, and no key of the function.
    pub pass_code: bool,
    /// One for each vendor with an upstream, in the order of their ids.
    pub upstreams: Vec<Target>,
    /// How long an upstream may be silent.
    pub upstream_timeout: Duration,
    /// The region that the function runs in, as the platform writes it.
    pub region: String,
    /// Where credentials are read.
    pub vault: Option<VaultPlace>,
    /// As whom.
    pub identity: IdentityChoice,
    /// Where decision records go.
    pub logs: Option<LogsPlace>,
}

/// Where the calls for one vendor go.
pub type Target = settings::Target<SecretPlace>;

impl Settings {
    /// Reads these variables, and the files that they name. `folder` is where the package lies.
    ///
    /// # Errors
    /// Every fault of them.
    pub fn read(variables: BTreeMap<String, String>, folder: &Path) -> Result<Self, HostError> {
        let mut reading = Reading::new(variables);
        let settings = Self {
            port: port(&mut reading),
            policy: folder.join(reading.text("SALLYPORT_POLICY").unwrap_or("policy.yaml".to_owned())),
            callers: reading.callers(folder),
            key_secrets: reading.key_secrets(secret_place),
            easy_auth: reading.flag("SALLYPORT_EASYAUTH"),
            groups_claim: reading.text("SALLYPORT_GROUPS_CLAIM").unwrap_or("groups".to_owned()),
            pass_code: pass_code(&mut reading, folder),
            upstreams: reading.targets(secret_place),
            upstream_timeout: reading.seconds("SALLYPORT_UPSTREAM_TIMEOUT", 1..=3600, 120),
            region: reading.foreign("REGION_NAME").unwrap_or_default(),
            vault: VaultPlace::read(&mut reading),
            identity: IdentityChoice::read(&reading),
            logs: logs(&mut reading),
        };
        if settings.vault.is_none() && settings.reads_secrets() {
            reading.fault(
                "SALLYPORT_VAULT_URL",
                "there are secrets to be read, so it must say from which vault",
            );
        }
        reading.end(settings)
    }

    /// Whether anything that is called is called over TLS.
    #[must_use]
    pub fn uses_tls(&self) -> bool {
        let vault = self.vault.as_ref().filter(|_| self.reads_secrets());
        let by_itself = vault.is_some_and(|vault| vault.endpoint.is_none());
        let endpoints = vault.and_then(|vault| vault.endpoint.as_ref()).into_iter();
        let logs = self.logs.iter().map(|logs| &logs.endpoint);
        let upstreams = self.upstreams.iter().map(|target| &target.url);
        let urls = upstreams.chain(client::key_sets(&self.callers)).chain(endpoints).chain(logs);
        by_itself || client::use_tls(urls)
    }

    /// Whether anything is read from the vault.
    #[must_use]
    pub fn reads_secrets(&self) -> bool {
        !self.key_secrets.is_empty() || self.upstreams.iter().any(|target| target.secret.is_some())
    }
}

/// Where the host will call. A program that it did not start is told so, and nothing of the port's variable.
pub(crate) fn port(reading: &mut Reading) -> Option<Port> {
    let port = Port::from_environment(|name| reading.foreign(name));
    port.map_err(|fault| reading.fault_of_all(format!("{fault}; see `--help`"))).ok()
}

/// Whether a caller's `code` goes on. Where the host asks for its key, it would hand that on just so.
fn pass_code(reading: &mut Reading, folder: &Path) -> bool {
    let name = "SALLYPORT_PASS_CODE";
    let asked = reading.flag(name);
    let anonymous = asked && function_files::are_anonymous(folder);
    if asked && !anonymous {
        let expected = "a `code` could be the key of a function: expected `authLevel` of `anonymous` in every `function.json`";
        reading.fault(name, expected);
    }
    anonymous
}

/// Where records go: all three of its settings, or none.
fn logs(reading: &mut Reading) -> Option<LogsPlace> {
    const NAMES: [&str; 3] = ["SALLYPORT_LOGS_ENDPOINT", "SALLYPORT_LOGS_RULE", "SALLYPORT_LOGS_STREAM"];
    let [endpoint_name, rule_name, stream_name] = NAMES;
    let set = NAMES.iter().any(|name| reading.foreign(name).is_some());
    let missing: Vec<_> = NAMES.into_iter().filter(|name| reading.foreign(name).is_none()).collect();
    if set && !missing.is_empty() {
        reading.fault_of_all(format!(
            "`{}` must be set, too, so that records can be sent",
            missing.join("`, `")
        ));
    }
    let endpoint = url(reading, endpoint_name);
    let rule = word(reading, rule_name, "expected the rule's immutable id, such as `dcr-0123`");
    let stream = word(reading, stream_name, "expected the name of a stream, such as `Custom-Decisions_CL`");
    if stream.as_ref().is_some_and(|stream| !stream.starts_with("Custom-")) {
        reading.fault(stream_name, "the name of a stream begins with `Custom-`");
    }
    Some(LogsPlace { endpoint: endpoint?, rule: rule?, stream: stream? })
}

/// A text that may stand in a path.
fn word(reading: &mut Reading, name: &str, expected: &str) -> Option<String> {
    let text = reading.text(name)?;
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        return Some(text);
    }
    reading.fault(name, expected);
    None
}

#[cfg(test)]
mod tests;
