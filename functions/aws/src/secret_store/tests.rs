//! How places of credentials are written.

use super::*;

#[test]
fn a_place_is_a_name_or_an_arn_with_or_without_a_member() {
    for text in ["llm/openai", "arn:aws:secretsmanager:eu-west-1:1:secret:llm-AbCdEf", "llm#key", "a#b c"] {
        assert_eq!(SecretPlace::read(text).unwrap().to_string(), text);
    }
    for text in ["", "#key", "llm#", "a b", "a\nb", "sk-\u{e9}"] {
        assert_eq!(SecretPlace::read(text), None, "{text}");
    }
}
