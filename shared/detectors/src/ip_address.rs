//! Internet addresses, version 4 and 6. Addresses that point at nobody (loopback, unspecified, masks) and four
//! small numbers that may be a version or a section stay under the default confidence; those reserved for
//! documentation pass it narrowly, as samples of what a policy should catch.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::context::{first_byte, is_word, last_byte, mentions, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds addresses.
pub(crate) struct IpAddress;

impl Detector for IpAddress {
    fn id(&self) -> &'static str {
        "ip_address"
    }

    fn about(&self) -> &'static str {
        "IPv4 and IPv6 addresses; versions, loopback and masks count little"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        15
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "version_4",
        regex: r"(?-u:\b)(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}(?-u:\b)",
        confidence: 85,
        accept: Some(version_4),
    },
    Shape {
        name: "version_6",
        regex: r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{1,4}|:)?",
        confidence: 85,
        accept: Some(version_6),
    },
];

const WORDS: &[&str] = &[
    "ip",
    "ips",
    "ipv4",
    "ipv6",
    "address",
    "addr",
    "host",
    "server",
    "ping",
    "ssh",
    "subnet",
    "gateway",
    "dns",
    "client",
    "remote",
    "route",
    "network",
    "from",
    "cidr",
    "ip_address",
    "ipaddress",
    "remote_addr",
    "source_ip",
    "src",
    "dst",
    "peer",
    "login",
    "logged",
];
const VERSION_WORDS: &[&str] = &[
    "v",
    "ver",
    "version",
    "versions",
    "release",
    "build",
    "section",
    "chapter",
    "firmware",
    "driver",
    "chrome",
    "upgrade",
    "upgraded",
    "assemblyversion",
    "fileversion",
    "clause",
    "oid",
    "figure",
    "table",
    "paragraph",
    "article",
    "update",
    "updated",
    "package",
    "edg",
    "opr",
    "revision",
];

fn version_4(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(2).as_bytes();
    let after = candidate.after(2).as_bytes();
    let goes_on =
        matches!(after, [b'.' | b'-' | b'_', next, ..] if is_word(*next)) || matches!(after, [b'+', ..]);
    let led = matches!(before, [previous, b'.' | b'-'] if is_word(*previous))
        || matches!(before.last(), Some(b'.' | b'+'));
    if goes_on || led {
        return None;
    }
    let address: Ipv4Addr = candidate.matched().parse().ok()?;
    if is_version(candidate) {
        return Some(30);
    }
    let named = near(candidate, 40, 15, WORDS);
    // 10.0.0.0/8 is everybody's own network, and hardly anybody's version.
    let small = address.octets().iter().all(|octet| *octet < 30) && !address.is_private();
    let network = has_prefix_length(candidate);
    if small && !network && mentions(candidate.before(30), VERSION_WORDS) {
        return Some(30);
    }
    Some(match () {
        () if network && !is_mask(address) => candidate.confidence,
        () if address.is_loopback() || address.is_unspecified() || is_mask(address) => 40,
        () if small && !named => 40,
        () if address.is_documentation() => 55,
        () if named => 95,
        () => candidate.confidence,
    })
}

/// Whether it is a network: `/8` comes after it, and no path.
fn has_prefix_length(candidate: &Candidate<'_>) -> bool {
    let Some(rest) = candidate.next().and_then(|_| candidate.after(5).strip_prefix('/')) else {
        return false;
    };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest.as_bytes().get(length).is_none_or(|byte| !is_word(*byte) && *byte != b'/');
    (1..=3).contains(&length) && ends
}

/// Whether a word for a version stands right before: `v1.2.3.4`, `Chrome/120.0.0.0`, `version: 1.2.3.4`.
fn is_version(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(24);
    let in_agent = last_byte(before) == Some(b'/')
        && before.bytes().rev().nth(1).is_some_and(|byte| byte.is_ascii_alphabetic());
    let words = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let last_word = words.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    in_agent && !before.contains("://") && !mentions(before, WORDS)
        || VERSION_WORDS.iter().any(|word| last_word.eq_ignore_ascii_case(word))
}

fn is_mask(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    address.octets().first() == Some(&255) && bits.leading_ones() + bits.trailing_zeros() == 32
        || address.is_broadcast()
}

fn version_6(candidate: &Candidate<'_>) -> Option<u8> {
    let before = last_byte(candidate.before(1));
    let after = first_byte(candidate.after(1));
    let touches = |byte: Option<u8>| byte.is_some_and(|byte| is_word(byte) || byte == b':');
    if touches(before) || touches(after) {
        return None;
    }
    let matched = candidate.matched();
    let address: Ipv6Addr = matched.parse().ok()?;
    let groups = matched.split(':').filter(|group| !group.is_empty()).count();
    let named = near(candidate, 40, 15, WORDS);
    let wordlike = !matched.bytes().any(|byte| byte.is_ascii_digit());
    Some(match () {
        () if has_prefix_length(candidate) => candidate.confidence,
        () if address.to_ipv4_mapped().is_some() => candidate.confidence,
        () if groups == 0 || wordlike && groups < 4 => return None,
        () if address.is_loopback() => 40,
        () if is_documentation(address) => 55,
        () if groups < 3 && !named && !is_usual_prefix(address) => 40,
        () if named => 95,
        () => candidate.confidence,
    })
}

/// 2001:db8::/32 and 3fff::/20.
fn is_documentation(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first == 0x2001 && second == 0xdb8 || first == 0x3fff && second < 0x1000
}

/// Global unicast, link-local, unique local and multicast: what an address in use begins with.
fn is_usual_prefix(address: Ipv6Addr) -> bool {
    let [first, ..] = address.segments();
    matches!(first, 0x2000..=0x3fff | 0xfc00..=0xfdff | 0xfe80..=0xfebf | 0xff00..=0xff0f)
}
