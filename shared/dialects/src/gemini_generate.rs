//! Gemini's `generateContent`, `streamGenerateContent` and `countTokens`, as the Gemini API and Vertex AI have them.
//! Its fields are in [`mod@fields`]. Members of requests may be written `likeThis` and `like_this`.

use std::sync::LazyLock;

use serde_json::json;

use crate::address::{Address, Streams};
use crate::answer::Answer;
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::{Field, Way};
use crate::paths::Paths;
use crate::refusal::{Refusal, RefusalKind, Reply};
use crate::request::{Reading, Request};
use crate::stream::{AnswerStream, framed};
use crate::wire::list::{JSON, List};
use crate::wire::sse::EVENT_STREAM;

mod compose;
mod constrain;
mod facts;
mod fields;
mod lines;
mod stream;

use lines::Lines;

/// Gemini's `generateContent` and its kin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GeminiGenerate;

static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::in_two_spellings(fields::FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::in_two_spellings(fields::FIELDS, Way::Answer));

static READING: Reading = Reading {
    paths: &REQUEST,
    facts: facts::of_request,
    constrain: constrain::constrain,
    conversation: &["contents", "generateContentRequest.contents"],
};

impl Dialect for GeminiGenerate {
    fn id(&self) -> &'static str {
        "gemini_generate"
    }

    fn fields(&self) -> &'static [Field] {
        fields::FIELDS
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        Request::read(&READING, address, body)
    }

    fn read_answer(&self, _: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        Answer::read(body, &ANSWER, facts::of_answer)
    }

    fn stream(&self, address: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        let events = stream::GenerateStream::default;
        match (content_type, address.streams) {
            (EVENT_STREAM, _) => framed(true, Lines::default(), events()),
            (JSON, Streams::List) => framed(true, List::default(), events()),
            _ => None,
        }
    }

    /// A block has a status that the client does not try again, whatever it is told to retry.
    fn refuse(&self, refusal: &Refusal) -> Reply {
        let mut metadata = json!({"decision_id": refusal.decision_id});
        if let (Some(rule), Some(members)) = (&refusal.rule, metadata.as_object_mut()) {
            members.insert("rule".to_owned(), rule.as_str().into());
        }
        let details = json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": refusal.kind.word().to_ascii_uppercase(),
            "domain": "sallyport",
            "metadata": metadata,
        });
        let error = json!({
            "code": refusal.kind.status(),
            "message": refusal.message,
            "status": status(refusal.kind),
            "details": [details],
        });
        refusal.reply(&json!({"error": error}))
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        compose::request(model, text, stream)
    }

    fn compose(&self, address: &Address, said: &Said) -> Vec<u8> {
        compose::whole(address, said)
    }

    fn compose_stream(&self, address: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        let events = compose::streamed(said, piece);
        Some(match address.streams {
            Streams::List => Streamed::over(&mut List::default(), JSON, &events),
            Streams::Always | Streams::Asked | Streams::Never => {
                Streamed::over(&mut Lines::default(), EVENT_STREAM, &events)
            }
        })
    }
}

/// The `status` of an error.
fn status(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Internal => "INTERNAL",
        RefusalKind::Malformed | RefusalKind::TooLarge => "INVALID_ARGUMENT",
        RefusalKind::NotFound => "NOT_FOUND",
        RefusalKind::Policy => "PERMISSION_DENIED",
        RefusalKind::Throttled => "RESOURCE_EXHAUSTED",
        RefusalKind::Unauthenticated => "UNAUTHENTICATED",
        RefusalKind::Unavailable | RefusalKind::UpstreamUnreachable => "UNAVAILABLE",
        RefusalKind::UpstreamSlow => "DEADLINE_EXCEEDED",
    }
}

#[cfg(test)]
mod tests;
