//! One look for many shapes: numbers of persons, cards, accounts and telephones begin at the edge of a word and hold
//! digits, so one automaton reads each such place once for all of them. It says where each shape matches, and nearly
//! always how far; none of them reads a text full of numbers for itself.
//!
//! A shape takes part if its matches are short and digits are the rarest that they hold. One whose matches may begin
//! within a word is looked for by itself, wherever digits are.

mod longest;
mod means;
mod track;

use std::sync::{Arc, OnceLock};

use policy::Span;
use regex_automata::MatchKind;
use regex_automata::hybrid::dfa::{self, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::byte_class::{BLOCK, ByteClass, bits, count, first_within};
use crate::context::is_word;
use crate::literals::{Anatomy, Need};
use crate::pattern::{Expression, Haystack};
use crate::prefilter::{Candidates, dense};
use crate::spares::Spares;
use crate::stream::starts::Beginning;
use crate::work;
use longest::takes_longest;
use means::Means;
use track::{Track, note};

/// The longest match of a shape that takes part, in bytes of ASCII.
const LONGEST: usize = 64;
/// Fewer shapes are as well looked for each by itself.
const FEWEST: usize = 4;
/// The memory that the automaton may take for a text, in bytes. What does not fit is computed anew.
const CACHE_BYTES: usize = 4 << 20;
/// How many caches are kept for the next texts.
const SPARE_CACHES: usize = 4;

/// The shapes that are looked for together.
#[derive(Debug, Default)]
pub(crate) struct FirstLook {
    members: Vec<Member>,
    reading: OnceLock<Reading>,
}

#[derive(Debug)]
struct Member {
    /// Which expression.
    index: usize,
    source: &'static str,
    expression: Arc<Expression>,
    /// The longest match, in bytes of ASCII and of any text.
    reach: (usize, usize),
}

impl FirstLook {
    /// Chooses among shapes, which it names by their index.
    pub(crate) fn new<'a>(
        shapes: impl Iterator<Item = (usize, &'static str, &'a Anatomy, &'a Arc<Expression>)>,
    ) -> Self {
        let shapes = shapes
            .filter(|(_, _, anatomy, _)| anatomy.length.ascii <= LONGEST && holds_digits(&anatomy.need));
        let member = |(index, source, anatomy, expression): (usize, _, &Anatomy, &Arc<_>)| Member {
            index,
            source,
            expression: Arc::clone(expression),
            reach: (anatomy.length.ascii, anatomy.length.unicode),
        };
        let members: Vec<Member> = shapes.map(member).collect();
        let members = if members.len() < FEWEST { Vec::new() } else { members };
        Self { members, reading: OnceLock::new() }
    }

    /// Whether an expression is looked for here.
    pub(crate) fn takes(&self, index: usize) -> bool {
        self.members.binary_search_by_key(&index, |member| member.index).is_ok()
    }

    /// Adds the places where each of the shapes matches, or may match.
    pub(crate) fn candidates(&self, haystack: Haystack<'_>, all: &mut Vec<(usize, Candidates)>) {
        let Haystack { text, ascii, .. } = haystack;
        let digits = if self.members.is_empty() { Vec::new() } else { runs_of_digits(text.as_bytes()) };
        if digits.is_empty() {
            return;
        }
        let reading = self.reading.get_or_init(|| Reading::of(&self.members));
        for (member, least) in &reading.alone {
            let Some(member) = self.members.get(*member) else { continue };
            let windows = dense(&digits, *least, member.reach(ascii), text);
            if !windows.is_empty() {
                all.push((member.index, Candidates::Within(windows)));
            }
        }
        if let Some(together) = &reading.together {
            let windows = dense(&digits, reading.least, self.longest(ascii), text);
            let begins = near(&windows, &digits, reading.lead);
            let tracks = together.read(haystack, &begins, &self.members);
            let members = together.members.iter().filter_map(|member| self.members.get(*member));
            all.extend(
                members.zip(tracks).filter_map(|(member, track)| Some((member.index, track.candidates()?))),
            );
        }
    }

    fn longest(&self, ascii: bool) -> usize {
        self.members.iter().map(|member| member.reach(ascii)).max().unwrap_or_default()
    }
}

impl Member {
    const fn reach(&self, ascii: bool) -> usize {
        if ascii { self.reach.0 } else { self.reach.1 }
    }
}

/// Whether every match holds digits.
fn holds_digits(need: &Need) -> bool {
    match need {
        Need::Bytes { class, .. } if class.within(ByteClass::DIGITS) => true,
        Need::Bytes { class, digits, .. } if ByteClass::DIGITS.within(*class) => *digits > 0,
        Need::Bytes { .. } | Need::First(_) | Need::Literals(_) | Need::Nothing => false,
    }
}

/// The shapes, parsed and compiled.
#[derive(Debug, Default)]
struct Reading {
    /// Those that one automaton reads.
    together: Option<Together>,
    /// The fewest digits that a match of one of them holds.
    least: usize,
    /// How many bytes may stand before the first digit of a match.
    lead: usize,
    /// Those that are looked for each by itself, and the fewest digits that a match holds.
    alone: Vec<(usize, usize)>,
}

impl Reading {
    fn of(members: &[Member]) -> Self {
        let parsed = members.iter().map(|member| regex_syntax::parse(member.source).ok());
        let least = |hir: &Hir| count(hir, ByteClass::DIGITS).max(1);
        let mut reading = Self { least: usize::MAX, ..Self::default() };
        let mut apart = Vec::new();
        for (index, hir) in parsed.enumerate() {
            let digits = hir.as_ref().map_or(1, least);
            match hir.filter(suits) {
                Some(hir) => {
                    reading.least = reading.least.min(digits);
                    let lead = first_within(&hir, ByteClass::DIGITS).unwrap_or(LONGEST);
                    reading.lead = reading.lead.max(lead);
                    apart.push((index, hir));
                }
                None => reading.alone.push((index, digits)),
            }
        }
        let (indices, parsed): (Vec<usize>, Vec<Hir>) = apart.into_iter().unzip();
        reading.together = Together::new(indices.clone(), &parsed);
        if reading.together.is_none() {
            reading.alone.extend(indices.into_iter().map(|index| (index, 1)));
        }
        reading
    }
}

/// Whether the automaton can read an expression, and every match of it covers itself and begins where a word does or
/// with something else.
fn suits(hir: &Hir) -> bool {
    let properties = hir.properties();
    !properties.look_set().contains_word_unicode()
        && properties.explicit_captures_len() == 0
        && begins_apart(hir)
}

fn begins_apart(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Alternation(branches) => branches.iter().all(begins_apart),
        HirKind::Capture(capture) => begins_apart(&capture.sub),
        HirKind::Class(_) | HirKind::Empty | HirKind::Repetition(_) => false,
        HirKind::Concat(pieces) => pieces.first().is_some_and(begins_apart),
        HirKind::Literal(literal) => literal.0.first().is_some_and(|byte| byte.is_ascii() && !is_word(*byte)),
        HirKind::Look(look) => *look == Look::WordAscii,
    }
}

