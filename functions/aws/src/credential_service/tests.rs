//! What IAM is asked, and what is made of each of its answers.

use std::sync::Mutex;

use enforcement::{Sending, TransportError};
use http::Response;
use http_body_util::{BodyExt as _, Full};
use rotation::RotationFault;

use super::*;
use crate::credentials::RoleCredentials;

const LIST: &str = r#"<ListServiceSpecificCredentialsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListServiceSpecificCredentialsResult>
    <ServiceSpecificCredentials>
      <member>
        <CreateDate>2026-03-01T12:00:00Z</CreateDate><ServiceName>bedrock.amazonaws.com</ServiceName>
        <ServiceSpecificCredentialId>ACCA1</ServiceSpecificCredentialId><Status>Active</Status>
      </member>
      <member>
        <CreateDate>2024-02-29T00:00:00Z</CreateDate><ServiceName>bedrock.amazonaws.com</ServiceName>
        <ServiceSpecificCredentialId>ACCA2</ServiceSpecificCredentialId><Status>Inactive</Status>
      </member>
      <member>
        <CreateDate>2024-02-29T00:00:00Z</CreateDate><ServiceName>codecommit.amazonaws.com</ServiceName>
        <ServiceSpecificCredentialId>ACCA3</ServiceSpecificCredentialId><Status>Active</Status>
      </member>
    </ServiceSpecificCredentials>
    <IsTruncated>false</IsTruncated>
  </ListServiceSpecificCredentialsResult>
  <ResponseMetadata><RequestId>7a62c49f</RequestId></ResponseMetadata>
</ListServiceSpecificCredentialsResponse>"#;

const CREATED: &str = r"<CreateServiceSpecificCredentialResponse><CreateServiceSpecificCredentialResult>
  <ServiceSpecificCredential><CreateDate>2026-03-01T12:00:00Z</CreateDate>
    <ServiceCredentialAlias>me-at-1</ServiceCredentialAlias><ServiceCredentialSecret>hunter2+/=</ServiceCredentialSecret>
    <ServiceSpecificCredentialId>ACCA4</ServiceSpecificCredentialId><Status>Active</Status>
  </ServiceSpecificCredential></CreateServiceSpecificCredentialResult></CreateServiceSpecificCredentialResponse>";

struct Still;

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        1_790_000_000_000
    }
    fn monotonic_micros(&self) -> u64 {
        0
    }
}

/// Gives one answer, again and again, and keeps what it was asked.
struct Scripted(u16, String, Mutex<Vec<Request<Bytes>>>);

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Sending<'_> {
        self.2.lock().unwrap().push(request);
        let body = Full::new(Bytes::from(self.1.clone()));
        let body = body.map_err(|never| -> TransportError { match never {} }).boxed_unsync();
        Box::pin(std::future::ready(Ok(Response::builder().status(self.0).body(body).unwrap())))
    }
}

fn iam(status: u16, body: &str) -> (UserCredentials, Arc<Scripted>) {
    let scripted = Arc::new(Scripted(status, body.to_owned(), Mutex::default()));
    let role = RoleCredentials {
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: Secret::new("hush".to_owned()),
        session_token: None,
    };
    let service = UserCredentials {
        endpoint: "https://iam.amazonaws.com".parse().unwrap(),
        transport: scripted.clone(),
        signer: RoleSigner::new(Some(&role), "us-east-1", "iam"),
        clock: Arc::new(Still),
    };
    (service, scripted)
}

fn error(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>hunter2</Message></Error></ErrorResponse>"
    )
}

#[tokio::test]
async fn the_credentials_of_the_service_are_listed() {
    let (service, scripted) = iam(200, LIST);
    let listed = service.list("me & you").await.unwrap();
    let expected = [("ACCA1", true, 1_772_366_400_000), ("ACCA2", false, 1_709_164_800_000)];
    let found: Vec<_> = listed.iter().map(|one| (one.id.as_str(), one.active, one.created_at_ms)).collect();
    assert_eq!(found, expected);
    let asked = scripted.2.lock().unwrap();
    let form = "Action=ListServiceSpecificCredentials&Version=2010-05-08&UserName=me%20%26%20you&ServiceName=bedrock%2Eamazonaws%2Ecom";
    assert_eq!(asked[0].body(), form);
    let signature = asked[0].headers()["authorization"].to_str().unwrap();
    assert!(signature.contains("/us-east-1/iam/aws4_request"), "{signature}");
}

#[tokio::test]
async fn one_is_made_deactivated_and_deleted() {
    let made = iam(200, CREATED).0.create("me").await.unwrap();
    assert_eq!((made.id.as_str(), made.value.expose()), ("ACCA4", "hunter2+/="));
    for (status, body) in [(200, String::new()), (404, error("NoSuchEntity"))] {
        let (service, scripted) = iam(status, &body);
        service.deactivate("me", "ACCA1").await.unwrap();
        service.delete("me", "ACCA1").await.unwrap();
        let asked = scripted.2.lock().unwrap();
        let rest = "Version=2010-05-08&UserName=me&ServiceSpecificCredentialId=ACCA1";
        assert_eq!(
            asked[0].body(),
            &format!("Action=UpdateServiceSpecificCredential&{rest}&Status=Inactive")
        );
        assert_eq!(asked[1].body(), &format!("Action=DeleteServiceSpecificCredential&{rest}"));
    }
}

#[tokio::test]
async fn a_refusal_says_who_has_to_act_and_nothing_of_its_text() {
    let rows = [
        (403, error("AccessDenied"), RotationFault::Operator),
        (404, error("NoSuchEntity"), RotationFault::Operator),
        (409, error("LimitExceeded"), RotationFault::Operator),
        (400, error("Throttling"), RotationFault::Service),
        (500, error("ServiceFailure"), RotationFault::Service),
        (503, "<html>hunter2".to_owned(), RotationFault::Service),
        (200, "<html>hunter2".to_owned(), RotationFault::Service),
        (200, LIST.replace("<IsTruncated>false", "<IsTruncated>true"), RotationFault::Service),
        (200, LIST.replace("Inactive", "hunter2"), RotationFault::Service),
        (200, CREATED.replace("ServiceCredentialSecret", "Other"), RotationFault::Service),
    ];
    for (status, body, fault) in rows {
        let service = iam(status, &body).0;
        for told in [service.list("hunter2").await.map(drop), service.create("hunter2").await.map(drop)] {
            let told = told.unwrap_err();
            assert_eq!(told.fault(), fault, "{status} {body}");
            assert!(!format!("{told} {told:?}").contains("hunter2"), "{told:?}");
        }
    }
}

#[test]
fn a_time_is_read_strictly() {
    assert_eq!(millis("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(millis("2000-02-29T23:59:59.5Z"), Some(951_868_799_000));
    for text in [
        "",
        "2026-03-01",
        "2026-03-01T12:00Z",
        "2026-13-01T12:00:00Z",
        "1969-01-01T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:00:00+01:00",
    ] {
        assert_eq!(millis(text), None, "{text}");
    }
}
