//! What the settings say, and each of their faults.

use super::*;

fn read(own: &[(&str, &str)]) -> Result<Settings, String> {
    let all = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::read(all.collect(), Path::new("/package")).map_err(|error| error.to_string())
}

#[test]
fn without_settings_nothing_is_open() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.policy, Path::new("/package/policy.yaml"));
    assert_eq!(settings.address.to_string(), "0.0.0.0:8080");
    assert!(settings.upstreams.is_empty() && !settings.callers.anonymous && settings.google_tokens.is_none());
    assert!(settings.locations.is_empty() && !settings.uses_tls());
    assert_eq!((settings.timeout.as_secs(), settings.upstream_timeout.as_secs()), (300, 120));
    assert_eq!(settings.service, Service::default());
}

/// As the Terraform module sets them.
#[test]
fn settings_are_what_they_say() {
    let settings = read(&[
        ("PORT", "8081"),
        ("K_SERVICE", "sallyport-enforce"),
        ("K_REVISION", "sallyport-enforce-00001-abc"),
        ("GOOGLE_CLOUD_PROJECT", "p1"),
        ("SALLYPORT_POLICY", "/policy/policy.yaml"),
        ("SALLYPORT_AUDIENCE", "https://gate.example"),
        ("SALLYPORT_PLATFORM_CHECKS", "true"),
        ("SALLYPORT_KEYS_SECRET", "projects/p1/secrets/callers"),
        ("SALLYPORT_UPSTREAM_OPENAI", "https://api.openai.com"),
        ("SALLYPORT_SECRET_OPENAI", "projects/p1/secrets/sallyport-openai#value"),
        ("SALLYPORT_UPSTREAM_VERTEX", "https://europe-west1-aiplatform.googleapis.com"),
        ("SALLYPORT_REGIONS", "europe-west1,global"),
        ("SALLYPORT_UPSTREAM_TIMEOUT", "7"),
        ("SALLYPORT_TIMEOUT", "60"),
    ])
    .unwrap();
    assert_eq!(settings.address.to_string(), "0.0.0.0:8081");
    assert_eq!(settings.policy, Path::new("/policy/policy.yaml"));
    let tokens = settings.google_tokens.as_ref().unwrap();
    assert_eq!((tokens.audience.as_str(), tokens.platform_checks), ("https://gate.example", true));
    assert_eq!(tokens.keys, "https://www.googleapis.com/oauth2/v3/certs");
    assert_eq!(settings.key_secrets[0].to_string(), "projects/p1/secrets/callers");
    let secrets: Vec<_> =
        settings.upstreams.iter().map(|target| target.secret.as_ref().map(ToString::to_string)).collect();
    assert_eq!(secrets, [Some("projects/p1/secrets/sallyport-openai#value".to_owned()), None]);
    assert_eq!(settings.locations, ["europe-west1", "global"]);
    assert_eq!((settings.timeout.as_secs(), settings.upstream_timeout.as_secs()), (60, 7));
    assert_eq!(settings.service.revision.as_deref(), Some("sallyport-enforce-00001-abc"));
    assert!(settings.uses_tls());
}

#[test]
fn each_fault_is_told() {
    let rows = [
        ("PORT", "http", "`PORT`: expected a port"),
        (
            "SALLYPORT_PLATFORM_CHECKS",
            "true",
            "`SALLYPORT_PLATFORM_CHECKS`: without `SALLYPORT_AUDIENCE` no token is taken, whoever checks it",
        ),
        (
            "SALLYPORT_UPSTREAM_VERTEX",
            "https://aiplatform.googleapis.com",
            "`SALLYPORT_REGIONS`: Vertex AI is an upstream, so it must say which locations may be called",
        ),
        (
            "SALLYPORT_REGIONS",
            "europe-west1.example.com/",
            "`SALLYPORT_REGIONS`: expected locations such as `europe-west1`, with commas between them",
        ),
        (
            "SALLYPORT_KEYS_SECRET",
            "callers",
            "`SALLYPORT_KEYS_SECRET`: expected `projects/P/secrets/S`, or one version of it with `/versions/V`, and behind \
             a `#` the member of it",
        ),
        ("SALLYPORT_TIMEOUT", "3601", "`SALLYPORT_TIMEOUT`: expected 1 to 3600 seconds"),
        (
            "GCE_METADATA_HOST",
            "http://x/y",
            "`GCE_METADATA_HOST`: expected a host, and behind a `:` its port",
        ),
        (
            "SALLYPORT_SECRETS_ENDPOINT",
            "x.example",
            "`SALLYPORT_SECRETS_ENDPOINT`: expected a URL that begins with `https://` or `http://`",
        ),
        (
            "SALLYPORT_SECRETS_ENDPOINT",
            "http://secrets.example",
            "`SALLYPORT_SECRETS_ENDPOINT`: a credential is shown there, so expected `https://`; `http://` only to this \
             machine",
        ),
        ("SALLYPORT_REGION", "x", "`SALLYPORT_REGION` is no setting; see `--help`"),
    ];
    for (name, value, expected) in rows {
        assert_eq!(read(&[(name, value)]).unwrap_err(), expected, "{name}={value}");
    }
}

#[test]
fn the_help_names_every_setting() {
    for name in ["AUDIENCE", "PLATFORM_CHECKS", "REGIONS", "TIMEOUT", "SECRETS_ENDPOINT", "GOOGLE_KEYS"] {
        assert!(HELP.contains(&format!("  SALLYPORT_{name} ")), "{name}");
    }
}
