//! Hardware addresses of network cards (IEEE EUI-48): six pairs of hexadecimal digits with colons or hyphens, or three
//! groups of four with dots. A longer row is a fingerprint or a hash, all zeros and all ones are nobody's.

use crate::context::{is_word, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds hardware addresses.
pub(crate) struct MacAddress;

impl Detector for MacAddress {
    fn id(&self) -> &'static str {
        "mac_address"
    }

    fn about(&self) -> &'static str {
        "hardware addresses of network cards, not fingerprints or hashes written alike"
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
        name: "pairs",
        regex: r"(?-u:\b)[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?-u:\b)",
        confidence: 80,
        accept: Some(whole),
    },
    Shape {
        name: "dotted",
        regex: r"(?-u:\b)[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}(?-u:\b)",
        confidence: 60,
        accept: Some(whole),
    },
    Shape {
        name: "named",
        regex: r"(?i-u:mac[ _-]?addr(?:ess)?|hwaddr|hardware[ _-]address|physical[ _-]address)(?: is)?[ :='\x22]{1,6}((?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}|[0-9A-Fa-f]{12}|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6})(?-u:\b)",
        confidence: 85,
        accept: Some(whole),
    },
];

const WORDS: &[&str] = &[
    "mac",
    "mac address",
    "hardware",
    "ethernet",
    "wifi",
    "wi-fi",
    "wlan",
    "lladdr",
    "ether",
    "bssid",
    "bluetooth",
    "hwaddr",
    "macaddr",
    "mac_address",
    "nic",
    "adapter",
    "interface",
    "device",
    "physical address",
];

fn whole(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    if goes_on(candidate) || is_nobodys(matched) {
        return None;
    }
    let named = near(candidate, 40, 20, WORDS);
    let letters = matched.bytes().any(|byte| byte.is_ascii_alphabetic());
    Some(match () {
        () if named => 95,
        // Without a letter it may be a date and a time, a version or parts of a number.
        () if !letters => 45,
        () => candidate.confidence,
    })
}

/// Whether another group comes before or after it, or a word touches it.
fn goes_on(candidate: &Candidate<'_>) -> bool {
    let joins = |byte: u8| matches!(byte, b':' | b'-' | b'.');
    let before = candidate.before(2).as_bytes();
    let after = candidate.after(2).as_bytes();
    matches!(before, [.., last] if is_word(*last))
        || matches!(before, [group, join] if joins(*join) && group.is_ascii_hexdigit() && !is_labelled(candidate))
        || matches!(after, [next, ..] if is_word(*next))
        || matches!(after, [join, next] if joins(*join) && next.is_ascii_hexdigit())
}

/// A label such as `MAC:` ends in a letter that is a hexadecimal digit as well; a group of an address has two or four
/// of them.
fn is_labelled(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(7).as_bytes();
    let run = before.iter().rev().skip(1).take_while(|byte| byte.is_ascii_alphanumeric());
    let (count, digits) =
        run.fold((0, true), |(count, digits), byte| (count + 1, digits && byte.is_ascii_hexdigit()));
    count > 0 && !(digits && matches!(count, 2 | 4))
}

fn is_nobodys(matched: &str) -> bool {
    let mut digits = matched.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let first = digits.next();
    matches!(first, Some(b'0' | b'f')) && digits.all(|digit| Some(digit) == first)
}
