//! What tells a payload from a statement that begins as one and from prose about SQL.

use crate::context::last_byte;
use crate::detector::Candidate;

/// Drops a quote that closes a value inside a statement: `WHERE status = 'open' AND age > 30`. There, the quotes
/// before it on the same line are odd in number; where a payload breaks out, they are even or there is no statement.
/// So is a quote that ends something quoted in prose or in a program.
pub(super) fn opens_no_value(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(160);
    let line = before.rsplit('\n').next().unwrap_or(before).to_ascii_lowercase();
    if ends_quotation(&line, candidate.matched()) {
        return None;
    }
    let inside = [
        "select ", "where ", "from ", "values", "update ", " set ", "insert ", "having ", " on ", " then ",
        " in (",
    ]
    .iter()
    .any(|word| line.contains(word));
    let quotes = line.bytes().filter(|byte| *byte == b'\'').count();
    let matched = candidate.matched().trim_start_matches(|c: char| c.is_alphanumeric() || c.is_whitespace());
    let closes = matched.starts_with(['\'', ')']) && quotes % 2 == 1 || candidate.matched().starts_with(')');
    (!(inside && closes)).then_some(candidate.confidence)
}

/// Whether a quote ends what one before it on the line began: one that stands where a word begins, not right before an
/// end, and not as the value of a name, which is where payloads are sent.
fn ends_quotation(line: &str, matched: &str) -> bool {
    let Some(quote) = matched
        .chars()
        .find(|c| !c.is_alphanumeric() && !c.is_whitespace())
        .filter(|c| matches!(c, '"' | '\''))
    else {
        return false;
    };
    let mut open = false;
    let mut last = ' ';
    for c in line.chars() {
        let begins = matches!(last, ' ' | '\t' | '(' | '[' | ',' | '`');
        open = if c != quote { open } else { !open && begins };
        last = c;
    }
    open && last != quote
}

/// `admin'--`: drops a word in quotes of its own, as in `role == "admin" or ...`.
pub(super) fn closes_no_word(candidate: &Candidate<'_>) -> Option<u8> {
    let quote = candidate.matched().chars().find(|c| !c.is_alphanumeric());
    let quoted = quote.is_some_and(|quote| candidate.before(1).ends_with(quote));
    (!quoted).then_some(candidate.confidence)
}

/// Lowers what stands inside a statement that begins as one: `SELECT a FROM x UNION SELECT b FROM y`.
pub(super) fn outside_a_statement(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(100).to_ascii_lowercase();
    let broken_out = matches!(last_byte(before.trim_end_matches([' ', ')', '\n'])), Some(b'\'' | b'"'));
    let escaped = candidate.matched().contains("%20") || candidate.matched().contains("/*");
    Some(if begins_statement(&before) && !broken_out && !escaped { 35 } else { candidate.confidence })
}

/// Whether a text in lower case begins a statement that the match may go on, or says that one follows.
fn begins_statement(before: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| before.contains(word));
    has(&[
        "select ",
        "group by",
        " as (",
        "sql",
        "query",
        "create ",
        "insert ",
        "drop ",
        "inner join",
        "left join",
    ]) || before.contains("from ") && before.contains("where ")
}

/// `OR 1=1`, `AND 7034=7034`: a comparison of two constants decides nothing, so somebody wants it decided so.
/// Numbers of more than two digits have to be the same, since talk compares figures, too; and so has what follows
/// WHERE, where `1=1` is a habit of programs that put statements together.
pub(super) fn compares_constants(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let mut numbers = matched.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).rev();
    let (right, left) = (numbers.next()?, numbers.next()?);
    let habit =
        matched.get(..6).is_some_and(|start| start.trim_start().to_ascii_lowercase().starts_with("where"));
    let equality = matched.contains('=') || matched.to_ascii_lowercase().contains("like");
    let small = |number: &str| ["0", "1", "2", "3", "7", "11"].contains(&number);
    let decided = match () {
        () if habit => left == right && left.len() >= 3,
        () if left == right => true,
        () if equality => left.len() <= 2 && right.len() <= 2,
        () => small(left) && small(right),
    };
    decided.then_some(candidate.confidence)
}

/// `OR a=a`: the same, with a name.
pub(super) fn compares_with_itself(candidate: &Candidate<'_>) -> Option<u8> {
    let (left, right) = candidate.matched().split_once('=')?;
    let left = left.trim_end_matches([' ', '+']).rsplit(|c: char| !is_name(c)).next()?;
    let right = right.rsplit(|c: char| !is_name(c)).next()?;
    left.eq_ignore_ascii_case(right).then_some(candidate.confidence)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What a hexadecimal literal spells, in bytes or in pairs of them, is a statement.
pub(super) fn spells_a_statement(candidate: &Candidate<'_>) -> Option<u8> {
    let digits = candidate.matched().get(2..)?.as_bytes();
    let bytes = digits
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let text: String =
        bytes.filter(|byte| *byte != 0).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    ["select ", "waitfor ", "declare ", "exec ", "union ", "insert ", "drop ", "update ", "delete ", "xp_"]
        .iter()
        .any(|word| text.contains(word))
        .then_some(candidate.confidence)
}

/// `SLEEP(5)#`: a call that a comment cuts off. In a program, a dot or the beginning of a line stands before it.
pub(super) fn cut_off_call(candidate: &Candidate<'_>) -> Option<u8> {
    let in_program = matches!(last_byte(candidate.before(1)), Some(b'.' | b'\t' | b'_'));
    (!in_program).then_some(candidate.confidence)
}
