//! What answers a delivery: the machine of `shared/rotation` over this service's store and tools, and a line in the log
//! for what became of it. No line and no answer holds a value, or a part of an event.
//!
//! What is answered decides whether it is delivered again, for seven days where nobody changes that:
//!
//! | a delivery | answer | so that |
//! |---|---|---|
//! | that is not proved to be the account's | 401, 403 | whoever set it up wrongly sees it; nothing is done |
//! | while the issuer's keys cannot be had | 503 | it comes again |
//! | of an event that asks for nothing | 204 | it is over |
//! | that is no event, cannot be read, or is about another secret | 202, and an error in the log | it is over: it will never read better |
//! | of our secret that is due, and was renewed, or had been | 204 | it is over |
//! | that did not come to its end, whoever is at fault | 503, and an error in the log | it comes again, also when an operator has put right what was wrong |

use std::sync::Arc;
use std::time::Duration;

use enforcement::{Clock, IdentityError};
use http::{HeaderMap, Method, StatusCode};
use listener::Ingress;
use rotation::{Machine, Outcome, RotationError, Strategy, Tools, Trigger};

use crate::rotation_event::{RotationEvent, SecretName};
use crate::rotation_push::{PushFault, PushGuard};
use crate::rotation_store::SecretRotation;

/// Rotates one secret.
pub struct Rotator {
    /// Who may deliver events.
    pub guard: PushGuard,
    /// What events must be about.
    pub watched: SecretName,
    /// Where it is.
    pub store: SecretRotation,
    /// How it is renewed.
    pub strategy: &'static dyn Strategy,
    /// What the strategy calls out to.
    pub tools: Tools,
    /// How long the previous value stays good.
    pub overlap: Duration,
    /// How long a version stays after it was relieved, before it is destroyed; for ever where that is not said.
    pub destroyed_after: Option<Duration>,
    /// Tells when an overlap is over.
    pub clock: Arc<dyn Clock>,
}

impl Rotator {
    /// Answers a delivery with a status.
    pub async fn answer(&self, method: &Method, headers: &HeaderMap, body: &Ingress) -> StatusCode {
        if let Err(fault) = self.guard.check(headers).await {
            tracing::error!("{fault}");
            return match fault {
                PushFault::Foreign => StatusCode::FORBIDDEN,
                PushFault::Unproved(IdentityError::KeysUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
                PushFault::Unproved(
                    IdentityError::Ambiguous | IdentityError::Missing | IdentityError::Wrong,
                ) => StatusCode::UNAUTHORIZED,
            };
        }
        let body = match body {
            Ingress::Whole(body) if method == Method::POST => body,
            Ingress::Whole(_) => return StatusCode::METHOD_NOT_ALLOWED,
            // The whole of it may come the next time.
            Ingress::Broken => return StatusCode::BAD_REQUEST,
            Ingress::TooLarge => return refused("it is too large"),
        };
        match RotationEvent::read(headers, body, &self.watched) {
            Ok(RotationEvent::Told) => StatusCode::NO_CONTENT,
            Ok(RotationEvent::Due { number, published_ms }) => self.due(number, published_ms).await,
            Err(fault) => refused(&fault.to_string()),
        }
    }

    async fn due(&self, number: Option<String>, published_ms: u64) -> StatusCode {
        let secret = self.watched.path();
        match self.store.hold(self.run(number, published_ms)).await {
            Ok(Ran::Foreign) => refused("the event is about a secret of another project"),
            Ok(Ran::Through(outcome)) => {
                tracing::info!("secret `{secret}` is due: {}", outcome);
                StatusCode::NO_CONTENT
            }
            Err(fault) => {
                tracing::error!("secret `{secret}` is due: {fault}");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    async fn run(&self, number: Option<String>, published_ms: u64) -> Result<Ran, RotationError> {
        let standing = self.store.standing().await?;
        if number.is_some_and(|number| number != standing.number) {
            return Ok(Ran::Foreign);
        }
        // A message that is late, or comes again, tells of a time before the current version; and one that is sent by
        // hand of a time that no schedule has.
        let due_ms = standing.due_ms.map_or(published_ms, |due| due.min(published_ms));
        let secret = self.watched.path();
        let trigger = Trigger {
            secret: &secret,
            version: &standing.next,
            only_from: None,
            only_if_older_than_ms: Some(due_ms),
        };
        let machine = Machine {
            secret: &secret,
            store: &self.store,
            strategy: self.strategy,
            tools: &self.tools,
            overlap_ms: u64::try_from(self.overlap.as_millis()).unwrap_or(u64::MAX),
        };
        let now_ms = self.clock.unix_millis();
        // A credential is revoked while its version can still be read.
        machine.retire(now_ms).await?;
        self.store.sweep(self.overlap, self.destroyed_after).await?;
        machine.run_all(&trigger, now_ms).await.map(Ran::Through)
    }
}

/// How a run ended well.
enum Ran {
    /// It was about nothing of ours.
    Foreign,
    /// So.
    Through(Outcome),
}

fn refused(reason: &str) -> StatusCode {
    tracing::error!("an event was not answered: {reason}");
    StatusCode::ACCEPTED
}
