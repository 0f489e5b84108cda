//! The built program behind the double of the host, with a world that it reaches over HTTP: events, the timer, and a
//! kill in the midst of a run.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use azure_functions_shim::host::{Host, HostSettings, Level, Trigger};
use azure_functions_shim::{Body, Outcome};
use serde_json::json;

use crate::world::{End, SECRET, World};
use crate::{OVERLAP, account_key, event, rotator, told};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sallyport-azure-rotate");

fn caller_keys() -> String {
    json!({"keys": [{"id": "batch", "key": "sp_0123456789012345678901234567890123456789"}]}).to_string()
}

/// Answers over HTTP what the world answers. When a run is to end it kills the process.
struct Served {
    world: Arc<World>,
    address: SocketAddr,
    process: Mutex<Option<String>>,
}

impl Served {
    fn start(world: &Arc<World>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let own = Arc::new(Self { world: Arc::clone(world), address, process: Mutex::default() });
        let served = Arc::clone(&own);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                std::thread::spawn(move || served.converse(socket));
            }
        });
        own
    }

    fn converse(&self, socket: TcpStream) {
        socket.set_nodelay(true).unwrap();
        let (mut back, mut from) = (socket.try_clone().unwrap(), BufReader::new(socket));
        loop {
            let (mut head, mut line) = (Vec::new(), String::new());
            while from.read_line(&mut line).unwrap_or(0) > 2 {
                head.push(std::mem::take(&mut line));
            }
            let Some(first) = head.first() else { return };
            let mut words = first.split(' ');
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            let mut headers = http::HeaderMap::new();
            for line in head.iter().skip(1) {
                let (name, value) = line.split_once(':').unwrap();
                let name: http::HeaderName = name.parse().unwrap();
                headers.insert(name, value.trim().parse().unwrap());
            }
            let length =
                headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap());
            let mut body = vec![0; length];
            from.read_exact(&mut body).unwrap();
            let Some((status, headers, body)) = self.world.answer(method, path, &headers, &body) else {
                let process = self.process.lock().unwrap().clone().unwrap();
                assert!(Command::new("kill").args(["-9", &process]).status().unwrap().success());
                return;
            };
            let body = body.to_string();
            let mut answer = format!(
                "HTTP/1.1 {status} Told\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                answer.push_str(&format!("{name}: {value}\r\n"));
            }
            if back.write_all(format!("{answer}\r\n{body}").as_bytes()).is_err() {
                return;
            }
        }
    }

    fn host(&self) -> Host {
        let at = |path: &str| format!("http://{}/{path}", self.address);
        let variables = [
            ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net/".to_owned()),
            ("SALLYPORT_VAULT_ENDPOINT", at("vault")),
            ("SALLYPORT_ROTATED_SECRET", SECRET.to_owned()),
            ("SALLYPORT_ROTATION_STRATEGY", "caller_keys".to_owned()),
            ("SALLYPORT_ROTATION_OVERLAP_SECONDS", OVERLAP.to_string()),
            ("AzureWebJobsStorage__blobServiceUri", at("blob")),
            ("IDENTITY_ENDPOINT", at("msi")),
            ("IDENTITY_HEADER", "h".to_owned()),
            ("AZURE_CLIENT_ID", "c1".to_owned()),
        ];
        let variables: BTreeMap<_, _> = variables.map(|(name, value)| (name.to_owned(), value)).into();
        // Its number is told, so that it can be killed at a call.
        let arguments = ["-c".to_owned(), format!("echo \"process $$\"; exec {PROGRAM}")].to_vec();
        let host =
            Host::start("/bin/sh".as_ref(), HostSettings { arguments, variables, ..HostSettings::default() });
        let host = host.unwrap();
        let line = host.wait_for_line("process ", Duration::from_secs(30)).unwrap();
        *self.process.lock().unwrap() = line.text.strip_prefix("process ").map(str::to_owned);
        host
    }
}

