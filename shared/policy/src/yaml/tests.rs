//! The tree: what scalars mean, what is refused, and that hostile text is bounded.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn tree(source: &str) -> Result<serde_json::Value, Vec<String>> {
    let mut faults = Vec::new();
    let root = read(source, &mut faults);
    match root {
        Some(root) if faults.is_empty() => Ok(root.to_json()),
        _ => Err(faults.iter().map(ToString::to_string).collect()),
    }
}

fn refusal(source: &str) -> String {
    tree(source).unwrap_err().join("; ")
}

#[test]
fn plain_scalars_mean_what_the_core_schema_says() {
    let rows = [
        ("yes", json!("yes")),
        ("no", json!("no")),
        ("true", json!(true)),
        ("FALSE", json!(false)),
        ("~", json!(null)),
        ("null", json!(null)),
        ("12", json!(12)),
        ("-3", json!(-3)),
        ("+3", json!(3)),
        ("012", json!(12)),
        ("0x1F", json!(31)),
        ("0o17", json!(15)),
        ("1.5", json!(1.5)),
        (".5", json!(0.5)),
        ("1e3", json!(1000.0)),
        ("1_000", json!("1_000")),
        ("1:30", json!("1:30")),
        ("2024-01-01", json!("2024-01-01")),
        ("infinity", json!("infinity")),
        (".inf", json!(null)),
        (".", json!(".")),
        ("e5", json!("e5")),
        ("'12'", json!("12")),
        ("\"true\"", json!("true")),
        ("|\n  a\n  b\n", json!("a\nb\n")),
        ("\u{feff}12", json!(12)),
    ];
    for (source, expected) in rows {
        assert_eq!(tree(source), Ok(expected), "{source}");
    }
}

#[test]
fn what_is_not_supported_says_so_with_its_place() {
    let rows = [
        ("a: 1\nb: !!str x", "2:4: tags"),
        ("a: 1\n<<: {b: 2}", "2:1: merge keys"),
        ("a: 1\nb: 2\na: 3", "3:1: `a` stands twice"),
        ("{a: 1}\n---\n{b: 2}", "2:1: a second document"),
        ("[a]: 1", "1:1: expected a name as the key"),
        ("a: [1", "not YAML"),
        ("a: *b", "not YAML"),
        ("a: &x [*x]", "an alias inside of what it stands for"),
        ("# nothing\n", "1:1: the document is empty"),
    ];
    for (source, expected) in rows {
        let found = refusal(source);
        assert!(found.contains(expected), "{source}: {found}");
    }
}

#[test]
fn an_alias_stands_for_its_anchor() {
    assert_eq!(tree("a: &x [1, {b: 2}]\nc: *x"), Ok(json!({"a": [1, {"b": 2}], "c": [1, {"b": 2}]})));
}

#[test]
fn aliases_expand_to_a_bounded_size() {
    let mut source = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 8].join(", ");
        source.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert!(refusal(&source).contains("aliases expand to more than 1 MiB"));
}

#[test]
fn depth_and_size_are_bounded() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(tree(&nested(MAX_DEPTH)).is_ok());
    assert!(refusal(&nested(MAX_DEPTH + 1)).contains("nested deeper than 64 levels"));
    assert!(refusal(&"[".repeat(100_000)).contains("recursion limit exceeded"));
    assert!(refusal(&"- ".repeat(100_000)).contains("nested deeper"));
    let deep = format!("a: &x {}\nb: {}*x{}", nested(40), "[".repeat(30), "]".repeat(30));
    assert!(refusal(&deep).contains("nested deeper"));
    assert!(refusal(&"#".repeat(MAX_BYTES + 1)).contains("larger than 4 MiB"));
}

proptest! {
    #[test]
    fn no_text_stops_the_reader(source in r#"[ \n\t\-:\[\]{}&*!|>'"%@`#,?<a-c0-9~.]{0,80}"#) {
        let _ = tree(&source);
    }

    #[test]
    fn json_is_read_as_it_is(text in any::<String>(), number in any::<i64>(), flag in any::<bool>()) {
        let value = json!({"list": [text.clone(), number, flag, null], "map": {"text": text}});
        prop_assert_eq!(tree(&value.to_string()), Ok(value));
    }
}
