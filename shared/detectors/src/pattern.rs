//! A regular expression that is compiled when it is first needed, and run only where it can match.

mod haystack;
mod narrowed;
mod widened;

use std::borrow::Cow;
use std::sync::{Mutex, OnceLock, PoisonError};

use policy::{Pattern, Span};
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;

use crate::byte_class::{ByteClass, rare_classes};
use crate::prefilter::Candidates;
use crate::stream::automaton::{Automaton, Stuck};
use crate::stream::starts::Start;
use crate::window::Windows;
use crate::word_starts::WordStarts;
use crate::work;
pub(crate) use haystack::Haystack;

/// The longest match, in bytes. An expression that could match more matches what it can within this many
/// bytes of its beginning, whatever stands around it; so what is found does not depend on how a text is cut.
pub const PATTERN_REACH: usize = 4096;

/// The most that a shape of a detector may need compiled, in bytes.
const SHAPE_COMPILED_BYTES: usize = 8 * Pattern::MAX_COMPILED_BYTES;

/// The expression could not be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// A regular expression.
#[derive(Debug)]
pub(crate) struct Expression {
    /// Shapes stand in this program and are not copied.
    source: Cow<'static, str>,
    /// Whether it is the shape of a detector: group 1, where there is one, is what a match covers.
    grouped: bool,
    /// Most expressions of a scanner are never looked at: nothing is kept for them.
    made: OnceLock<Box<Made>>,
}

/// What is made of an expression, when it is first needed.
#[derive(Debug, Default)]
struct Made {
    /// Compiled without Unicode: the same on ASCII text, and many times smaller.
    ascii: OnceLock<Option<Regex>>,
    unicode: OnceLock<Option<Regex>>,
    /// The same for texts that come in pieces, and for single places.
    ascii_automaton: OnceLock<Option<Automaton>>,
    unicode_automaton: OnceLock<Option<Automaton>>,
    /// What rules a match out, in texts beyond ASCII: all of Unicode is seldom needed then.
    wide: OnceLock<Option<Automaton>>,
    start: OnceLock<Start>,
    read: OnceLock<Option<Read>>,
    read_as_meant: OnceLock<Option<Read>>,
}

/// What is known of an expression once it is parsed.
#[derive(Debug)]
struct Read {
    start: Start,
    /// Whether a match covers a part of itself.
    has_group: bool,
    /// Classes of bytes of which every match holds a member: what no text of prose holds, most texts do not hold at all.
    holds: Vec<ByteClass>,
    /// Until it is compiled, or has been looked for in a text.
    parsed: Mutex<Option<Hir>>,
}

impl Read {
    fn of(hir: Hir) -> Self {
        let has_group = hir.properties().explicit_captures_len() > 0;
        let (start, holds) = (Start::of(&hir), rare_classes(&hir));
        Self { start, has_group, holds, parsed: Mutex::new(Some(hir)) }
    }

