//! Covering: what is put in place of a finding, and what is put back.

use super::*;

fn redaction(text: &str, value: &str, label: &str, cover: Cover) -> Redaction {
    let start = text.find(value).unwrap();
    Redaction { part: 0, span: Span::new(start, start + value.len()), label: label.to_owned(), cover }
}

#[test]
fn a_mask_leaves_the_last_four_and_the_grouping() {
    let rows = [
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("4111111111111111", "************1111"),
        ("078-05-1120", "***-**-1120"),
        ("jo@example.com", "**@******e.com"),
        ("12345678", "********"),
        ("1234-5678", "****-****"),
        ("hunter2!", "********"),
        ("p$ss=word&more", "**********more"),
        ("пароль-секретный", "******-*****тный"),
        ("🔑🔑", "**"),
    ];
    for (value, masked) in rows {
        assert_eq!(mask(value), masked);
        assert_eq!(mask(value).chars().count(), value.chars().count());
    }
}

#[test]
fn a_replacement_is_filled_in_once() {
    let text = "a@b.example and 1 and c@d.example";
    let template: std::sync::Arc<str> = "[{detector} {n} {x} {".into();
    let cover = || Cover::Replace(std::sync::Arc::clone(&template));
    let redactions = [
        redaction(text, "a@b.example", "email{n}", cover()),
        redaction(text, "1", "number", cover()),
        redaction(text, "c@d.example", "email{n}", cover()),
    ];
    let covered = Covers::new().cover(text, &redactions);
    assert_eq!(covered, "[email{n} 1 {x} { and [number 1 {x} { and [email{n} 2 {x} {");
}

#[test]
fn a_token_stands_for_one_value_and_is_put_back() {
    let mut covers = Covers::new();
    covers.reserve("the form <EMAIL_1> is mine, <EMAIL_x> and < too");
    let text = "from a@b.example to c@d.example";
    let first = redaction(text, "a@b.example", "email", Cover::Token);
    let second = redaction(text, "c@d.example", "email", Cover::Token);
    assert_eq!(covers.cover(text, &[first.clone(), second]), "from <EMAIL_2> to <EMAIL_3>");
    assert_eq!(covers.cover(text, &[first]), "from <EMAIL_2> to c@d.example");
    let other = redaction("a@b.example", "a@b.example", "work e-mail", Cover::Token);
    assert_eq!(covers.cover("a@b.example", &[other]), "<WORK_E_MAIL_1>");
    let answer = "Dear <EMAIL_2>, <<EMAIL_3>>, <EMAIL_1>, <EMAIL_22>, <EMAIL_2";
    let restored = "Dear a@b.example, <c@d.example>, <EMAIL_1>, <EMAIL_22>, <EMAIL_2";
    assert_eq!(covers.restore(answer).as_deref(), Some(restored));
    assert_eq!(covers.restore("nothing to put back, <EMAIL_1>"), None);
}

#[test]
fn covers_say_nothing_of_their_values() {
    let mut covers = Covers::new();
    covers.cover("a@b.example", &[redaction("a@b.example", "a@b.example", "email", Cover::Token)]);
    assert_eq!(format!("{covers:?}"), "Covers");
}

#[test]
fn odd_spans_uncover_nothing() {
    let text = "née Müller";
    let at = |start, end| Redaction {
        part: 0,
        span: Span::new(start, end),
        label: "name".to_owned(),
        cover: Cover::Replace("*".into()),
    };
    let rows: [(Vec<Redaction>, &str); 5] = [
        (vec![at(2, 7)], "n*ller"),
        (vec![at(0, 4), at(2, 6)], "**üller"),
        (vec![at(5, 400)], "née *"),
        (vec![at(400, 500), at(3, 3)], "née Müller"),
        (vec![at(5, 8), at(0, 4)], "* *ller"),
    ];
    for (redactions, covered) in rows {
        assert_eq!(Covers::new().cover(text, &redactions), covered);
    }
}
