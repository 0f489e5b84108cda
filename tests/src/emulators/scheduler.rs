//! Secrets Manager's own part of a rotation, which the emulator leaves out: it makes a version known as pending, which
//! has no value yet, and asks the function for one step after the other, for each again when it failed.
//!
//! It also lets time pass, which no emulator does: what the function is told of a version's age is what it would be
//! told later. Values and stages are the emulator's own, always.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::account::Account;
use super::ministack::Ministack;
use super::passage::{Passage, Toll};
use crate::http::Answer;
use crate::lambda::{Outcome, Process};
use crate::upstream::Arrived;

/// The steps, in their order.
pub const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];
/// What the function is given with every step, and shows again with a value.
pub const ROTATION_TOKEN: &str = "9a8b7c6d-0000-4000-8000-0123456789ab";

/// By how many seconds each version is older than it is.
type Ages = Arc<Mutex<BTreeMap<String, u64>>>;

/// Whoever rotates one secret.
#[derive(Debug)]
pub struct Scheduler {
    root: Account,
    /// The secret's ARN.
    pub secret: String,
    passage: Passage,
    ages: Ages,
    begun: AtomicUsize,
}

impl Scheduler {
    /// Makes a secret with a first value, for which rotation is enabled. All calls of its function are counted.
    ///
    /// # Panics
    /// When the emulator refuses something.
    #[must_use]
    pub fn new(emulator: &Ministack, name: &str, value: &Value, toll: &Toll) -> Self {
        let root = emulator.root();
        let message = json!({"Name": name, "SecretString": value.to_string()});
        let secret = root.secrets("CreateSecret", &message)["ARN"].as_str().expect("an ARN").to_owned();
        let ages = Ages::default();
        let aging = Arc::clone(&ages);
        let corrected =
            move |arrived: &Arrived, answer: Answer| aged(&aging, without_nothing(arrived, answer));
        let passage = Passage::open(emulator.address(), toll, corrected);
        let own = Self { root, secret, passage, ages, begun: AtomicUsize::default() };
        own.enable();
        own
    }

    /// In the emulator only a rotation enables rotation. What it has made of the stages is taken back.
    fn enable(&self) {
        let arn = "arn:aws:lambda:eu-west-1:000000000000:function:rotate";
        let _ =
            self.root.secrets("RotateSecret", &json!({"SecretId": self.secret, "RotationLambdaARN": arn}));
        let previous = self.version("AWSPREVIOUS").expect("the version before");
        self.move_stage("AWSPREVIOUS", &json!({"RemoveFromVersionId": previous}));
    }

    /// Where the function finds Secrets Manager.
    #[must_use]
    pub fn url(&self) -> String {
        self.passage.url()
    }

    /// Makes a version known as pending, and tells its name. A stage is at one version only, for which the emulator
    /// does not see in this operation.
    pub fn begin(&self) -> String {
        if let Some(before) = self.version("AWSPENDING") {
            self.move_stage("AWSPENDING", &json!({"RemoveFromVersionId": before}));
        }
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let version = format!("6f1c2d3e-0000-4000-8000-{number:012}");
        let message =
            json!({"SecretId": self.secret, "ClientRequestToken": version, "VersionStages": ["AWSPENDING"]});
        let _ = self.root.secrets("PutSecretValue", &message);
        version
    }

    /// The event of a step.
    #[must_use]
    pub fn event(&self, step: &str, version: &str) -> Value {
        json!({
            "Step": step, "SecretId": self.secret, "ClientRequestToken": version, "RotationToken": ROTATION_TOKEN,
        })
    }

    /// Asks a process for all four steps.
    ///
    /// # Panics
    /// When one of them is not done.
    pub fn rotate(&self, process: &Process) -> String {
        let version = self.begin();
        for step in STEPS {
            let outcome = process.invoke(&self.event(step, &version));
            assert_eq!(outcome, Outcome::Answered(Value::Null), "{step}: {}", process.written());
        }
        version
    }

