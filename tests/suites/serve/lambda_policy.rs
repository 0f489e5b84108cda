//! A policy that lies in Systems Manager or S3, as the function on AWS Lambda fetches it: the two services are upstreams
//! that answer as they would.

use conformance::lambda;
use conformance::served::{Served, Settings};
use conformance::upstream::{Script, Upstream};

fn serve(place: &str, service: (&str, &Upstream)) -> Served {
    // What lies in the package is another policy, which must not be what is enforced.
    let package = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: package}\nspec: {rules: []}\n";
    let settings = Settings::of_policy(package)
        .variable("SALLYPORT_POLICY", place)
        .variable(service.0, &service.1.url());
    lambda::serve(&settings)
}

#[test]
fn a_policy_in_a_parameter_is_enforced_and_fetched_once() {
    let answer =
        serde_json::json!({"Parameter": {"Value": super::policy(), "Version": 3, "LastModifiedDate": 1}});
    let store = Upstream::start(Script::json(&answer.to_string()));
    let served = serve("ssm:/gate/policy", ("AWS_ENDPOINT_URL_SSM", &store));
    assert!(store.arrived().is_empty(), "nothing is fetched before the first call");
    let statuses = ["Hello", "drop table users", "Hello"].map(|text| served.call(&super::chat(text)).status);
    assert_eq!(statuses, [200, 403, 200]);
    let [asked] = &store.arrived()[..] else { panic!("once: {:?}", store.arrived()) };
    assert_eq!(asked.values("x-amz-target"), ["AmazonSSM.GetParameter"]);
    assert!(served.stderr().contains("from ssm:/gate/policy, version 3"), "{}", served.stderr());
}

#[test]
fn without_a_policy_every_call_is_refused_until_there_is_one() {
    let denied = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>quokka</Message></Error>";
    let store = Upstream::start(Script::json(denied).status(403));
    let served = serve("s3://gate-policies/policy.yaml", ("AWS_ENDPOINT_URL_S3", &store));
    let (answer, records) = served.call_recorded(&super::chat("Hello"));
    assert_eq!((answer.status, answer.header("x-should-retry")), (403, Some("false")), "{}", answer.text());
    assert_eq!(records.last().unwrap()["reasons"], serde_json::json!(["invalid_policy"]));
    let told = served.stderr();
    assert!(told.contains("every call is refused: S3 answered 403 AccessDenied"), "{told}");
    assert!(!told.contains("quokka"), "{told}");
    store.change(Script::json(&super::policy()).header("etag", "\"1\""));
    assert_eq!(served.call(&super::chat("Hello")).status, 200);
    assert_eq!(store.arrived().last().unwrap().line, "GET /gate-policies/policy.yaml HTTP/1.1");
}
