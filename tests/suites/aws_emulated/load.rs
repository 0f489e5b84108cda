//! Calls without a break while the key that they go upstream with is rotated three times. None fails, and each key ends
//! with its overlap.
//!
//! The shortest overlap is longer than any process of the gate goes on with what it has read. So the clock of the test
//! has two hands: the rotation is told that the overlap has passed, and Lambda has replaced the gate's processes by
//! then, each when it had answered. A process is never told that it is later than it is.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use conformance::emulators::provider::{FIRST_KEY, Provider};
use conformance::lambda::{self, Outcome};
use conformance::served::{Served, Settings};
use serde_json::Value;

use super::fetch::{OPEN, chat};
use super::rotating::{OVERLAP, Scene};

/// How many call at once.
const CALLERS: usize = 3;
/// How many calls are waited for with each key.
const ENOUGH: usize = 12;
/// How long they are waited for before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the callers have heard.
#[derive(Default)]
struct Heard {
    over: AtomicBool,
    answered: AtomicUsize,
    failed: AtomicUsize,
}

/// Ends the calls also where the test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn call_on(served: &Served, heard: &Heard) {
    while !heard.over.load(Ordering::Relaxed) {
        let answer = served.call(&chat());
        let counter = if answer.status == 200 { &heard.answered } else { &heard.failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Waits until so many more calls went upstream with a key.
fn wait_for_calls(provider: &Provider, key: &str) {
    let count = || provider.chatted_with().iter().filter(|shown| *shown == key).count();
    let (start, before) = (Instant::now(), count());
    while count() < before + ENOUGH {
        assert!(start.elapsed() < PATIENCE, "no calls with `{key}` within a minute");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn no_call_fails_while_the_key_rotates_and_each_key_ends_with_its_overlap() {
    let Some(scene) = Scene::of_provider("calls while a key rotates") else { return };
    let (provider, _) = scene.provider.as_ref().unwrap();
    let reads: &[&str] = &["secretsmanager:GetSecretValue"];
    let role = scene.emulator.root().role("gate", &[(reads, &scene.scheduler.secret)]);
    let settings = Settings::of_policy(OPEN)
        .upstream("openai", &provider.url())
        .variable("AWS_ENDPOINT_URL", &scene.scheduler.url())
        .variable("SALLYPORT_SECRET_OPENAI", &format!("{}#value", scene.scheduler.secret));
    let own = role.variables();
    let served = lambda::serve(&own.iter().fold(settings, |all, (name, value)| all.variable(name, value)));
    let (heard, process) = (Heard::default(), scene.process());
    let mut keys = vec![FIRST_KEY.to_owned()];
    std::thread::scope(|scope| {
        let _ends = Ends(&heard.over);
        for _ in 0..CALLERS {
            let _ = scope.spawn(|| call_on(&served, &heard));
        }
        for _ in 0..3 {
            let before = keys.last().unwrap().clone();
            wait_for_calls(provider, &before);
            let version = scene.scheduler.rotate(&process);
            // The scheduler has not heard of the last step's end, and asks for it again.
            let again = process.invoke(&scene.scheduler.event("finishSecret", &version));
            assert_eq!(again, Outcome::Answered(Value::Null), "{}", process.written());
            // The gate goes on with what it has read.
            wait_for_calls(provider, &before);
            let key = scene.scheduler.value("AWSCURRENT")["value"].as_str().unwrap().to_owned();
            assert_eq!(provider.good(), [before, key.clone()], "the one before the previous is refused");
            served.renew_processes();
            wait_for_calls(provider, &key);
            scene.scheduler.pass(OVERLAP + 1);
            keys.push(key);
        }
    });
    let told = format!("{}\n{}", served.stderr(), process.written());
    assert_eq!(heard.failed.load(Ordering::Relaxed), 0, "{told}");
    // Nobody was saved by a second try.
    assert_eq!(provider.chatted_with().len(), heard.answered.load(Ordering::Relaxed));
    let mut used = provider.chatted_with();
    used.dedup();
    used.sort();
    used.dedup();
    keys.sort();
    assert_eq!(used, keys);
    assert!(
        keys.iter().all(|key| !told.contains(key.as_str()) && !served.everything_written().contains(key))
    );
}
