//! One secret, its store and the world around it, as a row of test data says; and what must hold of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use secrets::Secret;
use serde::Deserialize;

use super::world::{Credential, Role, World};
use crate::{
    Content, Description, Fuse, Machine, MemoryRotationStore, Outcome, RotationError, RotationStore, Step,
    StepRequest, Strategy, Tools, Trigger, VersionStage, strategy,
};

pub(crate) const SECRET: &str = "team/credential";
const OVERLAP_MS: u64 = 3_600_000;
const START_MS: u64 = 1_790_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cases {
    pub(crate) rotation: Vec<Row>,
    pub(crate) refusal: Vec<Refusal>,
}

/// A secret that can be rotated.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) current: String,
    pub(crate) previous: Option<String>,
    /// How many calls of the store and of services a rotation makes, step by step.
    pub(crate) calls: usize,
    /// Whether a previous value stops working by our doing.
    pub(crate) retires: bool,
    #[serde(default)]
    credentials: Vec<Credential>,
    #[serde(default)]
    roles: Vec<Role>,
    /// Ids of credentials that are somebody else's.
    #[serde(default)]
    foreign: Vec<String>,
    /// Texts that the next value has and the current one has not.
    #[serde(default)]
    gains: Vec<String>,
    /// Texts that the current value has and the next one has not.
    #[serde(default)]
    loses: Vec<String>,
    /// Which role is a member of which at the end.
    #[serde(default)]
    memberships: Vec<[String; 2]>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    /// The two keys of the account.
    #[serde(default)]
    keys: [String; 2],
    /// How often a key is regenerated, wherever the rotation was stopped.
    #[serde(default)]
    regenerates: usize,
}

/// A value that cannot be used, in the place of one of the first rotation's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    pub(crate) name: String,
    pub(crate) step: String,
    pub(crate) says: String,
    current: Option<String>,
    pending: Option<String>,
    /// Other secrets, in the place of the row's.
    secrets: Option<BTreeMap<String, String>>,
}

pub(crate) struct Scene {
    pub(crate) fuse: Arc<Fuse>,
    pub(crate) store: MemoryRotationStore,
    pub(crate) tools: Tools,
    pub(crate) now_ms: AtomicU64,
    pub(crate) world: Arc<World>,
    strategy: &'static dyn Strategy,
    before: String,
    row: Expected,
}

struct Expected {
    foreign: Vec<String>,
    gains: Vec<String>,
    loses: Vec<String>,
    memberships: Vec<[String; 2]>,
    regenerates: usize,
}

