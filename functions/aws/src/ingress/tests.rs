//! Events of every kind, and what becomes of them.

use policy::IdentityKind;
use serde_json::json;

use super::*;

/// A function URL's event, with these members changed; a path such as `requestContext.stage` names one.
fn event(changes: Value) -> Value {
    let mut event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/v1/chat/completions", "rawQueryString": "",
        "headers": {"host": "abc.lambda-url.eu-west-1.on.aws", "content-type": "application/json"},
        "requestContext": {
            "accountId": "anonymous", "apiId": "abc", "authentication": null,
            "http": {"method": "POST", "path": "/v1/chat/completions", "protocol": "HTTP/1.1",
                     "sourceIp": "203.0.113.9", "userAgent": "client/1"},
            "requestId": "e1f2", "stage": "$default", "timeEpoch": 1_787_392_800_000_u64
        },
        "body": "{\"model\":\"m\"}", "isBase64Encoded": false
    });
    for (path, value) in changes.as_object().unwrap() {
        let mut place = &mut event;
        for step in path.split('.') {
            place = &mut place[step];
        }
        *place = value.clone();
    }
    event
}

fn read(event: Value) -> Result<Asked, AwsError> {
    super::read(event, "groups")
}

fn whole(asked: &Asked) -> &[u8] {
    match asked.request.body() {
        Body::Whole(bytes) => bytes,
        other @ (Body::Broken | Body::TooLarge) => panic!("{other:?}"),
    }
}

