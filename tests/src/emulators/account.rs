//! One who calls the emulated AWS with signed requests: the root of the account, or a role of it.

use std::net::SocketAddr;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::{Value, json};

use crate::http::{Answer, Request};

/// The region that everything is in.
pub const REGION: &str = "eu-west-1";

/// Credentials, and whom they are shown to.
#[derive(Clone, Debug)]
pub struct Account {
    address: SocketAddr,
    /// Which key.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: String,
    /// What belongs to the key where it is a session's.
    pub session_token: Option<String>,
}

impl Account {
    pub(super) fn root(address: SocketAddr) -> Self {
        let test = || "test".to_owned();
        Self { address, access_key_id: test(), secret_access_key: test(), session_token: None }
    }

    /// Makes a role that may do what a statement's actions say on one resource, and takes it on.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn role(&self, name: &str, statements: &[(&[&str], &str)]) -> Self {
        let statements: Vec<_> = statements
            .iter()
            .map(|(actions, resource)| json!({"Effect": "Allow", "Action": actions, "Resource": resource}))
            .collect();
        let version = "2012-10-17";
        let policy = json!({"Version": version, "Statement": statements}).to_string();
        let trust = json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"});
        let trust = json!({"Version": version, "Statement": [trust]}).to_string();
        let made =
            self.query("iam", "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]);
        let arn = element(&made, "Arn");
        let members = [("RoleName", name), ("PolicyName", "own"), ("PolicyDocument", &policy)];
        let _ = self.query("iam", "PutRolePolicy", &members);
        let session = self.query("sts", "AssumeRole", &[("RoleArn", &arn), ("RoleSessionName", "function")]);
        Self {
            address: self.address,
            access_key_id: element(&session, "AccessKeyId"),
            secret_access_key: element(&session, "SecretAccessKey"),
            session_token: Some(element(&session, "SessionToken")),
        }
    }

    /// The variables in which a function is given these credentials.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        let token = self.session_token.clone().unwrap_or_default();
        [
            ("AWS_ACCESS_KEY_ID", self.access_key_id.clone()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key.clone()),
            ("AWS_SESSION_TOKEN", token),
            ("AWS_REGION", REGION.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Runs an operation of Secrets Manager.
    ///
    /// # Panics
    /// When it is refused.
    pub fn secrets(&self, operation: &str, message: &Value) -> Value {
        let answer = self.try_secrets(operation, message);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
        answer.json()
    }

    /// Runs an operation of Secrets Manager, which may be refused.
    #[must_use]
    pub fn try_secrets(&self, operation: &str, message: &Value) -> Answer {
        self.json("secretsmanager", &format!("secretsmanager.{operation}"), message)
    }

    /// Runs an operation of Parameter Store.
    ///
    /// # Panics
    /// When it is refused.
    pub fn parameters(&self, operation: &str, message: &Value) -> Value {
        let answer = self.json("ssm", &format!("AmazonSSM.{operation}"), message);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
        answer.json()
    }

    fn json(&self, service: &str, target: &str, message: &Value) -> Answer {
        let request = Request::post("/", message.to_string()).with("x-amz-target", target);
        self.send(request, service, "application/x-amz-json-1.1")
    }

    fn query(&self, service: &str, operation: &str, members: &[(&str, &str)]) -> String {
        let version = if service == "iam" { "2010-05-08" } else { "2011-06-15" };
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", operation).append_pair("Version", version).extend_pairs(members);
        let request = Request::post("/", form.finish());
        let answer = self.send(request, service, "application/x-www-form-urlencoded");
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
        answer.text()
    }

    fn send(&self, mut request: Request, service: &str, kind: &str) -> Answer {
        request.headers.retain(|(name, _)| name != "content-type");
        self.sign(request.with("content-type", kind), service).send(self.address)
    }

    fn sign(&self, mut request: Request, service: &str) -> Request {
        let token = self.session_token.clone();
        let key = self.secret_access_key.clone();
        let identity = Credentials::new(self.access_key_id.clone(), key, token, None, "test").into();
        let params = SigningParams::builder().identity(&identity).region(REGION).name(service);
        let params = params.time(SystemTime::now()).settings(SigningSettings::default()).build();
        let params = params.expect("nothing is missing").into();
        let url = format!("http://{}{}", self.address, request.path);
        let body = SignableBody::Bytes(&request.body);
        let signable = SignableRequest::new(&request.method, url, std::iter::empty(), body);
        let signed = sign(signable.expect("a request"), &params).expect("it can be signed");
        let (instructions, _) = signed.into_parts();
        let (headers, _) = instructions.into_parts();
        let own = headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned()));
        request.headers.extend(own);
        request
    }
}

/// The text of the first element of this name.
fn element(xml: &str, name: &str) -> String {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let rest = xml.split_once(&start).unwrap_or_else(|| panic!("no `{name}` in {xml}")).1;
    rest.split(&end).next().unwrap_or_default().to_owned()
}
