//! One call on its way through the gates: what is known of it so far, and the steps that it takes.
//!
//! Whatever happens, a passage ends in exactly one final record: in [`Passage::release`] when the answer goes
//! out, in [`Passage::refuse`] when it does not, and where it is dropped when the caller leaves.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use decision_log::CapturedText;
use detectors::Covers;
use dialects::{Answer, Dialect, Endpoint, Purpose, Usage};
use http::uri::PathAndQuery;
use http::{HeaderMap, Response, Uri};
use policy::{Call, Charge, ChargeAnswer, ContentType, Identity, Judgement};

use crate::active::Active;
use crate::body::AnswerBody;
use crate::environment::{Body, Caller};
use crate::headers;
use crate::judgement;
use crate::permit::{Permit, Recorded};
use crate::pipeline::Pipeline;
use crate::record;
use crate::refusal::{DECISION_HEADER, Stop};
use crate::upstream::{Answered, Fetch, Journey, Outgoing, UpstreamAnswer};

mod looking;

/// One call.
pub(crate) struct Passage {
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) active: Arc<Active>,
    /// Where the call goes; nothing where there is no such path.
    pub(crate) endpoint: Option<Arc<Endpoint>>,
    pub(crate) decision_id: String,
    pub(crate) caller: Caller,
    pub(crate) call: Option<Call>,
    pub(crate) identity: Option<Identity>,
    /// The judgement of the gates so far.
    pub(crate) verdict: Option<Judgement>,
    pub(crate) charges: Vec<(Charge, ChargeAnswer)>,
    /// When the charges of the first gate were made, in milliseconds since 1970.
    pub(crate) charged_ms: u64,
    pub(crate) journey: Option<Journey>,
    pub(crate) usage: Option<Usage>,
    /// The tokens of the request's texts, estimated.
    pub(crate) asked_tokens: u64,
    pub(crate) started_us: u64,
    pub(crate) upstream_us: u64,
    /// Since when the upstream is waited for, where it is, in microseconds as `started_us`.
    pub(crate) waiting_since_us: Option<u64>,
    /// The body that came in, and the one that goes out, for their hashes.
    pub(crate) input: Option<Bytes>,
    pub(crate) output: Option<Bytes>,
    /// The hash of a body that went out in pieces.
    pub(crate) output_sha256: Option<String>,
    /// The most bytes of a streamed answer's text that were held back.
    pub(crate) held_bytes: Option<usize>,
    /// Text to record, where a rule asks for it.
    pub(crate) input_text: Option<CapturedText>,
    pub(crate) output_text: Option<CapturedText>,
    /// Kinds of content in the call that nothing looks through.
    pub(crate) unread: BTreeSet<ContentType>,
    pub(crate) covers: Covers,
    /// Whether what was charged has been corrected, which is done once.
    pub(crate) settled: bool,
    /// Whether the final record has been written, or it was tried in vain.
    pub(crate) ended: bool,
}

/// A request that the first gate lets on.
pub(crate) struct Admitted {
    pub(crate) permit: Permit,
    /// With the query.
    pub(crate) path: String,
    pub(crate) body: Bytes,
}

impl Passage {
    /// A call that has just come in.
    pub(crate) fn begin(pipeline: &Arc<Pipeline>, endpoint: Option<Arc<Endpoint>>, caller: Caller) -> Self {
        Self {
            pipeline: Arc::clone(pipeline),
            active: pipeline.active(),
            endpoint,
            decision_id: pipeline.settings.ids.decision_id(),
            caller,
            call: None,
            identity: None,
            verdict: None,
            charges: Vec::new(),
            charged_ms: 0,
            journey: None,
            usage: None,
            asked_tokens: 0,
            started_us: pipeline.settings.clock.monotonic_micros(),
            upstream_us: 0,
            waiting_since_us: None,
            input: None,
            output: None,
            output_sha256: None,
            held_bytes: None,
            input_text: None,
            output_text: None,
            unread: BTreeSet::new(),
            covers: Covers::default(),
            settled: false,
            ended: false,
        }
    }

    /// Tells who calls.
    pub(crate) async fn identify(&mut self, headers: &HeaderMap) -> Result<(), Stop> {
        let settings = &self.pipeline.settings;
        let identity = match self.caller.identity.take() {
            Some(proved) => proved,
            None => settings.authenticator.authenticate(headers, settings.clock.unix_millis()).await?,
        };
        self.identity = Some(identity);
        Ok(())
    }

    /// The body, where it came whole and as it is.
    pub(crate) fn take_body(&mut self, headers: &HeaderMap, body: Body) -> Result<Bytes, Stop> {
        let bytes = match body {
            Body::Broken => return Err(Stop::Broken),
            Body::TooLarge => return Err(Stop::TooLarge(self.pipeline.settings.body_cap)),
            Body::Whole(bytes) => bytes,
        };
        if headers::is_encoded(headers) {
            return Err(Stop::Malformed(
                "`content-encoding` is not taken: send the body uncompressed".into(),
            ));
        }
        self.input = Some(bytes.clone());
        Ok(bytes)
    }

