//! What settings say, and every fault of them.

use super::*;

const ACCOUNT: &str = "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.CognitiveServices/accounts/a1";
const GIVEN: [(&str, &str); 5] = [
    ("FUNCTIONS_CUSTOMHANDLER_PORT", "7071"),
    ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net/"),
    ("SALLYPORT_ROTATED_SECRET", "azure-openai"),
    ("SALLYPORT_ROTATION_STRATEGY", "caller_keys"),
    ("AzureWebJobsStorage__accountName", "st1"),
];

fn read(own: &[(&str, &str)]) -> Result<RotationSettings, String> {
    let all = GIVEN.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    RotationSettings::read(all.collect(), Path::new("/package")).map_err(|error| error.to_string())
}

fn faults(own: &[(&str, &str)]) -> String {
    read(own).err().unwrap_or_default()
}

#[test]
fn settings_are_what_they_say() {
    let settings = read(&[]).ok().unwrap();
    let watched = Watched { vault: "kv1".to_owned(), secret: "azure-openai".to_owned() };
    assert_eq!((settings.watched, settings.strategy.id()), (watched, "caller_keys"));
    assert_eq!((settings.overlap.as_secs(), settings.validity.as_secs()), (86_400, 60 * 86_400));
    assert_eq!((settings.management, settings.account), (Uri::from_static(MANAGEMENT), None));
    assert_eq!(settings.storage.unwrap(), "https://st1.blob.core.windows.net");
    let own = [
        ("SALLYPORT_ROTATION_STRATEGY", "azure_account_key"),
        ("SALLYPORT_ACCOUNT", ACCOUNT),
        ("SALLYPORT_ROTATION_VALIDITY_DAYS", "90"),
        ("SALLYPORT_MANAGEMENT_ENDPOINT", "https://management.usgovcloudapi.net"),
        ("AzureWebJobsStorage__blobServiceUri", "https://st1.blob.core.usgovcloudapi.net"),
    ];
    let settings = read(&own).ok().unwrap();
    assert_eq!((settings.account.as_deref(), settings.validity.as_secs()), (Some(ACCOUNT), 90 * 86_400));
    assert_eq!(settings.management, "https://management.usgovcloudapi.net");
    assert_eq!(settings.storage.unwrap(), "https://st1.blob.core.usgovcloudapi.net");
}

#[test]
fn each_fault_is_told() {
    let rows = [
        ("FUNCTIONS_CUSTOMHANDLER_PORT", "", "FUNCTIONS_CUSTOMHANDLER_PORT"),
        ("SALLYPORT_VAULT_URL", "", "`SALLYPORT_VAULT_URL`: expected the address of the vault"),
        ("SALLYPORT_VAULT_URL", "http://kv1.vault.azure.net", "a vault's address begins with `https://`"),
        ("SALLYPORT_ROTATED_SECRET", "", "`SALLYPORT_ROTATED_SECRET`: expected a secret's name"),
        ("SALLYPORT_ROTATED_SECRET", "azure_openai", "`SALLYPORT_ROTATED_SECRET`: expected a secret's name"),
        ("SALLYPORT_ROTATION_STRATEGY", "", "expected one of `azure_account_key`, `caller_keys`"),
        ("SALLYPORT_ROTATION_STRATEGY", "bedrock_api_key", "expected one of `azure_account_key`"),
        ("SALLYPORT_ROTATION_STRATEGY", "azure_account_key", "`SALLYPORT_ACCOUNT`: expected the resource id"),
        ("SALLYPORT_ACCOUNT", ACCOUNT, "only the strategy `azure_account_key` takes one"),
        ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "60", "expected 3900 to 2592000 seconds"),
        ("SALLYPORT_ROTATION_OVERLAP_SECONDS", "2592000", "while the overlap is not over yet"),
        ("SALLYPORT_ROTATION_VALIDITY_DAYS", "30", "expected 32 to 730 days"),
        ("SALLYPORT_ROTATION_VALIDITY_DAYS", "month", "expected 32 to 730 days"),
        ("SALLYPORT_MANAGEMENT_ENDPOINT", "management", "SALLYPORT_MANAGEMENT_ENDPOINT"),
        ("SALLYPORT_VAULT_ENDPOINT", "http://kv1.internal", "`http://` only to this machine"),
        ("SALLYPORT_MANAGEMENT_ENDPOINT", "http://10.0.0.4", "`http://` only to this machine"),
        ("AzureWebJobsStorage__blobServiceUri", "http://st1.internal", "`http://` only to this machine"),
        ("SALLYPORT_EVENT_SUBSCRIPTIONS", "rotate", "expected `SALLYPORT_KEYS` with issuers"),
        ("SALLYPORT_KEYS", "keys.yaml", "`SALLYPORT_KEYS` is no setting"),
        ("SALLYPORT_POLICY", "policy.yaml", "`SALLYPORT_POLICY` is no setting; see `--help`"),
    ];
    for (name, value, expected) in rows {
        let told = faults(&[(name, value)]);
        assert!(told.contains(expected), "{name}={value}: {told}");
    }
    for account in [
        "a1",
        "/subscriptions/s/x",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a?b",
    ] {
        let told =
            faults(&[("SALLYPORT_ROTATION_STRATEGY", "azure_account_key"), ("SALLYPORT_ACCOUNT", account)]);
        assert!(told.contains("`SALLYPORT_ACCOUNT`: expected"), "{account}: {told}");
    }
    let all = [("SALLYPORT_ROTATED_SECRET", ""), ("SALLYPORT_ROTATION_STRATEGY", ""), ("SALLYPORT_X", "1")];
    assert_eq!(faults(&all).lines().count(), 3, "all at once: {}", faults(&all));
}

#[test]
fn what_is_available_stands_in_the_help() {
    assert!(AVAILABLE.iter().all(|id| HELP.contains(id) && rotation::strategy(id).is_some()));
}
