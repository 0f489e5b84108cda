//! The cold start of the function that enforces on Azure Functions: from the start of the process to the first 200 of the
//! host's probe (`GET /`), and to that of the first call that goes through the gate, with the policy that `infra/azure`
//! deploys, against a bare handler (`tests/bare_handler`) that says hello. Both are built by the same release profile, and
//! started by turns. The floor asked for is 2 times. And the function's size.
//!
//! The host itself asks every 25 ms; here the probe comes again as soon as it was refused.

use conformance::cold_start::{ANSWER, Probe, Subject, compare};
use conformance::upstream::{Script, Upstream};
use conformance::{files, released};

/// What the platform sets, and the settings of the gate: a vault with one upstream's credential, and an upstream that is
/// called as the function itself. Both are called over TLS, so that certificates are read.
const OF_GATE: [(&str, &str); 8] = [
    ("IDENTITY_ENDPOINT", "http://127.0.0.1:1/msi/token"),
    ("IDENTITY_HEADER", "proof-of-the-function"),
    ("AZURE_CLIENT_ID", "3f1f5f5e-7d5c-4d0e-9c4f-000000000000"),
    ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
    ("SALLYPORT_UPSTREAM_AZURE_OPENAI", "https://name.openai.azure.com"),
    ("SALLYPORT_UPSTREAM_ANTHROPIC", "https://api.anthropic.com"),
    ("SALLYPORT_SECRET_ANTHROPIC", "anthropic"),
    ("SALLYPORT_VAULT_URL", "https://name.vault.azure.net"),
];

fn main() {
    let bare = released::bare("bare_handler", "bare-handler");
    let gate = released::function("sallyport-azure", "sallyport-azure-enforce");
    let policy = files::root().join("infra/azure/policy/policy.yaml");
    let upstream = Upstream::start(Script::json(ANSWER));
    compare(
        Subject { program: &bare, name: "a bare handler", set_up: &|_| {} },
        Subject {
            program: &gate,
            name: "sallyport-azure-enforce",
            set_up: &|command| {
                command.envs(OF_GATE).env("SALLYPORT_POLICY", &policy);
                command.env("SALLYPORT_UPSTREAM_OPENAI", upstream.url());
            },
        },
        Probe { port: "FUNCTIONS_CUSTOMHANDLER_PORT", path: "/", headers: &[("x-ms-invocation-id", "i-1")] },
    );
}
