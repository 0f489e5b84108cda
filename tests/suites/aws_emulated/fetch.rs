//! What the function that enforces reads: the credential of an upstream, once, as a role that may read that and no more.

use conformance::emulators::account::Account;
use conformance::emulators::ministack::{self, Ministack};
use conformance::emulators::passage::{Passage, Toll};
use conformance::emulators::provider::{FIRST_KEY, Provider};
use conformance::http::Request;
use conformance::lambda;
use conformance::served::{Served, Settings};
use serde_json::json;

/// A policy without rules.
pub(super) const OPEN: &str = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: open}\nspec: {rules: []}\n";

pub(super) fn chat() -> Request {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": "Hello"}]});
    Request::post("/v1/chat/completions", body.to_string())
}

/// The function, whose credential for the provider is at a place, and who acts as a role.
fn served(provider: &Provider, secrets: &str, role: &Account, place: &str) -> Served {
    let settings = Settings::of_policy(OPEN)
        .upstream("openai", &provider.url())
        .variable("AWS_ENDPOINT_URL", secrets)
        .variable("SALLYPORT_SECRET_OPENAI", place);
    let own = role.variables();
    lambda::serve(&own.iter().fold(settings, |all, (name, value)| all.variable(name, value)))
}

/// Makes a secret, and tells its ARN.
fn secret(emulator: &Ministack, name: &str, value: &str) -> String {
    let made = emulator.root().secrets("CreateSecret", &json!({"Name": name, "SecretString": value}));
    made["ARN"].as_str().unwrap().to_owned()
}

/// Makes a parameter that is encrypted, and tells its ARN.
fn parameter(emulator: &Ministack, name: &str, value: &str) -> String {
    let message = json!({"Name": name, "Value": value, "Type": "SecureString"});
    let _ = emulator.root().parameters("PutParameter", &message);
    let found = emulator.root().parameters("GetParameter", &json!({"Name": name}));
    found["Parameter"]["ARN"].as_str().unwrap().to_owned()
}

#[test]
fn a_credential_is_read_once_for_many_calls_by_a_role_that_may() {
    let Some(emulator) = ministack::start("a credential that is read once") else { return };
    let (provider, toll) = (Provider::start(), Toll::default());
    let passage = Passage::open(emulator.address(), &toll, |_, answer| answer);
    let value = json!({"key": FIRST_KEY}).to_string();
    let (secret, parameter) =
        (secret(&emulator, "llm/openai", &value), parameter(&emulator, "/llm/openai", &value));
    let (of_secrets, of_parameters) = ("secretsmanager:GetSecretValue", "ssm:GetParameter");
    let statements: [(&[&str], &str); 2] = [(&[of_secrets], &secret), (&[of_parameters], &parameter)];
    let role = emulator.root().role("gate", &statements);
    let (from_secrets, from_parameters) = ("secretsmanager.GetSecretValue", "AmazonSSM.GetParameter");
    // The emulator lets no role ask for a parameter by its ARN.
    let rows = [
        ("llm/openai#key".to_owned(), from_secrets),
        (format!("{secret}#key"), from_secrets),
        ("ssm:/llm/openai#key".to_owned(), from_parameters),
    ];
    for (place, operation) in rows {
        toll.begin();
        let served = served(&provider, &passage.url(), &role, &place);
        for _ in 0..5 {
            let answer = served.call(&chat());
            assert_eq!(answer.status, 200, "{place}: {}\n{}", answer.text(), served.stderr());
        }
        assert_eq!(toll.calls(), [operation], "{place}");
        assert!(!served.everything_written().contains(FIRST_KEY));
    }
}

#[test]
fn what_cannot_be_read_is_a_call_that_is_not_made() {
    let Some(emulator) = ministack::start("secrets that cannot be read") else { return };
    let provider = Provider::start();
    let own = secret(&emulator, "llm/own", FIRST_KEY);
    let _ = secret(&emulator, "llm/others", FIRST_KEY);
    let _ = parameter(&emulator, "/llm/others", FIRST_KEY);
    let missing = own.replace("llm/own", "llm/none");
    let allowed: &[&str] = &["secretsmanager:GetSecretValue"];
    let role = emulator.root().role("gate", &[(allowed, &own), (allowed, &missing)]);
    let mut stranger = role.clone();
    stranger.secret_access_key = "not-the-key".to_owned();
    let rows = [
        ("its own", &role, "llm/own", 200),
        ("another's", &role, "llm/others", 503),
        ("a parameter of another", &role, "ssm:/llm/others", 503),
        ("none", &role, &missing, 503),
        ("no member", &role, "llm/own#key", 503),
        ("a signature with another key", &stranger, "llm/own", 503),
    ];
    for (name, account, place, expected) in rows {
        let served = served(&provider, &emulator.url(), account, place);
        let (answer, records) = served.call_recorded(&chat());
        assert_eq!(answer.status, expected, "{name}: {}\n{}", answer.text(), served.stderr());
        let outcome = if expected == 200 { "allow" } else { "internal" };
        let last = records.last().unwrap();
        assert!(last["outcome"] == outcome || last["decision"] == outcome, "{name}: {last}");
        assert!(!served.everything_written().contains(FIRST_KEY), "{name}");
    }
}
