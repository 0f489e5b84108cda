//! A long-term API key for Bedrock: the service credential of a user that exists for this secret alone.
//!
//! ```json
//! {"user": "sallyport-bedrock", "credential_id": "ACCA…", "key": "…",
//!  "test_url": "https://bedrock.eu-west-1.example.com/foundation-models"}
//! ```
//!
//! `test_url` answers a `GET` with 2xx to whoever has a good key. Other members travel on untouched.
//!
//! A user has at most two of these, and the value of each is shown once. So one is made only after all but the
//! current one have been removed: the previous one, whose overlap is over, and what a run left behind that was
//! ended before it stored what it had made. The credential's value is never reset in place: that would end the
//! current one at once.

use secrets::{BoxFuture, Secret};
use serde_json::Value;

use super::https;
use crate::document::Document;
use crate::error::RotationError;
use crate::services::{CredentialService, HttpRequest, ServiceCredential};
use crate::strategy::{Held, Staged, Strategy, Work};

/// The members that are renewed.
const RENEWED: &[&str] = &["credential_id", "key"];

/// Renews the service credential of a user.
#[derive(Debug)]
pub(super) struct BedrockApiKey;

impl Strategy for BedrockApiKey {
    fn id(&self) -> &'static str {
        "bedrock_api_key"
    }

    fn create<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<Secret, RotationError>> {
        Box::pin(async move {
            let mut document = open(work, Staged::current(held.current))?;
            let service = self.service(work)?;
            let user = document.text("/user")?.to_owned();
            retire_all_but(service, &document, &[document.text("/credential_id")?]).await?;
            let made = service.create(&user).await?;
            document.set("credential_id", Value::String(made.id));
            document.set("key", Value::String(made.value.expose().to_owned()));
            document.close()
        })
    }

    /// A credential is good from when it is made.
    fn set<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let current = open(work, Staged::current(held.current))?;
            open(work, held.made(work.secret)?)?.check_same_but(&current, RENEWED)
        })
    }

    fn test<'a>(&'a self, work: Work<'a>, tested: Staged<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let document = open(work, tested)?;
            let exchange = work.tool(self, work.tools.exchange.as_ref(), "HTTP")?;
            let answer = exchange.send(request(&document)?).await?;
            if matches!(answer.status, 401 | 403) {
                self.check_exists(work, &document).await?;
            }
            let service = https::host(document.text("/test_url")?).unwrap_or_default();
            answer.judge(work, tested, service, "`test_url`")
        })
    }

    fn finish<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let current = open(work, Staged::current(held.current))?;
            let kept = held.kept().map(|staged| open(work, staged)).collect::<Result<Vec<_>, _>>()?;
            let ids = kept.iter().map(|document| document.text("/credential_id"));
            let ids = ids.collect::<Result<Vec<_>, _>>()?;
            retire_all_but(self.service(work)?, &current, &ids).await
        })
    }
}

impl BedrockApiKey {
    fn service<'a>(&self, work: Work<'a>) -> Result<&'a dyn CredentialService, RotationError> {
        work.tool(self, work.tools.credentials.as_ref(), "access to service credentials")
    }

    /// A credential that another run took for a left-over will never work.
    async fn check_exists(&self, work: Work<'_>, document: &Document) -> Result<(), RotationError> {
        let id = document.text("/credential_id")?;
        let known = self.service(work)?.list(document.text("/user")?).await?;
        if known.iter().any(|credential| credential.id == id) {
            return Ok(());
        }
        Err(RotationError::stale(work.secret, "its `credential_id` is no credential of `user`"))
    }
}

/// Reads a value and sees that nothing is missing, before anything is done with it.
fn open(work: Work<'_>, staged: Staged<'_>) -> Result<Document, RotationError> {
    let document = Document::open(work.secret, staged)?;
    for member in ["/user", "/credential_id", "/key", "/test_url"] {
        document.text(member)?;
    }
    let host = https::host(document.text("/test_url")?);
    host.map_err(|fault| document.invalid(format!("`test_url` {fault}")))?;
    Ok(document)
}

/// Removes the user's other credentials: each is made unusable first. Nothing is removed where none of the kept
/// ones is among them, for then the user is not the one that this secret is about.
async fn retire_all_but(
    service: &dyn CredentialService,
    current: &Document,
    kept: &[&str],
) -> Result<(), RotationError> {
    let user = current.text("/user")?;
    let known = service.list(user).await?;
    let is_kept = |credential: &&ServiceCredential| kept.contains(&credential.id.as_str());
    if !known.is_empty() && !known.iter().any(|credential| is_kept(&credential)) {
        let fault =
            "`credential_id` is no credential of `user`, who has others; remove those or name another user";
        return Err(current.invalid(fault));
    }
    for credential in known.iter().filter(|credential| !is_kept(credential)) {
        if credential.active {
            service.deactivate(user, &credential.id).await?;
        }
        service.delete(user, &credential.id).await?;
    }
    Ok(())
}

fn request(document: &Document) -> Result<HttpRequest, RotationError> {
    let bearer = Secret::new(format!("Bearer {}", document.text("/key")?));
    Ok(HttpRequest {
        method: "GET".to_owned(),
        url: document.text("/test_url")?.to_owned(),
        headers: vec![("authorization".to_owned(), bearer)],
        body: None,
    })
}
