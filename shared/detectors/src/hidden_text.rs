//! Text that a person does not see and a model reads: tag characters, runs of zero-width characters, characters that
//! turn the reading order, variation selectors that carry bytes.
//!
//! Honest uses stay: emoji joined by U+200D, flags (also those of England, Scotland and Wales, which are made of tag
//! characters), joiners between Arabic or Indic letters, soft hyphens, one byte-order mark, a variation selector
//! after an emoji or an ideograph, isolates and marks in text that is written from right to left.
//!
//! A run is judged by what stands near it, so that a text can be judged as it comes: by the characters beside it, by
//! the letters in the 256 bytes before it, and by other runs within 1000 bytes before it or 40 bytes around it.

use policy::{Confidence, Span};

use crate::detector::{Detector, Hit};
use crate::known::Known;
use crate::view::ViewKind;
use crate::watch::Watch;

/// Finds hidden text.
pub(crate) struct HiddenText;

impl Detector for HiddenText {
    fn id(&self) -> &'static str {
        "hidden_text"
    }

    fn about(&self) -> &'static str {
        "characters that nobody sees: tags, zero-width runs, reversed reading order, stuffed variation selectors"
    }

    fn watch(&self, kind: ViewKind) -> Option<Box<dyn Watch>> {
        let hidden = matches!(kind, ViewKind::Original | ViewKind::Decoded(_));
        hidden.then(|| Box::new(Reader::default()) as Box<dyn Watch>)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unseen {
    /// Turns the reading order by force: embeddings and overrides.
    Order,
    /// Isolates and direction marks, in daily use with Hebrew and Arabic.
    Mark,
    /// U+E0000 to U+E007F.
    Tag,
    /// VS1 to VS16, and the supplement VS17 to VS256.
    Variation,
    /// Takes no room: zero-width space, joiners, word joiner, invisible operators, fillers.
    ZeroWidth,
}

fn unseen(letter: char) -> Option<Unseen> {
    Some(match letter {
        '\0'..'\u{34f}' => return None,
        '\u{202a}'..='\u{202e}' => Unseen::Order,
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2066}'..='\u{2069}' => Unseen::Mark,
        '\u{e0000}'..='\u{e007f}' => Unseen::Tag,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Unseen::Variation,
        '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2064}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{180e}' => Unseen::ZeroWidth,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{034f}' | '\u{fff9}'..='\u{fffb}' => {
            Unseen::ZeroWidth
        }
        '\u{1d173}'..='\u{1d17a}' => Unseen::ZeroWidth,
        _ => return None,
    })
}

/// A longer run, or group of runs, is judged in pieces, in bytes.
const LONGEST: usize = 1024;
/// How far back letters that are written from right to left excuse what turns the reading order, in bytes.
const RIGHT_TO_LEFT_REACH: usize = 256;
/// So many zero-width characters scattered through plain words hide something.
const SCATTERED: usize = 3;
/// How far apart scattered runs may stand and still be one thing, in bytes.
const NEAR: usize = 40;
/// How far back the others of [`SCATTERED`] may begin, in bytes.
const WIDE: usize = 1000;

/// Reads a text once, gathering runs of unseen characters between seen ones.
#[derive(Default)]
struct Reader {
    /// Everything before this place has been looked at.
    read: usize,
    /// The last character that is in no run, or the last of a run that was judged in pieces.
    before: Option<char>,
    run: Option<Run>,
    /// Where the last letter ends that is written from right to left.
    right_to_left: Option<usize>,
    group: Option<Group>,
    /// Where the last two scattered runs begin, the later one last.
    recent: [Option<usize>; 2],
}

/// One run of unseen characters.
struct Run {
    span: Span,
    before: Option<char>,
    kinds: [usize; 5],
    joiners: usize,
    first: char,
    last: char,
    forced: bool,
}

/// Scattered runs near each other.
struct Group {
    span: Span,
    count: usize,
    /// It goes on where another, full one was judged.
    goes_on: bool,
    /// What its first runs are, each alone; fewer than [`SCATTERED`].
    alone: Vec<Hit>,
}

