//! Chat Completions on Azure: OpenAI's format, with the marks of the service's own content filter, and its form of a
//! refusal. Where the path names a deployment, that is the model, whatever the body says.

use serde_json::json;

use crate::address::Address;
use crate::answer::Answer;
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::Field;
use crate::openai_chat::OpenaiChat;
use crate::refusal::{Refusal, RefusalKind, Reply};
use crate::request::Request;
use crate::stream::AnswerStream;

/// Chat Completions on Azure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AzureOpenai;

/// The status of the service's own blocks.
const BLOCKED: u16 = 400;

impl Dialect for AzureOpenai {
    fn id(&self) -> &'static str {
        "azure_openai"
    }

    /// The same as OpenAI's; what Azure adds stands there, for compatible servers send it, too.
    fn fields(&self) -> &'static [Field] {
        OpenaiChat.fields()
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        OpenaiChat.read_request(address, body)
    }

    fn read_answer(&self, address: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        OpenaiChat.read_answer(address, body)
    }

    fn stream(&self, address: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        OpenaiChat.stream(address, content_type)
    }

    /// A block looks as one of the service's own, which clients know; everything else as OpenAI has it.
    fn refuse(&self, refusal: &Refusal) -> Reply {
        if refusal.kind != RefusalKind::Policy {
            return OpenaiChat.refuse(refusal);
        }
        let error = refusal.trace(json!({
            "message": refusal.message,
            "type": null,
            "param": "prompt",
            "code": "content_filter",
            "status": BLOCKED,
            "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {}},
        }));
        Reply { status: BLOCKED, ..refusal.reply(&json!({"error": error})) }
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        let path = format!("/openai/deployments/{model}/chat/completions?api-version=2024-10-21");
        ComposedRequest { path, ..OpenaiChat.compose_request(model, text, stream) }
    }

    fn compose(&self, address: &Address, said: &Said) -> Vec<u8> {
        OpenaiChat.compose(address, said)
    }

    fn compose_stream(&self, address: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        OpenaiChat.compose_stream(address, said, piece)
    }
}
