//! What settings say, and every fault of them.

use super::*;

const GIVEN: [(&str, &str); 4] = [
    ("SALLYPORT_ROTATED_SECRET", "projects/p1/secrets/batch-keys"),
    ("SALLYPORT_ROTATION_STRATEGY", "caller_keys"),
    ("SALLYPORT_PUSH_AUDIENCE", "https://rotate.example"),
    ("SALLYPORT_PUSH_ACCOUNT", "push@p1.iam.gserviceaccount.com"),
];

fn read(own: &[(&str, &str)]) -> Result<RotationSettings, String> {
    let all = GIVEN.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    RotationSettings::read(all.collect(), folder).map_err(|error| error.to_string())
}

#[test]
fn settings_are_what_they_say() {
    let settings = read(&[]).ok().unwrap();
    let watched = SecretName { project: "p1".to_owned(), secret: "batch-keys".to_owned() };
    assert_eq!((&settings.watched, settings.strategy.id()), (&watched, "caller_keys"));
    assert_eq!(watched.path(), GIVEN[0].1);
    assert_eq!((settings.overlap.as_secs(), settings.destroyed_after), (86_400, Some(30 * DAY)));
    assert_eq!(settings.address.to_string(), "0.0.0.0:8080");
    assert_eq!((settings.tokens.audience.as_str(), settings.account.as_str()), (GIVEN[2].1, GIVEN[3].1));
    assert!(settings.uses_tls() && settings.database.is_none());
    let own = [
        ("SALLYPORT_ROTATION_STRATEGY", "postgres_password"),
        ("SALLYPORT_ROTATION_DESTROY_DAYS", "0"),
        ("SALLYPORT_GOOGLE_KEYS", "http://127.0.0.1:81/keys"),
        ("PORT", "81"),
    ];
    let settings = read(&own).ok().unwrap();
    assert_eq!((settings.strategy.id(), settings.destroyed_after), ("postgres_password", None));
    assert!(settings.database.is_some() && !settings.uses_tls());
    assert_eq!((settings.address.port(), settings.tokens.keys.port_u16()), (81, Some(81)));
}

#[test]
fn each_fault_is_told() {
    let secret =
        "`SALLYPORT_ROTATED_SECRET`: expected the secret that is rotated, `projects/PROJECT/secrets/SECRET`";
    let account = "`SALLYPORT_PUSH_ACCOUNT`: expected the e-mail address";
    let days = "`SALLYPORT_ROTATION_DESTROY_DAYS`: ";
    let keys = "`SALLYPORT_GOOGLE_KEYS`: ";
    let rows = [
        ("SALLYPORT_ROTATED_SECRET", "", secret),
        ("SALLYPORT_ROTATED_SECRET", "batch-keys", secret),
        ("SALLYPORT_ROTATED_SECRET", "projects/p1/secrets/a/versions/1", secret),
        ("SALLYPORT_ROTATED_SECRET", "projects/p1/secrets/a:addVersion", secret),
        ("SALLYPORT_ROTATED_SECRET", "projects/../secrets/a", "`projects/PROJECT/secrets/SECRET`"),
        (
            "SALLYPORT_ROTATION_STRATEGY",
            "azure_account_key",
            "expected one of `caller_keys`, `http_credential`, `postgres_password`",
        ),
        ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "60", "expected 3900 to 2592000 seconds"),
        ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "2592000", ""),
        ("SALLYPORT_ROTATION_DESTROY_DAYS", "hunter2", days),
        ("SALLYPORT_ROTATION_DESTROY_DAYS", "3651", "expected 0 to 3650 days"),
        ("SALLYPORT_PUSH_AUDIENCE", "", "`SALLYPORT_PUSH_AUDIENCE`: expected the audience"),
        ("SALLYPORT_PUSH_ACCOUNT", "", account),
        ("SALLYPORT_PUSH_ACCOUNT", "push", account),
        ("SALLYPORT_PUSH_ACCOUNT", "serviceAccount:push@p1.iam.gserviceaccount.com", account),
        ("SALLYPORT_GOOGLE_KEYS", "http://keys.example/certs", keys),
        ("SALLYPORT_GOOGLE_KEYS", "hunter2", keys),
        ("SALLYPORT_DATABASE_CA", "roots.pem", "`SALLYPORT_DATABASE_CA` is no setting"),
        ("SALLYPORT_UNHEARD_OF", "1", "`SALLYPORT_UNHEARD_OF` is no setting"),
        ("PORT", "hunter2", "`PORT`: expected a port"),
    ];
    for (name, value, says) in rows {
        let told = read(&[(name, value)]).err().unwrap_or_default();
        assert!(told.contains(says) && !told.contains("hunter2"), "{name}={value}: {told}");
        assert_eq!(told.is_empty(), says.is_empty(), "{name}={value}: {told}");
    }
    let both = [("SALLYPORT_ROTATION_OVERLAP_SECONDS", "90000"), ("SALLYPORT_ROTATION_DESTROY_DAYS", "1")];
    assert!(read(&both).err().unwrap().contains("while the overlap is not over"));
}

#[test]
fn what_is_available_stands_in_the_help() {
    assert!(AVAILABLE.iter().all(|id| HELP.contains(id) && rotation::strategy(id).is_some()));
}
