//! What all tests here begin with: the doubles, one secret in them, deliveries of events, and the service as it starts.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conformance::gcp::id_tokens::{ACCOUNT, IdTokens};
use conformance::gcp::metadata::Metadata as MetadataDouble;
use conformance::gcp::secret_manager::{
    NUMBER, PROJECT, Schedule, SecretManager as Manager, Stored, timestamp,
};
use enforcement::{Clock, HttpSettings, HttpTransport, Transport};
use host::clock::SystemClock;
use host::random::SystemRandom;
use host::settings::Reading;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use listener::Ingress;
use rotation::Tools;
use sallyport_gcp::clients::{ClientSettings, SecretManager};
use sallyport_gcp::credentials::Identity;
use sallyport_gcp::id_tokens::GoogleTokens;
use sallyport_gcp::metadata::Metadata;
use sallyport_gcp::rotation_event::SecretName;
use sallyport_gcp::rotation_push::PushGuard;
use sallyport_gcp::rotation_store::SecretRotation;
use sallyport_gcp::rotator::Rotator;
use serde_json::{Value, json};

pub(crate) const SECRET: &str = "batch-keys";
pub(crate) const AUDIENCE: &str = "https://rotate.example";
pub(crate) const OVERLAP: u64 = 3900;
pub(crate) const DAY: u64 = 86_400;
pub(crate) const PERIOD: u64 = 30 * DAY;

/// The doubles.
pub(crate) struct World {
    pub(crate) manager: Manager,
    pub(crate) metadata: MetadataDouble,
    pub(crate) tokens: &'static IdTokens,
    rotator: OnceLock<Rotator>,
    start: Stored,
}

/// A key takes long to make.
fn tokens() -> &'static IdTokens {
    static TOKENS: OnceLock<IdTokens> = OnceLock::new();
    TOKENS.get_or_init(IdTokens::start)
}

/// A value that the strategy `caller_keys` renews.
pub(crate) fn caller_keys() -> String {
    json!({"keys": [{"id": "batch", "key": "sp_0123456789012345678901234567890123456789"}]}).to_string()
}

pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

impl World {
    /// A secret with one version, put in by hand a period ago, that is due now.
    pub(crate) fn new() -> Self {
        let (manager, metadata) = (Manager::start(), MetadataDouble::start());
        manager.put(SECRET, &caller_keys());
        manager.age(SECRET, PERIOD);
        let start = manager.secret(SECRET);
        let own = Self { manager, metadata, tokens: tokens(), rotator: OnceLock::new(), start };
        own.tell();
        own
    }

    /// The same, with a key that no other test knows.
    pub(crate) fn with_own_key() -> Self {
        Self { tokens: Box::leak(Box::new(IdTokens::start())), ..Self::new() }
    }

    /// What there is now is the beginning, from now on.
    pub(crate) fn begin_from_here(&mut self) {
        self.start = self.stored();
    }

    /// All is as it was in the beginning.
    pub(crate) fn reset(&self) {
        self.manager.relent();
        self.manager.edit(SECRET, |stored| *stored = self.start.clone());
        self.tell();
    }

    /// Secret Manager tells that the secret is due, and sets the next time; everything that is told of is a second old.
    pub(crate) fn tell(&self) -> Value {
        self.manager.age(SECRET, 1);
        let at = now_ms() - 1;
        self.manager.edit(SECRET, |stored| {
            stored.schedule = Some(Schedule { next_ms: at + PERIOD * 1000, period_s: PERIOD });
        });
        message("SECRET_ROTATE", at)
    }

    /// A period goes by, and the secret is told of once more.
    pub(crate) fn tell_again(&self) -> Value {
        self.age(PERIOD);
        self.tell()
    }

    /// Everything gets older, also what the rotation itself has written down.
    pub(crate) fn age(&self, seconds: u64) {
        self.manager.age(SECRET, seconds);
        self.manager.edit(SECRET, |stored| {
            for (word, name) in [(" since ", "sallyport-current"), (" until ", "sallyport-run")] {
                let Some(text) = stored.annotations.get_mut(name) else { continue };
                let (start, time) = text.split_once(word).unwrap();
                *text = format!("{start}{word}{}", time.parse::<u64>().unwrap() - seconds * 1000);
            }
        });
    }

    pub(crate) fn stored(&self) -> Stored {
        self.manager.secret(SECRET)
    }

