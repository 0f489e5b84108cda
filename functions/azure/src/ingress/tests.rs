//! Whom the function believes, and what of a request goes on.

use serde_json::json;

use super::*;

fn trust(easy_auth: bool) -> Trust {
    Trust { easy_auth, groups_claim: "groups".to_owned() }
}

async fn ask(headers: &[(&str, &str)], easy_auth: bool) -> Result<Asked, PrincipalFault> {
    let mut request = Request::post("/v1/chat/completions?x=%2F&x=2");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.body(ShimBody::whole("{}")).unwrap(), &trust(easy_auth)).await
}

fn told(claims: Value) -> String {
    STANDARD
        .encode(json!({"auth_typ": "aad", "claims": claims, "name_typ": "n", "role_typ": "r"}).to_string())
}

#[tokio::test]
async fn a_caller_is_who_the_platform_says_where_it_proves_callers() {
    let claims = json!([
        {"typ": "oid", "val": "o-1"}, {"typ": "groups", "val": "batch"}, {"typ": "groups", "val": "night"},
        {"typ": "appid", "val": "a-1"},
    ]);
    let principal = told(claims);
    let rows = [
        (vec![(PRINCIPAL, principal.as_str()), (PRINCIPAL_ID, "o-2"), (PRINCIPAL_PROVIDER, "aad")], "o-2"),
        (vec![(PRINCIPAL, principal.as_str())], "o-1"),
    ];
    for (headers, id) in rows {
        let identity = ask(&headers, true).await.unwrap().caller.identity.unwrap();
        assert_eq!((identity.id.as_str(), identity.kind), (id, IdentityKind::Provider));
        assert_eq!(identity.groups, ["batch", "night"]);
        assert_eq!(identity.claims["appid"], "a-1");
        assert!(ask(&headers, false).await.unwrap().caller.identity.is_none(), "whoever wrote it");
    }
    assert!(ask(&[], true).await.unwrap().caller.identity.is_none(), "nobody was proved");
}

#[tokio::test]
async fn what_cannot_be_read_proves_nobody_and_is_refused() {
    let (nobody, good) = (told(json!([])), told(json!([{"typ": "oid", "val": "o-1"}])));
    let wrong = STANDARD.encode(r#"{"claims": {"oid": "o-1"}}"#);
    let rows: [&[(&str, &str)]; 7] = [
        &[(PRINCIPAL, "%")],
        &[(PRINCIPAL, "bm90IGpzb24=")],
        &[(PRINCIPAL, &nobody)],
        &[(PRINCIPAL, &wrong)],
        &[(PRINCIPAL_ID, "o-1")],
        &[(PRINCIPAL, &good), (PRINCIPAL, &good)],
        &[(PRINCIPAL, &good), (PRINCIPAL_ID, "o-1"), (PRINCIPAL_ID, "o-2")],
    ];
    for headers in rows {
        assert_eq!(ask(headers, true).await.unwrap_err(), PrincipalFault, "{headers:?}");
    }
}

#[tokio::test]
async fn what_the_platform_adds_does_not_go_on_and_the_rest_stays() {
    let added = [
        (PRINCIPAL, "x"),
        ("x-ms-token-aad-access-token", "x"),
        ("x-functions-key", "x"),
        ("x-azure-ref", "x"),
        ("x-arr-ssl", "x"),
        ("disguised-host", "x"),
        ("was-default-hostname", "x"),
        ("x-appservice-proto", "x"),
        ("x-waws-unencoded-url", "x"),
        ("x-site-deployment-id", "x"),
        ("client-ip", "x"),
    ];
    let mut headers = added.to_vec();
    headers.extend([("authorization", "Bearer mine"), ("anthropic-version", "2023-06-01")]);
    let asked = ask(&headers, false).await.unwrap();
    let mut left: Vec<_> = asked.request.headers().keys().map(|name| name.as_str()).collect();
    left.sort_unstable();
    assert_eq!(left, ["anthropic-version", "authorization"]);
    assert_eq!(asked.request.uri(), "/v1/chat/completions?x=%2F&x=2");
    assert!(matches!(asked.request.body(), Body::Whole(bytes) if bytes == "{}"));
}

#[tokio::test]
async fn the_callers_address_is_what_the_platform_put_last() {
    let rows = [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.9, forged", ""),
        ("", ""),
    ];
    for (value, expected) in rows {
        assert_eq!(ask(&[("x-forwarded-for", value)], false).await.unwrap().caller.ip, expected, "{value}");
    }
}
