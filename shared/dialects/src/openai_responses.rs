//! OpenAI Responses, `POST /v1/responses` and `/v1/responses/input_tokens`; also spoken by Azure. Its fields are in
//! [`mod@fields`], its calls in [`mod@calls`], the tools it offers in [`mod@tools`].

use std::sync::LazyLock;

use policy::Constraints;

use self::calls::call;
use self::tools::{offers, servers};
use crate::address::{Address, Purpose};
use crate::answer::{Answer, AnswerFacts, Usage};
use crate::constrain::{self, Allowed};
use crate::dialect::{ComposedRequest, Dialect, Said, Streamed};
use crate::error::DialectError;
use crate::fields::{Field, Way};
use crate::json::{Document, Kind, Value, encode};
use crate::members;
use crate::openai_chat::OpenaiChat;
use crate::paths::Paths;
use crate::refusal::{Refusal, Reply};
use crate::request::{Facts, Reading, Request};
use crate::splice::{Splices, literal};
use crate::stream::{AnswerStream, framed};
use crate::wire::sse::{EVENT_STREAM, ServerSent};

mod calls;
mod compose;
mod fields;
mod stream;
mod tools;

/// OpenAI Responses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenaiResponses;

static REQUEST: LazyLock<Paths> = LazyLock::new(|| Paths::new(&fields::FIELDS, Way::Request));
static ANSWER: LazyLock<Paths> = LazyLock::new(|| Paths::new(&fields::FIELDS, Way::Answer));

static READING: Reading =
    Reading { paths: &REQUEST, facts: request_facts, constrain, conversation: &["input"] };

impl Dialect for OpenaiResponses {
    fn id(&self) -> &'static str {
        "openai_responses"
    }

    fn fields(&self) -> &'static [Field] {
        &fields::FIELDS
    }

    fn read_request(&self, address: &Address, body: Vec<u8>) -> Result<Request, DialectError> {
        Request::read(&READING, address, body)
    }

    fn read_answer(&self, _: &Address, body: Vec<u8>) -> Result<Answer, DialectError> {
        Answer::read(body, &ANSWER, answer_facts)
    }

    fn stream(&self, _: &Address, content_type: &str) -> Option<Box<dyn AnswerStream>> {
        framed(content_type == EVENT_STREAM, ServerSent::default(), stream::ResponseStream::default())
    }

    /// As Chat Completions has it: both are the same server's errors.
    fn refuse(&self, refusal: &Refusal) -> Reply {
        OpenaiChat.refuse(refusal)
    }

    fn compose_request(&self, model: &str, text: &str, stream: bool) -> ComposedRequest {
        let body = compose::request(model, text, stream);
        ComposedRequest { path: "/v1/responses".to_owned(), body }
    }

    fn compose(&self, address: &Address, said: &Said) -> Vec<u8> {
        match address.purpose {
            Purpose::Count => compose::count(said),
            Purpose::Answer | Purpose::Look => compose::whole(said),
        }
    }

    fn compose_stream(&self, _: &Address, said: &Said, piece: usize) -> Option<Streamed> {
        Some(Streamed::sse(&compose::streamed(said, piece)))
    }
}

fn request_facts(address: &Address, document: &Document) -> Result<Facts, DialectError> {
    let root = document.root();
    members::number(root, "temperature")?;
    instructions(root)?;
    let mut facts = Facts {
        models: vec![address.model_or(root)?],
        stream: address.streams(root)?,
        messages: messages(root)?,
        max_tokens: members::whole(root, "max_output_tokens")?,
        choices: address.answers(1),
        ..Facts::default()
    };
    for (list, field) in tool_lists(root)? {
        for (name, field) in offers(list, &field)? {
            facts.offer(name, field);
        }
        facts.actions.extend(servers(list, &field)?);
    }
    Ok(facts)
}

