//! Settings of the function that enforces, read once from the environment: what it says becomes what the function needs,
//! or every fault at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use enforcement::KeyFile;
use host::settings::{self, Reading, base_url};
use host::{HostError, program};
use http::Uri;
use secrets::Secret;

use crate::credentials::RoleCredentials;
use crate::policy_source::PolicyPlace;
use crate::secret_config::SecretServices;
use crate::secret_store::SecretPlace;

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sallyport on AWS Lambda: checks, forwards, filters and records model calls.

It is no command but the `bootstrap` of a function (runtime provided.al2023, invoke mode RESPONSE_STREAM), called
through a function URL, an HTTP API (payload format 2.0) or an application load balancer. Its settings are
variables of the function's environment:

  SALLYPORT_POLICY             the policy: its file in the package; a parameter of Systems Manager, ssm:/name or its
                               ARN; or an object of S3, s3://bucket/key. policy.yaml without it. A policy that does
                               not compile or cannot be fetched refuses every call
  SALLYPORT_POLICY_REFRESH_SECONDS
                               how long a policy from outside the package is in force before a call has it looked at
                               again; 60 without it, 0: for as long as the instance lives. A new version that does
                               not compile is told in the log, and the one before stays
  SALLYPORT_KEYS               the key file in the package: hashes of API keys, and issuers of tokens
  SALLYPORT_KEYS_SECRET        secrets with keys that callers show, which are renewed by the strategy caller_keys:
                               names or ARNs, with commas between them. Each value stands in one line
  SALLYPORT_ALLOW_ANONYMOUS    true: callers without a credential may call
  SALLYPORT_GROUPS_CLAIM       the claim with a caller's groups in tokens that an HTTP API checked; groups without it
  SALLYPORT_UPSTREAM_<VENDOR>  where calls of one vendor's API go, such as
                               SALLYPORT_UPSTREAM_OPENAI=https://api.openai.com; the others are refused
  SALLYPORT_SECRET_<VENDOR>    what holds the vendor's credential: the name or ARN of a secret in Secrets Manager, or
                               ssm:/path/name or the ARN of a SecureString parameter in Systems Manager; and behind
                               a # the member of it, where it is JSON. Without one, calls to Bedrock are signed as
                               the function's role, and calls to others go without a credential
  SALLYPORT_SECRETS_FROM       service: credentials are read from these services; so without it. extension: from
                               AWS's Parameters and Secrets extension beside the function, which keeps them for its
                               own time (300 s), so that a renewed one is seen later; after an upstream refused one,
                               the service is asked
  SALLYPORT_UPSTREAM_TIMEOUT   how long an upstream may be silent, in seconds; 120 without it

VENDOR is one of ANTHROPIC, AZURE_OPENAI, BEDROCK, GEMINI, OPENAI, VERTEX.

Callers whom the function URL (AWS_IAM) or the HTTP API's authorizer has proved are who they were proved to be: a
role by its ARN, a token by its subject. All others show a key or a token of the key file, or
a key of those secrets.

A call that would run into the function's time-out ends a second before it: in the caller's dialect, and recorded as
`upstream_slow`. Give the function more time than its upstreams need.

Limits are counted in each instance of the function by itself, so that N instances grant N times as much.
Decision records go to standard output, one line of JSON each, and so into the function's log group; what is counted
of them stands in lines of CloudWatch's embedded metric format beside them.
";

/// Variables that Lambda sets and the runtime cannot do without.
const OF_LAMBDA: [&str; 4] =
    ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", MEMORY_SIZE];
/// How much memory Lambda gives, in MB.
const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// The longest name of a secret with its member.
const LONGEST_SECRET: usize = 2048;

/// Settings with which calls can be answered.
#[derive(Debug)]
pub struct Settings {
    /// Where the policy lies.
    pub policy: PolicyPlace,
    /// Who may call.
    pub callers: KeyFile,
    /// The secrets with callers' keys.
    pub key_secrets: Vec<SecretPlace>,
    /// The claim of a token with its caller's groups.
    pub groups_claim: String,
    /// One for each vendor with an upstream, in the order of their ids.
    pub upstreams: Vec<Target>,
    /// How long an upstream may be silent.
    pub upstream_timeout: Duration,
    /// The region that the function runs in.
    pub region: String,
    /// The function's name.
    pub function: String,
    /// The credentials of the function's role, where Lambda gave them.
    pub role: Option<RoleCredentials>,
    /// Where credentials are read.
    pub secret_services: SecretServices,
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
        needs_lambda(&mut reading);
        let region = reading.foreign("AWS_REGION").unwrap_or_default();
        let policy = PolicyPlace::read(&mut reading, folder, &region);
        let callers = reading.callers(folder);
        let upstreams = reading.targets(secret_place);
        let settings = Self {
            policy,
            callers,
            key_secrets: reading.key_secrets(secret_place),
            groups_claim: reading.text("SALLYPORT_GROUPS_CLAIM").unwrap_or("groups".to_owned()),
            upstreams,
            upstream_timeout: reading.seconds("SALLYPORT_UPSTREAM_TIMEOUT", 1..=3600, 120),
            function: reading.foreign("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
            secret_services: SecretServices::read(&mut reading, &region),
            region,
            role: role(&reading),
        };
        reading.end(settings)
    }
}

