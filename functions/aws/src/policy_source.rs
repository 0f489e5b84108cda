//! A policy that lies outside the package: a parameter of Systems Manager or an object of S3, fetched with the role's
//! signature when the first call arrives, and looked at again when a later call arrives and a while has passed, for a
//! frozen function has no timers. Until there is one that compiles, every call is refused and every call looks for one.
//!
//! A look asks for no more than it must: of an object whether it has changed, of a parameter its few kilobytes. A call
//! waits for it only so long; then it is judged by the policy that is there. A new version that does not compile is told
//! with all its faults, and the one before stays. Where a policy can lie stands in a file of its own each, below.

mod object;
mod parameter;
mod place;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use enforcement::{Clock, Transport};
use host::policy_file::detector_ids;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use policy::Policy;
use tokio::sync::{Mutex, MutexGuard};

use crate::credentials::RoleSigner;

pub use place::{PolicyPlace, RemotePlace, RemotePolicy};

/// How long a call waits for a look where there is a policy by which it can be judged.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it waits where there is none.
const FIRST_PATIENCE: Duration = Duration::from_secs(5);
/// The largest policy, in bytes.
const MOST: usize = 4 * 1024 * 1024;

/// How services of AWS are reached.
pub struct Reach {
    /// How to get there.
    pub transport: Arc<dyn Transport>,
    /// Signs for the policy's service, [`RemotePlace::service`].
    pub signer: RoleSigner,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// The policy's place, and what is known of it.
pub struct PolicySource {
    policy: RemotePolicy,
    reach: Reach,
    /// Whether there was one that compiles.
    in_force: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// The version that was fetched last, whether or not it compiles.
    version: Option<String>,
    /// When it was last looked for, in milliseconds since 1970.
    looked_ms: u64,
}

/// A version of the policy, as its service has it.
struct Fetched {
    /// What tells it from every other version.
    version: String,
    /// What messages call it.
    name: String,
    text: String,
}

/// What a look gave; nothing where the version is the one that is known.
type Look = Result<Option<Fetched>, String>;

impl PolicySource {
    /// Nothing is asked before [`Self::refresh`].
    #[must_use]
    pub fn new(policy: RemotePolicy, reach: Reach) -> Self {
        Self { policy, reach, in_force: AtomicBool::default(), seen: Mutex::default() }
    }

    /// To be awaited before a call is judged: gives `put` a new version that compiles, where it is time to look and there
    /// is one. What else happens is told in the log.
    pub async fn refresh(&self, put: impl FnOnce(Policy)) {
        let Some(mut seen) = self.turn().await else { return };
        let (now_ms, in_force) = (self.reach.clock.unix_millis(), self.in_force.load(Ordering::Acquire));
        if in_force && !self.is_due(seen.looked_ms, now_ms) {
            return;
        }
        let patience = if in_force { PATIENCE } else { FIRST_PATIENCE };
        let look = tokio::time::timeout(patience, self.look(seen.version.as_deref())).await;
        seen.looked_ms = now_ms;
        match look.unwrap_or_else(|_| Err("it did not answer in time".to_owned())) {
            Err(reason) => self.missed(in_force, &reason),
            Ok(None) => {}
            Ok(Some(fetched)) => {
                if let Some(policy) = compile(&fetched, in_force) {
                    put(policy);
                    self.in_force.store(true, Ordering::Release);
                }
                seen.version = Some(fetched.version);
            }
        }
    }

    /// The right to look; `None` where another call looks already and this one can go on without.
    async fn turn(&self) -> Option<MutexGuard<'_, Seen>> {
        match self.seen.try_lock() {
            Ok(seen) => Some(seen),
            Err(_) if self.in_force.load(Ordering::Acquire) => None,
            Err(_) => Some(self.seen.lock().await),
        }
    }

    fn is_due(&self, looked_ms: u64, now_ms: u64) -> bool {
        let passed = now_ms.checked_sub(looked_ms).map(Duration::from_millis);
        // A clock that was set back says nothing of how much has passed.
        let over = passed.is_none_or(|passed| passed >= self.policy.refresh);
        over && !self.policy.refresh.is_zero()
    }

    async fn look(&self, known: Option<&str>) -> Look {
        let (policy, reach) = (&self.policy, &self.reach);
        match &policy.place {
            RemotePlace::Object { bucket, key } => object::look(policy, reach, bucket, key, known).await,
            RemotePlace::Parameter(name) => parameter::look(policy, reach, name, known).await,
        }
    }

    fn missed(&self, in_force: bool, reason: &str) {
        let place = &self.policy.place;
        if in_force {
            tracing::warn!("the policy {place} cannot be looked at, the one in force stays: {reason}");
        } else {
            tracing::error!("the policy {place} cannot be fetched, so every call is refused: {reason}");
        }
    }
}

/// A version's policy, where it compiles. Either way the log tells.
fn compile(fetched: &Fetched, in_force: bool) -> Option<Policy> {
    let name = &fetched.name;
    match Policy::load(&fetched.text, &detector_ids()) {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                tracing::warn!("{name}:{}", warning.0);
            }
            let (policy, revision) = (loaded.policy.name(), loaded.policy.revision());
            tracing::info!("policy `{policy}` is in force, revision {revision}, from {name}");
            Some(loaded.policy)
        }
        Err(faults) => {
            let then = if in_force { "the one before stays" } else { "every call is refused" };
            for fault in &faults.0 {
                tracing::error!("the policy does not compile, so {then}: {name}:{fault}");
            }
            None
        }
    }
}

impl Reach {
    /// Signs a request and gives its whole answer, whatever its status.
    async fn ask(&self, mut request: Request<Bytes>, most: usize) -> Result<Response<Bytes>, String> {
        let now_ms = self.clock.unix_millis();
        self.signer.sign_at(&mut request, now_ms).map_err(|error| error.reason)?;
        let answer = self.transport.send(request).await.map_err(|error| error.to_string())?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, most).collect().await;
        let body = body.map_err(|_| "its answer broke off or is too large")?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

#[cfg(test)]
mod tests;
