//! What answers the two functions of a rotation, an event and a timer: the machine of `shared/rotation` over this
//! function's store and tools, and a line in the log for what became of it. No line and no answer holds a value.
//!
//! The host is told that a call failed where it is worth trying again or somebody has to know: Event Grid then delivers
//! the event again, and the alert on failed runs counts it. An event that can never be answered is logged and is over.

use std::sync::Arc;
use std::time::Duration;

use azure_functions_shim::{Answer, Call, Outcome as Ended};
use enforcement::Clock;
use rotation::{Machine, Outcome, RotationError, Strategy, Tools, Trigger};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::error::AzureError;
use crate::rotation_config::NOTICE;
use crate::rotation_event::{RotationEvent, Watched};
use crate::rotation_lease::RotationLease;
use crate::rotation_store::{Standing, VaultRotation, renewal_of};

/// How long an event may take before the timer does without: a value that expires sooner than this after the vault
/// should have told of it is renewed.
const GRACE: Duration = Duration::from_secs(2 * 86_400);

/// Rotates one secret.
pub struct Rotator {
    /// What events must be about.
    pub watched: Watched,
    /// Where it is.
    pub store: VaultRotation,
    /// How it is renewed.
    pub strategy: &'static dyn Strategy,
    /// What the strategy calls out to.
    pub tools: Tools,
    /// How long the previous value stays good.
    pub overlap: Duration,
    /// Tells when an overlap is over.
    pub clock: Arc<dyn Clock>,
    /// What keeps runs in other processes away.
    pub lease: Option<RotationLease>,
    /// What keeps runs in this process apart.
    pub turn: Mutex<()>,
}

impl Rotator {
    /// Answers a call with events of the vault: one, or a batch.
    pub async fn on_events(&self, call: &Call) -> Ended {
        match call.only_input().and_then(|input| input.event_grid()) {
            Ok(events) => self.answer(events).await,
            Err(fault) => {
                tracing::error!("events were not answered: {fault}");
                Ended::Fail(fault.to_string().into())
            }
        }
    }

    /// Answers events, one after the other.
    pub async fn answer(&self, events: Vec<Value>) -> Ended {
        let (mut answer, mut unread) = (Answer::new(), None);
        for event in events {
            match RotationEvent::read(event, &self.watched) {
                Ok(RotationEvent::Made) => answer = answer.log("a version was made; nothing is to be done"),
                Ok(RotationEvent::Due { version }) => match self.renew_from(&version).await {
                    Ok(line) => answer = answer.log(line),
                    // What was done of the batch is found done when it comes again.
                    Err(reason) => return Ended::Retry(reason.into()),
                },
                Err(fault) => unread = Some(self.refused(&fault)),
            }
        }
        unread.map_or(Ended::Done(answer), |reason| Ended::Fail(reason.into()))
    }

    /// Answers the timer: retires what is over, goes on with what was begun, and renews what should have been by now.
    pub async fn on_timer(&self) -> Ended {
        match self.told("the timer", self.alone(self.catch_up()).await) {
            Ok(line) => Answer::new().log(line).into(),
            Err(reason) => Ended::Retry(reason.into()),
        }
    }

    fn refused(&self, fault: &AzureError) -> String {
        let reason = format!("an event was not answered: {fault}");
        tracing::error!("{reason}");
        reason
    }

    async fn renew_from(&self, version: &str) -> Result<String, String> {
        let what = format!("version `{version}` is about to expire");
        self.told(&what, self.alone(self.run(version)).await)
    }

    /// One run at a time.
    async fn alone<T>(
        &self,
        work: impl Future<Output = Result<T, RotationError>>,
    ) -> Result<T, RotationError> {
        let _turn = self.turn.lock().await;
        match &self.lease {
            Some(lease) => lease.hold(work).await,
            None => work.await,
        }
    }

    async fn run(&self, version: &str) -> Result<Outcome, RotationError> {
        let (secret, next) = (self.watched.secret.as_str(), renewal_of(version));
        let trigger =
            Trigger { secret, version: &next, only_from: Some(version), only_if_older_than_ms: None };
        let outcome = self.machine().run_all(&trigger, self.clock.unix_millis()).await?;
        self.store.sweep(secret, self.overlap).await?;
        Ok(outcome)
    }

    async fn catch_up(&self) -> Result<Outcome, RotationError> {
        let secret = self.watched.secret.as_str();
        let standing = self.store.standing(secret).await?;
        if standing.begun || self.is_overdue(&standing) {
            return self.run(&standing.version).await;
        }
        self.machine().retire(self.clock.unix_millis()).await?;
        self.store.sweep(secret, self.overlap).await?;
        Ok(Outcome::NotDue)
    }

    fn is_overdue(&self, standing: &Standing) -> bool {
        let left = NOTICE.saturating_sub(GRACE);
        let left_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        standing.expires_at_ms.is_some_and(|end| end <= self.clock.unix_millis().saturating_add(left_ms))
    }

    fn machine(&self) -> Machine<'_> {
        Machine {
            secret: &self.watched.secret,
            store: &self.store,
            strategy: self.strategy,
            tools: &self.tools,
            overlap_ms: u64::try_from(self.overlap.as_millis()).unwrap_or(u64::MAX),
        }
    }

    fn told(&self, why: &str, ended: Result<Outcome, RotationError>) -> Result<String, String> {
        let secret = &self.watched.secret;
        match ended {
            Ok(outcome) => {
                let line = format!("secret `{secret}`, for {why}: {}", outcome);
                tracing::info!("{line}");
                Ok(line)
            }
            Err(fault) => {
                let line = format!("secret `{secret}`, for {why}: {fault}");
                tracing::error!("{line}");
                Err(line)
            }
        }
    }
}