impl Watch for Reader {
    fn advance(&mut self, text: Known<'_>, found: &mut Vec<Hit>) {
        self.read = self.read.max(text.start);
        let rest = text.from(self.read);
        let mut at = 0;
        while let Some(letter) = rest.get(at..).and_then(|rest| rest.chars().next()) {
            self.take(self.read + at, letter, text, found);
            at += letter.len_utf8();
            // Of what everybody sees, no more than the last matters.
            let bytes = rest.as_bytes().get(at..).unwrap_or_default();
            let seen = if self.run.is_none() { seen(bytes) } else { 0 };
            at += seen;
            if let (1.., Some(last)) = (seen, rest.as_bytes().get(at - 1)) {
                self.before = Some(char::from(*last));
            }
        }
        self.read = text.end();
        if text.ended {
            self.end_run(None, text, found);
            self.close_group(found);
        } else {
            let goes_on = self.run.as_ref().map_or(self.read, |run| run.span.start);
            self.let_go_of_group(goes_on, found);
        }
    }

    fn open(&self) -> usize {
        let group = self.group.as_ref().map(|group| group.span.start);
        group.or(self.run.as_ref().map(|run| run.span.start)).unwrap_or(self.read)
    }

    fn begin_at(&mut self, text: Known<'_>, place: usize) {
        self.read = place;
        self.before = text.get(Span::new(text.start, place)).and_then(|before| before.chars().next_back());
    }

    fn rests(&self) -> bool {
        let far = |place: Option<usize>, reach: usize| place.is_none_or(|place| self.read - place > reach);
        let [_, later] = self.recent;
        self.run.is_none()
            && self.group.is_none()
            && far(later, WIDE)
            && far(self.right_to_left, RIGHT_TO_LEFT_REACH)
    }
}

impl Reader {
    fn take(&mut self, place: usize, letter: char, text: Known<'_>, found: &mut Vec<Hit>) {
        let Some(kind) = unseen(letter) else {
            self.end_run(Some(letter), text, found);
            self.before = Some(letter);
            if is_right_to_left(letter) {
                self.right_to_left = Some(place + letter.len_utf8());
            }
            return;
        };
        if let Some(full) = self.run.as_ref().filter(|run| run.span.len() >= LONGEST) {
            self.before = Some(full.last);
            self.end_run(Some(letter), text, found);
        }
        let before = self.before;
        self.run.get_or_insert_with(|| Run::starting(place, letter, before)).add(place, letter, kind);
    }

    fn end_run(&mut self, after: Option<char>, text: Known<'_>, found: &mut Vec<Hit>) {
        if let Some(run) = self.run.take() {
            self.judge(&run, after, text, found);
        }
    }

    fn judge(&mut self, run: &Run, after: Option<char>, text: Known<'_>, found: &mut Vec<Hit>) {
        let tags = run.count(Unseen::Tag);
        if tags > 0 && !run.is_flag(text) {
            found.push(hit(run.span, if tags >= 3 { 98 } else { 70 }, "tags"));
        }
        if run.count(Unseen::Variation) >= 3 {
            found.push(hit(run.span, 95, "variation_selectors"));
        }
        if run.count(Unseen::Order) > 0 {
            let excused = self.is_right_to_left(run, after);
            let confidence = if excused { 30 } else { 45 + 40 * u8::from(run.forced) };
            found.push(hit(run.span, confidence, "reading_order"));
        }
        self.judge_zero_width(run, after, found);
    }

    /// Whether the text is written from right to left, just before the run or right after it.
    fn is_right_to_left(&self, run: &Run, after: Option<char>) -> bool {
        let near = |end: usize| run.span.start.saturating_sub(end) <= RIGHT_TO_LEFT_REACH;
        self.right_to_left.is_some_and(near) || after.is_some_and(is_right_to_left)
    }

    fn judge_zero_width(&mut self, run: &Run, after: Option<char>, found: &mut Vec<Hit>) {
        let zero_width = run.count(Unseen::ZeroWidth);
        let marks = run.count(Unseen::Mark);
        if zero_width + marks >= 4 && zero_width > 0 {
            found.push(hit(run.span, if zero_width >= 8 { 97 } else { 80 }, "zero_width_run"));
        } else if zero_width > 0 && !belongs(run, after) {
            self.scatter(run.span, found);
        }
    }

