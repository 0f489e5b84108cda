//! What a strategy calls out to, in memory: an API that makes credentials, a service that gives two to a user, a
//! database, and other secrets. Every call goes through the fuse.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::strategies::postgres_password::scram;
use crate::{
    AccountKeys, CredentialService, Exchange, Fuse, HttpAnswer, HttpRequest, KeyName, KeyPair,
    NewServiceCredential, Random, RotationError, ServiceCredential, SqlLogin, SqlServer, SqlSession, Tools,
    caller_keys,
};

const ADMIN: &str = "Bearer admin-hunter2";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credential {
    id: String,
    value: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    inactive: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    name: String,
    /// As it was set: a plain text, or a verifier.
    password: String,
    #[serde(default)]
    member_of: Vec<String>,
}

#[derive(Debug, Default)]
struct State {
    credentials: Vec<Credential>,
    roles: Vec<Role>,
    secrets: BTreeMap<String, String>,
    /// The two keys of an account.
    keys: [String; 2],
    /// How often a key was regenerated.
    regenerated: usize,
    made: u64,
    /// What HTTP answers instead of what it would.
    answer: Option<(u16, String)>,
}

pub(crate) struct World {
    fuse: Arc<Fuse>,
    state: Mutex<State>,
}

/// What of the world a trait is implemented for.
#[derive(Clone)]
struct Door(Arc<World>);

impl World {
    pub(crate) fn new(
        fuse: Arc<Fuse>,
        credentials: &[Credential],
        roles: &[Role],
        secrets: &BTreeMap<String, String>,
        keys: &[String; 2],
    ) -> Arc<Self> {
        let (credentials, roles, secrets) = (credentials.to_vec(), roles.to_vec(), secrets.clone());
        let state = State { credentials, roles, secrets, keys: keys.clone(), ..State::default() };
        Arc::new(Self { fuse, state: Mutex::new(state) })
    }

    pub(crate) fn tools(self: &Arc<Self>) -> Tools {
        let door = || Arc::new(Door(Arc::clone(self)));
        Tools {
            random: door(),
            accounts: Some(door()),
            credentials: Some(door()),
            exchange: Some(door()),
            secrets: Some(door()),
            sql: Some(door()),
        }
    }

    pub(crate) fn replace_secrets(&self, secrets: &BTreeMap<String, String>) {
        self.lock().secrets = secrets.clone();
    }

    /// Whether whoever holds this value gets in.
    pub(crate) fn works(&self, strategy: &str, value: &str, current: &str, now_ms: u64) -> bool {
        let parsed: Value = serde_json::from_str(value).unwrap();
        let of = |name: &str| parsed[name].as_str().unwrap_or_default();
        match strategy {
            "azure_account_key" => self.lock().keys[slot(of("key_name"))] == of("key"),
            "bedrock_api_key" => self.lock().holds(of("credential_id"), of("key")),
            "caller_keys" => {
                let rows = caller_keys("gate", &Secret::new(current.to_owned())).unwrap();
                let good = |hash: [u8; 32]| {
                    rows.iter()
                        .any(|row| row.sha256 == hash && row.not_after.is_none_or(|end| end * 1000 > now_ms))
                };
                let keys = parsed["keys"].as_array().unwrap().iter().filter_map(|row| row["key"].as_str());
                keys.clone().count() > 0 && keys.into_iter().all(|key| good(Sha256::digest(key).into()))
            }
            "http_credential" => self.lock().holds(of("id"), of("value")),
            "postgres_password" => self.lock().lets_in(of("username"), of("password")),
            other => panic!("nobody knows when a value of `{other}` works"),
        }
    }

    /// The ids of all credentials, sorted.
    pub(crate) fn alive(&self) -> Vec<String> {
        let mut ids: Vec<_> =
            self.lock().credentials.iter().map(|credential| credential.id.clone()).collect();
        ids.sort();
        ids
    }

    /// How often a key was regenerated.
    pub(crate) fn regenerated(&self) -> usize {
        self.lock().regenerated
    }

    /// Somebody else regenerates both keys of the account.
    pub(crate) fn regenerate_both(&self) {
        self.lock().keys = ["by-hand-hunter2-1", "by-hand-hunter2-2"].map(str::to_owned);
    }

    /// The id of the credential that a value holds, where such things have ids.
    pub(crate) fn id_in(value: &str) -> Option<String> {
        let parsed: Value = serde_json::from_str(value).ok()?;
        parsed.get("credential_id").or(parsed.get("id"))?.as_str().map(str::to_owned)
    }

    /// Which role is a member of which.
    pub(crate) fn memberships(&self) -> Vec<[String; 2]> {
        let state = self.lock();
        let of =
            |role: &Role| role.member_of.iter().map(|other| [role.name.clone(), other.clone()]).collect();
        state.roles.iter().flat_map(|role| -> Vec<_> { of(role) }).collect()
    }

    /// Somebody else ends every credential but this one.
    pub(crate) fn end_all_but(&self, id: &str) {
        self.lock().credentials.retain(|credential| credential.id == id);
    }

