//! The built program: deliveries over HTTP, a kill at any of its calls, its end, and what its log says.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use conformance::gcp::id_tokens::ACCOUNT;
use conformance::gcp::secret_manager::{ASIDE, Last};
use conformance::http::send_raw;
use http::HeaderMap;
use tempfile::TempDir;

use crate::events::deliveries;
use crate::world::{AUDIENCE, OVERLAP, SECRET, World, caller_keys};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sallyport-gcp-rotate");

/// The program, up. It is killed at the end.
struct Running {
    child: Arc<Mutex<Child>>,
    port: u16,
    folder: TempDir,
}

impl Running {
    fn start(world: &World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let child = Command::new(PROGRAM)
            .envs(world.variables())
            .env("PORT", "0")
            .env("SALLYPORT_ROTATED_SECRET", format!("projects/p1/secrets/{SECRET}"))
            .env("SALLYPORT_ROTATION_STRATEGY", "caller_keys")
            .env("SALLYPORT_ROTATION_OVERLAP_SECONDS", OVERLAP.to_string())
            .env("SALLYPORT_PUSH_AUDIENCE", AUDIENCE)
            .env("SALLYPORT_PUSH_ACCOUNT", ACCOUNT)
            .env("SALLYPORT_GOOGLE_KEYS", world.tokens.keys_url())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let child = Arc::new(Mutex::new(child));
        let mut own = Self { child, port: 0, folder };
        own.port = own.wait_for_port();
        own
    }

    fn wait_for_port(&self) -> u16 {
        let since = Instant::now();
        loop {
            let log = self.log();
            let told = log.split_once("listens on 0.0.0.0:").and_then(|(_, rest)| rest.split_once('"'));
            if let Some((port, _)) = told {
                return port.parse().unwrap();
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{log}");
            assert!(self.child.lock().unwrap().try_wait().unwrap().is_none(), "it ended: {log}");
            std::thread::yield_now();
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The status of a delivery; none where the program ended.
    fn deliver(&self, headers: &HeaderMap, body: &str) -> Option<u16> {
        let mut text = format!("POST / HTTP/1.1\r\nhost: rotate\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        let to = ([127, 0, 0, 1], self.port).into();
        send_raw(to, format!("{text}connection: close\r\n\r\n{body}").as_bytes()).map(|answer| answer.status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[test]
fn the_program_renews_and_its_log_holds_no_value() {
    let world = World::new();
    let running = Running::start(&world);
    let notice = world.tell().to_string();
    for _ in 0..2 {
        assert_eq!(running.deliver(&world.headers(), &notice), Some(204), "{}", running.log());
        world.check(1, "renewed");
    }
    world.manager.refuse("GET", 403, "PERMISSION_DENIED");
    assert_eq!(running.deliver(&world.headers(), &notice), Some(503));
    world.manager.relent();
    for (name, delivery) in deliveries(&world).iter().filter(|(name, _)| name.starts_with("refused")) {
        assert_eq!(running.deliver(&delivery.headers, &delivery.body), Some(202), "{name}");
    }
    assert_eq!(running.deliver(&HeaderMap::new(), &notice), Some(401));
    let log = running.log();
    for said in [
        "is due: done",
        "is due: not due",
        "PERMISSION_DENIED",
        "an event was not answered",
        "was not let in",
    ] {
        assert!(log.contains(said), "{said}: {log}");
    }
    assert!(!log.contains("sp_") && !log.contains("hunter2") && !log.contains("HUNTER2"), "{log}");
    assert!(!log.contains(ASIDE) && !log.contains("eyJ") && !caller_keys().is_empty(), "{log}");
}

#[test]
fn the_program_may_be_killed_at_any_of_its_calls() {
    let world = World::new();
    let next = Running::start(&world);
    let mut call = 0;
    loop {
        world.reset();
        let notice = world.tell().to_string();
        let first = Running::start(&world);
        let child = Arc::clone(&first.child);
        world.manager.end_at(Last { call, done: true }, move || child.lock().unwrap().kill().unwrap());
        let status = first.deliver(&world.headers(), &notice);
        world.manager.relent();
        assert!(!first.log().contains("sp_"), "{}", first.log());
        if status.is_some() {
            assert_eq!(status, Some(204), "{}", first.log());
            break;
        }
        // Five minutes go by, in which the lease of the one that was killed ends.
        world.age(301);
        assert_eq!(next.deliver(&world.headers(), &notice), Some(204), "{call}: {}", next.log());
        world.check(1, &format!("killed after call {call}"));
        call += 1;
    }
    assert!(call > 20, "{call}");
    assert!(!next.log().contains("sp_"), "{}", next.log());
}

#[test]
fn the_program_ends_when_the_platform_tells_it_to() {
    let world = World::new();
    let running = Running::start(&world);
    let id = running.child.lock().unwrap().id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(running.child.lock().unwrap().wait().unwrap().success());
}

#[test]
fn the_program_without_settings_says_what_it_needs() {
    let run =
        |arguments: &[&str]| Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8(run(&[]).stderr).unwrap();
    for part in [
        "SALLYPORT_ROTATED_SECRET",
        "SALLYPORT_ROTATION_STRATEGY",
        "SALLYPORT_PUSH_AUDIENCE",
        "SALLYPORT_PUSH_ACCOUNT",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(String::from_utf8(run(&["--help"]).stdout).unwrap().contains("caller_keys"));
}
