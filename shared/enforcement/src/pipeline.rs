//! The pipeline: the sequence that every call goes through, top to bottom.
//!
//! It names no provider and no vendor. What a step does stands in its own file; what they hand on stands in
//! [`Passage`].

use std::sync::{Arc, PoisonError, RwLock};

use decision_log::{Chain, DecisionLog, Sink};
use dialects::Endpoint;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response};
use limits::LimitStore;
use policy::{Gate, Policy};

use crate::active::Active;
use crate::body::AnswerBody;
use crate::decisions;
use crate::environment::{Body, Caller, Clock, Ids};
use crate::identity::Authenticator;
use crate::passage::{Admitted, Passage};
use crate::refusal::Stop;
use crate::stream::StreamedAnswer;
use crate::upstream::{Answered, UpstreamAnswer, UpstreamStream, Upstreams};

/// Where it is told that the pipeline is up. The second is for where the provider keeps the first to itself.
const HEALTH: [&str; 2] = ["/healthz", "/-/ready"];

/// What a function gives to its pipeline.
pub struct PipelineSettings {
    /// `aws`, `azure`, `gcp` or `local`, for rules and records.
    pub provider: String,
    /// The provider's region; empty where there is none.
    pub region: String,
    /// Which instance or version of the function this is, for records.
    pub instance: Option<String>,
    /// Who may call.
    pub authenticator: Authenticator,
    /// Where calls go.
    pub upstreams: Upstreams,
    /// Where limits are counted.
    pub limits: Arc<dyn LimitStore>,
    /// Where records go.
    pub sink: Arc<dyn Sink>,
    /// The chain that the records are put in.
    pub chain: Chain,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes the ids.
    pub ids: Arc<dyn Ids>,
    /// The largest request body, in bytes. The way in holds it; the pipeline tells callers of it.
    pub body_cap: usize,
    /// The largest answer of an upstream, in bytes.
    pub answer_cap: usize,
}

/// Both gates, and everything between them.
pub struct Pipeline {
    active: RwLock<Arc<Active>>,
    pub(crate) settings: PipelineSettings,
    pub(crate) log: DecisionLog,
}

impl Pipeline {
    /// A pipeline that enforces a policy.
    #[must_use]
    pub fn new(policy: Policy, settings: PipelineSettings) -> Self {
        let log = DecisionLog::new(settings.chain.clone(), Arc::clone(&settings.sink));
        Self { active: RwLock::new(Arc::new(Active::new(policy))), settings, log }
    }

    /// Puts another policy in force. Calls that are under way end under the one that they began with.
    pub fn replace_policy(&self, policy: Policy) {
        let active = Arc::new(Active::new(policy));
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = active;
    }

    /// Answers one request.
    pub async fn handle(self: &Arc<Self>, request: Request<Body>, caller: Caller) -> Response<AnswerBody> {
        let (method, path) = (request.method().clone(), request.uri().path());
        if HEALTH.contains(&path) && matches!(method, Method::GET | Method::HEAD) {
            return self.health();
        }
        let decisions = path == "/v1/decisions" && method == Method::POST;
        let endpoint = endpoint(&request).map(Arc::new);
        let mut passage = Passage::begin(self, endpoint.clone(), caller);
        let done = match endpoint {
            Some(endpoint) => return model_call(passage, &endpoint, request).await,
            None if decisions => decisions::decide(&mut passage, request).await,
            None => Err(Stop::NotFound),
        };
        done.unwrap_or_else(|stop| passage.refuse(stop))
    }

    pub(crate) fn active(&self) -> Arc<Active> {
        Arc::clone(&self.active.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn health(&self) -> Response<AnswerBody> {
        let active = self.active();
        let body = serde_json::json!({
            "status": "ok",
            "policy": {"name": active.policy.name(), "revision": active.policy.revision()},
        });
        json(body.to_string())
    }
}

/// Where a request goes.
fn endpoint(request: &Request<Body>) -> Option<Endpoint> {
    let path = request.uri().path_and_query()?.as_str();
    Endpoint::of(request.method().as_str(), path, &|name| request.headers().contains_key(name))
}

/// A model call, from the one gate to the other.
async fn model_call(
    mut passage: Passage,
    endpoint: &Endpoint,
    request: Request<Body>,
) -> Response<AnswerBody> {
    let done = match to_the_model(&mut passage, endpoint, request).await {
        Ok(Answered::Streamed(answer)) => return in_pieces(passage, answer).await,
        Ok(Answered::Whole(answer)) => as_a_whole(&mut passage, endpoint, answer).await,
        Err(stop) => Err(stop),
    };
    done.unwrap_or_else(|stop| passage.refuse(stop))
}

/// The way there.
async fn to_the_model(
    passage: &mut Passage,
    endpoint: &Endpoint,
    request: Request<Body>,
) -> Result<Answered, Stop> {
    let (head, body) = request.into_parts();
    passage.identify(&head.headers).await?;
    let pipeline = Arc::clone(&passage.pipeline);
    let settings = &pipeline.settings;
    // Not before it is known who calls: a stranger has nothing fetched.
    let mut secret = settings.upstreams.fetch(endpoint.vendor, settings.clock.as_ref());
    let admitted = secret.beside(first_gate(passage, endpoint, &head, body)).await?;
    passage.forward(admitted, secret, endpoint, &head.headers).await
}

/// The first gate: what of a call may go upstream.
async fn first_gate(
    passage: &mut Passage,
    endpoint: &Endpoint,
    head: &http::request::Parts,
    body: Body,
) -> Result<Admitted, Stop> {
    let asked = passage.read_request(endpoint, &head.headers, body)?;
    passage.stay_within(endpoint)?;
    let judgement = passage.judge_request(&asked);
    let judgement = passage.charge(judgement).await;
    let body = passage.rewrite_request(&asked, &judgement)?;
    let path = passage.path_upstream(endpoint, &head.uri, &judgement);
    let permit = passage.admit(judgement)?;
    Ok(Admitted { permit, path, body })
}

/// The way back of a whole answer.
async fn as_a_whole(
    passage: &mut Passage,
    endpoint: &Endpoint,
    answer: UpstreamAnswer,
) -> Result<Response<AnswerBody>, Stop> {
    let said = passage.read_answer(endpoint, &answer)?;
    passage.settle_answer(&answer).await;
    let judgement = passage.judge_answer(&said);
    let judgement = passage.charge(judgement).await;
    let body = passage.rewrite_answer(&said, &judgement)?;
    passage.release(judgement, answer, body)
}

/// The way back of an answer that comes in pieces: the same for each of its events, see [`StreamedAnswer`]. Until
/// there is something to give, it may still be refused as a whole.
async fn in_pieces(passage: Passage, answer: UpstreamStream) -> Response<AnswerBody> {
    let mut answer = StreamedAnswer::begin(passage, answer);
    match answer.next().await {
        Ok(first) => answer.release(first),
        Err(stop) => answer.refuse(stop).await,
    }
}

/// An answer of our own, in JSON.
pub(crate) fn json(body: String) -> Response<AnswerBody> {
    let mut answer = Response::new(AnswerBody::whole(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The word for a gate in messages.
pub(crate) const fn gate_word(gate: Gate) -> &'static str {
    match gate {
        Gate::Answer => "answer",
        Gate::Request => "request",
    }
}

#[cfg(test)]
mod tests;