    /// Reads the request in its dialect.
    pub(crate) fn read_request(
        &mut self,
        endpoint: &Endpoint,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<dialects::Request, Stop> {
        let bytes = self.take_body(headers, body)?;
        let request = read(endpoint, &bytes)?;
        self.call = Some(Call {
            model: request.model().to_owned(),
            stream: request.stream(),
            tools: request.tools().to_vec(),
            messages: request.messages(),
            estimated_tokens: request.estimated_tokens(),
            ..self.unread_call()
        });
        if request.models().len() > 1 {
            return Err(Stop::Malformed(
                "more than one model is named: name the one that is to answer".into(),
            ));
        }
        let bytes: usize = request.parts().iter().map(|text| text.text.len()).sum();
        self.asked_tokens = estimated_tokens(bytes);
        Ok(request)
    }

    /// Whether the call may have the vendor work where it says.
    pub(crate) fn stay_within(&self, endpoint: &Endpoint) -> Result<(), Stop> {
        let within = self.pipeline.settings.upstreams.may_be_called_at(endpoint);
        if within { Ok(()) } else { Err(Stop::ForeignLocation) }
    }

    /// The request as it goes upstream: the same bytes where nothing is to be changed.
    pub(crate) fn rewrite_request(
        &mut self,
        request: &dialects::Request,
        judgement: &Judgement,
    ) -> Result<Bytes, Stop> {
        let looks = self.endpoint.as_ref().is_some_and(|to| to.address.purpose == Purpose::Look);
        if looks || judgement.redactions.is_empty() && judgement.constraints.is_empty() {
            return Ok(self.input.clone().unwrap_or_default());
        }
        judgement::rewrite_request(&mut self.covers, request, judgement)
            .map(Bytes::from)
            .map_err(|fault| self.cannot_cover(judgement, &fault))
    }

    /// Records the decision of the first gate, and gives the permit where it lets the call go on.
    pub(crate) fn admit(&mut self, judgement: Judgement) -> Result<Permit, Stop> {
        let stop = judgement::stop(&judgement);
        self.verdict = Some(judgement);
        if let Some(stop) = stop {
            return Err(stop);
        }
        self.write(record::on_the_way(self))?;
        let recorded = Recorded { decision_id: self.decision_id.clone(), lets_on: true };
        Permit::after_record(recorded).ok_or(Stop::RecordFailed)
    }

    /// The path and query of the request as they go upstream: with the model that the policy sets.
    pub(crate) fn path_upstream(&self, endpoint: &Endpoint, asked: &Uri, judgement: &Judgement) -> String {
        let path = asked.path_and_query().map_or("/", PathAndQuery::as_str);
        endpoint.upstream_path(path, judgement.constraints.model.as_deref())
    }

    /// Sends the request upstream, and waits for its answer; of one that is streamed, for its beginning.
    pub(crate) async fn forward(
        &mut self,
        admitted: Admitted,
        secret: Fetch<'_>,
        endpoint: &Endpoint,
        headers: &HeaderMap,
    ) -> Result<Answered, Stop> {
        let pipeline = Arc::clone(&self.pipeline);
        let settings = &pipeline.settings;
        let outgoing = Outgoing {
            endpoint,
            path: &admitted.path,
            headers,
            body: admitted.body,
            trace: self.caller.trace.as_ref(),
            answer_cap: settings.answer_cap,
            stream: self.call.as_ref().is_some_and(|call| call.stream),
            time_left: self.time_left(),
        };
        self.waiting_since_us = Some(settings.clock.monotonic_micros());
        let journey = self.journey.insert(Journey::default());
        let clock = settings.clock.as_ref();
        let answer = settings.upstreams.forward(admitted.permit, secret, outgoing, clock, journey).await;
        self.stop_waiting();
        if answer.is_err() {
            self.settle(0).await;
        }
        Ok(answer?)
    }

    /// Reads the answer in its dialect. What cannot be read cannot be checked.
    pub(crate) fn read_answer(
        &mut self,
        endpoint: &Endpoint,
        answer: &UpstreamAnswer,
    ) -> Result<Answer, Stop> {
        if headers::is_encoded(&answer.headers) {
            return Err(Stop::AnswerUnreadable("it is compressed, which was not asked for".into()));
        }
        let said = endpoint
            .dialect
            .read_answer(&endpoint.address, answer.body.to_vec())
            .map_err(|fault| Stop::AnswerUnreadable(fault.to_string()))?;
        // The calls in it could not be told from its texts.
        let foreign = endpoint.address.purpose == Purpose::Answer && !said.is_of_the_dialect();
        if foreign && answer.status.is_success() {
            return Err(Stop::AnswerUnreadable("it is not in the format of the API that was asked".into()));
        }
        self.usage = said.usage();
        Ok(said)
    }

    /// The answer as it goes to the caller: the same bytes where nothing is to be changed.
    pub(crate) fn rewrite_answer(
        &mut self,
        answer: &Answer,
        judgement: &Judgement,
    ) -> Result<Option<Bytes>, Stop> {
        let mut texts = judgement::covered(&mut self.covers, answer.parts(), &judgement.redactions);
        judgement::restore(&self.covers, answer.parts(), |part| answer.is_sealed(part), &mut texts);
        if texts.is_empty() {
            return Ok(None);
        }
        let body = answer.rewrite(&texts).map_err(|fault| self.cannot_cover(judgement, &fault))?;
        Ok(Some(Bytes::from(body)))
    }

    /// Records the decision of both gates and lets the answer out.
    pub(crate) fn release(
        &mut self,
        judgement: Judgement,
        answer: UpstreamAnswer,
        body: Option<Bytes>,
    ) -> Result<Response<AnswerBody>, Stop> {
        let stop = judgement::stop(&judgement);
        self.verdict = Some(judgement::merge(self.verdict.take(), judgement));
        if let Some(stop) = stop {
            return Err(stop);
        }
        let body = body.unwrap_or(answer.body);
        self.output = Some(body.clone());
        self.write_last(record::released(self, answer.status.as_u16()))?;
        let mut response = Response::new(AnswerBody::whole(body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = self.headers_for_caller(&answer.headers);
        Ok(response)
    }

    /// The headers of an answer that goes out, out of the upstream's.
    pub(crate) fn headers_for_caller(&self, upstream: &HeaderMap) -> HeaderMap {
        let mut headers = headers::for_caller(upstream);
        if let Ok(id) = self.decision_id.parse() {
            headers.insert(DECISION_HEADER, id);
        }
        headers
    }

    /// The upstream is not waited for any more.
    pub(crate) fn stop_waiting(&mut self) {
        let now = self.pipeline.settings.clock.monotonic_micros();
        if let Some(since) = self.waiting_since_us.take() {
            self.upstream_us = now.saturating_sub(since);
        }
    }

    /// How long the call has taken so far, in microseconds.
    pub(crate) fn elapsed_us(&self) -> u64 {
        self.pipeline.settings.clock.monotonic_micros().saturating_sub(self.started_us)
    }

    /// The dialect, where one is known.
    pub(crate) fn dialect(&self) -> Option<&'static dyn Dialect> {
        self.endpoint.as_ref().map(|endpoint| endpoint.dialect)
    }

    /// The facts of the call; before it is read, only who makes it and how.
    pub(crate) fn known_call(&self) -> Cow<'_, Call> {
        self.call.as_ref().map_or_else(|| Cow::Owned(self.unread_call()), Cow::Borrowed)
    }

    /// A call of which nothing is known but who makes it.
    pub(crate) fn unread_call(&self) -> Call {
        Call {
            dialect: self.dialect().map_or("", dialects::Dialect::id).to_owned(),
            model: String::new(),
            provider: self.pipeline.settings.provider.clone(),
            region: self.region().to_owned(),
            stream: false,
            tools: Vec::new(),
            messages: 0,
            identity: self.identity.clone().unwrap_or_else(Identity::anonymous),
            ip: self.caller.ip.clone(),
            estimated_tokens: 0,
        }
    }

    /// Where the model is called.
    fn region(&self) -> &str {
        let named = self.endpoint.as_ref().and_then(|endpoint| endpoint.location.as_deref());
        named.unwrap_or(&self.pipeline.settings.region)
    }

    /// What must be covered and cannot be is refused.
    fn cannot_cover(&mut self, judgement: &Judgement, fault: &dialects::DialectError) -> Stop {
        self.verdict = Some(judgement::merge(self.verdict.take(), judgement::blocked(judgement.clone())));
        judgement::uncoverable(judgement, fault)
    }
}

/// Reads a request. One that only looks at what the vendor keeps has no body.
fn read(endpoint: &Endpoint, body: &Bytes) -> Result<dialects::Request, Stop> {
    if endpoint.address.purpose != Purpose::Look {
        return Ok(endpoint.dialect.read_request(&endpoint.address, body.to_vec())?);
    }
    if body.is_empty() {
        Ok(dialects::Request::look(&endpoint.address))
    } else {
        Err(Stop::Malformed("a request of this kind has no body".into()))
    }
}

/// A quarter of the bytes of texts, as requests are estimated.
pub(crate) fn estimated_tokens(bytes: usize) -> u64 {
    u64::try_from(bytes / 4).unwrap_or(u64::MAX)
}
