//! One text of a streamed answer that comes in pieces: what was found in it, and what of it may go out.

use detectors::{Covers, HeldText, Restorer, Scan, TextStream};
use dialects::Window;
use policy::{Finding, Part, Redaction};

/// A text that comes in pieces.
pub(super) struct OpenText {
    pub(super) part: Part,
    pub(super) sealed: bool,
    pub(super) ended: bool,
    /// Looks for what may change or stop the answer; nothing where nothing may.
    scanning: Option<TextStream>,
    /// Looks for what is recorded alone: no text is held for it.
    watching: Option<TextStream>,
    held: HeldText,
    restorer: Restorer,
    /// What was found in text that has not gone out.
    findings: Vec<Finding>,
    /// What those come to, when this was last asked.
    redactions: Vec<Redaction>,
    /// Whether more was found since.
    stale: bool,
}

impl OpenText {
    /// A text of which nothing has come yet.
    pub(super) fn begin(window: &Window, [scanning, watching]: [Option<TextStream>; 2]) -> Self {
        Self {
            part: window.part.clone(),
            sealed: window.sealed,
            ended: false,
            scanning,
            watching,
            held: HeldText::new(),
            restorer: Restorer::new(),
            findings: Vec::new(),
            redactions: Vec::new(),
            stale: false,
        }
    }

    /// Takes the next piece, and gives what that decides.
    pub(super) fn push(&mut self, piece: &str) -> Scan {
        self.held.push(piece);
        let mut found = Scan::default();
        if let Some(scanning) = &mut self.scanning {
            scanning.push(0, piece, &mut found);
        }
        self.note(&found);
        if let Some(watching) = &mut self.watching {
            watching.push(0, piece, &mut found);
        }
        found
    }

    /// Takes note that the text has ended, and gives what that decides.
    pub(super) fn finish(&mut self) -> Scan {
        let mut found = Scan::default();
        if let Some(scanning) = self.scanning.as_mut().filter(|_| !self.ended) {
            scanning.finish(0, &mut found);
        }
        self.note(&found);
        if let Some(watching) = self.watching.as_mut().filter(|_| !self.ended) {
            watching.finish(0, &mut found);
        }
        self.ended = true;
        found
    }

    /// The findings that have to be judged before text can go out; nothing where none can go out whatever they come
    /// to, or where it is known what they come to. So a text with much to cover is not judged anew at each piece.
    pub(super) fn unjudged(&self) -> Option<Scan> {
        let first = self.redactions.first().map(|redaction| redaction.span);
        let grows = first.is_some_and(|span| span.start <= self.held.gone() && self.settled() < span.end);
        let waits = grows || self.settled() <= self.held.gone();
        (self.stale && !waits).then(|| Scan { findings: self.findings.clone(), failed: Vec::new() })
    }

    /// Takes what all of the findings come to.
    pub(super) fn settle(&mut self, redactions: Vec<Redaction>) {
        self.redactions = redactions;
        self.stale = false;
    }

    /// What may go out by now, with everything covered and placeholders put back.
    pub(super) fn release(&mut self, covers: &mut Covers) -> String {
        let released = self.held.release(self.settled(), &self.redactions, covers);
        let gone = self.held.gone();
        self.findings.retain(|finding| finding.span.end > gone);
        self.redactions.retain(|redaction| redaction.span.end > gone);
        if self.sealed {
            // A placeholder stays where it stands: the text must go out as it came.
            return released;
        }
        let mut restored = self.restorer.push(covers, &released);
        if self.ended {
            restored.push_str(&self.restorer.finish());
        }
        restored
    }

    /// Up to where the text has gone out, in bytes.
    pub(super) fn gone(&self) -> usize {
        self.held.gone()
    }

    fn note(&mut self, found: &Scan) {
        self.findings.extend_from_slice(&found.findings);
        self.stale |= !found.findings.is_empty();
    }

    /// Everything that is found before this place is known.
    fn settled(&self) -> usize {
        match &self.scanning {
            Some(scanning) if !self.ended => scanning.settled(),
            Some(_) | None => usize::MAX,
        }
    }
}
