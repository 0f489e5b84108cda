//! Covering in pieces: the same as covering the whole text.

use policy::{Cover, Span};
use proptest::prelude::*;

use super::*;

fn at(start: usize, end: usize) -> Redaction {
    let cover = Cover::Replace("[{n}]".into());
    Redaction { part: 0, span: Span::new(start, end), label: "name".to_owned(), cover }
}

#[test]
fn nothing_goes_out_that_is_not_settled_or_that_may_still_be_covered() {
    let mut held = HeldText::new();
    let mut covers = Covers::new();
    held.push("call 536-22-");
    assert_eq!(held.release(5, &[], &mut covers), "call ");
    assert_eq!(held.release(9, &[], &mut covers), "536-");
    held.push("1234 now");
    assert_eq!(held.release(3, &[], &mut covers), "", "settled does not go back");
    assert_eq!(held.release(18, &[at(9, 20)], &mut covers), "", "a redaction that may still grow");
    assert_eq!(held.release(20, &[at(9, 11), at(14, 20)], &mut covers), "[1]-12[2]");
    assert_eq!((held.gone(), held.is_empty()), (20, true));
}

#[test]
fn a_place_inside_a_character_is_before_it_and_a_redaction_there_covers_it() {
    let mut held = HeldText::new();
    let mut covers = Covers::new();
    held.push("née Müller");
    assert_eq!(held.release(2, &[], &mut covers), "n");
    assert_eq!(held.release(7, &[at(2, 7)], &mut covers), "", "it covers the whole of the ü");
    assert_eq!(held.release(8, &[at(2, 7), at(7, 8)], &mut covers), "[1]");
    assert_eq!(held.release(400, &[at(10, 400)], &mut covers), "ll[2]");
    assert_eq!(format!("{held:?}"), "HeldText(0 bytes from 12)");
}

/// Non-overlapping spans in order.
fn spans() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0_usize..6, 1_usize..6), 0..8).prop_map(|steps| {
        let mut end = 0;
        let mut spans = Vec::new();
        for (gap, length) in steps {
            spans.push((end + gap, end + gap + length));
            end += gap + length;
        }
        spans
    })
}

proptest! {
    #[test]
    fn wherever_it_is_cut_it_comes_to_covering_the_whole(
        text in "[aé<1 ]{0,40}",
        spans in spans(),
        steps in prop::collection::vec((0_usize..8, 0_usize..12), 0..20),
    ) {
        let redactions: Vec<_> = spans.iter().map(|&(start, end)| at(start, end)).collect();
        let mut covers = Covers::new();
        let mut held = HeldText::new();
        let (mut out, mut pushed, mut settled) = (String::new(), 0, 0);
        for (length, lag) in steps {
            let to = text.ceil_char_boundary(pushed + length);
            held.push(text.get(pushed..to).unwrap());
            pushed = to;
            // A redaction is found when it has come in full; until then nothing is settled from its start on.
            let found: Vec<_> =
                redactions.iter().filter(|redaction| redaction.span.end <= pushed).cloned().collect();
            let open = redactions.get(found.len()).map_or(usize::MAX, |redaction| redaction.span.start);
            settled = settled.max(pushed.saturating_sub(lag).min(open));
            out.push_str(&held.release(settled, &found, &mut covers));
            prop_assert!(held.gone() <= settled);
        }
        held.push(text.get(pushed..).unwrap());
        out.push_str(&held.release(text.len(), &redactions, &mut covers));
        prop_assert!(held.is_empty());
        prop_assert_eq!(out, Covers::new().cover(&text, &redactions));
    }
}
