//! What a rotation is about: a vault with the secret, what the secret is a credential for, and processes of the functions
//! that know these services by their names.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use azure_functions_shim::host::{Host, HostError, HostSettings, Invoked, Level, Trigger};
use conformance::azure::accounts::{self, Account};
use conformance::azure::identity::Identities;
use conformance::azure::key_vault::{self, KeyVault};
use conformance::emulators::azurite;
use conformance::emulators::named::{self, Named};
use conformance::emulators::passage::{Passage, Toll};
use conformance::emulators::provider::{ADMIN_KEY, Provider};
use conformance::program;
use serde_json::{Value, json};

/// The overlap of every rotation, in seconds: the shortest that there may be.
pub(super) const OVERLAP: u64 = 3900;
/// How long a line is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The secret that is renewed.
pub(super) const SECRET: &str = "rotated";
/// The vault whose name a process may know and the certificate is not for.
pub(super) const STRANGER: &str = "kv2.vault.azure.net";
/// The two keys of the account before anything is rotated.
pub(super) const KEYS: [&str; 2] = ["key-quokka-one", "key-quokka-two"];

/// The services, and the way to them.
pub(super) struct Scene {
    pub(super) vault: KeyVault,
    pub(super) account: Account,
    pub(super) provider: Provider,
    /// Counts the calls of all of them.
    pub(super) toll: Toll,
    pub(super) named: Named,
    identities: Identities,
    strategy: &'static str,
}

