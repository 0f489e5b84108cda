//! What every match of an expression must hold.

use super::*;

fn anatomy(source: &str) -> Anatomy {
    Anatomy::read(source, &mut Parsers::new()).unwrap()
}

#[test]
fn what_a_match_must_contain() {
    let rows: &[(&str, &[&str])] = &[
        (r"password", &["password"]),
        (r"(?i)\bpassword\s*[:=]\s*\S+", &["password"]),
        (r"\b(?:union\s+select|drop\s+table)\b", &["drop", "union"]),
        (r"(?i)task", &["task"]),
        (r"(?-u:(?i)task)", &["task"]),
        (r"https?://\S{1,80}", &["http://", "https://"]),
        (r"[0-9]+(?:foo){2}x?", &["foofoo"]),
        (r"(?:ab|cd)[0-9]", &["ab", "cd"]),
        (r"x*(?:secret)+y*", &["secret"]),
        (r"AKIA[0-9A-Z]{16}", &["akia"]),
    ];
    for (source, wanted) in rows {
        let Need::Literals(Literals { any, .. }) = anatomy(source).need else {
            panic!("{source}: {:?}", anatomy(source).need);
        };
        let mut found: Vec<&str> = any.iter().map(|literal| std::str::from_utf8(literal).unwrap()).collect();
        found.sort_unstable();
        assert_eq!(&found, wanted, "{source}");
    }
}

#[test]
fn what_no_literal_says_a_class_may() {
    let rows = [
        (r"\b\d{3}-\d{2}-\d{4}\b", b'7', 9),
        (r"[\w.+-]{1,64}@\w{1,64}", b'@', 1),
        (r"(?:\d{4} ){3}\d{4}", b'0', 16),
        (r"(?:[0-9]{2}|[0-9]{3}):", b':', 1),
    ];
    for (source, member, least) in rows {
        let Need::Bytes { class, count, .. } = anatomy(source).need else {
            panic!("{source}: {:?}", anatomy(source).need);
        };
        assert!(class.contains(member), "{source}");
        assert_eq!(count, least, "{source}");
    }
}

#[test]
fn some_expressions_have_to_be_run_everywhere() {
    for source in [r"[a-z]{3}", r"\w+", r"(?:foo)?[a-z]", r"foo|[a-z]", r".{5}", r"[^a-z]+"] {
        assert_eq!(anatomy(source).need, Need::Nothing, "{source}");
    }
}

#[test]
fn how_long_a_match_can_be() {
    let rows = [
        (r"\d{3}-\d{2}", 6, 6, 21),
        (r"a?b{2,3}", 2, 4, 4),
        (r"foo|\w{5}", 3, 5, 20),
        (r"a.*b", 2, usize::MAX, usize::MAX),
        (r"(?:\b)+a", 1, 1, 1),
    ];
    for (source, min, ascii, unicode) in rows {
        assert_eq!(anatomy(source).length, Length { min, ascii, unicode }, "{source}");
    }
}

#[test]
fn a_literal_begins_where_a_word_does_if_nothing_else_can_stand_before_it() {
    let rows = [
        (r"\bpassword", true),
        (r"(?-u:\b)(?:password|passphrase)s?", true),
        (r"\b(?:password|your\s{1,3}passphrase)", true),
        (r"(?:\bpassword|\bpassphrase)x", true),
        (r"(?:\bpassword|passphrase)x", false),
        (r"(?m)^password", true),
        (r"[\s,;]password", true),
        (r"[^a-z]password", false),
        (r"\W{1,3}password", true),
        (r"\W{0,3}password", false),
        (r"\b\W{0,3}password", true),
        (r"\b(?:my )?password", true),
        (r"\b[0-9]{0,3}password", false),
        (r"\bx[0-9]{1,3}\s{1,2}(?:password)+", true),
        (r"x\s{0,2}password", false),
        (r"x(?:\s{1,2}|-)password", true),
        (r"x(?:\s{1,2}|y)password", false),
        (r"\b(?:[0-9]{3}\s|)password", true),
        (r"(?:[0-9]{3}\s|)password", false),
        (r"(?:\b|_)password", true),
        (r"(?:\b|[-_])(?:password|passphrase)", true),
        (r"(?:\b|%20)password", true),
        (r"[0-9](?: my| your)? password", true),
        (r"[0-9](?:[.,]| your )password", true),
        (r"x-?password", false),
        (r"[0-9](?:\bpass)?word", false),
        (r"(?:\b|_)?password", false),
        (r"(?:|_)password", false),
        (r"(?:\b|x)password", false),
        (r"(?-u:\b{start-half})password", true),
        (r"\Bpassword", false),
        (r"password\b", false),
    ];
    for (source, wanted) in rows {
        let Need::Literals(Literals { apart, .. }) = anatomy(source).need else {
            panic!("{source}: {:?}", anatomy(source).need);
        };
        assert_eq!(apart, wanted, "{source}");
    }
}
