//! `sallyport serve`: the gate itself, until it is told to stop.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use decision_log::Chain;
use enforcement::{
    BreakerSettings, Credential, Ids as _, Pipeline, PipelineSettings, Place, Transport, Upstream,
};
use host::clock::{RunIds, SystemClock};
use host::gate;
use host::{HostError, client, program};
use listener::Listener;
use secrets::{CacheSettings, SecretError, SecretStore as _, Stage};
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::banner::{self, Credentials, Ready};
use crate::config::Settings;
use crate::console::{Console, Outcome};
use crate::echo::EchoModel;
use crate::error::LocalError;
use crate::ingress::Gate;
use crate::log_format::{self, Lines};
use crate::policy_file::PolicySource;
use crate::record_log::{LogFile, RecordLog, Tail};
use crate::reload::{News, Watch};
use crate::secret_store::{LocalSecrets, variable_of};

/// More threads than this serve no faster: most of a call is waiting.
const MOST_THREADS: usize = 4;
/// A credential's file is read again after 5 s; while that fails the last one is used for a minute.
const SECRETS_KEPT: CacheSettings =
    CacheSettings { ttl_ms: 5_000, refresh_ahead_ms: 1_000, stale_bound_ms: 60_000, error_ttl_ms: 1_000 };

/// Serve the gate: check, forward, filter and record model calls
///
/// Without arguments it serves an example policy on this machine alone, with a built-in echo model in place
/// of each vendor: it says back the last user message, and calls a tool when told `call NAME {JSON}`.
///
/// What is served is printed on standard error, and each decision on standard output: as a readable line on a
/// terminal, otherwise as a record in JSON. The policy file is read again when it changes; a version with
/// faults is reported and the one before stays in force.
#[derive(Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Serve {
    /// The policy; the built-in example without it
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub(crate) listen: String,
    /// Where calls of one vendor's API go, such as `openai=https://api.openai.com`; may be repeated
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) upstream: Vec<String>,
    /// How long an upstream may be silent, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) upstream_timeout: u64,
    /// How many bytes of text the echo model says at a time when it streams
    #[arg(long, value_name = "BYTES", default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=65536))]
    pub(crate) echo_chunk: u64,
    /// How long the echo model waits before each piece of a stream, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=60000))]
    pub(crate) echo_delay: u64,
    /// Who may call: a file of key hashes and token issuers, see below
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// A secret with keys that callers show, one line of JSON; may be repeated
    ///
    /// It is a file in the folder of `--secrets` and is read again when it changes: a key of a row with `not_after`
    /// is good until then, which lets an old and a new key overlap.
    #[arg(long, value_name = "NAME")]
    pub(crate) keys_secret: Vec<String>,
    /// Let callers without a credential in, under the name `anonymous`
    ///
    /// Without `--keys` a loopback address lets them in anyway, but no web pages: a call must name this
    /// machine in `Host`, and in `Origin` where it has one.
    #[arg(long)]
    pub(crate) allow_anonymous: bool,
    /// Append decision records to this file as well
    ///
    /// The chain of the records goes on where the file ends, so that `sallyport verify` proves all runs at
    /// once. Nothing is appended to a file whose last record does not hold.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// A folder with the upstreams' credentials, one file each, named as the upstream
    ///
    /// A file is read again when it changes. With a folder, no upstream is called without a credential.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) secrets: Option<PathBuf>,
    /// What rules and records call the region
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) region: String,
}

const AFTER_HELP: &str = "\
Examples:
  sallyport serve
  sallyport serve --policy policy.yaml --log decisions.jsonl
  SALLYPORT_SECRET_OPENAI=… sallyport serve \\
    --upstream openai=https://api.openai.com
  sallyport serve --listen 0.0.0.0:8787 --keys keys.yaml

What is served:
  GET  /healthz               the policy in force
  POST /v1/chat/completions   model calls, and the other APIs that are named at the start
  POST /v1/decisions          a decision without a call, such as
    curl http://127.0.0.1:8787/v1/decisions -d \\
      '{\"action\": {\"kind\": \"tool\", \"name\": \"shell\", \"arguments\": {}}}'

