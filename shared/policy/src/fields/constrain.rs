//! `constrain`: what a rule changes in a model call.

use serde_json::{Value, json};

use crate::checked::Constrain;
use crate::decision::RuleAction;
use crate::fields::leaves::{Count, Fraction, LARGEST};
use crate::read::{Field, Read, Record, Scope, record};
use crate::yaml::{Kind, Node, Scalar};

record! {
    /// The fields of `constrain`.
    pub(crate) struct ConstrainFields {
        /// The most tokens to answer; the lower of this and the caller's wins.
        max_tokens: Count<LARGEST>,
        /// The highest temperature; the lower of this and the caller's wins.
        temperature: Fraction<2>,
        /// `remove`, or the names of the only tools that may stay.
        tools: ToolChange,
        /// The model to use instead.
        model: String,
        /// Text to put in front of the conversation, as system text.
        system_prompt: String,
        /// Whether to cover what the rule found.
        redact: bool,
    }
}

impl From<ConstrainFields> for Constrain {
    fn from(fields: ConstrainFields) -> Self {
        Self {
            max_tokens: fields.max_tokens.take().map(|count| count.0),
            temperature: fields.temperature.take().map(|fraction| fraction.0),
            tools: fields.tools.take().map(|change| change.0),
            model: fields.model.take(),
            system_prompt: fields.system_prompt.take(),
            redact: fields.redact.take().unwrap_or(false),
        }
    }
}

/// The only tools that may stay.
#[derive(Debug)]
pub(crate) struct ToolChange(Vec<String>);

impl Read for ToolChange {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Scalar(Scalar::Text(text)) if text == "remove" => Some(Self(Vec::new())),
            Kind::List(_) => Vec::read(node, scope).map(Self),
            Kind::Map(_) | Kind::Scalar(_) => scope.expected("`remove` or a list of names", node),
        }
    }

    fn schema(detectors: &[&str]) -> Value {
        json!({"anyOf": [{"const": "remove"}, Vec::<String>::schema(detectors)]})
    }
}

/// Checks that `constrain` and the action go together, and that there is something to change.
pub(crate) fn read(
    field: Field<ConstrainFields>,
    action: Option<RuleAction>,
    scope: &mut Scope<'_>,
) -> Option<Constrain> {
    let place = field.place()?;
    let fields = field.take()?;
    let names = ConstrainFields::FIELDS.iter().map(|field| field.name).collect::<Vec<_>>();
    if fields.present().is_empty() {
        scope.fault(place, format!("`constrain` changes nothing: expected {}", crate::read::one_of(&names)));
    }
    if action.is_some_and(|action| action != RuleAction::Constrain) {
        scope.fault(place, "`constrain` goes with `action: CONSTRAIN` only");
    }
    Some(fields.into())
}
