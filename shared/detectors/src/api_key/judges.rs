//! What tells a key of one vendor from what only looks like it: parts that must decode, random parts, checksums.

use crate::detector::Candidate;
use crate::encoded_payload::from_base64;
use crate::placeholder::{entropy, stands_in};

use super::randomness::run_of_one;
use super::{vendor, whole};

/// A JSON web token: its header, and without a signature its claims too, decode to an object in JSON. Whoever signs
/// with `none` vouches for nothing, so what it says opens nothing.
pub(super) fn json_web_token(candidate: &Candidate<'_>) -> Option<u8> {
    let mut parts = candidate.matched().split('.');
    let header = parts.next().and_then(object);
    let claims = parts.next().and_then(object);
    let signed = header.as_ref().is_some_and(|header| !header.contains("\"none\""));
    let empty = claims.as_ref().is_some_and(|claims| !says_who_or_when(claims));
    let is_whole = whole(candidate) && signed && !empty && (parts.next().is_some() || claims.is_some());
    Some(if is_whole { candidate.confidence } else { 30 })
}

/// The private part of a key that is written in JSON, which says of what kind it is.
pub(super) fn json_web_key(candidate: &Candidate<'_>) -> Option<u8> {
    let typed = candidate.before(512).rsplit('{').next().is_some_and(|start| start.contains("\"kty\""));
    (typed && entropy(candidate.matched()) >= 3.5).then_some(candidate.confidence)
}

/// Whether claims hold a text, a time or an id. Without one, `{"score":0.5}`, they let nobody in.
fn says_who_or_when(claims: &str) -> bool {
    let bare: String = claims.chars().filter(|c| !c.is_whitespace()).collect();
    [":\"", "[\"", "exp\":", "iat\":", "nbf\":", "id\":", "sub\":", "user"]
        .iter()
        .any(|sign| bare.contains(sign))
}

fn object(part: &str) -> Option<String> {
    let text = String::from_utf8(from_base64(part)?).ok()?;
    let bare = text.trim();
    (bare.starts_with("{\"") && bare.ends_with('}') && bare.contains("\":")).then_some(text)
}

/// Below what a rule asks for that names no confidence: a form that its vendor does not give out.
const DOCTORED: u8 = 45;

/// Keys of OpenAI hold a mark in the middle; in what was changed so that it opens nothing, the mark is changed, too.
pub(super) fn openai(candidate: &Candidate<'_>) -> Option<u8> {
    marked(candidate, candidate.matched().contains("T3BlbkFJ"))
}

/// Keys of Google begin with the same bytes, in base64, up to some bits of the seventh character.
pub(super) fn google(candidate: &Candidate<'_>) -> Option<u8> {
    let begins = candidate.matched().strip_prefix("AIzaSy");
    marked(candidate, begins.is_some_and(|rest| rest.starts_with(['A', 'B', 'C', 'D'])))
}

/// The key of an app has the form of the one for the account, but comes with the app to everybody.
pub(super) fn mailchimp(candidate: &Candidate<'_>) -> Option<u8> {
    marked(candidate, !candidate.before(40).contains("MailchimpSDK"))
}

fn marked(candidate: &Candidate<'_>, as_given_out: bool) -> Option<u8> {
    vendor(candidate).map(|confidence| if as_given_out { confidence } else { confidence.min(DOCTORED) })
}

/// A bot's token begins with the number of its account, in base64; whoever made a token up changed some of it.
pub(super) fn discord_bot(candidate: &Candidate<'_>) -> Option<u8> {
    let account = candidate.matched().split('.').next().and_then(from_base64)?;
    let digits = account.iter().filter(|byte| byte.is_ascii_digit()).count();
    let numbered = account.len() >= 17 && digits * 3 >= account.len() * 2;
    if numbered { vendor(candidate) } else { None }
}

/// Slack's samples have plain numbers in front, too: what has to be random is the end.
pub(super) fn slack(candidate: &Candidate<'_>) -> Option<u8> {
    let end = candidate.matched().rsplit('-').next()?;
    let has = |test: fn(&u8) -> bool| end.as_bytes().iter().any(test);
    let random = has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && entropy(end) >= 2.6
        && !run_of_one(end)
        && !stands_in(end);
    (whole(candidate) && random).then_some(candidate.confidence)
}

/// Keys that end in a checksum of what stands before it, six digits of base 62; samples have a wrong one.
pub(super) fn checked(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = vendor(candidate)?;
    let (_, key) = candidate.matched().split_once('_')?;
    let (body, sum) = key.split_at_checked(key.len().checked_sub(6)?)?;
    Some(if base62(crc32(body.as_bytes())) == sum { confidence.max(99) } else { confidence.min(85) })
}

/// What a secret's manifest holds is base64, and not all of it a text that stands for something.
pub(super) fn kubernetes(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let decoded = from_base64(value).filter(|_| value.len().is_multiple_of(4))?;
    let sample = stands_in(value) || stands_in(&String::from_utf8_lossy(&decoded));
    (!sample && !run_of_one(value)).then_some(candidate.confidence)
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

fn base62(mut number: u32) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = usize::try_from(number % 62).ok().and_then(|at| DIGITS.get(at).copied()).unwrap_or(b'0');
        number /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_six_digits_of_base_62() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!((base62(0), base62(61), base62(62)), ("000000".into(), "00000z".into(), "000010".into()));
    }
}
