//! How fast texts are scanned: with few and with many patterns, plain and hostile texts, short and long ones.
//!
//! Prints a table of MB/s (median, and the least disturbed reading). Read the numbers as ratios within one
//! run. Words given on the command line choose the rows that hold all of them.

use std::cell::LazyCell;
use std::time::Instant;

use detectors::{DETECTORS, Scan, Scanner};
use policy::{Confidence, Pattern, Probe, ProbeId, ProbeKind};

/// How many bytes are scanned for one reading, at least.
const BYTES_PER_READING: usize = 1 << 18;
const READINGS: usize = 7;
const SIZES: [usize; 6] = [200, 2_000, 16_384, 163_840, 1_000_000, 1_638_400];

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "row", "bytes", "findings", "median", "best");
    let every: Vec<&str> = DETECTORS.iter().map(|row| row.id()).collect();
    for (detectors, ids) in [("example", EXAMPLE), ("every detector", &every)] {
        for count in [0, 200, 10_000] {
            let set = format!("{detectors}, {count} patterns");
            let wanted = |row: &str| chosen.iter().all(|chosen| row.contains(chosen));
            let probes = probes(ids, count);
            if wanted(&format!("{set}, making")) {
                measure_making(&set, &probes);
            }
            let scanner = LazyCell::new(|| make_scanner(&probes));
            for (name, make) in TEXTS {
                for bytes in SIZES {
                    let row = format!("{set}, {name}");
                    if wanted(&format!("{row}, {bytes}")) {
                        measure(&row, &scanner, &make(bytes, &probes));
                    }
                }
            }
        }
    }
}

fn make_scanner(probes: &[Probe]) -> Scanner {
    Scanner::new(probes.iter().enumerate().map(|(index, probe)| (ProbeId(index), probe)))
}

/// Makes a scanner some times, and prints how long that takes. The first one in a process reads the shapes of its
/// detectors, which later ones find read; so it stands in a column of its own.
fn measure_making(set: &str, probes: &[Probe]) {
    let mut times: Vec<_> = (0..READINGS)
        .map(|_| {
            let before = Instant::now();
            std::hint::black_box(make_scanner(probes));
            before.elapsed()
        })
        .collect();
    let first = times.first().copied().unwrap_or_default();
    times.sort();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    println!(
        "{:<44} first {first:>13.1?} {:>9.1?} {:>9.1?}",
        format!("{set}, making"),
        at(times.len() / 2),
        at(0)
    );
}

fn measure(row: &str, scanner: &Scanner, text: &str) {
    let times = (BYTES_PER_READING / text.len()).max(1);
    let mut findings = 0;
    let mut readings: Vec<f64> = (0..READINGS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..times {
                let mut scan = Scan::default();
                scanner.scan(0, std::hint::black_box(text), &mut scan);
                findings = scan.findings.len();
            }
            let bytes = (text.len() * times) as f64;
            bytes / start.elapsed().as_secs_f64() / 1e6
        })
        .collect();
    readings.sort_by(f64::total_cmp);
    let at = |index: usize| readings.get(index).copied().unwrap_or_default();
    println!(
        "{row:<44} {:>9} {findings:>9} {:>9.1} {:>9.1}",
        text.len(),
        at(readings.len() / 2),
        at(readings.len() - 1)
    );
}

/// The detectors that the example policy names.
const EXAMPLE: &[&str] = &[
    "prompt_injection",
    "system_prompt_extraction",
    "hidden_text",
    "api_key",
    "password_assignment",
    "us_ssn",
    "credit_card",
    "email",
];

/// The patterns of the example policy.
const EXAMPLE_PATTERNS: [&str; 2] =
    [r"(?i)\b(?:union\s+(?:all\s+)?select|(?:drop|truncate)\s+table|delete\s+from)\b", r"\bE-\d{6}\b"];

/// Some detectors, the patterns of the example policy, and so many more.
fn probes(detectors: &[&str], patterns: usize) -> Vec<Probe> {
    let detector = |id: &str| Probe {
        label: id.to_owned(),
        kind: ProbeKind::Detector { id: id.to_owned(), min_confidence: Confidence::DEFAULT_MINIMUM },
    };
    let mut probes: Vec<Probe> = detectors.iter().map(|id| detector(id)).collect();
    probes.extend(EXAMPLE_PATTERNS.iter().map(|source| pattern(*source)));
    let mut dice = Dice(7);
    probes.extend((0..patterns).map(|index| pattern(source(index, &mut dice))));
    probes
}

fn pattern(source: impl Into<std::sync::Arc<str>>) -> Probe {
    Probe { label: "pattern".to_owned(), kind: ProbeKind::Pattern(Pattern::checked(source)) }
}

