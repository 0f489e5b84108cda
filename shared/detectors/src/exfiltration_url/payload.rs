//! What an address carries: a value that says something of a person, a secret or a conversation, against what honest
//! addresses hold, which are searches, titles, sizes, signatures and other addresses.

use url::form_urlencoded;

use super::names::{
    BETRAYING, BETRAYING_ENDS, DRAW, DRAWN, PICTURES, SELDOM_SOUGHT, SIGNED, SMALL, SOUGHT, TELLING,
    WORTH_STEALING,
};
use crate::check_digits::luhn;
use crate::encoded_payload::{from_base64, from_hex};
use crate::placeholder::entropy;

/// How an address comes to be fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Once somebody clicks. Honest ones hold searches, titles and drafts.
    Clicked,
    /// At once, when it is shown: any data in it is gone.
    Fetched,
}

/// What was found in an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Payload {
    /// Base64 or hex that decodes to text.
    Encoded,
    /// A placeholder that the model is to fill in.
    Filled,
    /// A value under a name such as `password` or `leak`.
    Named,
    /// A number of a card, an SSN, an e-mail address.
    Personal,
    /// Several words.
    Sentence,
}

/// An address within an address is looked into, so many deep.
const DEPTH: usize = 2;
/// No more of a value is read, in bytes.
const LONGEST: usize = 1900;

/// What an address carries, if anything.
pub(super) fn payload(url: &str, way: Way) -> Option<Payload> {
    within(url, way, DEPTH)
}

