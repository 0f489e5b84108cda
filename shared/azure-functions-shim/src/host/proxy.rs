//! HTTP through the host: what it sets, what it takes away, and the answer as it comes.

use std::net::SocketAddr;
use std::sync::mpsc as blocking;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderMap, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::{Host, HostError, VERSION};
use crate::body::Body;
use crate::invocation::{HOST_VERSION, INVOCATION_ID, PROXIED_INVOCATION_ID, shown_key, strip_hop_by_hop};

/// How many pieces of an answer wait to be taken before the handler is slowed down.
const ROOM: usize = 1;

/// Whatever begins so, the platform says of a caller, and nobody else.
const PRINCIPAL: &str = "x-ms-client-principal";

/// An answer, which may still be coming.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// `None` once it has ended, well or not.
    pieces: Option<Pieces>,
}

/// Pieces, and in the end `Ok(None)`: a channel that closes without it is an answer that broke off.
type Pieces = mpsc::Receiver<Piece>;

/// What goes into the channel.
pub(super) type Piece = Result<Option<Bytes>, HostError>;

type Head = Result<(StatusCode, HeaderMap), HostError>;

impl Answer {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, pieces: Option<Pieces>) -> Self {
        Self { status, headers, pieces }
    }

    /// The next piece, once it is there; `None` at the end.
    ///
    /// # Panics
    /// Within a runtime, which it would block.
    pub fn next_piece(&mut self) -> Option<Result<Bytes, HostError>> {
        let piece = self.pieces.as_mut()?.blocking_recv().unwrap_or(Err(HostError::Broken));
        if !matches!(piece, Ok(Some(_))) {
            self.pieces = None;
        }
        piece.transpose()
    }

    /// All that is still to come.
    ///
    /// # Errors
    /// It broke off.
    pub fn rest(&mut self) -> Result<Bytes, HostError> {
        let mut all = Vec::new();
        while let Some(piece) = self.next_piece() {
            all.extend_from_slice(&piece?);
        }
        Ok(Bytes::from(all))
    }
}

pub(super) fn send(host: &Host, request: Request<Body>) -> Result<Answer, HostError> {
    let (mut head, body) = request.into_parts();
    let (told, pieces) = mpsc::channel(ROOM);
    if host.settings.function_key.as_deref().is_some_and(|key| shown_key(&head) != Some(key)) {
        return Ok(Answer::new(StatusCode::UNAUTHORIZED, HeaderMap::new(), None));
    }
    strip_hop_by_hop(&mut head.headers);
    if host.settings.strip_principal {
        strip_principal(&mut head.headers);
    }
    head.headers.insert(PROXIED_INVOCATION_ID, invocation(host));
    complete(host, &mut head.uri, &mut head.headers);
    let (status, headers) = exchange(host, Request::from_parts(head, body), told)?;
    Ok(Answer::new(status, headers, Some(pieces)))
}

/// Sends a request as it is but for what the host adds to each, and gives back the head of the answer; its pieces go
/// into the channel.
pub(super) fn exchange(host: &Host, request: Request<Body>, pieces: mpsc::Sender<Piece>) -> Head {
    let (told, head) = blocking::sync_channel(1);
    let (address, idle) = (host.address, host.settings.idle_timeout);
    host.worker.run(async move {
        let answer = async {
            let stream = TcpStream::connect(address).await.map_err(|_| HostError::Unreachable)?;
            let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .map_err(|_| HostError::Unreachable)?;
            // It ends when the answer is read or dropped.
            drop(tokio::spawn(connection));
            in_time(idle, sender.send_request(request)).await?.map_err(|_| HostError::Unreachable)
        };
        match answer.await {
            Ok(answer) => pass_on(answer, idle, &told, pieces).await,
            Err(fault) => drop(told.send(Err(fault))),
        }
    });
    head.recv().unwrap_or(Err(HostError::Unreachable))
}

pub(super) fn complete(host: &Host, uri: &mut Uri, headers: &mut HeaderMap) {
    complete_for(host.address, invocation(host), uri, headers);
}

/// The same for a handler that listens there; a request that has no id of an invocation gets this one.
pub(super) fn complete_for(address: SocketAddr, id: HeaderValue, uri: &mut Uri, headers: &mut HeaderMap) {
    let path = uri.path_and_query().map_or_else(|| Uri::from_static("/"), |path| Uri::from(path.clone()));
    let authority = uri.authority().map_or_else(|| address.to_string(), ToString::to_string);
    if let Ok(authority) = HeaderValue::from_str(&authority) {
        headers.entry(HOST).or_insert(authority);
    }
    *uri = path;
    let id = headers.get(PROXIED_INVOCATION_ID).cloned().unwrap_or(id);
    headers.insert(INVOCATION_ID, id);
    headers.insert(HOST_VERSION, HeaderValue::from_static(VERSION));
}

async fn pass_on(
    answer: Response<Incoming>,
    idle: Duration,
    told: &blocking::SyncSender<Head>,
    pieces: mpsc::Sender<Piece>,
) {
    let (mut head, body) = answer.into_parts();
    strip_hop_by_hop(&mut head.headers);
    if told.send(Ok((head.status, head.headers))).is_err() {
        return;
    }
    let mut body = Body::incoming(body, usize::MAX);
    loop {
        let piece = tokio::select! {
            piece = in_time(idle, body.next()) => piece,
            () = pieces.closed() => return,
        };
        let piece = match piece {
            Ok(piece) => piece.transpose().map_err(|_| HostError::Broken),
            Err(fault) => Err(fault),
        };
        let last = !matches!(piece, Ok(Some(_)));
        if pieces.send(piece).await.is_err() || last {
            return;
        }
    }
}

async fn in_time<T>(idle: Duration, work: impl Future<Output = T>) -> Result<T, HostError> {
    tokio::time::timeout(idle, work).await.map_err(|_| HostError::Idle(idle))
}

fn invocation(host: &Host) -> HeaderValue {
    id_of(&host.next_invocation())
}

pub(super) fn id_of(id: &str) -> HeaderValue {
    HeaderValue::from_str(id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

pub(super) fn strip_principal(headers: &mut HeaderMap) {
    let named: Vec<_> = headers.keys().filter(|name| name.as_str().starts_with(PRINCIPAL)).cloned().collect();
    for name in named {
        headers.remove(name);
    }
}