#[test]
fn a_function_urls_event_is_the_request_that_was_sent() {
    let asked = read(event(json!({"rawQueryString": "a=1&a=2"}))).unwrap();
    assert_eq!(asked.request.method(), "POST");
    assert_eq!(asked.request.uri(), "/v1/chat/completions?a=1&a=2");
    assert_eq!(asked.request.headers()["content-type"], "application/json");
    assert_eq!(whole(&asked), br#"{"model":"m"}"#);
    assert_eq!((asked.caller.ip.as_str(), asked.caller.identity), ("203.0.113.9", None));
}

#[test]
fn the_path_and_the_query_stay_as_they_came() {
    let arn = "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.m/converse";
    let rows = [
        (arn, "", arn),
        ("/v1/./a/../b//c", "", "/v1/./a/../b//c"),
        ("/v1/a%2fb", "q=%2F+%20&&=", "/v1/a%2fb?q=%2F+%20&&="),
        ("/v1/decoded by an API", "", "/v1/decoded%20by%20an%20API"),
        ("/v1/caf\u{e9}?", "", "/v1/caf%C3%A9%3F"),
        ("/v1/a?b", "c=<\u{e9}>", "/v1/a%3Fb?c=%3C%C3%A9%3E"),
    ];
    for (path, query, uri) in rows {
        let asked = read(event(json!({"rawPath": path, "rawQueryString": query}))).unwrap();
        assert_eq!(asked.request.uri(), uri);
    }
}

#[test]
fn the_stage_of_an_http_api_is_no_part_of_the_path() {
    let rows = [
        ("$default", "/v1/x", "/v1/x"),
        ("prod", "/prod/v1/x", "/v1/x"),
        ("prod", "/v1/x", "/v1/x"),
        ("v", "/v1/x", "/v1/x"),
    ];
    for (stage, path, uri) in rows {
        let asked = read(event(json!({"rawPath": path, "requestContext.stage": stage}))).unwrap();
        assert_eq!(asked.request.uri(), uri, "{stage}");
    }
}

#[test]
fn a_role_is_who_calls_and_its_session_a_claim() {
    let rows = [
        (
            "arn:aws:sts::111122223333:assumed-role/app/nightly",
            "arn:aws:iam::111122223333:role/app",
            Some("nightly"),
        ),
        ("arn:aws-cn:sts::1:assumed-role/app/a:b/c", "arn:aws-cn:iam::1:role/app", Some("a:b/c")),
        ("arn:aws:iam::111122223333:user/team/ada", "arn:aws:iam::111122223333:user/team/ada", None),
        ("arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root", None),
    ];
    for (arn, id, session) in rows {
        let iam = json!({"accessKey": "ASIA", "accountId": "111122223333", "callerId": "AROA:nightly",
            "cognitoIdentity": null, "principalOrgId": "o-1", "userArn": arn, "userId": "AROA:nightly"});
        let asked = read(event(json!({"requestContext.authorizer": {"iam": iam}}))).unwrap();
        let identity = asked.caller.identity.unwrap();
        assert_eq!((identity.id.as_str(), identity.kind), (id, IdentityKind::Provider));
        assert_eq!(identity.claims.get("session").and_then(Value::as_str), session, "{arn}");
        assert_eq!(identity.claims["account"], "111122223333");
        assert_eq!(identity.claims["org"], "o-1");
    }
}

#[test]
fn a_token_that_the_api_checked_tells_who_calls() {
    let jwt =
        json!({"claims": {"sub": "u1", "aud": "api", "groups": "[batch night]", "n": 7}, "scopes": null});
    let asked = read(event(json!({"requestContext.authorizer": {"jwt": jwt}}))).unwrap();
    let identity = asked.caller.identity.unwrap();
    assert_eq!((identity.id.as_str(), identity.kind), ("u1", IdentityKind::Provider));
    assert_eq!(identity.groups, ["batch", "night"]);
    assert_eq!(identity.claims["aud"], "api");
}

#[test]
fn who_cannot_be_told_is_not_let_in_as_somebody_else() {
    let rows = [
        json!({"iam": {}}),
        json!({"iam": "arn:aws:iam::1:root"}),
        json!({"iam": {"userArn": ""}}),
        json!({"iam": {"userArn": "arn:aws:sts::1:assumed-role/app"}}),
        json!({"iam": {"userArn": "arn:aws:sts::1:assumed-role//x"}}),
        json!({"iam": {"userArn": 7}}),
        json!({"jwt": {}}),
        json!({"jwt": {"claims": {"aud": "api"}}}),
        json!({"jwt": {"claims": {"sub": 7}}}),
        json!("somebody"),
    ];
    for authorizer in rows {
        let fault = read(event(json!({"requestContext.authorizer": authorizer.clone()}))).unwrap_err();
        assert!(matches!(fault, AwsError::MalformedEvent { .. }), "{authorizer}: {fault}");
    }
    for authorizer in [json!(null), json!({}), json!({"lambda": {"user": "ada"}})] {
        let asked = read(event(json!({"requestContext.authorizer": authorizer}))).unwrap();
        assert_eq!(asked.caller.identity, None, "the pipeline asks for a key or a token itself");
    }
}

#[test]
fn a_body_is_decoded_and_capped() {
    let encoded = |bytes: &[u8]| json!({"body": STANDARD.encode(bytes), "isBase64Encoded": true});
    assert_eq!(whole(&read(event(encoded(b"\xff\x00"))).unwrap()), b"\xff\x00");
    assert_eq!(whole(&read(event(json!({"body": null}))).unwrap()), b"");
    let rows = [
        (json!({"body": "x".repeat(BODY_CAP)}), "Whole"),
        (json!({"body": "x".repeat(BODY_CAP + 1)}), "TooLarge"),
        (encoded(&vec![0; BODY_CAP]), "Whole"),
        (encoded(&vec![0; BODY_CAP + 1]), "TooLarge"),
        (json!({"body": "=".repeat(3 * BODY_CAP), "isBase64Encoded": true}), "TooLarge"),
        (json!({"body": "no base64!", "isBase64Encoded": true}), "Broken"),
    ];
    for (changes, expected) in rows {
        let asked = read(event(changes)).unwrap();
        assert_eq!(format!("{:?}", asked.request.body()).split('(').next(), Some(expected));
    }
}

#[test]
fn a_load_balancers_event_is_the_request_that_was_sent() {
    let single = json!({
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:…"}}, "httpMethod": "POST",
        "path": "/v1/a%2Fb", "queryStringParameters": {"alt": "sse", "key": "a%20b", "flag": ""},
        "headers": {"host": "gate.example", "x-forwarded-for": "198.51.100.1, 203.0.113.9"},
        "body": "{}", "isBase64Encoded": false
    });
    let asked = read(single).unwrap();
    assert_eq!(asked.request.uri(), "/v1/a%2Fb?alt=sse&flag&key=a%20b");
    assert_eq!((asked.caller.ip.as_str(), asked.caller.identity), ("203.0.113.9", None));
    let all = json!({
        "requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/healthz",
        "multiValueQueryStringParameters": {"a": ["1", "2"]}, "multiValueHeaders": {"x-a": ["1", "2"]},
        "body": "", "isBase64Encoded": false
    });
    let asked = read(all).unwrap();
    assert_eq!(asked.request.uri(), "/healthz?a=1&a=2");
    assert_eq!(asked.request.headers().get_all("x-a").iter().count(), 2);
}

#[test]
fn what_a_service_sends_besides_never_makes_an_event_unreadable() {
    let iam = json!({"accessKey": "ASIA", "accountId": null, "callerId": null, "principalOrgId": null,
        "userArn": "arn:aws:iam::1:user/ada", "userId": null, "new": 1,
        "cognitoIdentity": {"amr": null, "identityId": "x", "identityPoolId": "y"}});
    let jwt =
        json!({"claims": {"sub": "u1", "admin": true, "n": 7, "list": ["a"], "none": null}, "scopes": null});
    let certificate =
        json!({"clientCert": {"clientCertPem": "x", "validity": {"notAfter": 1, "notBefore": 0}}});
    let rows = [
        json!({"cookies": ["a=b"], "queryStringParameters": {"a": "1,2"}, "pathParameters": {"proxy": "v1"}}),
        json!({"cookies": null, "queryStringParameters": null, "pathParameters": null, "stageVariables": null}),
        json!({"queryStringParameters": {"a": null}, "stageVariables": {"a": 1}, "new": {"a": []}}),
        json!({"httpMethod": 7, "path": "/other", "headers": null, "rawQueryString": null}),
        json!({"requestContext.authentication": certificate, "requestContext.domainName": null}),
        json!({"requestContext.authorizer": {"iam": iam, "jwt": null, "lambda": null}}),
        json!({"requestContext.authorizer": {"jwt": jwt}}),
        json!({"requestContext.authorizer": {"lambda": {"user": "ada", "list": [1]}}}),
        json!({"requestContext.authorizer": {"lambda": "nobody"}}),
        json!({"requestContext.stage": null, "requestContext.http.sourceIp": null}),
    ];
    for changes in rows {
        let asked = read(event(changes.clone())).unwrap_or_else(|fault| panic!("{changes}: {fault}"));
        assert_eq!(
            (asked.request.method().as_str(), asked.request.uri().path()),
            ("POST", "/v1/chat/completions")
        );
    }
    let balanced = |members: Value| {
        let mut event = json!({"requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/healthz"});
        event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        event
    };
    let rows = [
        (json!({}), "/healthz"),
        (json!({"body": null, "headers": null, "isBase64Encoded": null}), "/healthz"),
        (json!({"queryStringParameters": null, "multiValueQueryStringParameters": {"a": []}}), "/healthz"),
        (json!({"multiValueQueryStringParameters": {"b": ["2"], "a": ["1", ""]}}), "/healthz?a=1&a&b=2"),
    ];
    for (members, uri) in rows {
        assert_eq!(read(balanced(members)).unwrap().request.uri(), uri);
    }
}

#[test]
fn what_is_no_request_is_told_without_a_word_of_it() {
    let rows = [
        (json!(null), "none of"),
        (json!([]), "none of"),
        (json!({"Step": "quokka"}), "none of"),
        (
            json!({"version": "1.0", "httpMethod": "GET", "path": "/", "requestContext": {"resourceId": "quokka"}}),
            "none of",
        ),
        (event(json!({"version": "3.0"})), "none of"),
        (event(json!({"headers": "quokka"})), "shape"),
        (event(json!({"headers": {"a": 1}})), "shape"),
        (event(json!({"headers": {"a quokka": "1"}})), "headers"),
        (event(json!({"headers": {"a": "quokka\n"}})), "headers"),
        (event(json!({"rawPath": "quokka"})), "path"),
        (event(json!({"rawPath": ""})), "path"),
        (event(json!({"rawPath": "/a".repeat(60_000)})), "path"),
        (event(json!({"requestContext.http.method": "quok ka"})), "method"),
        (event(json!({"requestContext.http.method": ""})), "method"),
        (event(json!({"body": {"quokka": 1}})), "shape"),
        (json!({"requestContext": {"elb": {}}, "path": 7}), "shape"),
        (json!({"requestContext": {"elb": {}}, "httpMethod": "GET"}), "path"),
        (
            json!({"requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/", "multiValueHeaders": {"a quokka": ["1"]}}),
            "headers",
        ),
    ];
    for (event, expected) in rows {
        let fault = read(event).unwrap_err();
        assert!(fault.to_string().contains(expected) && !fault.to_string().contains("quokka"), "{fault}");
        assert!(!lambda_runtime::Diagnostic::from(fault).error_type.contains("quokka"));
    }
}
