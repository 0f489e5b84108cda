//! Where the members of byte classes stand in a text, and where enough of them lie near each other.

use policy::Span;

use crate::byte_class::{BLOCK, bits};

/// Expressions whose matches are no longer, in bytes, are passed over together where too few members of their class lie
/// so near to each other.
const NEAR: usize = 64;
/// The most byte classes; expressions that need yet another are run over every text.
pub(super) const MAX_CLASSES: usize = 32;

/// Where a class has members, and what was made of it: many ask for the same number of bytes within the same reach.
pub(super) struct Around<'r> {
    runs: &'r [Span],
    close: usize,
    /// How many members there are in each block of the text, once that is asked for.
    blocks: Option<Vec<usize>>,
    known: Vec<((usize, usize), Vec<Span>)>,
}

impl<'r> Around<'r> {
    pub(super) fn of(runs: &'r [Span]) -> Self {
        Self { runs, close: closest(runs), blocks: None, known: Vec::new() }
    }

    /// The parts of a text in which so many members lie within the reach of a match.
    pub(super) fn windows(&mut self, count: usize, reach: usize, text: &str) -> Vec<Span> {
        if reach <= NEAR && count > self.close {
            return Vec::new();
        }
        let asked = (count, reach);
        match self.known.iter().find(|(known, _)| *known == asked) {
            Some((_, windows)) => windows.clone(),
            None => {
                let windows = if are_many(self.runs, text) {
                    let blocks = self.blocks.get_or_insert_with(|| members_of_blocks(self.runs, text.len()));
                    coarse(blocks, count, reach, text)
                } else {
                    exact(self.runs, count, reach, text)
                };
                self.known.push((asked, windows.clone()));
                windows
            }
        }
    }
}

/// The unbroken runs of members of each class; `classes` has for each byte those that it is in, as bits. In prose hardly
/// any byte but letters and blanks is in a class, and of those 64 are passed at a time.
pub(super) fn runs_of_classes(classes: &[u32; 256], count: usize, text: &[u8]) -> Vec<Vec<Span>> {
    let class_of = |byte: u8| classes.get(usize::from(byte)).copied().unwrap_or_default();
    let passes = (0..=u8::MAX).filter(|byte| is_usual(*byte)).all(|byte| class_of(byte) == 0);
    let mut reading = Reading { open: 0, starts: [0; MAX_CLASSES], runs: vec![Vec::new(); count] };
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for (base, block) in (0..).step_by(BLOCK).zip(blocks) {
        if passes && block.is_ascii() {
            let unusual = bits(block, |byte| !is_usual(byte));
            // What is open ends at the next byte, too, if that is in no class.
            let mut places = unusual | unusual << 1 | u64::from(reading.open != 0);
            while places != 0 {
                let place = places.trailing_zeros() as usize;
                places &= places - 1;
                reading.see(base + place, block.get(place).copied().map_or(0, class_of));
            }
        } else {
            (base..).zip(block).for_each(|(at, byte)| reading.see(at, class_of(*byte)));
        }
    }
    (text.len() - rest.len()..).zip(rest).for_each(|(at, byte)| reading.see(at, class_of(*byte)));
    reading.see(text.len(), 0);
    reading.runs
}

/// Whether most bytes of prose are such.
const fn is_usual(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == b' '
}

/// The runs that have been read.
struct Reading {
    /// The classes of the last byte.
    open: u32,
    starts: [usize; MAX_CLASSES],
    runs: Vec<Vec<Span>>,
}

impl Reading {
    /// The next byte that may be in other classes than the one before it.
    fn see(&mut self, at: usize, classes: u32) {
        if classes != self.open {
            self.turn(classes ^ self.open, at);
            self.open = classes;
        }
    }

    /// Ends the runs of the classes that have changed and were open, and begins those of the others.
    fn turn(&mut self, changed: u32, at: usize) {
        let mut changed = changed;
        while changed != 0 {
            let class = changed.trailing_zeros() as usize;
            changed &= changed - 1;
            let (Some(start), Some(runs)) = (self.starts.get_mut(class), self.runs.get_mut(class)) else {
                continue;
            };
            if self.open >> class & 1 == 0 {
                *start = at;
            } else {
                runs.push(Span::new(*start, at));
            }
        }
    }
}

/// How many bytes of the runs lie within [`NEAR`] bytes, at most: in prose, few. It may be a little too many.
fn closest(runs: &[Span]) -> usize {
    let (mut most, mut near, mut last) = (0, 0, runs);
    for run in runs {
        near += run.len();
        while let [first, rest @ ..] = last
            && first.end + NEAR <= run.start
        {
            near -= first.len();
            last = rest;
        }
        most = most.max(near);
    }
    most
}

/// How many bytes are counted together where members are many.
const COUNTED: usize = 64;
/// Members are many where a run begins every so many bytes: nearly everywhere enough of them are near then, and there is
/// little to be won by a close look.
const MANY: usize = 10;

fn are_many(runs: &[Span], text: &str) -> bool {
    runs.len() > MANY && runs.len() * MANY >= text.len()
}

/// The parts of a text in which `count` bytes of the runs lie no further apart than a match can be long; a little more,
/// where the runs are many.
pub(crate) fn dense(runs: &[Span], count: usize, reach: usize, text: &str) -> Vec<Span> {
    if are_many(runs, text) {
        coarse(&members_of_blocks(runs, text.len()), count, reach, text)
    } else {
        exact(runs, count, reach, text)
    }
}

