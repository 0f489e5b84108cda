//! What the settings say, and each of their faults.

use super::*;

const GIVEN: [(&str, &str); 2] = [("FUNCTIONS_CUSTOMHANDLER_PORT", "7071"), ("REGION_NAME", "West Europe")];

fn read(own: &[(&str, &str)]) -> Result<Settings, String> {
    let all = GIVEN.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::read(all.collect(), Path::new("/package")).map_err(|error| error.to_string())
}

#[test]
fn without_settings_nothing_is_open() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.policy, Path::new("/package/policy.yaml"));
    assert!(settings.upstreams.is_empty() && !settings.callers.anonymous && !settings.easy_auth);
    assert!(settings.vault.is_none() && settings.logs.is_none() && !settings.identity.given);
    assert!(!settings.uses_tls());
}

#[test]
fn settings_are_what_they_say() {
    let settings = read(&[
        ("SALLYPORT_POLICY", "/elsewhere/other.yaml"),
        ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
        ("SALLYPORT_EASYAUTH", "true"),
        ("SALLYPORT_KEYS_SECRET", "keys-of-ada, keys-of-bob"),
        ("SALLYPORT_UPSTREAM_AZURE_OPENAI", "https://mine.openai.azure.com"),
        ("SALLYPORT_UPSTREAM_OPENAI", "https://api.openai.com/v1"),
        ("SALLYPORT_SECRET_OPENAI", "openai#key"),
        ("SALLYPORT_UPSTREAM_TIMEOUT", "7"),
        ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net/"),
        ("SALLYPORT_VAULT_ENDPOINT", "http://127.0.0.1:9"),
        ("SALLYPORT_LOGS_ENDPOINT", "https://r-1.westeurope-1.ingest.monitor.azure.com"),
        ("SALLYPORT_LOGS_RULE", "dcr-0123"),
        ("SALLYPORT_LOGS_STREAM", "Custom-SallyportDecisions_CL"),
        ("AZURE_CLIENT_ID", "c-1"),
        ("IDENTITY_ENDPOINT", "http://127.0.0.1:8/msi/token"),
    ])
    .unwrap();
    assert_eq!(settings.policy, Path::new("/elsewhere/other.yaml"));
    assert!(settings.callers.anonymous && settings.easy_auth && settings.uses_tls());
    assert_eq!(settings.key_secrets.len(), 2);
    let [azure, openai] = &settings.upstreams[..] else { panic!("two: {:?}", settings.upstreams) };
    assert_eq!((azure.vendor, azure.secret.as_ref()), ("azure_openai", None));
    assert_eq!(openai.secret.as_ref().unwrap().to_string(), "openai#key");
    let vault = settings.vault.unwrap();
    assert_eq!(
        (vault.url.as_str(), vault.endpoint.unwrap().port_u16()),
        ("https://kv1.vault.azure.net", Some(9))
    );
    assert_eq!(settings.logs.unwrap().rule, "dcr-0123");
    assert_eq!(settings.identity, IdentityChoice { client_id: Some("c-1".to_owned()), given: true });
    assert_eq!((settings.port.unwrap().number(), settings.region.as_str()), (7071, "West Europe"));
}

#[test]
fn each_fault_is_told() {
    let rows: [(&[(&str, &str)], &str); 12] = [
        (
            &[("FUNCTIONS_CUSTOMHANDLER_PORT", "")],
            "`FUNCTIONS_CUSTOMHANDLER_PORT` is not set: this program is started by the Functions host, or by `func start`; see `--help`",
        ),
        (&[("SALLYPORT_POLICI", "x")], "`SALLYPORT_POLICI` is no setting; see `--help`"),
        (&[("SALLYPORT_EASYAUTH", "on")], "`SALLYPORT_EASYAUTH`: expected `true` or `false`"),
        (
            &[("SALLYPORT_UPSTREAM_OPENAI", "https://x"), ("SALLYPORT_SECRET_OPENAI", "a_b"), VAULT],
            "`SALLYPORT_SECRET_OPENAI`: expected a secret's name, of letters, digits and `-`, and behind a `#` the member of it",
        ),
        (
            &[("SALLYPORT_UPSTREAM_OPENAI", "https://x"), ("SALLYPORT_SECRET_OPENAI", "openai")],
            "`SALLYPORT_VAULT_URL`: there are secrets to be read, so it must say from which vault",
        ),
        (
            &[("SALLYPORT_VAULT_URL", "http://kv1.vault.azure.net")],
            "`SALLYPORT_VAULT_URL`: a vault's address begins with `https://`",
        ),
        (
            &[VAULT, ("SALLYPORT_VAULT_ENDPOINT", "http://10.0.0.4:8080")],
            "`SALLYPORT_VAULT_ENDPOINT`: a credential is shown there, so expected `https://`; `http://` only to this machine",
        ),
        (
            &[("SALLYPORT_LOGS_ENDPOINT", "http://x"), RULE, ("SALLYPORT_LOGS_STREAM", "Custom-D_CL")],
            "`SALLYPORT_LOGS_ENDPOINT`: a credential is shown there, so expected `https://`; `http://` only to this machine",
        ),
        (
            &[("SALLYPORT_LOGS_ENDPOINT", "https://x"), ("SALLYPORT_LOGS_RULE", "dcr-1")],
            "`SALLYPORT_LOGS_STREAM` must be set, too, so that records can be sent",
        ),
        (
            &[RULE, ENDPOINT, ("SALLYPORT_LOGS_STREAM", "Decisions_CL")],
            "`SALLYPORT_LOGS_STREAM`: the name of a stream begins with `Custom-`",
        ),
        (
            &[("SALLYPORT_LOGS_RULE", "a/b"), ENDPOINT, ("SALLYPORT_LOGS_STREAM", "Custom-D_CL")],
            "`SALLYPORT_LOGS_RULE`: expected the rule's immutable id, such as `dcr-0123`",
        ),
        (
            &[("SALLYPORT_KEYS", "none.yaml")],
            "cannot read `/package/none.yaml`: No such file or directory (os error 2)",
        ),
    ];
    for (own, expected) in rows {
        assert_eq!(read(own).unwrap_err(), expected);
    }
    let two = read(&[("SALLYPORT_X", "1"), ("SALLYPORT_ALLOW_ANONYMOUS", "1")]).unwrap_err();
    assert_eq!(two.lines().count(), 2, "all at once: {two}");
}

const VAULT: (&str, &str) = ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net");
const ENDPOINT: (&str, &str) = ("SALLYPORT_LOGS_ENDPOINT", "https://x");
const RULE: (&str, &str) = ("SALLYPORT_LOGS_RULE", "dcr-1");

#[test]
fn every_vendor_stands_in_the_help() {
    for vendor in dialects::VENDORS {
        assert!(HELP.contains(&vendor.id.to_ascii_uppercase()), "{}", vendor.id);
    }
}
