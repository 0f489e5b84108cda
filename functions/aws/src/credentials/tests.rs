//! Signatures against what AWS publishes and what its own client for Python makes.

use super::*;

fn role(token: Option<&str>) -> RoleCredentials {
    RoleCredentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned()),
        session_token: token.map(|token| Secret::new(token.to_owned())),
    }
}

/// 30 August 2015, 12:36:00 UTC, the time of AWS's published cases.
const PUBLISHED_MS: u64 = 1_440_938_160_000;

fn request(method: &str, url: &str, body: &str) -> Request<Bytes> {
    Request::builder().method(method).uri(url).body(Bytes::from(body.to_owned())).unwrap()
}

fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

#[test]
fn the_published_cases_are_signed_as_published() {
    let rows = [
        (
            "GET",
            "https://example.amazonaws.com/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "POST",
            "https://example.amazonaws.com/",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            "GET",
            "https://example.amazonaws.com/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
    ];
    for (method, url, signature) in rows {
        let mut request = request(method, url, "");
        let signer = RoleSigner::new(Some(&role(None)), "us-east-1", "service");
        signer.sign_at(&mut request, PUBLISHED_MS).unwrap();
        assert_eq!(header(&request, "x-amz-date"), "20150830T123600Z");
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        assert_eq!(header(&request, "authorization"), expected, "{method} {url}");
    }
}

/// 22 August 2026, 10:00:00 UTC.
const LATER_MS: u64 = 1_787_392_800_000;

/// Made by botocore 1.44.5, `SigV4Auth` in `eu-west-1`.
#[test]
fn requests_are_signed_as_botocore_signs_them() {
    let host = "bedrock-runtime.eu-west-1.amazonaws.com";
    let rows = [
        (
            format!("https://{host}/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"),
            "{\"messages\":[]}",
            "bedrock",
            Some("FwoGtoken"),
            "f4654c2604a4737a53506f30cea213f92cf016c5149f25fc478831bd5cc73412",
        ),
        (
            format!(
                "https://{host}/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A111122223333%3Ainference-profile%2Feu.m/\
                 converse-stream"
            ),
            "{\"t\":\"caf\u{e9}\"}",
            "bedrock",
            None,
            "465097a27eae130b6a17b09c5d9e1b8d3c15e93f83d4fe531ae3140927054046",
        ),
        (
            "http://127.0.0.1:9/model/m/invoke?a=1&b=%2F".to_owned(),
            "{}",
            "bedrock",
            Some("FwoGtoken"),
            "1dacd1699d9f7306980bd780310b0b3f8a9f1f9fc301bcc001e25523daed4628",
        ),
        (
            "https://secretsmanager.eu-west-1.amazonaws.com/".to_owned(),
            "{\"SecretId\":\"llm\"}",
            "secretsmanager",
            Some("FwoGtoken"),
            "f251dd7041ae2fa4885b6818b0701292cb3f1c3e18e49e5960184f1577c1b402",
        ),
    ];
    for (url, body, service, token, signature) in rows {
        let mut request = request("POST", &url, body);
        let signer = RoleSigner::new(Some(&role(token)), "eu-west-1", service);
        signer.sign_at(&mut request, LATER_MS).unwrap();
        let authorization = header(&request, "authorization");
        assert!(authorization.ends_with(&format!("Signature={signature}")), "{url}: {authorization}");
        assert_eq!(request.headers().get("x-amz-security-token").is_some(), token.is_some());
    }
}

/// Made by botocore 1.43.106, `S3SigV4Auth` in `eu-west-1`.
#[test]
fn requests_to_s3_are_signed_as_botocore_signs_them() {
    let rows = [
        (
            "https://gate-policies.s3.eu-west-1.amazonaws.com/a%20b%3A1/policy.yaml",
            "6b9fca6f1cbb77aed3459ea9fc4e70b17048312987732d5dad6410e0401eed02",
        ),
        (
            "http://127.0.0.1:9/gate.policies/a//policy.yaml",
            "a227b386175a9449b6e5621026a9d9352888cb6fc38468a7abe8b9326f411cd3",
        ),
    ];
    for (url, signature) in rows {
        let mut request = request("GET", url, "");
        let signer = RoleSigner::new(Some(&role(Some("FwoGtoken"))), "eu-west-1", "s3");
        signer.sign_at(&mut request, LATER_MS).unwrap();
        let authorization = header(&request, "authorization");
        assert!(authorization.ends_with(&format!("Signature={signature}")), "{url}: {authorization}");
    }
}

#[test]
fn without_credentials_or_a_region_nothing_is_signed() {
    for (role, region, word) in [(None, "eu-west-1", "credentials"), (Some(role(None)), "", "region")] {
        let mut request = request("GET", "https://bedrock-runtime.eu-west-1.amazonaws.com/", "");
        let fault = RoleSigner::new(role.as_ref(), region, "bedrock").sign_at(&mut request, 1).unwrap_err();
        assert!(fault.to_string().contains(word), "{fault}");
        assert!(request.headers().is_empty());
    }
}

#[test]
fn the_region_is_that_of_the_endpoint() {
    let rows = [
        ("https://bedrock-runtime.us-west-2.amazonaws.com", "us-west-2"),
        ("https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("https://vpce-1-2.bedrock-runtime.ap-southeast-2.vpce.amazonaws.com", "ap-southeast-2"),
        ("https://bedrock-runtime.example.com", "eu-west-1"),
        ("http://127.0.0.1:9", "eu-west-1"),
    ];
    for (url, region) in rows {
        assert_eq!(bedrock_region(&url.parse().unwrap(), "eu-west-1"), region, "{url}");
    }
}

#[test]
fn nothing_shows_the_key() {
    let signer = RoleSigner::new(Some(&role(Some("quokka-token"))), "eu-west-1", "bedrock");
    let shown = format!("{signer:?} {:?}", role(Some("quokka-token")));
    assert!(!shown.contains("wJalr") && !shown.contains("quokka"), "{shown}");
}
