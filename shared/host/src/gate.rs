//! What the pipeline of every function is made of alike: who may call, by keys and tokens; credentials through the cache;
//! limits counted in this process; records told as events; a chain for each run. What differs is in [`Gate`].

use std::sync::Arc;

use decision_log::Chain;
use enforcement::{
    Clock, EventSink, Front, Ids as _, KeyFile, PipelineSettings, Transport, Upstream, Upstreams,
};
use limits::MemoryStore;
use secrets::{CacheSettings, SecretCache, SecretStore};

use crate::clock::RunIds;
use crate::{HostError, caller_keys, jwks};

/// The largest answer of an upstream that is held as a whole, in bytes.
const ANSWER_CAP: usize = 32 * 1024 * 1024;
/// The most counters of limits that are kept. More callers than that wait for old counters to end.
const LIMIT_KEYS: usize = 100_000;

/// What one function's pipeline has of its own.
pub struct Gate {
    /// The provider's id.
    pub provider: &'static str,
    /// The provider's region; empty where there is none.
    pub region: String,
    /// Which instance or version of the function this is, for records.
    pub instance: Option<String>,
    /// Who may call.
    pub callers: KeyFile,
    /// A platform before us whose tokens are taken, too.
    pub front: Option<Front>,
    /// The names of secrets with more keys of callers.
    pub key_secrets: Vec<String>,
    /// Where secrets are.
    pub store: Arc<dyn SecretStore>,
    /// How long they are kept.
    pub kept: CacheSettings,
    /// Where calls go.
    pub upstreams: Vec<Upstream>,
    /// How the public keys of issuers are fetched.
    pub transport: Arc<dyn Transport>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What this run is called, and the chain that its records are put in.
    pub run: Run,
    /// The largest request body, in bytes.
    pub body_cap: usize,
}

/// What tells one run from another.
#[derive(Debug)]
pub struct Run {
    /// Makes the ids of decisions.
    pub ids: RunIds,
    /// What records are put in.
    pub chain: Chain,
}

impl Run {
    /// A run that begins a chain.
    ///
    /// # Errors
    /// When the system gives no random bits.
    pub fn new() -> Result<Self, HostError> {
        let ids = RunIds::new()?;
        let chain = Chain::new(ids.decision_id());
        Ok(Self { ids, chain })
    }
}

impl Gate {
    /// The pipeline's settings.
    #[must_use]
    pub fn settings(self) -> PipelineSettings {
        let secrets = Arc::new(SecretCache::new(self.store, self.kept));
        let key_secrets = caller_keys::in_secrets(self.key_secrets, &secrets);
        let authenticator = self.callers.authenticator(|place| jwks::source(place, &self.transport));
        PipelineSettings {
            provider: self.provider.to_owned(),
            region: self.region,
            instance: self.instance,
            upstreams: Upstreams::new(self.upstreams, secrets),
            authenticator: authenticator.with_secrets(key_secrets).behind(self.front),
            limits: Arc::new(MemoryStore::new(LIMIT_KEYS)),
            sink: Arc::new(EventSink),
            chain: self.run.chain,
            clock: self.clock,
            ids: Arc::new(self.run.ids),
            body_cap: self.body_cap,
            answer_cap: ANSWER_CAP,
        }
    }
}
