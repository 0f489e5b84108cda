//! The decision endpoint, `POST /v1/decisions`: an action or texts are judged without a model call.
//!
//! In: `{"action": {"kind": "tool", "name": …, "arguments": {…}}}`, `{"action": {"kind": "http", "method": …,
//! "url": …, "body": …}}`, or `{"texts": [{"role": "user", "text": …}], "gate": "request"}`; and with each,
//! where it matters, `"model"`. An action is judged as a tool call in an answer is: by `action_control`, and
//! its arguments by `output_filter`.
//!
//! Out, with status 200 whatever the decision: the decision with its reasons and rules, `texts` as they may
//! go on (left out for a block), and `retry_after` in seconds where a limit holds it back.

use dialects::TextPart;
use http::{Request, Response};
use policy::{Action, ActionKind, Call, ContentType, Gate, Judgement, Part, Role};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::AnswerBody;
use crate::environment::Body;
use crate::judgement;
use crate::passage::Passage;
use crate::pipeline;
use crate::record;
use crate::refusal::Stop;

/// The dialect's word in records and in `when`.
const DIALECT: &str = "decisions";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    action: Option<AskedAction>,
    texts: Option<Vec<AskedText>>,
    #[serde(default)]
    gate: Option<AskedGate>,
    #[serde(default)]
    model: String,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum AskedAction {
    Http {
        #[serde(default)]
        method: Option<String>,
        url: String,
        #[serde(default)]
        body: Value,
    },
    Tool {
        name: String,
        #[serde(default)]
        arguments: Value,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedText {
    #[serde(default)]
    role: AskedRole,
    text: String,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AskedRole {
    Assistant,
    System,
    Tool,
    #[default]
    User,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AskedGate {
    Answer,
    Request,
}

/// Answers one question.
pub(crate) async fn decide(
    passage: &mut Passage,
    request: Request<Body>,
) -> Result<Response<AnswerBody>, Stop> {
    let (head, body) = request.into_parts();
    passage.identify(&head.headers).await?;
    let bytes = passage.take_body(&head.headers, body)?;
    let question: Question = serde_json::from_slice(&bytes).map_err(|fault| malformed(&fault))?;
    let (gate, texts, actions) = subject(question.action, question.texts, question.gate)?;
    passage.call = Some(Call { dialect: DIALECT.to_owned(), model: question.model, ..passage.unread_call() });
    let judgement = passage.judge(gate, &texts, &actions);
    let judgement = passage.charge(judgement).await;
    passage.verdict = Some(judgement.clone());
    let answer = answer(passage, gate, &texts, &judgement).to_string();
    passage.output = Some(answer.clone().into());
    passage.write_last(record::answered(passage, gate, &judgement))?;
    Ok(pipeline::json(answer))
}

/// What serde says of a document names what was expected and where; it may quote a value, so that is cut off.
fn malformed(fault: &serde_json::Error) -> Stop {
    let kind = match fault.classify() {
        serde_json::error::Category::Data => "not a question that can be decided",
        serde_json::error::Category::Eof => "cut off",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax => "not JSON",
    };
    let place = format!("line {}, column {}", fault.line(), fault.column());
    Stop::Malformed(format!(
        "the body is {kind} ({place}): give `action` (`kind`: `tool` or `http`) or `texts`"
    ))
}

type Subject = (Gate, Vec<TextPart>, Vec<Action>);

fn subject(
    action: Option<AskedAction>,
    texts: Option<Vec<AskedText>>,
    gate: Option<AskedGate>,
) -> Result<Subject, Stop> {
    match (action, texts) {
        (Some(action), None) => {
            let action = action.into_action()?;
            Ok((Gate::Answer, texts_of(&action), vec![action]))
        }
        (None, Some(texts)) => {
            let gate = match gate {
                Some(AskedGate::Answer) => Gate::Answer,
                Some(AskedGate::Request) | None => Gate::Request,
            };
            Ok((gate, texts.into_iter().enumerate().map(part).collect(), Vec::new()))
        }
        (Some(_), Some(_)) | (None, None) => {
            Err(Stop::Malformed("give either `action` or `texts`".to_owned()))
        }
    }
}

impl AskedAction {
    fn into_action(self) -> Result<Action, Stop> {
        Ok(match self {
            Self::Http { method, url, body } => {
                let wrong = || Stop::Malformed("`action.url` is not an absolute URL".to_owned());
                let mut urls = vec![url::Url::parse(&url).map_err(|_| wrong())?];
                urls.extend(dialects::urls_in(&body));
                Action {
                    kind: ActionKind::Http,
                    name: String::new(),
                    method: method.unwrap_or_else(|| "GET".to_owned()).to_ascii_uppercase(),
                    urls,
                    arguments: body,
                    field: "action".to_owned(),
                }
            }
            Self::Tool { name, arguments } => Action {
                kind: ActionKind::ToolCall,
                name,
                method: String::new(),
                urls: dialects::urls_in(&arguments),
                arguments,
                field: "action".to_owned(),
            },
        })
    }
}

fn part((index, asked): (usize, AskedText)) -> TextPart {
    let role = match asked.role {
        AskedRole::Assistant => Role::Assistant,
        AskedRole::System => Role::System,
        AskedRole::Tool => Role::Tool,
        AskedRole::User => Role::User,
    };
    TextPart {
        part: Part { role, content: ContentType::Text, field: format!("texts[{index}].text") },
        text: asked.text,
    }
}

/// Every text of an action: the URL of a plain call, the name, and whatever stands in its arguments.
fn texts_of(action: &Action) -> Vec<TextPart> {
    let mut found = Vec::new();
    let mut add = |field: String, text: String| {
        let part = Part { role: Role::Assistant, content: ContentType::Text, field };
        found.push(TextPart { part, text });
    };
    if action.kind == ActionKind::Http {
        for url in action.urls.iter().take(1) {
            add("action.url".to_owned(), url.to_string());
        }
    }
    let mut waiting = vec![("action.arguments".to_owned(), &action.arguments)];
    while let Some((field, value)) = waiting.pop() {
        match value {
            Value::Array(items) => {
                waiting.extend(
                    items.iter().enumerate().map(|(index, item)| (format!("{field}[{index}]"), item)),
                );
            }
            Value::Object(members) => {
                for (name, member) in members {
                    add(format!("{field} (name)"), name.clone());
                    waiting.push((format!("{field}.{name}"), member));
                }
            }
            Value::Number(number) => add(field, number.to_string()),
            Value::String(text) => add(field, text.clone()),
            Value::Bool(_) | Value::Null => {}
        }
    }
    found
}

fn answer(passage: &Passage, gate: Gate, texts: &[TextPart], judgement: &Judgement) -> Value {
    let mut answer = json!({
        "decision_id": passage.decision_id,
        "gate": pipeline::gate_word(gate),
        "decision": judgement.decision,
        "reasons": judgement.reasons,
        "message": judgement.message,
        "rules": judgement.applied,
        "monitored": judgement.monitored,
        "unchecked": judgement.unchecked,
        "retry_after": judgement.throttle.as_ref().map(|throttle| throttle.retry_after),
    });
    if judgement::stop(judgement).is_none()
        && let Some(members) = answer.as_object_mut()
    {
        members.insert("texts".to_owned(), Value::Array(covered_texts(texts, judgement)));
    }
    answer
}

fn covered_texts(texts: &[TextPart], judgement: &Judgement) -> Vec<Value> {
    let mut covers = detectors::Covers::default();
    texts.iter().for_each(|text| covers.reserve(&text.text));
    let mut now: Vec<String> = texts.iter().map(|text| text.text.clone()).collect();
    for (index, text) in judgement::covered(&mut covers, texts, &judgement.redactions) {
        if let Some(place) = now.get_mut(index) {
            *place = text;
        }
    }
    texts.iter().zip(now).map(|(text, now)| json!({"field": text.part.field, "text": now})).collect()
}
