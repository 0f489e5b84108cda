//! What AWS's SDK runs on here: the function's one HTTP client, so that there is no second one and no second TLS beside
//! it, and the function's one clock.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use enforcement::{Clock, Transport, TransportError};
use host::whole_answer::{self, AnswerFault};

/// The function's HTTP client, as the SDK takes one. An answer is read whole and never past `most` bytes. How long it
/// may take is the SDK's setting of an attempt, and the client's own.
#[derive(Clone)]
pub(crate) struct SdkHttp {
    /// How to get to a service.
    pub(crate) transport: Arc<dyn Transport>,
    /// The largest answer, in bytes.
    pub(crate) most: usize,
}

/// The function's clock, as the SDK takes one.
pub(crate) struct SdkClock(pub(crate) Arc<dyn Clock>);

impl fmt::Debug for SdkHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdkHttp").finish_non_exhaustive()
    }
}

impl fmt::Debug for SdkClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdkClock").finish_non_exhaustive()
    }
}

impl TimeSource for SdkClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.unix_millis())
    }
}

impl HttpClient for SdkHttp {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SdkHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { transport, most } = self.clone();
        HttpConnectorFuture::new(async move {
            let request = message(request)?;
            let answer = whole_answer::exchange(transport.as_ref(), request, most).await;
            let answer = answer.map_err(told)?.map(SdkBody::from);
            HttpResponse::try_from(answer).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The request as the client takes it. Bodies of what is called here are texts that are there already.
fn message(request: HttpRequest) -> Result<http::Request<Bytes>, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (head, body) = request.into_parts();
    let body = body.bytes().ok_or_else(|| ConnectorError::user("the request's body is a stream".into()))?;
    Ok(http::Request::from_parts(head, Bytes::copy_from_slice(body)))
}

/// The kind of an error decides whether the SDK tries again.
fn told(fault: AnswerFault) -> ConnectorError {
    match fault {
        AnswerFault::TooLarge | AnswerFault::Transport(TransportError::Untrusted) => {
            ConnectorError::other(fault.into(), None)
        }
        AnswerFault::Transport(TransportError::Slow) => ConnectorError::timeout(fault.into()),
        AnswerFault::Transport(TransportError::Broken | TransportError::Unreachable) => {
            ConnectorError::io(fault.into())
        }
    }
}
