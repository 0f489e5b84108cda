//! An answer of a model, read once: its texts, the tool calls in it, what it took.

use policy::Action;

use crate::error::DialectError;
use crate::fields::Way;
use crate::json::Document;
use crate::paths::Paths;
use crate::rewrite;
use crate::walk::{Origin, TextPart, Walked, walk};

/// The answer of one call, or the upstream's error.
#[derive(Clone, Debug)]
pub struct Answer {
    document: Document,
    walked: Walked,
    facts: AnswerFacts,
}

/// The tokens that a call took, as the upstream counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// In, cached ones included.
    pub input_tokens: u64,
    /// Out, with those of reasoning.
    pub output_tokens: u64,
}

/// What a dialect reads from an answer beside its texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnswerFacts {
    /// Whether this is an answer, or an error, as the dialect has them.
    pub(crate) is_of_the_dialect: bool,
    pub(crate) model: Option<String>,
    pub(crate) usage: Option<Usage>,
    pub(crate) actions: Vec<Action>,
}

impl Answer {
    pub(crate) fn read(
        body: Vec<u8>,
        paths: &Paths,
        facts: fn(&Document) -> AnswerFacts,
    ) -> Result<Self, DialectError> {
        let document = Document::read(body)?;
        let facts = facts(&document);
        let walked = walk(&document, paths, Way::Answer)?;
        Ok(Self { document, walked, facts })
    }

    /// Whether this is an answer, or an error, as the dialect has them. Of anything else the texts are listed as well,
    /// but not the calls.
    #[must_use]
    pub fn is_of_the_dialect(&self) -> bool {
        self.facts.is_of_the_dialect
    }

    /// The model that answered, as it names itself.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.facts.model.as_deref()
    }

    /// The tokens that the call took; nothing where the answer does not say.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.facts.usage
    }

    /// Every text, image, sound and file, in the order of the body. All of it is the model's.
    #[must_use]
    pub fn parts(&self) -> &[TextPart] {
        &self.walked.parts
    }

    /// The tool calls, with their arguments and the URLs in them. Arguments that are not JSON are a string.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.facts.actions
    }

    /// Whether a part, by index, must go out as it came: a signature covers it, or sound repeats it.
    #[must_use]
    pub fn is_sealed(&self, part: usize) -> bool {
        matches!(self.walked.origins.get(part), Some(Origin::Sealed { .. }))
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

    /// The bytes with new texts for parts, by index, and every other byte as it came. What repeats the text
    /// elsewhere, such as token probabilities, becomes `null`.
    ///
    /// # Errors
    /// When an edit names no text or one that is signed or repeated in sound.
    pub fn rewrite(&self, texts: &[(usize, String)]) -> Result<Vec<u8>, DialectError> {
        let mut splices = rewrite::texts(&self.document, &self.walked, texts)?;
        if !splices.is_empty() {
            let repeats = self.walked.repeats.iter().filter_map(|id| self.document.value(*id));
            repeats.for_each(|value| splices.value(value, "null".to_owned()));
        }
        Ok(splices.apply(self.document.source()).into_bytes())
    }
}
