//! Which path is which API: one table for every path that the vendors' clients build when only their base URL is
//! changed. What stands in no row is refused, never passed on.
//!
//! To add a path, add a row. Steps of a path: a word stands for itself; `a|b` for either; a word with `?` at the
//! end may be missing; `{}` is one name, such as a project's; `{location}` is where the vendor is to work;
//! `{model}` is the model, with what follows it in the same step.

use crate::address::{Address, Purpose, Streams};
use crate::dialect::Dialect;
use crate::vendors::{Vendor, vendor};
use crate::{by_id, routes::matching::Found};

mod matching;
mod query;

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, see above.
    pub path: &'static str,
    /// Whose it is, by the id of a row in [`crate::VENDORS`].
    pub vendor: &'static str,
    /// The dialect that is spoken there, by its id.
    pub dialect: &'static str,
    /// Whether answers are streamed. [`Streams::List`] becomes [`Streams::Always`] where the query asks for events.
    pub streams: Streams,
    /// What is asked for there.
    pub purpose: Purpose,
    /// A header that has to be there, in lower case, where two vendors have the same path.
    pub header: Option<&'static str>,
}

impl Route {
    const fn post(path: &'static str, vendor: &'static str, dialect: &'static str) -> Self {
        Self {
            method: "POST",
            path,
            vendor,
            dialect,
            streams: Streams::Asked,
            purpose: Purpose::Answer,
            header: None,
        }
    }

    const fn get(path: &'static str, vendor: &'static str, dialect: &'static str) -> Self {
        Self { method: "GET", purpose: Purpose::Look, ..Self::post(path, vendor, dialect).never() }
    }

    const fn never(self) -> Self {
        Self { streams: Streams::Never, ..self }
    }

    const fn always(self) -> Self {
        Self { streams: Streams::Always, ..self }
    }

    const fn list(self) -> Self {
        Self { streams: Streams::List, ..self }
    }

    const fn counts(self) -> Self {
        Self { purpose: Purpose::Count, ..self.never() }
    }

    const fn with(self, header: &'static str) -> Self {
        Self { header: Some(header), ..self }
    }
}

const ANTHROPIC: &str = "anthropic_messages";
const AZURE: &str = "azure_openai";
const CHAT: &str = "openai_chat";
const CONVERSE: &str = "bedrock_converse";
const EMBEDDINGS: &str = "openai_embeddings";
const GEMINI: &str = "gemini_generate";
const INVOKE: &str = "bedrock_invoke";
const RESPONSES: &str = "openai_responses";