    /// Takes a zero-width run between letters of words that need none.
    fn scatter(&mut self, span: Span, found: &mut Vec<Hit>) {
        let [earlier, later] = self.recent;
        let many = earlier.is_some_and(|earlier| span.start - earlier <= WIDE);
        self.recent = [later, Some(span.start)];
        let alone = if many { hit(span, 55, "zero_width_scattered") } else { hit(span, 40, "zero_width") };
        self.let_go_of_group(span.start, found);
        let full = |group: &Group| span.end - group.span.start > LONGEST;
        let goes_on = self.group.as_ref().is_some_and(|group| full(group) && group.is_dense());
        if self.group.as_ref().is_some_and(full) {
            self.close_group(found);
        }
        self.group.get_or_insert_with(|| Group::starting(span, goes_on)).add(alone);
    }

    /// Closes a group that no run from this place on can belong to.
    fn let_go_of_group(&mut self, place: usize, found: &mut Vec<Hit>) {
        if self.group.as_ref().is_some_and(|group| place - group.span.end > NEAR) {
            self.close_group(found);
        }
    }

    fn close_group(&mut self, found: &mut Vec<Hit>) {
        let Some(group) = self.group.take() else { return };
        if group.is_dense() {
            found.push(hit(group.span, 85, "zero_width_scattered"));
        } else {
            found.extend(group.alone);
        }
    }
}

impl Run {
    const fn starting(place: usize, first: char, before: Option<char>) -> Self {
        let span = Span { start: place, end: place };
        Self { span, before, kinds: [0; 5], joiners: 0, first, last: first, forced: false }
    }

    fn add(&mut self, place: usize, letter: char, kind: Unseen) {
        self.span.end = place + letter.len_utf8();
        if let Some(count) = self.kinds.get_mut(kind as usize) {
            *count += 1;
        }
        self.joiners += usize::from(matches!(letter, '\u{200c}' | '\u{200d}'));
        self.forced |= matches!(letter, '\u{202d}' | '\u{202e}');
        self.last = letter;
    }

    fn count(&self, kind: Unseen) -> usize {
        self.kinds.get(kind as usize).copied().unwrap_or(0)
    }

    /// A black flag, a few tag letters or digits and the cancel tag.
    fn is_flag(&self, text: Known<'_>) -> bool {
        let tags = text.get(self.span).unwrap_or_default();
        let tags = tags.trim_start_matches('\u{fe0f}').trim_end_matches(['\u{fe0f}', '\u{200d}']);
        let count = tags.chars().count();
        self.before == Some('\u{1f3f4}') && tags.ends_with('\u{e007f}') && (4..=7).contains(&count)
    }
}

impl Group {
    const fn starting(first: Span, goes_on: bool) -> Self {
        Self { span: first, count: 0, goes_on, alone: Vec::new() }
    }

    fn add(&mut self, run: Hit) {
        self.span.end = run.span.end;
        self.count += 1;
        if self.count < SCATTERED {
            self.alone.push(run);
        }
    }

    const fn is_dense(&self) -> bool {
        self.count >= SCATTERED || self.goes_on
    }
}

/// How many bytes of ASCII come first.
fn seen(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<32>();
    let whole = 32 * blocks.iter().take_while(|block| block.is_ascii()).count();
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

fn hit(span: Span, confidence: u8, shape: &'static str) -> Hit {
    Hit { span, confidence: Confidence::percent(confidence), shape }
}

/// Whether a short run of zero-width characters has an honest reason where it stands.
fn belongs(run: &Run, after: Option<char>) -> bool {
    let beside = |test: fn(char) -> bool| run.before.is_some_and(test) || after.is_some_and(test);
    let start_of_text = run.before.is_none() && run.first == '\u{feff}';
    let joins_emoji = run.joiners > 0 && beside(is_pictograph);
    let joins_script = beside(needs_joiners);
    let hangul = matches!(run.first, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
        && beside(|c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}'));
    // Alone beside a blank or a line's end it splits no word: pages are full of such leftovers.
    let at_edge = !run.before.is_some_and(char::is_alphanumeric) || !after.is_some_and(char::is_alphanumeric);
    start_of_text || joins_emoji || joins_script || hangul || at_edge && run.count(Unseen::ZeroWidth) == 1
}

fn is_pictograph(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}' | '\u{e007f}')
}

/// Scripts that use joiners and zero-width spaces: Arabic and its kin, Indic scripts, and those of South-East Asia.
fn needs_joiners(letter: char) -> bool {
    matches!(letter, '\u{0590}'..='\u{08ff}' | '\u{0900}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{1950}'..='\u{1cff}' | '\u{a8e0}'..='\u{aaff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10a00}'..='\u{10aff}' | '\u{11000}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}')
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1eeff}')
}

#[cfg(test)]
mod tests;
