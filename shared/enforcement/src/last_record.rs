//! How a passage ends: with one final record, whoever ends it.

use std::pin::pin;
use std::task::{Context, Waker};

use decision_log::Record;
use http::Response;

use crate::body::AnswerBody;
use crate::passage::Passage;
use crate::record;
use crate::refusal::Stop;

impl Passage {
    /// Records why the call stops here, and answers in the caller's dialect. What cannot be recorded is
    /// answered as such, whatever it was.
    pub(crate) fn refuse(&mut self, stop: Stop) -> Response<AnswerBody> {
        let stop = self.write_stop(&stop, Some(stop.status(self.dialect()))).err().unwrap_or(stop);
        stop.answer(self.dialect(), &self.decision_id)
    }

    /// Writes why the call stops here. It has stopped also where that cannot be written.
    pub(crate) fn write_stop(&mut self, stop: &Stop, status: Option<u16>) -> Result<(), Stop> {
        self.ended = true;
        self.write(record::stopped(self, stop, status))
    }

    /// Writes the final record of a call that has come to its end. Where it cannot be written, the call stops instead.
    pub(crate) fn write_last(&mut self, record: Option<Record>) -> Result<(), Stop> {
        self.write(record)?;
        self.ended = true;
        Ok(())
    }

    /// Writes a record, where there is to be one. Nothing may leave when it cannot be written.
    pub(crate) fn write(&self, record: Option<Record>) -> Result<(), Stop> {
        let Some(record) = record else { return Ok(()) };
        let written = self.pipeline.log.write(&record);
        written.map(drop).map_err(|fault| {
            tracing::error!(decision_id = %self.decision_id, %fault, "a decision could not be recorded; the call is refused");
            Stop::RecordFailed
        })
    }

    /// Corrects what was charged to what was used, as far as that can be done without waiting: what the limits' store
    /// does not do at once is left as it was charged.
    pub(crate) fn settle_at_once(&mut self, tokens: u64) {
        let _ = pin!(self.settle(tokens)).poll(&mut Context::from_waker(Waker::noop()));
    }

    /// Records that the caller left, with the status that it had been given, if any.
    pub(crate) fn write_left(&mut self, status: Option<u16>) {
        // That it could not be written has been said in the program's own log; there is nobody else to tell.
        let _ = self.write_stop(&Stop::CallerLeft, status);
    }
}

/// A caller who leaves has the call dropped wherever it waits. Before it went upstream nothing is charged for good.
impl Drop for Passage {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.stop_waiting();
        if self.journey.is_some() {
            let used = self.usage.map(|usage| usage.input_tokens.saturating_add(usage.output_tokens));
            self.settle_at_once(used.unwrap_or(self.asked_tokens));
        }
        self.write_left(None);
    }
}
