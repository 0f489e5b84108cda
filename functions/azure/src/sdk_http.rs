//! What Azure's SDK runs on here: the function's one HTTP client, so that there is no second one and no second TLS
//! beside it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::Headers;
use azure_core::http::policies::Policy;
use azure_core::http::request::Body;
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, Request, RetryOptions,
    Transport as SdkTransport,
};
use bytes::Bytes;
use enforcement::{Transport, TransportError};
use host::whole_answer::{self, AnswerFault};
use http::Uri;

/// How often a call is tried again. Only what may go well the next time is: a connection, a busy service.
const RETRIES: u32 = 2;

/// The function's HTTP client, as the SDK takes one. An answer is read whole and never past `most` bytes; how long it
/// may take is for the caller to say.
#[derive(Clone)]
pub struct SdkHttp {
    /// How to get to a service.
    pub transport: Arc<dyn Transport>,
    /// The largest answer, in bytes.
    pub most: usize,
    /// Where the service is reached, where that is not at its own address: a proxy, or an emulator. The SDK goes on
    /// seeing the service's own address, for which it asks tokens and demands TLS.
    pub endpoint: Option<Uri>,
}

impl fmt::Debug for SdkHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdkHttp").finish_non_exhaustive()
    }
}

impl SdkHttp {
    /// The settings of an SDK's client that runs on this.
    #[must_use]
    pub fn options(self) -> ClientOptions {
        let retry = ExponentialRetryOptions {
            initial_delay: azure_core::time::Duration::milliseconds(100),
            max_retries: RETRIES,
            ..ExponentialRetryOptions::default()
        };
        ClientOptions {
            retry: RetryOptions::exponential(retry),
            transport: Some(SdkTransport::new(Arc::new(self))),
            per_call_policies: Vec::<Arc<dyn Policy>>::new(),
            ..ClientOptions::default()
        }
    }

    fn place(&self, url: &str) -> Result<Uri, &'static str> {
        let own: Uri = url.parse().map_err(|_| "the address is none")?;
        let Some(endpoint) = &self.endpoint else { return Ok(own) };
        let mut parts = endpoint.clone().into_parts();
        let prefix = endpoint.path().trim_end_matches('/');
        let rest = own.path_and_query().map_or("/", |path| path.as_str());
        let path = format!("{prefix}{rest}").parse().map_err(|_| "the address is none")?;
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(|_| "the address is none")
    }

    fn message(&self, request: &Request) -> Result<http::Request<Bytes>, &'static str> {
        let Body::Bytes(body) = request.body() else { return Err("the body is a stream") };
        let mut message = http::Request::builder().method(request.method().as_str());
        for (name, value) in request.headers().iter() {
            message = message.header(name.as_str(), value.as_str());
        }
        let message = message.uri(self.place(request.url().as_str())?).body(body.clone());
        message.map_err(|_| "the request cannot be made")
    }
}

#[async_trait]
impl HttpClient for SdkHttp {
    async fn execute_request(&self, request: &Request) -> Result<AsyncRawResponse, Error> {
        let message =
            self.message(request).map_err(|reason| Error::with_message(ErrorKind::Other, reason))?;
        let answer = whole_answer::exchange(self.transport.as_ref(), message, self.most).await;
        let (head, body) = answer.map_err(told)?.into_parts();
        let mut headers = Headers::new();
        for (name, value) in &head.headers {
            // What is no text says nothing that the SDK reads.
            if let Ok(value) = value.to_str() {
                headers.insert(name.as_str().to_owned(), value.to_owned());
            }
        }
        Ok(AsyncRawResponse::from_bytes(head.status.as_u16().into(), headers, body))
    }
}

/// The kind of an error decides whether the SDK tries again.
fn told(fault: AnswerFault) -> Error {
    let kind = match fault {
        AnswerFault::TooLarge | AnswerFault::Transport(TransportError::Untrusted) => ErrorKind::Other,
        AnswerFault::Transport(TransportError::Unreachable) => ErrorKind::Connection,
        AnswerFault::Transport(TransportError::Broken | TransportError::Slow) => ErrorKind::Io,
    };
    Error::new(kind, fault)
}
