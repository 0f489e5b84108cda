//! Text that a person does not see and a model reads: tag characters, runs of zero-width characters, characters that
//! turn the reading order, variation selectors that carry bytes.
//!
//! Honest uses stay: emoji joined by U+200D, flags (also those of England, Scotland and Wales, which are made of tag
//! characters), joiners between Arabic or Indic letters, soft hyphens, one byte-order mark, a variation selector
//! after an emoji or an ideograph, isolates and marks in text that is written from right to left.

use policy::{Confidence, Span};

use crate::detector::{Detector, Hit};
use crate::view::{View, ViewKind};

/// Finds hidden text.
pub(crate) struct HiddenText;

impl Detector for HiddenText {
    fn id(&self) -> &'static str {
        "hidden_text"
    }

    fn about(&self) -> &'static str {
        "characters that nobody sees: tags, zero-width runs, reversed reading order, stuffed variation selectors"
    }

    fn find(&self, view: &View<'_>, found: &mut Vec<Hit>) {
        let hidden = matches!(view.kind, ViewKind::Original | ViewKind::Decoded(_));
        if hidden && !view.text.is_ascii() {
            Reader::new(view.text).read(found);
        }
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

/// Reads a text once, gathering runs of unseen characters between seen ones.
struct Reader<'t> {
    text: &'t str,
    /// Places of zero-width characters within ASCII words or in runs, for the text as a whole.
    scattered: Vec<Span>,
    right_to_left: bool,
}

/// One run of unseen characters.
struct Run {
    span: Span,
    before: Option<char>,
    after: Option<char>,
    kinds: [usize; 5],
    joiners: usize,
    first: char,
}

impl Run {
    fn count(&self, kind: Unseen) -> usize {
        self.kinds.get(kind as usize).copied().unwrap_or(0)
    }
}

/// So many zero-width characters scattered through plain words hide something.
const SCATTERED: usize = 3;

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, scattered: Vec::new(), right_to_left: text.chars().any(is_right_to_left) }
    }

    fn read(mut self, found: &mut Vec<Hit>) {
        let mut letters = self.text.char_indices().peekable();
        let mut before = None;
        while let Some((start, letter)) = letters.next() {
            let Some(kind) = unseen(letter) else {
                before = Some(letter);
                continue;
            };
            let mut run = Run {
                span: Span::new(start, start + letter.len_utf8()),
                before,
                after: None,
                kinds: [0; 5],
                joiners: 0,
                first: letter,
            };
            add(&mut run, letter, kind);
            while let Some((at, next)) = letters.next_if(|(_, next)| unseen(*next).is_some()) {
                run.span.end = at + next.len_utf8();
                if let Some(kind) = unseen(next) {
                    add(&mut run, next, kind);
                }
            }
            run.after = letters.peek().map(|(_, next)| *next);
            self.judge(&run, found);
        }
        self.judge_scattered(found);
    }

    fn judge(&mut self, run: &Run, found: &mut Vec<Hit>) {
        let tags = run.count(Unseen::Tag);
        if tags > 0 && !self.is_flag(run) {
            found.push(hit(run.span, if tags >= 3 { 98 } else { 70 }, "tags"));
        }
        let variations = run.count(Unseen::Variation);
        if variations >= 3 {
            found.push(hit(run.span, 95, "variation_selectors"));
        }
        let order = run.count(Unseen::Order);
        if order > 0 {
            let forced = self
                .text
                .get(run.span.start..run.span.end)
                .is_some_and(|run| run.contains(['\u{202d}', '\u{202e}']));
            let confidence = if forced && !self.right_to_left {
                85
            } else if self.right_to_left {
                30
            } else {
                45
            };
            found.push(hit(run.span, confidence, "reading_order"));
        }
        self.judge_zero_width(run, found);
    }

    fn judge_zero_width(&mut self, run: &Run, found: &mut Vec<Hit>) {
        let zero_width = run.count(Unseen::ZeroWidth);
        let marks = run.count(Unseen::Mark);
        if zero_width + marks >= 4 && zero_width > 0 {
            found.push(hit(run.span, if zero_width >= 8 { 97 } else { 80 }, "zero_width_run"));
        } else if zero_width > 0 && !belongs(run) {
            self.scattered.push(run.span);
        }
    }

    /// Zero-width characters between letters of words that need none.
    fn judge_scattered(&self, found: &mut Vec<Hit>) {
        let (Some(first), Some(last)) = (self.scattered.first(), self.scattered.last()) else { return };
        let span = Span::new(first.start, last.end);
        let dense = self.scattered.len() * 40 >= span.len();
        if self.scattered.len() >= SCATTERED && dense {
            found.push(hit(span, 85, "zero_width_scattered"));
        } else if self.scattered.len() >= SCATTERED {
            found.extend(self.scattered.iter().take(64).map(|span| hit(*span, 55, "zero_width_scattered")));
        } else {
            found.extend(self.scattered.iter().map(|span| hit(*span, 40, "zero_width")));
        }
    }

    /// A black flag, a few tag letters or digits and the cancel tag.
    fn is_flag(&self, run: &Run) -> bool {
        let tags = self.text.get(run.span.start..run.span.end).unwrap_or_default();
        let tags = tags.trim_start_matches('\u{fe0f}').trim_end_matches(['\u{fe0f}', '\u{200d}']);
        let count = tags.chars().count();
        run.before == Some('\u{1f3f4}') && tags.ends_with('\u{e007f}') && (4..=7).contains(&count)
    }
}

fn add(run: &mut Run, letter: char, kind: Unseen) {
    if let Some(count) = run.kinds.get_mut(kind as usize) {
        *count += 1;
    }
    run.joiners += usize::from(matches!(letter, '\u{200c}' | '\u{200d}'));
}

fn hit(span: Span, confidence: u8, shape: &'static str) -> Hit {
    Hit { span, confidence: Confidence::percent(confidence), shape }
}

/// Whether a short run of zero-width characters has an honest reason where it stands.
fn belongs(run: &Run) -> bool {
    let beside = |test: fn(char) -> bool| run.before.is_some_and(test) || run.after.is_some_and(test);
    let start_of_text = run.before.is_none() && run.first == '\u{feff}';
    let joins_emoji = run.joiners > 0 && beside(is_pictograph);
    let joins_script = beside(needs_joiners);
    let hangul = matches!(run.first, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
        && beside(|c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}'));
    // Alone beside a blank or a line's end it splits no word: pages are full of such leftovers.
    let at_edge =
        !run.before.is_some_and(char::is_alphanumeric) || !run.after.is_some_and(char::is_alphanumeric);
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
