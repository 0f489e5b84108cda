//! Who may deliver events: the one account, by a token of Google's for this service, and nobody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use conformance::gcp::id_tokens::{IdTokens, unsigned};
use conformance::upstream::Script;
use http::{HeaderMap, Method, StatusCode};
use listener::Ingress;
use sallyport_gcp::rotator::Rotator;
use serde_json::{Value, json};

use crate::world::{AUDIENCE, World};

/// The claims of a good token, but for these.
fn claims(changes: Value) -> Value {
    let mut claims = IdTokens::claims(AUDIENCE);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

async fn ask(rotator: &Rotator, method: Method, headers: &HeaderMap, body: Ingress) -> u16 {
    rotator.answer(&method, headers, &body).await.as_u16()
}

#[tokio::test]
async fn only_the_account_that_delivers_is_let_in() {
    let world = World::new();
    let notice = world.tell().to_string();
    let good = claims(json!({}));
    let header = json!({"alg": "RS256", "kid": "key-of-the-test", "typ": "JWT"});
    let checked = |claims: &Value| format!("{}.SIGNATURE_REMOVED_BY_GOOGLE", unsigned(&header, claims));
    let signed = |changes| world.tokens.token(&claims(changes));
    let another = IdTokens::start().token(&good);
    let none = json!({"alg": "none", "typ": "JWT"});
    let symmetric = json!({"alg": "HS256", "kid": "key-of-the-test"});
    let rows = [
        ("expired", signed(json!({"exp": 1_700_000_000})), 401),
        ("no end", signed(json!({"exp": null})), 401),
        ("another audience", signed(json!({"aud": "https://other.example"})), 401),
        ("another issuer", signed(json!({"iss": "https://evil.example"})), 401),
        ("another account", signed(json!({"email": "agent@p1.iam.gserviceaccount.com"})), 403),
        ("its like", signed(json!({"email": "push@p1.iam.gserviceaccount.com.evil.example"})), 403),
        ("not verified", signed(json!({"email_verified": false})), 403),
        ("verified by a text", signed(json!({"email_verified": "true"})), 403),
        ("no account", signed(json!({"email": null})), 403),
        ("another key", another, 401),
        ("no signature", unsigned(&none, &good) + ".", 401),
        ("a shared secret", unsigned(&symmetric, &good) + "." + &URL_SAFE_NO_PAD.encode([7; 32]), 401),
        ("a changed token", signed(json!({})).replace(".ey", ".eyJhIjoxLA"), 401),
        ("checked by the platform, which is not believed", checked(&good), 401),
        ("no token", String::new(), 401),
        ("a key", "hunter2".to_owned(), 401),
    ];
    let rotator = world.rotator();
    for (what, token, expected) in rows {
        let body = Ingress::Whole(notice.clone().into());
        assert_eq!(
            ask(&rotator, Method::POST, &world.headers_with(&token, &[]), body).await,
            expected,
            "{what}"
        );
    }
    assert_eq!(ask(&rotator, Method::POST, &HeaderMap::new(), Ingress::Whole(notice.into())).await, 401);
    assert!(world.manager.calls().is_empty(), "nothing is asked for a stranger");
}

#[tokio::test]
async fn the_platforms_word_is_taken_where_the_deployment_says_so() {
    let world = World::new();
    let header = json!({"alg": "RS256", "kid": "another-key"});
    let rotator = Rotator { guard: world.guard(true), ..world.rotator() };
    let rows = [
        ("good", claims(json!({})), 204),
        ("another account", claims(json!({"email": "agent@p1.iam.gserviceaccount.com"})), 403),
        ("expired", claims(json!({"exp": 1_700_000_000})), 401),
        ("another audience", claims(json!({"aud": "https://other.example"})), 401),
    ];
    for (what, claims, expected) in rows {
        let token = format!("{}.SIGNATURE_REMOVED_BY_GOOGLE", unsigned(&header, &claims));
        let body = Ingress::Whole(world.tell().to_string().into());
        assert_eq!(
            ask(&rotator, Method::POST, &world.headers_with(&token, &[]), body).await,
            expected,
            "{what}"
        );
    }
    world.check(1, "the good one renewed");
}

#[tokio::test]
async fn public_keys_are_kept_and_without_them_the_event_comes_again() {
    let world = World::with_own_key();
    for _ in 0..3 {
        world.deliver(&world.tell()).await;
    }
    assert_eq!(world.tokens.asked().len(), 1);
    let world = World::with_own_key();
    world.tokens.change(Script::json("quokka").status(500));
    for _ in 0..2 {
        assert_eq!(world.deliver(&world.tell()).await, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(world.tokens.asked().len(), 1, "it is not asked again at once");
    assert!(world.manager.calls().is_empty());
}

#[tokio::test]
async fn what_is_no_delivery_is_none() {
    let world = World::new();
    let (rotator, headers) = (world.rotator(), world.headers());
    let rows = [
        (Method::GET, Ingress::Whole(Default::default()), StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, Ingress::Broken, StatusCode::BAD_REQUEST),
        (Method::POST, Ingress::TooLarge, StatusCode::ACCEPTED),
    ];
    for (method, body, expected) in rows {
        assert_eq!(ask(&rotator, method, &headers, body).await, expected.as_u16());
    }
    assert!(world.manager.calls().is_empty());
}
