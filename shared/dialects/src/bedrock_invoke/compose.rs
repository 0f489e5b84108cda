//! Requests and answers of InvokeModel as clients and the service send them, in the form of the model's family.

use serde_json::{Value, json};

use super::families::Form;
use crate::address::Address;
use crate::anthropic_messages::compose as messages;
use crate::bedrock_converse::compose as converse;
use crate::dialect::{Dialect, Said, Says, cut};
use crate::openai_chat::{OpenaiChat, compose as chat};
use crate::wire::WireEvent;

/// A request that says a text.
pub(super) fn request(form: Form, text: &str) -> Value {
    let user = json!([{"role": "user", "content": text}]);
    match form {
        Form::Chat => json!({"messages": user, "max_tokens": 1024}),
        Form::Cohere => json!({"message": text, "max_tokens": 1024}),
        Form::Converse => converse::request(text),
        Form::Embed => json!({"inputText": text}),
        Form::Llama => json!({"prompt": text, "max_gen_len": 1024}),
        Form::Messages => {
            json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 1024, "messages": user})
        }
        Form::Prompt | Form::Unknown => json!({"prompt": text, "max_tokens": 1024}),
        Form::Titan => json!({"inputText": text, "textGenerationConfig": {"maxTokenCount": 1024}}),
    }
}

/// An answer that is not streamed.
pub(super) fn whole(form: Form, said: &Said) -> Vec<u8> {
    let text = spoken(said);
    let (input, output) = (said.usage.input_tokens, said.usage.output_tokens);
    let answer = match form {
        Form::Chat => return OpenaiChat.compose(&Address::PLAIN, said),
        Form::Messages => return messages::whole(said),
        Form::Cohere => match call(said) {
            Some(call) => {
                json!({"generation_id": said.id, "text": "", "tool_calls": [call], "finish_reason": "COMPLETE"})
            }
            None => json!({"generation_id": said.id, "text": text, "finish_reason": "COMPLETE"}),
        },
        Form::Converse => converse::whole(said),
        Form::Embed => json!({"embedding": [0.1, 0.2], "inputTextTokenCount": input}),
        Form::Llama | Form::Unknown => json!({
            "generation": text,
            "prompt_token_count": input,
            "generation_token_count": output,
            "stop_reason": "stop",
        }),
        Form::Prompt => json!({"outputs": [{"text": text, "stop_reason": "stop"}]}),
        Form::Titan => json!({
            "inputTextTokenCount": input,
            "results": [{"tokenCount": output, "outputText": text, "completionReason": "FINISH"}],
        }),
    };
    answer.to_string().into_bytes()
}

/// The same in events. Those of vectors are not streamed; they come in one.
pub(super) fn streamed(form: Form, said: &Said, piece: usize) -> Vec<WireEvent> {
    let text = spoken(said);
    let pieces = |event: &dyn Fn(&str) -> Value| cut(&text, piece).map(event).collect::<Vec<_>>();
    let mut events = match form {
        Form::Chat => {
            return chat::streamed(said, piece).into_iter().filter(|event| event.data != "[DONE]").collect();
        }
        Form::Converse => {
            let wrapped =
                |event: WireEvent| WireEvent::new("", format!("{{\"{}\":{}}}", event.name, event.data));
            return converse::streamed(said, piece).into_iter().map(wrapped).collect();
        }
        Form::Messages => return messages::streamed(said, piece),
        Form::Cohere => {
            let piece =
                |text: &str| json!({"event_type": "text-generation", "is_finished": false, "text": text});
            let call =
                call(said).map(|call| json!({"event_type": "tool-calls-generation", "tool_calls": [call]}));
            let mut events = if call.is_some() { Vec::new() } else { pieces(&piece) };
            events.extend(call);
            events
                .push(json!({"event_type": "stream-end", "is_finished": true, "finish_reason": "COMPLETE"}));
            events
        }
        Form::Embed => vec![json!({"embedding": [0.1, 0.2], "stop_reason": "stop"})],
        Form::Llama | Form::Unknown => {
            let mut events = pieces(&|text| json!({"generation": text, "stop_reason": null}));
            events.push(json!({"generation": "", "stop_reason": "stop"}));
            events
        }
        Form::Prompt => {
            let mut events = pieces(&|text| json!({"outputs": [{"text": text, "stop_reason": null}]}));
            events.push(json!({"outputs": [{"text": "", "stop_reason": "stop"}]}));
            events
        }
        Form::Titan => {
            let mut events =
                pieces(&|text| json!({"index": 0, "outputText": text, "completionReason": null}));
            events.push(json!({"index": 0, "outputText": "", "completionReason": "FINISH"}));
            events
        }
    };
    if let Some(last) = events.last_mut().and_then(Value::as_object_mut) {
        let usage = said.usage;
        let metrics = json!({"inputTokenCount": usage.input_tokens, "outputTokenCount": usage.output_tokens});
        last.insert(super::facts::METRICS.to_owned(), metrics);
    }
    events.into_iter().map(|event| WireEvent::new("", event.to_string())).collect()
}

/// What is said as text. Forms without calls say one in words.
fn spoken(said: &Said) -> String {
    match &said.says {
        Says::Text(text) => text.clone(),
        Says::ToolCall { name, arguments } => format!("{name}({arguments})"),
    }
}

/// A call as Cohere has it.
fn call(said: &Said) -> Option<Value> {
    match &said.says {
        Says::Text(_) => None,
        Says::ToolCall { name, arguments } => Some(json!({"name": name, "parameters": arguments})),
    }
}
