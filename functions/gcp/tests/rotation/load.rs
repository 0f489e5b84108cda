//! The built gate, which lets callers in by the keys in the secret, while that is renewed three times: no call fails.

use std::fs::File;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use conformance::http::Request;
use conformance::upstream::{Script, Upstream};
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{OVERLAP, SECRET, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sallyport-gcp-enforce");
const POLICY: &str = "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: open}\nspec: {rules: []}\n";

/// The gate, up. It is killed at the end.
struct Gate {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Gate {
    fn start(world: &World, model: &Upstream) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (log, policy) = (folder.path().join("log"), folder.path().join("policy.yaml"));
        std::fs::write(&policy, POLICY).unwrap();
        let child = Command::new(PROGRAM)
            .envs(world.variables())
            .env("PORT", "0")
            .env("SALLYPORT_POLICY", &policy)
            .env("SALLYPORT_KEYS_SECRET", format!("projects/p1/secrets/{SECRET}"))
            .env("SALLYPORT_UPSTREAM_OPENAI", model.url())
            .stdout(File::create(folder.path().join("records")).unwrap())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let since = Instant::now();
        let port = loop {
            let told = std::fs::read_to_string(&log).unwrap();
            let rest = told.split_once("listens on 0.0.0.0:").map(|(_, rest)| rest.to_owned());
            if let Some(port) = rest.and_then(|rest| rest.split('"').next()?.parse().ok()) {
                break port;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{told}");
            std::thread::yield_now();
        };
        Self { child, port, _folder: folder }
    }

    fn call(&self, key: &str) -> (u16, String) {
        let body = json!({"model": "m", "messages": [{"role": "user", "content": "hello"}]}).to_string();
        let request =
            Request::post("/v1/chat/completions", body).with("authorization", &format!("Bearer {key}"));
        let answer = request.send(([127, 0, 0, 1], self.port).into());
        (answer.status, answer.text())
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The key that a caller reads from the secret.
fn key(world: &World) -> String {
    let stored = world.stored();
    let number = stored.aliases.get("current").copied().unwrap_or(stored.versions.len() as u64);
    let value: Value = serde_json::from_str(stored.value(number)).unwrap();
    value["keys"][0]["key"].as_str().unwrap().to_owned()
}

#[test]
fn no_call_through_the_gate_fails_while_its_callers_keys_are_renewed_three_times() {
    let said = json!({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]});
    let (world, model) = (World::new(), Upstream::start(Script::json(&said.to_string())));
    let (gate, first) = (Gate::start(&world, &model), key(&world));
    let (done, made) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let calls = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // A key is used for a while after it was read, and the one before goes on being good.
                let own = key(&world);
                for key in [&own, &own, &first] {
                    let (status, told) = gate.call(key);
                    assert_eq!(status, 200, "{told}");
                    made.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        // Calls go by, for longer than the gate waits until it asks once more for newer keys: between two rotations
        // there are hours.
        let wait = || {
            let (enough, since) = (made.load(Ordering::Relaxed) + 6, Instant::now());
            let early =
                || made.load(Ordering::Relaxed) < enough || since.elapsed() < Duration::from_millis(1500);
            while early() && !calls.is_finished() {
                std::thread::yield_now();
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for rotations in 1..=3 {
                wait();
                assert_eq!(world.deliver(&world.tell()).await, StatusCode::NO_CONTENT);
                world.check(rotations, "renewed");
                wait();
                world.age(2 * OVERLAP);
            }
        });
        done.store(true, Ordering::Relaxed);
        calls.join().unwrap();
    });
    assert!(made.load(Ordering::Relaxed) > 30 && key(&world) != first);
    assert_eq!(gate.call("sp_of-nobody-0123456789012345678901234567").0, 401);
}
