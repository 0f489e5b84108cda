//! Telephone numbers: international ones with a country's calling code, national ones in the grouping that the
//! country uses, and anything of fitting length right after a word for a telephone.
//!
//! Not found: bare digits and loose groups of digits with no such word, dates, versions and amounts.

mod plans;

use plans::{BETWEEN, CALLING_CODES, LABELS, OTHER_WORDS, THREE_DIGIT_CODES, WORDS};

use crate::context::{digits, first_byte, is_word, last_byte, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds telephone numbers.
pub(crate) struct PhoneNumber;

impl Detector for PhoneNumber {
    fn id(&self) -> &'static str {
        "phone_number"
    }

    fn about(&self) -> &'static str {
        "telephone numbers in international and national writing; bare digits only beside a word for a telephone"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        20
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "international",
        regex: r"\+[1-9][0-9]{0,14}(?:[ .\-/]{0,2}\(?[0-9]{1,11}\)?){0,6}[0-9](?:[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})?",
        confidence: 90,
        accept: Some(international),
    },
    Shape {
        name: "international_00",
        regex: r"(?-u:\b)00[1-9][0-9]{0,2}(?:[ .\-/]{1,2}\(?[0-9]{1,8}\)?){1,5}",
        confidence: 60,
        accept: Some(international),
    },
    Shape {
        name: "north_america",
        regex: r"(?:\([2-9][0-9]{2}\)[ .-]{0,2}|(?-u:\b)(?:1[ .-])?[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}(?:[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})?(?-u:\b)",
        confidence: 80,
        accept: Some(north_america),
    },
    Shape {
        name: "north_america_long",
        regex: r"(?-u:\b)001[ .-][2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}(?:[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})?(?-u:\b)",
        confidence: 80,
        accept: Some(north_america),
    },
    Shape {
        name: "america_loose",
        regex: r"(?:\([0-9]{3}\)[ ]?|(?-u:\b)(?:(?:001|1)[ .-])?[0-9]{3}[.-])[0-9]{3}[.-][0-9]{4}(?:[ ]?(?:x|ext\.?)[ ]?[0-9]{1,6})?(?-u:\b)",
        confidence: 60,
        accept: Some(america_loose),
    },
    Shape {
        name: "labelled",
        regex: r"(?:(?-u:\b)|\()[0-9]{2,4}\)?(?:[ .-][0-9]{2,6}){1,4}",
        confidence: 60,
        accept: Some(labelled),
    },
    Shape {
        name: "pairs",
        regex: r"(?-u:\b)0[1-9](?:(?: [0-9]{2}){4}|(?:\.[0-9]{2}){4}|(?:-[0-9]{2}){4})(?-u:\b)",
        confidence: 80,
        accept: Some(national),
    },
    Shape {
        name: "britain",
        regex: r"(?:(?-u:\b)0|\(0)(?:7[0-9]{3}|1[0-9]{2,4}|2[0-9]{1,2}|3[0-9]{2,3}|8[0-9]{2,3})\)?[ -][0-9]{3,4}[ -]?[0-9]{3,4}(?-u:\b)",
        confidence: 65,
        accept: Some(trunk),
    },
    Shape {
        name: "germany",
        regex: r"(?-u:\b)0[1-9][0-9]{1,4}/[ ]?[0-9]{3,9}(?:[ -][0-9]{1,5}){0,2}(?-u:\b)",
        confidence: 60,
        accept: Some(trunk),
    },
    Shape {
        name: "trunk_dashes",
        regex: r"(?-u:\b)0[0-9]{1,3}-[0-9]{3,4}-[0-9]{4}(?-u:\b)",
        confidence: 65,
        accept: Some(trunk),
    },
    Shape {
        name: "trunk_spaces",
        regex: r"(?-u:\b)0[1-9][0-9]{0,3} [0-9]{2,4}(?: [0-9]{2,4}){1,3}(?-u:\b)",
        confidence: 55,
        accept: Some(trunk),
    },
    Shape {
        name: "trunk_and_number",
        regex: r"(?-u:\b)0[1-9][0-9]{0,2}-[0-9]{6,8}(?-u:\b)",
        confidence: 55,
        accept: Some(trunk),
    },
    Shape {
        name: "australia",
        regex: r"(?:(?-u:\b)04[0-9]{2} [0-9]{3} [0-9]{3}|\(0[2378]\) ?[0-9]{4} ?[0-9]{4})(?-u:\b)",
        confidence: 70,
        accept: Some(national),
    },
    Shape {
        name: "brazil",
        regex: r"\([1-9][0-9]\) ?9?[0-9]{4}-[0-9]{4}(?-u:\b)",
        confidence: 75,
        accept: Some(national),
    },
    Shape {
        name: "named",
        regex: r"(?-u:\b)\(?[0-9](?:[ ./()-]{0,2}[0-9]){5,14}(?-u:\b)",
        confidence: 70,
        accept: Some(named),
    },
];

