//! Patterns: the bound on their size, and messages.

use proptest::prelude::*;

use super::*;

/// What a pattern's author should not have to wait for.
#[test]
fn ordinary_patterns_are_settled_without_compiling() {
    let sources = [
        r"(?i)\b(?:union\s+select|drop\s+table)\b",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"\bE-\d{6}\b",
        r"[\w.+-]+@[\w-]+\.\w+",
        r"(?i)\bconfidential\b",
        r"sk-[A-Za-z0-9]{48}",
    ];
    for source in sources {
        let form = regex_syntax::Parser::new().parse(source).unwrap();
        assert!(compiled_bound(&form) < Pattern::MAX_COMPILED_BYTES, "{source}");
    }
}

#[test]
fn a_pattern_that_the_bound_lets_by_compiles_within_the_limit() {
    let classes =
        [r"\w", r"\pL", r"\PL", ".", "[^a]", "[а-яё]", "(?i)k", r"\d", "[^\\x00-\\x7f]", "\\S", "(?i)straße"];
    for class in classes {
        for times in [1_usize, 2, 5, 10, 20, 50, 100, 200, 400, 1000] {
            let source = format!("(?:{class}){{{times}}}");
            let form = regex_syntax::Parser::new().parse(&source).unwrap();
            let settled = compiled_bound(&form) <= Pattern::MAX_COMPILED_BYTES;
            assert!(!settled || compiles(&source), "{source}");
            if !settled {
                break;
            }
        }
    }
}

#[test]
fn a_class_is_the_inside_of_brackets() {
    let matches = |inside: &str, text: &str| {
        let pattern = class(inside).unwrap();
        regex::Regex::new(pattern.as_str()).unwrap().find(text).map(|found| found.as_str().to_owned())
    };
    assert_eq!(matches("a-z", "abc12de"), Some("12".to_owned()));
    assert_eq!(matches("a-z0-9 .,", "abc 12."), None);
    assert_eq!(matches(r"a-z\]", "a]b"), None);
    assert_eq!(matches("^a", "^ab"), Some("b".to_owned()));
    for wrong in ["a]|[b", "z-a", r"\", "a]+(?:x)[b", r"\d]{2}"] {
        assert!(class(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn what_is_accepted_compiles(source in r"[a-c(){}|*+?\[\]\\.^$\-0-9wdsbpL,:!=<i]{1,24}") {
        if let Ok(read) = check(&source, Empty::Refused) {
            prop_assert!(compiles(read.pattern.as_str()), "{}", source);
        }
    }
}
