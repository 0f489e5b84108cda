//! What of decoded bytes is readable text.

/// The shortest readable stretch, in bytes, in a run that is not readable as a whole.
const MIN_STRETCH: usize = 16;

/// Which stretches count that are shorter than [`MIN_STRETCH`].
#[derive(Clone, Copy)]
pub(super) struct Expected {
    /// One at the very beginning.
    pub(super) goes_on: bool,
    /// One that is everything.
    pub(super) is_whole: bool,
}

impl Expected {
    fn counts(self, at: usize, length: usize, all: usize) -> bool {
        length >= MIN_STRETCH
            || (length > 0 && ((self.is_whole && length == all) || (self.goes_on && at == 0)))
    }
}

/// The stretches of readable text in decoded bytes, and where they begin. Most bytes are ruled out by the first
/// look, which asks only for bytes that text can hold.
pub(super) fn readable(bytes: &[u8], expected: Expected) -> Vec<(usize, &str)> {
    let mut stretches = Vec::new();
    let any = expected.goes_on || expected.is_whole && bytes.len() < MIN_STRETCH;
    if !any && longest_chain(bytes) < MIN_STRETCH {
        return stretches;
    }
    let mut at = 0;
    for run in bytes.split(|byte| !is_plausible(*byte)) {
        // No character begins with these: a run of nothing else would be taken apart byte by byte.
        let further = run.iter().take_while(|byte| matches!(byte, 0x80..=0xbf)).count();
        let run = run.get(further..).unwrap_or_default();
        at += further;
        if expected.counts(at, run.len(), bytes.len()) {
            let parts = parts(run).map(|(start, part)| (at + start, part));
            stretches.extend(parts.filter(|(at, part)| expected.counts(*at, part.len(), bytes.len())));
        }
        at += run.len() + 1;
    }
    stretches
}

/// How many bytes follow each other at most that text could hold so. It is asked without a branch for each byte, which
/// nobody could predict where they are random: most runs hold keys and pictures, and nothing comes of them.
fn longest_chain(bytes: &[u8]) -> usize {
    let (mut before, mut here, mut longest) = (BROKEN, 0, 0);
    for byte in bytes {
        let kind = PLAUSIBLE.get(usize::from(*byte)).copied().unwrap_or_default();
        // All bits or none.
        let goes_on = 0_usize.wrapping_sub(usize::from(FOLLOWS >> (before << 2 | kind) & 1));
        let begins = usize::from(BEGINS >> kind & 1);
        here = (here & goes_on) + (begins | goes_on & 1);
        longest = longest.max(here);
        before = kind;
    }
    longest
}

/// The text in bytes, without characters that are not readable, and where each part begins.
fn parts(bytes: &[u8]) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let start = end;
        end += chunk.valid().len() + chunk.invalid().len();
        let mut next = start;
        chunk.valid().split_inclusive(is_unreadable).map(move |part| {
            let at = next;
            next += part.len();
            (at, part.strip_suffix(is_unreadable).unwrap_or(part))
        })
    })
}

/// Whether bytes are nothing, or the first bytes of one character.
pub(super) fn is_unfinished(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.is_empty(),
        Err(fault) => fault.valid_up_to() == 0 && fault.error_len().is_none(),
    }
}

/// Whether a byte occurs in readable text.
fn is_plausible(byte: u8) -> bool {
    PLAUSIBLE.get(usize::from(byte)).is_some_and(|kind| *kind != BROKEN)
}

/// No byte of readable text.
const BROKEN: u8 = 0;
const PLAIN: u8 = 1;
/// The first byte of a character beyond ASCII.
const LEAD: u8 = 2;
/// A further byte of such a character.
const FURTHER: u8 = 3;
/// The kinds that text can begin with, as bits.
const BEGINS: u8 = 1 << PLAIN | 1 << LEAD;
/// Which kind can follow which, as bits: four for each that stands before.
const FOLLOWS: u16 = (1 << PLAIN | 1 << LEAD) << (PLAIN << 2)
    | 1 << FURTHER << (LEAD << 2)
    | (1 << PLAIN | 1 << LEAD | 1 << FURTHER) << (FURTHER << 2);

/// What kind each byte is. Random bytes would have a chain of comparisons mispredicted all the time.
static PLAUSIBLE: [u8; 256] = plausible();

#[expect(clippy::indexing_slicing, reason = "made when this is compiled, where a bad index is an error")]
const fn plausible() -> [u8; 256] {
    let mut plausible = [BROKEN; 256];
    let mut byte = 0_u8;
    loop {
        plausible[byte as usize] = match byte {
            b'\t' | b'\n' | b'\r' | 0x20..=0x7e => PLAIN,
            0x80..=0xbf => FURTHER,
            0xc2..=0xf4 => LEAD,
            _ => BROKEN,
        };
        if byte == u8::MAX {
            return plausible;
        }
        byte += 1;
    }
}

fn is_unreadable(character: char) -> bool {
    (character.is_control() && !matches!(character, '\t' | '\n' | '\r'))
        || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_look_at_decoded_bytes_rules_no_text_out(
            pieces in proptest::collection::vec(
                prop_oneof!["[a-z é中🙂]{0,12}".prop_map(String::into_bytes), proptest::collection::vec(any::<u8>(), 0..3)],
                0..8,
            ),
        ) {
            let bytes = pieces.concat();
            let longest = parts(&bytes).map(|(_, part)| part.len()).max().unwrap_or_default();
            prop_assert!(longest_chain(&bytes) >= longest.min(MIN_STRETCH));
        }
    }
}
