//! What stands at paths as clients build them, and what does not.

use super::*;

fn of(method: &str, path: &str) -> Option<Endpoint> {
    Endpoint::of(method, path, &|_| false)
}

/// A path, the vendor, the dialect and the model.
const FOUND: &[(&str, &str, &str, Option<&str>)] = &[
    ("/v1/chat/completions", "openai", CHAT, None),
    ("/chat/completions?x=y", "openai", CHAT, None),
    ("/v1/messages?beta=true", "anthropic", ANTHROPIC, None),
    ("/anthropic/v1/messages", "azure_openai", ANTHROPIC, None),
    (
        "/openai/deployments/gpt-4.1_eu/chat/completions?api-version=2024-10-21",
        "azure_openai",
        AZURE,
        Some("gpt-4.1_eu"),
    ),
    ("/openai/v1/chat/completions", "azure_openai", AZURE, None),
    (
        "/v1/projects/p-1/locations/europe-west4/publishers/anthropic/models/claude-sonnet@20250514:rawPredict",
        "vertex",
        ANTHROPIC,
        Some("claude-sonnet@20250514"),
    ),
    (
        "/v1/projects/p-1/locations/eu/publishers/anthropic/models/count-tokens:rawPredict",
        "vertex",
        ANTHROPIC,
        None,
    ),
    ("/v1beta1/projects/p-1/locations/global/endpoints/openapi/chat/completions", "vertex", CHAT, None),
    ("/v1/responses", "openai", RESPONSES, None),
    ("/v1/responses/input_tokens", "openai", RESPONSES, None),
    ("/v1/embeddings", "openai", EMBEDDINGS, None),
    ("/openai/responses?api-version=2025-04-01-preview", "azure_openai", RESPONSES, None),
    ("/openai/deployments/ada/embeddings?api-version=1", "azure_openai", EMBEDDINGS, Some("ada")),
    (
        "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
        "bedrock",
        CONVERSE,
        Some("anthropic.claude-3-haiku-20240307-v1:0"),
    ),
    (
        "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.amazon.nova-lite-v1%3A0/invoke",
        "bedrock",
        INVOKE,
        Some("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"),
    ),
    (
        "/model/meta.llama3-8b-instruct-v1:0/invoke-with-response-stream",
        "bedrock",
        INVOKE,
        Some("meta.llama3-8b-instruct-v1:0"),
    ),
    ("/v1beta/models/gemini-2.5-flash:generateContent", "gemini", GEMINI, Some("gemini-2.5-flash")),
    (
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
        "gemini",
        GEMINI,
        Some("gemini-2.5-flash"),
    ),
    (
        "/v1beta1/projects/p-1/locations/us-central1/publishers/google/models/gemini-2.5-pro:countTokens",
        "vertex",
        GEMINI,
        Some("gemini-2.5-pro"),
    ),
    (
        "/v1beta1/publishers/google/models/gemini-2.5-pro:streamGenerateContent",
        "vertex",
        GEMINI,
        Some("gemini-2.5-pro"),
    ),
];

