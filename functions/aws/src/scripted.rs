//! What the tests of stores ask in place of a service: a transport that gives the answers it was told to give, one after
//! the other, and keeps what it was asked; a clock that stands still; a role.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use enforcement::{Clock, Sending, Transport, TransportError};
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use secrets::Secret;

use crate::credentials::RoleCredentials;
use crate::secret_store::ServiceAccess;

/// A status and a body, or why there is none. Without an answer left it never answers.
pub(crate) type Answer = Result<(u16, String), TransportError>;

#[derive(Default)]
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Request<Bytes>>>,
}

/// 2026-09-21, in the afternoon.
pub(crate) struct Still;

impl Scripted {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() })
    }

    /// The same answer, as often as anybody asks.
    pub(crate) fn always(status: u16, body: &str) -> Arc<Self> {
        Self::new(vec![Ok((status, body.to_owned())); 20])
    }

    /// What was asked since somebody looked.
    pub(crate) fn asked(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Access to a service that answers so.
    pub(crate) fn access<'a>(
        self: &Arc<Self>,
        role: Option<&'a RoleCredentials>,
        region: &'a str,
        endpoint: &'static str,
    ) -> ServiceAccess<'a> {
        let transport = Arc::clone(self) as Arc<dyn Transport>;
        ServiceAccess {
            endpoint: Uri::from_static(endpoint),
            region,
            role,
            transport,
            clock: Arc::new(Still),
        }
    }
}

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        1_790_000_000_000
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        self.asked.lock().unwrap().push(request);
        let Some(answer) = self.answers.lock().unwrap().pop_front() else {
            return Box::pin(std::future::pending());
        };
        Box::pin(std::future::ready(answer.map(|(status, body)| {
            let body = Full::new(Bytes::from(body)).map_err(|never| -> TransportError { match never {} });
            Response::builder().status(status).body(body.boxed_unsync()).unwrap()
        })))
    }
}

pub(crate) fn role() -> RoleCredentials {
    RoleCredentials {
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: Secret::new("hush".to_owned()),
        session_token: Some(Secret::new("token".to_owned())),
    }
}
