//! The cold start of the service that enforces on Cloud Run: from the start of the process to the open port, for which the
//! platform waits, to the first 200 of `/-/ready`, and to that of the first call that goes through the gate, with the policy
//! that `infra/gcp` deploys, against a bare service (`tests/bare_handler`) that says hello. Both are built by the same
//! release profile, and started by turns. The floor asked for is 2 times. And the service's size.

use conformance::cold_start::{ANSWER, Probe, Subject, compare};
use conformance::gcp::metadata::Metadata;
use conformance::upstream::{Script, Upstream};
use conformance::{files, released};

/// What the platform sets, and the settings of the gate: a secret with one upstream's credential, and an upstream that is
/// called as the service's account. Both are called over TLS, so that certificates are read.
const OF_GATE: [(&str, &str); 8] = [
    ("K_SERVICE", "gate"),
    ("K_REVISION", "gate-00001-abc"),
    ("GOOGLE_CLOUD_PROJECT", "p-1"),
    ("SALLYPORT_ALLOW_ANONYMOUS", "true"),
    ("SALLYPORT_REGIONS", "europe-west1"),
    ("SALLYPORT_UPSTREAM_VERTEX", "https://aiplatform.googleapis.com"),
    ("SALLYPORT_UPSTREAM_ANTHROPIC", "https://api.anthropic.com"),
    ("SALLYPORT_SECRET_ANTHROPIC", "projects/p-1/secrets/anthropic"),
];

fn main() {
    let bare = released::bare("bare_handler", "bare-handler");
    let gate = released::function("sallyport-gcp", "sallyport-gcp-enforce");
    let policy = files::root().join("infra/gcp/policy/policy.yaml");
    let upstream = Upstream::start(Script::json(ANSWER));
    let metadata = Metadata::start();
    compare(
        Subject { program: &bare, name: "a bare service", set_up: &|_| {} },
        Subject {
            program: &gate,
            name: "sallyport-gcp-enforce",
            set_up: &|command| {
                command.envs(OF_GATE).envs(metadata.variables()).env("SALLYPORT_POLICY", &policy);
                command.env("SALLYPORT_UPSTREAM_OPENAI", upstream.url());
            },
        },
        Probe { port: "PORT", path: "/-/ready", headers: &[] },
    );
}
