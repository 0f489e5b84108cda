//! The README tells the truth: the paths it names exist, the commands it shows exist with their options, and
//! the policy it shows loads.

use std::collections::BTreeSet;

use conformance::files;
use conformance::program;

/// Folders at the root, in which a path of the README begins.
const ROOTS: [&str; 7] = [".ci/", "functions/", "infra/", "scripts/", "shared/", "tests/", "./scripts/"];

#[test]
fn the_paths_it_names_exist() {
    let readme = files::read("README.md");
    let named = paths(&readme);
    assert!(named.len() > 10, "the house tour names files: {named:?}");
    let missing: Vec<_> = named.iter().filter(|path| !files::root().join(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_commands_it_shows_exist() {
    let readme = files::read("README.md");
    let shown = commands(&readme);
    assert!(shown.iter().any(|words| words[0] == "serve"), "{shown:?}");
    for words in shown {
        let command: Vec<_> = words.iter().take_while(|word| is_word(word)).map(String::as_str).collect();
        let help = [&command[..1], &["--help"]].concat();
        let help = program::run(&help);
        assert_eq!(help.code, Some(0), "`sallyport {}`: {help:?}", command[0]);
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.stdout.contains(option.as_str()), "`sallyport {}` has no `{option}`", command[0]);
        }
    }
}

#[test]
fn the_policy_it_shows_loads() {
    let readme = files::read("README.md");
    let shown = blocks(&readme, "yaml").into_iter().find(|block| block.contains("kind: AIPolicy")).unwrap();
    let ids: Vec<_> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    if let Err(faults) = policy::Policy::load(&shown, &ids) {
        panic!("{faults:?}");
    }
}

#[test]
fn its_table_of_detectors_is_whole() {
    let readme = files::read("README.md");
    let points = |detector: &dyn detectors::Detector| {
        [policy::Confidence::DEFAULT_MINIMUM, detector.strict()]
            .map(|point| f64::from(point.as_percent()) / 100.0)
    };
    for detector in detectors::DETECTORS {
        let [balanced, strict] = points(*detector);
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{}` |", detector.id())));
        let ends = format!("| {balanced:.2} | {strict:.2} |");
        assert!(row.is_some_and(|row| row.ends_with(&ends)), "`{}` {ends}: {row:?}", detector.id());
    }
}

#[test]
fn what_is_wrong_is_found() {
    let planted = "See `shared/nowhere/src/lib.rs`, `shared/<id>.rs` and [this](tests/missing).\n\
                   ```sh\ncargo run --release -- vanish --now   # a comment\n./scripts/missing\n```\n\
                   ```\nshared/nothing   what it is\n```\n`sallyport lose FILE` loses.\n";
    let expected = ["scripts/missing", "shared/nothing", "shared/nowhere/src/lib.rs", "tests/missing"];
    assert_eq!(paths(planted).into_iter().collect::<Vec<_>>(), expected);
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(commands(planted), [words("vanish --now"), words("lose FILE")]);
}

/// Every path that the text names: in code, in a link, or as a word of a block. Those with a placeholder are
/// left out.
fn paths(text: &str) -> BTreeSet<String> {
    let separators = |letter: char| letter.is_whitespace() || "`()[],;\"'|".contains(letter);
    let words = text.split(separators).map(|word| word.trim_end_matches(['.', ':']));
    let named = words.filter(|word| ROOTS.iter().any(|root| word.starts_with(root)));
    let named = named.filter(|word| !word.contains(['<', '*', '…', '{']));
    named.map(|word| word.trim_start_matches("./").trim_end_matches('/').to_owned()).collect()
}

/// The words behind `sallyport`, or behind `cargo run … --`, wherever the text shows a call of it.
fn commands(text: &str) -> Vec<Vec<String>> {
    let joined = text.replace("\\\n", " ");
    let in_blocks = blocks(&joined, "sh").join("\n");
    let in_lines = in_blocks.lines().filter_map(|line| {
        let line = line.split(" #").next().unwrap_or_default();
        line.split_once(" -- ").filter(|(before, _)| before.contains("cargo run")).map(|(_, after)| after)
    });
    let spans = joined.split('`').filter_map(|span| span.strip_prefix("sallyport "));
    let words = |call: &str| call.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    in_lines
        .map(words)
        .chain(spans.map(words))
        .filter(|words| words.first().is_some_and(|word| is_word(word)))
        .collect()
}

fn is_word(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_lowercase())
}

/// The blocks of code in a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let after = text.split(&fence).skip(1);
    after.filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}