The key file is YAML or JSON:
  keys:
    - id: nightly-batch          # `sallyport keys new nightly-batch` makes a key and its row
      sha256: 0f3a…              # of the key; the key itself is nowhere
      groups: [batch]
  jwt:
    - issuer: https://login.example.com
      audience: sallyport
      jwks_url: https://login.example.com/jwks.json    # or jwks_file
      algorithms: [RS256]
      groups_claim: groups
  anonymous: false

Environment:
  SALLYPORT_SECRET_<NAME>  an upstream's credential: SALLYPORT_SECRET_OPENAI
  SSL_CERT_FILE            certificate authorities in place of the system's
  NO_COLOR                 no colours, when set to anything

Ctrl-C ends it when the calls under way are done, after 10 seconds at most; a second Ctrl-C at once.";

impl Serve {
    pub(crate) fn run(self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        let settings = Settings::read(self)?;
        let text = settings.policy.read()?;
        let loaded = settings.policy.compile(&text)?;
        for warning in &loaded.warnings {
            writeln!(console.err, "{}", settings.policy.warning(warning))?;
        }
        let ids = RunIds::new()?;
        let lines = Lines::for_output(settings.log.is_some());
        let (file, chain) = record_log(settings.log.as_deref(), &ids)?;
        log_format::begin(RecordLog::new(file, lines, Box::new(std::io::stdout())))?;
        let run = Run { policy: loaded.policy, text, ids, chain, readable: lines != Lines::Json };
        runtime()?.block_on(serve(settings, run, console))
    }
}

fn runtime() -> Result<Runtime, HostError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(threads);
    program::runtime(builder)
}

/// What a run begins with besides its settings.
struct Run {
    policy: policy::Policy,
    /// The text of the policy.
    text: String,
    ids: RunIds,
    chain: Chain,
    /// Whether decisions are shown as readable lines.
    readable: bool,
}

async fn serve(settings: Settings, run: Run, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
    let mut signals = Signals::listen()?;
    let listener = Listener::bind(settings.address).await?;
    let secrets = LocalSecrets::new(settings.secrets.clone());
    let credentials = credentials(&settings, &secrets).await?;
    let text_of_banner = banner::banner(
        &settings,
        &Ready {
            address: listener.address(),
            policy: run.policy.name(),
            revision: run.policy.revision(),
            credentials: &credentials,
            readable: run.readable,
        },
    );
    let source = settings.policy.clone();
    let refuses_pages = settings.callers.anonymous && settings.address.ip().is_loopback();
    let Run { policy, text, ids, chain, .. } = run;
    let settings = pipeline_settings(settings, secrets, &credentials, ids, chain)?;
    let pipeline = Arc::new(Pipeline::new(policy, settings));
    let _watching = watch(source, text, &pipeline);
    console.err.write_all(text_of_banner.as_bytes())?;
    console.err.flush()?;
    let cut = until_stopped(listener, Gate { pipeline, refuses_pages }, &mut signals).await;
    if cut > 0 {
        tracing::warn!("{cut} calls took too long to end and were cut off");
    }
    Ok(Outcome::Done)
}

/// Serves until the first signal, then ends what is under way, or at once with the second.
async fn until_stopped(listener: Listener, gate: Gate, signals: &mut Signals) -> usize {
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { drop(stopped.await) };
    let serving = listener::serve(listener, listener::Settings::default(), gate, shutdown);
    tokio::pin!(serving);
    tokio::select! {
        cut = &mut serving => return cut,
        () = signals.next() => drop(stop),
    }
    tracing::info!("stopping; once more to stop at once");
    tokio::select! {
        cut = serving => cut,
        () = signals.next() => 0,
    }
}

/// The ways to be told to stop.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, LocalError> {
        let failed = |reason| HostError::System { what: "cannot listen for signals", reason };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Looks for the credential of each upstream that is not the echo model. With a folder for credentials, one
/// that is not there yet may be put there later, and until then the calls that want it are refused.
async fn credentials(settings: &Settings, store: &LocalSecrets) -> Result<Credentials, LocalError> {
    let mut credentials = Credentials::default();
    let mut faults = Vec::new();
    for target in settings.upstreams.iter().filter(|target| target.url.is_some()) {
        match store.read(target.name, Stage::Current).await {
            Ok(_) => credentials.present.push(target.name),
            Err(SecretError::Missing { .. }) => {
                tracing::warn!("{}", no_credential(target.name, settings.secrets.as_deref()));
                credentials.awaited.extend(settings.secrets.is_some().then_some(target.name));
            }
            Err(fault) => faults.push(fault.to_string()),
        }
    }
    if faults.is_empty() { Ok(credentials) } else { Err(LocalError::Faults(faults)) }
}

