//! The rule types. Each is one file here: the struct of its fields and how a document gives them. To add one:
//! write `rules/<type>.rs`, a row in [`RULES`], a variant of `RuleKind` in `checked.rs`, its judging half in
//! `judge/<type>.rs`, and test documents in `tests/testdata/policies/<type>/`.

pub(crate) mod action_control;
pub(crate) mod budget;
pub(crate) mod input_validation;
pub(crate) mod logging;
pub(crate) mod model_access;
pub(crate) mod output_filter;

use serde_json::{Map, Value, json};

use crate::checked::{FailureMode, Mode, Rule, RuleKind, When};
use crate::decision::{RuleAction, Severity};
use crate::faults::Place;
use crate::fields::constrain::ConstrainFields;
use crate::fields::leaves::{Count, Name};
use crate::read::{Entries, Field, FieldInfo, Read, Record, Scope, object_schema, one_of, record, unknown};
use crate::yaml::{Kind, Node, Scalar};

/// One row of [`RULES`].
pub(crate) struct RuleType {
    /// The type as documents write it.
    pub(crate) name: &'static str,
    /// The actions that make sense, the default first.
    actions: &'static [RuleAction],
    /// The fields that only this type has.
    fields: &'static [FieldInfo],
    /// Reads them.
    read: fn(&Entries<'_>, &Head, &mut Scope<'_>) -> Option<RuleKind>,
}

/// Every rule type.
pub(crate) const RULES: &[RuleType] = &[
    RuleType {
        name: "action_control",
        actions: &[RuleAction::Block, RuleAction::Constrain, RuleAction::Log, RuleAction::Allow],
        fields: action_control::Fields::FIELDS,
        read: action_control::read,
    },
    RuleType {
        name: "budget",
        actions: &[RuleAction::Constrain, RuleAction::Block, RuleAction::Log],
        fields: budget::Fields::FIELDS,
        read: budget::read,
    },
    RuleType {
        name: "input_validation",
        actions: &[
            RuleAction::Block,
            RuleAction::Redact,
            RuleAction::Constrain,
            RuleAction::Log,
            RuleAction::Allow,
        ],
        fields: input_validation::Fields::FIELDS,
        read: input_validation::read,
    },
    RuleType {
        name: "logging",
        actions: &[RuleAction::Log, RuleAction::Allow],
        fields: logging::Fields::FIELDS,
        read: logging::read,
    },
    RuleType {
        name: "model_access",
        actions: &[RuleAction::Block, RuleAction::Allow, RuleAction::Constrain, RuleAction::Log],
        fields: model_access::Fields::FIELDS,
        read: model_access::read,
    },
    RuleType {
        name: "output_filter",
        actions: &[
            RuleAction::Redact,
            RuleAction::Block,
            RuleAction::Constrain,
            RuleAction::Log,
            RuleAction::Allow,
        ],
        fields: output_filter::Fields::FIELDS,
        read: output_filter::read,
    },
];

/// A type that the language has and this program does not.
const NOT_YET: &str = "guardrail";

record! {
    /// What every rule has.
    pub(crate) struct CommonFields {
        /// Unique in the document; stands in every record as the reason.
        name: Name => required,
        /// What kind of rule it is.
        kind as "type": TypeName => required,
        /// What the rule does when it applies.
        action: RuleAction,
        /// `monitor` lets the rule record alone; that of `spec` unless given.
        mode: Mode,
        /// What happens when the check cannot be made; that of `spec` unless given.
        failure_mode: FailureMode,
        /// A CEL expression over `request` and `identity`: the rule is skipped where it is false.
        when: When,
        /// Severity of the record when the rule applies; by action unless given.
        log_level: Severity,
        /// What the caller is told.
        message: String,
        /// For people.
        description: String,
    }
}

/// The name of a row of [`RULES`].
#[derive(Debug)]
pub(crate) struct TypeName(&'static str);

impl Read for TypeName {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let word = String::read(node, scope)?;
        let found = RULES.iter().find(|row| row.name == word);
        if word == NOT_YET {
            scope.fault(node.place, format!("`{NOT_YET}` rules are not available yet"));
        } else if found.is_none() {
            scope.fault(node.place, unknown("type", &word, RULES.iter().map(|row| row.name)));
        }
        found.map(|row| Self(row.name))
    }

    fn schema(_: &[&str]) -> Value {
        json!({"enum": RULES.iter().map(|row| row.name).collect::<Vec<_>>()})
    }
}

/// What the reader of a type may know of the rest of the rule.
pub(crate) struct Head {
    /// Where the rule begins.
    pub(crate) place: Place,
    /// The action, the type's default filled in; `None` where it is faulty.
    pub(crate) action: Option<RuleAction>,
}

impl Head {
    /// Notes that there is nothing that could apply the rule.
    pub(crate) fn refuse_idle<R: Record>(&self, fields: &R, scope: &mut Scope<'_>) {
        if fields.present().iter().all(|name| QUALIFIERS.contains(name)) {
            let checks = R::FIELDS.iter().map(|field| field.name).filter(|name| !QUALIFIERS.contains(name));
            let expected = one_of(&checks.collect::<Vec<_>>());
            scope.fault(self.place, format!("the rule has nothing to check: expected {expected}"));
        }
    }

