//! Conditions: what they may name, and that no text stops the reader.

use proptest::prelude::*;

use super::*;

fn refusal(source: &str) -> String {
    compile(source).map_or_else(|faults| faults.join("; "), |_| String::new())
}

#[test]
fn a_condition_names_what_a_call_has() {
    let rows = [
        ("request.stream", ""),
        ("request.dialect == 'openai_chat' && size(request.tools) > 2", ""),
        ("request.tools.all(tool, tool.startsWith('get_'))", ""),
        ("identity.claims['team'] == 'red' || identity.kind == 'jwt'", ""),
        ("identity.id.matches('^svc-')", ""),
        ("request.region in ['eu-west-1', 'eu-central-1'] ? true : false", ""),
        ("request", ""),
        ("true", ""),
        ("request.body", "`request.body`: expected"),
        ("identity.name", "`identity.name`: expected"),
        ("has(request.prompt)", "`request.prompt`"),
        ("tool == 'a'", "unknown variable `tool`"),
        ("request.tools.exists(t, t == other)", "unknown variable `other`"),
        ("Thing{a: 1} == request", "no known type"),
        ("now() > 1", "unknown function `now`"),
        ("request.model ==", "not a CEL expression"),
        ("'a", "not a CEL expression"),
    ];
    for (source, expected) in rows {
        let found = refusal(source);
        assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{source}: {found}");
    }
}

/// On a thread as small as the smallest that a service runs on: neither parsing nor looking may overflow it.
#[test]
fn nested_and_long_conditions_are_refused_not_followed() {
    let bracketed = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    let rows = [
        (bracketed(10), ""),
        (bracketed(33), "nests deeper than 32 levels"),
        ("[".repeat(2000), "nests deeper"),
        (format!("{}true", "!".repeat(2000)), "nests deeper"),
        (format!("{}1", "- ".repeat(1000)), "nests deeper"),
        (format!("1{}", "+1".repeat(1000)), "nests deeper|not a CEL"),
        (format!("identity.claims{}", ".a".repeat(900)), "nests deeper|not a CEL"),
        (format!("true{}", "?true:true".repeat(200)), "nests deeper|not a CEL"),
        (format!("identity.claims{}", "[0]".repeat(600)), "nests deeper|not a CEL"),
        (format!("true{}", "&&true".repeat(300)), ""),
        ("a".repeat(MAX_BYTES + 1), "longer than 2048 bytes"),
    ];
    for (source, expected) in rows {
        let found = refusal(&source);
        let right = if expected.is_empty() {
            found.is_empty()
        } else {
            expected.split('|').any(|e| found.contains(e))
        };
        assert!(right, "{source}: {found}");
    }
}

proptest! {
    #[test]
    fn no_text_stops_the_reader(source in any::<String>()) {
        let _ = compile(&source);
    }

    #[test]
    fn no_row_of_tokens_stops_the_reader(
        tokens in proptest::collection::vec(
            prop::sample::select(&[
                "request", "identity", ".", "(", ")", "[", "]", "{", "}", "?", ":", ",", "'a'", "\"", "'''", "r'", "b'",
                "1", "1u", "0x", "1e", "9999999999999999999", "-", "!", "&&", "||", "==", "in", "has", "exists", "all",
                "map", "filter", "exists_one", "true", "null", "\\", "\\u", "`", "\n", "é", "@", "<", ".a", "..", "?.",
            ][..]),
            0..24,
        ),
        spaces in any::<bool>(),
    ) {
        let _ = compile(&tokens.join(if spaces { " " } else { "" }));
    }
}
