//! Passwords of two PostgreSQL users that take turns: while one is in use, the other gets a new password.
//!
//! ```json
//! {"host": "db.internal", "port": 5432, "database": "app", "username": "app_a", "password": "…",
//!  "users": ["app_a", "app_b"], "admin_secret": "app-db-admin"}
//! ```
//!
//! - `username`, `password`: renewed; `username` is one of the two `users`. All else travels on untouched.
//! - `admin_secret`: the name of a secret `{"username": "…", "password": "…"}` whose user may change both.
//!
//! The database is told a verifier, never the password. A user that is there keeps its grants; one that is not is
//! made a member of the other, and so has its grants. There is nothing to retire: the next rotation overwrites
//! the previous password, which is why it waits for the end of the overlap.

mod quoting;
pub(crate) mod scram;

use secrets::{BoxFuture, Secret, Stage};
use serde_json::Value;

use super::generated;
use crate::document::Document;
use crate::error::RotationError;
use crate::services::{SqlLogin, SqlServer, SqlSession};
use crate::strategy::{Held, Staged, Strategy, Work};

/// The members that are renewed.
const RENEWED: &[&str] = &["password", "username"];

/// Renews the password of the user whose turn it is.
#[derive(Debug)]
pub(super) struct PostgresPassword;

impl Strategy for PostgresPassword {
    fn id(&self) -> &'static str {
        "postgres_password"
    }

    fn create<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<Secret, RotationError>> {
        let next = || {
            let mut database = Database::open(work, Staged::current(held.current))?;
            let password = generated::secret(work.tools.random.as_ref(), "")?;
            let idle = Value::String(database.idle.clone());
            database.document.set("username", idle);
            database.document.set("password", Value::String(password.expose().to_owned()));
            database.document.close()
        };
        Box::pin(std::future::ready(next()))
    }

    fn set<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let current = Database::open(work, Staged::current(held.current))?;
            let made = held.made(work.secret)?;
            let pending = Database::open(work, made)?;
            pending.document.check_same_but(&current.document, RENEWED)?;
            if pending.user != current.idle {
                return Err(pending.document.invalid("`username` is the user that is in use"));
            }
            match self.prove(work, made, &pending).await {
                Err(RotationError::Unproven { .. }) => self.set_password(work, &pending).await,
                proven => proven,
            }
        })
    }

    fn test<'a>(&'a self, work: Work<'a>, tested: Staged<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let database = Database::open(work, tested)?;
            self.prove(work, tested, &database).await
        })
    }

    fn finish<'a>(&'a self, _work: Work<'a>, _held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl PostgresPassword {
    fn server<'a>(&self, work: Work<'a>) -> Result<&'a dyn SqlServer, RotationError> {
        work.tool(self, work.tools.sql.as_ref(), "access to databases")
    }

    /// Logs in and asks who it is.
    async fn prove(
        &self,
        work: Work<'_>,
        tested: Staged<'_>,
        database: &Database,
    ) -> Result<(), RotationError> {
        let unproven = |reason: &str| RotationError::Unproven {
            secret: work.secret.to_owned(),
            stage: tested.stage,
            service: "the database".to_owned(),
            reason: reason.to_owned(),
        };
        let password = Secret::new(database.document.text("/password")?.to_owned());
        let mut session = match self.server(work)?.open(database.login(&database.user, &password)?).await {
            Err(RotationError::Refused { .. }) => return Err(unproven("the login was refused")),
            opened => opened?,
        };
        let users = session.run("SELECT current_user::text", &[]).await?;
        if users == [database.user.as_str()] { Ok(()) } else { Err(unproven("it logs in as another user")) }
    }

    async fn set_password(&self, work: Work<'_>, pending: &Database) -> Result<(), RotationError> {
        let verifier = pending.verifier(work)?;
        let mut session = self.open_as_admin(work, pending).await?;
        let statement = pending.statement(&verifier, exists(session.as_mut(), &pending.user).await?);
        session.run(statement.expose(), &[]).await.map(drop)
    }

    async fn open_as_admin(
        &self,
        work: Work<'_>,
        database: &Database,
    ) -> Result<Box<dyn SqlSession>, RotationError> {
        let secrets = work.tool(self, work.tools.secrets.as_ref(), "access to other secrets")?;
        let name = database.document.text("/admin_secret")?;
        let value = secrets.read(name, Stage::Current).await?.value;
        let admin = Document::open(name, Staged::current(&value))?;
        let password = Secret::new(admin.text("/password")?.to_owned());
        self.server(work)?.open(database.login(admin.text("/username")?, &password)?).await
    }
}

/// A value, and who is who in it.
struct Database {
    document: Document,
    user: String,
    /// The one of the two that is not `user`.
    idle: String,
    port: u16,
}

impl Database {
    fn open(work: Work<'_>, staged: Staged<'_>) -> Result<Self, RotationError> {
        let document = Document::open(work.secret, staged)?;
        for member in ["/host", "/database", "/password", "/admin_secret"] {
            document.text(member)?;
        }
        let port = document.value("/port").and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok());
        let port = port.filter(|port| *port > 0);
        let port = port.ok_or_else(|| document.invalid("`port` is not a whole number from 1 to 65535"))?;
        let user = document.text("/username")?.to_owned();
        let idle = idle(&document, &user)?;
        Ok(Self { document, user, idle, port })
    }

    fn login<'a>(&'a self, user: &'a str, password: &'a Secret) -> Result<SqlLogin<'a>, RotationError> {
        let (host, database) = (self.document.text("/host")?, self.document.text("/database")?);
        Ok(SqlLogin { host, port: self.port, database, user, password })
    }

    fn verifier(&self, work: Work<'_>) -> Result<Secret, RotationError> {
        let mut salt = [0_u8; 16];
        work.tools.random.fill(&mut salt)?;
        Ok(scram::verifier(self.document.text("/password")?, &salt, scram::ITERATIONS))
    }

    /// One statement, so that there is no state between a user that is made and one that has its grants.
    fn statement(&self, verifier: &Secret, exists: bool) -> Secret {
        let (user, other) = (quoting::identifier(&self.user), quoting::identifier(&self.idle));
        let password = Secret::new(quoting::literal(verifier.expose()));
        let password = password.expose();
        Secret::new(if exists {
            format!("ALTER ROLE {user} WITH LOGIN PASSWORD {password}")
        } else {
            format!("CREATE ROLE {user} WITH LOGIN IN ROLE {other} PASSWORD {password}")
        })
    }
}

fn idle(document: &Document, user: &str) -> Result<String, RotationError> {
    let users: Vec<_> = document.list("/users")?.iter().filter_map(Value::as_str).collect();
    let [one, other] = users.as_slice() else {
        return Err(document.invalid("`users` is not a list of two names"));
    };
    if one == other || document.list("/users")?.len() != 2 {
        return Err(document.invalid("`users` is not a list of two names"));
    }
    if ![*one, *other].iter().all(|name| quoting::is_name(name)) {
        return Err(
            document.invalid("`users` has a name that is empty, longer than 63 bytes or not plain text")
        );
    }
    match user {
        user if user == *one => Ok((*other).to_owned()),
        user if user == *other => Ok((*one).to_owned()),
        _ => Err(document.invalid("`username` is not one of `users`")),
    }
}

async fn exists(session: &mut dyn SqlSession, user: &str) -> Result<bool, RotationError> {
    let found =
        session.run("SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = $1", &[user]).await?;
    Ok(!found.is_empty())
}
