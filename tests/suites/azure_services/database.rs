//! The password of a database over the vault, by the built function, against a real PostgreSQL server.

use conformance::postgres::{Postgres, Shown};
use conformance::python::tell;
use host::postgres::PostgresServer;
use rotation::{SqlLogin, SqlServer as _};
use secrets::Secret;
use serde_json::{Value, json};

use super::scene::{SECRET, Scene, wait_for, written};

/// Two users that take turns, who may change them, and something that they may read.
const DATABASE: &str = "\
CREATE ROLE admin LOGIN CREATEROLE PASSWORD 'quokka-admin'
CREATE ROLE app_a LOGIN PASSWORD 'quokka-app'
CREATE ROLE app_b LOGIN PASSWORD 'quokka-other'
GRANT app_a TO admin WITH ADMIN OPTION
GRANT app_b TO admin WITH ADMIN OPTION
CREATE TABLE held AS SELECT 'granted'::text AS word
GRANT SELECT ON held TO app_a
GRANT SELECT ON held TO app_b
";

fn database(test: &str) -> Option<Postgres> {
    let mut database =
        Postgres::make(DATABASE).inspect_err(|why| tell(&format!("skipped: {test}, {why}"))).ok()?;
    database.start(Some(Shown::default()));
    Some(database)
}

/// What a caller with this value reads.
fn reads(database: &Postgres, value: &Value) -> Result<Vec<String>, String> {
    let server = PostgresServer::with_authorities(&database.authority()).unwrap();
    let password = Secret::new(value["password"].as_str().unwrap().to_owned());
    let login = SqlLogin {
        host: "127.0.0.1",
        port: database.port(),
        database: "app",
        user: value["username"].as_str().unwrap(),
        password: &password,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut session = server.open(login).await.map_err(|fault| fault.to_string())?;
        session.run("SELECT word FROM held", &[]).await.map_err(|fault| fault.to_string())
    })
}

#[test]
fn users_take_turns_and_the_one_before_still_logs_in() {
    let test = "the rotation of a database's password over a vault";
    let Some(scene) = Scene::new(test, "postgres_password") else { return };
    let Some(database) = database(test) else { return };
    scene.vault.put("admin", &json!({"username": "admin", "password": "quokka-admin"}).to_string());
    scene.put(&json!({
        "host": "127.0.0.1", "port": database.port(), "database": "app", "username": "app_a",
        "password": "quokka-app", "users": ["app_a", "app_b"], "admin_secret": "admin",
    }));
    // Who vouches for the vault vouches for no database, and the other way round.
    let trusted = scene.named.authority().with_file_name("both.pem");
    let both = [std::fs::read(scene.named.authority()).unwrap(), database.authority()].concat();
    std::fs::write(&trusted, both).unwrap();
    let stranger = scene.rotator(&[]);
    let invoked = scene.tell(&stranger, &scene.vault.current(SECRET).id).unwrap();
    assert!(invoked.result.is_err(), "{invoked:?}");
    wait_for(&stranger, "the server's certificate is from nobody that is trusted");
    assert!(
        !database.log().contains("user=app_b") && !database.log().contains("user=admin"),
        "nobody said who it is"
    );
    drop(stranger);
    let host = scene.rotator(&[("SSL_CERT_FILE", trusted.display().to_string())]);
    for user in ["app_b", "app_a", "app_b"] {
        let before = scene.value();
        scene.renew(&host);
        let value = scene.value();
        assert_eq!(value["username"], user);
        for value in [&before, &value] {
            assert_eq!(reads(&database, value), Ok(vec!["granted".to_owned()]), "{user}");
        }
        scene.pass();
    }
    let _ = written(&host);
    let log = database.log();
    for version in scene.vault.versions(SECRET) {
        let value: Value = serde_json::from_str(&version.value).unwrap();
        assert!(!log.contains(value["password"].as_str().unwrap()), "a password is in the log of the server");
    }
}