#[test]
fn the_paths_of_clients_are_known() {
    for (path, vendor, dialect, model) in FOUND {
        let endpoint = of("POST", path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!((endpoint.vendor.id, endpoint.dialect.id()), (*vendor, *dialect), "{path}");
        assert_eq!(endpoint.address.model.as_deref(), *model, "{path}");
    }
}

#[test]
fn what_stands_in_no_row_is_unknown() {
    let paths = [
        "",
        "/",
        "v1/messages",
        "/v1",
        "/v1/v1/messages",
        "/v1/messages/",
        "//v1/messages",
        "/V1/messages",
        "/v1/Messages",
        "/v1/./messages",
        "/v1/../v1/messages",
        "/v1/mess%61ges",
        "/v1/messages%2Fcount_tokens",
        "/v1/completions",
        "/v1/messages/batches",
        "/v1/files",
        "/openai/deployments//chat/completions",
        "/openai/deployments/../chat/completions",
        "/openai/deployments/%2E%2E/chat/completions",
        "/openai/deployments/a%2Fb/chat/completions",
        "/openai/deployments/a%252Fb/chat/completions",
        "/openai/deployments/a b/chat/completions",
        "/openai/deployments/a%00/chat/completions",
        "/openai/deployments/a;b/chat/completions",
        "/openai/deployments/%FF/chat/completions",
        "/v1beta/models/m:predict",
        "/v1beta/models/m:generateContent:streamGenerateContent",
        "/v1beta/models/a%2Fb:generateContent",
        "/model/..%2Fx/converse",
        "/model/a%2F%2Fb/converse",
        "/model/a/b/converse",
        "/model/m/async-invoke",
        "/guardrail/g/version/1/apply",
        "/v1/projects/p/locations/l/publishers/mistralai/models/m:rawPredict",
        "/v1/projects/p/locations/l/publishers/anthropic/models/m:predict",
        "/v1/projects/../locations/l/publishers/anthropic/models/m:rawPredict",
        "/v1/projects/p/locations/l/publishers/anthropic/models/m%3AstreamRawPredict:rawPredict",
    ];
    for path in paths {
        assert!(of("POST", path).is_none(), "{path}");
    }
    for method in ["GET", "PUT", "PATCH", "DELETE", "post", "OPTIONS"] {
        assert!(of(method, "/v1/messages").is_none(), "{method}");
    }
}

#[test]
fn a_stream_of_gemini_is_a_list_unless_events_are_asked_for() {
    let path = "/v1beta/models/m:streamGenerateContent";
    for (query, streams) in [
        ("", Streams::List),
        ("?alt=json", Streams::List),
        ("?alt=sse", Streams::Always),
        ("?key=k&$alt=sse", Streams::Always),
        ("?alt=sse2", Streams::List),
    ] {
        assert_eq!(of("POST", &format!("{path}{query}")).unwrap().address.streams, streams, "{query}");
    }
}

#[test]
fn a_path_says_where_the_vendor_is_to_work() {
    let rows = [
        (
            "/v1/projects/p/locations/europe-west1/publishers/google/models/m:generateContent",
            Some("europe-west1"),
        ),
        ("/v1/projects/p/locations/global/endpoints/openapi/chat/completions", Some("global")),
        ("/v1/publishers/google/models/m:generateContent", None),
        ("/v1/messages", None),
    ];
    for (path, location) in rows {
        assert_eq!(of("POST", path).unwrap().location.as_deref(), location, "{path}");
    }
}

#[test]
fn of_two_vendors_with_one_path_a_header_tells() {
    let vendor =
        |there: bool| Endpoint::of("GET", "/v1/models", &|name| there && name == "anthropic-version");
    assert_eq!(vendor(true).unwrap().vendor.id, "anthropic");
    assert_eq!(vendor(false).unwrap().vendor.id, "openai");
}

#[test]
fn the_upstream_gets_the_path_without_credentials_and_with_the_model_that_is_set() {
    let azure = "/openai/deployments/gpt/chat/completions?api-version=1";
    let rows = [
        (azure, None, azure),
        (azure, Some("other one"), "/openai/deployments/other%20one/chat/completions?api-version=1"),
        ("/v1/messages?beta=true&key=k&%6Bey=k&Access_Token=t&", None, "/v1/messages?beta=true"),
        ("/v1/messages?key=k", Some("m"), "/v1/messages"),
    ];
    for (path, model, wanted) in rows {
        assert_eq!(of("POST", path).unwrap().upstream_path(path, model), wanted);
    }
}

#[test]
fn each_row_names_a_vendor_and_can_be_reached() {
    for (index, route) in ROUTES.iter().enumerate() {
        assert!(vendor(route.vendor).is_some() && by_id(route.dialect).is_some(), "{}", route.path);
        let steps = route.path.split('/').map(|step| step.split('|').next().unwrap().trim_end_matches('?'));
        let path: String = steps
            .map(|step| {
                format!("/{}", step.replace("{}", "x").replace("{location}", "l").replace("{model}", "m"))
            })
            .collect();
        let fits = |route: &&Route| matching::find(route, &matching::steps_of(&path).unwrap()).is_some();
        let first =
            ROUTES.iter().filter(|other| other.method == route.method && other.header == route.header);
        assert_eq!(first.clone().find(fits), Some(route), "row {index}: {path}");
    }
}
