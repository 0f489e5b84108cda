//! The wire formats: what each is called, where it is asked, and which file of this folder writes it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::bedrock_texts::Maker;
use super::framing::{Event, Framing};
use super::{
    Order, anthropic_messages, azure_openai, bedrock_converse, bedrock_texts, gemini_generate, openai_chat,
    openai_responses,
};
use crate::http::Request;

/// The wire formats that have streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// Anthropic Messages.
    AnthropicMessages,
    /// Chat Completions of OpenAI's models on Azure.
    AzureOpenai,
    /// Anthropic Messages through Bedrock's `InvokeModel`.
    BedrockAnthropic,
    /// OpenAI Chat Completions through Bedrock's `InvokeModel`.
    BedrockChat,
    /// Cohere's Command R through Bedrock's `InvokeModel`.
    BedrockCohere,
    /// Bedrock's Converse.
    BedrockConverse,
    /// Llama through Bedrock's `InvokeModel`.
    BedrockLlama,
    /// Mistral's older models through Bedrock's `InvokeModel`.
    BedrockMistral,
    /// Amazon's Nova through Bedrock's `InvokeModel`.
    BedrockNova,
    /// Amazon's Titan through Bedrock's `InvokeModel`.
    BedrockTitan,
    /// Gemini, streamed as server-sent events.
    GeminiGenerate,
    /// Gemini, streamed as one JSON list.
    GeminiList,
    /// OpenAI Chat Completions.
    OpenaiChat,
    /// OpenAI Responses.
    OpenaiResponses,
    /// Anthropic Messages on Vertex AI.
    VertexAnthropic,
    /// Gemini on Vertex AI, streamed as server-sent events.
    VertexGemini,
}

/// The wire formats that the suites of streams go through.
pub const WIRES: [Wire; 2] = [Wire::AnthropicMessages, Wire::OpenaiChat];

/// Every wire format.
pub const EVERY_WIRE: [Wire; 16] = [
    Wire::AnthropicMessages,
    Wire::AzureOpenai,
    Wire::BedrockAnthropic,
    Wire::BedrockChat,
    Wire::BedrockCohere,
    Wire::BedrockConverse,
    Wire::BedrockLlama,
    Wire::BedrockMistral,
    Wire::BedrockNova,
    Wire::BedrockTitan,
    Wire::GeminiGenerate,
    Wire::GeminiList,
    Wire::OpenaiChat,
    Wire::OpenaiResponses,
    Wire::VertexAnthropic,
    Wire::VertexGemini,
];

