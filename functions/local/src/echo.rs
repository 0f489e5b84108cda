//! The built-in model: stands where an upstream would, answers in each dialect, and says back the last user
//! message. Told `call NAME {JSON}`, with a tool of that name on offer, it calls the tool. Asked for a stream, it
//! says its answer in small pieces with a pause before each, as models do.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use dialects::{Endpoint, Purpose, Request, Said, Says, Usage};
use enforcement::{Clock as _, Ids, Sending, Transport, TransportBody, TransportError};
use host::HostError;
use host::clock::{RunIds, SystemClock};
use http::uri::PathAndQuery;
use http::{Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full};
use tokio::time::Sleep;

/// How many bytes count as one token.
const BYTES_PER_TOKEN: u64 = 4;

/// How the model streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EchoPace {
    /// How many bytes of text one event says, cut at characters.
    pub(crate) piece: usize,
    /// How long it waits before each event.
    pub(crate) pause: Duration,
}

/// A model without a mind.
pub(crate) struct EchoModel {
    ids: RunIds,
    clock: SystemClock,
    pace: EchoPace,
}

impl EchoModel {
    /// # Errors
    /// When the system gives no random bits for the ids of its answers.
    pub(crate) fn new(pace: EchoPace) -> Result<Self, HostError> {
        Ok(Self { ids: RunIds::new()?, clock: SystemClock::new(), pace })
    }

    fn answer(&self, request: &http::Request<Bytes>) -> Response<TransportBody> {
        let path = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
        let has_header = |name: &str| request.headers().contains_key(name);
        let Some(endpoint) = Endpoint::of(request.method().as_str(), path, &has_header) else {
            return response(StatusCode::NOT_FOUND, Bytes::new());
        };
        let Endpoint { dialect, address, .. } = endpoint;
        if address.purpose == Purpose::Look {
            // It keeps nothing; this is an empty list as most vendors write it.
            return response(
                StatusCode::OK,
                Bytes::from_static(br#"{"object":"list","data":[],"has_more":false}"#),
            );
        }
        let Ok(asked) = dialect.read_request(&address, request.body().to_vec()) else {
            return response(StatusCode::BAD_REQUEST, Bytes::new());
        };
        let said = self.say(&asked);
        let events = || dialect.compose_stream(&address, &said, self.pace.piece);
        match asked.stream().then(events).flatten() {
            Some(stream) => streamed(stream.content_type, Slowly::new(stream.pieces, self.pace.pause)),
            None => response(StatusCode::OK, dialect.compose(&address, &said).into()),
        }
    }

    fn say(&self, asked: &Request) -> Said {
        let text = asked.last_user_text().unwrap_or_default();
        let heard: usize = asked.parts().iter().map(|part| part.text.len()).sum();
        let usage = Usage { input_tokens: tokens(heard), output_tokens: tokens(text.len()) };
        Said {
            id: self.ids.decision_id(),
            model: asked.model().to_owned(),
            created: self.clock.unix_millis() / 1000,
            says: says(text, asked.tools()),
            usage,
        }
    }
}

impl Transport for EchoModel {
    fn send(&self, request: http::Request<Bytes>) -> Sending<'_> {
        Box::pin(std::future::ready(Ok(self.answer(&request))))
    }
}

fn says(text: &str, tools: &[String]) -> Says {
    called(text, tools).unwrap_or_else(|| Says::Text(text.to_owned()))
}

fn called(text: &str, tools: &[String]) -> Option<Says> {
    let (name, arguments) =
        text.trim().strip_prefix("call ")?.trim_start().split_once(char::is_whitespace)?;
    let arguments: serde_json::Value = serde_json::from_str(arguments).ok()?;
    let offered = tools.iter().any(|tool| tool == name) && arguments.is_object();
    offered.then(|| Says::ToolCall { name: name.to_owned(), arguments })
}

fn tokens(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX).div_ceil(BYTES_PER_TOKEN)
}