/// A pattern such as policies hold: nearly all name a word, few do not.
fn source(index: usize, dice: &mut Dice) -> String {
    let word = keyword(index);
    match index % 40 {
        0 => r"\b\d{3}-\d{2}-\d{4}\b".to_owned() + if index == 0 { "" } else { r"(?:\b)" },
        1..=9 => format!(r"(?i)\b{word}\b"),
        10..=19 => format!(r"(?i)\b{word}\s*[:=]\s*\S{{4,40}}"),
        20..=26 => format!(r"\b{word}-\d{{4,8}}\b"),
        27..=31 => format!(r"(?i)\b(?:{word}|{})\s+\w+\s+(?:table|records?|data)\b", keyword(index + 31)),
        32..=35 => format!(r"[\w.+-]{{1,64}}@{word}\.(?:com|org|example)"),
        36..=38 => format!(r#"(?i)"{word}_(?:id|key|token)"\s*:\s*"[^"]{{1,80}}""#),
        _ => format!(r"(?i)please.{{0,40}}{word}.{{0,{}}}now", 20 + dice.below(40)),
    }
}

const SYLLABLES: [&str; 20] = [
    "ba", "cor", "del", "fin", "gar", "hol", "jax", "kum", "lor", "mip", "nov", "pras", "quon", "rud", "sev",
    "tor", "vex", "wim", "yor", "zet",
];

/// A word of two or more syllables; another for each number.
fn keyword(number: usize) -> String {
    let mut word = String::new();
    let mut rest = number + SYLLABLES.len();
    while rest > 0 {
        word.push_str(SYLLABLES.get(rest % SYLLABLES.len()).copied().unwrap_or_default());
        rest /= SYLLABLES.len();
    }
    word
}

/// Makes a text of so many bytes.
type Make = fn(usize, &[Probe]) -> String;

const TEXTS: &[(&str, Make)] = &[
    ("prose", |bytes, _| fill(bytes, sentence)),
    ("letters a", |bytes, _| "a".repeat(bytes)),
    ("digits", |bytes, _| fill(bytes, push_digit)),
    ("grouped digits", |bytes, _| fill(bytes, group)),
    ("at signs", |bytes, _| "@".repeat(bytes)),
    ("letters at letters", |bytes, _| "ab.c@".repeat(bytes / 5)),
    ("brackets", |bytes, _| "([{<".repeat(bytes / 4)),
    ("base64 soup", |bytes, _| fill(bytes, soup)),
    ("keywords", |bytes, probes| {
        let words = probes.len();
        fill(bytes, move |dice, text| text.push_str(&format!("{} ", keyword(dice.below(words.max(1))))))
    }),
    ("near matches", |bytes, probes| {
        let words = probes.len();
        fill(bytes, move |dice, text| {
            text.push_str(&format!(
                "please {}: password=\" {}-123 ",
                keyword(dice.below(words.max(1))),
                keyword(22)
            ));
        })
    }),
    ("zero width", |bytes, _| fill(bytes, hidden)),
    ("percent", |bytes, _| "%41%20".repeat(bytes / 6)),
    ("cyrillic", |bytes, _| fill(bytes, |_, text| text.push_str("Съешь же ещё этих мягких булок. "))),
    ("links", |bytes, _| fill(bytes, |_, text| text.push_str("[a](https://example.com/a?b=c) "))),
];

fn fill(bytes: usize, mut append: impl FnMut(&mut Dice, &mut String)) -> String {
    let mut dice = Dice(42);
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        append(&mut dice, &mut text);
    }
    text.truncate(text.floor_char_boundary(bytes));
    text
}

const WORDS: &str = "the of and to in a is that for it as was with be by on not he his but at are this have from or \
    had an they which one you were all her she there would their we him been has when who will no more if out so up \
    said what its about than into them can only other time new some could these two may first then do any like my now \
    over such our man me even most made after also did many before must well back through years much where your way \
    down should because each just those people how too little state good very make world still see own work long here \
    customer account system request meeting project quarterly report delivery invoice schedule colleague question \
    please update review password section important information service database table record data order";

/// A sentence of ordinary words, with a number or two now and then.
fn sentence(dice: &mut Dice, text: &mut String) {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    for _ in 0..6 + dice.below(12) {
        match dice.below(40) {
            0 => text.push_str(&format!("{} ", dice.below(5000))),
            1 => text.push_str("(see below), "),
            _ => {
                text.push_str(words.get(dice.below(words.len())).copied().unwrap_or_default());
                text.push(' ');
            }
        }
    }
    text.pop();
    text.push_str(if dice.below(6) == 0 { ".\n\n" } else { ". " });
}

fn push_digit(dice: &mut Dice, text: &mut String) {
    text.push(char::from_digit(u32::try_from(dice.below(10)).unwrap_or_default(), 10).unwrap_or('0'));
}

fn group(dice: &mut Dice, text: &mut String) {
    (0..3 + dice.below(2)).for_each(|_| push_digit(dice, text));
    text.push(if dice.below(2) == 0 { '-' } else { ' ' });
}

fn soup(dice: &mut Dice, text: &mut String) {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for _ in 0..16 + dice.below(120) {
        text.push(alphabet.get(dice.below(64)).copied().map_or('A', char::from));
    }
    text.push(' ');
}

/// Words with characters that do not show.
fn hidden(dice: &mut Dice, text: &mut String) {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    for character in words.get(dice.below(words.len())).copied().unwrap_or_default().chars() {
        text.push(character);
        if dice.below(4) == 0 {
            text.push('\u{200b}');
        }
    }
    text.push(' ');
}

/// Numbers that are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        usize::try_from(bits % bound.max(1) as u64).unwrap_or_default()
    }
}
