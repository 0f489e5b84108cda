//! What is asked beside answers: counts of tokens, lists of models, embeddings. None of them is ordered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The tokens of every request.
const TOKENS: u64 = 11;

/// What every text becomes.
const EMBEDDING: [f32; 3] = [0.5, -0.25, 0.125];

/// How many tokens a request has, in the words of whoever has this path.
pub(super) fn count(path: &str) -> Value {
    if path.ends_with(":countTokens") {
        json!({"totalTokens": TOKENS, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": TOKENS}]})
    } else if path.ends_with("/count-tokens") {
        json!({"inputTokens": TOKENS})
    } else {
        json!({"input_tokens": TOKENS, "object": "response.input_tokens"})
    }
}

/// The models that there are, or one of them, as Anthropic, Google or OpenAI tells it.
pub(super) fn models(path: &str, anthropic: bool, google: bool) -> Value {
    let model = if google {
        json!({"name": "models/m-1", "displayName": "M 1", "version": "1", "inputTokenLimit": 1000,
            "outputTokenLimit": 100, "supportedGenerationMethods": ["generateContent", "countTokens"]})
    } else if anthropic {
        json!({"type": "model", "id": "m-1", "display_name": "M 1", "created_at": "2025-01-01T00:00:00Z"})
    } else {
        json!({"id": "m-1", "object": "model", "created": 1, "owned_by": "nobody"})
    };
    if !path.ends_with("/models") {
        model
    } else if google {
        json!({"models": [model]})
    } else if anthropic {
        json!({"data": [model], "has_more": false, "first_id": "m-1", "last_id": "m-1"})
    } else {
        json!({"object": "list", "data": [model]})
    }
}

/// The embeddings of a request in OpenAI's format.
pub(super) fn embeddings(body: &Value) -> Value {
    let count = body["input"].as_array().map_or(1, Vec::len);
    let embedding = match body["encoding_format"].as_str() {
        Some("base64") => STANDARD.encode(EMBEDDING.map(f32::to_le_bytes).concat()).into(),
        _ => json!(EMBEDDING),
    };
    let row = |index| json!({"object": "embedding", "index": index, "embedding": embedding});
    json!({"object": "list", "data": (0..count).map(row).collect::<Vec<_>>(), "model": "m-1",
        "usage": {"prompt_tokens": TOKENS, "total_tokens": TOKENS}})
}

/// The embeddings of a request to a model on Bedrock; `None` where it is no such model.
pub(super) fn embeddings_of_bedrock(model: &str, body: &Value) -> Option<Value> {
    if model.contains("titan-embed") {
        return Some(json!({"embedding": EMBEDDING, "inputTextTokenCount": TOKENS}));
    }
    let texts = body["texts"].as_array().filter(|_| model.contains("cohere.embed"))?;
    let rows: Vec<Value> = texts.iter().map(|_| json!(EMBEDDING)).collect();
    Some(json!({"id": "e1", "response_type": "embeddings_floats", "embeddings": rows, "texts": texts}))
}
