//! The checked document: what an AIPolicy document says, with everything in it read, resolved and known to
//! make sense. It is made by the readers in `rules/` and `document.rs`, and compiled by `policy.rs`; nothing
//! here reads or judges. One struct for each rule type stands in `rules/<type>.rs`.

use std::sync::Arc;

use serde::Serialize;

use crate::decision::{RuleAction, Severity};
use crate::faults::Place;
use crate::limit::{Limit, LimitScope};
use crate::probe::{JsonForm, Pattern};
use crate::rules::action_control::ActionControl;
use crate::rules::budget::Budget;
use crate::rules::input_validation::InputValidation;
use crate::rules::logging::Logging;
use crate::rules::model_access::ModelAccess;
use crate::rules::output_filter::OutputFilter;

/// A document without a fault.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// `metadata.name`, or `unnamed`.
    pub(crate) name: String,
    /// SHA-256 in hex over what the document means.
    pub(crate) revision: String,
    /// For a call that no `model_access` rule speaks about.
    pub(crate) default_action: DefaultAction,
    /// In the order of the document.
    pub(crate) rules: Vec<Rule>,
}

/// What becomes of a call that no `model_access` rule speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum DefaultAction {
    /// It goes on.
    Allow,
    /// It is refused.
    Block,
}

/// Whether a rule does what it says, or only records what it would have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    /// It does.
    Enforce,
    /// It changes nothing.
    Monitor,
}

/// What happens when a check cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailureMode {
    /// The call is refused.
    Closed,
    /// The call goes on, and the record says so.
    Open,
}

/// One rule. What `spec` gives as a default has been filled in.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Unique in the document.
    pub(crate) name: String,
    /// Where the rule begins in the document.
    pub(crate) place: Place,
    /// What it does when it applies.
    pub(crate) action: RuleAction,
    /// The rule's own, else that of `spec`.
    pub(crate) mode: Mode,
    /// The rule's own, else that of `spec`.
    pub(crate) failure_mode: FailureMode,
    /// The rule is skipped where this is false.
    pub(crate) when: Option<When>,
    /// Severity of the record when it applies; by action where there is none.
    pub(crate) log_level: Option<Severity>,
    /// What the caller is told.
    pub(crate) message: Option<String>,
    /// What kind of rule it is, with the fields of that kind.
    pub(crate) kind: RuleKind,
}

/// The fields that only one type of rule has.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum RuleKind {
    /// `action_control`.
    ActionControl(ActionControl),
    /// `budget`.
    Budget(Budget),
    /// `input_validation`.
    InputValidation(InputValidation),
    /// `logging`.
    Logging(Logging),
    /// `model_access`.
    ModelAccess(ModelAccess),
    /// `output_filter`.
    OutputFilter(OutputFilter),
}

impl RuleKind {
    /// The type as documents write it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::ActionControl(_) => "action_control",
            Self::Budget(_) => "budget",
            Self::InputValidation(_) => "input_validation",
            Self::Logging(_) => "logging",
            Self::ModelAccess(_) => "model_access",
            Self::OutputFilter(_) => "output_filter",
        }
    }
}

/// A `when`: a CEL expression that names nothing but `request.*` and `identity.*`.
#[derive(Clone, Debug)]
pub(crate) struct When {
    /// As written.
    pub(crate) source: Arc<str>,
    /// Compiled.
    pub(crate) program: Arc<cel::Program>,
}

/// A name, or the beginning of names where it was written with `*` at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NamePattern {
    /// This name alone.
    Exact(String),
    /// Every name that begins so.
    Prefix(String),
}

impl NamePattern {
    /// Reads `name` or `beginning*`.
    pub(crate) fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(beginning) => Self::Prefix(beginning.to_owned()),
            None => Self::Exact(text.to_owned()),
        }
    }

    /// Whether a name is meant.
    pub(crate) fn covers(&self, name: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == name,
            Self::Prefix(beginning) => name.starts_with(beginning.as_str()),
        }
    }
}

/// What a `CONSTRAIN` rule changes in a model call.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Constrain {
    /// The most tokens to answer.
    pub(crate) max_tokens: Option<u64>,
    /// The highest temperature.
    pub(crate) temperature: Option<f64>,
    /// The only tools that may stay; empty for `remove`.
    pub(crate) tools: Option<Vec<String>>,
    /// The model to use instead.
    pub(crate) model: Option<String>,
    /// System text to put in front.
    pub(crate) system_prompt: Option<String>,
    /// Whether to cover what the rule found, too.
    pub(crate) redact: bool,
}

/// A limit and whose counter it charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RuleLimit {
    /// How much.
    pub(crate) limit: Limit,
    /// For whom.
    pub(crate) per: LimitScope,
}

/// What must hold for the value at one JSON pointer of an action's arguments. The rule applies where it does
/// not.
#[derive(Clone, Debug)]
pub(crate) struct ArgumentRequirement {
    /// A JSON pointer; empty for the arguments as a whole.
    pub(crate) pointer: String,
    /// All of these must hold.
    pub(crate) tests: Vec<ArgumentTest>,
}

/// One requirement.
#[derive(Clone, Debug)]
pub(crate) enum ArgumentTest {
    /// The value is one of these.
    Enum(Vec<serde_json::Value>),
    /// The value is a number, and not above this.
    Max(f64),
    /// The value is a text in which this is found.
    Pattern(Pattern),
    /// The value fits this JSON Schema.
    Schema {
        /// The schema as written.
        source: serde_json::Value,
        /// The schema compiled.
        form: JsonForm,
    },
}

/// What the SQL in an action's arguments may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SqlRequirement {
    /// JSON pointer of the statement; empty for every text in the arguments that is SQL.
    pub(crate) argument: String,
    /// Kinds of statements that may run, in lower case (`select`).
    pub(crate) allow: Vec<String>,
    /// Databases, schemas or tables that may be written to, as written.
    pub(crate) allow_writes_to: Vec<String>,
}