fn international(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let before = last_byte(candidate.before(1));
    let after = first_byte(candidate.after(1));
    let touches = before.is_some_and(|byte| is_word(byte) || matches!(byte, b'.' | b'+' | b')' | b'-'))
        || after.is_some_and(is_word);
    let plain: String = without_extension(matched)
        .replace("(0)", "")
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(char::from)
        .collect();
    let plus = matched.starts_with('+');
    let number = if plus { plain.as_str() } else { plain.strip_prefix("00")? };
    if touches || !plus && goes_on(candidate) {
        return None;
    }
    let named = near(candidate, 40, 20, WORDS);
    if has_calling_code(number) {
        return Some(if named { 97 } else { candidate.confidence });
    }
    // Said to be a telephone and written like one: not every sample keeps to the numbering plan.
    let american =
        number.len() == 11 && number.starts_with('1') && number.get(1..).is_some_and(|rest| !repeats(rest));
    (named && american && groups(matched) >= 3).then_some(65)
}

/// Whether an international account number leads to here: `NL91 ABNA `.
fn is_account(before: &str) -> bool {
    let mut groups = before.trim_end().rsplit(' ').skip(1);
    let first = groups.next().unwrap_or_default();
    matches!(first.as_bytes(), [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
}

/// The number without the extension behind it.
fn without_extension(matched: &str) -> &str {
    matched.split(['x', 'e']).next().unwrap_or(matched)
}

/// How many groups of digits there are.
fn groups(matched: &str) -> usize {
    matched.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).count()
}

fn has_calling_code(number: &str) -> bool {
    if let Some((code, least, most)) = CALLING_CODES.iter().find(|(code, ..)| number.starts_with(code)) {
        let rest = number.get(code.len()..).unwrap_or_default();
        let american = *code != "1" || valid_american(&digits(rest));
        return american && (*least..=*most).contains(&rest.len()) && !repeats(rest);
    }
    let known = THREE_DIGIT_CODES.iter().any(|code| number.starts_with(code));
    known && (8..=15).contains(&number.len()) && !repeats(number)
}

fn repeats(number: &str) -> bool {
    number.bytes().all(|byte| Some(byte) == first_byte(number))
}

/// Area and exchange begin with 2 to 9, and neither is a service code such as 911.
fn valid_american(numbers: &[u8]) -> bool {
    let &[a, b, c, d, e, f, ..] = numbers else { return false };
    numbers.len() == 10 && a >= 2 && d >= 2 && (b, c) != (1, 1) && (e, f) != (1, 1)
}

fn north_america(candidate: &Candidate<'_>) -> Option<u8> {
    if goes_on(candidate) {
        return None;
    }
    let numbers = digits(without_extension(candidate.matched()));
    let start = numbers.len().saturating_sub(10);
    if valid_american(numbers.get(start..).unwrap_or_default()) {
        return Some(raised(candidate));
    }
    None
}

/// Written as in North America, though no area or exchange begins so: an extension or a label beside it says what it is.
fn america_loose(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let numbers = digits(without_extension(matched));
    if goes_on(candidate) || numbers.iter().all(|digit| Some(digit) == numbers.first()) {
        return None;
    }
    let told = matched.contains(['x', 'e'])
        || mentions(candidate.after(10), LABELS)
        || mentions(candidate.before(12), LABELS);
    told.then_some(candidate.confidence)
}

/// Two to five groups of digits with a label right behind them, as in signatures and address cards.
fn labelled(candidate: &Candidate<'_>) -> Option<u8> {
    let count = candidate.matched().bytes().filter(u8::is_ascii_digit).count();
    if goes_on_before(candidate) || !(6..=12).contains(&count) || looks_like_date(candidate.matched()) {
        return None;
    }
    let after = candidate.after(12).trim_start_matches([' ', '-', ',', '(', '[']);
    let label = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let told = LABELS.iter().any(|word| label.eq_ignore_ascii_case(word));
    // `100 200 office chairs`: a label ends its line or its item.
    let rest = after.get(label.len()..).unwrap_or_default().trim_start_matches(' ');
    let ends =
        rest.is_empty() || rest.starts_with(['\n', '\r', '\\', ',', ';', '|', ')', ']', '/', '.', '<']);
    (told && ends).then_some(candidate.confidence)
}

fn national(candidate: &Candidate<'_>) -> Option<u8> {
    (!goes_on(candidate)).then(|| raised(candidate))
}

/// A number with a trunk zero: 9 to 12 digits in all.
fn trunk(candidate: &Candidate<'_>) -> Option<u8> {
    let count = candidate.matched().bytes().filter(u8::is_ascii_digit).count();
    if goes_on(candidate) || !(9..=12).contains(&count) || is_account(candidate.before(10)) {
        return None;
    }
    // Three groups of nine digits are as often another number.
    let sure = raised(candidate);
    Some(if count == 9 && groups(candidate.matched()) == 3 && sure < 90 { 40 } else { sure })
}

fn raised(candidate: &Candidate<'_>) -> u8 {
    match () {
        () if near(candidate, 40, 15, WORDS) => 95,
        () if mentions(candidate.before(20), OTHER_WORDS) => 40,
        () => candidate.confidence,
    }
}

/// Whether more digits or a word are joined to the match.
fn goes_on(candidate: &Candidate<'_>) -> bool {
    let after = candidate.after(2).as_bytes();
    goes_on_before(candidate)
        || matches!(after, [next, ..] if is_word(*next))
        || matches!(after, [join, digit, ..] if joins(*join) && digit.is_ascii_digit())
}

fn goes_on_before(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(2).as_bytes();
    matches!(before, [.., last] if is_word(*last) || matches!(last, b'+' | b'$' | b'#'))
        || matches!(before, [.., b'=']) && !mentions(candidate.before(20), LABELS)
        || is_inside_a_code(before, candidate)
        || matches!(before, [digit, join] if digit.is_ascii_digit() && joins(*join))
}

/// Whether hyphens join letters to both ends, as in the names of goods: `WX-415-555-0132-B`.
fn is_inside_a_code(before: &[u8], candidate: &Candidate<'_>) -> bool {
    matches!(before, [letter, b'-'] if letter.is_ascii_alphabetic())
        && matches!(candidate.after(2).as_bytes(), [b'-', letter, ..] if letter.is_ascii_alphanumeric())
}

const fn joins(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'/' | b' ' | b':' | b',')
}

