//! Amazon Bedrock's InvokeModel, `POST /model/{model}/invoke`, and its streamed form: each family of models has bodies
//! of its own. Which one has which stands in [`mod@families`], the fields of those that are only spoken here in
//! [`mod@fields`]; the others are the dialects of the same names.

use std::sync::LazyLock;

use crate::address::Address;
use crate::answer::Answer;
use crate::anthropic_messages::AnthropicMessages;
use crate::bedrock_converse::{self, BedrockConverse};
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::{Field, Way};
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::openai_chat::OpenaiChat;
use crate::paths::Paths;
use crate::refusal::{Refusal, Reply};
use crate::request::{Reading, Request};
use crate::stream::{AnswerStream, framed};
use crate::wire::chunks::Chunks;
use crate::wire::frames::EVENT_FRAMES;

use self::families::{Form, form_of};

mod compose;
mod facts;
mod families;
mod fields;
mod plain;
mod stream;

/// Amazon Bedrock's InvokeModel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BedrockInvoke;

static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::FIELDS, Way::Answer));
static UNKNOWN_REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::ENVELOPE, Way::Request));
static UNKNOWN_ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(fields::ENVELOPE, Way::Answer));

/// How the fields begin that the user says, in any form. What was said before is not told apart by speaker.
const CONVERSATION: &[&str] = &["prompt", "inputText", "message", "texts[", "inputs["];

static EMBED: Reading = Reading {
    paths: &REQUEST,
    facts: facts::embed,
    constrain: facts::constrain_embed,
    conversation: CONVERSATION,
};
static LLAMA: Reading = Reading {
    paths: &REQUEST,
    facts: facts::prompt,
    constrain: facts::constrain_llama,
    conversation: CONVERSATION,
};
static NOVA: Reading = Reading {
    paths: &bedrock_converse::REQUEST,
    facts: facts::nova,
    constrain: facts::constrain_nova,
    conversation: &["messages["],
};
static PROMPT: Reading = Reading { constrain: facts::constrain_prompt, ..LLAMA };
static TITAN: Reading = Reading { constrain: facts::constrain_titan, ..LLAMA };
static UNKNOWN: Reading = Reading {
    paths: &UNKNOWN_REQUEST,
    facts: facts::unknown,
    constrain: facts::constrain_unknown,
    conversation: &[""],
};

impl Dialect for BedrockInvoke {
    fn id(&self) -> &'static str {
        "bedrock_invoke"
    }

    fn fields(&self) -> &'static [Field] {
        fields::FIELDS
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        match form(address) {
            Form::Chat => OpenaiChat.read_request(address, body),
            Form::Cohere => Request::read(&PROMPT, address, body),
            Form::Converse => Request::read(&NOVA, address, body),
            Form::Embed => Request::read(&EMBED, address, body),
            Form::Llama => Request::read(&LLAMA, address, body),
            Form::Messages => AnthropicMessages.read_request(address, body),
            Form::Prompt => read_either(address, "messages", &OpenaiChat, &PROMPT, body),
            Form::Titan => Request::read(&TITAN, address, body),
            // Many accounts have names of their own for Claude, whose bodies say what they are.
            Form::Unknown => read_either(address, "anthropic_version", &AnthropicMessages, &UNKNOWN, body),
        }
    }

    /// The form shows in the answer itself, also where the model's name does not say it.
    fn read_answer(&self, address: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        let document = Document::read(body)?;
        let shape = shape_of_answer(document.root());
        let body = document.into_source().into_bytes();
        match shape {
            Some(Form::Chat) => OpenaiChat.read_answer(address, body),
            Some(Form::Converse) => BedrockConverse.read_answer(address, body),
            Some(Form::Messages) => AnthropicMessages.read_answer(address, body),
            _ if form(address) == Form::Unknown => Answer::read(body, &UNKNOWN_ANSWER, facts::answer),
            _ => Answer::read(body, &ANSWER, facts::answer),
        }
    }

    fn stream(&self, address: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        let events = stream::InvokeStream::new(form(address));
        framed(content_type == EVENT_FRAMES, Chunks::default(), events)
    }

    fn refuse(&self, refusal: &Refusal) -> Reply {
        bedrock_converse::reply(refusal)
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        let operation = if stream { "invoke-with-response-stream" } else { "invoke" };
        let body = compose::request(form_of(model), text).to_string();
        ComposedRequest { path: bedrock_converse::path(model, operation), body }
    }

    fn compose(&self, address: &Address, said: &Said) -> Vec<u8> {
        compose::whole(form(address), said)
    }

    fn compose_stream(&self, address: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        let events = compose::streamed(form(address), said, piece);
        Some(Streamed::over(&mut Chunks::default(), EVENT_FRAMES, &events))
    }
}

fn form(address: &Address) -> Form {
    form_of(address.model.as_deref().unwrap_or_default())
}

/// Reads a body as another dialect's where it has a member that only that one has.
fn read_either(
    address: &Address,
    member: &str,
    dialect: &dyn Dialect,
    reading: &'static Reading,
    body: Vec<u8>,
) -> Result<Request, DialectError> {
    let document = Document::read(body)?;
    let has = members::present(document.root(), member).is_some();
    let body = document.into_source().into_bytes();
    if has { dialect.read_request(address, body) } else { Request::read(reading, address, body) }
}

/// The form of an answer that has the shape of another dialect's.
fn shape_of_answer(root: Value<'_>) -> Option<Form> {
    let is_list = |name| root.member(name).is_some_and(|value| value.kind() == Kind::Array);
    let message = |name: &str| root.member(name).and_then(|value| value.member("message"));
    let mut choices = root.member("choices").into_iter().flat_map(Value::elements);
    if is_list("content") {
        Some(Form::Messages)
    } else if choices.any(|choice| choice.member("message").is_some()) {
        Some(Form::Chat)
    } else {
        message("output").map(|_| Form::Converse)
    }
}

#[cfg(test)]
mod tests;