    /// Notes a `CONSTRAIN` that says nothing of what to change.
    pub(crate) fn need_constrain(&self, constrain: &Field<ConstrainFields>, scope: &mut Scope<'_>) {
        if self.action == Some(RuleAction::Constrain) && !constrain.is_there() {
            scope.fault(self.place, "`action: CONSTRAIN` needs `constrain` to say what to change");
        }
    }
}

/// Fields that qualify what a rule checks and what it does, and check nothing themselves.
const QUALIFIERS: &[&str] = &["allow_only", "burst", "constrain", "per", "replacement", "roles", "transform"];

/// Notes a `redact: true` where nothing is found in texts.
pub(crate) fn refuse_redact(field: &Field<ConstrainFields>, scope: &mut Scope<'_>) {
    if let Some(place) = field.given().and_then(|constrain| constrain.redact.place()) {
        scope.fault(place, "`redact` covers what was found in texts, and this type of rule looks at none");
    }
}

/// A count as a size in memory.
pub(crate) fn size<const MAX: u64>(count: &Count<MAX>) -> usize {
    usize::try_from(count.0).unwrap_or(usize::MAX)
}

/// What `spec` gives to rules that do not say themselves.
#[derive(Clone, Copy)]
pub(crate) struct Defaults {
    /// `spec.mode`.
    pub(crate) mode: Mode,
    /// `spec.failure_mode`.
    pub(crate) failure_mode: FailureMode,
}

/// Reads one rule. `None` when it cannot be made; the faults have been noted.
pub(crate) fn read(node: &Node, defaults: Defaults, scope: &mut Scope<'_>) -> Option<Rule> {
    let entries = Entries::of(node, scope)?;
    scope.rule = name_of(&entries);
    let common = CommonFields::read_fields(&entries, scope);
    let found = common.kind.given().and_then(|name| RULES.iter().find(|row| row.name == name.0));
    let kind = found.and_then(|row| read_kind(&entries, row, &common, scope));
    let rule = found.zip(kind).and_then(|(row, kind)| finish(&entries, row, kind, common, defaults));
    scope.rule = None;
    rule
}

/// The name for the faults of a rule, even where it is not a right one.
fn name_of(entries: &Entries<'_>) -> Option<String> {
    match &entries.find("name")?.kind {
        Kind::Scalar(Scalar::Text(name)) => Some(crate::read::shorten(name).into_owned()),
        Kind::List(_) | Kind::Map(_) | Kind::Scalar(_) => None,
    }
}

fn read_kind(
    entries: &Entries<'_>,
    row: &RuleType,
    common: &CommonFields,
    scope: &mut Scope<'_>,
) -> Option<RuleKind> {
    entries.refuse_unknown(&[CommonFields::FIELDS, row.fields], scope, |field| elsewhere(field, row));
    let default = row.actions.first().copied();
    let action = if common.action.is_there() { common.action.given().copied() } else { default };
    if let (Some(action), Some(place)) =
        (action.filter(|action| !row.actions.contains(action)), common.action.place())
    {
        let words: Vec<_> = row.actions.iter().map(|action| action_word(*action)).collect();
        let found = action_word(action);
        let message = format!("`{found}` does not go with `{}`: expected {}", row.name, one_of(&words));
        scope.fault(place, message);
    }
    (row.read)(entries, &Head { place: entries.place, action }, scope)
}

/// What to say of a field that another type has.
fn elsewhere(field: &str, row: &RuleType) -> Option<String> {
    let has = |row: &&RuleType| row.fields.iter().any(|known| known.name == field);
    let types: Vec<_> = RULES.iter().filter(has).map(|row| row.name).collect();
    (!types.is_empty())
        .then(|| format!("`{field}` does not go with `{}`: it goes with {}", row.name, one_of(&types)))
}

fn action_word(action: RuleAction) -> &'static str {
    match action {
        RuleAction::Allow => "ALLOW",
        RuleAction::Log => "LOG",
        RuleAction::Constrain => "CONSTRAIN",
        RuleAction::Redact => "REDACT",
        RuleAction::Block => "BLOCK",
    }
}

fn finish(
    entries: &Entries<'_>,
    row: &RuleType,
    kind: RuleKind,
    common: CommonFields,
    defaults: Defaults,
) -> Option<Rule> {
    Some(Rule {
        name: common.name.take()?.0,
        place: entries.place,
        action: common.action.take().or(row.actions.first().copied())?,
        mode: common.mode.take().unwrap_or(defaults.mode),
        failure_mode: common.failure_mode.take().unwrap_or(defaults.failure_mode),
        when: common.when.take(),
        log_level: common.log_level.take(),
        message: common.message.take(),
        kind,
    })
}

/// The schema of one rule, and a definition for each type that it refers to.
pub(crate) fn schema(detectors: &[&str]) -> (Value, Map<String, Value>) {
    let mut definitions = Map::new();
    let mut cases = Vec::new();
    for row in RULES {
        definitions
            .insert(row.name.to_owned(), object_schema(&[CommonFields::FIELDS, row.fields], detectors));
        cases.push(json!({
            "if": {"properties": {"type": {"const": row.name}}, "required": ["type"]},
            "then": {"$ref": format!("#/$defs/{}", row.name)},
        }));
    }
    let rule = json!({
        "type": "object",
        "properties": {"type": TypeName::schema(detectors)},
        "required": ["name", "type"],
        "allOf": cases,
    });
    (rule, definitions)
}
