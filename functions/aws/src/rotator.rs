//! What answers one event of a rotation: the machine of `shared/rotation` over this function's store and tools, and a
//! line in the log for what became of it. No line and no answer holds a value.

use std::sync::Arc;
use std::time::Duration;

use enforcement::Clock;
use rotation::{Machine, Outcome, RotationStore, Strategy, Tools};
use serde_json::Value;

use crate::error::AwsError;
use crate::rotation_event::RotationEvent;

/// Rotates one secret.
pub struct Rotator {
    /// The secret's ARN.
    pub secret: String,
    /// Where it is.
    pub store: Arc<dyn RotationStore>,
    /// How it is renewed.
    pub strategy: &'static dyn Strategy,
    /// What the strategy calls out to.
    pub tools: Tools,
    /// How long the previous value stays good.
    pub overlap: Duration,
    /// Tells when an overlap is over.
    pub clock: Arc<dyn Clock>,
}

impl Rotator {
    /// Takes the step that an event asks for.
    ///
    /// # Errors
    /// When this is no such event, or the step was not done: the service asks for it again.
    pub async fn answer(&self, event: &Value) -> Result<Outcome, AwsError> {
        let event = RotationEvent::read(event);
        let event = event.inspect_err(|fault| tracing::error!("an event was not answered: {fault}"))?;
        let machine = Machine {
            secret: &self.secret,
            store: self.store.as_ref(),
            strategy: self.strategy,
            tools: &self.tools,
            overlap_ms: u64::try_from(self.overlap.as_millis()).unwrap_or(u64::MAX),
        };
        let step = event.step.name();
        let outcome = machine.step(&event.request(), self.clock.unix_millis()).await;
        match &outcome {
            Ok(outcome) => tracing::info!("step `{step}` of secret `{}`: {}", self.secret, outcome),
            Err(fault) => tracing::error!("step `{step}` of secret `{}` failed: {fault}", self.secret),
        }
        Ok(outcome?)
    }
}

#[cfg(test)]
mod tests;
