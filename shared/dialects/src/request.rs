//! A request to a model, read once: its texts, what it asks for, and its bytes, which go on as they came unless
//! something is changed.

use std::sync::LazyLock;

use policy::{Action, Constraints, ContentType, Role};

use crate::actions;
use crate::address::{Address, Purpose};
use crate::constrain::Constrain;
use crate::error::DialectError;
use crate::fields::Way;
use crate::json::Document;
use crate::paths::Paths;
use crate::rewrite;
use crate::walk::{TextPart, Walked, walk};

/// The tokens that an answer is thought to take where the request sets no bound.
const TOKENS_WITHOUT_BOUND: u64 = 1024;

/// The request of one call.
#[derive(Clone, Debug)]
pub struct Request {
    document: Document,
    walked: Walked,
    facts: Facts,
    reading: &'static Reading,
    address: Address,
}

/// A dialect's way to read requests.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) paths: &'static LazyLock<Paths>,
    pub(crate) facts: fn(&Address, &Document) -> Result<Facts, DialectError>,
    pub(crate) constrain: Constrain,
    /// How the fields of the conversation begin.
    pub(crate) conversation: &'static [&'static str],
}

/// What is to be changed in a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// New texts: the index of a part, and its whole text.
    pub texts: Vec<(usize, String)>,
    /// What the policy allows at most, and what it puts in front.
    pub constraints: Constraints,
}

/// What a dialect reads from a request beside its texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The model asked for, then those that may stand in for it.
    pub(crate) models: Vec<String>,
    pub(crate) stream: bool,
    pub(crate) messages: usize,
    pub(crate) max_tokens: Option<u64>,
    /// How many answers are asked for.
    pub(crate) choices: u64,
    /// Where text is named that the vendor keeps, when the path does it.
    pub(crate) stored: Option<&'static str>,
    pub(crate) tools: Vec<String>,
    pub(crate) actions: Vec<Action>,
}

impl Facts {
    /// Adds a tool that the request offers.
    pub(crate) fn offer(&mut self, name: String, field: String) {
        self.tools.push(name.clone());
        self.actions.push(actions::offer(name, field));
    }
}

impl Request {
    /// Reads a body that came to an address, in a dialect's way.
    pub(crate) fn read(
        reading: &'static Reading,
        address: &Address,
        body: Vec<u8>,
    ) -> Result<Self, DialectError> {
        let document = Document::read(body)?;
        let facts = (reading.facts)(address, &document)?;
        let mut walked = walk(&document, reading.paths, Way::Request)?;
        if let Some(field) = facts.stored {
            walked.add_stored(field);
        }
        Ok(Self { document, walked, facts, reading, address: address.clone() })
    }

    /// A request without a body, which looks at what the vendor keeps.
    #[must_use]
    pub fn look(address: &Address) -> Self {
        static NOTHING: LazyLock<Paths> = LazyLock::new(|| Paths::new(&[], Way::Request));
        static READING: Reading = Reading {
            paths: &NOTHING,
            facts: |_, _| Ok(Facts::default()),
            constrain: |_, _, _| Ok(()),
            conversation: &[],
        };
        let facts = Facts { models: address.model.iter().cloned().collect(), ..Facts::default() };
        Self {
            document: Document::default(),
            walked: Walked::default(),
            facts,
            reading: &READING,
            address: address.clone(),
        }
    }

    /// The model that the caller asks for.
    #[must_use]
    pub fn model(&self) -> &str {
        self.facts.models.first().map_or("", String::as_str)
    }

    /// Every model that may answer: the one asked for, then those named as its stand-ins.
    #[must_use]
    pub fn models(&self) -> &[String] {
        &self.facts.models
    }

    /// Whether the answer is to be streamed.
    #[must_use]
    pub fn stream(&self) -> bool {
        self.facts.stream
    }

    /// The number of messages.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.facts.messages
    }

    /// The most tokens to answer, for each answer asked for.
    #[must_use]
    pub fn max_tokens(&self) -> Option<u64> {
        self.facts.max_tokens
    }

    /// Names of the tools offered; of what has no name, its type.
    #[must_use]
    pub fn tools(&self) -> &[String] {
        &self.facts.tools
    }

    /// Every text, image, sound and file, in the order of the body.
    #[must_use]
    pub fn parts(&self) -> &[TextPart] {
        &self.walked.parts
    }

    /// The tools offered and the MCP servers named.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.facts.actions
    }

    /// The last text of a user in the conversation.
    #[must_use]
    pub fn last_user_text(&self) -> Option<&str> {
        let of_user = |part: &&TextPart| {
            part.part.role == Role::User
                && part.part.content == ContentType::Text
                && self.reading.conversation.iter().any(|start| part.part.field.starts_with(start))
        };
        self.parts().iter().rev().find(of_user).map(|part| part.text.as_str())
    }

    /// The tokens that the call may use: a quarter of the bytes of all texts, and the bound of each answer.
    #[must_use]
    pub fn estimated_tokens(&self) -> u64 {
        let bytes = self.parts().iter().map(|part| part.text.len()).sum::<usize>();
        let answers = self.max_tokens().unwrap_or(TOKENS_WITHOUT_BOUND).saturating_mul(self.facts.choices);
        u64::try_from(bytes / 4).unwrap_or(u64::MAX).saturating_add(answers)
    }

    /// The bytes as they came.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.document.source().as_bytes()
    }

    /// The bytes as they came, without a copy.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.document.into_source().into_bytes()
    }

    /// The bytes with the edits made, and every other byte as it came.
    ///
    /// # Errors
    /// When an edit names no text or a signed one, or when something that is to be taken out cannot be.
    pub fn rewrite(&self, edits: &Edits) -> Result<Vec<u8>, DialectError> {
        let mut splices = rewrite::texts(&self.document, &self.walked, &edits.texts)?;
        let constraints = self.in_the_body(&edits.constraints);
        (self.reading.constrain)(&self.document, &constraints, &mut splices)?;
        Ok(splices.apply(self.document.source()).into_bytes())
    }

    /// The constraints that are made in the body: the model may stand in the path, and what only counts has no bounds.
    fn in_the_body(&self, constraints: &Constraints) -> Constraints {
        let mut constraints = constraints.clone();
        if self.address.model.is_some() {
            constraints.model = None;
        }
        if self.address.purpose != Purpose::Answer {
            constraints.max_tokens = None;
            constraints.temperature = None;
        }
        constraints
    }
}
