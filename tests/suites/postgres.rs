//! `postgres_password` against a real PostgreSQL server, through the sessions that functions open: what becomes of the
//! users, of their grants and of callers meanwhile, and what the server is told. Where there is no server to be had the
//! suite is skipped, and a line says why.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use conformance::postgres::{Postgres, Shown};
use conformance::python::tell;
use host::postgres::PostgresServer;
use host::random::SystemRandom;
use rotation::{
    Content, Machine, MemoryRotationStore, Moment, Outcome, RotationError, RotationStore as _, SqlLogin,
    SqlServer, SqlSession, Step, StepRequest, Tools, VersionStage, strategy,
};
use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};
use serde_json::{Value, json};
use tokio::sync::Notify;

const SECRET: &str = "team/database";
const OVERLAP_MS: u64 = 3_600_000;
const STEPS: [Step; 4] = [Step::Create, Step::Set, Step::Test, Step::Finish];
/// The passwords that there are before anything is rotated.
const FIRST: &str = "hunter2-app";
const ADMIN: &str = "hunter2-admin";

/// A user in use, one who may change it and one who may not, and something that it may read.
const DATABASE: &str = "\
CREATE ROLE admin LOGIN CREATEROLE PASSWORD 'hunter2-admin'
CREATE ROLE clerk LOGIN PASSWORD 'hunter2-admin'
CREATE ROLE app_a LOGIN PASSWORD 'hunter2-app'
GRANT app_a TO admin WITH ADMIN OPTION
CREATE TABLE held AS SELECT 'granted'::text AS word
GRANT SELECT ON held TO app_a
";
/// The other user, with a grant of its own.
const SECOND: &str = "\
CREATE ROLE app_b LOGIN PASSWORD 'hunter2-other'
GRANT app_b TO admin WITH ADMIN OPTION
GRANT SELECT ON held TO app_b
";

/// A secret, its database, and a machine that rotates it.
struct Scene {
    database: Postgres,
    store: MemoryRotationStore,
    calls: Arc<Calls>,
    now_ms: AtomicU64,
    /// Who changes the users.
    admin: (&'static str, &'static str),
}

/// Calls of the database, counted, and ended at one of them.
#[derive(Default)]
struct Calls {
    made: AtomicUsize,
    ends_at: AtomicUsize,
    after: AtomicUsize,
    ended: Notify,
}

/// A server or a session, the calls of which are counted.
struct Counted<T> {
    inner: T,
    calls: Arc<Calls>,
}

/// A store with one value for every name.
struct Admin(Value);

#[tokio::test]
async fn users_take_turns_and_the_one_before_still_logs_in() {
    let Some(scene) = Scene::new(SECOND) else { return };
    let mut values = vec![scene.current().await];
    for (version, user) in [("v2", "app_b"), ("v3", "app_a"), ("v4", "app_b")] {
        assert_eq!(scene.rotate(version).await, Ok(Outcome::Done), "{version}");
        values.push(scene.current().await);
        let [.., before, now] = &values[..] else { panic!("there are two") };
        assert_eq!(now["username"], user);
        for value in [before, now] {
            assert_eq!(
                scene.reads(value).await,
                Ok("granted".to_owned()),
                "{version}: {}",
                value["username"]
            );
        }
    }
    for old in &values[..2] {
        let error = scene.reads(old).await.unwrap_err();
        assert!(matches!(error, RotationError::Refused { .. }), "it was overwritten: {error}");
    }
    check_log(&scene, &values);
}

#[tokio::test]
async fn a_user_that_is_not_there_is_made_with_the_grants_of_the_other() {
    let Some(scene) = Scene::new("") else { return };
    for version in ["v2", "v3"] {
        assert_eq!(scene.rotate(version).await, Ok(Outcome::Done), "{version}");
        let value = scene.current().await;
        assert_eq!(scene.reads(&value).await, Ok("granted".to_owned()), "{version}: {}", value["username"]);
    }
    assert_eq!(scene.database.log().matches("CREATE ROLE").count(), 1, "{}", scene.database.log());
}