/// Where the package lies: Lambda says so, and otherwise the program lies in it.
#[must_use]
pub fn package() -> PathBuf {
    program::package(std::env::var_os("LAMBDA_TASK_ROOT"))
}

/// Whether Lambda started this program, which it cannot do without.
pub(crate) fn needs_lambda(reading: &mut Reading) {
    let missing: Vec<_> = OF_LAMBDA.into_iter().filter(|name| reading.foreign(name).is_none()).collect();
    if !missing.is_empty() {
        let names = missing.join("`, `");
        let told = format!("this program is started by AWS Lambda, which sets `{names}`; see `--help`");
        reading.fault_of_all(told);
    } else if reading.foreign(MEMORY_SIZE).is_some_and(|size| size.parse::<i32>().is_err()) {
        reading.fault(MEMORY_SIZE, "expected a number");
    }
}

/// The credentials of the function's role, where Lambda gave them.
pub(crate) fn role(reading: &Reading) -> Option<RoleCredentials> {
    Some(RoleCredentials {
        access_key_id: reading.foreign("AWS_ACCESS_KEY_ID")?,
        secret_access_key: Secret::new(reading.foreign("AWS_SECRET_ACCESS_KEY")?),
        session_token: reading.foreign("AWS_SESSION_TOKEN").map(Secret::new),
    })
}

