//! Whom the functions show a token: the vault over TLS, and nobody whose certificate is from somebody unknown or for
//! another host. What is refused is told in one clear line.

use azure_functions_shim::host::{HostSettings, Trigger};
use conformance::azure::{self, key_vault};
use conformance::emulators::named::{self, Named};
use conformance::http::Request;
use conformance::program;
use conformance::served::{Served, Settings};
use conformance::upstream::{Script, Upstream};
use serde_json::json;

use super::scene::{SECRET, STRANGER, Scene, event, wait_for};

const CHATTED: &str = r#"{"id":"c1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;
const KEY: &str = "sk-upstream-quokka-secret";
const POLICY: &str = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: open}\nspec: {rules: []}\n";
const UNTRUSTED: &str = "its certificate is from nobody that is trusted, for another host, or over";

/// The gate, with the secret as the credential of its upstream.
fn gate(scene: &Scene, upstream: &Upstream, more: &[(String, String)]) -> Served {
    let settings = Settings::of_policy(POLICY)
        .upstream("openai", &upstream.url())
        .variable("SALLYPORT_SECRET_OPENAI", &format!("{SECRET}#key"));
    let variables = scene.variables();
    let all = variables.iter().chain(more);
    let settings = all.fold(settings, |settings, (name, value)| settings.variable(name, value));
    let program = program::function("sallyport-azure-enforce");
    let (program, arguments) = scene.named.arguments(&program);
    azure::serve_as(&program, &settings, HostSettings { arguments, ..HostSettings::default() })
}

fn call() -> Request {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": "Hello"}]});
    Request::post("/v1/chat/completions", body.to_string())
}

/// What would make a process trust nobody, or ask a host that the certificate is not for.
fn distrust(scene: &Scene, other: &Named) -> [(String, String); 2] {
    [
        ("SALLYPORT_VAULT_URL".to_owned(), format!("https://{}", scene.named.at(STRANGER))),
        ("SSL_CERT_FILE".to_owned(), other.authority().display().to_string()),
    ]
}

/// A vault that some know by a name which its certificate is not for, and another one with an authority of its own.
fn strangers(test: &str) -> Option<(Scene, Named)> {
    let scene = Scene::of_callers(test)?;
    scene.named.know(&[STRANGER]);
    let other = named::start_as(test, &[key_vault::NAME], scene.vault.address())?;
    Some((scene, other))
}

#[test]
fn a_credential_comes_from_the_vault_over_tls() {
    let Some(scene) = Scene::of_callers("a credential from a vault over TLS") else { return };
    scene.put(&json!({"key": KEY}));
    let upstream = Upstream::start(Script::json(CHATTED));
    let served = gate(&scene, &upstream, &[]);
    assert_eq!(served.call(&call()).status, 200, "{}", served.everything_written());
    let [arrived] = &upstream.arrived()[..] else { panic!("one: {:?}", upstream.arrived()) };
    assert_eq!(arrived.values("authorization"), [format!("Bearer {KEY}")]);
    let asked = scene.vault.asked();
    let hosts: Vec<_> = asked.iter().map(|asked| asked.values("host").concat()).collect();
    assert!(hosts.iter().all(|host| *host == scene.named.at(key_vault::NAME)), "{hosts:?}");
    assert!(!served.everything_written().contains(KEY));
}

#[test]
fn the_gate_shows_no_token_to_a_vault_that_it_cannot_trust() {
    let Some((scene, other)) = strangers("a vault that is not to be trusted") else { return };
    scene.put(&json!({"key": KEY}));
    let upstream = Upstream::start(Script::json(CHATTED));
    for more in distrust(&scene, &other) {
        let served = gate(&scene, &upstream, std::slice::from_ref(&more));
        let answer = served.call(&call());
        assert_eq!(answer.status, 503, "{more:?}: {}", answer.text());
        let told = served.everything_written();
        assert!(told.contains(UNTRUSTED), "{more:?}: {told}");
        assert!(!told.contains("token-for-"), "{told}");
        assert!(
            scene.vault.asked().is_empty() && upstream.arrived().is_empty(),
            "{more:?}: nothing was said"
        );
    }
}

#[test]
fn the_rotator_shows_no_token_to_a_vault_that_it_cannot_trust() {
    let Some((scene, other)) = strangers("a vault that is not to be trusted") else { return };
    for (name, value) in distrust(&scene, &other) {
        let more = [(name.as_str(), value)];
        let vault = if name == "SALLYPORT_VAULT_URL" { "kv2" } else { "kv1" };
        let host = scene.rotator(&more);
        let mut event = event(&scene.vault.current(SECRET).id);
        event["data"]["VaultName"] = vault.into();
        let trigger = Trigger::event_grid("rotate", "event", event);
        assert!(host.invoke(&trigger).unwrap().result.is_err(), "{more:?}");
        wait_for(&host, UNTRUSTED);
        assert!(scene.vault.asked().is_empty() && scene.count() == 1, "{more:?}");
    }
}

#[test]
fn a_vault_is_never_asked_in_the_clear_over_the_network() {
    let rows = [
        ("sallyport-azure-enforce", "SALLYPORT_VAULT_ENDPOINT", "http://10.0.0.4:8080"),
        ("sallyport-azure-rotate", "SALLYPORT_VAULT_ENDPOINT", "http://kv1.internal"),
        ("sallyport-azure-rotate", "SALLYPORT_MANAGEMENT_ENDPOINT", "http://10.0.0.4"),
        ("sallyport-azure-rotate", "AzureWebJobsStorage__blobServiceUri", "http://10.0.0.4"),
    ];
    for (name, variable, url) in rows {
        let variables = [
            ("FUNCTIONS_CUSTOMHANDLER_PORT", "1"),
            ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net"),
            (variable, url),
        ];
        let ended = program::run_function(name, &[], &variables);
        let expected = format!("`{variable}`: a credential is shown there, so expected `https://`");
        assert!(ended.code == Some(2) && ended.stderr.contains(&expected), "{name}: {ended:?}");
    }
}
