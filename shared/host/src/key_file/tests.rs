//! Key files and the files of public keys that they name.

use super::*;

#[test]
fn a_file_of_public_keys_that_cannot_be_used_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, jwks) = (folder.path().join("keys.yaml"), folder.path().join("jwks.json"));
    std::fs::write(&keys, "jwt: [{issuer: x, audience: y, jwks_file: jwks.json, algorithms: [EdDSA]}]")
        .unwrap();
    let told = || load(&keys).map(|file| file.issuers.len()).map_err(|error| error.to_string());
    let first = told().unwrap_err();
    assert!(first.starts_with(&format!("{}: jwt[0].jwks_file: cannot read `", keys.display())), "{first}");
    let rows = [
        ("", "is no JSON Web Key Set"),
        ("keys: []", "is no JSON Web Key Set"),
        (r#"{"keys": 1}"#, "is no JSON Web Key Set"),
        (r#"{"keys": []}"#, "holds no key that a token can be checked with"),
        (
            r#"{"keys": [{"kty": "RSA", "n": "!", "e": "!"}]}"#,
            "holds no key that a token can be checked with",
        ),
    ];
    for (text, fault) in rows {
        std::fs::write(&jwks, text).unwrap();
        let fault_told = told().unwrap_err();
        assert!(fault_told.contains(fault) && fault_told.contains("jwks.json"), "{text}: {fault_told}");
    }
    let good =
        r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    std::fs::write(&jwks, good).unwrap();
    assert_eq!(told(), Ok(1));
}
