//! A credential that a provider's own API makes and revokes. The API is described in the secret itself.
//!
//! ```json
//! {"id": "key_1", "value": "…",
//!  "provider": {
//!   "host": "api.example.com",
//!   "admin_secret": "example-admin-key",
//!   "mint":   {"method": "POST", "url": "https://api.example.com/v1/keys",
//!              "headers": {"authorization": "Bearer {admin}"}, "body": {"name": "{tag}"},
//!              "id": "/key/id", "value": "/key/secret"},
//!   "list":   {"method": "GET", "url": "https://api.example.com/v1/keys?limit=1000",
//!              "headers": {"authorization": "Bearer {admin}"},
//!              "items": "/data", "id": "/id", "tag": "/name", "more": "/has_more"},
//!   "verify": {"method": "GET", "url": "https://api.example.com/v1/models",
//!              "headers": {"authorization": "Bearer {value}"}},
//!   "revoke": {"method": "DELETE", "url": "https://api.example.com/v1/keys/{id}",
//!              "headers": {"authorization": "Bearer {admin}"}}
//!  }}
//! ```
//!
//! - `id`, `value`: the credential. They are renewed; all else travels on untouched.
//! - `host`: every URL has this host, so that nothing is sent elsewhere by a slip.
//! - `admin_secret`: the name of the secret whose whole value is the credential for the admin API.
//! - Placeholders: `{admin}` and `{value}` in headers and bodies, `{id}` and `{tag}` there and in URLs; each only
//!   where it means something. Pointers are JSON pointers into the answer; `more` may be left out.
//!
//! What is minted carries a tag that begins alike for all versions of this secret. So what a run left behind
//! that was ended before it stored what it had minted is found in the list, and revoked.

mod template;

use std::fmt::Write as _;

use secrets::{BoxFuture, Secret, Stage};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::document::Document;
use crate::error::RotationError;
use crate::services::HttpAnswer;
use crate::strategy::{Held, Staged, Strategy, Work};
use template::{Answer, Fill, Template};

/// The members that are renewed.
const RENEWED: &[&str] = &["id", "value"];

/// Renews a credential through its provider's API.
#[derive(Debug)]
pub(super) struct HttpCredential;

impl Strategy for HttpCredential {
    fn id(&self) -> &'static str {
        "http_credential"
    }

    fn create<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<Secret, RotationError>> {
        Box::pin(async move {
            let api = Api::open(self, work, Staged::current(held.current)).await?;
            api.revoke_left_behind(held).await?;
            let (id, value) = api.mint().await?;
            let mut next = api.document;
            next.set("id", Value::String(id));
            next.set("value", Value::String(value.expose().to_owned()));
            next.close()
        })
    }

    /// A credential is good from when it is minted.
    fn set<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let current = open(work, Staged::current(held.current))?;
            open(work, held.made(work.secret)?)?.check_same_but(&current, RENEWED)
        })
    }

    fn test<'a>(&'a self, work: Work<'a>, tested: Staged<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let api = Api::open(self, work, tested).await?;
            api.verify(tested).await
        })
    }

    fn finish<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let api = Api::open(self, work, Staged::current(held.current)).await?;
            api.revoke_left_behind(held).await?;
            // The first credential of a secret was not minted here, so no list tells that it is this secret's.
            let over = held.previous.filter(|_| held.previous_is_over);
            let over = over.and_then(|value| Document::open(work.secret, Staged::current(value)).ok());
            match over.as_ref().and_then(|document| document.text("/id").ok()) {
                Some(id) if !kept_ids(work, held)?.iter().any(|kept| kept == id) => api.revoke(id).await,
                Some(_) | None => Ok(()),
            }
        })
    }
}

/// The provider's API, as one value describes it.
struct Api<'a> {
    strategy: &'a HttpCredential,
    work: Work<'a>,
    document: Document,
    admin: Secret,
}

impl<'a> Api<'a> {
    async fn open(
        strategy: &'a HttpCredential,
        work: Work<'a>,
        staged: Staged<'_>,
    ) -> Result<Self, RotationError> {
        let document = open(work, staged)?;
        let secrets = work.tool(strategy, work.tools.secrets.as_ref(), "access to other secrets")?;
        let admin = secrets.read(document.text("/provider/admin_secret")?, Stage::Current).await?;
        Ok(Self { strategy, work, document, admin: admin.value })
    }

