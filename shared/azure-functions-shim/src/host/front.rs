//! A port of the double's own, for clients that bring their own HTTP: what comes in is proxied to the handler, and the
//! answer goes back as it comes.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use http::header::HeaderValue;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::proxy::{complete_for, id_of, strip_principal};
use super::{Host, HostError, HostSettings, next_invocation};
use crate::body::Body;
use crate::invocation::{PROXIED_INVOCATION_ID, shown_key, strip_hop_by_hop};

/// What is needed to proxy a request.
struct Front {
    address: SocketAddr,
    settings: HostSettings,
    invocations: Arc<AtomicU64>,
}

pub(super) fn listen(host: &Host) -> Result<SocketAddr, HostError> {
    let refused = |reason| HostError::Refused { what: "listen", reason };
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let front = Front {
        address: host.address,
        settings: host.settings.clone(),
        invocations: Arc::clone(&host.invocations),
    };
    host.worker.run(accept(listener, Arc::new(front)));
    Ok(address)
}

async fn accept(listener: std::net::TcpListener, front: Arc<Front>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((stream, peer)) = listener.accept().await {
        let front = Arc::clone(&front);
        let proxy = service_fn(move |request| {
            let front = Arc::clone(&front);
            async move { Ok::<_, Infallible>(front.pass_on(request, peer).await) }
        });
        let _ = stream.set_nodelay(true);
        // A connection that breaks off is a caller who left.
        drop(tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), proxy).await;
        }));
    }
}

impl Front {
    async fn pass_on(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        let (mut head, body) = request.into_parts();
        let wanted = self.settings.function_key.as_deref();
        if wanted.is_some_and(|key| shown_key(&head) != Some(key)) {
            return told(StatusCode::UNAUTHORIZED);
        }
        strip_hop_by_hop(&mut head.headers);
        if self.settings.strip_principal {
            strip_principal(&mut head.headers);
        }
        // The platform puts the caller's address and port behind what the caller says.
        if let Ok(value) = HeaderValue::from_str(&peer.to_string()) {
            head.headers.append("x-forwarded-for", value);
        }
        let id = id_of(&next_invocation(&self.invocations));
        head.headers.insert(PROXIED_INVOCATION_ID, id.clone());
        complete_for(self.address, id, &mut head.uri, &mut head.headers);
        match self.exchange(Request::from_parts(head, body)).await {
            Some(mut answer) => {
                strip_hop_by_hop(answer.headers_mut());
                answer.map(|body| Body::incoming(body, usize::MAX))
            }
            None => told(StatusCode::BAD_GATEWAY),
        }
    }

    /// `None` when the handler does not answer.
    async fn exchange(&self, request: Request<Incoming>) -> Option<Response<Incoming>> {
        let stream = TcpStream::connect(self.address).await.ok()?;
        let _ = stream.set_nodelay(true);
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.ok()?;
        // It ends when the answer is read or dropped.
        drop(tokio::spawn(connection));
        sender.send_request(request).await.ok()
    }
}

fn told(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}
