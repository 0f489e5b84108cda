//! The wire formats of model APIs: what in a body is text and who speaks it, which tools and models it names,
//! how it is changed without touching anything else, and how a refusal looks. Pure: bytes in, values out.
//!
//! To add a dialect, write `src/<id>.rs` with a type that implements [`Dialect`] and its field table beside
//! it, add a row to [`DIALECTS`] and its paths to [`ROUTES`], and put cases into `tests/testdata/dialects/<id>/`.

mod actions;
mod address;
mod answer;
mod anthropic_messages;
mod azure_openai;
mod bedrock_converse;
mod bedrock_invoke;
mod constrain;
mod dialect;
mod error;
mod fields;
mod gemini_generate;
mod json;
mod members;
mod openai_chat;
mod openai_embeddings;
mod openai_responses;
mod paths;
mod refusal;
mod request;
mod rewrite;
mod routes;
mod splice;
mod stream;
mod urls;
mod vendors;
mod walk;
mod wire;

pub use address::{Address, Purpose, Streams};
pub use answer::{Answer, Usage};
pub use dialect::{ComposedRequest, Dialect, Said, Says, Streamed};
pub use error::DialectError;
pub use fields::{Field, Reads, Speaker, Way};
pub use paths::{Chart, Named};
pub use refusal::{Refusal, RefusalKind, Reply, plain_refusal};
pub use request::{Edits, Request};
pub use routes::{Endpoint, ROUTES, Route};
pub use stream::{AnswerStream, Delta, StreamEdits, StreamEvent, Window};
pub use urls::urls_in;
pub use vendors::{VENDORS, Vendor, vendor};
pub use walk::TextPart;

/// Every dialect, by id.
pub static DIALECTS: &[&dyn Dialect] = &[
    &anthropic_messages::AnthropicMessages,
    &azure_openai::AzureOpenai,
    &bedrock_converse::BedrockConverse,
    &bedrock_invoke::BedrockInvoke,
    &gemini_generate::GeminiGenerate,
    &openai_chat::OpenaiChat,
    &openai_embeddings::OpenaiEmbeddings,
    &openai_responses::OpenaiResponses,
];

/// The dialect with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static dyn Dialect> {
    DIALECTS.iter().copied().find(|dialect| dialect.id() == id)
}
