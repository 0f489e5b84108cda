//! What rotation strategies call out through: the function's own HTTP client, which follows no redirect and checks
//! certificates.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::Transport;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Request, Uri};
use rotation::{Exchange, HttpAnswer, HttpRequest, RotationError};
use secrets::{BoxFuture, Secret};

use crate::whole_answer;

/// How long a provider may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest answer of a provider, in bytes.
const MOST: usize = 1024 * 1024;

/// HTTP to the providers whose credentials are renewed.
pub struct ProviderExchange {
    /// How to get there.
    pub transport: Arc<dyn Transport>,
}

impl Exchange for ProviderExchange {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpAnswer, RotationError>> {
        Box::pin(async move {
            let host = host(&request.url);
            let unreachable = |reason: &str| RotationError::Unreachable {
                service: host.clone(),
                action: "answer".to_owned(),
                reason: reason.to_owned(),
            };
            let request = message(request).map_err(|reason| RotationError::Refused {
                service: "this function".to_owned(),
                action: format!("send a request to {host}"),
                reason: reason.to_owned(),
            })?;
            let asked = whole_answer::ask(self.transport.as_ref(), request, PATIENCE, MOST).await;
            let (status, body) = asked.map_err(|reason| unreachable(&reason))?;
            let text = String::from_utf8(body.into()).map_err(|_| unreachable("its answer is no text"))?;
            Ok(HttpAnswer { status: status.as_u16(), body: Secret::new(text) })
        })
    }
}

fn host(url: &str) -> String {
    let url: Option<Uri> = url.parse().ok();
    url.and_then(|url| url.host().map(str::to_owned)).unwrap_or("the provider".to_owned())
}

/// The request, or what is wrong with it. A strategy has checked the URL; that nothing goes out in the clear is looked
/// at once more.
fn message(request: HttpRequest) -> Result<Request<Bytes>, &'static str> {
    let url: Uri = request.url.parse().map_err(|_| "its URL is none")?;
    if url.scheme_str() != Some("https") {
        return Err("its URL is not `https`");
    }
    let body = request.body.as_ref().map(|body| Bytes::copy_from_slice(body.expose().as_bytes()));
    let mut message = Request::new(body.unwrap_or_default());
    *message.method_mut() =
        Method::from_bytes(request.method.as_bytes()).map_err(|_| "its method is none")?;
    *message.uri_mut() = url;
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header's name is none")?;
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| "a header's value is none")?;
        value.set_sensitive(true);
        message.headers_mut().append(name, value);
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use enforcement::{Sending, TransportError};
    use http::Response;
    use http_body_util::{BodyExt as _, Full};

    use super::*;

    /// Gives one answer, and keeps what it was asked.
    struct Scripted {
        answer: Result<(u16, Vec<u8>), TransportError>,
        asked: Mutex<Vec<Request<Bytes>>>,
    }

    impl Transport for Scripted {
        fn send(&self, request: Request<Bytes>) -> Sending<'_> {
            self.asked.lock().unwrap().push(request);
            let answer = self.answer.clone().map(|(status, body)| {
                let body = Full::new(Bytes::from(body));
                let body = body.map_err(|never| -> TransportError { match never {} }).boxed_unsync();
                Response::builder()
                    .status(status)
                    .header("location", "https://evil.example")
                    .body(body)
                    .unwrap()
            });
            Box::pin(std::future::ready(answer))
        }
    }

    async fn send(
        answer: Result<(u16, &[u8]), TransportError>,
        url: &str,
        header: &str,
    ) -> (Result<HttpAnswer, RotationError>, Vec<Request<Bytes>>) {
        let answer = answer.map(|(status, body)| (status, body.to_vec()));
        let scripted = Arc::new(Scripted { answer, asked: Mutex::default() });
        let exchange = ProviderExchange { transport: Arc::clone(&scripted) as Arc<dyn Transport> };
        let request = HttpRequest {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: vec![("authorization".to_owned(), Secret::new(header.to_owned()))],
            body: Some(Secret::new("{}".to_owned())),
        };
        let sent = exchange.send(request).await;
        let asked = std::mem::take(&mut *scripted.asked.lock().unwrap());
        (sent, asked)
    }

    const URL: &str = "https://api.example.com/v1/keys";

    #[tokio::test]
    async fn any_status_is_an_answer_and_a_redirect_is_not_followed() {
        for status in [200, 302, 401, 503] {
            let (sent, asked) = send(Ok((status, b"told")), URL, "Bearer hunter2").await;
            let answer = sent.unwrap();
            assert_eq!((answer.status, answer.body.expose()), (status, "told"));
            let [request] = &asked[..] else { panic!("one request: {asked:?}") };
            assert_eq!((request.uri().to_string().as_str(), request.method().as_str()), (URL, "POST"));
            assert_eq!(
                (&request.headers()["authorization"], request.body()),
                (&"Bearer hunter2".parse().unwrap(), &Bytes::from("{}"))
            );
            assert!(!format!("{request:?}").contains("hunter2"));
        }
    }

    #[tokio::test]
    async fn an_answer_that_cannot_be_read_may_come_the_next_time() {
        let large = vec![b'x'; MOST + 1];
        let rows = [Err(TransportError::Slow), Ok((200, large.as_slice())), Ok((200, b"\xff".as_slice()))];
        for answer in rows {
            let error = send(answer, URL, "Bearer hunter2").await.0.unwrap_err();
            assert!(error.is_transient() && error.to_string().contains("api.example.com"), "{error}");
        }
    }

    #[tokio::test]
    async fn what_must_not_be_sent_is_not() {
        let rows =
            [("http://api.example.com", "Bearer hunter2"), (URL, "hunter2\r\nx: y"), ("::", "hunter2")];
        for (url, header) in rows {
            let (sent, asked) = send(Ok((200, b"")), url, header).await;
            let error = sent.unwrap_err();
            assert!(asked.is_empty() && !error.is_transient(), "{url}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
