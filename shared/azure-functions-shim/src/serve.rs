//! The server: HTTP/1.1 on loopback, for the host alone. The host is trusted with connections and with time: it pools
//! its connections and would fail a call on one that we had closed, so nothing here times out.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::task::{JoinError, JoinSet};

use crate::app::App;
use crate::invocation::Invocation;
use crate::start::Listener;

/// How long to wait before accepting again when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl App {
    /// Serves until `shutdown` is done, then cuts what is under way. The host kills a handler and lets it drain
    /// nothing, so that an app usually passes [`std::future::pending`]; one that ends by itself ends its program with
    /// [`EXIT_RESTART`](crate::EXIT_RESTART).
    pub async fn serve(self, listener: Listener, shutdown: impl Future<Output = ()>) {
        let app = Arc::new(self);
        let mut connections = JoinSet::new();
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                Some(ended) = connections.join_next() => report(&app, ended),
                accepted = listener.socket().accept() => match accepted {
                    Ok((stream, _)) => drop(connections.spawn(converse(Arc::clone(&app), stream))),
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
    }
}

async fn converse(app: Arc<App>, stream: TcpStream) {
    // Answers are written in one go, and a small one must not wait for the peer's acknowledgement.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(app.answer(request).await) }
    });
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_header_size(app.bounds().max_header_bytes)
        .max_headers(app.bounds().max_headers);
    // A connection that breaks off is a caller who left: there is nobody to tell.
    let _ = protocol.serve_connection(TokioIo::new(stream), answer).await;
}

fn report(app: &App, ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        app.tell(&Invocation::default(), "a handler failed inside; its connection was closed");
    }
}
