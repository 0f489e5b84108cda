//! OpenAI Embeddings, `POST /v1/embeddings`; also spoken by Azure and many compatible servers. Answers are numbers: the
//! only text in one is that of an error.

use std::sync::LazyLock;

use policy::{Constraints, ContentType, Role};
use serde_json::json;

use crate::address::Address;
use crate::answer::{Answer, AnswerFacts, Usage};
use crate::dialect::{ComposedRequest, Dialect, Said, Says};
use crate::error::DialectError;
use crate::fields::Reads::{Content, Opaque, Structure, Text};
use crate::fields::{Field, Speaker, Way};
use crate::json::{Document, Kind, Value};
use crate::members;
use crate::openai_chat::OpenaiChat;
use crate::paths::Paths;
use crate::refusal::{Refusal, Reply};
use crate::request::{Facts, Reading, Request};
use crate::splice::{Splices, literal};

/// The field table. Sources: the API's published description and the types of the official Python client; the parts
/// of an input are what compatible servers take.
const FIELDS: &[Field] = &[
    Field::request("input[]", Text, "the texts").by(Speaker::Of(Role::User)),
    Field::request("input[].type", Structure, "the kind of a part"),
    Field::request("input[].text", Text, "a text"),
    Field::request("input[].image_url", Content(ContentType::Image), "an image"),
    Field::request("input[].image_url.url", Opaque, "its address or data; an address is text"),
    Field::request("model", Structure, "the model"),
    Field::request("encoding_format", Structure, "how numbers are written"),
    Field::request("dimensions", Structure, "how many numbers"),
    Field::request("input_type", Structure, "what the texts are for"),
    Field::request("truncate", Structure, "what is done with what is too long"),
    Field::request("user", Text, "who the end user is"),
    Field::answer("id", Structure, "the answer's id"),
    Field::answer("object", Structure, "`list`"),
    Field::answer("model", Structure, "the model that answered"),
    Field::answer("data[].object", Structure, "`embedding`"),
    Field::answer("data[].embedding", Opaque, "the numbers, or their bytes"),
    Field::answer("error.message", Text, "what went wrong"),
    Field::answer("error.type", Structure, "the kind of fault"),
    Field::answer("error.code", Structure, "the fault's word"),
    Field::answer("error.param", Structure, "the member at fault"),
];

/// OpenAI Embeddings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenaiEmbeddings;

static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(FIELDS, Way::Answer));

static READING: Reading =
    Reading { paths: &REQUEST, facts: request_facts, constrain, conversation: &["input"] };

/// The numbers of a composed answer.
const DIMENSIONS: usize = 8;

impl Dialect for OpenaiEmbeddings {
    fn id(&self) -> &'static str {
        "openai_embeddings"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        Request::read(&READING, address, body)
    }

    fn read_answer(&self, _: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        Answer::read(body, &ANSWER, answer_facts)
    }

    /// As Chat Completions has it: both are the same server's errors.
    fn refuse(&self, refusal: &Refusal) -> Reply {
        OpenaiChat.refuse(refusal)
    }

    fn compose_request(&self, model: &str, text: &str, _: bool) -> ComposedRequest {
        let body = json!({"model": model, "input": text}).to_string();
        ComposedRequest { path: "/v1/embeddings".to_owned(), body }
    }

    fn compose(&self, _: &Address, said: &Said) -> Vec<u8> {
        let text = match &said.says {
            Says::Text(text) => text.clone(),
            Says::ToolCall { name, arguments } => format!("{name} {arguments}"),
        };
        let embedding = json!({"object": "embedding", "index": 0, "embedding": numbers(&text)});
        let tokens = said.usage.input_tokens;
        let answer = json!({
            "object": "list",
            "data": [embedding],
            "model": said.model,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        });
        answer.to_string().into_bytes()
    }
}

fn request_facts(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    members::whole(root, "dimensions")?;
    Ok(Facts {
        models: vec![address.model_or(root)?],
        stream: address.streams(root)?,
        messages: texts(root)?,
        // There are no tokens to answer.
        max_tokens: Some(0),
        choices: 0,
        ..Facts::default()
    })
}