/// What [`Together::kinds`] tells of a byte.
const BEGINS: u8 = 1;
const OF_WORD: u8 = 2;

/// Shapes in one automaton.
#[derive(Debug)]
struct Together {
    /// The members that are its patterns.
    members: Vec<usize>,
    dfa: DFA,
    /// For each byte, whether a match could begin with it, and whether it is of a word; as bits.
    kinds: Box<[u8; 256]>,
    /// For each byte, the class by which the automaton knows it; last, that of the end of a text.
    classes: Box<[u16; 257]>,
    /// For each pattern, whether a match is the longest that begins at its place.
    longest: Vec<bool>,
    spare: Spares<Means, SPARE_CACHES>,
}

impl Together {
    fn new(members: Vec<usize>, parsed: &[Hir]) -> Option<Self> {
        let config = thompson::Config::new().which_captures(WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build_many_from_hir(parsed).ok()?;
        let config = dfa::Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE_BYTES)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let first = |hir: &Hir| Beginning::of_hir(hir).first().unwrap_or(ByteClass::ALL);
        let begins = parsed.iter().map(first).fold(ByteClass::EMPTY, ByteClass::or);
        let kind = |byte: usize| match u8::try_from(byte) {
            Ok(byte) => (u8::from(begins.contains(byte)) * BEGINS) | (u8::from(is_word(byte)) * OF_WORD),
            Err(_) => 0,
        };
        let classes = dfa.byte_classes();
        let end = u16::try_from(classes.alphabet_len() - 1).ok()?;
        let class = |byte: usize| u8::try_from(byte).map_or(end, |byte| u16::from(classes.get(byte)));
        Some(Self {
            kinds: Box::new(std::array::from_fn(kind)),
            classes: Box::new(std::array::from_fn(class)),
            longest: parsed.iter().map(takes_longest).collect(),
            members,
            dfa,
            spare: Spares::default(),
        })
    }

