//! A streamed answer on its way back: what comes from the upstream becomes events, and what is left of each event
//! after the second gate goes to the caller.
//!
//! - Nothing is made ahead: the upstream is read when the caller has taken what there was. There is no queue and no
//!   task; whoever polls the body does the work.
//! - Events that say nothing (the beginning of an answer, its end, signs of life) wait for one that says something,
//!   or for the end. So an answer can be refused as a whole until some of its text goes out, and the record is
//!   written before the end goes out. When nothing goes out for long, the connection is kept open.
//! - What is kept: the text that is held, the findings in it, one piece of the upstream's body with its events, and
//!   counts of what was found before. A tool call is kept by the dialect until it is complete.
//! - The answer ends in one record, whatever happens. When the caller leaves, everything is dropped where it stands:
//!   the record is written all the same, and limits are settled if their store answers at once, as the one in
//!   memory does. A store that has to be waited for keeps what was charged, which is the estimate.

mod ending;
mod kept;
mod tally;
mod text;

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use detectors::Scan;
use dialects::{AnswerStream, DialectError, StreamEdits, StreamEvent};
use futures_util::stream::unfold;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use policy::{ContentType, Decision, Finding, Gate, Judgement, Part, ProbeId, Redaction};
use sha2::{Digest, Sha256};

use crate::body::AnswerBody;
use crate::judgement;
use crate::passage::Passage;
use crate::refusal::Stop;
use crate::transport::{TransportBody, TransportError};
use crate::upstream::{UpstreamError, UpstreamStream};

use kept::KeptTexts;
use text::OpenText;

/// How long nothing may go out before the connection is kept open by bytes that say nothing. Load balancers cut
/// connections that are silent for a minute or more.
const KEEP_ALIVE_AFTER: Duration = Duration::from_secs(10);

/// One streamed answer.
pub(crate) struct StreamedAnswer {
    passage: Passage,
    status: StatusCode,
    headers: HeaderMap,
    /// The upstream's body; nothing once it is not to be read any more.
    upstream: Option<TransportBody>,
    events: Box<dyn AnswerStream>,
    /// One for each window.
    texts: Vec<OpenText>,
    /// Probes that could not be run, as far as the policy has heard of them.
    failed: Vec<ProbeId>,
    /// The judgement of the first gate, and those of the second so far as one.
    asked: Option<Judgement>,
    judgement: Judgement,
    /// What may go out.
    out: Vec<u8>,
    /// What waits for something that is said, or for the end.
    waiting: Vec<u8>,
    /// Bytes of the upstream's body, and bytes of text in it.
    received: usize,
    said: usize,
    /// Bytes of text that are held back, and the most that were when an event had been dealt with.
    held: usize,
    most_held: usize,
    checks_us: u64,
    /// Whether the head has left.
    released: bool,
    /// Made where the policy may ask for them.
    kept: Option<KeptTexts>,
    digest: Option<Sha256>,
}

impl StreamedAnswer {
    /// An answer of which only the head has come.
    pub(crate) fn begin(mut passage: Passage, answer: UpstreamStream) -> Self {
        // What a rule wants of a violation, it may want of this answer in the end.
        let capture =
            passage.active.policy.capture(&passage.known_call(), Decision::Block, &passage.decision_id);
        let judgement = passage.ask_policy(Gate::Answer, &[], &Scan::default(), &[]);
        Self {
            status: answer.status,
            headers: answer.headers,
            upstream: Some(answer.body),
            events: answer.events,
            texts: Vec::new(),
            failed: Vec::new(),
            asked: passage.verdict.take(),
            judgement,
            out: Vec::new(),
            waiting: Vec::new(),
            received: 0,
            said: 0,
            held: 0,
            most_held: 0,
            checks_us: passage.elapsed_us().saturating_sub(passage.upstream_us),
            released: false,
            kept: capture.output.then(KeptTexts::default),
            digest: capture.output_hash.then(Sha256::new),
            passage,
        }
    }