/// How many bytes of the runs each block of a text holds.
fn members_of_blocks(runs: &[Span], length: usize) -> Vec<usize> {
    let mut blocks = vec![0; length.div_ceil(COUNTED)];
    for run in runs {
        let mut start = run.start;
        // Nearly all lie in a single block.
        if let Some(block) = blocks.get_mut(start / COUNTED)
            && run.end <= (start / COUNTED + 1) * COUNTED
        {
            *block += run.len();
            continue;
        }
        while start < run.end {
            let end = run.end.min((start / COUNTED + 1) * COUNTED);
            if let Some(block) = blocks.get_mut(start / COUNTED) {
                *block += end - start;
            }
            start = end;
        }
    }
    blocks
}

/// The blocks of a text among which a match may lie that holds so many members.
fn coarse(blocks: &[usize], count: usize, reach: usize, text: &str) -> Vec<Span> {
    // A match that begins in a block ends so many blocks further on at the latest.
    let further = reach.div_ceil(COUNTED);
    let mut windows: Vec<Span> = Vec::new();
    let mut ahead = blocks.iter();
    let mut held: usize = ahead.by_ref().take(further).sum();
    for (nth, block) in blocks.iter().enumerate() {
        held += ahead.next().copied().unwrap_or_default();
        if held >= count {
            let end = ((nth + further + 1) * COUNTED).min(text.len());
            match windows.last_mut() {
                Some(window) if nth * COUNTED <= window.end => window.end = end,
                Some(_) | None => windows.push(Span::new(nth * COUNTED, end)),
            }
        }
        held -= block;
    }
    at_characters(windows, text)
}

fn exact(runs: &[Span], count: usize, reach: usize, text: &str) -> Vec<Span> {
    let mut windows: Vec<Span> = Vec::new();
    // What stands further apart is in no match together, and nearly all groups are too small.
    let (mut first, mut held, mut end) = (0, 0, 0);
    for (nth, run) in runs.iter().enumerate() {
        if run.start >= end {
            if held >= count {
                near(runs.get(first..nth).unwrap_or_default(), count, reach, &mut windows);
            }
            (first, held) = (nth, 0);
        }
        held += run.len();
        end = run.end.saturating_add(reach);
    }
    if held >= count {
        near(runs.get(first..).unwrap_or_default(), count, reach, &mut windows);
    }
    at_characters(windows, text)
}

/// The same of a part of the runs, without a look at characters.
fn near(runs: &[Span], count: usize, reach: usize, windows: &mut Vec<Span>) {
    let (mut first, mut last) = (Cursor::at(runs, 0), Cursor::at(runs, count - 1));
    // As long as neither comes to the end of its run, both go on together and nothing else changes.
    while first.left > 0 && last.left > 0 {
        let (begin, end) = (first.place, last.place);
        let steps = first.left.min(last.left);
        if end - begin < reach {
            let start = (end + 1).saturating_sub(reach);
            let end = (begin + steps - 1).saturating_add(reach);
            match windows.last_mut() {
                Some(window) if start <= window.end => window.end = window.end.max(end),
                Some(_) | None => windows.push(Span::new(start, end)),
            }
        }
        first.advance(steps);
        last.advance(steps);
    }
}

/// Widens windows to whole characters, and puts those together that touch then.
fn at_characters(mut windows: Vec<Span>, text: &str) -> Vec<Span> {
    for window in &mut windows {
        *window = Span::new(text.floor_char_boundary(window.start), text.ceil_char_boundary(window.end));
    }
    windows.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        last.end = if touches { last.end.max(next.end) } else { last.end };
        touches
    });
    windows
}

/// A byte in one of several runs.
struct Cursor<'r> {
    place: usize,
    /// How many bytes of the run there are from here on; none, behind the last run.
    left: usize,
    further: std::slice::Iter<'r, Span>,
}

impl<'r> Cursor<'r> {
    fn at(runs: &'r [Span], bytes: usize) -> Self {
        let mut cursor = Self { place: 0, left: 0, further: runs.iter() };
        cursor.advance(bytes);
        cursor
    }

    fn advance(&mut self, bytes: usize) {
        let mut bytes = bytes;
        while bytes >= self.left {
            bytes -= self.left;
            let Some(run) = self.further.next() else {
                self.left = 0;
                return;
            };
            (self.place, self.left) = (run.start, run.len());
        }
        self.place += bytes;
        self.left -= bytes;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A window that is missing is a match that is not found; one that is too wide costs a look.
        #[test]
        fn where_members_are_many_no_window_is_lost(
            text in "[0-9a-d -]{0,400}",
            count in 1_usize..30,
            reach in 1_usize..200,
        ) {
            let mut bytes = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at);
            let runs = bytes.by_ref().fold(Vec::<Span>::new(), |mut runs, at| {
                match runs.last_mut() {
                    Some(last) if last.end == at => last.end += 1,
                    Some(_) | None => runs.push(Span::new(at, at + 1)),
                }
                runs
            });
            let wide = coarse(&members_of_blocks(&runs, text.len()), count, reach, &text);
            prop_assert!(wide.is_sorted() && wide.iter().all(|wide| wide.end <= text.len()));
            for narrow in exact(&runs, count, reach, &text) {
                let end = narrow.end.min(text.len());
                // The edges of a close window may hold what no match can reach.
                let members = runs.iter().filter(|run| narrow.start <= run.start && run.end <= end);
                let (first, last) = members.fold((end, narrow.start), |(first, last), run| (first.min(run.start), last.max(run.end)));
                prop_assert!(
                    first >= last || wide.iter().any(|wide| wide.start <= first && last <= wide.end),
                    "{narrow:?} {wide:?}"
                );
            }
        }
    }
}
