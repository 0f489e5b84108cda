//! A policy from outside the package: what is asked, when, and what comes of each answer.

use std::sync::Mutex;

use enforcement::{Sending, TransportError};
use http::HeaderMap;
use http_body_util::Full;
use secrets::Secret;
use serde_json::{Value, json};

use super::*;
use crate::credentials::RoleCredentials;

/// What stands in for the service: its answer, and what it was asked.
#[derive(Default)]
struct Service {
    now_ms: Mutex<u64>,
    /// Nothing, and it never answers.
    answer: Mutex<Option<Response<String>>>,
    asked: Mutex<Vec<Request<Bytes>>>,
}

impl Service {
    fn answers(&self, status: u16, headers: &[(&str, &str)], body: impl Into<String>) {
        let answer = Response::builder().status(status);
        let answer = headers.iter().fold(answer, |answer, (name, value)| answer.header(*name, *value));
        *self.answer.lock().unwrap() = Some(answer.body(body.into()).unwrap());
    }

    fn has_parameter(&self, version: u64, policy: &str) {
        let parameter = json!({"Name": "/gate", "Type": "String", "Value": policy, "Version": version,
            "LastModifiedDate": 1_787_392_800.5, "ARN": "arn:aws:ssm:eu-west-1:1:parameter/gate"});
        self.answers(200, &[], json!({"Parameter": parameter}).to_string());
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn passes(&self, seconds: u64) {
        *self.now_ms.lock().unwrap() += seconds * 1000;
    }
}

impl Clock for Service {
    fn unix_millis(&self) -> u64 {
        *self.now_ms.lock().unwrap()
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

impl Transport for Service {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        self.asked.lock().unwrap().push(request);
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async move {
            let Some(answer) = answer else { return std::future::pending().await };
            let as_body = |text: String| Full::new(Bytes::from(text)).map_err(never).boxed_unsync();
            Ok(answer.map(as_body))
        })
    }
}

fn never(never: std::convert::Infallible) -> TransportError {
    match never {}
}

/// A source of a policy, the service that it asks, and the names of the policies that it put in force.
struct Scene {
    service: Arc<Service>,
    source: PolicySource,
    put: Mutex<Vec<String>>,
}

impl Scene {
    fn of(place: RemotePlace, refresh: u64) -> Self {
        let service = Arc::new(Service { now_ms: Mutex::new(1_787_392_800_000), ..Service::default() });
        let role = RoleCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: Secret::new("hush".to_owned()),
            session_token: Some(Secret::new("token".to_owned())),
        };
        let reach = Reach {
            transport: service.clone(),
            signer: RoleSigner::new(Some(&role), "eu-west-1", place.service()),
            clock: service.clone(),
        };
        let endpoint = format!("https://{}.eu-west-1.amazonaws.com", place.service()).parse().unwrap();
        let refresh = Duration::from_secs(refresh);
        let policy = RemotePolicy { place, endpoint, own_endpoint: true, refresh };
        Self { service, source: PolicySource::new(policy, reach), put: Mutex::default() }
    }

    fn parameter() -> Self {
        Self::of(RemotePlace::Parameter("/gate".to_owned()), 60)
    }

    fn object() -> Self {
        let (bucket, key) = ("gate-policies".to_owned(), "a b/policy.yaml".to_owned());
        Self::of(RemotePlace::Object { bucket, key }, 60)
    }

    /// A call comes; what is in force then.
    async fn call(&self) -> Option<String> {
        self.source.refresh(|policy| self.put.lock().unwrap().push(policy.name().to_owned())).await;
        self.put.lock().unwrap().last().cloned()
    }
}

fn policy(name: &str) -> String {
    format!("apiVersion: v1\nkind: AIPolicy\nmetadata: {{name: {name}}}\nspec: {{rules: []}}\n")
}

const BROKEN: &str = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: broken}\nspec: {rulez: []}\n";

