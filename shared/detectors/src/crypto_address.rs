//! Addresses of cryptocurrency wallets: Bitcoin's by their checksums (base58check and bech32), Ethereum's forty hexadecimal
//! digits, whose checksum is optional, and those of other chains beside a word for a wallet.

use sha2::{Digest as _, Sha256};

use crate::context::{is_word, last_byte, near};
use crate::detector::{Candidate, Detector, Shape};

/// Finds wallet addresses.
pub(crate) struct CryptoAddress;

impl Detector for CryptoAddress {
    fn id(&self) -> &'static str {
        "crypto_address"
    }

    fn about(&self) -> &'static str {
        "cryptocurrency wallets: Bitcoin and its kin by checksum, Ethereum by form"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        30
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "base58check",
        regex: r"(?-u:\b)[13][1-9A-HJ-NP-Za-km-z]{25,34}(?-u:\b)",
        confidence: 92,
        accept: Some(base58),
    },
    // Of the chains whose addresses begin with a letter, only beside their names: any long word might be one.
    Shape {
        name: "named_base58check",
        regex: r"(?i-u:litecoin|dogecoin|ltc|doge|zcash|tron|trx|trc-?20|ripple|xrp|wallet|usdt)[^\n]{1,24}?(?-u:\b)([LDXATr9][1-9A-HJ-NP-Za-km-z]{25,34})(?-u:\b)",
        confidence: 92,
        accept: Some(base58),
    },
    Shape {
        name: "monero",
        regex: r"(?i-u:monero|xmr|wallet)[^\n]{1,24}?(?-u:\b)([48][0-9AB][1-9A-HJ-NP-Za-km-z]{93})(?-u:\b)",
        confidence: 92,
        accept: Some(drawn),
    },
    Shape {
        name: "solana",
        regex: r"(?i-u:solana)[^\n]{1,24}?(?-u:\b)([1-9A-HJ-NP-Za-km-z]{43,44})(?-u:\b)",
        confidence: 85,
        accept: Some(drawn),
    },
    Shape {
        name: "bech32",
        regex: r"(?-u:\b)(?:(?i-u:bc1|tb1|ltc1)(?:[02-9ac-hj-np-z]{38,60}|[02-9AC-HJ-NP-Z]{38,60})|(?:addr1)[02-9ac-hj-np-z]{50,103})(?-u:\b)",
        confidence: 95,
        accept: Some(bech32),
    },
    Shape {
        name: "ethereum",
        regex: r"(?-u:\b)0x[0-9a-fA-F]{40}(?-u:\b)",
        confidence: 65,
        accept: Some(ethereum),
    },
];

const WORDS: &[&str] = &[
    "wallet", "ethereum", "eth", "ether", "erc20", "erc-20", "usdt", "usdc", "address", "crypto", "token",
    "send", "sent", "deposit", "metamask", "polygon", "bnb", "donate", "donation", "tip",
];

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Ripple's alphabet is in another order.
const RIPPLE: &[u8] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn touches(candidate: &Candidate<'_>) -> bool {
    last_byte(candidate.before(1)).is_some_and(|byte| is_word(byte) || byte == b'/')
        || candidate
            .next()
            .is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | '+' | '/' | '='))
}

/// Without a checksum that is worth its while: capitals, small letters and digits come as they fall.
fn drawn(candidate: &Candidate<'_>) -> Option<u8> {
    let has = |kind: fn(&u8) -> bool| candidate.matched().bytes().any(|byte| kind(&byte));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    (mixed && !touches(candidate)).then_some(candidate.confidence)
}

/// Twenty-five bytes, of which the last four begin the hash of the hash of the others.
fn base58(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    // A hash or a plain number has one kind of character.
    let mixed = matched.bytes().any(|byte| byte.is_ascii_lowercase())
        && matched.bytes().any(|byte| byte.is_ascii_digit());
    if !mixed || touches(candidate) {
        return None;
    }
    let alphabet = if matched.starts_with('r') { RIPPLE } else { BASE58 };
    let bytes = decode(matched, alphabet)?;
    let (body, check) = bytes.split_last_chunk::<4>()?;
    let hash = Sha256::digest(Sha256::digest(body));
    hash.starts_with(check).then_some(candidate.confidence)
}

/// The number that the characters write in base 58, in 25 bytes.
fn decode(text: &str, alphabet: &[u8]) -> Option<[u8; 25]> {
    let mut bytes = [0u8; 25];
    for character in text.bytes() {
        let digit = alphabet.iter().position(|known| *known == character)?;
        let mut carry = u32::try_from(digit).ok()?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff).ok()?;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(bytes)
}

/// The checksum of BIP 173, or of BIP 350 for newer addresses.
fn bech32(candidate: &Candidate<'_>) -> Option<u8> {
    let address = candidate.matched().to_ascii_lowercase();
    let (prefix, data) = address.rsplit_once('1')?;
    if touches(candidate) {
        return None;
    }
    let values: Vec<u32> = data
        .bytes()
        .map(|byte| BECH32.iter().position(|known| *known == byte).and_then(|at| u32::try_from(at).ok()))
        .collect::<Option<_>>()?;
    let high = prefix.bytes().map(|byte| u32::from(byte >> 5));
    let low = prefix.bytes().map(|byte| u32::from(byte & 31));
    let sum = high.chain([0]).chain(low).chain(values).fold(1, polymod);
    matches!(sum, 1 | 0x2bc8_30a3).then_some(candidate.confidence)
}

fn polymod(sum: u32, value: u32) -> u32 {
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let chosen = GENERATORS.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1);
    chosen.fold((sum & 0x1ff_ffff) << 5 ^ value, |sum, (_, generator)| sum ^ generator)
}

/// Also the form of a short hash: with the mixed case of a checksum, or a word beside it, it is an address.
fn ethereum(candidate: &Candidate<'_>) -> Option<u8> {
    let digits = candidate.matched().get(2..)?;
    let first = digits.bytes().next();
    if touches(candidate) || digits.bytes().skip(4).all(|byte| Some(byte) == first) {
        return None;
    }
    let capitals = digits.bytes().any(|byte| byte.is_ascii_uppercase());
    let small = digits.bytes().any(|byte| byte.is_ascii_lowercase());
    let named = near(candidate, 40, 30, WORDS);
    Some(if named {
        92
    } else if capitals && small {
        candidate.confidence
    } else {
        45
    })
}