    /// Reads what begins in some parts of a text, and says what each of its patterns has found.
    fn read(&self, haystack: Haystack<'_>, begins: &[Span], members: &[Member]) -> Vec<Track> {
        let text = haystack.text.as_bytes();
        let mut means = self.spare.take(|| Means::of(&self.dfa));
        let mut tracks = vec![Track::default(); self.members.len()];
        let mut matched = Vec::new();
        for window in begins {
            let before = window.start.checked_sub(1).and_then(|at| text.get(at));
            let mut before = before.map_or(0, |before| self.kind(*before));
            let bytes = text.get(window.start..window.end).unwrap_or_default();
            for (nth, byte) in bytes.iter().enumerate() {
                let kind = self.kind(*byte);
                let within = kind & before & OF_WORD != 0;
                before = kind;
                if within || kind & BEGINS == 0 {
                    continue;
                }
                let place = window.start + nth;
                self.read_at(text, place, &mut means, &mut tracks, &mut matched);
                for pattern in matched.drain(..) {
                    let member = self.members.get(pattern).and_then(|member| members.get(*member));
                    let longest = self.longest.get(pattern).is_some_and(|longest| *longest);
                    if let (Some(track), Some(member)) = (tracks.get_mut(pattern), member) {
                        track.take(place, haystack, member, longest);
                    }
                }
            }
        }
        self.spare.keep(means);
        tracks
    }

    /// Notes the patterns that match at a place, and where they end. It stands by itself: in a text full of numbers nearly all
    /// of the time is spent here, and what it needs is to be at hand.
    #[inline(never)]
    fn read_at(
        &self,
        text: &[u8],
        start: usize,
        means: &mut Means,
        tracks: &mut [Track],
        matched: &mut Vec<usize>,
    ) {
        let mut state = means.start(&self.dfa, text, start);
        let mut at = start;
        while let Some(rest) = text.get(at..).filter(|_| !state.is_stop()) {
            let see = |patterns: &[u32], nth| note(patterns, (start, at + nth), tracks, matched);
            let steps = means.steps(state, &self.classes, rest, see);
            at += steps.taken;
            state = match text.get(at) {
                None => {
                    let last = means.ask(&self.dfa, steps.last, (256, self.class(256)));
                    note(means.patterns(last), (start, at), tracks, matched);
                    break;
                }
                Some(byte) => {
                    let byte = usize::from(*byte);
                    means.ask(&self.dfa, steps.last, (byte, self.class(byte)))
                }
            };
            note(means.patterns(state), (start, at), tracks, matched);
            at += 1;
        }
        work::done(at - start);
    }

    fn class(&self, byte: usize) -> u16 {
        self.classes.get(byte).copied().unwrap_or_default()
    }

    fn kind(&self, byte: u8) -> u8 {
        self.kinds.get(usize::from(byte)).copied().unwrap_or_default()
    }
}

/// The parts of windows in which a digit stands, or after which one comes soon enough.
fn near(windows: &[Span], digits: &[Span], lead: usize) -> Vec<Span> {
    let mut begins: Vec<Span> = Vec::with_capacity(digits.len());
    let mut windows = windows.iter().peekable();
    for run in digits {
        while windows.next_if(|window| window.end <= run.start).is_some() {}
        let Some(window) = windows.peek().filter(|window| window.start < run.end) else { continue };
        let part = Span::new(run.start.saturating_sub(lead).max(window.start), run.end.min(window.end));
        match begins.last_mut() {
            Some(last) if part.start <= last.end => last.end = part.end,
            Some(_) | None => begins.push(part),
        }
    }
    begins
}

/// The unbroken runs of digits. Where there are none is seen many bytes at a time, and so is where they begin and end.
fn runs_of_digits(text: &[u8]) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for (start, block) in (0..).step_by(BLOCK).zip(blocks) {
        // Of a length that is known when this is compiled, so that it is done at once.
        if block.iter().fold(false, |any, byte| any | byte.is_ascii_digit()) {
            add_digits(start, block, &mut runs);
        }
    }
    let mut last = [0; BLOCK];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    add_digits(text.len() - rest.len(), &last, &mut runs);
    runs
}

fn add_digits(start: usize, block: &[u8; BLOCK], runs: &mut Vec<Span>) {
    let mut left = bits(block, |byte| byte.is_ascii_digit());
    let mut at = start;
    while left != 0 {
        let before = left.trailing_zeros();
        left >>= before;
        let length = left.trailing_ones();
        left = left.checked_shr(length).unwrap_or_default();
        at += before as usize;
        let run = Span::new(at, at + length as usize);
        at = run.end;
        match runs.last_mut() {
            Some(last) if last.end == run.start => last.end = run.end,
            Some(_) | None => runs.push(run),
        }
    }
}

#[cfg(test)]
mod tests;
