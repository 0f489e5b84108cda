//! The example function app under the double of the host: everything that the contract says, tried from outside.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use azure_functions_shim::Body;
use azure_functions_shim::host::{Host, HostError, HostSettings, Level, Output, Trigger};
use http::{Request, StatusCode};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(30);

/// The example, built once as it stands, in the profile of this test.
fn function_app() -> PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    let path = PATH.get_or_init(|| {
        let own = std::env::current_exe().expect("a running program has a path");
        let folder = own.ancestors().nth(2).expect("cargo runs a test in <target>/<profile>/deps");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--package", env!("CARGO_PKG_NAME"), "--example", "function_app"]);
        cargo.args(folder.ends_with("release").then_some("--release"));
        cargo.arg("--target-dir").arg(folder.parent().expect("a profile has a target folder"));
        assert!(cargo.status().expect("cargo can be started").success(), "the example can be built");
        folder.join("examples").join("function_app")
    });
    path.clone()
}

fn host(settings: HostSettings) -> Host {
    Host::start(&function_app(), settings).expect("the function app starts")
}

/// What the app answers to bytes that no host would send.
fn raw(host: &Host, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(host.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // Who is told no before all is sent may find the connection closed; what was said stands.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn finish(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work);
}

#[test]
fn a_request_goes_through_with_its_invocation_and_without_its_key() {
    let host = host(HostSettings { function_key: Some("k1".to_owned()), ..HostSettings::default() });
    let request = |uri: &str, key: Option<&str>| {
        let mut request =
            Request::put(uri).header("x-ms-invocation-id", "forged").header("connection", "x-hop");
        request = request.header("x-hop", "1").header("x-kept", "1");
        key.into_iter()
            .fold(request, |request, key| request.header("x-functions-key", key))
            .body(Body::whole("hello"))
    };
    for uri in ["/v1/chat?a=1&a=2", "/rotate?a=1", "/?a=1", "/nothing/here"] {
        let mut answer = host.send(request(uri, Some("k1")).unwrap()).unwrap();
        assert_eq!(answer.status, StatusCode::OK);
        let seen = answer.headers["x-seen"].to_str().unwrap().to_owned();
        assert!(
            seen.contains("x-kept") && !seen.contains("x-hop") && !seen.contains("x-functions-key"),
            "{seen}"
        );
        let text = String::from_utf8(answer.rest().unwrap().to_vec()).unwrap();
        assert!(
            text.starts_with("00000000-0000-4000-8000-") && text.ends_with(&format!(" PUT {uri}\nhello")),
            "{text}"
        );
    }
    let mut answer = host.send(request("/v1?code=k1&b=2", None).unwrap()).unwrap();
    assert!(
        String::from_utf8_lossy(&answer.rest().unwrap()).contains("PUT /v1?b=2\n"),
        "the key is taken away"
    );
    for (uri, key) in [("/v1", None), ("/v1", Some("k2")), ("/v1?code=k2", None)] {
        assert_eq!(
            host.send(request(uri, key).unwrap()).unwrap().status,
            StatusCode::UNAUTHORIZED,
            "{uri} {key:?}"
        );
    }
}

#[test]
fn what_callers_say_of_themselves_is_taken_away_where_the_platform_says_it() {
    for strip_principal in [false, true] {
        let host = host(HostSettings { strip_principal, ..HostSettings::default() });
        let request =
            Request::get("/").header("X-MS-CLIENT-PRINCIPAL-ID", "forged").body(Body::empty()).unwrap();
        let answer = host.send(request).unwrap();
        let seen = answer.headers["x-seen"].to_str().unwrap();
        assert_eq!(seen.contains("x-ms-client-principal-id"), !strip_principal);
    }
}

#[test]
fn what_is_for_one_hop_does_not_reach_the_handler() {
    let host = host(HostSettings::default());
    let answer = raw(
        &host,
        b"GET /p HTTP/1.1\r\nhost: h\r\nconnection: close, x-hop\r\nx-hop: 1\r\nx-kept: 1\r\n\r\n",
    );
    assert!(answer.contains("x-kept") && !answer.contains("x-hop"), "{answer}");
}

#[test]
fn the_app_listens_on_loopback_alone() {
    let host = host(HostSettings::default());
    assert!(TcpStream::connect(("127.0.0.2", host.address().port())).is_err());
}

#[test]
fn both_ways_stream() {
    let host = host(HostSettings::default());
    let (sender, body) = Body::channel(1);
    let mut answer = host.send(Request::post("/stream").body(body).unwrap()).unwrap();
    let mut next = || String::from_utf8(answer.next_piece().unwrap().unwrap().to_vec()).unwrap();
    assert!(next().ends_with("POST /stream\n"), "the answer begins before the request has ended");
    for piece in ["one", "two", "three"] {
        sender.send_blocking(piece).unwrap();
        assert_eq!(next(), piece);
    }
    drop(sender);
    assert!(answer.next_piece().is_none());
}

#[test]
fn a_caller_who_leaves_is_noticed_and_a_request_that_breaks_off_breaks_the_answer() {
    let host = host(HostSettings::default());
    let (sender, body) = Body::channel(1);
    let answer = host.send(Request::post("/stream").body(body).unwrap()).unwrap();
    drop(answer);
    finish(sender.closed());

    let (sender, body) = Body::channel(1);
    let mut answer = host.send(Request::post("/stream").body(body).unwrap()).unwrap();
    answer.next_piece().unwrap().unwrap();
    finish(sender.abort());
    assert!(matches!(answer.rest(), Err(HostError::Broken)));
}

#[test]
fn an_answer_that_rests_is_cut() {
    let host = host(HostSettings { idle_timeout: Duration::from_secs(1), ..HostSettings::default() });
    let (_sender, body) = Body::channel(1);
    let mut answer = host.send(Request::post("/stream").body(body).unwrap()).unwrap();
    answer.next_piece().unwrap().unwrap();
    assert!(matches!(answer.rest(), Err(HostError::Idle(_))));
}

#[test]
fn triggers_come_as_envelopes() {
    let host = host(HostSettings::default());
    let event = json!({"id": "1", "subject": "key", "eventType": "a", "data": {}});
    let wrapped =
        json!({"Url": "http://h/api/w", "Method": "POST", "Headers": {}, "Query": {}, "Body": "12345"});
    let list = |text: &str| Output::Value(json!([text]));
    let rows = [
        (Trigger::event_grid("rotate", "event", event.clone()), "subjects", list("key")),
        (Trigger::new("rotate").input("event", json!([event])), "subjects", list("key")),
        (
            Trigger::new("rotate").raw_input("event", json!(event.to_string()).to_string()),
            "subjects",
            list("key"),
        ),
        (Trigger::queue("repeat", "item", "hello!", 1), "said", Output::Value(json!("hello!"))),
        (Trigger::queue("repeat", "item", "abcd", 1), "said", Output::Bytes("abcd".into())),
        (Trigger::queue("repeat", "item", "{\"a\": 1}", 1), "said", Output::Value(json!("{\"a\": 1}"))),
        (
            Trigger::new("wrapped").input("req", wrapped),
            "res",
            Output::Value(json!({"statusCode": "201", "headers": {}, "body": "POST /api/w 5"})),
        ),
    ];
    for (trigger, name, expected) in rows {
        let invoked = host.invoke(&trigger).unwrap();
        assert_eq!(invoked.attempts, 1);
        assert_eq!(invoked.result.unwrap().outputs[name], expected, "{trigger:?}");
    }
    for (past_due, expected) in
        [(true, Output::Bytes("late".into())), (false, Output::Value(json!("intime")))]
    {
        let invoked = host.invoke(&Trigger::timer("sweep", "timer", past_due)).unwrap();
        assert_eq!(invoked.result.unwrap().return_value, Some(expected));
    }
}

#[test]
fn what_fails_is_tried_again_and_told() {
    let with = |retries| host(HostSettings { retries, ..HostSettings::default() });
    let rows = [
        (0, "again", 1, Err("the response status code does not indicate success: 500")),
        (2, "again", 2, Ok(vec!["try 1"])),
        (2, "never", 1, Ok(vec!["failed for good: not at any time"])),
    ];
    for (retries, text, attempts, expected) in rows {
        let host = with(retries);
        let invoked = host.invoke(&Trigger::queue("repeat", "item", text, 1)).unwrap();
        assert_eq!(invoked.attempts, attempts, "{text}");
        let logs = invoked.result.map(|success| success.logs);
        assert_eq!(
            logs,
            expected.map(|lines| lines.into_iter().map(str::to_owned).collect()).map_err(str::to_owned)
        );
        let line = host.wait_for_line("failed: not", PATIENCE).expect("the app is told of the failure");
        assert_eq!(line.level, Level::Information);
    }
    let invoked = with(1).invoke(&Trigger::new("sweep")).unwrap();
    assert_eq!((invoked.attempts, invoked.result.is_err()), (2, true), "a call without its input");
}

#[test]
fn what_no_host_sends_gets_a_clear_answer() {
    let host = host(HostSettings::default());
    let post = |path: &str, kind: &str, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let long = format!("GET / HTTP/1.1\r\nhost: h\r\nx-long: {}\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nhost: h\r\n{}\r\n", "x-a: 1\r\n".repeat(300));
    let huge = "POST /rotate HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n";
    let endless = format!(
        "POST /rotate HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1000001\r\n{}",
        " ".repeat(0x100_0001)
    );
    let rows = [
        ("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n".to_owned(), "200", "ready"),
        (post("/rotate", "application/json", "{\"Data\": s3cret"), "400", "not JSON, at line 1, column 10"),
        (post("/rotate", "application/json", "{}"), "400", "`Data` must be an object"),
        (post("/rotate", "application/json", ""), "400", "not JSON"),
        (post("/rotate", "application/json", "{\"Data\": {}}"), "500", "0 inputs"),
        (post("/rotate", "text/plain", "{\"Data\": {}}"), "415", "application/json"),
        (post("/rotate", "\u{1f4a9}", "{\"Data\": {}}"), "415", "application/json"),
        (
            "GET /rotate HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n".to_owned(),
            "405",
            "a call by envelope is a POST",
        ),
        (huge.to_owned(), "413", "larger than is read"),
        (endless, "413", "larger than is read"),
        (long, "431", ""),
        (many, "431", ""),
        ("s3cret\r\n\r\n".to_owned(), "400", ""),
    ];
    for (bytes, status, part) in rows {
        let answer = raw(&host, bytes.as_bytes());
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{status}: {answer}");
        assert!(answer.contains(part) && !answer.contains("s3cret"), "{part}: {answer}");
    }
    assert!(
        host.invoke(&Trigger::timer("sweep", "timer", false)).unwrap().result.is_ok(),
        "it is still there"
    );
    assert!(!host.kill().iter().any(|line| line.text.contains("s3cret")), "nothing of a payload is printed");
}

#[test]
fn a_handler_is_killed_in_the_middle_and_what_it_said_is_kept() {
    let host = host(HostSettings::default());
    let (_sender, body) = Body::channel(1);
    let mut answer = host.send(Request::post("/stream").body(body).unwrap()).unwrap();
    answer.next_piece().unwrap().unwrap();
    let address = host.address();
    let lines = host.kill();
    assert_eq!(lines[0].text, "listening");
    assert!(answer.rest().is_err(), "the answer broke off");
    assert!(TcpStream::connect(address).is_err(), "nobody listens");
}

#[test]
fn a_handler_that_does_not_start_is_told_with_what_it_said() {
    let settings = |program: &str, startup_timeout| HostSettings {
        arguments: vec!["-c".to_owned(), program.to_owned()],
        startup_timeout,
        ..HostSettings::default()
    };
    let shell = PathBuf::from("/bin/sh");
    let ended = Host::start(&shell, settings("echo no port >&2; exit 3", PATIENCE)).unwrap_err();
    assert!(
        matches!(&ended, HostError::Ended { status, printed } if status == "3" && printed == "no port\n"),
        "{ended}"
    );
    let silent =
        Host::start(&shell, settings("echo waiting; exec sleep 60", Duration::from_secs(2))).unwrap_err();
    assert!(matches!(&silent, HostError::NotReady { printed, .. } if printed == "waiting\n"), "{silent}");
    let missing = Host::start(&PathBuf::from("/nowhere/at/all"), HostSettings::default()).unwrap_err();
    assert!(matches!(missing, HostError::Refused { .. }), "{missing}");
}

#[test]
fn a_program_that_no_host_started_says_so() {
    let output = Command::new(function_app()).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains(
            "`FUNCTIONS_CUSTOMHANDLER_PORT` is not set: this program is started by the Functions host"
        ),
        "{told}"
    );
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = Command::new(function_app());
    let output = command.env("FUNCTIONS_CUSTOMHANDLER_PORT", &port).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains(&format!("port {port} is in use by another program"))
    );
}

#[test]
fn two_hosts_do_not_meet() {
    let hosts: Vec<_> = (0..2).map(|_| host(HostSettings::default())).collect();
    assert_ne!(hosts[0].address(), hosts[1].address());
    let late: Vec<_> = hosts
        .iter()
        .map(|host| host.invoke(&Trigger::timer("sweep", "timer", true)).unwrap().attempts)
        .collect();
    assert_eq!(late, [1, 1]);
}