    /// What a service is told, so that it finds the doubles.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let variables = self.metadata.variables().into_iter();
        variables.chain([("SALLYPORT_SECRETS_ENDPOINT".to_owned(), self.manager.url())]).collect()
    }

    /// Secret Manager as the service calls it.
    pub(crate) fn secrets(&self) -> SecretManager {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let settings = ClientSettings::read(&mut Reading::new(self.variables()));
        let metadata = Metadata::new(settings.metadata, transport(), Arc::clone(&clock));
        SecretManager::new(Identity::new(metadata, clock), settings.secrets_endpoint)
    }

    /// Who is let in; `platform_checks` says whether the platform's word is taken for a signature.
    pub(crate) fn guard(&self, platform_checks: bool) -> PushGuard {
        let keys = self.tokens.keys_url().parse().unwrap();
        let tokens = GoogleTokens { audience: AUDIENCE.to_owned(), keys, platform_checks };
        PushGuard::new(&tokens, ACCOUNT.to_owned(), &transport(), Arc::new(SystemClock::new()))
    }

    pub(crate) fn store(&self) -> SecretRotation {
        SecretRotation::new(&watched(), self.secrets(), Arc::new(SystemClock::new()))
    }

    /// The service as it starts.
    pub(crate) fn rotator(&self) -> Rotator {
        Rotator {
            guard: self.guard(false),
            watched: watched(),
            store: self.store(),
            strategy: rotation::strategy("caller_keys").unwrap(),
            tools: Tools {
                random: Arc::new(SystemRandom),
                accounts: None,
                credentials: None,
                exchange: None,
                secrets: None,
                sql: None,
            },
            overlap: Duration::from_secs(OVERLAP),
            destroyed_after: Some(Duration::from_secs(40 * DAY)),
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// The headers of a delivery that is let in.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.headers_with(&self.tokens.token(&IdTokens::claims(AUDIENCE)), &[])
    }

    pub(crate) fn headers_with(&self, token: &str, more: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let bearer = format!("Bearer {token}");
        for (name, value) in
            [("authorization", bearer.as_str()), ("content-type", "application/json")].iter().chain(more)
        {
            headers.insert(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    /// Delivers a message to the service.
    pub(crate) async fn deliver(&self, message: &Value) -> StatusCode {
        self.deliver_as(&self.headers(), message.to_string().as_bytes()).await
    }

    pub(crate) async fn deliver_as(&self, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        let body = Ingress::Whole(body.to_vec().into());
        let rotator = self.rotator.get_or_init(|| self.rotator());
        rotator.answer(&Method::POST, headers, &body).await
    }

    pub(crate) async fn deliver_to(&self, rotator: &Rotator, message: &Value) -> StatusCode {
        let body = Ingress::Whole(message.to_string().into());
        rotator.answer(&Method::POST, &self.headers(), &body).await
    }

    /// That the secret is as it should be after so many rotations: its aliases, its versions, and nothing besides.
    pub(crate) fn check(&self, rotations: u64, what: &str) {
        let stored = self.stored();
        assert_eq!(
            stored.versions.len() as u64,
            rotations + 1,
            "{what}: a version was added twice, or never: {stored:?}"
        );
        let mut aliases = vec![("current", rotations + 1)];
        aliases.extend((rotations > 0).then_some(("previous", rotations)));
        let own: Vec<_> = stored.aliases.iter().map(|(name, number)| (name.as_str(), *number)).collect();
        assert_eq!(own, aliases, "{what}");
        assert_eq!(stored.annotations.keys().collect::<Vec<_>>(), ["sallyport-current"], "{what}");
        assert_eq!(stored.current(), stored.value(rotations + 1), "{what}");
    }
}

pub(crate) fn watched() -> SecretName {
    SecretName { project: PROJECT.to_owned(), secret: SECRET.to_owned() }
}

fn transport() -> Arc<dyn Transport> {
    Arc::new(HttpTransport::plain(HttpSettings::default()))
}

/// A message of Secret Manager's about the secret, as Pub/Sub pushes it.
pub(crate) fn message(kind: &str, at_ms: u64) -> Value {
    let resource = json!({"name": format!("projects/{NUMBER}/secrets/{SECRET}"), "etag": "\"1\""});
    json!({
        "subscription": format!("projects/{PROJECT}/subscriptions/rotation"),
        "message": {
            "attributes": {
                "eventType": kind, "secretId": format!("projects/{NUMBER}/secrets/{SECRET}"),
                "dataFormat": "JSON_API_V1", "timestamp": timestamp(at_ms),
            },
            "data": STANDARD.encode(resource.to_string()),
            "messageId": "9", "message_id": "9", "publishTime": timestamp(at_ms), "publish_time": timestamp(at_ms),
        },
    })
}