#[tokio::test]
async fn a_rotation_that_was_stopped_at_any_call_ends_right_when_it_is_run_again() {
    let Some(scene) = Scene::new(SECOND) else { return };
    assert_eq!(scene.rotate("v2").await, Ok(Outcome::Done));
    let calls = scene.calls.made.load(Ordering::SeqCst);
    assert_eq!(calls, 8, "a rotation opens four sessions and runs four statements");
    for (call, moment) in (1..=calls).flat_map(|call| [(call, Moment::Before), (call, Moment::After)]) {
        let told = format!("stopped {moment:?} call {call} of {calls}");
        let (version, before) = (format!("v-{call}-{moment:?}"), scene.current().await);
        scene.calls.end_at(call, moment);
        tokio::select! {
            outcome = scene.rotate(&version) => panic!("{told}: {outcome:?}"),
            () = scene.calls.ended.notified() => {}
        }
        scene.calls.end_at(0, moment);
        let in_use = scene.current().await;
        assert_eq!(in_use, before, "{told}");
        assert_eq!(scene.reads(&in_use).await, Ok("granted".to_owned()), "{told}");
        assert_eq!(scene.rotate(&version).await, Ok(Outcome::Done), "{told}");
        let after = scene.current().await;
        assert_ne!(after["username"], before["username"], "{told}");
        for value in [&before, &after] {
            assert_eq!(scene.reads(value).await, Ok("granted".to_owned()), "{told}: {}", value["username"]);
        }
    }
}

#[tokio::test]
async fn every_kind_of_certificate_lets_a_login_be_proven() {
    let Some(mut scene) = Scene::new(SECOND) else { return };
    let value = scene.current().await;
    let rows = [
        ("ec", "sha384"),
        ("ec", "sha512"),
        ("rsa:2048", "sha256"),
        ("rsa:2048", "sha512"),
        ("ed25519", "sha256"),
    ];
    for (key, hash) in rows {
        scene.database.start(Some(Shown { key, hash, ..Shown::default() }));
        assert_eq!(scene.reads(&value).await, Ok("granted".to_owned()), "{key} {hash}");
    }
}

#[tokio::test]
async fn what_a_rotation_cannot_do_is_told_without_a_password_and_changes_nothing() {
    let Some(mut scene) = Scene::new(SECOND) else { return };
    let good = scene.current().await;
    let refused = "the database refused to open a session: SQLSTATE 28P01";
    let denied = "there is no permission to run a statement in the database: SQLSTATE 42501";
    for (version, admin, says, transient) in [
        ("v2", ("admin", "hunter2-wrong"), refused, false),
        ("v2", ("nobody", ADMIN), refused, false),
        ("v2", ("clerk", ADMIN), denied, false),
    ] {
        scene.admin = admin;
        let error = scene.rotate(version).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_transient()), (says, transient), "{admin:?}");
    }
    scene.admin = ("admin", ADMIN);
    scene.database.stop();
    let error = scene.rotate("v2").await.unwrap_err();
    assert_eq!(error.to_string(), "the database could not open a session: connection refused");
    assert!(error.is_transient());
    scene.database.start(None);
    let error = scene.rotate("v2").await.unwrap_err().to_string();
    assert!(
        error.ends_with("open a session of the database: the server does not offer encryption"),
        "{error}"
    );
    scene.database.start(Some(Shown::default()));
    assert_eq!(scene.current().await, good);
    assert_eq!(scene.rotate("v2").await, Ok(Outcome::Done), "once all is well");
    check_log(&scene, &[good, scene.current().await]);
}

