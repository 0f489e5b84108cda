//! What is common in English prose, so that it is not what the scanner looks for first.

/// Words that stand in nearly every text of some length; sorted.
const COMMON_WORDS: [&str; 88] = [
    "about",
    "account",
    "after",
    "all",
    "also",
    "and",
    "any",
    "are",
    "back",
    "because",
    "been",
    "before",
    "but",
    "can",
    "could",
    "day",
    "did",
    "first",
    "for",
    "form",
    "from",
    "get",
    "give",
    "good",
    "had",
    "has",
    "have",
    "here",
    "how",
    "important",
    "into",
    "its",
    "just",
    "know",
    "like",
    "look",
    "make",
    "more",
    "most",
    "must",
    "name",
    "need",
    "new",
    "not",
    "now",
    "only",
    "other",
    "our",
    "out",
    "over",
    "people",
    "please",
    "same",
    "see",
    "service",
    "should",
    "some",
    "system",
    "take",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "time",
    "use",
    "very",
    "want",
    "was",
    "well",
    "were",
    "what",
    "when",
    "which",
    "who",
    "will",
    "with",
    "word",
    "work",
    "would",
    "you",
    "your",
];

/// Words that stand in many of the texts that go to models; sorted.
const TOPICAL_WORDS: [&str; 46] = [
    "access",
    "agent",
    "answer",
    "assistant",
    "change",
    "code",
    "command",
    "complete",
    "content",
    "create",
    "customer",
    "data",
    "document",
    "email",
    "example",
    "file",
    "follow",
    "information",
    "instruction",
    "instructions",
    "link",
    "list",
    "message",
    "messages",
    "model",
    "note",
    "order",
    "output",
    "pass",
    "password",
    "print",
    "prompt",
    "question",
    "read",
    "reply",
    "request",
    "response",
    "rule",
    "rules",
    "send",
    "text",
    "tool",
    "user",
    "users",
    "version",
    "write",
];
/// What one of them counts, in half bits.
const TOPICAL_RARITY: u32 = 26;

/// What a common word counts, in half bits: it is looked for where nothing better is known.
const COMMON_RARITY: u32 = 18;

/// Whether a literal is one of some words, blanks around it left aside.
fn is_among(words: &[&str], literal: &[u8]) -> bool {
    words.binary_search_by(|word| word.as_bytes().cmp(literal.trim_ascii())).is_ok()
}

/// How rare each letter and the blank is after each of them, in half bits: `a` is 1, `b` 2. Counted in 800,000 characters
/// of English documentation; rows and columns are `a` to `z` and the blank.
const AFTER: [&[u8; 27]; 27] = [
    b"yiijxplujumfjezkvfgellprksg",
    b"hzpodwzzhlxekwhrzglqetzzgzo",
    b"fzlzfrzfixjjwzdrwgofizzznzj",
    b"ivxjdvrrfusnvthvzoksjrrxpzb",
    b"jrigllnsowzkkftmnfgkulpkozc",
    b"iztvgiqzfzwmzvdzzhskizzvmzd",
    b"jwuzetmhizzkqjjqzhjqizzzszc",
    b"eyzxbyzzfzzsnuhzzmqkpzzzpzf",
    b"kigjjjkzszoiidfnvkffukzqzmo",
    b"ixxxbxxxgxnxxqhprrgxfpqxxxr",
    b"jzoucrrzfzzmzjqrwqfnlzpzqzd",
    b"htpjepqzezufuvhpzrkkjpqzgzf",
    b"ekxpdwzzgzznkrgfzzhzjqzzuzf",
    b"ixifhmfykyplroipzwgfmnxzjzd",
    b"pnkjohmxnqokhemjzekigjkuuyf",
    b"fxtpfvumhzsepxghzemiiwzzjzk",
    b"xxxxxxxxxxxkxxxxxxsxaxxxxxp",
    b"frlldnmvgzkpjngpzkijjnnzjze",
    b"lwmtesyjgzropqilurifiyuzmzc",
    b"ixptfpzdfzzluvgqzijmlznzkze",
    b"jjikjplzizzhigrizfefvzzqzug",
    b"ezuuazzzezzzqzjwzzsyszzstzm",
    b"fzyxfzteczypzkfzzjjtzzzzyzh",
    b"fzhzgzzmgzzzqzqdzzzezzstmzf",
    b"nsuynzyulzzqrleizmilxzrztsa",
    b"dxxsbxxxgxxmxxhxxxxxhqxxqkk",
    b"fihjjimlgrqjjkhisjhekmiwktz",
];
/// The same for each by itself.
const ALONE: &[u8; 27] = b"hljjglmjhtpjkhhkthhgjnmqlte";

/// How rare a byte of a folded literal is after another one, in half bits: one that is 2 more comes half as often.
fn rarity_after(before: Option<u8>, byte: u8) -> u32 {
    let Some(at) = column(byte) else { return rarity_of_sign(byte) };
    let row = before.and_then(column).and_then(|row| AFTER.get(row)).copied().unwrap_or(ALONE);
    row.get(at).map_or(0, |rarity| u32::from(rarity - b'a' + 1))
}

/// How rare some bytes of a folded literal are, each after the one before it.
pub(crate) fn rarity_of_bytes(bytes: &[u8]) -> u32 {
    let before = std::iter::once(None).chain(bytes.iter().copied().map(Some));
    bytes.iter().zip(before).map(|(byte, before)| rarity_after(before, *byte)).sum()
}

const fn column(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some((byte - b'a') as usize),
        b' ' | b'\n' | b'\t' => Some(26),
        _ => None,
    }
}

/// How often a byte occurs in a thousand bytes of prose, roughly.
pub(crate) fn frequency(byte: u8) -> u32 {
    match byte {
        b' ' => 170,
        b'a' | b'e' | b'i' | b'n' | b'o' | b'r' | b's' | b't' => 60,
        b'a'..=b'z' => 25,
        b',' | b'.' | b'\n' => 10,
        b'-' | b'"' | b'\'' | b'/' | b':' | b'_' => 4,
        b'A'..=b'Z' | b'0'..=b'9' | 0x80.. => 2,
        _ => 1,
    }
}

/// How rare a byte is that is neither a letter nor a blank.
fn rarity_of_sign(byte: u8) -> u32 {
    match frequency(byte) {
        0 | 1 => 20,
        2 | 3 => 18,
        4..=9 => 16,
        _ => 13,
    }
}

/// How rare a folded literal is, in half bits: a common word is hardly better than nothing, however long it is.
pub(crate) fn rarity(literal: &[u8]) -> u32 {
    let rarity = rarity_of_bytes(literal);
    match literal {
        common if is_among(&COMMON_WORDS, common) => COMMON_RARITY.min(rarity),
        topical if is_among(&TOPICAL_WORDS, topical) => TOPICAL_RARITY.min(rarity),
        _ => rarity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_word_is_known_with_blanks_around_it() {
        assert!(COMMON_WORDS.is_sorted() && TOPICAL_WORDS.is_sorted());
        assert!(COMMON_WORDS.iter().all(|word| is_among(&COMMON_WORDS, format!(" {word} ").as_bytes())));
        assert!(rarity(b" because ") < rarity(b" password ") && rarity(b"password") < rarity(b"bec@use"));
    }
}