#[tokio::test]
async fn a_parameter_is_asked_for_with_the_roles_signature_when_a_call_comes() {
    let scene = Scene::parameter();
    scene.service.has_parameter(1, &policy("first"));
    assert_eq!(scene.service.asked(), 0, "nothing before the first call");
    assert_eq!(scene.call().await.as_deref(), Some("first"));
    let asked = scene.service.asked.lock().unwrap();
    let [request] = &asked[..] else { panic!("one request") };
    let message: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/"));
    assert_eq!(message, json!({"Name": "/gate", "WithDecryption": true}));
    let header = |name: &str| request.headers()[name].to_str().unwrap();
    assert_eq!(header("x-amz-target"), "AmazonSSM.GetParameter");
    assert!(header("authorization").contains("/eu-west-1/ssm/aws4_request"));
}

#[tokio::test]
async fn a_call_within_the_interval_asks_nothing_and_one_after_it_sees_the_new_version() {
    let scene = Scene::parameter();
    scene.service.has_parameter(1, &policy("first"));
    scene.call().await;
    scene.service.has_parameter(2, &policy("second"));
    scene.service.passes(59);
    assert_eq!((scene.call().await.as_deref(), scene.service.asked()), (Some("first"), 1));
    scene.service.passes(1);
    assert_eq!((scene.call().await.as_deref(), scene.service.asked()), (Some("second"), 2));
    scene.service.passes(60);
    scene.call().await;
    assert_eq!(scene.put.lock().unwrap().len(), 2, "the version that is known is not put in force again");
    *scene.service.now_ms.lock().unwrap() = 0;
    scene.call().await;
    assert_eq!(scene.service.asked(), 4, "a clock that was set back does not stop looking");
}

#[tokio::test]
async fn an_interval_of_zero_is_never_once_there_is_a_policy() {
    let scene = Scene::of(RemotePlace::Parameter("/gate".to_owned()), 0);
    scene.service.answers(500, &[], "");
    assert_eq!(scene.call().await, None);
    scene.service.has_parameter(1, &policy("first"));
    scene.call().await;
    scene.service.passes(1_000_000);
    assert_eq!((scene.call().await.as_deref(), scene.service.asked()), (Some("first"), 2));
}

#[tokio::test]
async fn an_object_is_asked_for_by_its_host_and_again_only_when_it_has_changed() {
    let scene = Scene::object();
    scene.service.answers(200, &[("etag", "\"1\"")], policy("first"));
    assert_eq!(scene.call().await.as_deref(), Some("first"));
    scene.service.answers(304, &[], "");
    scene.service.passes(60);
    assert_eq!(scene.call().await.as_deref(), Some("first"));
    scene.service.answers(200, &[("etag", "\"2\"")], policy("second"));
    scene.service.passes(60);
    assert_eq!(scene.call().await.as_deref(), Some("second"));
    let asked = scene.service.asked.lock().unwrap();
    let conditions =
        |headers: &HeaderMap| headers.get("if-none-match").map(|value| value.to_str().unwrap().to_owned());
    let conditions: Vec<_> = asked.iter().map(|request| conditions(request.headers())).collect();
    assert_eq!(conditions, [None, Some("\"1\"".to_owned()), Some("\"1\"".to_owned())]);
    assert_eq!(asked[0].uri(), "https://gate-policies.s3.eu-west-1.amazonaws.com/a%20b/policy.yaml");
    assert!(asked[0].headers().contains_key("x-amz-content-sha256"));
}

#[tokio::test]
async fn a_bucket_is_in_the_path_where_its_host_would_not_do() {
    let rows = [
        ("gate.policies", true, "https://s3.eu-west-1.amazonaws.com/gate.policies/p.yaml"),
        ("gate-policies", false, "http://127.0.0.1:9/base/gate-policies/p.yaml"),
    ];
    for (bucket, own, expected) in rows {
        let mut scene = Scene::of(RemotePlace::Object { bucket: bucket.into(), key: "p.yaml".into() }, 60);
        scene.source.policy.own_endpoint = own;
        if !own {
            scene.source.policy.endpoint = "http://127.0.0.1:9/base/".parse().unwrap();
        }
        scene.service.answers(200, &[("etag", "\"1\"")], policy("first"));
        assert_eq!(scene.call().await.as_deref(), Some("first"));
        assert_eq!(scene.service.asked.lock().unwrap()[0].uri(), expected);
    }
}

