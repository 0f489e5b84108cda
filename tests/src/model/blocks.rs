//! An order as a sequence of blocks, one after the other, for the formats in which an answer is that.

use super::{Ends, Order, Saying};

/// The kinds of blocks that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Call,
    Reasoning,
    Refusal,
    Text,
}

/// What happens in a streamed answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    /// A block begins; a call has a name.
    Begin { index: usize, kind: Kind, name: &'a str },
    /// The open block goes on.
    More { index: usize, saying: &'a Saying },
    /// Bytes as they stand.
    Raw(&'a str),
    /// The open block ends.
    Stop { index: usize },
}

/// A block, put together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The name of a call.
    pub(super) name: String,
    pub(super) text: String,
    /// The arguments of a call, as JSON text.
    pub(super) arguments: String,
    pub(super) signature: String,
}

impl Kind {
    pub(super) fn of(saying: &Saying) -> Self {
        if saying.call.is_some() || saying.arguments.is_some() {
            Self::Call
        } else if saying.reasoning.is_some() || saying.signature.is_some() {
            Self::Reasoning
        } else if saying.refusal.is_some() {
            Self::Refusal
        } else {
            Self::Text
        }
    }
}

impl Saying {
    /// Its text, whatever text it is.
    pub(super) fn words(&self) -> &str {
        let texts = [&self.text, &self.refusal, &self.reasoning];
        texts.into_iter().flatten().next().map(String::as_str).unwrap_or_default()
    }
}

impl Block {
    fn new(kind: Kind, name: &str) -> Self {
        let [text, arguments, signature] = [const { String::new() }; 3];
        Self { kind, name: name.to_owned(), text, arguments, signature }
    }

    /// The arguments of a call.
    pub(super) fn input(&self) -> serde_json::Value {
        let arguments = if self.arguments.is_empty() { "{}" } else { &self.arguments };
        serde_json::from_str(arguments).expect("the ordered arguments are JSON")
    }
}

/// What happens. The last block ends only in an answer that ends as it should. `refusals`: whether the format has
/// refusals of its own.
pub(super) fn steps(order: &Order, refusals: bool) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut open: Option<Kind> = None;
    let mut blocks = 0;
    for saying in &order.says {
        if let Some(raw) = &saying.raw {
            steps.push(Step::Raw(raw));
            continue;
        }
        let kind = kind_of(saying, refusals);
        if open != Some(kind) || saying.call.is_some() {
            steps.extend(open.map(|_| Step::Stop { index: blocks - 1 }));
            steps.push(Step::Begin { index: blocks, kind, name: saying.call.as_deref().unwrap_or_default() });
            blocks += 1;
            open = Some(kind);
        }
        steps.push(Step::More { index: blocks - 1, saying });
    }
    if order.ends == Ends::Finish {
        steps.extend(open.map(|_| Step::Stop { index: blocks - 1 }));
    }
    steps
}

/// The blocks, put together.
pub(super) fn blocks(order: &Order, refusals: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for step in steps(order, refusals) {
        match step {
            Step::Begin { kind, name, .. } => blocks.push(Block::new(kind, name)),
            Step::More { saying, .. } => {
                let Some(block) = blocks.last_mut() else { continue };
                block.text.push_str(saying.words());
                block.arguments.push_str(saying.arguments.as_deref().unwrap_or_default());
                block.signature.push_str(saying.signature.as_deref().unwrap_or_default());
            }
            Step::Raw(_) | Step::Stop { .. } => {}
        }
    }
    blocks
}

/// Whether a tool is called.
pub(super) fn calls(order: &Order) -> bool {
    order.says.iter().any(|saying| saying.call.is_some())
}

fn kind_of(saying: &Saying, refusals: bool) -> Kind {
    match Kind::of(saying) {
        Kind::Refusal if !refusals => Kind::Text,
        kind => kind,
    }
}
