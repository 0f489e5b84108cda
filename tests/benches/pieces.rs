//! What it costs to look through a text that comes in pieces, and how much of it is held back: with the output rules
//! of the example policy, with many patterns, and with every detector; at the beginning of a long text and at its end.
//!
//! Prints, for each, the time for one piece (median, and the least disturbed reading) and how many bytes are held back
//! after a piece (mean, and most). Read the numbers as ratios within one run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use conformance::timing::Readings;
use detectors::{DETECTORS, Scan, Scanner, TextStream};
use policy::{Confidence, Pattern, Probe, ProbeId, ProbeKind};

/// How many bytes a piece has, as models cut their answers.
const PIECE: usize = 20;

/// Pieces that are timed together, since one alone is shorter than what a clock can tell.
const TOGETHER: usize = 50;

/// The length of the text before the pieces that are timed.
const LENGTHS: [usize; 3] = [1_000, 100_000, 10_000_000];

fn main() {
    println!(
        "{:<36} {:<12} {:>10} {:>10} {:>10} {:>10} {:>8}",
        "looked for", "text", "at byte", "median", "best", "held mean", "most"
    );
    let every: Vec<&str> = DETECTORS.iter().map(|row| row.id()).collect();
    if std::env::args().any(|word| word == "each") {
        for id in &every {
            measure(id, "prose", &Arc::new(scanner(&[id], 0)), PROSE, 1_000);
        }
        return;
    }
    let sets: [(&str, &[&str], usize); 4] = [
        ("the example's output rules", &["us_ssn", "credit_card", "email"], 0),
        ("the same and 200 patterns", &["us_ssn", "credit_card", "email"], 200),
        ("every detector", &every, 0),
        ("every detector and 200 patterns", &every, 200),
    ];
    for (name, detectors, patterns) in sets {
        let scanner = Arc::new(scanner(detectors, patterns));
        for (kind, source) in TEXTS {
            for length in LENGTHS {
                if length > 100_000 && (patterns > 0 || detectors.len() > 3) {
                    continue;
                }
                measure(name, kind, &scanner, source, length);
            }
        }
    }
}

fn measure(name: &str, kind: &str, scanner: &Arc<Scanner>, source: &str, length: usize) {
    let mut text = Text { source, at: 0 };
    let mut stream = TextStream::new(Arc::clone(scanner));
    let mut found = Scan::default();
    let mut held = Held::default();
    let mut fed = 0;
    while fed < length {
        fed += feed(&mut stream, &mut text, &mut found);
        held.note(fed - stream.settled());
    }
    let readings = (0..200).map(|_| {
        let start = Instant::now();
        for _ in 0..TOGETHER {
            fed += feed(&mut stream, &mut text, &mut found);
        }
        let took = start.elapsed();
        held.note(fed - stream.settled());
        took / u32::try_from(TOGETHER).unwrap_or(1)
    });
    let readings = Readings::of(readings.collect());
    println!(
        "{name:<36} {kind:<12} {length:>10} {:>10} {:>10} {:>10.1} {:>8}",
        shown(readings.median()),
        shown(readings.smallest()),
        held.mean(),
        held.most
    );
}

fn feed(stream: &mut TextStream, text: &mut Text<'_>, found: &mut Scan) -> usize {
    let piece = text.piece();
    stream.push(0, std::hint::black_box(piece), found);
    found.findings.clear();
    piece.len()
}

fn shown(time: Duration) -> String {
    format!("{:.2} us", time.as_secs_f64() * 1e6)
}

/// A text without end.
struct Text<'t> {
    source: &'t str,
    at: usize,
}

impl<'t> Text<'t> {
    fn piece(&mut self) -> &'t str {
        if self.at >= self.source.len() {
            self.at = 0;
        }
        let end = self.source.ceil_char_boundary((self.at + PIECE).min(self.source.len()));
        let piece = self.source.get(self.at..end).unwrap_or_default();
        self.at = end;
        piece
    }
}

#[derive(Default)]
struct Held {
    sum: usize,
    count: usize,
    most: usize,
}

impl Held {
    fn note(&mut self, bytes: usize) {
        self.sum += bytes;
        self.count += 1;
        self.most = self.most.max(bytes);
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64
    }
}

