//! Service credentials of IAM users, for Bedrock: IAM's query API, asked with a signature of the function's role. See
//! the IAM API reference, `CreateServiceSpecificCredential` and the three operations beside it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Clock, Transport};
use host::whole_answer;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rotation::{CredentialService, NewServiceCredential, RotationError, ServiceCredential};
use secrets::{BoxFuture, Secret};

use crate::credentials::RoleSigner;
use crate::xml::Element;

/// Who does not answer, in messages.
const SERVICE: &str = "IAM";
/// The service that the credentials are for.
const FOR: &str = "bedrock.amazonaws.com";
/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const MOST: usize = 256 * 1024;

/// IAM, which is the same for all regions of a partition.
pub struct UserCredentials {
    /// Where it is.
    pub endpoint: Uri,
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// Signs for `iam`, in the region of the partition that IAM is signed for.
    pub signer: RoleSigner,
    /// Tells the time of signatures.
    pub clock: Arc<dyn Clock>,
}

impl CredentialService for UserCredentials {
    fn list<'a>(&'a self, user: &'a str) -> BoxFuture<'a, Result<Vec<ServiceCredential>, RotationError>> {
        Box::pin(async move {
            let operation = "ListServiceSpecificCredentials";
            let body = self.operate(operation, user, &[("ServiceName", FOR)]).await?;
            let listed = Element::read(body.expose()).and_then(|root| listed(&root));
            listed.ok_or_else(|| strange(operation))
        })
    }

    fn create<'a>(&'a self, user: &'a str) -> BoxFuture<'a, Result<NewServiceCredential, RotationError>> {
        Box::pin(async move {
            let operation = "CreateServiceSpecificCredential";
            let body = self.operate(operation, user, &[("ServiceName", FOR)]).await?;
            let made = Element::read(body.expose()).and_then(|root| made(&root));
            made.ok_or_else(|| strange(operation))
        })
    }

    fn deactivate<'a>(&'a self, user: &'a str, id: &'a str) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let members = [("ServiceSpecificCredentialId", id), ("Status", "Inactive")];
            self.end("UpdateServiceSpecificCredential", user, &members).await
        })
    }

    fn delete<'a>(&'a self, user: &'a str, id: &'a str) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let members = [("ServiceSpecificCredentialId", id)];
            self.end("DeleteServiceSpecificCredential", user, &members).await
        })
    }
}

impl UserCredentials {
    async fn operate(
        &self,
        operation: &str,
        user: &str,
        members: &[(&str, &str)],
    ) -> Result<Secret, RotationError> {
        let (status, body) = self.call(operation, user, members).await?;
        if status == StatusCode::OK { Ok(body) } else { Err(refused(operation, status, &error_code(&body))) }
    }

    /// What is gone already has ended.
    async fn end(&self, operation: &str, user: &str, members: &[(&str, &str)]) -> Result<(), RotationError> {
        let (status, body) = self.call(operation, user, members).await?;
        let code = error_code(&body);
        if status == StatusCode::OK || code == "NoSuchEntity" {
            return Ok(());
        }
        Err(refused(operation, status, &code))
    }

    async fn call(
        &self,
        operation: &str,
        user: &str,
        members: &[(&str, &str)],
    ) -> Result<(StatusCode, Secret), RotationError> {
        let mut request = self.request(operation, user, members);
        let now_ms = self.clock.unix_millis();
        self.signer
            .sign_at(&mut request, now_ms)
            .map_err(|error| RotationError::Denied { action: action(operation), reason: error.reason })?;
        let answer = whole_answer::ask(self.transport.as_ref(), request, PATIENCE, MOST).await;
        let (status, body) = answer.map_err(|reason| unreachable(operation, reason))?;
        let text = String::from_utf8(body.into()).map_err(|_| strange(operation))?;
        Ok((status, Secret::new(text)))
    }