    /// Lets time pass: everything that is there is so many seconds older.
    pub fn pass(&self, seconds: u64) {
        let mut ages = self.ages.lock().unwrap_or_else(PoisonError::into_inner);
        for version in self.stages().into_keys() {
            *ages.entry(version).or_default() += seconds;
        }
    }

    /// The versions that have stages, and these, sorted.
    #[must_use]
    pub fn stages(&self) -> BTreeMap<String, Vec<String>> {
        let described = self.root.secrets("DescribeSecret", &json!({"SecretId": self.secret}));
        let stages = described["VersionIdsToStages"].clone();
        let mut stages: BTreeMap<String, Vec<String>> = serde_json::from_value(stages).expect("stages");
        stages.values_mut().for_each(|labels| labels.sort());
        stages.retain(|_, labels| !labels.is_empty());
        stages
    }

    /// The version with a stage.
    #[must_use]
    pub fn version(&self, stage: &str) -> Option<String> {
        let holds = |labels: &Vec<String>| labels.iter().any(|label| label == stage);
        self.stages().into_iter().find(|(_, labels)| holds(labels)).map(|(version, _)| version)
    }

    /// The value in a stage.
    ///
    /// # Panics
    /// When there is none, or it is no JSON.
    #[must_use]
    pub fn value(&self, stage: &str) -> Value {
        let found =
            self.root.secrets("GetSecretValue", &json!({"SecretId": self.secret, "VersionStage": stage}));
        let text = found["SecretString"].as_str().expect("a value that is text");
        serde_json::from_str(text).expect("a value that is JSON")
    }

    /// Moves a stage, as somebody else would.
    pub fn move_stage(&self, stage: &str, between: &Value) {
        let mut message = json!({"SecretId": self.secret, "VersionStage": stage});
        let members = message.as_object_mut().expect("an object");
        members.extend(between.as_object().cloned().unwrap_or_default());
        let _ = self.root.secrets("UpdateSecretVersionStage", &message);
    }
}

/// The emulator gives out a version that has no value, where Secrets Manager says that there is nothing; and it does
/// not look at the stage where a version is named.
fn without_nothing(arrived: &Arrived, answer: Answer) -> Answer {
    if answer.status != 200 || arrived.values("x-amz-target") != ["secretsmanager.GetSecretValue"] {
        return answer;
    }
    let (found, asked) = (answer.json(), serde_json::from_slice::<Value>(&arrived.body).unwrap_or_default());
    let valued = found["SecretString"].is_string() || found["SecretBinary"].is_string();
    let stages = found["VersionStages"].as_array().cloned().unwrap_or_default();
    if valued && (asked["VersionStage"].is_null() || stages.contains(&asked["VersionStage"])) {
        return answer;
    }
    let body = json!({"__type": "ResourceNotFoundException", "message": "there is no such value"});
    Answer { status: 400, body: body.to_string().into_bytes(), ..answer }
}

/// The answer as it would be later. A version's own date is as old as the version; the last change of the secret is as
/// old as its current version.
fn aged(ages: &Ages, mut answer: Answer) -> Answer {
    let Ok(mut json) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
    let current = json["VersionIdsToStages"].as_object().and_then(|versions| {
        let holds =
            |labels: &Value| labels.as_array().is_some_and(|labels| labels.contains(&"AWSCURRENT".into()));
        versions.iter().find(|(_, labels)| holds(labels)).map(|(version, _)| version.clone())
    });
    let version = current.or_else(|| json["VersionId"].as_str().map(str::to_owned)).unwrap_or_default();
    let age = ages.lock().unwrap_or_else(PoisonError::into_inner).get(&version).copied().unwrap_or_default();
    for name in ["CreatedDate", "LastChangedDate", "LastRotatedDate"] {
        if let Some(seconds) = json[name].as_u64() {
            json[name] = seconds.saturating_sub(age).into();
        }
    }
    answer.body = json.to_string().into_bytes();
    answer
}