#[tokio::test]
async fn only_a_server_that_is_the_one_hears_a_name_or_a_password() {
    let Some(mut scene) = Scene::new("") else { return };
    let value = scene.current().await;
    let other = PostgresServer::with_authorities(&scene.database.authority()).unwrap();
    let elsewhere = "there is no permission to open a session of the database: the server's certificate is for another host";
    let unknown = "there is no permission to open a session of the database: the server's certificate is from nobody that is trusted";
    scene.database.start(Some(Shown { names: "DNS:db.example.com,IP:127.0.0.2", ..Shown::default() }));
    let heard = scene.database.log().len();
    let trusting = PostgresServer::with_authorities(&scene.database.authority()).unwrap();
    let system = PostgresServer::with_native_roots().unwrap();
    for (server, says) in [(&trusting, elsewhere), (&other, unknown), (&system, unknown)] {
        let error = read(server, &scene.database, &value).await.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_transient()), (says, false));
    }
    let missing = json!({"username": "app_a", "password": FIRST, "database": "missing"});
    scene.database.start(Some(Shown::default()));
    let error = scene.reads(&missing).await.unwrap_err().to_string();
    assert!(error.ends_with("open a session of the database: SQLSTATE 3D000"), "{error}");
    let log = scene.database.log();
    let unauthorised = log[heard..].lines().filter(|line| line.contains("user=app_a")).count();
    assert_eq!(unauthorised, 1, "only the last one said who it is: {}", &log[heard..]);
}

/// No password was ever told, and every session said goodbye.
fn check_log(scene: &Scene, values: &[Value]) {
    let log = scene.database.log();
    assert!(log.contains("PASSWORD 'SCRAM-SHA-256$4096:"), "statements are logged: {log}");
    assert!(log.contains("disconnection: session time"), "{log}");
    let passwords = values.iter().filter_map(|value| value["password"].as_str());
    for password in passwords.chain([FIRST, ADMIN, "hunter2"]) {
        assert!(!log.contains(password), "a password is in the log of the server: {log}");
    }
    for rude in ["unexpected eof", "SSL error"] {
        assert!(!log.to_lowercase().contains(&rude.to_lowercase()), "{rude}: {log}");
    }
}

// === impl Scene ===

impl Scene {
    /// A database that runs, with these statements besides. `None`, and a line, where there can be none.
    fn new(besides: &str) -> Option<Self> {
        let mut database = match Postgres::make(&format!("{DATABASE}{besides}")) {
            Ok(database) => database,
            Err(why) => {
                tell(&format!("skipped: the database's passwords; {why}"));
                return None;
            }
        };
        database.start(Some(Shown::default()));
        let store = MemoryRotationStore::default();
        let value = json!({
            "host": "127.0.0.1", "port": database.port(), "database": "app", "username": "app_a", "password": FIRST,
            "users": ["app_a", "app_b"], "admin_secret": "admin",
        });
        store.add(SECRET, VersionStage::Current, "v1", Content::Text(Secret::new(value.to_string())));
        let (calls, now_ms) = (Arc::default(), AtomicU64::new(1));
        Some(Self { database, store, calls, now_ms, admin: ("admin", ADMIN) })
    }

    /// Makes a whole rotation, step by step, when the overlap of the one before is over; or goes on with it.
    async fn rotate(&self, version: &str) -> Result<Outcome, RotationError> {
        let now_ms = self.now_ms.fetch_add(OVERLAP_MS + 1, Ordering::SeqCst) + OVERLAP_MS + 1;
        self.store.tell_time(now_ms);
        if !self.store.describe(SECRET).await?.versions.contains_key(version) {
            self.store.add(SECRET, VersionStage::Pending, version, Content::Empty);
        }
        let tools = self.tools();
        let machine = Machine {
            secret: SECRET,
            store: &self.store,
            strategy: strategy("postgres_password").unwrap(),
            tools: &tools,
            overlap_ms: OVERLAP_MS,
        };
        for step in STEPS {
            let request = StepRequest { secret: SECRET, step, version, rotation_token: None };
            machine.step(&request, now_ms).await.inspect_err(|error| self.check_silent(error))?;
        }
        Ok(Outcome::Done)
    }

