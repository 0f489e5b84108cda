//! Sessions of a PostgreSQL database, for what rotation does in one. Always encrypted: the server's certificate is
//! checked before anything is said that is worth hearing, and where both sides can, the login is bound to it.
//!
//! A session is driven by whoever waits for it: there is no task of its own behind it, and between two statements
//! nobody reads from it.

mod binding;
mod error;
mod tls;

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use rotation::{RotationError, SqlLogin, SqlServer, SqlSession};
use secrets::BoxFuture;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, Connection, Row};

use crate::HostError;
use error::{Doing, strange, too_slow};
use tls::{Encrypted, Encryption, Handshaken};

/// How long it may take from the name of a host to an open session.
const LOGIN_PATIENCE: Duration = Duration::from_secs(10);
/// How long a statement may take. One that is given up here may still be carried out there.
const STATEMENT_PATIENCE: Duration = Duration::from_secs(20);

/// The way to PostgreSQL databases.
pub struct PostgresServer {
    encryption: Encryption,
}

impl PostgresServer {
    /// Trusts the system's certificate authorities (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others).
    ///
    /// # Errors
    /// When the system has none that can be read.
    pub fn with_native_roots() -> Result<Self, HostError> {
        Ok(Self { encryption: Encryption::with_native_roots().map_err(untrusting)? })
    }

    /// Trusts the certificate authorities in this text (PEM), and no other.
    ///
    /// # Errors
    /// When there is none in it, or one that cannot be read.
    pub fn with_authorities(pem: &[u8]) -> Result<Self, HostError> {
        Ok(Self { encryption: Encryption::with_authorities(pem).map_err(untrusting)? })
    }

    async fn log_in(&self, login: SqlLogin<'_>) -> Result<Session, RotationError> {
        let broken = |fault| error::of_io(Doing::Login, &fault);
        let stream = TcpStream::connect((login.host, login.port)).await.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        let stream = self.encryption.begin(stream, login.host).await?;
        let binding = tls::channel_binding(&stream);
        let opened = config(login).connect_raw(stream, Handshaken(binding)).await;
        let (client, connection) = opened.map_err(|fault| error::of(Doing::Login, &fault))?;
        Ok(Session { client, connection: Closing { connection, ended: false } })
    }
}

impl SqlServer for PostgresServer {
    fn open<'a>(&'a self, login: SqlLogin<'a>) -> BoxFuture<'a, Result<Box<dyn SqlSession>, RotationError>> {
        Box::pin(async move {
            let opened = timeout(LOGIN_PATIENCE, self.log_in(login)).await;
            let session = opened.map_err(|_| too_slow(Doing::Login))??;
            Ok(Box::new(session) as Box<dyn SqlSession>)
        })
    }
}

fn untrusting(reason: std::io::Error) -> HostError {
    HostError::System { what: "no certificate authorities can be read", reason }
}

fn config(login: SqlLogin<'_>) -> Config {
    let mut config = Config::new();
    config.user(login.user).password(login.password.expose()).dbname(login.database);
    config.application_name("sallyport");
    // The stream is encrypted when it comes here.
    config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
    config
}

/// An open session. The client goes first, which has the connection say goodbye.
struct Session {
    client: Client,
    connection: Closing,
}

impl SqlSession for Session {
    fn run<'a>(
        &'a mut self,
        statement: &'a str,
        parameters: &'a [&'a str],
    ) -> BoxFuture<'a, Result<Vec<String>, RotationError>> {
        Box::pin(async move {
            let ran = timeout(STATEMENT_PATIENCE, self.rows(statement, parameters)).await;
            ran.map_err(|_| too_slow(Doing::Statement))??.iter().map(first_column).collect()
        })
    }
}

impl Session {
    async fn rows(&mut self, statement: &str, parameters: &[&str]) -> Result<Vec<Row>, RotationError> {
        let typed: Vec<_> = parameters.iter().map(|text| (text as &(dyn ToSql + Sync), Type::TEXT)).collect();
        let asked = self.client.query_typed(statement, &typed);
        let answered = tokio::select! {
            biased;
            answered = asked => answered.map_err(|fault| error::of(Doing::Statement, &fault)),
            fault = self.connection.end() => Err(fault),
        };
        answered
    }
}

fn first_column(row: &Row) -> Result<String, RotationError> {
    row.try_get(0).map_err(|_| strange(Doing::Statement))
}

/// A connection that tells the server when it goes, as far as that can be done without waiting.
struct Closing {
    connection: Connection<tls::Stream, Encrypted>,
    ended: bool,
}

impl Closing {
    /// Drives it until it ends, which it does not do by itself as long as all is well.
    async fn end(&mut self) -> RotationError {
        if self.ended {
            return error::closed(Doing::Statement);
        }
        let end = Pin::new(&mut self.connection).await;
        self.ended = true;
        end.err().map_or(error::closed(Doing::Statement), |fault| error::of(Doing::Statement, &fault))
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        if !self.ended {
            let _ = Pin::new(&mut self.connection).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

#[cfg(test)]
mod tests;
