//! The plain way to run detectors: every shape over the whole text, one after the other. It is slow and
//! obviously right, which makes it the reference for the engine and the first test of the detectors' data.

use policy::{Confidence, Span};
use regex_automata::meta::Regex;

use crate::watch::look_through;
use crate::{Candidate, DETECTORS, Detector, Hit, ViewKind};

/// A detector with its expressions compiled.
pub(crate) struct Naive {
    pub(crate) detector: &'static dyn Detector,
    shapes: Vec<Regex>,
}

impl Naive {
    /// All detectors of the table.
    pub(crate) fn all() -> Vec<Self> {
        DETECTORS.iter().map(|detector| Self::new(*detector)).collect()
    }

    /// One detector; a shape that does not compile is a mistake in this program.
    pub(crate) fn new(detector: &'static dyn Detector) -> Self {
        let compile = |shape: &crate::Shape| {
            Regex::new(shape.regex)
                .unwrap_or_else(|fault| panic!("{}: {}: {fault}", detector.id(), shape.name))
        };
        Self { detector, shapes: detector.shapes().iter().map(compile).collect() }
    }

    /// The hits in the text as it is, sorted by place.
    pub(crate) fn hits(&self, text: &str) -> Vec<Hit> {
        self.hits_looking(text, self.detector.looks_after())
    }

    fn hits_looking(&self, text: &str, looks_after: usize) -> Vec<Hit> {
        let mut found = Vec::new();
        for (shape, regex) in self.detector.shapes().iter().zip(&self.shapes) {
            for captures in regex.captures_iter(text) {
                let group = captures.get_group(1).or_else(|| captures.get_match().map(|whole| whole.span()));
                let Some(group) = group else { continue };
                let span = Span::new(group.start, group.end);
                let candidate = Candidate::new(text, span, shape.confidence, looks_after);
                found.extend(shape.hit(&candidate, self.detector));
            }
        }
        if let Some(mut watch) = self.detector.watch(ViewKind::Original) {
            look_through(&mut *watch, text, &mut found);
        }
        found.sort_by_key(|hit| (hit.span, hit.shape));
        self.detector.combine(&mut found);
        found
    }
}

/// The texts of a detector's data that hold something.
#[cfg(test)]
pub(crate) fn hit_texts(id: &str) -> Vec<String> {
    tests::cases(id).hit.into_iter().map(|case| case.text).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::CONTEXT_AFTER;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Cases {
        pub(super) hit: Vec<HitCase>,
        miss: Vec<MissCase>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct HitCase {
        name: String,
        pub(super) text: String,
        found: Vec<String>,
        min: Option<u8>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct MissCase {
        name: String,
        text: String,
    }

    #[expect(clippy::disallowed_methods, reason = "the cases are files, and a test may read them")]
    pub(super) fn cases(id: &str) -> Cases {
        let path = format!("{}/../../tests/testdata/detectors/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        toml::from_str(&file).unwrap_or_else(|fault| panic!("{path}: {fault}"))
    }

    #[test]
    fn every_detector_finds_its_hits_and_leaves_its_misses() {
        let mut wrong = Vec::new();
        for naive in Naive::all() {
            let id = naive.detector.id();
            let cases = cases(id);
            for case in &cases.hit {
                let least = Confidence::percent(case.min.unwrap_or(50));
                let found: BTreeSet<&str> = seen(&naive, &case.text, least);
                let wanted: BTreeSet<&str> = case.found.iter().map(String::as_str).collect();
                if found != wanted {
                    wrong.push(format!("{id}: hit `{}`: wanted {wanted:?}, found {found:?}", case.name));
                }
            }
            for case in &cases.miss {
                let found = seen(&naive, &case.text, Confidence::DEFAULT_MINIMUM);
                if !found.is_empty() {
                    wrong.push(format!("{id}: miss `{}`: found {found:?}", case.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn seen<'t>(naive: &Naive, text: &'t str, least: Confidence) -> BTreeSet<&'t str> {
        let hits = naive.hits(text).into_iter().filter(|hit| hit.confidence >= least);
        hits.filter_map(|hit| text.get(hit.span.start..hit.span.end)).collect()
    }

    /// Words that some detector asks for after a match, and what joins or ends one.
    const AFTERWARDS: &[&str] = &[
        " ssn",
        " social security",
        " card",
        " passport",
        " phone",
        " tel",
        " ip",
        " address",
        " is my",
        " the",
        " a",
        ":",
        "/",
        ".git",
        "-",
        "_",
        "(",
        " 1234",
        "é",
        "'",
        "\"",
        "`",
        " example",
        " phrase",
        ".",
        "x",
        "  ",
    ];

    type Told = (Naive, Vec<String>);

    static TOLD: LazyLock<Vec<Told>> = LazyLock::new(|| {
        let with_texts = |naive: Naive| {
            let texts = cases(naive.detector.id()).hit.into_iter().map(|case| case.text).collect();
            (naive, texts)
        };
        Naive::all().into_iter().map(with_texts).collect()
    });

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A detector looks no further than it says.
        #[test]
        fn what_stands_further_behind_than_a_detector_looks_says_nothing(
            row in any::<prop::sample::Index>(),
            case in any::<prop::sample::Index>(),
            words in prop::collection::vec(prop::sample::select(AFTERWARDS), 0..12)
        ) {
            let (naive, texts) = row.get(&TOLD);
            let text = case.get(texts).clone() + &words.concat();
            prop_assert_eq!(naive.hits(&text), naive.hits_looking(&text, CONTEXT_AFTER));
        }
    }

    #[test]
    fn shape_names_are_unique_and_expressions_bounded() {
        for detector in DETECTORS {
            let mut names = BTreeSet::new();
            for shape in detector.shapes() {
                assert!(names.insert(shape.name), "{}: {} twice", detector.id(), shape.name);
                let hir = regex_syntax::parse(shape.regex).unwrap();
                let longest = hir.properties().maximum_len();
                assert!(longest.is_some_and(|bytes| bytes <= 4096), "{}: {}", detector.id(), shape.name);
                assert!(hir.properties().minimum_len().is_some_and(|bytes| bytes >= 2), "{}", shape.name);
            }
        }
    }
}
