//! The ordered answer in the formats of models on Bedrock that say text and nothing else: Cohere's Command R, Llama,
//! Mistral's older ones, Titan. What is not text is left out.

use serde_json::{Value, json};

use super::bedrock_converse::failure;
use super::framing::Event;
use super::{Ends, Order, Saying};

/// The tokens that it took: in, out.
const USAGE: (u64, u64) = (11, 7);

/// Whose format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    Cohere,
    Llama,
    Mistral,
    Titan,
}

pub(super) fn events(order: &Order, maker: Maker) -> Vec<Event> {
    let said = order.says.iter().filter(|saying| is_text(saying) || saying.raw.is_some());
    let mut events: Vec<Event> = said
        .map(|saying| match &saying.raw {
            Some(raw) => Event::Raw(raw.clone()),
            None => Event::data(maker.piece(saying.words())),
        })
        .collect();
    match order.ends {
        Ends::BreakOff | Ends::Early => {}
        Ends::Error => events.push(failure()),
        Ends::Finish => events.push(Event::data(maker.end(order))),
    }
    events
}

pub(super) fn whole(order: &Order, maker: Maker) -> Value {
    let text = text(order);
    match maker {
        Maker::Cohere => json!({"response_id": "r1", "generation_id": "g1", "text": text,
            "chat_history": [{"role": "CHATBOT", "message": text}], "finish_reason": "COMPLETE",
            "meta": {"billed_units": {"input_tokens": USAGE.0, "output_tokens": USAGE.1}}}),
        Maker::Llama => json!({"generation": text, "prompt_token_count": USAGE.0,
            "generation_token_count": USAGE.1, "stop_reason": "stop"}),
        Maker::Mistral => json!({"outputs": [{"text": text, "stop_reason": "stop"}]}),
        Maker::Titan => json!({"inputTextTokenCount": USAGE.0, "results": [{"tokenCount": USAGE.1,
            "outputText": text, "completionReason": "FINISH"}]}),
    }
}

/// What Bedrock says of a call with the last event of an answer.
pub(super) fn metrics() -> Value {
    json!({"inputTokenCount": USAGE.0, "outputTokenCount": USAGE.1, "invocationLatency": 2,
        "firstByteLatency": 1})
}

impl Maker {
    fn piece(self, text: &str) -> Value {
        match self {
            Self::Cohere => json!({"is_finished": false, "event_type": "text-generation", "text": text}),
            Self::Llama => json!({"generation": text, "prompt_token_count": null,
                "generation_token_count": 1, "stop_reason": null}),
            Self::Mistral => json!({"outputs": [{"text": text, "stop_reason": null}]}),
            Self::Titan => json!({"outputText": text, "index": 0, "totalOutputTextTokenCount": null,
                "completionReason": null, "inputTextTokenCount": null}),
        }
    }

    fn end(self, order: &Order) -> Value {
        let mut end = match self {
            Self::Cohere => json!({"is_finished": true, "event_type": "stream-end",
                "finish_reason": "COMPLETE", "response": whole(order, self)}),
            Self::Llama => json!({"generation": "", "prompt_token_count": USAGE.0,
                "generation_token_count": USAGE.1, "stop_reason": "stop"}),
            Self::Mistral => json!({"outputs": [{"text": "", "stop_reason": "stop"}]}),
            Self::Titan => json!({"outputText": "", "index": 0, "totalOutputTextTokenCount": USAGE.1,
                "completionReason": "FINISH", "inputTextTokenCount": USAGE.0}),
        };
        end["amazon-bedrock-invocationMetrics"] = metrics();
        end
    }
}

fn is_text(saying: &Saying) -> bool {
    saying.text.is_some() || saying.refusal.is_some()
}

fn text(order: &Order) -> String {
    order.says.iter().filter(|saying| is_text(saying)).map(Saying::words).collect()
}
