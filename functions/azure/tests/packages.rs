//! The folders that are deployed, held against the programs: what `host.json` starts is what is built, and what each
//! `function.json` declares is what the program answers to, no more and no less.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a suite is tests throughout, and what it cannot do fails the test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use azure_functions_shim::Body;
use azure_functions_shim::host::{Host, HostSettings, Trigger};
use http::{Request, StatusCode};
use serde_json::{Value, json};

/// Each package: its folder, its program as built here, and where that registers its functions.
const PACKAGES: [(&str, &str, &str); 2] = [
    ("enforce", env!("CARGO_BIN_EXE_sallyport-azure-enforce"), include_str!("../src/bin/enforce.rs")),
    ("rotate", env!("CARGO_BIN_EXE_sallyport-azure-rotate"), include_str!("../src/bin/rotate.rs")),
];

fn folder(package: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("app").join(package)
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The functions of a package by name, each with its bindings.
fn functions(package: &str) -> BTreeMap<String, Vec<Value>> {
    let folders = std::fs::read_dir(folder(package)).unwrap().map(|entry| entry.unwrap().path());
    let functions = folders.filter(|path| path.is_dir()).map(|path| {
        let bindings = json_of(&path.join("function.json"))["bindings"].as_array().unwrap().clone();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), bindings)
    });
    functions.collect()
}

/// The type of a function's one trigger.
fn trigger(bindings: &[Value]) -> &str {
    let mut kinds = bindings.iter().filter_map(|binding| binding["type"].as_str());
    let kind = kinds.find(|kind| kind.ends_with("Trigger")).unwrap();
    assert!(kinds.all(|kind| !kind.ends_with("Trigger")), "one trigger: {bindings:?}");
    kind
}

#[test]
fn the_host_is_told_of_the_program_that_is_built() {
    for (package, program, _) in PACKAGES {
        let host = json_of(&folder(package).join("host.json"));
        let named = &host["customHandler"]["description"]["defaultExecutablePath"];
        assert_eq!(named, Path::new(program).file_name().unwrap().to_str().unwrap(), "{package}");
        assert_eq!(host["version"], "2.0");
        // Without it the host buffers answers, and a caller's request cannot be told from the host's own.
        assert_eq!(host["customHandler"]["enableProxyingHttpRequest"], true, "{package}");
        assert!(host["customHandler"]["http"].is_null(), "routes and function.json exclude each other");
        // Lines are the last place for a record that could not be sent.
        assert_eq!(host["logging"]["applicationInsights"]["samplingSettings"]["isEnabled"], false);
        let extended = functions(package)
            .values()
            .any(|bindings| !["httpTrigger", "timerTrigger"].contains(&trigger(bindings)));
        assert_eq!(host["extensionBundle"].is_object(), extended, "{package}: triggers of extensions");
    }
}

#[test]
fn what_is_called_over_http_is_proxied_and_what_is_not_is_registered_by_name() {
    for (package, _, source) in PACKAGES {
        let functions = functions(package);
        let (http, others): (Vec<_>, Vec<_>) =
            functions.iter().partition(|(_, bindings)| trigger(bindings) == "httpTrigger");
        for (name, bindings) in &http {
            let [asks, answers] = &bindings[..] else {
                panic!("{package}/{name} is not proxied: {bindings:?}")
            };
            assert_eq!((&asks["name"], &asks["direction"]), (&"req".into(), &"in".into()));
            assert_eq!(answers, &json!({"type": "http", "direction": "out", "name": "res"}));
            assert!(asks["route"].is_string() && asks["methods"].is_array(), "{package}/{name}");
        }
        // One handler answers whatever is proxied, so there is one such function.
        assert_eq!((http.len(), source.matches(".http(").count()), (1, 1), "{package}");
        let registered: Vec<_> =
            source.split(".on(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut declared: Vec<_> = others.iter().map(|(name, _)| name.as_str()).collect();
        declared.sort_by_key(|name| registered.iter().position(|own| own == name));
        assert_eq!(declared, registered, "{package}");
    }
}

fn rotator(more: &[(&str, &str)]) -> Host {
    let own = [
        ("SALLYPORT_VAULT_URL", "https://kv1.vault.azure.net"),
        ("SALLYPORT_VAULT_ENDPOINT", "http://127.0.0.1:1"),
        ("SALLYPORT_ROTATED_SECRET", "callers"),
        ("SALLYPORT_ROTATION_STRATEGY", "caller_keys"),
    ];
    let variables = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let settings = HostSettings { variables: variables.collect(), ..HostSettings::default() };
    Host::start(PACKAGES[1].1.as_ref(), settings).unwrap()
}

#[test]
fn every_function_of_the_rotator_is_answered() {
    let host = rotator(&[]);
    for (name, bindings) in functions("rotate") {
        let input = bindings[0]["name"].as_str().unwrap();
        let result = match trigger(&bindings) {
            // Of another vault: there is nothing to do.
            "eventGridTrigger" => host.invoke(&Trigger::event_grid(&name, input, json!({"data": {}}))),
            "timerTrigger" => host.invoke(&Trigger::timer(&name, input, false)),
            "httpTrigger" => continue,
            other => panic!("{name}: nothing calls `{other}`"),
        };
        let told = format!("{:?}", result.unwrap().result);
        assert!(!told.contains("404"), "{name}: {told}");
    }
    let none = host.invoke(&Trigger::timer("renewal", "timer", false)).unwrap();
    assert!(format!("{:?}", none.result).contains("404"), "a function that there is not: {none:?}");
}

#[test]
fn events_over_http_are_taken_from_nobody_until_a_subscription_is_named_and_then_from_who_is_proved() {
    let post = || Request::post("/api/webhook").body(Body::whole("[]")).unwrap();
    assert_eq!(rotator(&[]).send(post()).unwrap().status, StatusCode::NOT_FOUND);
    let package = tempfile::tempdir().unwrap();
    let keys = package.path().join("keys.yaml");
    let issuer = "jwt:\n  - {issuer: https://id.example, audience: a, algorithms: [RS256], jwks_url: 'http://127.0.0.1:1/keys'}\n";
    std::fs::write(&keys, issuer).unwrap();
    let keys = keys.display().to_string();
    let host = rotator(&[("SALLYPORT_EVENT_SUBSCRIPTIONS", "rotate"), ("SALLYPORT_KEYS", &keys)]);
    for token in [None, Some("Bearer a.b.c")] {
        let mut request = post();
        if let Some(token) = token {
            request.headers_mut().insert("authorization", token.parse().unwrap());
        }
        assert_eq!(host.send(request).unwrap().status, StatusCode::UNAUTHORIZED, "{token:?}");
    }
}
