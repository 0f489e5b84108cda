//! Settings of the function that rotates, read once from the environment: what it says becomes what the function needs,
//! or every fault at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use host::settings::Reading;
use host::{HostError, rotation_settings};
use http::Uri;
use rotation::{SqlServer, Strategy};

use crate::config;
use crate::credentials::RoleCredentials;

/// What the program prints for `--help`.
pub const HELP: &str = "\
Sallyport on AWS Lambda: renews one secret, without one failed call while it does.

It is no command but the `bootstrap` of a function (runtime provided.al2023) that Secrets Manager calls for each step
of a rotation: one function for each secret. Its settings are variables of the function's environment:

  SALLYPORT_ROTATED_SECRET            the ARN of the secret; a rotation of any other is refused
  SALLYPORT_ROTATION_STRATEGY         what kind of credential the secret holds:
                                        bedrock_api_key    an API key of an IAM user for Amazon Bedrock
                                        caller_keys        keys that callers show to the gate
                                        http_credential    a credential that a provider's own API makes and revokes
                                        postgres_password  passwords of two PostgreSQL users that take turns
  SALLYPORT_ROTATION_OVERLAP_SECONDS  how long the previous value stays good after a rotation; 86400 (a day) without
                                      it, and 3900 at least, for so long may a gate go on with what it has read. A
                                      rotation that comes before its end is refused
  SALLYPORT_DATABASE_CA               for postgres_password: a file in the package with the certificate authorities (PEM)
                                      that may vouch for the database, and no other; without it, the system's may

The function's role may DescribeSecret, GetSecretValue, PutSecretValue and UpdateSecretVersionStage on the secret, and
for http_credential and postgres_password GetSecretValue on the secret with the admin credential; for bedrock_api_key it
may List-, Create-, Update- and DeleteServiceSpecificCredential(s) on the user. Give the function a timeout of two
minutes. Each step is a line in the function's log group. No line holds a value.
";

/// What this function has the tools for.
const AVAILABLE: [&str; 4] = ["bedrock_api_key", "caller_keys", "http_credential", "postgres_password"];

/// Settings with which a secret can be rotated.
pub struct RotationSettings {
    /// The secret's ARN.
    pub secret: String,
    /// How it is renewed.
    pub strategy: &'static dyn Strategy,
    /// The way to the database, where the strategy has one.
    pub database: Option<Arc<dyn SqlServer>>,
    /// How long the previous value stays good.
    pub overlap: Duration,
    /// The region that the function runs in.
    pub region: String,
    /// The credentials of the function's role, where Lambda gave them.
    pub role: Option<RoleCredentials>,
    /// Where Secrets Manager is.
    pub secrets_endpoint: Uri,
    /// Where IAM is.
    pub users_endpoint: Uri,
    /// The region that calls of IAM are signed for.
    pub users_region: &'static str,
}

impl RotationSettings {
    /// Reads these variables, and the file that they name. `folder` is where the package lies.
    ///
    /// # Errors
    /// Every fault of them.
    pub fn read(variables: BTreeMap<String, String>, folder: &Path) -> Result<Self, HostError> {
        let mut reading = Reading::new(variables);
        config::needs_lambda(&mut reading);
        let region = reading.foreign("AWS_REGION").unwrap_or_default();
        let secret = secret(&mut reading);
        let strategy = rotation_settings::strategy(&mut reading, &AVAILABLE);
        let database =
            strategy.and_then(|strategy| rotation_settings::database(&mut reading, strategy, folder));
        let overlap = rotation_settings::overlap(&mut reading);
        let (role, secrets_endpoint) =
            (config::role(&reading), config::secrets_endpoint(&mut reading, &region));
        let (users_url, users_region) = users_place(&region);
        let users_endpoint = config::endpoint(&mut reading, "AWS_ENDPOINT_URL_IAM", users_url.to_owned());
        // Where one of them is missing there is a fault.
        let both = secret.zip(strategy);
        let settings = both.map(|(secret, strategy)| Self {
            secret,
            strategy,
            database,
            overlap,
            region,
            role,
            secrets_endpoint,
            users_endpoint,
            users_region,
        });
        reading.end(settings)?.ok_or_else(|| HostError::Faults(Vec::new()))
    }
}

/// Where IAM is, and the region that it is signed for, in the partition of a region. There is no Bedrock in China.
fn users_place(region: &str) -> (&'static str, &'static str) {
    if region.starts_with("us-gov-") {
        return ("https://iam.us-gov.amazonaws.com", "us-gov-west-1");
    }
    ("https://iam.amazonaws.com", "us-east-1")
}

fn secret(reading: &mut Reading) -> Option<String> {
    let name = "SALLYPORT_ROTATED_SECRET";
    let read = reading.text(name).filter(|text| is_arn(text));
    if read.is_none() {
        reading.fault(name, "expected the whole ARN of the secret that is rotated");
    }
    read
}

