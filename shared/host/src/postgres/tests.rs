//! Sessions with servers that are none, that fall silent, or that refuse: what is told of each, and what never is.

use secrets::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// The error of a login at a server that hears the first message, says this, and then nothing more; silent or gone.
async fn open(says: &'static [u8], stays: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = async {
        let mut stream = listener.accept().await.unwrap().0;
        let mut heard = [0; 8];
        stream.read_exact(&mut heard).await.unwrap();
        stream.write_all(says).await.unwrap();
        if stays {
            std::future::pending::<()>().await;
        }
        drop(stream);
        let mut rest = Vec::new();
        rest.extend(heard);
        rest
    };
    let password = Secret::new("hunter2".to_owned());
    let login = SqlLogin { host: "127.0.0.1", port, database: "app", user: "app_a", password: &password };
    let server = PostgresServer::with_native_roots().unwrap();
    let opened = async { server.open(login).await.err().unwrap().to_string() };
    tokio::select! {
        biased;
        error = opened => error,
        _ = async { serve.await; std::future::pending::<()>().await } => unreachable!("it waits"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_none_is_told_from_one_that_is_away() {
    let unencrypted =
        "there is no permission to open a session of the database: the server does not offer encryption";
    let rows: [(&[u8], bool, &str); 5] = [
        (b"N", true, unencrypted),
        (b"E", false, unencrypted),
        (b"", true, "the database could not open a session: it does not answer in time"),
        (b"", false, "the database could not open a session: unexpected end of file"),
        (b"S", true, "the database could not open a session: it does not answer in time"),
    ];
    for (says, stays, expected) in rows {
        assert_eq!(open(says, stays).await, expected, "{says:?}");
    }
}

#[tokio::test]
async fn authorities_are_read_or_refused() {
    let rows: [(&[u8], &str); 3] = [
        (b"", "no certificate authorities can be read: there is none"),
        (b"no certificate", "no certificate authorities can be read: there is none"),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "no certificate authorities can be read: invalid peer certificate: BadEncoding",
        ),
    ];
    for (pem, expected) in rows {
        let refused = PostgresServer::with_authorities(pem).err().unwrap();
        assert_eq!(refused.to_string(), expected);
    }
}