    fn check_silent(&self, error: &RotationError) {
        let told = format!("{error} {error:?}");
        for secret in ["hunter2", "SCRAM-SHA-256", "ALTER", "127.0.0.1"] {
            assert!(!told.contains(secret), "{told}");
        }
    }

    fn tools(&self) -> Tools {
        let (user, password) = self.admin;
        let sql = Counted { inner: self.server(), calls: Arc::clone(&self.calls) };
        Tools {
            accounts: None,
            random: Arc::new(SystemRandom),
            credentials: None,
            exchange: None,
            secrets: Some(Arc::new(Admin(json!({"username": user, "password": password})))),
            sql: Some(Arc::new(sql)),
        }
    }

    fn server(&self) -> PostgresServer {
        PostgresServer::with_authorities(&self.database.authority()).unwrap()
    }

    async fn current(&self) -> Value {
        let value = self.store.read(SECRET, VersionStage::Current, None).await.unwrap().unwrap();
        serde_json::from_str(value.expose()).unwrap()
    }

    async fn reads(&self, value: &Value) -> Result<String, RotationError> {
        read(&self.server(), &self.database, value).await
    }
}

/// Reads what is granted, as a caller with this value does.
async fn read(server: &PostgresServer, database: &Postgres, value: &Value) -> Result<String, RotationError> {
    let password = Secret::new(value["password"].as_str().unwrap().to_owned());
    let login = SqlLogin {
        host: "127.0.0.1",
        port: database.port(),
        database: value["database"].as_str().unwrap(),
        user: value["username"].as_str().unwrap(),
        password: &password,
    };
    let mut rows = server.open(login).await?.run("SELECT word FROM held", &[]).await?;
    Ok(rows.remove(0))
}

// === impl Calls ===

impl Calls {
    /// Counts anew, and ends at this call, counted from one; never at 0.
    fn end_at(&self, call: usize, moment: Moment) {
        self.made.store(0, Ordering::SeqCst);
        self.after.store(usize::from(moment == Moment::After), Ordering::SeqCst);
        self.ends_at.store(call, Ordering::SeqCst);
    }

    async fn make<T>(&self, call: impl Future<Output = T>) -> T {
        let ends = self.made.fetch_add(1, Ordering::SeqCst) + 1 == self.ends_at.load(Ordering::SeqCst);
        if ends && self.after.load(Ordering::SeqCst) == 0 {
            return self.end().await;
        }
        let answer = call.await;
        if ends { self.end().await } else { answer }
    }

    /// What waits for this is dropped, as a process ends.
    async fn end<T>(&self) -> T {
        self.ended.notify_one();
        pending().await
    }
}

impl SqlServer for Counted<PostgresServer> {
    fn open<'a>(&'a self, login: SqlLogin<'a>) -> BoxFuture<'a, Result<Box<dyn SqlSession>, RotationError>> {
        Box::pin(async move {
            let inner = self.calls.make(self.inner.open(login)).await?;
            Ok(Box::new(Counted { inner, calls: Arc::clone(&self.calls) }) as Box<dyn SqlSession>)
        })
    }
}

impl SqlSession for Counted<Box<dyn SqlSession>> {
    fn run<'a>(
        &'a mut self,
        statement: &'a str,
        parameters: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<String>, RotationError>> {
        Box::pin(self.calls.make(self.inner.run(statement, parameters)))
    }
}

impl SecretStore for Admin {
    fn read<'a>(
        &'a self,
        _name: &'a str,
        _stage: Stage,
    ) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        let value = Secret::new(self.0.to_string());
        let version = SecretVersion { value, version: "1".to_owned(), expires_at_ms: None };
        Box::pin(std::future::ready(Ok(version)))
    }
}
