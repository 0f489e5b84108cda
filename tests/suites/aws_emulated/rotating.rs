//! A secret of the emulator, what it is a credential for, and processes of the function that rotates it.

use std::path::Path;
use std::process::Command;

use conformance::emulators::account::Account;
use conformance::emulators::ministack::{self, Ministack};
use conformance::emulators::named::{self, Named};
use conformance::emulators::passage::{Passage, Toll};
use conformance::emulators::provider::{ADMIN_KEY, Provider};
use conformance::emulators::scheduler::Scheduler;
use conformance::lambda::Process;
use conformance::program;
use serde_json::{Value, json};

/// The overlap of every rotation, in seconds: the shortest that there may be.
pub(super) const OVERLAP: u64 = 3900;
/// The key of a caller before the first rotation.
pub(super) const CALLERS_KEY: &str = "sp_quokka_quokka_quokka_quokka_quokka";
/// What the role may do to the secret.
const ROTATES: &[&str] = &[
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
];

/// Everything that a rotation is about.
pub(super) struct Scene {
    pub(super) toll: Toll,
    pub(super) scheduler: Scheduler,
    /// The API whose key the secret is, and the name that it is called by.
    pub(super) provider: Option<(Provider, Named)>,
    pub(super) emulator: Ministack,
    role: Account,
    strategy: &'static str,
}

impl Scene {
    /// A secret with callers' keys; or a line that tells why not.
    pub(super) fn of_callers(test: &str) -> Option<Self> {
        let emulator = ministack::start(test)?;
        let row = json!({"id": "batch", "key": CALLERS_KEY, "groups": ["night"]});
        Some(Self::new(emulator, "caller_keys", &json!({"keys": [row]}), Toll::default(), None))
    }

    /// A secret with the key of an API; or a line that tells why not.
    pub(super) fn of_provider(test: &str) -> Option<Self> {
        let emulator = ministack::start(test)?;
        let (provider, toll) = (Provider::start(), Toll::default());
        let address = provider.url().trim_start_matches("http://").parse().unwrap();
        let passage = Passage::open(address, &toll, |_, answer| answer);
        let named = named::start(test, passage.address())?;
        let document = Provider::document(&named.host(), "llm/admin");
        Some(Self::new(emulator, "http_credential", &document, toll, Some((provider, named))))
    }

    fn new(
        emulator: Ministack,
        strategy: &'static str,
        value: &Value,
        toll: Toll,
        provider: Option<(Provider, Named)>,
    ) -> Self {
        let root = emulator.root();
        let admin = root.secrets("CreateSecret", &json!({"Name": "llm/admin", "SecretString": ADMIN_KEY}));
        let scheduler = Scheduler::new(&emulator, "llm/rotated", value, &toll);
        let statements: [(&[&str], &str); 2] = [
            (ROTATES, &scheduler.secret),
            (&["secretsmanager:GetSecretValue"], admin["ARN"].as_str().unwrap()),
        ];
        let role = root.role("rotate", &statements);
        Self { toll, scheduler, provider, emulator, role, strategy }
    }

    /// A process of the function.
    pub(super) fn process(&self) -> Process {
        self.process_of(&self.role)
    }

    /// A process of the function whose role may read the secret and not write it.
    pub(super) fn process_of_a_reader(&self) -> Process {
        let reads: &[&str] = &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];
        self.process_of(&self.emulator.root().role("reader", &[(reads, &self.scheduler.secret)]))
    }

    fn process_of(&self, role: &Account) -> Process {
        let program = program::function("sallyport-aws-rotate");
        let command = match &self.provider {
            Some((_, named)) => named.command(&program),
            None => Command::new(Path::new(&program)),
        };
        let mut variables = role.variables();
        for (name, value) in [
            ("AWS_ENDPOINT_URL", self.scheduler.url()),
            ("SALLYPORT_ROTATED_SECRET", self.scheduler.secret.clone()),
            ("SALLYPORT_ROTATION_STRATEGY", self.strategy.to_owned()),
            ("SALLYPORT_ROTATION_OVERLAP_SECONDS", OVERLAP.to_string()),
        ] {
            variables.push((name.to_owned(), value));
        }
        Process::start(command, &variables)
    }
}
