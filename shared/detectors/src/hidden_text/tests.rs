//! How what nobody sees is judged by what stands near it.

use super::*;
use crate::watch::look_through;

fn found(text: &str) -> Vec<(usize, usize, u8)> {
    let mut found = Vec::new();
    look_through(&mut Reader::default(), text, &mut found);
    found.iter().map(|hit| (hit.span.start, hit.span.end, hit.confidence.as_percent())).collect()
}

#[test]
fn scattered_zero_width_characters_are_judged_by_those_near_them() {
    let word = |apart: usize, times: usize| format!("{}\u{200b}", "x".repeat(apart)).repeat(times) + "x";
    // Near each other they are one thing; further apart, the third says that there are many.
    assert_eq!(found(&word(40, 3)), [(40, 129, 85)]);
    assert_eq!(found(&word(41, 3)), [(41, 44, 40), (85, 88, 40), (129, 132, 55)]);
    assert_eq!(found(&word(998, 3)).iter().map(|hit| hit.2).max(), Some(40));
    assert_eq!(found(&word(10, 2)), [(10, 13, 40), (23, 26, 40)]);
    // Many are found as several of at most 1 KiB, none of which is lost.
    let many = found(&word(37, 26 + 1));
    assert_eq!(many, [(37, 1040, 85), (1077, 1080, 85)]);
}

#[test]
fn what_stands_right_before_a_run_has_a_say_however_much_was_passed() {
    for passed in [1, 2, 33, 100] {
        let before = "x".repeat(passed);
        assert_eq!(found(&format!("{before} \u{200b}y")), [], "{passed}");
        assert_eq!(found(&format!("{before}\u{200b}y")), [(passed, passed + 3, 40)], "{passed}");
    }
}

#[test]
fn letters_from_right_to_left_excuse_a_reading_order_near_them() {
    let text = |apart: usize| format!("\u{5d0}{}\u{202e}x", "x".repeat(apart));
    let rows = [(text(256), 30), (text(257), 85), ("x\u{202e}\u{5d0}".to_owned(), 30)];
    for (text, wanted) in rows {
        assert_eq!(found(&text).iter().map(|hit| hit.2).collect::<Vec<_>>(), [wanted], "{text}");
    }
}

#[test]
fn an_endless_run_is_found_in_pieces() {
    assert_eq!(found(&"\u{200b}".repeat(500)), [(0, 1026, 97), (1026, 1500, 97)]);
    assert_eq!(found(&format!("\u{1f3f4}{}", "\u{e0067}".repeat(257))), [(4, 1028, 98), (1028, 1032, 70)]);
}

#[test]
fn what_nothing_can_change_any_more_is_not_pending() {
    let rows = [
        ("plain", 5),
        ("Köln", 5),
        ("a\u{200b}", 1),
        ("a\u{200b}b", 1),
        ("a\u{200b} b", 6),
        ("a\u{200b}bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 45),
        ("a\u{202e}b", 5),
    ];
    for (text, open) in rows {
        let mut watch = Reader::default();
        watch.advance(Known { text, start: 0, ended: false }, &mut Vec::new());
        assert_eq!(watch.open(), open, "{text:?}");
    }
}
