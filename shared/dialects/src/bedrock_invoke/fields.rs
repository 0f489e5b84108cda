//! The field tables of Bedrock's InvokeModel, for the families whose bodies are only spoken here: Amazon Titan, Meta
//! Llama, Mistral, DeepSeek, Cohere. Sources: the vendors' published parameters.
//!
//! The other families speak another dialect here, and its table is theirs: Claude that of `anthropic_messages`, Nova
//! that of `bedrock_converse`, and those that take OpenAI's chat completions that of `openai_chat`. A model that nobody
//! knows has an empty table in requests: every string is text. In its answers, [`ENVELOPE`] says which words only name
//! what they stand beside; every other string is text.

use policy::{ContentType, Role};

use crate::fields::{Field, Reads, Speaker};

const BY_ASSISTANT: Speaker = Speaker::Of(Role::Assistant);
const BY_SYSTEM: Speaker = Speaker::Of(Role::System);
const BY_TOOL: Speaker = Speaker::Of(Role::Tool);

use Reads::{Arguments, Content, Opaque, Repeats, Structure, Text, Within};

pub(super) const FIELDS: &[Field] = &[
    // Prompts.
    Field::request(
        "prompt",
        Text,
        "Llama, Mistral, DeepSeek, Cohere: all that was said, with the model's own marks",
    ),
    Field::request("inputText", Text, "Titan: the same; or the text to make a vector of"),
    Field::request("images[]", Content(ContentType::Image), "Llama, Cohere: images"),
    Field::request("max_gen_len", Structure, "Llama: the most tokens to answer"),
    Field::request("max_tokens", Structure, "Mistral, DeepSeek, Cohere: the most tokens to answer"),
    Field::request("temperature", Structure, "how freely to choose words"),
    Field::request("stop[]", Text, "Mistral, DeepSeek: texts that end the answer"),
    Field::request("textGenerationConfig.maxTokenCount", Structure, "Titan: the most tokens to answer"),
    Field::request("textGenerationConfig.temperature", Structure, "Titan: how freely to choose words"),
    Field::request("textGenerationConfig.stopSequences[]", Text, "Titan: texts that end the answer"),
    // Cohere's conversations.
    Field::request("message", Text, "Cohere: what the user says"),
    Field::request("preamble", Text, "Cohere: instructions").by(BY_SYSTEM),
    Field::request("chat_history[]", Within, "Cohere: what was said before"),
    Field::request("chat_history[].role", Structure, "who spoke: not told apart, so it counts as the user"),
    Field::request("chat_history[].message", Text, "what was said"),
    Field::request("chat_history[].tool_calls[]", Within, "a tool call").by(BY_ASSISTANT),
    Field::request("chat_history[].tool_calls[].name", Structure, "the tool that was called"),
    Field::request("chat_history[].tool_calls[].parameters", Arguments, "with what"),
    Field::request("documents[].**", Text, "Cohere: what the answer may rest on").by(BY_TOOL),
    Field::request("tools[]", Within, "Cohere: a tool").by(BY_SYSTEM),
    Field::request("tools[].name", Structure, "its name"),
    Field::request("tools[].description", Text, "what the model is told of it"),
    Field::request(
        "tools[].parameter_definitions.**",
        Text,
        "its arguments, with what the model is told of them",
    ),
    Field::request("tool_results[]", Within, "Cohere: what a tool gave back").by(BY_TOOL),
    Field::request("tool_results[].call.name", Structure, "the tool that was called"),
    Field::request("tool_results[].call.parameters", Arguments, "with what"),
    Field::request("tool_results[].outputs[]", Arguments, "what it gave back"),
    Field::request("stop_sequences[]", Text, "Cohere: texts that end the answer"),
    Field::request("return_likelihoods", Structure, "Cohere: whether to repeat texts with probabilities"),
    Field::request("truncate", Structure, "Cohere: which end of a text that is too long to leave out"),
    Field::request("prompt_truncation", Structure, "Cohere: whether to leave out what was said before"),
    Field::request("citation_quality", Structure, "Cohere: how closely to say what an answer rests on"),
    Field::request("stream", Structure, "Cohere: whether to stream"),
    Field::request("num_generations", Structure, "Cohere: how many answers"),
    // What is made a vector of.
    Field::request("texts[]", Text, "Cohere: texts"),
    Field::request("inputs[].content[].type", Structure, "Cohere: what a part is"),
    Field::request("inputs[].content[].text", Text, "Cohere: a text"),
    Field::request("inputs[].content[].image_url", Content(ContentType::Image), "Cohere: an image"),
    Field::request("inputs[].content[].image_url.url", Opaque, "its data or address; an address is text"),
    Field::request("input_type", Structure, "Cohere: what the vectors are for"),
    Field::request("embedding_types[]", Structure, "Cohere: of which numbers they are made"),
    Field::request("inputImage", Content(ContentType::Image), "Titan: an image"),
    Field::request("embeddingTypes[]", Structure, "Titan: of which numbers vectors are made"),
    // Answers.
    Field::answer("results[].outputText", Text, "Titan: the answer"),
    Field::answer("results[].completionReason", Structure, "why it ends"),
    Field::answer("generation", Text, "Llama: the answer, whole or a piece"),
    Field::answer("outputs[].text", Text, "Mistral: the answer, whole or a piece"),
    Field::answer("outputs[].stop_reason", Structure, "why it ends"),
    Field::answer("choices[].text", Text, "DeepSeek: the answer, whole or a piece"),
    Field::answer("choices[].stop_reason", Structure, "why it ends"),
    Field::answer("choices[].finish_reason", Structure, "the same"),
    Field::answer("generations[].id", Structure, "Cohere: the id of an answer"),
    Field::answer("generations[].text", Text, "the answer"),
    Field::answer("generations[].finish_reason", Structure, "why it ends"),
    Field::answer("generations[].token_likelihoods", Repeats, "the answer again, word by word"),
    Field::answer("prompt", Text, "Cohere: what was asked"),
    Field::answer("text", Text, "Cohere: the answer in a conversation, or a piece"),
    Field::answer("tool_calls[]", Within, "Cohere: a tool call"),
    Field::answer("tool_calls[].name", Structure, "the tool that is called"),
    Field::answer("tool_calls[].parameters", Arguments, "with what"),
    Field::answer("citations[].text", Text, "Cohere: a piece of the answer that rests on something"),
    Field::answer("citations[].document_ids[]", Structure, "on what"),
    Field::answer("documents[].**", Text, "Cohere: what the answer rests on"),
    Field::answer("search_queries[].text", Text, "Cohere: what to search for"),
    Field::answer("search_queries[].generation_id", Structure, "the answer that it is for"),
    Field::answer("chat_history[].role", Structure, "Cohere: who spoke"),
    Field::answer("chat_history[].message", Text, "what was said"),
    Field::answer("generation_id", Structure, "Cohere: the id of the answer"),
    Field::answer("response_id", Structure, "Cohere: the same"),
    Field::answer("response_type", Structure, "Cohere: what the answer holds"),
    Field::answer("texts[]", Text, "Cohere: the texts that vectors were made of"),
    Field::answer("message", Text, "what went wrong"),
    Field::answer("originalMessage", Text, "the same, in the model's words"),
    Field::answer("resourceName", Structure, "of what"),
    Field::answer("amazon-bedrock-invocationMetrics", Within, "what the call took"),
    Field::answer("amazon-bedrock-guardrailAction", Structure, "whether a guardrail stepped in"),
    Field::answer("amazon-bedrock-trace.**", Text, "what a guardrail found, in words of the conversation"),
    Field::answer("id", Structure, "the answer's id"),
    Field::answer("stop_reason", Structure, "why it ends"),
    Field::answer("finish_reason", Structure, "the same"),
    Field::answer("event_type", Structure, "Cohere: what kind of event it is"),
    // The events of answers that are streamed.
    Field::stream("outputText", Text, "Titan: a piece of the answer"),
    Field::stream("completionReason", Structure, "Titan: why it ends"),
    Field::stream("response.text", Text, "Cohere: the whole answer again"),
    Field::stream("response.generation_id", Structure, "its id"),
    Field::stream("response.finish_reason", Structure, "why it ends"),
];

/// What answers of models that nobody knows have beside text. Ids and words are text there unless they look like it.
pub(super) const ENVELOPE: &[Field] = &[
    Field::answer("amazon-bedrock-invocationMetrics", Within, "what the call took"),
    Field::answer("event_type", Structure, "what kind of event it is"),
    Field::answer("finish_reason", Structure, "why the answer ends"),
    Field::answer("id", Structure, "the answer's id"),
    Field::answer("message", Text, "what went wrong"),
    Field::answer("object", Structure, "what kind of answer it is"),
    Field::answer("role", Structure, "who speaks"),
    Field::answer("stop_reason", Structure, "why the answer ends"),
    Field::answer("type", Structure, "what kind of event it is"),
];
