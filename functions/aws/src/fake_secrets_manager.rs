//! A small Secrets Manager for tests: one secret with its versions and stages, which answers as the real one does
//! and keeps what it was asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use enforcement::{Clock, Sending, Transport, TransportError};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use secrets::Secret;
use serde_json::{Value, json};

use crate::credentials::RoleCredentials;
use crate::secret_store::ServiceAccess;
use crate::secret_store::secrets_manager::SecretsManager;

/// The one secret that there is.
pub(crate) const ARN: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:callers-AbCdEf";

/// The service, and the clock that both sides go by, in Unix milliseconds.
#[derive(Default)]
pub(crate) struct FakeSecretsManager(Mutex<State>);

#[derive(Default)]
pub(crate) struct State {
    pub(crate) now_ms: u64,
    pub(crate) rotation_disabled: bool,
    pub(crate) versions: BTreeMap<String, Version>,
    pub(crate) asked: Vec<(String, Value)>,
    /// An operation that is answered with this status and error type.
    pub(crate) failing: Option<(&'static str, u16, &'static str)>,
    last_rotated_ms: Option<u64>,
    last_changed_ms: u64,
}

#[derive(Default)]
pub(crate) struct Version {
    /// As the members of an answer.
    pub(crate) value: Option<Value>,
    pub(crate) stages: BTreeSet<String>,
    created_ms: u64,
}

/// A status, and an error's type or the whole answer.
type Answer = Result<Value, (u16, &'static str)>;

impl FakeSecretsManager {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// What the service itself does first in a rotation.
    pub(crate) fn begin(&self, version: &str) {
        self.add(version, "AWSPENDING", None);
    }

    pub(crate) fn add(&self, version: &str, stage: &str, value: Option<Value>) {
        let mut state = self.state();
        let now_ms = state.now_ms;
        state.stage(stage, version);
        let added = state.versions.get_mut(version).unwrap();
        (added.value, added.created_ms) = (value, now_ms);
        state.last_changed_ms = now_ms;
    }

    pub(crate) fn at(&self, stage: &str) -> Option<(String, Option<Value>)> {
        let state = self.state();
        let found = state.versions.iter().find(|(_, version)| version.stages.contains(stage));
        found.map(|(id, version)| (id.clone(), version.value.clone()))
    }

    pub(crate) fn store(self: &Arc<Self>) -> SecretsManager {
        self.store_for(Some(&RoleCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: Secret::new("hush".to_owned()),
            session_token: None,
        }))
    }

    pub(crate) fn store_for(self: &Arc<Self>, role: Option<&RoleCredentials>) -> SecretsManager {
        SecretsManager::new(ServiceAccess {
            endpoint: Uri::from_static("https://secretsmanager.eu-west-1.amazonaws.com"),
            region: "eu-west-1",
            role,
            transport: Arc::clone(self) as Arc<dyn Transport>,
            clock: Arc::clone(self) as Arc<dyn Clock>,
        })
    }
}

impl Clock for FakeSecretsManager {
    fn unix_millis(&self) -> u64 {
        self.state().now_ms
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

impl Transport for FakeSecretsManager {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        assert!(request.headers().contains_key("authorization"), "signed");
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let operation = target.strip_prefix("secretsmanager.").unwrap().to_owned();
        let message: Value = serde_json::from_slice(request.body()).unwrap();
        let (status, body) = match self.state().answer(&operation, message) {
            Ok(body) => (200, body),
            Err((status, kind)) => (status, json!({"__type": kind, "message": "hunter2"})),
        };
        let body = Full::new(Bytes::from(body.to_string()));
        let body = body.map_err(|never| -> TransportError { match never {} }).boxed_unsync();
        let answer = Response::builder().status(status).body(body).unwrap();
        Box::pin(std::future::ready(Ok(answer)))
    }
}

impl State {
    fn answer(&mut self, operation: &str, message: Value) -> Answer {
        self.asked.push((operation.to_owned(), message.clone()));
        if let Some((_, status, kind)) = self.failing.filter(|(failing, ..)| *failing == operation) {
            return Err((status, kind));
        }
        if message["SecretId"] != ARN {
            return Err((400, "ResourceNotFoundException"));
        }
        match operation {
            "DescribeSecret" => Ok(self.describe()),
            "GetSecretValue" => self.read(&message),
            "PutSecretValue" => self.put(&message),
            "UpdateSecretVersionStage" => self.update(&message),
            other => panic!("{other} is no operation of a rotation"),
        }
    }

    fn describe(&self) -> Value {
        let stages: BTreeMap<_, _> =
            self.versions.iter().map(|(id, version)| (id, &version.stages)).collect();
        json!({
            "ARN": ARN,
            "RotationEnabled": !self.rotation_disabled,
            "LastChangedDate": seconds(self.last_changed_ms),
            "LastRotatedDate": self.last_rotated_ms.map(seconds),
            "VersionIdsToStages": stages,
        })
    }

    fn read(&self, message: &Value) -> Answer {
        let stage = message["VersionStage"].as_str().unwrap();
        let found = self.versions.iter().find(|(_, version)| version.stages.contains(stage));
        let found = found.filter(|(id, _)| message["VersionId"].as_str().is_none_or(|asked| asked == *id));
        let (id, version) = found.ok_or((400, "ResourceNotFoundException"))?;
        let mut answer = version.value.clone().ok_or((400, "ResourceNotFoundException"))?;
        answer["VersionId"] = id.as_str().into();
        answer["CreatedDate"] = seconds(version.created_ms).into();
        Ok(answer)
    }

    fn put(&mut self, message: &Value) -> Answer {
        let id = message["ClientRequestToken"].as_str().unwrap().to_owned();
        let value = json!({"SecretString": message["SecretString"]});
        let held = self.versions.get(&id).and_then(|version| version.value.as_ref());
        if held.is_some_and(|held| *held != value) {
            return Err((400, "ResourceExistsException"));
        }
        assert_eq!(message["VersionStages"], json!(["AWSPENDING"]), "else it would be current");
        self.stage("AWSPENDING", &id);
        self.versions.get_mut(&id).unwrap().value = Some(value);
        self.last_changed_ms = self.now_ms;
        Ok(json!({"VersionId": id}))
    }

    fn update(&mut self, message: &Value) -> Answer {
        let stage = message["VersionStage"].as_str().unwrap();
        let held = self.versions.iter().find(|(_, version)| version.stages.contains(stage));
        let held = held.map(|(id, _)| id.clone());
        if held.as_deref() != message["RemoveFromVersionId"].as_str() {
            return Err((400, "InvalidParameterException"));
        }
        let held = held.unwrap();
        self.versions.get_mut(&held).unwrap().stages.remove(stage);
        if let Some(to) = message["MoveToVersionId"].as_str() {
            self.stage(stage, to);
            self.stage("AWSPREVIOUS", &held);
            self.last_rotated_ms = Some(self.now_ms);
        }
        self.last_changed_ms = self.now_ms;
        Ok(json!({}))
    }

    fn stage(&mut self, stage: &str, version: &str) {
        for other in self.versions.values_mut() {
            other.stages.remove(stage);
        }
        self.versions.entry(version.to_owned()).or_default().stages.insert(stage.to_owned());
    }
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}