fn no_credential(name: &str, folder: Option<&Path>) -> String {
    match folder {
        None => {
            let variable = variable_of(name);
            format!("calls to `{name}` go without a credential; set {variable} or use `--secrets`")
        }
        Some(folder) => {
            let file = folder.join(name);
            format!("calls to `{name}` are refused until its credential is in `{}`", file.display())
        }
    }
}

fn pipeline_settings(
    settings: Settings,
    secrets: LocalSecrets,
    credentials: &Credentials,
    ids: RunIds,
    chain: Chain,
) -> Result<PipelineSettings, LocalError> {
    let http = transport(&settings)?;
    let gate = gate::Gate {
        provider: "local",
        instance: None,
        front: None,
        upstreams: upstreams(&settings, credentials, &http)?,
        region: settings.region,
        callers: settings.callers,
        key_secrets: settings.key_secrets,
        store: Arc::new(secrets),
        kept: SECRETS_KEPT,
        transport: http,
        clock: Arc::new(SystemClock::new()),
        run: gate::Run { ids, chain },
        body_cap: listener::Settings::default().body_cap,
    };
    Ok(gate.settings())
}

/// The file that records go to, and the chain that they go on with: the file's last one, or a new one.
fn record_log(path: Option<&Path>, ids: &RunIds) -> Result<(Option<LogFile>, Chain), LocalError> {
    let (mut file, mut chain) = (None, Chain::new(ids.decision_id()));
    if let Some(path) = path {
        let (opened, tail) = LogFile::open(path)?;
        let broken = |reason| LocalError::BrokenLog { path: path.to_owned(), reason };
        match tail {
            Tail::Line(line) => chain = Chain::after(&line).map_err(|fault| broken(fault.to_string()))?,
            Tail::Nothing => {}
            Tail::Torn => {
                return Err(broken("its last line has no end, so its record may be cut off".to_owned()));
            }
        }
        file = Some(opened);
    }
    Ok((file, chain))
}

/// The client for upstreams and key sets. Certificates are only loaded where something is fetched over TLS.
fn transport(settings: &Settings) -> Result<Arc<dyn Transport>, HostError> {
    let upstreams = settings.upstreams.iter().filter_map(|target| target.url.as_ref());
    let tls = client::use_tls(upstreams.chain(client::key_sets(&settings.callers)));
    Ok(Arc::new(client::ready(settings.upstream_timeout, tls)?))
}

fn upstreams(
    settings: &Settings,
    credentials: &Credentials,
    http: &Arc<dyn Transport>,
) -> Result<Vec<Upstream>, LocalError> {
    let echo: Arc<dyn Transport> = Arc::new(EchoModel::new(settings.echo)?);
    let rows = settings.upstreams.iter().map(|target| Upstream {
        name: target.name.to_owned(),
        place: Place::At(target.url.clone().unwrap_or_else(|| http::Uri::from_static("http://echo.invalid"))),
        transport: Arc::clone(if target.url.is_some() { http } else { &echo }),
        credential: match credentials.are_taken_by(target.name) {
            true => Credential::Secret(target.name.to_owned()),
            false => Credential::None,
        },
        trace_header: None,
        breaker: BreakerSettings::default(),
    });
    Ok(rows.collect())
}

/// Puts new versions of the policy in force until what it gives back is dropped.
fn watch(file: PolicySource, text: String, pipeline: &Arc<Pipeline>) -> Option<mpsc::Sender<()>> {
    if !file.may_change() {
        return None;
    }
    let (stop, stopped) = mpsc::channel();
    let pipeline = Arc::clone(pipeline);
    let watch = Watch::new(file, text);
    std::thread::spawn(move || watch.run(&stopped, |news| put_in_force(news, &pipeline)));
    Some(stop)
}