/// The gate as it is built, with the secret that is renewed as its credential.
fn gate(served: &Served, folder: &std::path::Path) -> Host {
    let policy = folder.join("policy.yaml");
    std::fs::write(&policy, "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: open}\nspec: {rules: []}\n")
        .unwrap();
    let at = |path: &str| format!("http://{}/{path}", served.address);
    let variables = [
        ("SALLYPORT_POLICY", policy.display().to_string()),
        ("SALLYPORT_ALLOW_ANONYMOUS", "true".to_owned()),
        ("SALLYPORT_UPSTREAM_AZURE_OPENAI", at("model")),
        ("SALLYPORT_SECRET_AZURE_OPENAI", format!("{SECRET}#key")),
        ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net".to_owned()),
        ("SALLYPORT_VAULT_ENDPOINT", at("vault")),
        ("IDENTITY_ENDPOINT", at("msi")),
        ("IDENTITY_HEADER", "h".to_owned()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
    let program = env!("CARGO_BIN_EXE_sallyport-azure-enforce");
    Host::start(program.as_ref(), HostSettings { variables, ..HostSettings::default() }).unwrap()
}

#[test]
fn no_call_through_the_gate_fails_while_the_key_is_renewed_three_times() {
    let (world, folder) = (World::new(&account_key(), 29), tempfile::tempdir().unwrap());
    let served = Served::start(&world);
    let (host, done, made) = (gate(&served, folder.path()), AtomicBool::new(false), AtomicUsize::new(0));
    let rotations = std::thread::scope(|scope| {
        let calls = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let path = "/openai/deployments/m/chat/completions?api-version=2024-10-21";
                let body = json!({"messages": [{"role": "user", "content": "hello"}]}).to_string();
                let request = http::Request::post(path).header("content-type", "application/json");
                let mut answer = host.send(request.body(Body::whole(body)).unwrap()).unwrap();
                let told = String::from_utf8_lossy(&answer.rest().unwrap()).into_owned();
                assert_eq!(answer.status, 200, "{told}");
                made.fetch_add(1, Ordering::Relaxed);
            }
        });
        // Calls go by, for longer than the gate waits until it asks once more for a newer credential: between two
        // rotations there are hours.
        let wait = || {
            let (enough, since) = (made.load(Ordering::Relaxed) + 5, Instant::now());
            let early =
                || made.load(Ordering::Relaxed) < enough || since.elapsed() < Duration::from_millis(1500);
            while early() && !calls.is_finished() {
                std::thread::yield_now();
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let rotations = runtime.block_on(async {
            for rotation in 0..3 {
                let ended = told(&world, &world.current().id).await;
                assert!(matches!(ended, Outcome::Done(_)), "rotation {rotation}");
                wait();
                // A day later, when the key before ends.
                world.age(OVERLAP + 10);
                let ended = rotator(&world, "azure_account_key", true).on_timer().await;
                assert!(matches!(ended, Outcome::Done(_)), "after rotation {rotation}");
                wait();
            }
            world.state().regenerated
        });
        done.store(true, Ordering::Relaxed);
        calls.join().unwrap();
        rotations
    });
    assert_eq!(rotations, 3, "each key that was relieved was made anew");
}

fn due(version: &str) -> Trigger {
    Trigger::event_grid("rotate", "event", event(version))
}

#[test]
fn the_program_renews_by_event_and_by_timer_and_retires() {
    let world = World::new(&caller_keys(), 29);
    let host = Served::start(&world).host();
    let version = world.current().id;
    for _ in 0..2 {
        let invoked = host.invoke(&due(&version)).unwrap();
        assert!(invoked.result.is_ok(), "{invoked:?} {:?}", host.lines());
        assert_eq!(world.versions().len(), 2);
    }
    world.age(OVERLAP + 33 * 86_400);
    let invoked = host.invoke(&Trigger::timer("renew", "timer", false)).unwrap();
    assert!(invoked.result.is_ok(), "{invoked:?} {:?}", host.lines());
    assert_eq!(world.versions().len(), 3);
    let refused =
        host.invoke(&Trigger::event_grid("rotate", "event", json!({"eventType": "hunter2"}))).unwrap();
    assert!(refused.result.unwrap().logs[0].contains("failed for good"));
    let lines = host.kill();
    assert!(
        lines.iter().all(|line| line.level == Level::Information && !line.text.contains("sp_")),
        "{lines:?}"
    );
    assert!(lines.iter().any(|line| line.text.contains("done")), "{lines:?}");
}

#[test]
fn the_program_may_be_killed_at_a_call() {
    let count = {
        let world = World::new(&caller_keys(), 29);
        let host = Served::start(&world).host();
        host.invoke(&due(&world.current().id)).unwrap().result.unwrap();
        world.state().calls.len()
    };
    // Every call is tried in the same process elsewhere; here it is seen that a real kill is no other thing.
    for (call, done) in (0..count).step_by(6).flat_map(|call| [(call, false), (call, true)]) {
        let world = World::new(&caller_keys(), 29);
        let (served, version) = (Served::start(&world), world.current().id);
        world.state().end = Some(End { call, done });
        assert!(served.host().invoke(&due(&version)).is_err(), "it was killed at call {call}");
        world.let_go();
        let invoked = served.host().invoke(&due(&version)).unwrap();
        assert!(invoked.result.is_ok(), "{call} {done}: {invoked:?}");
        assert_eq!((world.versions().len(), world.pending().len()), (2, 0), "{call} {done}");
    }
}

#[test]
fn the_program_without_a_host_or_settings_says_what_it_needs() {
    let run = |arguments: &[&str]| {
        Command::new(PROGRAM).args(arguments).env_remove("SALLYPORT_VAULT_URL").output().unwrap()
    };
    let told = String::from_utf8(run(&[]).stderr).unwrap();
    for part in [
        "FUNCTIONS_CUSTOMHANDLER_PORT",
        "SALLYPORT_VAULT_URL",
        "SALLYPORT_ROTATED_SECRET",
        "SALLYPORT_ROTATION_STRATEGY",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(String::from_utf8(run(&["--help"]).stdout).unwrap().contains("azure_account_key"));
}