    /// From now on HTTP answers this, where it is something.
    pub(crate) fn answer_with(&self, answer: Option<(u16, &str)>) {
        self.lock().answer = answer.map(|(status, body)| (status, body.to_owned()));
    }

    pub(crate) fn state(&self) -> String {
        let state = self.lock();
        format!("{:?} {:?} {:?}", state.credentials, state.roles, state.keys)
    }

    /// What must be seen nowhere.
    pub(crate) fn values(&self) -> Vec<String> {
        let state = self.lock();
        let values = state.credentials.iter().map(|credential| credential.value.clone());
        let keys = state.keys.iter().filter(|key| !key.is_empty()).cloned();
        values.chain(state.roles.iter().map(|role| role.password.clone())).chain(keys).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn call<'a, T: Send + 'a>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, RotationError>,
    ) -> BoxFuture<'a, Result<T, RotationError>> {
        Box::pin(ready(self.fuse.run(|| work(&mut self.lock()))))
    }
}

impl State {
    fn holds(&self, id: &str, value: &str) -> bool {
        self.opens(value).is_some_and(|credential| credential.id == id)
    }

    fn opens(&self, value: &str) -> Option<&Credential> {
        self.credentials.iter().find(|credential| credential.value == value && !credential.inactive)
    }

    fn make(&mut self, tag: &str) -> (String, String) {
        self.made += 1;
        let (id, value) = (format!("made-{}", self.made), format!("value-hunter2-{}", self.made));
        let credential =
            Credential { id: id.clone(), value: value.clone(), tag: tag.to_owned(), inactive: false };
        self.credentials.push(credential);
        (id, value)
    }

    fn remove(&mut self, id: &str) -> bool {
        let before = self.credentials.len();
        self.credentials.retain(|credential| credential.id != id);
        self.credentials.len() < before
    }

    fn lets_in(&self, user: &str, password: &str) -> bool {
        let role = self.roles.iter().find(|role| role.name == user);
        role.is_some_and(|role| match role.password.strip_prefix("SCRAM-SHA-256$4096:") {
            Some(rest) => verifier(password, rest.split('$').next().unwrap()) == role.password,
            None => role.password == password,
        })
    }

    fn answer(&mut self, request: &HttpRequest) -> (u16, Value) {
        let header = |name: &str| {
            let found = request.headers.iter().find(|(header, _)| header == name);
            found.map_or("", |(_, value)| value.expose())
        };
        let shown = header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let of_account =
            !header("api-key").is_empty() && self.keys.iter().any(|key| key == header("api-key"));
        let (is_admin, opens) = (header("authorization") == ADMIN, self.opens(shown).is_some() || of_account);
        let path = request.url.strip_prefix("https://api.example.com").unwrap();
        match (request.method.as_str(), path) {
            ("GET", "/models") => (if opens { 200 } else { 403 }, json!({})),
            (_, path) if path.starts_with("/keys") && !is_admin => (401, json!({})),
            ("POST", "/keys") => {
                let body: Value = serde_json::from_str(request.body.as_ref().unwrap().expose()).unwrap();
                assert_eq!(header("content-type"), "application/json");
                let (id, value) = self.make(body["name"].as_str().unwrap());
                (201, json!({"key": {"id": id, "secret": value}}))
            }
            ("GET", "/keys?limit=1000") => {
                let row = |credential: &Credential| json!({"id": credential.id, "name": credential.tag});
                (
                    200,
                    json!({"data": self.credentials.iter().map(row).collect::<Vec<_>>(), "has_more": false}),
                )
            }
            ("DELETE", path) => {
                let id = path.strip_prefix("/keys/").unwrap();
                (if self.remove(id) { 204 } else { 404 }, Value::Null)
            }
            (method, path) => panic!("{method} {path}"),
        }
    }

    fn alter(&mut self, statement: &str) {
        let words: Vec<_> = statement.split('"').collect();
        let password = statement.split('\'').nth(1).unwrap().to_owned();
        assert!(password.starts_with("SCRAM-SHA-256$"), "the password itself is not told");
        let name = words[1].to_owned();
        if words[0] == "ALTER ROLE " {
            self.roles.iter_mut().find(|role| role.name == name).unwrap().password = password;
        } else {
            assert_eq!((words[0], words[2]), ("CREATE ROLE ", " WITH LOGIN IN ROLE "));
            self.roles.push(Role { name, password, member_of: vec![words[3].to_owned()] });
        }
    }
}

/// Verifiers take their time, and the same logins are tried over and over.
fn verifier(password: &str, salt: &str) -> String {
    static KNOWN: Mutex<BTreeMap<(String, String), String>> = Mutex::new(BTreeMap::new());
    let key = (password.to_owned(), salt.to_owned());
    if let Some(known) = KNOWN.lock().unwrap().get(&key) {
        return known.clone();
    }
    let made = scram::verifier(password, &STANDARD.decode(salt).unwrap(), 4096).expose().to_owned();
    KNOWN.lock().unwrap().insert(key, made.clone());
    made
}