/// The instructions, which constraints put a text in front of.
fn instructions(root: Value<'_>) -> Result<Option<Value<'_>>, DialectError> {
    match members::present(root, "instructions") {
        Some(value) if value.kind() != Kind::Text => Err(members::wrong("instructions", "a text")),
        value => Ok(value),
    }
}

/// The number of items; a text is one. What is kept by the vendor may stand for all of them.
fn messages(root: Value<'_>) -> Result<usize, DialectError> {
    let wrong = || members::wrong("input", "a text or a list of items");
    let Some(input) = members::present(root, "input") else {
        let kept = ["conversation", "previous_response_id", "prompt"];
        let any = kept.iter().any(|name| members::present(root, name).is_some());
        return if any { Ok(0) } else { Err(wrong()) };
    };
    match input.kind() {
        Kind::Text => Ok(1),
        Kind::Array => input.elements().enumerate().try_fold(0, |count, (index, item)| {
            // An item that says neither what it is nor who speaks would be read as a reference by some servers.
            let known = item.member_text("type").or_else(|| item.member_text("role"));
            let wrong = || members::wrong(&format!("input[{index}]"), "an item with a type or a role");
            known.map(|_| count + 1).ok_or_else(wrong)
        }),
        Kind::Boolean | Kind::Name | Kind::Null | Kind::Number | Kind::Object => Err(wrong()),
    }
}

/// Items that add tools in mid conversation.
const ADDING: [&str; 2] = ["additional_tools", "tool_search_output"];

/// Every list that offers tools, and where it stands.
fn tool_lists(root: Value<'_>) -> Result<Vec<(Value<'_>, String)>, DialectError> {
    let own = members::list(root, "tools")?.map(|list| (list, "tools".to_owned()));
    let mut lists: Vec<_> = own.into_iter().collect();
    let input = root.member("input").into_iter().flat_map(Value::elements).enumerate();
    for (index, item) in input {
        if item.member_text("type").is_some_and(|kind| ADDING.contains(&kind.as_ref())) {
            let list = members::list(item, "tools")?;
            lists.extend(list.map(|list| (list, format!("input[{index}].tools"))));
        }
    }
    Ok(lists)
}

fn constrain(
    document: &Document,
    constraints: &Constraints,
    splices: &mut Splices,
) -> Result<(), DialectError> {
    let root = document.root();
    constrain::simple(root, constraints, splices)?;
    if let Some(most) = constraints.max_tokens {
        constrain::lower(root, "max_output_tokens", most, splices)?;
    }
    if let Some(names) = &constraints.tools {
        let allowed = Allowed::new(names);
        let mut gone = Vec::new();
        for (list, field) in tool_lists(root)? {
            if !tools::keep(list, allowed, splices) && field == "tools" {
                gone.push("tools");
            }
        }
        gone.extend(tools::unchosen(root, allowed, splices));
        splices.remove_members(root, &gone);
    }
    if let Some(prompt) = constrain::system_prompt(constraints) {
        match instructions(root)?.filter(|text| text.raw() != "\"\"") {
            Some(text) => splices.front(text, encode(&format!("{prompt}\n\n"))),
            None => splices.member(root, "instructions", literal(&prompt)),
        }
    }
    Ok(())
}

fn answer_facts(document: &Document) -> AnswerFacts {
    let root = document.root();
    let items = root.member("output").into_iter().flat_map(Value::elements).enumerate();
    AnswerFacts {
        is_of_the_dialect: ["output", "error"].iter().any(|name| members::present(root, name).is_some()),
        model: root.member_text("model").map(std::borrow::Cow::into_owned),
        usage: usage(root),
        actions: items.filter_map(|(index, item)| call(item, index)).collect(),
    }
}

/// The tokens that an answer took. One that only counts says them at its top.
fn usage(root: Value<'_>) -> Option<Usage> {
    let usage = members::present(root, "usage").unwrap_or(root);
    let count = |name| members::whole(usage, name).ok().flatten();
    Some(Usage { input_tokens: count("input_tokens")?, output_tokens: count("output_tokens").unwrap_or(0) })
}

#[cfg(test)]
mod tests;