fn scanner(detectors: &[&str], patterns: usize) -> Scanner {
    let detector =
        |id: &&str| ProbeKind::Detector { id: (*id).to_owned(), min_confidence: Confidence::DEFAULT_MINIMUM };
    let own = |source: String| ProbeKind::Pattern(Pattern::checked(source));
    let employee = own(r"\bE-\d{6}\b".to_owned());
    let many = (0..patterns).map(|index| own(pattern(index)));
    let probes: Vec<Probe> = detectors
        .iter()
        .map(detector)
        .chain([employee])
        .chain(many)
        .map(|kind| Probe { label: "any".to_owned(), kind })
        .collect();
    Scanner::new(probes.iter().enumerate().map(|(id, probe)| (ProbeId(id), probe)))
}

/// A pattern such as policies hold, with a word of its own.
fn pattern(index: usize) -> String {
    let syllables =
        ["ba", "cor", "del", "fin", "gar", "hol", "jax", "kum", "lor", "mip", "nov", "pras", "quon"];
    let syllable = |at: usize| syllables.get(at % syllables.len()).copied().unwrap_or_default();
    let word = format!("{}{}{}", syllable(index), syllable(index / 13), syllable(index * 7 + 3));
    match index % 4 {
        0 => format!(r"(?i)\b{word}\b"),
        1 => format!(r"(?i)\b{word}\s*[:=]\s*\S{{4,40}}"),
        2 => format!(r"\b{word}-\d{{4,8}}\b"),
        _ => format!(r"(?i)\b(?:{word}|{}x)\s+\w+\s+(?:table|records?|data)\b", syllable(index + 5)),
    }
}

const TEXTS: [(&str, &str); 3] = [("prose", PROSE), ("code", CODE), ("french", FRENCH)];

const PROSE: &str = "The harbour was quiet when Miriam came down the steps with the last of the boxes. She had \
counted them twice, forty-one in all, and still felt that something had been left behind. \"You worry too much,\" \
her brother said, without looking up from the engine. He was right, of course; he usually was about small things. \
By eight o'clock the mist had lifted and they could see the lighthouse on the far side of the bay, white and thin \
as a candle.\n\nIn general, there are three ways to approach such a problem. First, you can reduce the amount of \
work that has to be done at all: caching, batching and avoiding repeated conversions often help more than any \
clever algorithm. Second, you can do the same work in parallel, provided that the parts don't depend on each other. \
Third, you can choose a better data structure, for example a hash map instead of a sorted list (see chapter 4). \
Which one is best depends on your measurements, not on your intuition.\n\n1. Preheat the oven to 180 degrees.\n\
2. Mix 200 g of flour with two eggs and a pinch of salt.\n3. Let the dough rest for about half an hour, then roll it \
out until it is 3 mm thick.\n\nThe committee, which met on the 14th of March 2024, agreed that the self-service \
portal should be available around the clock. It isn't expensive: the yearly cost comes to roughly 12,500 euros, \
or 0.7% of the budget. Nevertheless, several members asked for a well-defined exit strategy and a short report \
after six months. ";

const CODE: &str = "Here is one way to write it:\n\n```python\nimport json\nfrom pathlib import Path\n\n\ndef \
load_settings(path: str) -> dict:\n    \"\"\"Reads the settings, with defaults for what is missing.\"\"\"\n    text = \
Path(path).read_text(encoding=\"utf-8\")\n    settings = {\"retries\": 3, \"timeout_seconds\": 2.5, \
**json.loads(text)}\n    if settings[\"retries\"] < 0:\n        raise ValueError(f\"retries must not be negative: \
{settings['retries']}\")\n    return settings\n\n\nclass ConnectionPoolManagerConfiguration:\n    def \
__init__(self, max_size=16, *, idle=60):\n        self.max_size = max_size\n        self.idle = idle\n```\n\nRun it with \
`python -m settings_loader ./config/production/settings.json --verbose`, and see \
https://docs.example.org/reference/settings#timeout_seconds for the other members.\n\n";

const FRENCH: &str = "L’été dernier, nous avons passé trois semaines au bord de la mer, près d’un petit village où \
personne n’était pressé. « Vous êtes déjà réveillés ? » demandait chaque matin la boulangère, étonnée… Les enfants \
couraient pieds nus jusqu’à la plage, et même la grand-mère, d’habitude si sévère, riait de bon cœur. Bien sûr, il \
a plu quelquefois ; mais le café restait ouvert, et l’on y jouait aux échecs jusqu’au soir. ";
