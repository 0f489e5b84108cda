//! Events over HTTP, from who shows a token of the issuer that the key file names: Event Grid, as "Secure WebHook
//! delivery" has it. Every other token is refused, and then nothing is asked of the vault. Nothing here needs a name.

use std::time::{SystemTime, UNIX_EPOCH};

use azure_functions_shim::Body;
use azure_functions_shim::host::{Host, HostSettings};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use conformance::azure::identity::Identities;
use conformance::azure::issuer::{self, Issuer, unsigned};
use conformance::azure::key_vault::KeyVault;
use conformance::program;
use http::Request;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::scene::{SECRET, event, wait_for, written};

/// What tokens for the webhook are for.
const AUDIENCE: &str = "api://sallyport-rotate";
const VALIDATION: &str = r#"[{"id":"1","topic":"t","subject":"","eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","eventTime":"2026-11-23T00:00:00Z","data":{"validationCode":"c0de-512d"},"dataVersion":"2"}]"#;

/// The function, and who may call it.
struct Scene {
    host: Host,
    vault: KeyVault,
    issuer: Issuer,
    _others: (Identities, TempDir),
}

impl Scene {
    fn new() -> Self {
        let (vault, issuer, identities) = (KeyVault::start(), Issuer::start(), Identities::start());
        let attributes = json!({"enabled": true, "exp": 4_102_444_800_u64});
        let value = json!({"keys": [{"id": "batch", "key": "sp_quokka_quokka_quokka_quokka_quokka"}]});
        vault.put_with(SECRET, &value.to_string(), attributes);
        let folder = tempfile::tempdir().unwrap();
        let keys = json!({"jwt": [{
            "issuer": issuer::NAME, "audience": AUDIENCE, "jwks_url": issuer.keys_url(), "algorithms": ["RS256"],
        }]});
        let place = folder.path().join("keys.yaml");
        std::fs::write(&place, keys.to_string()).unwrap();
        let own = [
            ("SALLYPORT_ROTATED_SECRET", SECRET.to_owned()),
            ("SALLYPORT_ROTATION_STRATEGY", "caller_keys".to_owned()),
            ("SALLYPORT_EVENT_SUBSCRIPTIONS", "rotate".to_owned()),
            ("SALLYPORT_KEYS", place.display().to_string()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value));
        let variables = own.into_iter().chain(vault.variables()).chain(identities.variables()).collect();
        let program = program::function("sallyport-azure-rotate");
        let host = Host::start(&program, HostSettings { variables, ..HostSettings::default() }).unwrap();
        Self { host, vault, issuer, _others: (identities, folder) }
    }

    /// Sends a request to where events are delivered, and tells its answer.
    fn send(&self, method: &str, headers: &[(&str, &str)], body: &str) -> (u16, http::HeaderMap, String) {
        let request = Request::builder().method(method).uri("/events");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut answer = self.host.send(request.body(Body::whole(body.to_owned())).unwrap()).unwrap();
        let told = String::from_utf8(answer.rest().unwrap().to_vec()).unwrap();
        (answer.status.as_u16(), answer.headers.clone(), told)
    }

    /// Delivers an event about the current version with these headers.
    fn deliver(&self, headers: &[(&str, &str)]) -> (u16, String) {
        let kind = ("content-type", "application/cloudevents+json; charset=utf-8");
        let body = event(&self.vault.current(SECRET).id).to_string();
        let (status, _, told) = self.send("POST", &[&[kind], headers].concat(), &body);
        (status, told)
    }

    /// Whether the vault was asked for anything.
    fn is_untouched(&self) -> bool {
        self.vault.asked().is_empty() && self.vault.versions(SECRET).len() == 1
    }
}

/// Claims of a token that Entra gives Event Grid for a webhook, with one of them changed.
fn claims(changed: &str, value: Value) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = json!({
        "aud": AUDIENCE, "iss": issuer::NAME, "iat": now - 300, "nbf": now - 300, "exp": now + 3600, "ver": "2.0",
        "azp": "4962773b-9cdb-44cf-a8bf-237846a00ab7", "azpacr": "2", "roles": ["AzureEventGridSecureWebhookSubscriber"],
        "oid": "5d0b8f6e-0000-4000-8000-000000000001", "sub": "5d0b8f6e-0000-4000-8000-000000000001",
        "tid": "11111111-2222-4333-8444-555555555555",
    });
    claims[changed] = value;
    claims
}

fn good() -> Value {
    claims("ver", json!("2.0"))
}

/// Tokens that are not let in, by what is wrong with them.
fn forged(issuer: &Issuer) -> Vec<(&'static str, String)> {
    let own = |name: &str, value: Value| issuer.token(&claims(name, value));
    let signed = issuer.token(&good());
    let (head, signature) = (signed.split('.').next().unwrap(), signed.rsplit('.').next().unwrap());
    let changed = URL_SAFE_NO_PAD.encode(claims("sub", json!("somebody else")).to_string());
    vec![
        ("another audience", own("aud", json!("api://another"))),
        ("no audience", own("aud", Value::Null)),
        (
            "another issuer",
            own("iss", json!("https://sts.windows.net/11111111-2222-4333-8444-555555555555/")),
        ),
        ("no issuer", own("iss", Value::Null)),
        ("it has run out", own("exp", json!(1_780_000_000))),
        ("no end", own("exp", Value::Null)),
        ("not yet", own("nbf", json!(4_102_444_800_u64))),
        ("another key under the same name", Issuer::start().token(&good())),
        ("alg: none", format!("{}.", unsigned("none", &good()))),
        ("a signature of other claims", format!("{head}.{changed}.{signature}")),
        ("no signature", format!("{}.", unsigned("RS256", &good()))),
        ("a secret as its key", format!("{}.{signature}", unsigned("HS256", &good()))),
        ("no token at all", "quokka".to_owned()),
        ("nothing", String::new()),
    ]
}

