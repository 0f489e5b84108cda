//! How places of credentials are written, and which store each is read in.

use serde_json::json;

use super::*;
use crate::scripted::{Scripted, role};

#[test]
fn a_place_is_a_name_or_an_arn_with_or_without_a_member() {
    let rows = [
        ("llm/openai", Holder::Secret, "llm/openai"),
        ("llm#key", Holder::Secret, "llm"),
        ("a#b c", Holder::Secret, "a"),
        (
            "arn:aws:secretsmanager:eu-west-1:1:secret:llm-AbCdEf",
            Holder::Secret,
            "arn:aws:secretsmanager:eu-west-1:1:secret:llm-AbCdEf",
        ),
        ("ssm:/llm/openai", Holder::Parameter, "/llm/openai"),
        ("ssm:llm.openai#key", Holder::Parameter, "llm.openai"),
        (
            "arn:aws:ssm:eu-west-1:1:parameter/llm/openai#key",
            Holder::Parameter,
            "arn:aws:ssm:eu-west-1:1:parameter/llm/openai",
        ),
    ];
    for (text, holder, id) in rows {
        let place = SecretPlace::read(text).unwrap();
        assert_eq!((place.holder, place.id(), place.to_string().as_str()), (holder, id, text));
    }
    let none = [
        "",
        "#key",
        "llm#",
        "a b",
        "a\nb",
        "sk-\u{e9}",
        "sms:/llm",
        "ssm:",
        "ssm:/llm:3",
        "ssm:/l m",
        "arn:aws:kms:eu-west-1:1:key/llm",
        "arn:aws:secretsmanager:eu-west-1:1:secret:",
        "arn:aws:ssm:eu-west-1:1:parameter/llm:3",
        "arn:aws:ssm:eu-west-1:1:document/llm",
    ];
    for text in none {
        assert_eq!(SecretPlace::read(text), None, "{text}");
    }
}

/// The stores, and what each of the three is asked through.
fn stores(with_extension: bool) -> (SecretStores, [Arc<Scripted>; 3]) {
    let secret = json!({"SecretString": "v", "VersionId": "1"}).to_string();
    let parameter = json!({"Parameter": {"Type": "SecureString", "Value": "v", "Version": 2}}).to_string();
    let both = [Scripted::always(200, &secret), Scripted::always(200, &parameter)];
    let [secrets, parameters] = both;
    let near = Scripted::new([Ok((200, secret)), Ok((200, parameter))]);
    let (role, endpoint) = (role(), "https://service.example");
    let extension = Extension::new(
        Uri::from_static("http://localhost:2773"),
        Arc::clone(&near) as Arc<dyn Transport>,
        role.session_token.as_ref(),
    );
    let stores = SecretStores {
        extension: with_extension.then_some(extension),
        parameters: ParameterStore::new(parameters.access(Some(&role), "eu-west-1", endpoint)),
        secrets: SecretsManager::new(secrets.access(Some(&role), "eu-west-1", endpoint)),
    };
    (stores, [secrets, parameters, near])
}

#[tokio::test]
async fn each_place_is_read_where_it_is() {
    let (stores, asked) = stores(false);
    for (name, counts) in [("llm", [1, 0, 0]), ("ssm:/llm", [0, 1, 0])] {
        stores.read(name, Stage::Current).await.unwrap();
        assert_eq!(asked.each_ref().map(|service| service.asked().len()), counts, "{name}");
    }
    let fault = stores.read("a b", Stage::Current).await.unwrap_err();
    assert!(matches!(fault, SecretError::Invalid { .. }), "{fault}");
}

#[tokio::test]
async fn the_extension_is_asked_first_and_never_for_a_value_that_was_refused() {
    let (stores, asked) = stores(true);
    let counts = || asked.each_ref().map(|service| service.asked().len());
    for name in ["llm", "ssm:/llm"] {
        stores.read(name, Stage::Current).await.unwrap();
        assert_eq!(counts(), [0, 0, 1], "{name}");
    }
    stores.read_anew("llm", Stage::Current).await.unwrap();
    assert_eq!(counts(), [1, 0, 0]);
    stores.read_anew("ssm:/llm", Stage::Current).await.unwrap();
    assert_eq!(counts(), [0, 1, 0]);
    stores.read("ssm:/llm", Stage::Previous).await.unwrap();
    assert_eq!(counts(), [0, 2, 0], "which version that is and the version");
}