/// Whether this is what an event calls a secret by. A name, or an ARN without its last six characters, never is.
fn is_arn(text: &str) -> bool {
    let of_name = |sign: char| sign.is_ascii_alphanumeric() || "/_+=.@-".contains(sign);
    let parts: Vec<&str> = text.split(':').collect();
    let [start, partition, service, region, account, kind, name] = parts.as_slice() else { return false };
    let fixed = (*start, *service, *kind) == ("arn", "secretsmanager", "secret");
    let suffix = name.rsplit_once('-').is_some_and(|(rest, suffix)| !rest.is_empty() && suffix.len() == 6);
    let filled = [partition, region, account].iter().all(|part| !part.is_empty());
    fixed && suffix && filled && text.len() <= 2048 && parts.iter().all(|part| part.chars().all(of_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_secrets_manager::ARN;

    const GIVEN: [(&str, &str); 7] = [
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "rotate"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_REGION", "eu-west-1"),
        ("SALLYPORT_ROTATED_SECRET", ARN),
        ("SALLYPORT_ROTATION_STRATEGY", "caller_keys"),
    ];

    fn read(own: &[(&str, &str)]) -> Result<RotationSettings, String> {
        let all = GIVEN.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        RotationSettings::read(all.collect(), Path::new(env!("CARGO_MANIFEST_DIR")))
            .map_err(|error| error.to_string())
    }

    fn faults(own: &[(&str, &str)]) -> String {
        read(own).err().unwrap_or_default()
    }

    #[test]
    fn settings_are_what_they_say() {
        let settings = read(&[]).ok().unwrap();
        assert_eq!((settings.secret.as_str(), settings.strategy.id()), (ARN, "caller_keys"));
        assert_eq!(settings.overlap, Duration::from_secs(86_400));
        assert_eq!(settings.secrets_endpoint, "https://secretsmanager.eu-west-1.amazonaws.com");
        assert_eq!(
            (settings.users_endpoint, settings.users_region),
            (Uri::from_static("https://iam.amazonaws.com"), "us-east-1")
        );
        let own = [
            ("SALLYPORT_ROTATION_STRATEGY", "http_credential"),
            ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "7200"),
        ];
        let settings = read(&own).ok().unwrap();
        assert_eq!((settings.strategy.id(), settings.overlap.as_secs()), ("http_credential", 7200));
    }

    #[test]
    fn each_fault_is_told() {
        let secret = "`SALLYPORT_ROTATED_SECRET`: expected the whole ARN of the secret that is rotated";
        let strategy = "`SALLYPORT_ROTATION_STRATEGY`: expected one of `bedrock_api_key`, `caller_keys`, `http_credential`, `postgres_password`";
        let overlap = "`SALLYPORT_ROTATION_OVERLAP_SECONDS`: expected 3900 to 2592000 seconds";
        let rows = [
            ("SALLYPORT_ROTATED_SECRET", "", secret.to_owned()),
            ("SALLYPORT_ROTATED_SECRET", "callers", secret.to_owned()),
            (
                "SALLYPORT_ROTATED_SECRET",
                "arn:aws:secretsmanager:eu-west-1:1:secret:callers",
                secret.to_owned(),
            ),
            ("SALLYPORT_ROTATED_SECRET", "arn:aws:kms:eu-west-1:1:secret:callers-AbCdEf", secret.to_owned()),
            (
                "SALLYPORT_ROTATED_SECRET",
                "arn:aws:secretsmanager:eu-west-1:1:secret:callers-AbCdEf#a",
                secret.to_owned(),
            ),
            ("SALLYPORT_ROTATION_STRATEGY", "", strategy.to_owned()),
            ("SALLYPORT_ROTATION_STRATEGY", "hunter2", strategy.to_owned()),
            (
                "SALLYPORT_DATABASE_CA",
                "ca.pem",
                "`SALLYPORT_DATABASE_CA` is no setting; see `--help`".to_owned(),
            ),
            ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "60", overlap.to_owned()),
            ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "day", overlap.to_owned()),
            ("SALLYPORT_POLICY", "policy.yaml", "`SALLYPORT_POLICY` is no setting; see `--help`".to_owned()),
        ];
        for (name, value, expected) in rows {
            assert_eq!(faults(&[(name, value)]), expected, "{name}={value}");
        }
        let all =
            [("SALLYPORT_ROTATED_SECRET", ""), ("SALLYPORT_ROTATION_STRATEGY", ""), ("SALLYPORT_X", "1")];
        assert_eq!(faults(&all).lines().count(), 3, "all at once: {}", faults(&all));
    }

    #[test]
    fn a_database_is_trusted_by_whom_the_package_names() {
        let own = [("SALLYPORT_ROTATION_STRATEGY", "postgres_password")];
        assert!(read(&own).ok().unwrap().database.is_some(), "the system's authorities");
        assert!(read(&[]).ok().unwrap().database.is_none(), "none is needed");
        for (file, says) in [
            ("missing.pem", "cannot read `"),
            ("Cargo.toml", "no certificate authorities can be read: there is none"),
        ] {
            let told = faults(&[own[0], ("SALLYPORT_DATABASE_CA", file)]);
            assert!(told.starts_with(&format!("`SALLYPORT_DATABASE_CA`: {says}")), "{told}");
        }
    }

    #[test]
    fn what_is_available_stands_in_the_help() {
        assert!(AVAILABLE.iter().all(|id| HELP.contains(id) && rotation::strategy(id).is_some()));
    }
}