/// Anything of fitting length right after a word for a telephone.
fn named(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(32);
    // A hostile text is full of digits and has no words: look for the cheap signs first.
    if goes_on(candidate) || !before.bytes().any(|byte| byte.is_ascii_alphabetic() || byte >= 0x80) {
        return None;
    }
    let offices = mentions(before, &["offices", "located", "address", "street", "avenue"]);
    if offices
        || !mentions(before, WORDS)
        || mentions(before, OTHER_WORDS)
        || looks_like_date(candidate.matched())
    {
        return None;
    }
    let matched = candidate.matched();
    match matched.bytes().filter(u8::is_ascii_digit).count() {
        // So few digits are as often a count of something.
        7 | 8 if matched.bytes().all(|byte| byte.is_ascii_digit()) && !is_led_to(before) => None,
        7..=15 => Some(candidate.confidence),
        // Short local numbers are written in pairs or halves, right behind the word.
        6 if matched.contains(' ')
            && mentions(candidate.before(10), &["call", "dial", "tel", "phone", "fax"]) =>
        {
            Some(60)
        }
        _ => None,
    }
}

/// Whether the word right before says telephone, or leads from such a word to the number.
fn is_led_to(before: &str) -> bool {
    let last = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = last.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let word = last.get(start..).unwrap_or(last);
    mentions(word, WORDS) && !mentions(word, &["desk", "ext", "ring"])
        || BETWEEN.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// `2024-01-31`, `31.01.2024`, `01/31/2024`, and numbers with a decimal point.
fn looks_like_date(matched: &str) -> bool {
    let mut groups = [0usize; 4];
    let mut count = 0;
    for group in matched.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()) {
        if let Some(slot) = groups.get_mut(count) {
            *slot = group.len();
        }
        count += 1;
    }
    let date = matches!(groups, [4, 1 | 2, 1 | 2, 0] | [1 | 2, 1 | 2, 4, 0]);
    let decimals = matched.contains(' ') && matched.split(' ').all(|number| number.split('.').count() == 2);
    let decimal = count == 2 && matched.contains('.') || decimals;
    date || decimal
}