#[tokio::test]
async fn until_there_is_a_policy_each_call_looks_for_one() {
    let large = "x".repeat(MOST + 1);
    let tag = Some("\"1\"");
    let failures = [
        (403, None, "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
        (404, None, "<Error><Code>NoSuchKey</Code></Error>"),
        (304, None, ""),
        (200, None, "no tag"),
        (200, tag, "\u{0}"),
        (200, tag, BROKEN),
        (200, tag, &large),
    ];
    for (status, tag, body) in failures {
        let headers: Vec<_> = tag.map(|tag| ("etag", tag)).into_iter().collect();
        let scene = Scene::object();
        scene.service.answers(status, &headers, body);
        assert_eq!((scene.call().await, scene.call().await), (None, None), "{status}");
        scene.service.answers(200, &[("etag", "\"2\"")], policy("at last"));
        assert_eq!(scene.call().await.as_deref(), Some("at last"));
        assert_eq!(scene.service.asked(), 3);
    }
}

#[tokio::test]
async fn a_policy_in_force_stays_when_the_next_is_bad_or_cannot_be_had() {
    let scene = Scene::parameter();
    scene.service.has_parameter(1, &policy("first"));
    scene.call().await;
    scene.service.has_parameter(2, BROKEN);
    scene.service.passes(60);
    assert_eq!(scene.call().await.as_deref(), Some("first"));
    for (status, body) in
        [(400, "{\"__type\":\"ParameterNotFound\"}"), (503, ""), (200, "{}"), (200, "<html>")]
    {
        scene.service.answers(status, &[], body);
        scene.service.passes(60);
        assert_eq!(scene.call().await.as_deref(), Some("first"), "{status} {body}");
        let asked = scene.service.asked();
        scene.call().await;
        assert_eq!(scene.service.asked(), asked, "an outage costs one look for each interval");
    }
    scene.service.has_parameter(3, &policy("third"));
    scene.service.passes(60);
    assert_eq!(scene.call().await.as_deref(), Some("third"));
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_two_seconds_for_a_silent_service_and_then_goes_on() {
    let scene = Scene::parameter();
    let waited = async || {
        let start = tokio::time::Instant::now();
        let name = scene.call().await;
        (name, start.elapsed().as_secs())
    };
    assert_eq!(waited().await, (None, 5), "longer where nothing else would judge it");
    scene.service.has_parameter(1, &policy("first"));
    assert_eq!(waited().await, (Some("first".to_owned()), 0));
    *scene.service.answer.lock().unwrap() = None;
    scene.service.passes(60);
    assert_eq!(waited().await, (Some("first".to_owned()), 2));
}

#[tokio::test(start_paused = true)]
async fn of_calls_at_once_one_looks() {
    let scene = Scene::parameter();
    scene.service.has_parameter(1, &policy("first"));
    let (one, other) = tokio::join!(scene.call(), scene.call());
    assert_eq!((one.as_deref(), other.as_deref()), (Some("first"), Some("first")));
    assert_eq!(scene.service.asked(), 1);
    *scene.service.answer.lock().unwrap() = None;
    scene.service.passes(60);
    let start = tokio::time::Instant::now();
    let looks = scene.call();
    let mut looks = std::pin::pin!(looks);
    tokio::select! { biased; _ = &mut looks => panic!("it waits"), () = std::future::ready(()) => {} }
    assert_eq!(scene.call().await.as_deref(), Some("first"), "the others go on meanwhile");
    assert!(start.elapsed().is_zero());
    looks.await;
}
