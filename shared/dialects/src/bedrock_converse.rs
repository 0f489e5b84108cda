//! Amazon Bedrock's Converse, `POST /model/{model}/converse`, its streamed form and the counting of its tokens. Its
//! fields are in [`mod@fields`], what its bodies ask for and answer in [`mod@facts`].

use std::sync::LazyLock;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::address::{Address, Purpose};
use crate::answer::Answer;
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::{Field, Way};
use crate::paths::Paths;
use crate::refusal::{Refusal, RefusalKind, Reply};
use crate::request::{Reading, Request};
use crate::stream::{AnswerStream, framed};
use crate::wire::frames::{EVENT_FRAMES, Frames};
use crate::wire::{EventKind, WireEvent};

pub(crate) mod compose;
pub(crate) mod facts;
mod fields;
pub(crate) mod stream;

/// Amazon Bedrock's Converse.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BedrockConverse;

pub(crate) static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Answer));

static READING: Reading = Reading {
    paths: &REQUEST,
    facts: facts::request,
    constrain: facts::constrain,
    conversation: &["messages[", "input.converse.messages["],
};

/// What stands escaped in a path, as AWS' clients do it.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Dialect for BedrockConverse {
    fn id(&self) -> &'static str {
        "bedrock_converse"
    }

    fn fields(&self) -> &'static [Field] {
        fields::FIELDS
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        Request::read(&READING, address, body)
    }

    fn read_answer(&self, _: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        Answer::read(body, &ANSWER, facts::answer)
    }

    fn stream(&self, _: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        framed(content_type == EVENT_FRAMES, Frames::default(), stream::ConverseStream::default())
    }

    fn refuse(&self, refusal: &Refusal) -> Reply {
        reply(refusal)
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        let path = path(model, if stream { "converse-stream" } else { "converse" });
        ComposedRequest { path, body: compose::request(text).to_string() }
    }

    fn compose(&self, address: &Address, said: &Said) -> Vec<u8> {
        match address.purpose {
            Purpose::Answer | Purpose::Look => compose::whole(said).to_string().into_bytes(),
            Purpose::Count => compose::count(said).to_string().into_bytes(),
        }
    }

    fn compose_stream(&self, _: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        Some(Streamed::over(&mut Frames::default(), EVENT_FRAMES, &compose::streamed(said, piece)))
    }
}

/// The path of an operation on a model.
pub(crate) fn path(model: &str, operation: &str) -> String {
    format!("/model/{}/{operation}", utf8_percent_encode(model, ESCAPED))
}

/// A refusal as the runtime service has it: clients go by a header for the kind of error.
pub(crate) fn reply(refusal: &Refusal) -> Reply {
    let headers = vec![("x-amzn-errortype", error_type(refusal.kind).to_owned())];
    Reply { headers, ..refusal.reply(&refusal.trace(json!({"message": refusal.message}))) }
}

/// The kind of an error. All are the service's own but the one for callers that nobody knows, which every service of
/// AWS has.
fn error_type(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Internal => "InternalServerException",
        RefusalKind::Malformed | RefusalKind::TooLarge => "ValidationException",
        RefusalKind::NotFound => "ResourceNotFoundException",
        RefusalKind::Policy => "AccessDeniedException",
        RefusalKind::Throttled => "ThrottlingException",
        RefusalKind::Unauthenticated => "UnrecognizedClientException",
        RefusalKind::Unavailable | RefusalKind::UpstreamUnreachable => "ServiceUnavailableException",
        RefusalKind::UpstreamSlow => "ModelTimeoutException",
    }
}

/// A refusal as an exception in a stream. Clients know those of this list alone; what they do not know has no
/// message there.
pub(crate) fn exception(refusal: &Refusal) -> WireEvent {
    let name = match refusal.kind {
        RefusalKind::Internal => "internalServerException",
        RefusalKind::Malformed
        | RefusalKind::NotFound
        | RefusalKind::Policy
        | RefusalKind::TooLarge
        | RefusalKind::Unauthenticated => "validationException",
        RefusalKind::Throttled => "throttlingException",
        RefusalKind::Unavailable => "serviceUnavailableException",
        RefusalKind::UpstreamSlow | RefusalKind::UpstreamUnreachable => "modelStreamErrorException",
    };
    let data = refusal.trace(json!({"message": refusal.message})).to_string();
    WireEvent { kind: EventKind::Failure, ..WireEvent::new(name, data) }
}

#[cfg(test)]
mod tests;