impl Wire {
    /// The dialect's id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::AnthropicMessages | Self::VertexAnthropic => "anthropic_messages",
            Self::AzureOpenai => "azure_openai",
            Self::BedrockAnthropic
            | Self::BedrockChat
            | Self::BedrockCohere
            | Self::BedrockLlama
            | Self::BedrockMistral
            | Self::BedrockNova
            | Self::BedrockTitan => "bedrock_invoke",
            Self::BedrockConverse => "bedrock_converse",
            Self::GeminiGenerate | Self::GeminiList | Self::VertexGemini => "gemini_generate",
            Self::OpenaiChat => "openai_chat",
            Self::OpenaiResponses => "openai_responses",
        }
    }

    /// Whose it is, as settings name it.
    #[must_use]
    pub fn vendor(self) -> &'static str {
        match self {
            Self::AnthropicMessages => "anthropic",
            Self::AzureOpenai => "azure_openai",
            Self::BedrockAnthropic
            | Self::BedrockChat
            | Self::BedrockCohere
            | Self::BedrockConverse
            | Self::BedrockLlama
            | Self::BedrockMistral
            | Self::BedrockNova
            | Self::BedrockTitan => "bedrock",
            Self::GeminiGenerate | Self::GeminiList => "gemini",
            Self::OpenaiChat | Self::OpenaiResponses => "openai",
            Self::VertexAnthropic | Self::VertexGemini => "vertex",
        }
    }

    /// The model that [`Self::asks`] names.
    #[must_use]
    pub fn model(self) -> &'static str {
        match self {
            Self::BedrockAnthropic => "anthropic.m-1",
            Self::BedrockChat => "openai.m-1",
            Self::BedrockCohere => "cohere.command-r-m-1",
            Self::BedrockLlama => "meta.llama-m-1",
            Self::BedrockMistral => "mistral.m-1",
            Self::BedrockNova => "amazon.nova-m-1",
            Self::BedrockTitan => "amazon.titan-text-m-1",
            Self::AnthropicMessages
            | Self::AzureOpenai
            | Self::BedrockConverse
            | Self::GeminiGenerate
            | Self::GeminiList
            | Self::OpenaiChat
            | Self::OpenaiResponses
            | Self::VertexAnthropic
            | Self::VertexGemini => "m-1",
        }
    }

    /// The path of its calls.
    #[must_use]
    pub fn path(self, stream: bool) -> String {
        let model = self.model();
        let vertex = "/v1/projects/p-1/locations/us-east5/publishers";
        match (self, stream) {
            (Self::AnthropicMessages, _) => "/v1/messages".to_owned(),
            (Self::AzureOpenai, _) => {
                format!("/openai/deployments/{model}/chat/completions?api-version=2024-10-21")
            }
            (Self::BedrockConverse, false) => format!("/model/{model}/converse"),
            (Self::BedrockConverse, true) => format!("/model/{model}/converse-stream"),
            (
                Self::BedrockAnthropic
                | Self::BedrockChat
                | Self::BedrockCohere
                | Self::BedrockLlama
                | Self::BedrockMistral
                | Self::BedrockNova
                | Self::BedrockTitan,
                _,
            ) => {
                format!("/model/{model}/invoke{}", if stream { "-with-response-stream" } else { "" })
            }
            (Self::GeminiGenerate | Self::GeminiList, false) => {
                format!("/v1beta/models/{model}:generateContent")
            }
            (Self::GeminiGenerate, true) => format!("/v1beta/models/{model}:streamGenerateContent?alt=sse"),
            (Self::GeminiList, true) => format!("/v1beta/models/{model}:streamGenerateContent"),
            (Self::OpenaiChat, _) => "/v1/chat/completions".to_owned(),
            (Self::OpenaiResponses, _) => "/v1/responses".to_owned(),
            (Self::VertexAnthropic, false) => format!("{vertex}/anthropic/models/{model}:rawPredict"),
            (Self::VertexAnthropic, true) => format!("{vertex}/anthropic/models/{model}:streamRawPredict"),
            (Self::VertexGemini, false) => format!("{vertex}/google/models/{model}:generateContent"),
            (Self::VertexGemini, true) => {
                format!("{vertex}/google/models/{model}:streamGenerateContent?alt=sse")
            }
        }
    }

    /// The field of a text of the first answer, as policies and records name it.
    #[must_use]
    pub fn text_field(self) -> &'static str {
        match self {
            Self::AnthropicMessages | Self::BedrockAnthropic | Self::VertexAnthropic => "content[0].text",
            Self::AzureOpenai | Self::BedrockChat | Self::OpenaiChat => "choices[0].message.content",
            Self::BedrockCohere => "text",
            Self::BedrockConverse | Self::BedrockNova => "output.message.content[0].text",
            Self::BedrockLlama => "generation",
            Self::BedrockMistral => "outputs[0].text",
            Self::BedrockTitan => "results[0].outputText",
            Self::GeminiGenerate | Self::GeminiList | Self::VertexGemini => {
                "candidates[0].content.parts[0].text"
            }
            Self::OpenaiResponses => "output[0].content[0].text",
        }
    }

    /// Whether it can call tools.
    #[must_use]
    pub fn has_calls(self) -> bool {
        !matches!(self, Self::BedrockCohere | Self::BedrockLlama | Self::BedrockMistral | Self::BedrockTitan)
    }

    /// Whether it can hold more than one answer.
    #[must_use]
    pub fn has_choices(self) -> bool {
        let chats = matches!(self, Self::AzureOpenai | Self::BedrockChat | Self::OpenaiChat);
        chats || matches!(self, Self::GeminiGenerate | Self::GeminiList | Self::VertexGemini)
    }

    /// How its streams stand on the wire.
    #[must_use]
    pub fn framing(self) -> Framing {
        match self {
            Self::BedrockAnthropic
            | Self::BedrockChat
            | Self::BedrockCohere
            | Self::BedrockLlama
            | Self::BedrockMistral
            | Self::BedrockNova
            | Self::BedrockTitan => Framing::Chunks,
            Self::BedrockConverse => Framing::Frames,
            Self::GeminiList => Framing::List,
            Self::AnthropicMessages
            | Self::AzureOpenai
            | Self::GeminiGenerate
            | Self::OpenaiChat
            | Self::OpenaiResponses
            | Self::VertexAnthropic
            | Self::VertexGemini => Framing::ServerSent,
        }
    }

    /// A request of one message.
    #[must_use]
    pub fn asks(self, message: &str, stream: bool) -> Request {
        Request::post(&self.path(stream), self.body(message, stream).to_string())
    }

    /// A request that holds an order.
    #[must_use]
    pub fn orders(self, order: &Order, stream: bool) -> Request {
        self.asks(&json!(order).to_string(), stream)
    }

    fn body(self, message: &str, stream: bool) -> Value {
        let messages = json!([{"role": "user", "content": message}]);
        let blocks = json!([{"role": "user", "content": [{"text": message}]}]);
        let of =
            |version: &str| json!({"anthropic_version": version, "max_tokens": 100, "messages": messages});
        match self {
            Self::AnthropicMessages => {
                json!({"model": "m-1", "stream": stream, "messages": messages, "max_tokens": 100})
            }
            Self::AzureOpenai | Self::OpenaiChat if stream => json!({"model": "m-1", "stream": true,
                "messages": messages, "stream_options": {"include_usage": true}}),
            Self::AzureOpenai | Self::OpenaiChat => {
                json!({"model": "m-1", "stream": false, "messages": messages})
            }
            Self::BedrockAnthropic => of("bedrock-2023-05-31"),
            Self::BedrockChat => json!({"messages": messages, "max_tokens": 100}),
            Self::BedrockCohere => json!({"message": message, "max_tokens": 100}),
            Self::BedrockConverse => json!({"messages": blocks}),
            Self::BedrockLlama => json!({"prompt": message, "max_gen_len": 100}),
            Self::BedrockMistral => json!({"prompt": message, "max_tokens": 100}),
            Self::BedrockNova => {
                json!({"schemaVersion": "messages-v1", "messages": blocks, "inferenceConfig": {"maxTokens": 100}})
            }
            Self::BedrockTitan => {
                json!({"inputText": message, "textGenerationConfig": {"maxTokenCount": 100}})
            }
            Self::GeminiGenerate | Self::GeminiList | Self::VertexGemini => {
                json!({"contents": [{"role": "user", "parts": [{"text": message}]}]})
            }
            Self::OpenaiResponses => json!({"model": "m-1", "stream": stream, "input": message}),
            Self::VertexAnthropic => {
                let mut body = of("vertex-2023-10-16");
                body["stream"] = stream.into();
                body
            }
        }
    }

    pub(super) fn events(self, order: &Order) -> Vec<Event> {
        match self {
            Self::AnthropicMessages | Self::VertexAnthropic => {
                anthropic_messages::events(order, overloaded("error"))
            }
            Self::AzureOpenai => azure_openai::events(order, overloaded("")),
            Self::BedrockAnthropic => {
                anthropic_messages::events_of_bedrock(order, bedrock_converse::failure())
            }
            Self::BedrockChat => openai_chat::events_of_bedrock(order, bedrock_converse::failure()),
            Self::BedrockCohere => bedrock_texts::events(order, Maker::Cohere),
            Self::BedrockConverse => bedrock_converse::events(order),
            Self::BedrockLlama => bedrock_texts::events(order, Maker::Llama),
            Self::BedrockMistral => bedrock_texts::events(order, Maker::Mistral),
            Self::BedrockNova => bedrock_converse::events_of_nova(order),
            Self::BedrockTitan => bedrock_texts::events(order, Maker::Titan),
            Self::GeminiGenerate | Self::GeminiList | Self::VertexGemini => gemini_generate::events(order),
            Self::OpenaiChat => openai_chat::events(order, overloaded("")),
            Self::OpenaiResponses => openai_responses::events(order),
        }
    }

    pub(super) fn whole(self, order: &Order) -> Value {
        match self {
            Self::AnthropicMessages | Self::BedrockAnthropic | Self::VertexAnthropic => {
                anthropic_messages::whole(order)
            }
            Self::AzureOpenai => azure_openai::whole(order),
            Self::BedrockChat | Self::OpenaiChat => openai_chat::whole(order),
            Self::BedrockCohere => bedrock_texts::whole(order, Maker::Cohere),
            Self::BedrockConverse | Self::BedrockNova => bedrock_converse::whole(order),
            Self::BedrockLlama => bedrock_texts::whole(order, Maker::Llama),
            Self::BedrockMistral => bedrock_texts::whole(order, Maker::Mistral),
            Self::BedrockTitan => bedrock_texts::whole(order, Maker::Titan),
            Self::GeminiGenerate | Self::GeminiList | Self::VertexGemini => gemini_generate::whole(order),
            Self::OpenaiResponses => openai_responses::whole(order),
        }
    }
}

/// What goes wrong in the middle of a stream of server-sent events, under a name of its own or none.
fn overloaded(name: &str) -> Event {
    let error = json!({"type": "overloaded_error", "message": "Overloaded"});
    if name.is_empty() {
        return Event::data(json!({"error": error}));
    }
    Event::named(name, json!({"type": "error", "error": error}))
}