    fn take(&self) -> Option<Hir> {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Expression {
    pub(crate) fn new(source: Cow<'static, str>, grouped: bool) -> Self {
        Self { source, grouped, made: OnceLock::new() }
    }

    fn made(&self) -> &Made {
        self.made.get_or_init(Box::default)
    }

    /// Where it could begin.
    pub(crate) fn start(&self) -> &Start {
        self.made().start.get_or_init(|| self.parsed(true).as_ref().map_or(Start::ANYWHERE, Start::of))
    }

    /// The same for a text that is there as a whole.
    fn start_in(&self, haystack: Haystack<'_>) -> &Start {
        self.read_for(haystack).map_or(&Start::ANYWHERE, |read| &read.start)
    }

    /// Whether a text lacks bytes that every match holds.
    fn lacks_bytes(&self, haystack: Haystack<'_>) -> bool {
        let lacks = |read: &Read| read.holds.iter().any(|class| class.apart_from(haystack.bytes));
        haystack.bytes != ByteClass::ALL && self.read_for(haystack).is_some_and(lacks)
    }

    /// What is known of it for a text: to read an expression without Unicode costs far less.
    fn read_for(&self, haystack: Haystack<'_>) -> Option<&Read> {
        let as_meant = || self.made().read_as_meant.get_or_init(|| self.parsed(true).map(Read::of)).as_ref();
        if haystack.ascii { self.read() } else { as_meant() }
    }

    fn read(&self) -> Option<&Read> {
        self.made().read.get_or_init(|| self.parsed(false).map(Read::of)).as_ref()
    }

    fn take_parsed(&self, unicode: bool) -> Option<Hir> {
        let read = if unicode { &self.made().read_as_meant } else { &self.made().read };
        read.get().and_then(Option::as_ref).and_then(Read::take).or_else(|| self.parsed(unicode))
    }

    /// Drops what is parsed and was not compiled: nearly all that is read for a text begins nowhere in it, and parsed it takes
    /// several times what it takes compiled.
    fn forget_parsed(&self) {
        let Some(made) = self.made.get() else { return };
        let Made { read, read_as_meant, .. } = made.as_ref();
        for read in [read, read_as_meant].into_iter().filter_map(|read| read.get()?.as_ref()) {
            drop(read.take());
        }
    }

    fn parsed(&self, unicode: bool) -> Option<Hir> {
        if unicode { regex_syntax::parse(&self.source).ok() } else { narrowed::parse(&self.source) }
    }

    /// The automaton for texts that come in pieces: the one that reads ASCII only, or the one that reads everything.
    pub(crate) fn automaton(&self, ascii: bool) -> Option<&Automaton> {
        let slot = if ascii { &self.made().ascii_automaton } else { &self.made().unicode_automaton };
        slot.get_or_init(|| Automaton::new(&self.take_parsed(!ascii)?, self.limit())).as_ref()
    }

    /// What a match covers, that begins and ends in a text so.
    pub(crate) fn cover(&self, text: &str, matched: Span) -> Span {
        if !self.grouped {
            return matched;
        }
        let covered = self.covered(Haystack::new(text, &WordStarts::default()), matched);
        self.forget_parsed();
        covered
    }

    /// All matches that lie where the candidates say, as if the expression had been run over the whole text.
    pub(crate) fn find(
        &self,
        haystack: Haystack<'_>,
        candidates: &Candidates,
        reach: usize,
        found: impl FnMut(Span),
    ) -> Result<(), Failed> {
        let done = self.find_all(haystack, candidates, reach, found);
        self.forget_parsed();
        done
    }

    fn find_all(
        &self,
        haystack: Haystack<'_>,
        candidates: &Candidates,
        reach: usize,
        mut found: impl FnMut(Span),
    ) -> Result<(), Failed> {
        let whole = Span::new(0, haystack.text.len());
        match candidates {
            Candidates::Begins(_) | Candidates::Everywhere | Candidates::Within(_)
                if self.lacks_bytes(haystack) =>
            {
                Ok(())
            }
            Candidates::Begins(begins) => match Windows::of(begins, reach, haystack, self.start_in(haystack))
            {
                Windows::Merged(windows) => self.find_in(haystack, &windows, reach, &mut found),
                Windows::Tried(places) => self.find_at(haystack, &places, reach, &mut found),
            },
            Candidates::Everywhere => self.find_in(haystack, &[whole], reach, &mut found),
            Candidates::Matches(matches) => {
                matches.iter().copied().for_each(found);
                Ok(())
            }
            Candidates::Within(windows) => {
                match Windows::within(windows, reach, haystack, self.start_in(haystack)) {
                    None => self.find_in(haystack, windows, reach, &mut found),
                    Some(places) => self.find_at(haystack, &places, reach, &mut found),
                }
            }
        }
    }

    /// Tries single places.
    fn find_at(
        &self,
        haystack: Haystack<'_>,
        places: &[usize],
        reach: usize,
        found: &mut impl FnMut(Span),
    ) -> Result<(), Failed> {
        if places.is_empty() {
            return Ok(());
        }
        let automaton = self.automaton(true);
        let mut cache = automaton.map(Automaton::cache);
        let mut from = 0;
        for start in places.iter().copied() {
            if start < from || !haystack.text.is_char_boundary(start) {
                continue;
            }
            let end = haystack.text.floor_char_boundary(start.saturating_add(reach));
            let span = Span::new(start, end);
            let stepped = automaton.zip(cache.as_mut()).filter(|_| haystack.is_ascii_around(span));
            let stepped = stepped
                .map(|(automaton, cache)| automaton.end_of_match(cache, haystack.text, (start, reach)));
            let matched = match stepped {
                Some(Ok(end)) => end.map(|end| Span::new(start, end)).filter(|span| !span.is_empty()),
                Some(Err(Stuck)) | None => self.search(haystack, span, Anchored::Yes)?,
            };
            if let Some(matched) = matched {
                found(self.covered(haystack, matched));
                from = matched.end;
            }
        }
        if let Some((automaton, cache)) = automaton.zip(cache) {
            automaton.keep(cache);
        }
        Ok(())
    }

    /// The match that begins at a place.
    pub(crate) fn match_at(
        &self,
        haystack: Haystack<'_>,
        start: usize,
        reach: usize,
    ) -> Result<Option<Span>, Failed> {
        let end = haystack.text.floor_char_boundary(start.saturating_add(reach));
        self.search(haystack, Span::new(start, end), Anchored::Yes)
    }

    /// Looks through windows. A search goes no further than two reaches, so that in a text of many matches
    /// each costs no more than so much, whatever the expression.
    fn find_in(
        &self,
        haystack: Haystack<'_>,
        windows: &[Span],
        reach: usize,
        found: &mut impl FnMut(Span),
    ) -> Result<(), Failed> {
        for window in windows {
            let mut from = window.start;
            while from < window.end {
                let safe = from.saturating_add(PATTERN_REACH);
                let end = haystack.text.floor_char_boundary(safe.saturating_add(reach).min(window.end));
                let first = self.search(haystack, Span::new(from, end), Anchored::No)?;
                from = match first {
                    None if end >= window.end => window.end,
                    None => haystack.text.floor_char_boundary(safe).max(from + 1),
                    Some(first) if first.start > safe && end < window.end => first.start,
                    Some(first) => self.take(haystack, first, reach, window.end, found)?,
                };
            }
        }
        Ok(())
    }

    /// Reports the match that begins where `first` does, and says where to go on.
    fn take(
        &self,
        haystack: Haystack<'_>,
        first: Span,
        reach: usize,
        end: usize,
        found: &mut impl FnMut(Span),
    ) -> Result<usize, Failed> {
        let end = haystack.text.floor_char_boundary(first.start.saturating_add(reach).min(end));
        let within = Span::new(first.start, end);
        let matched = if first.end <= end && reach < PATTERN_REACH {
            Some(first)
        } else {
            self.search(haystack, within, Anchored::Yes)?
        };
        let next = haystack.text.ceil_char_boundary(first.start + 1);
        Ok(match matched {
            Some(matched) => {
                found(self.covered(haystack, matched));
                matched.end.max(next)
            }
            None => next,
        })
    }

    fn search(&self, haystack: Haystack<'_>, span: Span, anchored: Anchored) -> Result<Option<Span>, Failed> {
        let ascii = haystack.is_ascii_around(span);
        let input = Input::new(haystack.text).span(span.start..span.end).anchored(anchored);
        if !ascii && self.wide().is_some_and(|wide| wide.rules_out(&input)) {
            work::done(span.len());
            return Ok(None);
        }
        let regex = self.regex(ascii).ok_or(Failed)?;
        let found = regex.search(&input).map(|found| Span::new(found.start(), found.end()));
        work::done(found.map_or(span.end, |found| found.end) - span.start);
        Ok(found.filter(|span| !span.is_empty()))
    }

    /// What a match covers: group 1, where there is one that took part. No more of the text is looked at than the match:
    /// what goes before it, and would end there or earlier, would have matched in its place.
    fn covered(&self, haystack: Haystack<'_>, matched: Span) -> Span {
        if !self.has_group() {
            return matched;
        }
        let regex = self.regex(haystack.is_ascii_around(matched));
        let Some(regex) =
            regex.filter(|regex| regex.group_info().group_len(regex_automata::PatternID::ZERO) > 1)
        else {
            return matched;
        };
        let mut captures = regex.create_captures();
        let input = Input::new(haystack.text).span(matched.start..matched.end).anchored(Anchored::Yes);
        work::done(matched.len());
        regex.search_captures(&input, &mut captures);
        captures.get_group(1).map_or(matched, |group| Span::new(group.start, group.end))
    }

    /// Whether a match covers a part of itself. Where it does not, most expressions are never compiled as a whole.
    fn has_group(&self) -> bool {
        self.grouped && self.read().is_none_or(|read| read.has_group)
    }

    /// Shapes stand in this program, patterns come from outside.
    fn limit(&self) -> usize {
        if self.grouped { SHAPE_COMPILED_BYTES } else { Pattern::MAX_COMPILED_BYTES }
    }

    fn regex(&self, ascii: bool) -> Option<&Regex> {
        let small = if ascii { self.made().ascii.get_or_init(|| self.compile(false)).as_ref() } else { None };
        small.or_else(|| self.made().unicode.get_or_init(|| self.compile(true)).as_ref())
    }

    fn wide(&self) -> Option<&Automaton> {
        let make = || Automaton::new(&widened::widened(&self.take_parsed(true)?), self.limit());
        self.made().wide.get_or_init(make).as_ref()
    }

    fn compile(&self, unicode: bool) -> Option<Regex> {
        let captures = if self.grouped { WhichCaptures::All } else { WhichCaptures::Implicit };
        // The scanner has chosen the places, so it need not look for its literals once more; to find out which ones these are
        // would be half of what compiling it costs.
        let config = Config::new()
            .nfa_size_limit(Some(self.limit()))
            .which_captures(captures)
            .utf8_empty(unicode)
            .auto_prefilter(false)
            .onepass(false);
        Regex::builder().configure(config).build_from_hir(&self.take_parsed(unicode)?).ok()
    }
}

#[cfg(test)]
mod tests;