pub(crate) fn cases(id: &str) -> Cases {
    let path = format!("{}/../../tests/testdata/rotation/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    #[expect(clippy::disallowed_methods, reason = "test data is read from its file")]
    let file = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    toml::from_str(&file).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

pub(crate) fn steps() -> [(&'static str, Step); 4] {
    [Step::Create, Step::Set, Step::Test, Step::Finish].map(|step| (step.name(), step))
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub(crate) fn text(text: &str) -> Content {
    Content::Text(Secret::new(text.to_owned()))
}

impl Scene {
    pub(crate) fn new(id: &'static str, row: &Row) -> Self {
        let fuse = Arc::new(Fuse::default());
        let world = World::new(Arc::clone(&fuse), &row.credentials, &row.roles, &row.secrets, &row.keys);
        let store = MemoryRotationStore::new(Arc::clone(&fuse));
        store.tell_time(START_MS);
        if let Some(previous) = &row.previous {
            store.add(SECRET, VersionStage::Previous, "v0", text(previous));
        }
        store.add(SECRET, VersionStage::Current, "v1", text(&row.current));
        let expected = Expected {
            foreign: row.foreign.clone(),
            gains: row.gains.clone(),
            loses: row.loses.clone(),
            memberships: row.memberships.clone(),
            regenerates: row.regenerates,
        };
        let scene = Self {
            tools: world.tools(),
            now_ms: AtomicU64::new(START_MS),
            strategy: strategy(id).unwrap(),
            before: row.current.clone(),
            row: expected,
            fuse,
            store,
            world,
        };
        scene.wait_for_overlap();
        scene
    }

    pub(crate) fn machine(&self) -> Machine<'_> {
        Machine {
            secret: SECRET,
            store: &self.store,
            strategy: self.strategy,
            tools: &self.tools,
            overlap_ms: OVERLAP_MS,
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    pub(crate) fn wait(&self, ms: u64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
        self.store.tell_time(self.now_ms());
    }

    pub(crate) fn wait_for_overlap(&self) {
        self.wait(OVERLAP_MS + 1_000);
    }

    /// What a scheduler does before its first step: there is a version, and it has no value.
    pub(crate) fn begin(&self, version: &str) {
        if !self.describe().versions.contains_key(version) {
            self.store.add(SECRET, VersionStage::Pending, version, Content::Empty);
        }
    }

    pub(crate) fn step(&self, step: Step, version: &str) -> Result<Outcome, RotationError> {
        let request = StepRequest { secret: SECRET, step, version, rotation_token: None };
        self.silent(block_on(self.machine().step(&request, self.now_ms())))
    }

    pub(crate) fn run_steps(&self, version: &str, times: usize) -> Result<Outcome, RotationError> {
        self.begin(version);
        let mut outcome = Ok(Outcome::Done);
        for (name, step) in steps() {
            for time in 1..=times {
                self.wait(1_000);
                let taken = self.step(step, version)?;
                let repeated = time > 1 && name == "finish";
                outcome = if repeated { outcome } else { Ok(taken) };
            }
        }
        outcome
    }

    pub(crate) fn run_all(&self, version: &str, only_from: Option<&str>) -> Result<Outcome, RotationError> {
        let trigger = Trigger { secret: SECRET, version, only_from, only_if_older_than_ms: None };
        self.wait(1_000);
        self.silent(block_on(self.machine().run_all(&trigger, self.now_ms())))
    }

    pub(crate) fn retire(&self) -> Result<Outcome, RotationError> {
        self.silent(block_on(self.machine().retire(self.now_ms())))
    }

    pub(crate) fn describe(&self) -> Description {
        self.aside(|| block_on(self.store.describe(SECRET)).unwrap())
    }

    pub(crate) fn value(&self, stage: VersionStage) -> Option<String> {
        let read = self.aside(|| block_on(self.store.read(SECRET, stage, None)));
        read.ok().flatten().map(|value| value.expose().to_owned())
    }

    pub(crate) fn works(&self, value: &str) -> bool {
        let current = self.value(VersionStage::Current).unwrap();
        self.world.works(self.strategy.id(), value, &current, self.now_ms())
    }

    pub(crate) fn check_current_works(&self, told: &str) {
        let current = self.value(VersionStage::Current).unwrap();
        assert!(self.works(&current), "{told}: the current value does not work");
    }

    /// That nothing is alive but what the current and the previous value hold, and what is not ours.
    pub(crate) fn check_clean(&self, told: &str) {
        let values = [VersionStage::Current, VersionStage::Previous].map(|stage| self.value(stage));
        let mut expected = self.row.foreign.clone();
        expected.extend(values.iter().flatten().filter_map(|value| World::id_in(value)));
        expected.sort();
        assert_eq!(self.world.alive(), expected, "{told}: credentials that are alive");
    }

    pub(crate) fn check_rotated(&self, told: &str) {
        let description = self.describe();
        let current = self.value(VersionStage::Current).unwrap();
        assert!(description.current().is_some_and(|version| version.starts_with("v2")), "{told}");
        assert_eq!(description.previous(), Some("v1"), "{told}");
        assert_eq!(description.pending(), None, "{told}");
        assert_eq!(self.value(VersionStage::Previous).as_ref(), Some(&self.before), "{told}");
        assert_ne!(current, self.before, "{told}");
        assert!(self.works(&current), "{told}: the new value does not work");
        assert!(self.works(&self.before), "{told}: the old value does not work in its overlap");
        self.check_clean(told);
        assert_eq!(self.world.memberships(), self.row.memberships, "{told}");
        assert_eq!(self.world.regenerated(), self.row.regenerates, "{told}: regenerated");
        for gained in &self.row.gains {
            assert!(current.contains(gained) && !self.before.contains(gained), "{told}: {gained}: {current}");
        }
        for lost in &self.row.loses {
            assert!(!current.contains(lost) && self.before.contains(lost), "{told}: {lost}: {current}");
        }
    }

    /// Puts a value that cannot be used into its place.
    pub(crate) fn refuse(&self, refusal: &Refusal) {
        if let Some(current) = &refusal.current {
            self.store.add(SECRET, VersionStage::Current, "v1", text(current));
        }
        if let Some(secrets) = &refusal.secrets {
            self.world.replace_secrets(secrets);
        }
        self.wait_for_overlap();
        self.begin("v2");
        if let Some(pending) = &refusal.pending {
            self.store.add(SECRET, VersionStage::Pending, "v2", text(pending));
        }
    }

    /// Everything that a refused step must leave alone.
    pub(crate) fn state(&self) -> (Description, [Option<String>; 2], String) {
        let values = [VersionStage::Current, VersionStage::Pending].map(|stage| self.value(stage));
        (self.describe(), values, self.world.state())
    }

    /// No answer holds anything that works.
    fn silent(&self, answer: Result<Outcome, RotationError>) -> Result<Outcome, RotationError> {
        let shown = format!("{answer:?}");
        for value in self.world.values() {
            assert!(!shown.contains(&value), "{shown} holds `{value}`");
        }
        answer
    }

    /// Looks without being counted or stopped.
    fn aside<T>(&self, look: impl FnOnce() -> T) -> T {
        self.fuse.pause(true);
        let seen = look();
        self.fuse.pause(false);
        seen
    }
}
