//! What a call charges to limits: asked for before it goes on, given back when it does not, and corrected to
//! what it used.

use policy::{ChargeAnswer, Judgement, LimitUnit};

use crate::judgement;
use crate::passage::Passage;
use crate::upstream::UpstreamAnswer;

impl Passage {
    /// Puts the charges to the limits' store and brings its answers into the judgement.
    pub(crate) async fn charge(&mut self, mut judgement: Judgement) -> Judgement {
        if judgement.charges.is_empty() {
            return judgement;
        }
        let settings = &self.pipeline.settings;
        let now = settings.clock.unix_millis();
        let answers = limits::charge_all(settings.limits.as_ref(), &judgement.charges, now).await;
        self.active.policy.apply_charges(&mut judgement, &answers);
        if judgement::stop(&judgement).is_some() {
            limits::give_back(settings.limits.as_ref(), &answers, now).await;
        }
        if self.charges.is_empty() {
            self.charged_ms = now;
        }
        self.charges.extend(answers);
        judgement
    }

    /// Corrects what was charged to what the answer says that it used. An error that names no usage used
    /// nothing; any other answer that names none keeps its estimate.
    pub(crate) async fn settle_answer(&mut self, answer: &UpstreamAnswer) {
        match self.usage {
            Some(usage) => self.settle(usage.input_tokens.saturating_add(usage.output_tokens)).await,
            None if answer.status.is_success() => self.settled = true,
            None => self.settle(0).await,
        }
    }

    /// Corrects what was charged for tokens before the call to what it used: once, for a store takes it as a
    /// difference.
    pub(crate) async fn settle(&mut self, tokens: u64) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        for (charge, answer) in &self.charges {
            let granted = matches!(answer, ChargeAnswer::Granted { .. });
            if granted && charge.limit.unit == LimitUnit::Tokens {
                self.pipeline.settings.limits.settle(charge, tokens, self.charged_ms).await;
            }
        }
    }
}