    fn request(&self, operation: &str, user: &str, members: &[(&str, &str)]) -> Request<Bytes> {
        let mut form = format!("Action={operation}&Version=2010-05-08");
        for (name, value) in [("UserName", user)].iter().chain(members) {
            // Writing to a text does not fail.
            let _ = write!(form, "&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        let mut request = Request::new(Bytes::from(form));
        *request.method_mut() = Method::POST;
        request.uri_mut().clone_from(&self.endpoint);
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        request.headers_mut().insert(CONTENT_TYPE, kind);
        request
    }
}

/// All of a user's credentials for the service. There are two at most, so a list that goes on is none.
fn listed(root: &Element<'_>) -> Option<Vec<ServiceCredential>> {
    let result = root.at(&["ListServiceSpecificCredentialsResult"])?;
    if result.text("IsTruncated").is_some_and(|more| more != "false") {
        return None;
    }
    let members = result.at(&["ServiceSpecificCredentials"])?.all("member")?;
    let ours = members.iter().filter(|member| member.text("ServiceName").is_none_or(|name| name == FOR));
    let credential = |member: &Element<'_>| {
        Some(ServiceCredential {
            id: member.text("ServiceSpecificCredentialId")?,
            active: match member.text("Status")?.as_str() {
                "Active" => true,
                "Inactive" | "Expired" => false,
                _ => return None,
            },
            created_at_ms: millis(&member.text("CreateDate")?)?,
        })
    };
    ours.map(credential).collect()
}

fn made(root: &Element<'_>) -> Option<NewServiceCredential> {
    let path = ["CreateServiceSpecificCredentialResult", "ServiceSpecificCredential"];
    let credential = root.at(&path)?;
    Some(NewServiceCredential {
        id: credential.text("ServiceSpecificCredentialId")?,
        value: Secret::new(credential.text("ServiceCredentialSecret")?),
    })
}

/// Unix milliseconds of a time in UTC such as `2026-03-01T12:00:00Z`, with or without a fraction, which is left out.
fn millis(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let time = time.split('.').next()?;
    let numbers =
        |text: &str, by: char| text.split(by).map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>();
    let (date, time) = (numbers(date, '-')?, numbers(time, ':')?);
    let ([year, month, day], [hour, minute, second]) = (date.as_slice(), time.as_slice()) else {
        return None;
    };
    if !(1970..=9999).contains(year) || !(1..=12).contains(month) || !(1..=31).contains(day) {
        return None;
    }
    if *hour > 23 || *minute > 59 || *second > 60 {
        return None;
    }
    // Years that begin in March, so that a leap day is the last of one.
    let (year, month) = if *month > 2 { (*year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    // 719468 days lie between the first of March of the year 0 and the first of January 1970.
    let days = days.checked_sub(719_468)?;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// The code of an error: all that is read of the body of one.
fn error_code(body: &Secret) -> String {
    let root = Element::read(body.expose());
    let code = root.as_ref().and_then(|root| root.at(&["Error"])).and_then(|error| error.text("Code"));
    code.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

fn refused(operation: &str, status: StatusCode, code: &str) -> RotationError {
    let reason = format!("{} {code}", status.as_u16()).trim_end().to_owned();
    let action = action(operation);
    match code {
        "AccessDenied"
        | "ExpiredToken"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "MissingAuthenticationToken"
        | "SignatureDoesNotMatch" => RotationError::Denied { action, reason },
        "InvalidInput" | "LimitExceeded" | "NoSuchEntity" | "NotSupportedService" | "ValidationError" => {
            RotationError::Refused { service: SERVICE.to_owned(), action, reason }
        }
        _ => unreachable(operation, reason),
    }
}

fn strange(operation: &str) -> RotationError {
    unreachable(operation, "its answer is not what it should be".to_owned())
}

fn unreachable(operation: &str, reason: String) -> RotationError {
    RotationError::Unreachable { service: SERVICE.to_owned(), action: action(operation), reason }
}

/// Who the user is stands in the secret's value, of which no message holds any part.
fn action(operation: &str) -> String {
    format!("run `{operation}` for the secret's user")
}

#[cfg(test)]
mod tests;