/// Where Secrets Manager is.
pub(crate) fn secrets_endpoint(reading: &mut Reading, region: &str) -> Uri {
    let end = if region.starts_with("cn-") { ".cn" } else { "" };
    let url = format!("https://secretsmanager.{region}.amazonaws.com{end}");
    endpoint(reading, "AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
}

/// Where a service of AWS is: at its own place, unless the environment names another.
pub(crate) fn endpoint(reading: &mut Reading, name: &str, own: String) -> Uri {
    let url = reading.foreign(name).or(reading.foreign("AWS_ENDPOINT_URL")).unwrap_or(own);
    base_url(&url).unwrap_or_else(|fault| {
        reading.fault(name, &fault.to_string());
        Uri::default()
    })
}

fn secret_place(text: &str) -> Result<SecretPlace, &'static str> {
    let read = SecretPlace::read(text).filter(|_| text.len() <= LONGEST_SECRET);
    read.ok_or("expected a secret's name or ARN, or `ssm:` and a parameter's name, and behind a `#` the member of it")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: [(&str, &str); 5] = [
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "gate"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_REGION", "eu-west-1"),
    ];

    fn read(own: &[(&str, &str)]) -> Result<Settings, String> {
        let all = GIVEN.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::read(all.collect(), Path::new("/package")).map_err(|error| error.to_string())
    }

    #[test]
    fn without_settings_nothing_is_open() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.policy, PolicyPlace::File("/package/policy.yaml".into()));
        assert!(settings.upstreams.is_empty() && !settings.callers.anonymous && settings.role.is_none());
        let services = settings.secret_services;
        assert_eq!(services.secrets, "https://secretsmanager.eu-west-1.amazonaws.com");
        assert_eq!(services.parameters, "https://ssm.eu-west-1.amazonaws.com");
        assert_eq!(services.extension, None);
    }

    #[test]
    fn settings_are_what_they_say() {
        let settings = read(&[
            ("SALLYPORT_POLICY", "other.yaml"),
            ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
            ("SALLYPORT_KEYS_SECRET", "keys/ada,keys/bob#members"),
            ("SALLYPORT_UPSTREAM_AZURE_OPENAI", "https://mine.openai.azure.com"),
            ("SALLYPORT_UPSTREAM_OPENAI", "https://api.openai.com/v1"),
            ("SALLYPORT_SECRET_OPENAI", "arn:aws:secretsmanager:eu-west-1:1:secret:llm-AbCdEf#key"),
            ("SALLYPORT_SECRET_GEMINI", ""),
            ("SALLYPORT_UPSTREAM_TIMEOUT", "7"),
            ("AWS_ACCESS_KEY_ID", "ASIA1"),
            ("AWS_SECRET_ACCESS_KEY", "hush"),
        ])
        .unwrap();
        assert_eq!(settings.policy, PolicyPlace::File("/package/other.yaml".into()));
        assert!(settings.callers.anonymous);
        let key_secrets: Vec<_> = settings.key_secrets.iter().map(ToString::to_string).collect();
        assert_eq!(key_secrets, ["keys/ada", "keys/bob#members"]);
        let [azure, openai] = &settings.upstreams[..] else { panic!("two: {:?}", settings.upstreams) };
        assert_eq!((azure.vendor, azure.secret.as_ref()), ("azure_openai", None));
        assert_eq!(openai.url, "https://api.openai.com/v1");
        assert_eq!(
            openai.secret.as_ref().unwrap().to_string(),
            "arn:aws:secretsmanager:eu-west-1:1:secret:llm-AbCdEf#key"
        );
        assert_eq!(settings.upstream_timeout, Duration::from_secs(7));
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn credentials_may_be_read_through_the_extension() {
        let port = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";
        let (from, extension) = ("SALLYPORT_SECRETS_FROM", "extension");
        let place = |own: &[(&str, &str)]| read(own).unwrap().secret_services.extension;
        assert_eq!(place(&[(from, extension)]).unwrap(), "http://localhost:2773");
        assert_eq!(place(&[(from, extension), (port, "4000")]).unwrap(), "http://localhost:4000");
        assert_eq!(place(&[(from, "service"), (port, "4000")]), None);
        for value in ["many", "65536"] {
            let fault = read(&[(from, extension), (port, value)]).unwrap_err();
            assert_eq!(fault, format!("`{port}`: expected a port"));
        }
    }

    #[test]
    fn each_fault_is_told() {
        let rows = [
            (
                "SALLYPORT_UPSTREAM_NOBODY",
                "https://x",
                "`SALLYPORT_UPSTREAM_NOBODY` is no setting; see `--help`",
            ),
            ("SALLYPORT_POLICI", "x", "`SALLYPORT_POLICI` is no setting; see `--help`"),
            ("SALLYPORT_ALLOW_ANONYMOUS", "yes", "`SALLYPORT_ALLOW_ANONYMOUS`: expected `true` or `false`"),
            ("SALLYPORT_UPSTREAM_TIMEOUT", "0", "`SALLYPORT_UPSTREAM_TIMEOUT`: expected 1 to 3600 seconds"),
            (
                "SALLYPORT_UPSTREAM_OPENAI",
                "ftp://x",
                "`SALLYPORT_UPSTREAM_OPENAI`: expected a URL that begins with `https://` or `http://`",
            ),
            (
                "SALLYPORT_UPSTREAM_OPENAI",
                "https://me:hush@x",
                "`SALLYPORT_UPSTREAM_OPENAI`: a credential must not stand in the URL",
            ),
            (
                "SALLYPORT_UPSTREAM_OPENAI",
                "https://x?y",
                "`SALLYPORT_UPSTREAM_OPENAI`: a base URL has no query",
            ),
            (
                "SALLYPORT_SECRET_OPENAI",
                "llm",
                "`SALLYPORT_SECRET_OPENAI`: there is no `SALLYPORT_UPSTREAM_OPENAI` that would take it",
            ),
            (
                "SALLYPORT_SECRET_OPENAI",
                "a b",
                "`SALLYPORT_SECRET_OPENAI`: expected a secret's name or ARN, or `ssm:` and a parameter's name, and behind a `#` the member of it",
            ),
            (
                "SALLYPORT_SECRETS_FROM",
                "nowhere",
                "`SALLYPORT_SECRETS_FROM`: expected `service` or `extension`",
            ),
            (
                "SALLYPORT_KEYS",
                "none.yaml",
                "cannot read `/package/none.yaml`: No such file or directory (os error 2)",
            ),
            (
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                "big",
                "`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`: expected a number",
            ),
            (
                "AWS_LAMBDA_RUNTIME_API",
                "",
                "this program is started by AWS Lambda, which sets `AWS_LAMBDA_RUNTIME_API`; see `--help`",
            ),
        ];
        for (name, value, expected) in rows {
            assert_eq!(read(&[(name, value)]).unwrap_err(), expected, "{name}={value}");
        }
        let two = read(&[("SALLYPORT_X", "1"), ("SALLYPORT_ALLOW_ANONYMOUS", "1")]).unwrap_err();
        assert_eq!(two.lines().count(), 2, "all at once: {two}");
    }

    #[test]
    fn every_vendor_stands_in_the_help() {
        for vendor in dialects::VENDORS {
            assert!(HELP.contains(&vendor.id.to_ascii_uppercase()), "{}", vendor.id);
        }
    }
}
