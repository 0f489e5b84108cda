//! The built-in model: stands where an upstream would, answers in each dialect, and says back the last user
//! message. Told `call NAME {JSON}`, with a tool of that name on offer, it calls the tool.

use bytes::Bytes;
use dialects::{Dialect, Request, Said, Says, Usage};
use enforcement::{Clock as _, Ids, Sending, Transport, TransportBody};
use http::{Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};

use crate::clock::{RunIds, SystemClock};
use crate::error::LocalError;

/// How many bytes count as one token.
const BYTES_PER_TOKEN: u64 = 4;

/// A model without a mind.
pub(crate) struct EchoModel {
    ids: RunIds,
    clock: SystemClock,
}

impl EchoModel {
    /// # Errors
    /// When the system gives no random bits for the ids of its answers.
    pub(crate) fn new() -> Result<Self, LocalError> {
        Ok(Self { ids: RunIds::new()?, clock: SystemClock::new() })
    }

    fn answer(&self, request: &http::Request<Bytes>) -> Response<TransportBody> {
        let Some(dialect) = dialects::for_path(request.method().as_str(), request.uri().path()) else {
            return response(StatusCode::NOT_FOUND, Bytes::new());
        };
        match dialect.read_request(request.body().to_vec()) {
            Ok(asked) => response(StatusCode::OK, self.say(dialect, &asked).into()),
            Err(_) => response(StatusCode::BAD_REQUEST, Bytes::new()),
        }
    }

    fn say(&self, dialect: &dyn Dialect, asked: &Request) -> Vec<u8> {
        let text = asked.last_user_text().unwrap_or_default();
        let heard: usize = asked.parts().iter().map(|part| part.text.len()).sum();
        let usage = Usage { input_tokens: tokens(heard), output_tokens: tokens(text.len()) };
        dialect.compose(&Said {
            id: self.ids.decision_id(),
            model: asked.model().to_owned(),
            created: self.clock.unix_millis() / 1000,
            says: says(text, asked.tools()),
            usage,
        })
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    async fn ask(path: &str, body: &Value) -> (StatusCode, Value) {
        let request = http::Request::post(path).body(Bytes::from(body.to_string())).unwrap();
        let answer = EchoModel::new().unwrap().send(request).await.unwrap();
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    #[tokio::test]
    async fn it_says_back_the_last_user_message_in_each_dialect() {
        let messages = json!([
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "said"},
            {"role": "user", "content": "Hello there!"},
        ]);
        let body = json!({"model": "any-model", "max_tokens": 9, "messages": messages});
        let rows = [
            (
                "http://echo.invalid/v1/chat/completions",
                "/choices/0/message/content",
                "/usage/completion_tokens",
            ),
            ("http://echo.invalid/v1/messages", "/content/0/text", "/usage/output_tokens"),
        ];
        for (path, text, tokens) in rows {
            let (status, answer) = ask(path, &body).await;
            assert_eq!((status, &answer["model"]), (StatusCode::OK, &json!("any-model")), "{answer}");
            assert_eq!(answer.pointer(text), Some(&json!("Hello there!")), "{answer}");
            assert_eq!(answer.pointer(tokens), Some(&json!(3)), "{answer}");
        }
    }

    #[tokio::test]
    async fn what_it_cannot_read_it_refuses() {
        assert_eq!(ask("http://echo.invalid/v1/messages", &json!([])).await.0, StatusCode::BAD_REQUEST);
        assert_eq!(ask("http://echo.invalid/v2", &json!({})).await.0, StatusCode::NOT_FOUND);
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