    /// The next bytes that may go out; nothing at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Stop> {
        if let Some(stop) = judgement::stop(&self.judgement).filter(|_| !self.passage.ended) {
            return Err(stop);
        }
        let left = self.passage.time_left();
        if self.upstream.is_some() && left == Some(Duration::ZERO) {
            return Err(UpstreamError::Late.into());
        }
        let mut silence = pin!(tokio::time::sleep(KEEP_ALIVE_AFTER));
        let mut end = pin!(tokio::time::sleep(left.unwrap_or_default()));
        while self.upstream.is_some() {
            let piece = tokio::select! {
                biased;
                () = &mut end, if left.is_some() => return Err(UpstreamError::Late.into()),
                piece = next_piece(&mut self.upstream) => piece,
                () = &mut silence, if self.released => return Ok(Some(self.keep_alive())),
            };
            let began = self.passage.elapsed_us();
            let done = match piece {
                Ok(Some(piece)) => self.take(&piece).await,
                Ok(None) => self.end(None).await,
                Err(fault) => self.end(Some(fault)).await,
            };
            self.checks_us += self.passage.elapsed_us().saturating_sub(began);
            done?;
            if !self.out.is_empty() {
                return Ok(Some(self.send()));
            }
        }
        Ok(None)
    }

    /// Lets the head out, with the first bytes; the rest follows as the caller takes it.
    pub(crate) fn release(mut self, first: Option<Bytes>) -> Response<AnswerBody> {
        self.released = true;
        let mut response = Response::new(());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.passage.headers_for_caller(&self.headers);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
        let pieces = unfold((first, self), |(first, mut answer)| async move {
            let piece = match first {
                Some(first) => first,
                None => answer.next_or_stop().await?,
            };
            Some((Ok::<_, Infallible>(Frame::data(piece)), (None, answer)))
        });
        response.map(|()| AnswerBody::pieces(StreamBody::new(pieces)))
    }

    /// A piece of the upstream's body.
    async fn take(&mut self, piece: &[u8]) -> Result<(), Stop> {
        self.received = self.received.saturating_add(piece.len());
        if self.received > self.passage.pipeline.settings.answer_cap {
            return Err(UpstreamError::TooLarge.into());
        }
        let mut events = Vec::new();
        let read = self.events.feed(piece, &mut events);
        read.map_err(|fault| Stop::AnswerUnreadable(fault.to_string()))?;
        for event in events {
            self.event(event).await?;
        }
        Ok(())
    }

    /// One event, from the upstream to what goes out of it.
    async fn event(&mut self, event: StreamEvent) -> Result<(), Stop> {
        let news = self.look(&event);
        let redactions = self.judge(&news, &event).await?;
        let (sayings, edits) = self.cover(&event, &redactions)?;
        self.most_held = self.most_held.max(self.held);
        self.write(event, sayings, &edits)
    }

    /// Looks through the texts of an event.
    fn look(&mut self, event: &StreamEvent) -> News {
        self.open_texts();
        let mut news = News::default();
        for delta in &event.deltas {
            self.said = self.said.saturating_add(delta.text.len());
            let Some(text) = self.texts.get_mut(delta.window) else { continue };
            self.held = self.held.saturating_add(delta.text.len());
            let found = text.push(&delta.text);
            news.add(&text.part, found);
            if let Some(kept) = &mut self.kept {
                kept.piece(delta.window, &text.part, &delta.text);
            }
        }
        for window in &event.closes {
            let Some(text) = self.texts.get_mut(*window) else { continue };
            let found = text.finish();
            news.add(&text.part, found);
        }
        news.whole = news.parts.len();
        for text in &event.parts {
            self.said = self.said.saturating_add(text.text.len());
            let found =
                self.passage.active.scan(Gate::Answer, [(&text.part, text.text.as_str())].into_iter());
            news.add_whole(&text.part, found);
            if let Some(kept) = &mut self.kept {
                kept.whole(text);
            }
        }
        news.scan.failed.retain(|probe| !self.failed.contains(probe));
        news
    }

    fn open_texts(&mut self) {
        for window in self.events.windows().iter().skip(self.texts.len()) {
            self.texts.push(OpenText::begin(window, self.passage.active.scan_stream()));
        }
    }

    /// Asks the policy and the limits about what is new in an event, where anything is, and says what to cover in
    /// the event's own parts.
    async fn judge(&mut self, news: &News, event: &StreamEvent) -> Result<Vec<Redaction>, Stop> {
        if !news.is_any() && event.actions.is_empty() {
            return Ok(Vec::new());
        }
        let blind =
            news.parts.iter().map(|part| part.content).filter(|content| *content != ContentType::Text);
        self.passage.unread.extend(blind);
        self.failed.extend_from_slice(&news.scan.failed);
        let judgement = self.passage.ask_policy(Gate::Answer, &news.parts, &news.scan, &event.actions);
        let judgement = self.passage.charge(judgement).await;
        tally::add(&mut self.judgement, &judgement, self.passage.active.policy.rules());
        match judgement::stop(&judgement) {
            Some(stop) => Err(stop),
            None => Ok(news.of_whole_parts(judgement.redactions)),
        }
    }

    /// What goes out of an event: what windows that end have to say before it, and what is put into it.
    fn cover(
        &mut self,
        event: &StreamEvent,
        redactions: &[Redaction],
    ) -> Result<(Sayings, StreamEdits), Stop> {
        let has_delta = |window: &usize| event.deltas.iter().any(|delta| delta.window == *window);
        let mut sayings = Vec::new();
        for window in event.closes.iter().filter(|window| !has_delta(window)) {
            sayings.push((*window, self.released_text(*window)?));
        }
        let mut edits = StreamEdits::default();
        for (index, delta) in event.deltas.iter().enumerate() {
            let again = event.deltas.iter().skip(index + 1).any(|later| later.window == delta.window);
            edits.deltas.push(if again { String::new() } else { self.released_text(delta.window)? });
        }
        let covers = &mut self.passage.covers;
        edits.texts = judgement::covered(covers, &event.parts, redactions);
        judgement::restore(covers, &event.parts, |_| false, &mut edits.texts);
        Ok((sayings, edits))
    }

    /// What of a window's text may go out by now.
    fn released_text(&mut self, window: usize) -> Result<String, Stop> {
        let Some(text) = self.texts.get_mut(window) else { return Ok(String::new()) };
        if let Some(found) = text.unjudged() {
            let parts = std::slice::from_ref(&text.part);
            let judgement = self.passage.ask_policy(Gate::Answer, parts, &found, &[]);
            if text.sealed && !judgement.redactions.is_empty() {
                let fault = DialectError::Signed { field: text.part.field.clone() };
                return Err(self.cannot_cover(&judgement, &fault));
            }
            text.settle(judgement.redactions);
        }
        let before = text.gone();
        let released = text.release(&mut self.passage.covers);
        self.held = self.held.saturating_sub(text.gone() - before);
        Ok(released)
    }

    /// Puts an event into what goes out.
    fn write(&mut self, event: StreamEvent, sayings: Sayings, edits: &StreamEdits) -> Result<(), Stop> {
        let says = !event.parts.is_empty() && !event.repeats
            || !event.actions.is_empty()
            || edits.deltas.iter().any(|text| !text.is_empty());
        // What ends the answer goes out when that is recorded.
        let goes = says && !event.ends;
        for (window, text) in sayings.iter().filter(|(_, text)| !text.is_empty()) {
            self.out.append(&mut self.waiting);
            self.out.extend(self.events.say(*window, text));
        }
        match self.events.write(event, edits) {
            Ok(bytes) => self.waiting.extend(bytes),
            Err(fault) => return Err(self.cannot_cover(&self.judgement.clone(), &fault)),
        }
        if goes {
            self.out.append(&mut self.waiting);
        }
        Ok(())
    }

    fn cannot_cover(&mut self, judgement: &Judgement, fault: &DialectError) -> Stop {
        let reasons = judgement.reasons.clone();
        self.judgement = Judgement { reasons, ..judgement::blocked(self.judgement.clone()) };
        judgement::uncoverable(judgement, fault)
    }

    fn keep_alive(&mut self) -> Bytes {
        self.out.extend_from_slice(self.events.keep_alive());
        self.send()
    }

    /// What may go out goes out.
    fn send(&mut self) -> Bytes {
        if let Some(digest) = &mut self.digest {
            digest.update(&self.out);
        }
        Bytes::from(std::mem::take(&mut self.out))
    }
}

