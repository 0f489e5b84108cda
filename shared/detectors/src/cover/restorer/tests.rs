//! Putting back in pieces: the same as putting back in the whole text.

use policy::{Cover, Redaction, Span};
use proptest::prelude::*;

use super::*;

/// Covers with a value for each label.
fn covers(labels: &[(&str, &str)]) -> Covers {
    let mut covers = Covers::new();
    for (label, value) in labels {
        let span = Span::new(0, value.len());
        let redaction = Redaction { part: 0, span, label: (*label).to_owned(), cover: Cover::Token };
        covers.cover(value, &[redaction]);
    }
    covers
}

#[test]
fn only_the_beginning_of_a_placeholder_in_use_is_held_back() {
    let covers = covers(&[("email", "a@b.example"), ("email", "<c@d.example")]);
    let rows: &[(&[&str], &[&str], &str)] = &[
        (&["no <b>bold</b>", " here"], &["no <b>bold</b>", " here"], ""),
        (&["to <EM", "AIL_1>!"], &["to ", "a@b.example!"], ""),
        (&["<", "<EMAIL", "_2", ">"], &["", "<", "", "<c@d.example"], ""),
        (&["<EMAIL_", "3>"], &["", "<EMAIL_3>"], ""),
        (&["<EMAIL_1"], &[""], "<EMAIL_1"),
        (&["x < y, <E", ""], &["x < y, ", ""], "<E"),
        (&["<EMAIL_2", ">AIL_1>"], &["", "<c@d.exampleAIL_1>"], ""),
    ];
    for (pieces, released, rest) in rows {
        let mut restorer = Restorer::new();
        let out: Vec<_> = pieces.iter().map(|piece| restorer.push(&covers, piece)).collect();
        assert_eq!(
            (out, restorer.finish().as_str()),
            (released.iter().map(|s| (*s).to_owned()).collect(), *rest)
        );
    }
}

#[test]
fn without_placeholders_nothing_is_held_back() {
    let mut restorer = Restorer::new();
    assert_eq!(restorer.push(&Covers::new(), "if a <"), "if a <");
    assert_eq!(format!("{restorer:?}{}", restorer.finish()), "Restorer");
}

proptest! {
    #[test]
    fn wherever_it_is_cut_it_comes_to_restoring_the_whole(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["<EMAIL_1>", "<EMAIL_12>", "<EMAIL_", "<E", "1>", "é", "<", ">", "AIL_1", " x"]),
            0..12,
        ),
        cuts in prop::collection::vec(0_usize..80, 0..12),
    ) {
        let values: Vec<_> = (0..12).map(|number| format!("<value {number}>")).collect();
        let labels: Vec<_> = values.iter().map(|value| ("email", value.as_str())).collect();
        let covers = covers(&labels);
        let text = pieces.concat();
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| text.floor_char_boundary(cut)).collect();
        cuts.sort_unstable();
        let mut restorer = Restorer::new();
        let (mut out, mut done) = (String::new(), 0);
        for cut in cuts.into_iter().chain([text.len()]) {
            out.push_str(&restorer.push(&covers, text.get(done..cut).unwrap()));
            done = cut;
        }
        out.push_str(&restorer.finish());
        prop_assert_eq!(out, covers.restore(&text).unwrap_or(text));
    }
}
