//! The key of an Azure AI account that has two: one is in use, the other idle, and they take turns.
//!
//! ```json
//! {"account": "/subscriptions/…/providers/Microsoft.CognitiveServices/accounts/a", "key_name": "key1", "key": "…",
//!  "test_url": "https://a.openai.azure.com/openai/models?api-version=2024-10-21"}
//! ```
//!
//! `test_url` answers a `GET` with 2xx to whoever shows a good key in `api-key`. Other members travel on untouched.
//!
//! To regenerate a key ends its old value at once and cannot be asked for twice with one outcome. So a key is only
//! regenerated where it still is what a value past its overlap says: once it was, the two differ, and a run that was
//! stopped right after goes on with what is there. A rotation takes the idle key into use; the one that it relieves is
//! regenerated when its overlap is over, or at the latest by the next rotation. The first rotation finds an idle key of
//! which nothing is known, and takes it as it is: regenerate it by hand before you store the first value.

use secrets::{BoxFuture, Secret};
use serde_json::Value;

use super::https;
use crate::document::Document;
use crate::error::RotationError;
use crate::services::{AccountKeys, HttpRequest, KeyName};
use crate::strategy::{Held, Staged, Strategy, Work};

/// The members that are renewed.
const RENEWED: &[&str] = &["key", "key_name"];

/// Takes the two keys of an account into use by turns.
#[derive(Debug)]
pub(super) struct AzureAccountKey;

/// One value, read.
struct AccountKey {
    document: Document,
    name: KeyName,
}

impl Strategy for AzureAccountKey {
    fn id(&self) -> &'static str {
        "azure_account_key"
    }

    fn create<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<Secret, RotationError>> {
        Box::pin(async move {
            let mut next = AccountKey::open(work, Staged::current(held.current))?;
            let idle = next.name.other();
            self.regenerate_if_known(work, held, &next, idle).await?;
            let key = self.service(work)?.list(next.account()?).await?.take(idle);
            next.document.set("key_name", Value::String(idle.as_str().to_owned()));
            next.document.set("key", Value::String(key.expose().to_owned()));
            next.document.close()
        })
    }

    /// A key is good from when it is regenerated.
    fn set<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let current = AccountKey::open(work, Staged::current(held.current))?;
            let pending = AccountKey::open(work, held.made(work.secret)?)?;
            if pending.name == current.name {
                return Err(pending.document.invalid("`key_name` is the key that is in use"));
            }
            pending.document.check_same_but(&current.document, RENEWED)
        })
    }

    fn test<'a>(&'a self, work: Work<'a>, tested: Staged<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let value = AccountKey::open(work, tested)?;
            let exchange = work.tool(self, work.tools.exchange.as_ref(), "HTTP")?;
            let answer = exchange.send(value.request()?).await?;
            if matches!(answer.status, 401 | 403) && !self.is_live(work, &value).await? {
                let reason = "`key` is not what the account has; somebody else regenerated it";
                return Err(RotationError::stale(work.secret, reason));
            }
            let service = https::host(value.document.text("/test_url")?).unwrap_or_default();
            answer.judge(work, tested, service, "`test_url`")
        })
    }

    fn finish<'a>(&'a self, work: Work<'a>, held: Held<'a>) -> BoxFuture<'a, Result<(), RotationError>> {
        Box::pin(async move {
            let current = AccountKey::open(work, Staged::current(held.current))?;
            let kept = held.kept().map(|staged| AccountKey::open(work, staged));
            let kept = kept.collect::<Result<Vec<_>, _>>()?;
            if kept.iter().any(|value| value.name == current.name.other()) {
                return Ok(());
            }
            self.regenerate_if_known(work, held, &current, current.name.other()).await
        })
    }
}

impl AzureAccountKey {
    fn service<'a>(&self, work: Work<'a>) -> Result<&'a dyn AccountKeys, RotationError> {
        work.tool(self, work.tools.accounts.as_ref(), "access to the keys of accounts")
    }

    /// Regenerates this key of the account, if it still is what the previous value holds.
    async fn regenerate_if_known(
        &self,
        work: Work<'_>,
        held: Held<'_>,
        current: &AccountKey,
        name: KeyName,
    ) -> Result<(), RotationError> {
        let previous = held.previous.filter(|_| held.previous_is_over);
        // A value of another form, or of another account, tells nothing of this key.
        let opened = previous.and_then(|value| AccountKey::open(work, Staged::previous(value)).ok());
        let Some(known) = opened.filter(|known| known.name == name) else { return Ok(()) };
        if known.account()? == current.account()? && self.is_live(work, &known).await? {
            self.service(work)?.regenerate(current.account()?, name).await?;
        }
        Ok(())
    }

    /// Whether the account's key of this name is the one in this value.
    async fn is_live(&self, work: Work<'_>, value: &AccountKey) -> Result<bool, RotationError> {
        let keys = self.service(work)?.list(value.account()?).await?;
        Ok(keys.take(value.name).matches(value.document.text("/key")?))
    }
}

impl AccountKey {
    /// Reads a value and sees that nothing is missing, before anything is done with it.
    fn open(work: Work<'_>, staged: Staged<'_>) -> Result<Self, RotationError> {
        let document = Document::open(work.secret, staged)?;
        for member in ["/account", "/key", "/test_url"] {
            document.text(member)?;
        }
        let host = https::host(document.text("/test_url")?);
        host.map_err(|fault| document.invalid(format!("`test_url` {fault}")))?;
        let name = KeyName::read(document.text("/key_name")?);
        let name = name.ok_or_else(|| document.invalid("`key_name` is neither `key1` nor `key2`"))?;
        Ok(Self { document, name })
    }

    fn account(&self) -> Result<&str, RotationError> {
        self.document.text("/account")
    }

    fn request(&self) -> Result<HttpRequest, RotationError> {
        let key = Secret::new(self.document.text("/key")?.to_owned());
        Ok(HttpRequest {
            method: "GET".to_owned(),
            url: self.document.text("/test_url")?.to_owned(),
            headers: vec![("api-key".to_owned(), key)],
            body: None,
        })
    }
}
