//! What is read, what is told of it, and how the command ends. The detectors' own cases stand elsewhere.

use clap::Parser as _;
use serde_json::{Value, json};

use super::*;

#[derive(clap::Parser)]
struct Only {
    #[command(flatten)]
    detect: Detect,
}

struct Ran {
    outcome: Outcome,
    out: String,
    err: String,
}

fn run(words: &[&str], input: &[u8]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input");
    std::fs::write(&path, input).unwrap();
    let path = path.display().to_string();
    let words = [&["detect"], words, &[path.as_str()]].concat();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut console = Console { out: &mut out, err: &mut err };
    let outcome = Only::parse_from(words).detect.run(&mut console).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(&path, "input");
    Ran { outcome, out: text(out), err: text(err) }
}

fn lines(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn one_line_in_is_one_line_out() {
    type Row = (&'static str, Value, &'static [(&'static str, [usize; 2], &'static str)]);
    let rows: [Row; 6] = [
        (r#"{"id": "a", "text": "ssn 536-22-8726"}"#, json!("a"), &[("us_ssn", [4, 15], "original")]),
        (r#"{"id": 7, "text": "nothing", "more": [1]}"#, json!(7), &[]),
        (r#"{"text": "ünï ssn 536-22-8726"}"#, Value::Null, &[("us_ssn", [10, 21], "original")]),
        (r#"{"id": "b", "text": "ssn 5\u200b36-22-8726"}"#, json!("b"), &[("us_ssn", [4, 18], "folded")]),
        (
            r#"{"id": "c", "text": "see bXkgc3NuIGlzIDUzNi0yMi04NzI2LCBrZWVwIGl0"}"#,
            json!("c"),
            &[("us_ssn", [16, 32], "decoded_1")],
        ),
        (r#"{"id": "d", "text": ""}"#, json!("d"), &[]),
    ];
    let input: Vec<_> = rows.iter().map(|(line, ..)| *line).collect();
    let ran = run(&["--jsonl", "--detectors", "us_ssn,email"], input.join("\n").as_bytes());
    assert_eq!((ran.outcome, ran.err.as_str()), (Outcome::Done, ""), "{}", ran.out);
    let told = lines(&ran);
    assert_eq!(told.len(), rows.len(), "{}", ran.out);
    for (number, (told, (line, id, expected))) in told.iter().zip(&rows).enumerate() {
        assert_eq!((&told["line"], &told["id"]), (&json!(number + 1), id), "{line}");
        let found = told["findings"].as_array().unwrap().iter();
        let found: Vec<_> = found.map(|one| json!([one["detector"], one["span"], one["view"]])).collect();
        let expected: Vec<_> = expected.iter().map(|found| json!(found)).collect();
        assert_eq!(found, expected, "{line}: {told}");
        assert_eq!(told["scores"].as_object().unwrap().len(), expected.len(), "{told}");
    }
}

#[test]
fn a_bad_line_is_told_by_its_number_and_the_next_is_read() {
    let rows: [(&[u8], &str); 6] = [
        (b"no secret json", "is not JSON, from byte 2 on"),
        (b"[1]", "is not a JSON object"),
        (b"{\"id\": 1}", "has no `text`"),
        (b"{\"text\": 536}", "has a `text` that is not a string"),
        (b"{\"text\": \"\xff\"}", "is not JSON"),
        (b"{\"text\": \"cut off", "is not JSON"),
    ];
    for (bad, fault) in rows {
        let good = br#"{"id": "after", "text": "hello"}"#;
        let ran = run(&["--jsonl"], &[b"\n", bad, b"\r\n", good].concat());
        assert_eq!(ran.outcome, Outcome::BadInput, "{}", ran.err);
        assert!(ran.err.starts_with(&format!("sallyport: input:2: the line {fault}")), "{}", ran.err);
        assert!(ran.err.ends_with("1 of 3 lines could not be used\n"), "{}", ran.err);
        assert!(!ran.err.contains("secret") && !ran.err.contains("536"), "no text is quoted: {}", ran.err);
        assert_eq!(lines(&ran)[0]["id"], "after");
    }
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let long = format!("{{\"text\": \"{}\"}}\n{{\"id\": 2, \"text\": \"\"}}\n", " ".repeat(17 << 20));
    let ran = run(&["--jsonl", "--detectors", "iban"], long.as_bytes());
    assert!(ran.err.contains("input:1: the line is longer than 16777216 bytes"), "{}", ran.err);
    assert_eq!((ran.outcome, lines(&ran)[0]["line"].as_u64()), (Outcome::BadInput, Some(2)));
}

#[test]
fn what_is_too_unsure_is_scored_and_not_found() {
    let line = br#"{"text": "It was 412-68-9031."}"#;
    let rows = [("0.01", 1), ("1", 0)];
    for (least, found) in rows {
        let ran = run(&["--jsonl", "--detectors", "us_ssn", "--min-confidence", least], line);
        let told = lines(&ran).remove(0);
        assert_eq!(told["findings"].as_array().unwrap().len(), found, "{told}");
        assert!(told["scores"]["us_ssn"].as_u64().unwrap() < 100, "{told}");
    }
    let ran = run(&["--detectors", "us_ssn", "--min-confidence", "1"], b"It was 412-68-9031.");
    assert!(ran.out.starts_with("nothing found\nus_ssn: at most 0."), "{}", ran.out);
    assert_eq!(ran.outcome, Outcome::Done);
}

#[test]
fn people_are_told_which_where_how_surely_and_why() {
    let ran = run(&[], "Grüße\nan ssn 536-22-8726".as_bytes());
    assert_eq!(ran.outcome, Outcome::Found);
    for part in ["us_ssn  0.9", "2:8, bytes 15..26: ", "looks for US social security numbers"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains("536"), "the match is not shown: {}", ran.out);
    let clean = run(&[], b"hello");
    assert_eq!((clean.outcome, clean.out.as_str()), (Outcome::Done, "nothing found\n"));
}

#[test]
fn at_the_strict_point_more_counts() {
    let text = "use ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaa1234567 here".as_bytes();
    let outcome = |words: &[&str]| run(&[&["--detectors", "api_key"], words].concat(), text).outcome;
    assert_eq!(outcome(&[]), outcome(&["--point", "balanced"]));
    assert_eq!(
        [outcome(&["--point", "balanced"]), outcome(&["--point", "strict"])],
        [Outcome::Done, Outcome::Found]
    );
}

#[test]
fn the_list_has_every_detector_with_both_points() {
    let told = run(&["--list"], b"").out;
    let rows: Vec<_> =
        told.lines().skip(1).map(|row| row.split_whitespace().take(3).collect::<Vec<_>>()).collect();
    let ids: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(ids, detectors::detector_ids());
    assert!(rows.iter().all(|row| row[1] == "0.50" && row[2] < row[1]), "{told}");
    let json = run(&["--list", "--jsonl", "--detectors", "iban"], b"");
    assert_eq!((lines(&json).len(), &lines(&json)[0]["balanced"]), (1, &json!(50)));
}

#[test]
fn words_that_make_no_sense_are_refused() {
    let rows: [(&[&str], &str); 5] = [
        (&["--point", "strict", "--min-confidence", "0.4"], "cannot be used with"),
        (&["--detectors", "us_snn"], "there are api_key, "),
        (&["--min-confidence", "80"], "from 0 to 1"),
        (&["--min-confidence", "much"], "from 0 to 1"),
        (&["--detectors", ""], "there are api_key, "),
    ];
    for (words, expected) in rows {
        let error = Only::try_parse_from([&["detect"], words].concat()).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