/// The number of texts. Numbers are tokens, which nobody can look through here.
fn texts(root: Value<'_>) -> Result<usize, DialectError> {
    let wrong = || members::wrong("input", "a text or a list of texts; send text in place of tokens");
    let input = members::present(root, "input").ok_or_else(wrong)?;
    let is_text = |value: &Value<'_>| matches!(value.kind(), Kind::Object | Kind::Text);
    match input.kind() {
        Kind::Text => Ok(1),
        Kind::Array if input.elements().all(|element| is_text(&element)) => Ok(input.elements().count()),
        Kind::Array | Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Object => Err(wrong()),
    }
}

/// The model is all that a constraint can change: nothing is said, by no temperature, and no tool is called.
fn constrain(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    if let Some(model) = &constraints.model {
        splices.member(root, "model", literal(model));
    }
    let tools = constraints.tools.as_ref().and_then(|_| members::present(root, "tools"));
    match tools {
        Some(_) => Err(DialectError::Unconstrainable { field: "tools".to_owned() }),
        None => Ok(()),
    }
}

fn answer_facts(document: &Document) -> AnswerFacts {
    let root = document.root();
    let tokens = |usage| members::whole(usage, "prompt_tokens").ok().flatten();
    AnswerFacts {
        is_of_the_dialect: ["data", "error"].iter().any(|name| members::present(root, name).is_some()),
        model: root.member_text("model").map(std::borrow::Cow::into_owned),
        usage: root
            .member("usage")
            .and_then(tokens)
            .map(|input_tokens| Usage { input_tokens, output_tokens: 0 }),
        actions: Vec::new(),
    }
}

/// Numbers between -1 and 1 that are the same for the same text.
fn numbers(text: &str) -> Vec<f64> {
    let mut sums = [0_u8; DIMENSIONS];
    for (place, byte) in text.bytes().enumerate() {
        if let Some(sum) = sums.get_mut(place % DIMENSIONS) {
            *sum = sum.wrapping_mul(31).wrapping_add(byte);
        }
    }
    sums.iter().map(|sum| f64::from(*sum) / 127.5 - 1.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Edits;

    #[test]
    fn what_is_no_text_is_refused() {
        for input in [
            json!(null),
            json!([1, 2]),
            json!([[1, 2], [3]]),
            json!(["a", 1]),
            json!(7),
            json!({"text": "a"}),
        ] {
            let body = json!({"model": "m", "input": input}).to_string();
            let fault = OpenaiEmbeddings.read_request(&Address::PLAIN, body.into_bytes()).unwrap_err();
            let wanted = "`input` must be a text or a list of texts; send text in place of tokens";
            assert_eq!(fault.to_string(), wanted, "{input}");
        }
    }

    #[test]
    fn what_nobody_answers_is_given_no_bounds() {
        let body = r#"{"model":"m","input":["a","b"]}"#;
        let request = OpenaiEmbeddings.read_request(&Address::PLAIN, body.into()).unwrap();
        let constraints = Constraints {
            model: Some("n".to_owned()),
            max_tokens: Some(5),
            temperature: Some(0.5),
            tools: Some(Vec::new()),
            system_prompts: vec!["Be brief.".to_owned()],
        };
        let rewritten = request.rewrite(&Edits { texts: Vec::new(), constraints }).unwrap();
        assert_eq!(rewritten, br#"{"model":"n","input":["a","b"]}"#);
    }

    #[test]
    fn a_composed_answer_reads() {
        let usage = Usage { input_tokens: 3, output_tokens: 0 };
        let says = Says::Text("Hello".to_owned());
        let said = Said { id: "e".to_owned(), model: "m".to_owned(), created: 1, says, usage };
        let body = OpenaiEmbeddings.compose(&Address::PLAIN, &said);
        assert_eq!(body, OpenaiEmbeddings.compose(&Address::PLAIN, &said));
        let answer = OpenaiEmbeddings.read_answer(&Address::PLAIN, body).unwrap();
        assert_eq!((answer.usage(), answer.parts().len()), (Some(usage), 0));
    }
}
