//! Every way to tamper with a log, and what the auditor is told.

use proptest::prelude::*;

use super::*;
use crate::chain::Chain;
use crate::record::tests::record;

/// Lines of chains, taken in turns: `"aab"` is two records of chain `a` and one of chain `b`.
fn log(turns: &str) -> Vec<String> {
    let mut chains: BTreeMap<char, Chain> = BTreeMap::new();
    let seal = |(number, turn): (usize, char)| {
        let chain = chains.entry(turn).or_insert_with(|| Chain::new(turn));
        chain.seal(&record(number as u64)).unwrap().line().to_owned()
    };
    turns.chars().enumerate().map(seal).collect()
}

fn judged(lines: &[String]) -> Verdict {
    judged_text(&text(lines))
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn judged_text(text: &str) -> Verdict {
    verify(text.as_bytes(), &[]).unwrap()
}

/// The record at `at` with another content and a hash that fits: what somebody writes who knows the form.
fn forged(lines: &[String], at: usize) -> String {
    let mut chain = Chain::new("a");
    for number in 0..at {
        chain.seal(&record(number as u64)).unwrap();
    }
    assert_eq!(chain.seal(&record(at as u64)).unwrap().line(), lines[at], "the chain is rebuilt as it was");
    let mut chain = Chain::new("a");
    for number in 0..at {
        chain.seal(&record(number as u64)).unwrap();
    }
    chain.seal(&record(999)).unwrap().line().to_owned()
}

#[test]
fn an_untouched_log_is_whole_and_tells_its_chains() {
    for turns in ["a", "aaaa", "abab", "aabbbcca"] {
        let verdict = judged(&log(turns));
        assert!(verdict.is_whole(), "{turns}: {verdict}");
        assert_eq!(verdict.lines, turns.len() as u64);
        for chain in &verdict.chains {
            let count = turns.matches(&chain.id).count() as u64;
            assert_eq!((chain.count, chain.first_sequence, chain.last_sequence), (count, 1, count));
        }
    }
    let without_last_break = log("aa").join("\n");
    assert!(judged_text(&without_last_break).is_whole());
}

#[test]
fn an_empty_log_is_empty() {
    let verdict = judged(&[]);
    assert!(!verdict.is_whole());
    assert_eq!(verdict.to_string(), "the log is empty");
}

type Tampering = fn(&mut Vec<String>);

#[test]
fn the_first_record_that_was_tampered_with_is_named() {
    let rows: [(&str, Tampering, u64, FaultKind); 15] = [
        ("changed", |log| log[2] = log[2].replace("gpt-x", "gpt-y"), 3, FaultKind::Changed),
        (
            "its place changed",
            |log| log[2] = log[2].replace("\"sequence\":3", "\"sequence\":4"),
            3,
            FaultKind::Changed,
        ),
        ("changed and sealed again", |log| log[2] = forged(log, 2), 4, FaultKind::Unlinked),
        ("one removed", |log| drop(log.remove(2)), 3, FaultKind::Removed { first: 3, last: 3 }),
        ("two removed", |log| drop(log.drain(1..3)), 2, FaultKind::Removed { first: 2, last: 3 }),
        ("two swapped", |log| log.swap(2, 3), 3, FaultKind::Moved),
        ("the first two swapped", |log| log.swap(0, 1), 2, FaultKind::Moved),
        ("far ones swapped", |log| log.swap(1, 4), 2, FaultKind::Moved),
        ("duplicated", |log| log.insert(3, log[1].clone()), 4, FaultKind::Duplicated),
        ("added", |log| log.insert(3, forged(log, 2)), 4, FaultKind::Added),
        ("added before", |log| log.insert(2, forged(log, 2)), 4, FaultKind::Added),
        ("a line that is no record", |log| log.insert(2, "{}".to_owned()), 3, FaultKind::NotARecord),
        ("an empty line", |log| log.insert(2, String::new()), 3, FaultKind::NotARecord),
        ("blanks put in", |log| log[2] = log[2].replace("\":", "\": "), 3, FaultKind::Reformatted),
        (
            "a fraction",
            |log| log[2] = log[2].replace("\"sequence\":3", "\"sequence\":3.0"),
            3,
            FaultKind::NotARecord,
        ),
    ];
    for (name, tamper, line, kind) in rows {
        let mut lines = log("aaaaaa");
        tamper(&mut lines);
        let verdict = judged(&lines);
        let fault = verdict.fault.clone().unwrap_or_else(|| panic!("{name}: not found"));
        assert_eq!((fault.line, fault.kind), (line, kind), "{name}: {fault}");
        assert!(!verdict.is_whole(), "{name}");
    }
}

#[test]
fn a_fault_is_one_plain_sentence() {
    let mut lines = log("aaaa");
    lines.remove(1);
    let expected =
        "line 2 (chain `a`, sequence 3): the record with sequence 2, which belongs before it, was removed";
    assert_eq!(judged(&lines).fault.unwrap().to_string(), expected);

    let whole = text(&log("aa"));
    let cut = judged_text(whole.split_at(whole.len() - 9).0);
    let expected = "line 2: the log was truncated: its last line ends before the record does";
    assert_eq!(cut.fault.unwrap().to_string(), expected);
}

#[test]
fn other_chains_do_not_hide_a_fault() {
    let mut lines = log("abcabcabc");
    lines.remove(4);
    let fault = judged(&lines).fault.unwrap();
    let found = (fault.line, fault.chain.as_deref(), fault.sequence, fault.kind);
    assert_eq!(found, (7, Some("b"), Some(3), FaultKind::Removed { first: 2, last: 2 }));
}

#[test]
fn a_rotated_file_begins_in_mid_chain_and_says_so() {
    let lines = log("aaaaa");
    let (before, after) = (judged(&lines[..2]), judged(&lines[2..]));
    assert!(after.fault.is_none() && !after.is_whole());
    assert!(after.to_string().starts_with("chain `a` begins at sequence 3: 3 records up to sequence 5"));

    let anchor = before.chains[0].anchor();
    let follows = |lines: &[String]| verify(text(lines).as_bytes(), std::slice::from_ref(&anchor)).unwrap();
    assert!(follows(&lines[2..]).fault.is_none());
    assert_eq!(follows(&log("xaaaaa")[3..]).fault.unwrap().kind, FaultKind::Unlinked, "another chain `a`");
}

#[test]
fn an_anchor_shows_what_a_chain_alone_cannot() {
    let lines = log("aaaaa");
    let anchor = judged(&lines[..4]).chains[0].anchor();
    let anchored =
        |lines: &[String]| verify(text(lines).as_bytes(), std::slice::from_ref(&anchor)).unwrap().fault;
    assert_eq!(anchored(&lines), None);
    assert_eq!(anchored(&lines[..4]), None);
    let mut anew: Vec<String> = lines[..3].to_vec();
    anew.push(forged(&lines, 3));
    let rows = [
        ("cut off", lines[..3].to_vec(), FaultKind::CutOff),
        ("all removed", log("bb"), FaultKind::CutOff),
        ("emptied", Vec::new(), FaultKind::CutOff),
        ("written anew", anew, FaultKind::NotTheAnchor),
    ];
    for (name, lines, kind) in rows {
        assert_eq!(anchored(&lines).map(|fault| fault.kind), Some(kind), "{name}");
    }
}

#[test]
fn hostile_lines_are_no_records_and_no_trouble() {
    let endless = "x".repeat(usize::try_from(MAX_LINE_BYTES).unwrap() + 10);
    let deep = "[".repeat(100_000);
    let rows: [&[u8]; 8] = [
        endless.as_bytes(),
        deep.as_bytes(),
        b"\xff\xfe\n",
        b"null\n",
        b"{\"chain\":{}}\n",
        b"{\"chain\":{\"hash\":\"\",\"id\":\"a\",\"previous\":\"\",\"sequence\":0}}\n",
        b"{\"chain\":{\"hash\":1,\"id\":\"a\",\"previous\":\"\",\"sequence\":1}}\n",
        b"{\"chain\":{\"hash\":\"\",\"id\":\"a\",\"previous\":\"\",\"sequence\":18446744073709551616}}\n",
    ];
    for row in rows {
        let fault = verify(row, &[]).unwrap().fault.unwrap();
        assert!(matches!(fault.kind, FaultKind::NotARecord | FaultKind::Truncated), "{fault}");
        assert_eq!(fault.line, 1);
    }
    let steering = "{\"chain\":{\"hash\":\"\",\"id\":\"\\u001b[2J\",\"previous\":\"\",\"sequence\":1}}\n";
    assert!(!judged_text(steering).to_string().contains('\u{1b}'));
}

proptest! {
    #[test]
    fn any_changed_byte_is_found(turns in "[abc]{1,8}", at: prop::sample::Index, byte: u8) {
        let mut bytes = text(&log(&turns)).into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        bytes[at] = byte;
        let verdict = verify(&*bytes, &[]).unwrap();
        prop_assert_eq!(verdict.fault.map(|fault| fault.line), Some(line));
    }

    #[test]
    fn any_removal_but_of_a_tail_is_found(turns in "[ab]{2,10}", from: prop::sample::Index, count in 1_usize..4) {
        let mut lines = log(&turns);
        let from = from.index(lines.len());
        let to = (from + count).min(lines.len());
        // A chain shows a removal only by a later record of its own.
        let shows = turns.chars().skip(to).any(|later| turns.chars().take(to).skip(from).any(|gone| gone == later));
        lines.drain(from..to);
        prop_assert_eq!(judged(&lines).is_whole(), !shows && !lines.is_empty());
    }

    #[test]
    fn any_swap_within_a_chain_is_found(turns in "[ab]{2,10}", one: prop::sample::Index, other: prop::sample::Index) {
        let mut lines = log(&turns);
        let (one, other) = (one.index(lines.len()), other.index(lines.len()));
        prop_assume!(one != other && turns.as_bytes()[one] == turns.as_bytes()[other]);
        lines.swap(one, other);
        prop_assert!(judged(&lines).fault.is_some());
    }

    #[test]
    fn any_truncation_within_a_line_is_found(turns in "[ab]{1,6}", at: prop::sample::Index) {
        let whole = text(&log(&turns));
        let (kept, cut_off) = whole.split_at(at.index(whole.len()));
        let within = !kept.is_empty() && !kept.ends_with('\n') && !cut_off.starts_with('\n');
        prop_assert_eq!(judged_text(kept).fault.is_some(), within);
    }

    #[test]
    fn no_bytes_are_trouble(bytes: Vec<u8>) {
        prop_assert_eq!(verify(&*bytes, &[]).unwrap().fault.is_some(), !bytes.is_empty());
    }
}