/// What goes out before an event, by window.
type Sayings = Vec<(usize, String)>;

/// What is new in an event, as the policy is asked about it.
#[derive(Default)]
struct News {
    parts: Vec<Part>,
    scan: Scan,
    /// Where in `parts` those that stand whole in the event begin.
    whole: usize,
}

impl News {
    /// What was found in a text that comes in pieces, where anything was.
    fn add(&mut self, part: &Part, found: Scan) {
        if found != Scan::default() {
            self.add_whole(part, found);
        }
    }

    fn add_whole(&mut self, part: &Part, found: Scan) {
        let index = self.parts.len();
        self.parts.push(part.clone());
        self.scan.findings.extend(found.findings.iter().map(|finding| Finding { part: index, ..*finding }));
        self.scan.failed.extend(found.failed);
    }

    /// Whether there is anything that a rule may apply to.
    fn is_any(&self) -> bool {
        self.scan != Scan::default() || self.parts.iter().any(|part| part.content != ContentType::Text)
    }

    /// Of redactions those of the event's own parts, by the index that they have there.
    fn of_whole_parts(&self, redactions: Vec<Redaction>) -> Vec<Redaction> {
        let own = redactions.into_iter().filter_map(|redaction| {
            let part = redaction.part.checked_sub(self.whole)?;
            Some(Redaction { part, ..redaction })
        });
        own.collect()
    }
}

/// The next data of a body; nothing at its end.
async fn next_piece(body: &mut Option<TransportBody>) -> Result<Option<Bytes>, TransportError> {
    let Some(body) = body else { return Ok(None) };
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame?.into_data() {
            return Ok(Some(piece));
        }
    }
    Ok(None)
}