fn within(url: &str, way: Way, depth: usize) -> Option<Payload> {
    let (_, rest) = url.split_once("//")?;
    let rest = rest.split('#').next().unwrap_or(rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut segments = place.split('/');
    let host = segments.next().unwrap_or_default();
    if DRAW.iter().any(|draws| host.contains(draws)) {
        return None;
    }
    // Nobody searches in a picture.
    let way = if is_picture(place) && !query.is_empty() { Way::Fetched } else { way };
    let in_query = query.split('&').find_map(|parameter| of_parameter(parameter, way, depth));
    let in_path = || segments.find_map(|segment| of_segment(segment, way, depth));
    let in_host = || host.split('.').any(|label| label.len() >= 24 && is_encoded(label));
    in_query.or_else(in_path).or_else(|| in_host().then_some(Payload::Encoded))
}

fn is_picture(place: &str) -> bool {
    let ending = place.rsplit_once('.').map_or("", |(_, ending)| ending);
    PICTURES.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

fn of_parameter(parameter: &str, way: Way, depth: usize) -> Option<Payload> {
    let (written_name, value) = parameter.split_once('=').unwrap_or(("", parameter));
    let name = written_name.to_ascii_lowercase();
    let is_one = |names: &[&str]| {
        names
            .iter()
            .any(|known| name == *known || known.ends_with(['-', '_', '.']) && name.starts_with(known))
    };
    if is_one(SIGNED) || value.len() > LONGEST {
        return None;
    }
    let said = decoded(value);
    if said.starts_with("http://") || said.starts_with("https://") || said.starts_with("//") {
        return depth.checked_sub(1).and_then(|depth| within(&said, way, depth));
    }
    let sentence = || {
        let words = Words::of(&said);
        let counts = match way {
            Way::Fetched if is_one(DRAWN) => words.are_worth_stealing(),
            Way::Fetched => true,
            Way::Clicked if is_one(SOUGHT) || is_one(DRAWN) => words.are_seldom_sought(),
            Way::Clicked => !is_object(&said) || words.are_worth_stealing(),
        };
        (words.make_a_sentence() && counts).then_some(Payload::Sentence)
    };
    if is_one(SMALL) {
        return sentence();
    }
    of_value(value, &said, way)
        .or_else(sentence)
        .or_else(|| is_named(written_name, is_one, value, &said, way).then_some(Payload::Named))
}

/// Whether a name says that its value is worth stealing, and the value is one.
fn is_named(name: &str, is_one: impl Fn(&[&str]) -> bool, value: &str, said: &str, way: Way) -> bool {
    let betrays = is_one(BETRAYING) || BETRAYING_ENDS.iter().any(|end| name.ends_with(end));
    let telling = way == Way::Fetched && is_one(TELLING);
    !is_plain_name(value) && (betrays && said.len() >= 4 || telling && value.len() >= 12)
}

fn of_segment(segment: &str, way: Way, depth: usize) -> Option<Payload> {
    if segment.contains('=') {
        return of_parameter(segment, way, depth);
    }
    let said = decoded(segment);
    let sentence = || {
        let words = Words::of(&said);
        words.make_a_sentence() && (way == Way::Fetched || words.are_seldom_sought())
    };
    let spaced = segment.contains(['+', ':']) || segment.contains("%3A");
    // Names of files hold what looks like an address.
    let value = of_value(segment, &said, way).filter(|payload| *payload != Payload::Personal);
    value.or_else(|| (spaced && sentence()).then_some(Payload::Sentence))
}

/// What a value is by itself, whatever its name; `said` is what it says once decoded.
fn of_value(value: &str, said: &str, way: Way) -> Option<Payload> {
    match () {
        () if is_placeholder(said) && !(way == Way::Clicked && is_object(said)) => Some(Payload::Filled),
        () if is_encoded(value) => Some(Payload::Encoded),
        () if is_personal(said, way) => Some(Payload::Personal),
        () => None,
    }
}

/// A value with its blanks, and without percent escapes.
fn decoded(value: &str) -> String {
    let assigned = format!("={value}");
    form_urlencoded::parse(assigned.as_bytes())
        .map(|(_, value)| value.into_owned())
        .next()
        .unwrap_or_default()
}

fn is_placeholder(said: &str) -> bool {
    said.starts_with(['{', '[', '<', '$']) && said.len() > 4
}

/// An object of JSON or of JavaScript, in which pages keep what they show.
fn is_object(said: &str) -> bool {
    said.starts_with(['{', '[', '(']) && said.contains(':')
}

/// Base64 or hex of readable text that is no address.
fn is_encoded(value: &str) -> bool {
    let value = value.split_once('.').map_or(value, |(stem, _)| stem);
    let value = value.trim_end_matches('=').trim_end_matches("%3D");
    if value.len() < 16 || value.len() > LONGEST {
        return false;
    }
    let hex = value.len().is_multiple_of(2) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = if hex { from_hex(value) } else { from_base64(value).filter(|_| entropy(value) > 3.0) };
    bytes.is_some_and(|bytes| reads(&bytes) && !bytes.starts_with(b"http"))
}

/// Nearly all letters, digits and blanks, as text has and random bytes have not.
fn reads(bytes: &[u8]) -> bool {
    let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || b" \n,.:_-@=/\"{}$#!?'()%+;".contains(byte);
    bytes.len() >= 8 && bytes.iter().filter(is_plain).count() * 20 >= bytes.len() * 19
}

/// A number of a card, an SSN; in what is fetched at once an e-mail address or a phone as well, which links hold to
/// unsubscribe and to sign in.
fn is_personal(said: &str, way: Way) -> bool {
    let numbers: Vec<u8> = said.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    let card = (15..=16).contains(&numbers.len())
        && said.bytes().filter(|byte| byte.is_ascii_alphabetic()).count() < 24
        && matches!(numbers.first(), Some(3..=6))
        && luhn(&numbers);
    let ssn = numbers.len() == 9 && said.len() == 11 && said.split('-').map(str::len).eq([3, 2, 4]);
    let phone = || said.starts_with('+') && (10..=15).contains(&numbers.len()) && said.len() < 24;
    let address = || said.split_once('@').is_some_and(|(name, host)| is_name(name) && is_host(host));
    card || ssn || way == Way::Fetched && (phone() || address())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte))
}

fn is_host(host: &str) -> bool {
    let ends = host.rsplit_once('.').filter(|(name, _)| is_name(name));
    ends.is_some_and(|(_, end)| end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// A file name, a number, a word or a switch.
fn is_plain_name(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'))
        || value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        || value.len() != 16 && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a value.
struct Words<'t> {
    words: Vec<&'t str>,
    /// Whether a colon stands among them.
    has_colon: bool,
}

impl<'t> Words<'t> {
    fn of(said: &'t str) -> Self {
        let letters = |word: &&str| word.bytes().filter(u8::is_ascii_alphabetic).count() * 3 >= word.len();
        let words = said.split([' ', '\n', '+']).filter(|word| word.len() > 1).filter(letters);
        Self { words: words.collect(), has_colon: said.contains(':') }
    }

    /// Four words or more, or three and a colon.
    fn make_a_sentence(&self) -> bool {
        self.words.len() >= 4 || self.words.len() >= 3 && self.has_colon
    }

    fn hold_one_of(&self, known: &[&str]) -> bool {
        let bare =
            |word: &&str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_ascii_lowercase();
        self.words.iter().map(bare).any(|word| known.contains(&word.as_str()))
    }

    fn are_worth_stealing(&self) -> bool {
        self.hold_one_of(WORTH_STEALING)
    }

    fn are_seldom_sought(&self) -> bool {
        self.hold_one_of(SELDOM_SOUGHT)
    }
}