fn response(status: StatusCode, body: Bytes) -> Response<TransportBody> {
    let mut response = Response::new(Full::new(body).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn streamed(content_type: &'static str, body: Slowly) -> Response<TransportBody> {
    let mut response = Response::new(body.boxed_unsync());
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}

/// Events with a pause before each. Nothing is waited for that nobody reads.
struct Slowly {
    events: VecDeque<Vec<u8>>,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Slowly {
    fn new(events: Vec<Vec<u8>>, pause: Duration) -> Self {
        Self { events: events.into(), pause, waiting: None }
    }
}

impl http_body::Body for Slowly {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if !self.events.is_empty() && !self.pause.is_zero() {
            let pause = self.pause;
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(waiting.as_mut().poll(context));
            self.waiting = None;
        }
        Poll::Ready(self.events.pop_front().map(|event| Ok(Frame::data(event.into()))))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn model(piece: usize) -> EchoModel {
        EchoModel::new(EchoPace { piece, pause: Duration::ZERO }).unwrap()
    }

    async fn ask(path: &str, body: &Value) -> (StatusCode, Vec<u8>) {
        let request = http::Request::post(path).body(Bytes::from(body.to_string())).unwrap();
        let answer = model(1).send(request).await.unwrap();
        let status = answer.status();
        (status, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    #[tokio::test]
    async fn it_says_back_the_user_message_in_each_dialect() {
        for dialect in dialects::DIALECTS.iter().filter(|dialect| dialect.id() != "openai_embeddings") {
            for name in
                ["any-model", "anthropic.any", "amazon.nova-any", "meta.llama-any", "cohere.command-any"]
            {
                let asked = dialect.compose_request(name, "Hello there!", false);
                let body = serde_json::from_str(&asked.body).unwrap();
                let (status, answer) = ask(&asked.path, &body).await;
                assert_eq!(status, StatusCode::OK, "{}", dialect.id());
                let address = Endpoint::of("POST", &asked.path, &|_| false).unwrap().address;
                let answer = dialect.read_answer(&address, answer).unwrap();
                let said: Vec<&str> = answer.parts().iter().map(|part| part.text.as_str()).collect();
                assert!(said.contains(&"Hello there!"), "{} {name}: {said:?}", dialect.id());
            }
        }
    }

    #[tokio::test]
    async fn of_several_messages_it_says_back_the_last_of_a_user() {
        let messages = json!([
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "said"},
            {"role": "user", "content": "Hello there!"},
        ]);
        let body = json!({"model": "any-model", "max_tokens": 9, "messages": messages});
        let (_, answer) = ask("http://echo.invalid/v1/chat/completions", &body).await;
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["choices"][0]["message"]["content"], "Hello there!");
        assert_eq!(answer["usage"]["completion_tokens"], 3);
    }

    #[tokio::test]
    async fn it_counts_tokens() {
        let body = json!({"model": "m", "messages": [{"role": "user", "content": "Hello there!"}]});
        let (status, answer) = ask("http://echo.invalid/v1/messages/count_tokens", &body).await;
        assert_eq!((status, answer), (StatusCode::OK, br#"{"input_tokens":3}"#.to_vec()));
    }

    #[tokio::test]
    async fn what_it_cannot_read_it_refuses() {
        assert_eq!(ask("http://echo.invalid/v1/messages", &json!([])).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(ask("http://echo.invalid/v2", &json!({})).await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_stream_says_the_text_in_pieces_of_the_size_that_was_set() {
        for path in ["http://echo.invalid/v1/chat/completions", "http://echo.invalid/v1/messages"] {
            let messages = json!([{"role": "user", "content": "Grüße, Welt!"}]);
            let body = json!({"model": "m", "max_tokens": 9, "stream": true, "messages": messages});
            let request = http::Request::post(path).body(Bytes::from(body.to_string())).unwrap();
            let mut answer = model(4).send(request).await.unwrap();
            assert_eq!(answer.headers()["content-type"], "text/event-stream");
            let mut said = Vec::new();
            while let Some(frame) = answer.body_mut().frame().await {
                said.push(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap());
            }
            let with =
                |piece: &str| said.iter().filter(|event| event.contains(&format!("\"{piece}\""))).count();
            assert_eq!(["Grü", "ße,", " Wel", "t!"].map(with), [1; 4], "{said:?}");
        }
    }

    #[test]
    fn it_calls_tools_that_are_on_offer_when_told_to() {
        let tools = ["get_weather".to_owned()];
        let rows = [
            ("call get_weather {\"city\": \"Ulm\"}", true),
            ("  call  get_weather\n{}", true),
            ("call get_weather", false),
            ("call get_weather [1]", false),
            ("call get_weather {broken", false),
            ("call get_time {}", false),
            ("please call get_weather {}", false),
        ];
        for (text, is_call) in rows {
            match says(text, &tools) {
                Says::ToolCall { name, arguments } => {
                    assert!(is_call && name == "get_weather" && arguments.is_object(), "{text}");
                }
                Says::Text(said) => assert!(!is_call && said == text, "{text}"),
            }
        }
    }
}