/// Variables besides those that every rotation needs.
pub(super) type More<'a> = &'a [(&'a str, String)];

impl Scene {
    /// Services with nothing in the vault; or a line that tells why there are none.
    pub(super) fn new(test: &str, strategy: &'static str) -> Option<Self> {
        let (vault, account, provider) = (KeyVault::start(), Account::start(KEYS), Provider::start());
        let toll = Toll::default();
        let passage = Passage::open_by_name(
            &[
                (key_vault::NAME, vault.address()),
                (STRANGER, vault.address()),
                (accounts::MANAGEMENT, account.address()),
                (accounts::MODELS, account.address()),
                (named::NAME, provider.address()),
            ],
            &toll,
        );
        let names = [key_vault::NAME, accounts::MANAGEMENT, accounts::MODELS, named::NAME, azurite::NAME];
        let named = named::start_as(test, &names, passage.address())?;
        Some(Self { vault, account, provider, toll, named, identities: Identities::start(), strategy })
    }

    /// The same with a value of the key of an account that was rotated once: both keys are known, and the overlap is
    /// over.
    pub(super) fn of_account(test: &str) -> Option<Self> {
        let own = Self::new(test, "azure_account_key")?;
        let test_url = format!("https://{}/openai/models", own.named.at(accounts::MODELS));
        for (name, key) in ["key1", "key2"].into_iter().zip(KEYS) {
            let value = json!({"account": accounts::ID, "key_name": name, "key": key, "test_url": test_url});
            own.put(&value);
        }
        Some(own)
    }

    /// The same with the key of a provider's API.
    pub(super) fn of_provider(test: &str) -> Option<Self> {
        let own = Self::new(test, "http_credential")?;
        own.vault.put("admin", ADMIN_KEY);
        own.put(&Provider::document(&own.named.at(named::NAME), "admin"));
        Some(own)
    }

    /// The same with a key that callers show.
    pub(super) fn of_callers(test: &str) -> Option<Self> {
        let own = Self::new(test, "caller_keys")?;
        own.put(&json!({"keys": [{"id": "batch", "key": "sp_quokka_quokka_quokka_quokka_quokka"}]}));
        Some(own)
    }

    /// Makes this the newest version of the secret, which expires in a while.
    pub(super) fn put(&self, value: &Value) {
        let attributes = json!({"enabled": true, "exp": 4_102_444_800_u64});
        self.vault.put_with(SECRET, &value.to_string(), attributes);
    }

    /// The newest value of the secret.
    pub(super) fn value(&self) -> Value {
        serde_json::from_str(&self.vault.current(SECRET).value).unwrap()
    }

    /// How many versions the secret has.
    pub(super) fn count(&self) -> usize {
        self.vault.versions(SECRET).len()
    }

    /// Whether a value waits to be made the newest.
    pub(super) fn is_pending(&self) -> bool {
        self.vault.versions(&format!("{SECRET}-pending")).iter().any(key_vault::Version::is_enabled)
    }

    /// A process of the function that rotates.
    pub(super) fn rotator(&self, more: More<'_>) -> Host {
        self.try_rotator(more).unwrap()
    }

    fn try_rotator(&self, more: More<'_>) -> Result<Host, HostError> {
        let mut variables: BTreeMap<String, String> = self.variables().into();
        let management = format!("https://{}", self.named.at(accounts::MANAGEMENT));
        let own = [
            ("SALLYPORT_ROTATED_SECRET", SECRET.to_owned()),
            ("SALLYPORT_ROTATION_STRATEGY", self.strategy.to_owned()),
            ("SALLYPORT_ROTATION_OVERLAP_SECONDS", OVERLAP.to_string()),
            ("SALLYPORT_MANAGEMENT_ENDPOINT", management),
        ];
        let account =
            (self.strategy == "azure_account_key").then(|| ("SALLYPORT_ACCOUNT", accounts::ID.to_owned()));
        let all = own.into_iter().chain(account).chain(more.iter().cloned());
        variables.extend(all.map(|(name, value)| (name.to_owned(), value)));
        variables.extend(self.identities.variables());
        let program = program::function("sallyport-azure-rotate");
        let (program, arguments) = self.named.arguments(&program);
        Host::start(&program, HostSettings { arguments, variables, ..HostSettings::default() })
    }

    /// Where the vault is, and whom to trust.
    pub(super) fn variables(&self) -> [(String, String); 2] {
        [
            ("SALLYPORT_VAULT_URL".to_owned(), format!("https://{}", self.named.at(key_vault::NAME))),
            ("SSL_CERT_FILE".to_owned(), self.named.authority().display().to_string()),
        ]
    }

    /// Tells that this version is about to expire, as Event Grid does.
    pub(super) fn tell(&self, host: &Host, version: &str) -> Result<Invoked, HostError> {
        host.invoke(&Trigger::event_grid("rotate", "event", event(version)))
    }

    /// The same, which must go well.
    pub(super) fn renew(&self, host: &Host) {
        let invoked = self.tell(host, &self.vault.current(SECRET).id).unwrap();
        assert!(invoked.result.is_ok(), "{invoked:?} {:#?} {:#?}", self.toll.calls(), host.lines());
    }

    /// Lets a day pass.
    pub(super) fn pass(&self) {
        self.vault.pass(OVERLAP + 10);
    }
}

/// The vault's event about the secret.
pub(super) fn event(version: &str) -> Value {
    json!({
        "id": "1", "source": "/vaults/kv1", "specversion": "1.0", "type": "Microsoft.KeyVault.SecretNearExpiry",
        "data": {"VaultName": "kv1", "ObjectType": "Secret", "ObjectName": SECRET, "Version": version},
    })
}

/// Ends a process at once, from wherever that is to be done.
pub(super) fn killer(host: &Host) -> impl FnOnce() + Send + 'static {
    let process = host.process_id().to_string();
    move || {
        let killed = Command::new("kill").args(["-KILL", &process]).status();
        assert!(killed.is_ok_and(|status| status.success()), "the process can be killed");
    }
}

/// Waits until a process has written this, and tells all that it has.
pub(super) fn wait_for(host: &Host, part: &str) -> String {
    let line = host.wait_for_line(part, PATIENCE);
    assert!(line.is_ok(), "no `{part}` in {:#?}", host.lines());
    written(host)
}

/// What a process has written: all of it lines that hold no value.
pub(super) fn written(host: &Host) -> String {
    let lines = host.lines();
    let all: String = lines.iter().map(|line| format!("{}\n", line.text)).collect();
    assert!(lines.iter().all(|line| line.level == Level::Information), "nothing to standard error: {all}");
    for hidden in ["quokka", "sp_", "token-for-"] {
        assert!(!all.contains(hidden), "`{hidden}` in {all}");
    }
    all
}
