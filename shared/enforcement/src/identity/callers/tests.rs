//! Key files, good and bad.

use super::*;

const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn parse(text: &str) -> Result<KeyFile, Vec<String>> {
    KeyFile::parse(&text.replace("HASH", HASH), Path::new("/folder"))
}

#[test]
fn a_whole_file_is_read() {
    let file = parse(
        "keys:\n  - {id: ci, sha256: HASH, groups: [batch, night]}\njwt:\n  - issuer: https://login.example\n    \
         audience: sallyport\n    jwks_url: https://login.example/jwks\n    algorithms: [RS256, EdDSA]\n    \
         groups_claim: roles\n  - {issuer: x, audiences: [a, b], jwks_file: jwks.json, algorithms: ES256}\n",
    );
    let file = file.unwrap();
    let [key] = file.keys.as_slice() else { panic!("one key") };
    assert_eq!((key.id.as_str(), key.sha256[0], key.sha256[31]), ("ci", 0x9f, 0x08));
    assert_eq!(key.groups, ["batch", "night"]);
    let [first, second] = file.issuers.as_slice() else { panic!("two issuers") };
    assert_eq!(first.audiences, ["sallyport"]);
    assert_eq!(first.algorithms, [JwtAlgorithm::Rs256, JwtAlgorithm::EdDsa]);
    assert_eq!(first.groups_claim, "roles");
    assert_eq!(first.jwks, JwksPlace::Url("https://login.example/jwks".parse().unwrap()));
    assert_eq!(second.audiences, ["a", "b"]);
    assert_eq!(second.groups_claim, "groups");
    assert_eq!(second.jwks, JwksPlace::File("/folder/jwks.json".into()));
    assert!(!file.anonymous);
}

#[test]
fn json_is_read_too() {
    let file = parse(r#"{"keys": [{"id": "ci", "sha256": "HASH"}], "anonymous": true}"#).unwrap();
    assert_eq!(file.keys.len(), 1);
    assert!(file.anonymous);
}

#[test]
fn each_fault_is_told_with_its_field() {
    let jwt = "jwt: [{issuer: x, audience: y, algorithms: [RS256], jwks_file: f";
    let rows: &[(&str, &str)] = &[
        ("", "expected a map with `keys`, `jwt`, `anonymous`"),
        ("[]", "expected a map with `keys`, `jwt`, `anonymous`"),
        ("{}", "nobody could call; list `keys` or `jwt`, or say `anonymous: true`"),
        ("anonymous: perhaps", "anonymous: expected `true` or `false`"),
        ("key: []", "key: unknown field; known are `keys`, `jwt`, `anonymous`"),
        ("keys: HASH", "keys: expected a list"),
        ("keys: [HASH]", "keys[0]: expected a map with `id`, `sha256`, `groups`, `key`"),
        ("keys: [{sha256: HASH}]", "keys[0].id: expected text of 1 to 256 characters"),
        ("keys: [{id: '', sha256: HASH}]", "keys[0].id: expected text of 1 to 256 characters"),
        ("keys: [{id: \"a\\u001b\", sha256: HASH}]", "keys[0].id: expected text of 1 to 256 characters"),
        (
            "keys: [{id: anonymous, sha256: HASH}]",
            "keys[0].id: `anonymous` is the name of callers without a key",
        ),
        (
            "keys: [{id: a, sha256: abc}]",
            "keys[0].sha256: expected the SHA-256 of the key in 64 hexadecimal digits",
        ),
        (
            "keys: [{id: a, sha256: HASHH}]",
            "keys[0].sha256: expected the SHA-256 of the key in 64 hexadecimal digits",
        ),
        (
            "keys: [{id: a, key: hush}]",
            "keys[0].key: a key must not stand in this file; put its SHA-256 in `sha256`",
        ),
        (
            "keys: [{id: a, sha256: HASH, groups: [1]}]",
            "keys[0].groups: expected a list of texts of 1 to 256 characters",
        ),
        ("keys: [{id: a, sha256: HASH}, {id: b, sha256: HASH}]", "keys[1].sha256: two keys are the same"),
        ("jwt: [{}]", "jwt[0].issuer: expected text of 1 to 256 characters"),
        (
            &format!("{jwt}, jwks_url: 'https://a'}}]"),
            "jwt[0].jwks_url: `jwks_file` is there as well; keep one",
        ),
        (&format!("{jwt}, audiences: [z]}}]"), "jwt[0].audience: `audiences` is there as well; keep one"),
        (
            &format!("{}}}]", jwt.replace("y,", "[],")),
            "jwt[0].audience: expected at least one audience; without one, tokens for other services would do",
        ),
    ];
    for (text, expected) in rows {
        let faults = parse(text).unwrap_err();
        assert!(faults.iter().any(|fault| fault == expected), "{text}: {faults:#?}");
        assert!(faults.iter().all(|fault| !fault.contains("hush") && !fault.contains(HASH)), "{faults:#?}");
    }
}

#[test]
fn symmetric_and_unknown_algorithms_are_refused() {
    for name in ["HS256", "none", "rs256"] {
        let text = format!("jwt: [{{issuer: x, audience: y, jwks_file: f, algorithms: [{name}]}}]");
        let known = "`EdDSA`, `ES256`, `ES384`, `PS256`, `RS256`, `RS512`";
        assert_eq!(parse(&text).unwrap_err(), [format!("jwt[0].algorithms: `{name}` is none of {known}")]);
    }
}

#[test]
fn public_keys_come_over_tls_or_from_this_machine() {
    let rows = [
        ("https://login.example/jwks", true),
        ("http://127.0.0.1:8080/jwks", true),
        ("http://[::1]/jwks", true),
        ("http://localhost/jwks", true),
        ("http://login.example/jwks", false),
        ("http://127.0.0.1.example/jwks", false),
        ("file:///etc/passwd", false),
        ("/jwks", false),
    ];
    for (url, good) in rows {
        assert_eq!(jwks_url(url).is_some(), good, "{url}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let text = "keys: [{id: a}, {sha256: HASH}, 7]\njwt: [{issuer: x}]\nanonymous: 1\nother: 2\n";
    assert_eq!(parse(text).unwrap_err().len(), 8, "{:#?}", parse(text));
}