/// Every path. Of rows that fit alike the first counts.
pub static ROUTES: &[Route] = &[
    // OpenAI, and the many servers that speak its dialects.
    Route::post("v1?/chat/completions", "openai", CHAT),
    Route::post("v1?/responses", "openai", RESPONSES),
    Route::post("v1?/responses/input_tokens", "openai", RESPONSES).counts(),
    Route::get("v1?/responses/{}", "openai", RESPONSES),
    Route::post("v1?/embeddings", "openai", EMBEDDINGS).never(),
    // Anthropic. Its model list has OpenAI's path.
    Route::post("v1?/messages", "anthropic", ANTHROPIC),
    Route::post("v1?/messages/count_tokens", "anthropic", ANTHROPIC).counts(),
    Route::get("v1/models", "anthropic", ANTHROPIC).with("anthropic-version"),
    Route::get("v1/models/{model}", "anthropic", ANTHROPIC).with("anthropic-version"),
    Route::get("v1?/models", "openai", CHAT),
    Route::get("v1?/models/{model}", "openai", CHAT),
    // Azure OpenAI: by deployment, then the newer form; Claude on Foundry.
    Route::post("openai/deployments/{model}/chat/completions", "azure_openai", AZURE),
    Route::post("openai/deployments/{model}/embeddings", "azure_openai", EMBEDDINGS).never(),
    Route::post("openai/responses", "azure_openai", RESPONSES),
    Route::get("openai/models", "azure_openai", AZURE),
    Route::post("openai/v1/chat/completions", "azure_openai", AZURE),
    Route::post("openai/v1/responses", "azure_openai", RESPONSES),
    Route::get("openai/responses/{}", "azure_openai", RESPONSES),
    Route::get("openai/v1/responses/{}", "azure_openai", RESPONSES),
    Route::post("openai/v1/embeddings", "azure_openai", EMBEDDINGS).never(),
    Route::get("openai/v1/models", "azure_openai", AZURE),
    Route::get("openai/v1/models/{model}", "azure_openai", AZURE),
    Route::post("anthropic/v1/messages", "azure_openai", ANTHROPIC),
    Route::post("anthropic/v1/messages/count_tokens", "azure_openai", ANTHROPIC).counts(),
    // Amazon Bedrock.
    Route::post("model/{model}/converse", "bedrock", CONVERSE).never(),
    Route::post("model/{model}/converse-stream", "bedrock", CONVERSE).always(),
    Route::post("model/{model}/count-tokens", "bedrock", CONVERSE).counts(),
    Route::post("model/{model}/invoke", "bedrock", INVOKE).never(),
    Route::post("model/{model}/invoke-with-response-stream", "bedrock", INVOKE).always(),
    // Gemini with an API key.
    Route::post("v1|v1alpha|v1beta/models|tunedModels/{model}:generateContent", "gemini", GEMINI).never(),
    Route::post("v1|v1alpha|v1beta/models|tunedModels/{model}:streamGenerateContent", "gemini", GEMINI)
        .list(),
    Route::post("v1|v1alpha|v1beta/models/{model}:countTokens", "gemini", GEMINI).counts(),
    Route::get("v1alpha|v1beta/models", "gemini", GEMINI),
    Route::get("v1alpha|v1beta/models/{model}", "gemini", GEMINI),
    // Vertex AI: Gemini with a project and without, tuned models, Claude, and its OpenAI endpoint.
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/publishers/google/models/{model}:generateContent",
        "vertex",
        GEMINI,
    )
    .never(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/publishers/google/models/{model}:streamGenerateContent",
        "vertex",
        GEMINI,
    )
    .list(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/publishers/google/models/{model}:countTokens",
        "vertex",
        GEMINI,
    )
    .counts(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/endpoints/{model}:generateContent",
        "vertex",
        GEMINI,
    )
    .never(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/endpoints/{model}:streamGenerateContent",
        "vertex",
        GEMINI,
    )
    .list(),
    Route::post("v1|v1beta1/publishers/google/models/{model}:generateContent", "vertex", GEMINI).never(),
    Route::post("v1|v1beta1/publishers/google/models/{model}:streamGenerateContent", "vertex", GEMINI).list(),
    Route::post("v1|v1beta1/publishers/google/models/{model}:countTokens", "vertex", GEMINI).counts(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/publishers/anthropic/models/count-tokens:rawPredict",
        "vertex",
        ANTHROPIC,
    )
    .counts(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/publishers/anthropic/models/{model}:rawPredict",
        "vertex",
        ANTHROPIC,
    ),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/publishers/anthropic/models/{model}:streamRawPredict",
        "vertex",
        ANTHROPIC,
    )
    .always(),
    Route::post(
        "v1|v1beta1/projects/{}/locations/{location}/endpoints/openapi/chat/completions",
        "vertex",
        CHAT,
    ),
];

/// Where a request goes: what its path says.
#[derive(Clone)]
pub struct Endpoint {
    /// The dialect that is spoken there.
    pub dialect: &'static dyn Dialect,
    /// Whose it is.
    pub vendor: &'static Vendor,
    /// What the path says beside.
    pub address: Address,
    /// The row.
    pub route: &'static Route,
    /// Where the vendor is to work, where the path says it.
    pub location: Option<String>,
    /// Where in the path the model stands.
    model_at: Option<std::ops::Range<usize>>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Endpoint").field("route", self.route).field("address", &self.address).finish()
    }
}

impl Endpoint {
    /// The endpoint of a request: its method, its path with the query, and whether a header is there.
    #[must_use]
    pub fn of(method: &str, path: &str, has_header: &dyn Fn(&str) -> bool) -> Option<Self> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let steps = matching::steps_of(path)?;
        let fits = |route: &&Route| route.method == method && route.header.is_none_or(has_header);
        ROUTES.iter().filter(fits).find_map(|route| {
            let Found { model, model_at, location } = matching::find(route, &steps)?;
            let streams = match route.streams {
                Streams::List if query::asks_for_events(query) => Streams::Always,
                Streams::Asked | Streams::List | Streams::Never | Streams::Always => route.streams,
            };
            Some(Self {
                dialect: by_id(route.dialect)?,
                vendor: vendor(route.vendor)?,
                address: Address { model, streams, purpose: route.purpose },
                route,
                location,
                model_at,
            })
        })
    }

    /// The path and query for the upstream, of those that the caller sent: without credentials, and with another
    /// model where the path names one and another is given.
    #[must_use]
    pub fn upstream_path(&self, path: &str, model: Option<&str>) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut path = path.to_owned();
        if let (Some(at), Some(model)) = (&self.model_at, model)
            && path.is_char_boundary(at.start)
            && path.is_char_boundary(at.end)
        {
            path.replace_range(at.clone(), &matching::escaped(model));
        }
        let query = query::without_credentials(query);
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests;
