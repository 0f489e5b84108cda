//! What stands around a conversation. An answer repeats most of what was asked, and the events that tell of its
//! beginning and its end hold all of it in their member `response`.

use policy::ContentType;

use super::{BY_SYSTEM, BY_USER};
use crate::fields::Reads::{Content, Shape, Structure, Text, Within};
use crate::fields::{Field, Speaker};

/// Rows of answers, or of both, each with its row in events.
macro_rules! repeated {
    ($($way:ident $path:literal, $reads:expr, $speaker:expr, $note:literal;)*) => {
        &[$(
            Field::$way($path, $reads, $note).by($speaker),
            Field::stream(concat!("response.", $path), $reads, $note),
        )*]
    };
}

const ANY: Speaker = Speaker::Enclosing;

/// Rows of requests alone.
pub(super) const ASKED: &[Field] = &[
    Field::request("input", Shape("items"), "the conversation: a text of the user, or items"),
    Field::request("instructions", Text, "what the model is told before it").by(BY_SYSTEM),
    Field::request("previous_response_id", Content(ContentType::Stored), "what was said before"),
    Field::request("conversation", Content(ContentType::Stored), "the same under another name"),
    Field::request("conversation.id", Structure, "its id"),
    Field::request("prompt", Content(ContentType::Stored), "a prompt that the vendor keeps"),
    Field::request("background", Content(ContentType::Stored), "whether the answer is fetched later"),
    Field::request("background_options.completion_window", Structure, "how much later"),
    Field::request("background_options.continuation_id", Structure, "what it belongs to"),
    Field::request("context_management[].type", Structure, "what is done when it gets too long"),
    Field::request("include[]", Structure, "what else to answer"),
    Field::request("stream", Structure, "whether to stream"),
    Field::request("personality", Structure, "how the model sounds"),
    Field::request("moderation.model", Structure, "the model that judges"),
    Field::request("moderation.policy.input.mode", Structure, "what it does with requests"),
    Field::request("moderation.policy.output.mode", Structure, "what it does with answers"),
];

/// Rows of answers, and of what they repeat of requests.
pub(super) const REPEATED: &[Field] = repeated![
    both "model", Structure, ANY, "the model";
    both "max_output_tokens", Structure, ANY, "the most tokens to answer";
    both "temperature", Structure, ANY, "how freely to choose words";
    both "tools", Shape("tool"), BY_SYSTEM, "the tools that are offered";
    both "tool_choice", Structure, BY_SYSTEM, "whether to call a tool";
    both "tool_choice.type", Structure, ANY, "the kind of choice";
    both "tool_choice.name", Structure, ANY, "the tool to call";
    both "tool_choice.server_label", Structure, ANY, "the server that has it";
    both "tool_choice.mode", Structure, ANY, "whether one of several must be called";
    both "tool_choice.tools[].type", Structure, ANY, "the kind of one of them";
    both "tool_choice.tools[].name", Structure, ANY, "its name";
    both "tool_choice.tools[].server_label", Structure, ANY, "the server that has it";
    both "tool_choice.tools[].*", Structure, ANY, "what else names it";
    both "parallel_tool_calls", Structure, ANY, "whether to call tools at once";
    both "text.format", Shape("format"), BY_SYSTEM, "the form of the answer";
    both "text.verbosity", Structure, ANY, "how much to say";
    both "prompt.id", Structure, ANY, "the id of a prompt that the vendor keeps";
    both "prompt.version", Structure, ANY, "its version";
    both "prompt.variables.*", Shape("parts"), BY_USER, "what is put into it";
    both "metadata.**", Text, ANY, "what is stored with the call";
    both "user", Text, ANY, "who the end user is";
    both "safety_identifier", Text, ANY, "the same, for abuse detection";
    both "reasoning.context", Structure, ANY, "which thoughts to keep";
    both "reasoning.effort", Structure, ANY, "how long to think";
    both "reasoning.generate_summary", Structure, ANY, "whether to sum that up (older form)";
    both "reasoning.mode", Structure, ANY, "how to think";
    both "reasoning.summary", Structure, ANY, "whether to sum that up";
    both "access_programs.cyber", Structure, ANY, "what the model may speak of";
    both "image.context_compression", Structure, ANY, "whether images are made smaller";
    both "prompt_cache_key", Structure, ANY, "which cache";
    both "prompt_cache_options.mode", Structure, ANY, "how to cache";
    both "prompt_cache_options.ttl", Structure, ANY, "how long to cache";
    both "prompt_cache_options.comparison_response_id", Structure, ANY, "the answer to compare with";
    both "prompt_cache_retention", Structure, ANY, "how long to cache (older form)";
    both "service_tier", Structure, ANY, "how fast to serve";
    both "truncation", Structure, ANY, "what is done with what is too long";
    answer "id", Structure, ANY, "the answer's id";
    answer "object", Structure, ANY, "`response`";
    answer "status", Structure, ANY, "how far it has come";
    answer "output", Shape("items"), ANY, "the answer";
    answer "output_text", Text, ANY, "its text in one, from some servers";
    answer "instructions", Shape("items"), ANY, "what the model was told: a text, or items";
    answer "previous_response_id", Structure, ANY, "the answer before";
    answer "conversation.id", Structure, ANY, "the conversation";
    answer "incomplete_details.reason", Structure, ANY, "why it is incomplete";
    answer "input_transformations[].id", Structure, ANY, "an item that was left out";
    answer "input_transformations[].action", Structure, ANY, "what was done to it";
    answer "input_transformations[].reason", Structure, ANY, "why";
    answer "input_transformations[].type", Structure, ANY, "what it was";
    answer "moderation.**", Text, ANY, "what the model that judges says";
    answer "prompt_cache_diagnostics.type", Structure, ANY, "what the cache did";
    answer "prompt_cache_diagnostics.reason", Structure, ANY, "why";
    answer "error", Within, ANY, "what went wrong";
    answer "error.message", Text, ANY, "in words";
    answer "error.type", Structure, ANY, "the kind of fault";
    answer "error.code", Structure, ANY, "the fault's word";
    answer "error.param", Structure, ANY, "the member at fault";
    answer "error.misalignment.detailed_explanation", Text, ANY, "what the model did";
    answer "error.misalignment.error_type", Structure, ANY, "the kind of that";
    answer "error.misalignment.review_target", Text, ANY, "what to look at";
    answer "error.misalignment.steer.message", Text, ANY, "what it was told";
];
