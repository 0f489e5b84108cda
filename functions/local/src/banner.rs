//! What `sallyport serve` says when it is ready: what is served to whom, and calls to paste.

use std::fmt::Write as _;
use std::net::SocketAddr;

use dialects::{ComposedRequest, Dialect, Endpoint};

use crate::config::{Settings, Target};

/// How one dialect is called from here. Every dialect has a row.
struct Sample {
    dialect: &'static str,
    /// A model's name as the vendor writes it.
    model: &'static str,
    /// Headers besides the usual.
    headers: &'static str,
    /// How an SDK is pointed at this address, with `URL` and `KEY` to be filled in.
    sdk: &'static str,
}

const SAMPLES: &[Sample] = &[
    Sample {
        dialect: "openai_chat",
        model: "echo-1",
        headers: "",
        sdk: "OpenAI(base_url=\"URL/v1\", api_key=\"KEY\")",
    },
    Sample {
        dialect: "anthropic_messages",
        model: "echo-1",
        headers: " -H 'anthropic-version: 2023-06-01'",
        sdk: "Anthropic(base_url=\"URL\", api_key=\"KEY\")",
    },
    Sample {
        dialect: "azure_openai",
        model: "echo-1",
        headers: "",
        sdk: "AzureOpenAI(azure_endpoint=\"URL\", api_key=\"KEY\", api_version=\"2024-10-21\")",
    },
    Sample {
        dialect: "openai_responses",
        model: "echo-1",
        headers: "",
        sdk: "OpenAI(base_url=\"URL/v1\", api_key=\"KEY\").responses",
    },
    Sample {
        dialect: "openai_embeddings",
        model: "echo-1",
        headers: "",
        sdk: "OpenAI(base_url=\"URL/v1\", api_key=\"KEY\").embeddings",
    },
    Sample {
        dialect: "gemini_generate",
        model: "echo-1",
        headers: "",
        sdk: "genai.Client(api_key=\"KEY\", http_options=HttpOptions(base_url=\"URL\"))",
    },
    Sample {
        dialect: "bedrock_converse",
        model: "amazon.nova-echo-v1:0",
        headers: "",
        sdk: "boto3.client(\"bedrock-runtime\", endpoint_url=\"URL\", region_name=\"eu-west-1\")",
    },
    Sample {
        dialect: "bedrock_invoke",
        model: "anthropic.claude-echo-v1:0",
        headers: "",
        sdk: "AnthropicBedrock(base_url=\"URL\", aws_region=\"eu-west-1\")",
    },
];

/// What the server came to hold beyond its settings.
pub(crate) struct Ready<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) policy: &'a str,
    pub(crate) revision: &'a str,
    pub(crate) credentials: &'a Credentials,
    /// Whether decisions are shown as readable lines.
    pub(crate) readable: bool,
}

/// The upstreams whose calls take a credential.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    /// Those whose credential was not there at the start, but may come.
    pub(crate) awaited: Vec<&'static str>,
    /// Those whose credential was there.
    pub(crate) present: Vec<&'static str>,
}

impl Credentials {
    pub(crate) fn are_taken_by(&self, upstream: &str) -> bool {
        self.present.contains(&upstream) || self.awaited.contains(&upstream)
    }
}

/// The whole text.
pub(crate) fn banner(settings: &Settings, ready: &Ready<'_>) -> String {
    let url = format!("http://{}", ready.address);
    let mut text = format!("sallyport {} serves on {url}\n", env!("CARGO_PKG_VERSION"));
    let revision = ready.revision.get(..12).unwrap_or(ready.revision);
    let file = settings.policy.name();
    // Writing to a text does not fail.
    let _ = writeln!(text, "  policy     `{}`, revision {revision} ({file})", ready.policy);
    for target in &settings.upstreams {
        let _ = writeln!(text, "  upstream   {}: {}", target.name, upstream(target, ready.credentials));
    }
    let _ = writeln!(text, "  callers    {}", callers(settings));
    let _ = writeln!(text, "  decisions  {}", decisions(settings, ready.readable));
    let _ = writeln!(text, "\nTry it:");
    for sample in SAMPLES {
        if let Some(dialect) = dialects::by_id(sample.dialect) {
            let _ = writeln!(text, "  # {}\n  {}", sample.dialect, curl(sample, dialect, settings, &url));
        }
    }
    let _ = writeln!(text, "\nOr point an SDK here:");
    for sample in SAMPLES {
        let key = if settings.callers.anonymous { "none" } else { "YOUR_KEY" };
        let _ = writeln!(text, "  {}", sample.sdk.replace("URL", &url).replace("KEY", key));
    }
    text.push('\n');
    text
}

fn upstream(target: &Target, credentials: &Credentials) -> String {
    match &target.url {
        None => "the built-in echo model".to_owned(),
        Some(url) if credentials.present.contains(&target.name) => format!("{url}, with a credential"),
        Some(url) if credentials.awaited.contains(&target.name) => format!("{url}, once it has a credential"),
        Some(url) => format!("{url}, without a credential"),
    }
}

fn callers(settings: &Settings) -> String {
    let callers = &settings.callers;
    let mut who = Vec::new();
    match callers.keys.len() {
        0 => {}
        1 => who.push("the holder of 1 key".to_owned()),
        count => who.push(format!("the holders of {count} keys")),
    }
    who.extend(
        settings.key_secrets.iter().map(|secret| format!("the holders of the keys in the secret {secret}")),
    );
    who.extend(callers.issuers.iter().map(|issuer| format!("bearers of tokens by {}", issuer.issuer)));
    if callers.anonymous {
        let here = settings.address.ip().is_loopback();
        who.push(if here { "anybody on this machine" } else { "anybody at all" }.to_owned());
    }
    who.join("; ")
}

fn decisions(settings: &Settings, readable: bool) -> String {
    let shown = if readable { "one readable line each here" } else { "one JSON record a line here" };
    match &settings.log {
        None => shown.to_owned(),
        Some(path) => format!("{shown}, and as records in {}", path.display()),
    }
}

fn curl(sample: &Sample, dialect: &dyn Dialect, settings: &Settings, url: &str) -> String {
    let to = dialect.compose_request(sample.model, "Hello", false);
    let vendor = Endpoint::of("POST", &to.path, &|_| false).map_or("", |endpoint| endpoint.vendor.id);
    let echo = settings.upstreams.iter().any(|target| target.name == vendor && target.url.is_none());
    let model = if echo { sample.model } else { "YOUR_MODEL" };
    let ComposedRequest { path, body } = dialect.compose_request(model, "Hello", false);
    let key = if settings.callers.anonymous { "" } else { " -H 'authorization: Bearer YOUR_KEY'" };
    let headers = sample.headers;
    format!("curl -sS '{url}{path}' -H 'content-type: application/json'{key}{headers} -d '{body}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_has_a_call_to_paste() {
        for dialect in dialects::DIALECTS {
            let sample = SAMPLES.iter().find(|sample| sample.dialect == dialect.id());
            assert!(sample.is_some(), "{} has no sample", dialect.id());
        }
    }
}