fn put_in_force(news: News, pipeline: &Pipeline) {
    match news {
        News::Bad(faults) => tracing::error!("the new policy is not used, the one before stays:\n{faults}"),
        News::Good(policy, warnings) => {
            for warning in warnings {
                tracing::warn!("{warning}");
            }
            let (name, revision) = (policy.name().to_owned(), policy.revision().to_owned());
            pipeline.replace_policy(*policy);
            tracing::info!("policy `{name}` is in force, revision {revision}");
        }
        News::Same => {}
    }
}

#[cfg(test)]
mod tests {
    use decision_log::{DecisionLog, verify};
    use enforcement::EventSink;
    use policy::Severity;
    use secrets::SecretCache;

    use super::*;
    use crate::record_log::paper::Paper;
    use crate::record_tests::record;

    /// A run that decides on this many calls.
    fn run(path: &Path, calls: usize) -> Result<(), LocalError> {
        let (file, chain) = record_log(Some(path), &RunIds::new().unwrap())?;
        let records = RecordLog::new(file, Lines::Json, Box::new(Paper::default()));
        let log = DecisionLog::new(chain, Arc::new(EventSink));
        tracing::subscriber::with_default(log_format::subscriber(records), || {
            for _ in 0..calls {
                log.write(&record(Severity::Info)).unwrap();
            }
        });
        Ok(())
    }

    #[test]
    fn each_run_goes_on_with_the_chain_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for calls in [2, 0, 3] {
            run(&path, calls).unwrap();
        }
        let verdict = verify(std::fs::read(&path).unwrap().as_slice(), &[]).unwrap();
        assert!(verdict.is_whole(), "{verdict}");
        assert_eq!((verdict.chains.len(), verdict.lines), (1, 5), "{verdict}");
    }

    #[test]
    fn nothing_is_appended_to_a_broken_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        run(&path, 2).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        let rows = [
            (whole.replace("echo-1", "echo-2"), "was changed"),
            (whole.trim_end().to_owned(), "may be cut off"),
            (format!("{whole}\n"), "not a decision record"),
            ("hello\n".to_owned(), "not a decision record"),
        ];
        for (content, reason) in rows {
            std::fs::write(&path, &content).unwrap();
            let fault = run(&path, 1).unwrap_err();
            assert_eq!(fault.outcome(), Outcome::BadInput);
            let verify = format!("`sallyport verify {}`", path.display());
            assert!(fault.to_string().contains(reason) && fault.to_string().contains(&verify), "{fault}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), content, "it stays as it was");
        }
    }

    #[derive(clap::Parser)]
    struct Only {
        #[command(flatten)]
        serve: Serve,
    }

    #[tokio::test]
    async fn a_credential_that_comes_later_is_taken_up() {
        let folder = tempfile::tempdir().unwrap();
        let store = || LocalSecrets::new(Some(folder.path().to_owned()));
        let path = folder.path().display().to_string();
        let words = ["serve", "--upstream", "openai=http://127.0.0.1:9", "--secrets", &path];
        let settings = Settings::read(<Only as clap::Parser>::parse_from(words).serve).unwrap();
        let found = credentials(&settings, &store()).await.unwrap();
        assert_eq!((found.present.len(), found.awaited.as_slice()), (0, ["openai"].as_slice()));
        let cache = SecretCache::new(Arc::new(store()), SECRETS_KEPT);
        assert!(matches!(cache.current("openai", 1).await, Err(SecretError::Missing { .. })));
        std::fs::write(folder.path().join("openai"), "late\n").unwrap();
        let later = cache.current("openai", 1 + SECRETS_KEPT.error_ttl_ms).await.unwrap();
        assert_eq!(later.value.expose(), "late");
        let rows = upstreams(&settings, &found, &transport(&settings).unwrap()).unwrap();
        let openai = rows.iter().find(|row| row.name == "openai").unwrap();
        assert!(
            matches!(&openai.credential, Credential::Secret(name) if name == "openai"),
            "its calls ask the cache"
        );
    }

    #[test]
    fn a_missing_credential_is_told_with_where_to_put_it() {
        let none = no_credential("openai", None);
        assert!(none.contains("go without") && none.contains("SALLYPORT_SECRET_OPENAI"), "{none}");
        let awaited = no_credential("openai", Some(Path::new("/keys")));
        assert!(awaited.contains("refused until") && awaited.contains("`/keys/openai`"), "{awaited}");
    }
}