#[test]
fn an_event_is_taken_from_who_shows_a_token_for_this_function() {
    let scene = Scene::new();
    let token = format!("Bearer {}", scene.issuer.token(&good()));
    let shown = [("authorization", token.as_str()), ("aeg-event-type", "Notification")];
    let (version, count) = (scene.vault.current(SECRET).id, scene.vault.versions(SECRET).len());
    let (status, told) = scene.deliver(&shown);
    assert_eq!((status, told.as_str()), (200, "{}"), "{:#?}", scene.host.lines());
    assert_eq!(scene.vault.versions(SECRET).len(), count + 1);
    // In Event Grid's schema, and once more: it is of a version that is not current any more.
    let again = json!([{
        "id": "1", "topic": "/vaults/kv1", "subject": SECRET, "eventType": "Microsoft.KeyVault.SecretNearExpiry",
        "eventTime": "2026-11-23T00:00:00Z", "dataVersion": "1", "metadataVersion": "1",
        "data": event(&version)["data"],
    }]);
    let (status, _, told) = scene.send("POST", &shown, &again.to_string());
    assert_eq!((status, scene.vault.versions(SECRET).len()), (200, count + 1), "{told}");
    assert_eq!(scene.issuer.fetched(), 1, "the issuer's keys are kept");
    wait_for(&scene.host, ": done");
}

#[test]
fn any_other_token_is_refused_and_nothing_is_done() {
    let scene = Scene::new();
    for (wrong, token) in forged(&scene.issuer) {
        let shown = format!("Bearer {token}");
        for headers in [
            &[("authorization", shown.as_str())][..],
            &[
                ("authorization", &shown),
                ("aeg-event-type", "SubscriptionValidation"),
                ("aeg-subscription-name", "rotate"),
            ],
        ] {
            let (status, told) = scene.deliver(headers);
            assert_eq!(status, 401, "{wrong}: {told}");
            assert!(
                !told.contains("quokka") && !told.contains(&token) || token.is_empty(),
                "{wrong}: {told}"
            );
        }
        assert!(scene.is_untouched(), "{wrong}");
    }
    // Neither a header of another kind nor one that the platform would write takes its place.
    let token = scene.issuer.token(&good());
    for headers in [
        &[][..],
        &[("authorization", token.as_str())],
        &[("x-functions-key", token.as_str())],
        &[("x-ms-client-principal", "eyJhdXRoX3R5cCI6ImFhZCJ9"), ("x-ms-client-principal-id", "1")],
        &[("aeg-sas-key", "quokka")],
    ] {
        assert_eq!(scene.deliver(headers).0, 401, "{headers:?}");
        assert!(scene.is_untouched(), "{headers:?}");
    }
    let log = written(&scene.host);
    assert!(!log.contains("eyJ"), "no token is in the log: {log}");
}

#[test]
fn both_handshakes_are_answered() {
    let scene = Scene::new();
    let token = format!("Bearer {}", scene.issuer.token(&good()));
    let kind = ("aeg-event-type", "SubscriptionValidation");
    let shown = [("authorization", token.as_str()), kind];
    let named = [&shown[..], &[("aeg-subscription-name", "ROTATE")]].concat();
    let (status, _, told) = scene.send("POST", &named, VALIDATION);
    assert_eq!((status, told.as_str()), (200, r#"{"validationResponse":"c0de-512d"}"#));
    let other = [&shown[..], &[("aeg-subscription-name", "another")]].concat();
    for (headers, expected) in
        [(&other[..], 403), (&shown, 403), (&[kind, ("aeg-subscription-name", "rotate")], 401)]
    {
        let (status, _, told) = scene.send("POST", headers, VALIDATION);
        assert_eq!(status, expected, "{told}");
        assert!(!told.contains("c0de"), "{told}");
    }
    // The other handshake comes without a token.
    let origin = "webhook-request-origin";
    let (status, headers, _) =
        scene.send("OPTIONS", &[(origin, "eventgrid.azure.net"), ("webhook-request-rate", "120")], "");
    assert_eq!((status, &headers["webhook-allowed-origin"]), (200, &"eventgrid.azure.net".parse().unwrap()));
    assert_eq!(headers["webhook-allowed-rate"], "120");
    for headers in [&[][..], &[(origin, "evil.example")], &[(origin, "eventgrid.azure.net.evil.example")]] {
        let (status, headers, _) = scene.send("OPTIONS", headers, "");
        assert_eq!((status, headers.get("webhook-allowed-origin")), (403, None));
    }
    assert!(scene.is_untouched());
}