    async fn mint(&self) -> Result<(String, Secret), RotationError> {
        let template = Template::read(&self.document, "mint")?;
        let (start, version) = (tag_start(self.work.secret), self.work.version);
        let tag = format!("{start}{version}");
        let answer = self.send(&template, Fill { tag: Some(&tag), ..self.as_admin() }).await?;
        let answer = template.accept(&answer)?;
        let value = Secret::new(answer.text("value", None)?);
        if value.expose().is_empty() {
            return Err(template.refused("the value that it answered is empty"));
        }
        Ok((answer.text("id", None)?, value))
    }

    /// Asks whether the credential works. One that is not even in the list, because another run took it for
    /// left behind, never will.
    async fn verify(&self, tested: Staged<'_>) -> Result<(), RotationError> {
        let template = Template::read(&self.document, "verify")?;
        let value = self.document.text("/value")?;
        let answer = self.send(&template, Fill { value: Some(value), ..Fill::default() }).await?;
        if !matches!(answer.status, 401 | 403) {
            return template.accept_status(&answer);
        }
        let id = self.document.text("/id")?;
        if !self.listed().await?.iter().any(|(listed, _)| listed == id) {
            return Err(RotationError::stale(self.work.secret, "the provider does not list it any more"));
        }
        Err(RotationError::Unproven {
            secret: self.work.secret.to_owned(),
            stage: tested.stage,
            service: template.host,
            reason: format!("status {}", answer.status),
        })
    }

    /// Revokes what carries this secret's tag and is kept by none of its stages.
    async fn revoke_left_behind(&self, held: Held<'_>) -> Result<(), RotationError> {
        let kept = kept_ids(self.work, held)?;
        let start = tag_start(self.work.secret);
        for (id, tag) in self.listed().await? {
            if tag.starts_with(&start) && !kept.contains(&id) {
                self.revoke(&id).await?;
            }
        }
        Ok(())
    }

    /// Revokes one. That it is gone is as good.
    async fn revoke(&self, id: &str) -> Result<(), RotationError> {
        let template = Template::read(&self.document, "revoke")?;
        let answer = self.send(&template, Fill { id: Some(id), ..self.as_admin() }).await?;
        if matches!(answer.status, 404 | 410) { Ok(()) } else { template.accept_status(&answer) }
    }

    /// Ids and tags of the provider's credentials; those without a tag are not ours.
    async fn listed(&self) -> Result<Vec<(String, String)>, RotationError> {
        let template = Template::read(&self.document, "list")?;
        let answer = self.send(&template, self.as_admin()).await?;
        let answer: Answer<'_> = template.accept(&answer)?;
        if answer.flag("more") {
            return Err(template.refused("there is more than one page; ask for a longer one in `url`"));
        }
        let mut listed = Vec::new();
        for item in answer.items()? {
            if let Ok(tag) = answer.text("tag", Some(item)) {
                listed.push((answer.text("id", Some(item))?, tag));
            }
        }
        Ok(listed)
    }

    fn as_admin(&self) -> Fill<'_> {
        Fill { admin: Some(self.admin.expose()), ..Fill::default() }
    }

    async fn send(&self, template: &Template<'_>, fill: Fill<'_>) -> Result<HttpAnswer, RotationError> {
        let exchange = self.work.tool(self.strategy, self.work.tools.exchange.as_ref(), "HTTP")?;
        exchange.send(template.request(fill)?).await
    }
}

/// Reads a value and sees that every request in it can be made, before the first is.
fn open(work: Work<'_>, staged: Staged<'_>) -> Result<Document, RotationError> {
    let document = Document::open(work.secret, staged)?;
    for member in ["/id", "/value", "/provider/admin_secret"] {
        document.text(member)?;
    }
    for name in ["mint", "list", "verify", "revoke"] {
        Template::read(&document, name)?.check()?;
    }
    Ok(document)
}

fn kept_ids(work: Work<'_>, held: Held<'_>) -> Result<Vec<String>, RotationError> {
    let id = |staged| Document::open(work.secret, staged)?.text("/id").map(str::to_owned);
    held.kept().map(id).collect()
}

/// How the tags of this secret's credentials begin. A name may hold what a tag may not, so it is hashed.
fn tag_start(secret: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let mut start = "sallyport-".to_owned();
    for byte in hash.iter().take(8) {
        // Writing to a text does not fail.
        let _ = write!(start, "{byte:02x}");
    }
    start.push('-');
    start
}