impl Random for Door {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RotationError> {
        let mut state = self.0.lock();
        for chunk in bytes.chunks_mut(32) {
            state.made += 1;
            chunk.copy_from_slice(&Sha256::digest(state.made.to_be_bytes())[..chunk.len()]);
        }
        Ok(())
    }
}

impl CredentialService for Door {
    fn list<'a>(&'a self, _user: &'a str) -> BoxFuture<'a, Result<Vec<ServiceCredential>, RotationError>> {
        self.0.call(|state| {
            let row = |credential: &Credential| ServiceCredential {
                id: credential.id.clone(),
                active: !credential.inactive,
                created_at_ms: 0,
            };
            Ok(state.credentials.iter().map(row).collect())
        })
    }

    fn create<'a>(&'a self, user: &'a str) -> BoxFuture<'a, Result<NewServiceCredential, RotationError>> {
        self.0.call(|state| {
            assert!(state.credentials.len() < 2, "a user has two at most");
            let (id, value) = state.make(user);
            Ok(NewServiceCredential { id, value: Secret::new(value) })
        })
    }

    fn deactivate<'a>(&'a self, _user: &'a str, id: &'a str) -> BoxFuture<'a, Result<(), RotationError>> {
        self.0.call(|state| {
            let found = state.credentials.iter_mut().find(|credential| credential.id == id);
            found.into_iter().for_each(|credential| credential.inactive = true);
            Ok(())
        })
    }

    fn delete<'a>(&'a self, _user: &'a str, id: &'a str) -> BoxFuture<'a, Result<(), RotationError>> {
        self.0.call(|state| {
            let found = state.credentials.iter().find(|credential| credential.id == id);
            assert!(found.is_none_or(|credential| credential.inactive), "it was made unusable first");
            state.remove(id);
            Ok(())
        })
    }
}

/// Where a key of an account stands.
fn slot(name: &str) -> usize {
    if name == "key2" { 1 } else { 0 }
}

impl AccountKeys for Door {
    fn list<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Result<KeyPair, RotationError>> {
        assert!(account.starts_with("/subscriptions/"));
        self.0.call(|state| {
            let [key1, key2] = state.keys.clone().map(Secret::new);
            Ok(KeyPair { key1, key2 })
        })
    }

    fn regenerate<'a>(
        &'a self,
        _account: &'a str,
        name: KeyName,
    ) -> BoxFuture<'a, Result<(), RotationError>> {
        self.0.call(move |state| {
            state.regenerated += 1;
            state.keys[slot(name.as_str())] = format!("made-hunter2-{}", state.regenerated);
            Ok(())
        })
    }
}

impl Exchange for Door {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpAnswer, RotationError>> {
        self.0.call(|state| {
            let (status, body) = state.answer.clone().unwrap_or_else(|| {
                let (status, body) = state.answer(&request);
                (status, body.to_string())
            });
            Ok(HttpAnswer { status, body: Secret::new(body) })
        })
    }
}

impl SecretStore for Door {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        let value = self.0.fuse.run(|| Ok(self.0.lock().secrets.get(name).cloned()));
        let name = name.to_owned();
        Box::pin(ready(match value {
            Ok(Some(value)) => {
                Ok(SecretVersion { value: Secret::new(value), version: "1".to_owned(), expires_at_ms: None })
            }
            Ok(None) => Err(SecretError::Missing { name, stage }),
            Err(_) => Err(SecretError::Unreachable { name, reason: "it was ended".to_owned() }),
        }))
    }
}

impl SqlServer for Door {
    fn open<'a>(&'a self, login: SqlLogin<'a>) -> BoxFuture<'a, Result<Box<dyn SqlSession>, RotationError>> {
        let door = self.clone();
        self.0.call(move |state| {
            assert_eq!((login.host, login.port, login.database), ("db.internal", 5432, "app"));
            if !state.lets_in(login.user, login.password.expose()) {
                let (service, action) = ("the database".to_owned(), "log in".to_owned());
                return Err(RotationError::Refused { service, action, reason: "28P01".to_owned() });
            }
            Ok(Box::new(Session { door, user: login.user.to_owned() }) as Box<dyn SqlSession>)
        })
    }
}

struct Session {
    door: Door,
    user: String,
}

impl SqlSession for Session {
    fn run<'a>(
        &'a mut self,
        statement: &'a str,
        parameters: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<String>, RotationError>> {
        self.door.0.call(|state| match statement {
            "SELECT current_user::text" => Ok(vec![self.user.clone()]),
            statement if statement.starts_with("SELECT rolname") => {
                let named = state.roles.iter().filter(|role| role.name == parameters[0]);
                Ok(named.map(|role| role.name.clone()).collect())
            }
            statement => {
                assert_eq!(self.user, "admin");
                state.alter(statement);
                Ok(Vec::new())
            }
        })
    }
}
