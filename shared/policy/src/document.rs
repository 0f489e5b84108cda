//! Reading a whole document: `apiVersion`, `kind`, `metadata`, `spec`, `tests`; what holds between rules; and
//! the JSON Schema of it all.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::canonical;
use crate::checked::{DefaultAction, Document, FailureMode, Mode, Rule};
use crate::decision::RuleAction;
use crate::faults::{Faults, Place, Warning};
use crate::fields::leaves::{Case, List, words};
use crate::read::{Entries, Field, FieldInfo, Read, Record, Scope, object_schema, record};
use crate::rules::{self, Defaults};
use crate::yaml::{self, Node};

/// The name of a document that gives none.
const UNNAMED: &str = "unnamed";

record! {
    /// The fields of a document.
    pub(crate) struct DocumentFields {
        /// The version of the language.
        api_version as "apiVersion": ApiVersion => required,
        /// What the document is.
        kind: DocumentKind => required,
        /// Whose policy it is.
        metadata: Metadata,
        /// The policy.
        spec: Spec => required,
        /// What the policy is expected to decide.
        tests: List<Value>,
    }
}

/// `v1`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiVersion;
words!(ApiVersion, Case::Exact, [("v1", Self)]);

/// `AIPolicy`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentKind;
words!(DocumentKind, Case::Exact, [("AIPolicy", Self)]);

record! {
    /// The fields of `metadata`.
    pub(crate) struct Metadata {
        /// The policy's name, for records.
        name: String,
        /// Where it belongs.
        namespace: String,
        /// For people.
        description: String,
        /// The operator's own version.
        version: Value,
        /// The operator's own words.
        labels: Value,
        /// The operator's own notes.
        annotations: Value,
    }
}

record! {
    /// The fields of `spec`, rules aside.
    pub(crate) struct SpecFields {
        /// `monitor` decides and records, and changes nothing.
        mode: Mode,
        /// What happens when a check cannot be made.
        failure_mode: FailureMode,
        /// For a call that no `model_access` rule speaks about.
        default_action: DefaultAction,
    }
}

/// `spec`, read.
#[derive(Debug)]
pub(crate) struct Spec {
    default_action: DefaultAction,
    /// `None` for a rule with faults.
    rules: Vec<Option<Rule>>,
}

/// `rules`, which are read with the defaults of `spec`.
const RULES: &[FieldInfo] = &[FieldInfo {
    name: "rules",
    about: "What is looked at, and what is done about it. The order changes no decision.",
    required: true,
    schema: |_| json!({"type": "array", "items": {"$ref": "#/$defs/rule"}}),
}];

impl Read for Spec {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let entries = Entries::of(node, scope)?;
        entries.refuse_unknown(&[SpecFields::FIELDS, RULES], scope, |_| None);
        let fields = SpecFields::read_fields(&entries, scope);
        warn_of_open(&fields.failure_mode, scope);
        let defaults = Defaults {
            mode: fields.mode.take().unwrap_or(Mode::Enforce),
            failure_mode: fields.failure_mode.take().unwrap_or(FailureMode::Closed),
        };
        let default_action = fields.default_action.take().unwrap_or(DefaultAction::Allow);
        let rules = read_rules(&entries, defaults, default_action, scope);
        Some(Self { default_action, rules })
    }

    fn schema(detectors: &[&str]) -> Value {
        object_schema(&[SpecFields::FIELDS, RULES], detectors)
    }
}

fn warn_of_open(field: &Field<FailureMode>, scope: &mut Scope<'_>) {
    if let (Some(FailureMode::Open), Some(place)) = (field.given(), field.place()) {
        scope.warn(place, "`failure_mode: open` lets calls by that could not be checked");
    }
}

fn read_rules(
    entries: &Entries<'_>,
    defaults: Defaults,
    default_action: DefaultAction,
    scope: &mut Scope<'_>,
) -> Vec<Option<Rule>> {
    let Some(node) = entries.find("rules") else {
        scope.fault(entries.place, "`rules` is missing");
        return Vec::new();
    };
    let yaml::Kind::List(nodes) = &node.kind else {
        return scope.expected("a list", node).unwrap_or_default();
    };
    if nodes.is_empty() && default_action == DefaultAction::Allow {
        scope.warn(node.place, "there is no rule: every call is allowed");
    }
    refuse_same_names(nodes, scope);
    nodes.iter().map(|node| read_rule(node, defaults, scope)).collect()
}

fn read_rule(node: &Node, defaults: Defaults, scope: &mut Scope<'_>) -> Option<Rule> {
    let rule = rules::read(node, defaults, scope);
    let own = rule.as_ref().filter(|rule| rule.failure_mode != defaults.failure_mode);
    if let Some(rule) = own.filter(|rule| rule.failure_mode == FailureMode::Open) {
        scope.rule = Some(rule.name.clone());
        scope.warn(rule.place, "`failure_mode: open` lets calls by that could not be checked");
        scope.rule = None;
    }
    rule
}

/// Also among rules that have other faults, so the names are taken from the tree.
fn refuse_same_names(nodes: &[std::rc::Rc<Node>], scope: &mut Scope<'_>) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for node in nodes {
        let yaml::Kind::Map(entries) = &node.kind else { continue };
        let name = entries.iter().find(|(key, _)| key.text == "name").map(|(_, value)| value);
        let Some(name) = name else { continue };
        let yaml::Kind::Scalar(yaml::Scalar::Text(text)) = &name.kind else { continue };
        match seen.get(text.as_str()) {
            Some(first) => {
                let message = format!(
                    "`{}` is the name of the rule in line {}, too",
                    crate::read::shorten(text),
                    first.line
                );
                scope.fault(name.place, message);
            }
            None => drop(seen.insert(text, name.place)),
        }
    }
}

impl Document {
    /// Reads and checks a document. `detectors` are the ids that rules may name.
    ///
    /// # Errors
    /// All faults at once, in the order of their places.
    pub(crate) fn read(source: &str, detectors: &[&str]) -> Result<(Self, Vec<Warning>), Faults> {
        let mut scope =
            Scope { detectors, rule: None, faults: Vec::new(), warnings: Vec::new(), tried_patterns: 0 };
        let root = yaml::read(source, &mut scope.faults);
        let document = root.and_then(|root| DocumentFields::read(&root, &mut scope)).and_then(finish);
        match document {
            Some(document) if scope.faults.is_empty() => {
                warn_of_covered(&document.rules, &mut scope);
                scope.warnings.sort_by_key(|warning| warning.0.place);
                Ok((document, scope.warnings))
            }
            Some(_) | None => {
                scope.faults.sort_by(|a, b| (a.place, &a.message).cmp(&(b.place, &b.message)));
                scope.faults.dedup();
                Err(Faults(scope.faults))
            }
        }
    }
}

fn finish(fields: DocumentFields) -> Option<Document> {
    let spec = fields.spec.take()?;
    let rules = spec.rules.into_iter().collect::<Option<Vec<_>>>()?;
    let name = fields.metadata.take().and_then(|metadata| metadata.name.take());
    let name = name.unwrap_or_else(|| UNNAMED.to_owned());
    let revision = canonical::revision(&name, spec.default_action, &rules);
    Some(Document { name, revision, default_action: spec.default_action, rules })
}

/// Warns of each rule that checks the very same as another one that is stricter.
fn warn_of_covered(rules: &[Rule], scope: &mut Scope<'_>) {
    let mut same: HashMap<String, Vec<&Rule>> = HashMap::new();
    for rule in rules.iter().filter(|rule| rule.mode == Mode::Enforce) {
        same.entry(canonical::check_of(rule)).or_default().push(rule);
    }
    for group in same.values() {
        let Some(strictest) = group.iter().max_by_key(|rule| strictness(rule.action)) else { continue };
        for rule in group.iter().filter(|rule| strictness(rule.action) < strictness(strictest.action)) {
            scope.rule = Some(rule.name.clone());
            scope.warn(
                rule.place,
                format!("`{}` checks the same and is stricter: it always decides", strictest.name),
            );
        }
    }
    scope.rule = None;
}

fn strictness(action: RuleAction) -> u8 {
    match action {
        RuleAction::Allow => 0,
        RuleAction::Log => 1,
        RuleAction::Constrain | RuleAction::Redact => 2,
        RuleAction::Block => 3,
    }
}

/// The JSON Schema (draft 2020-12) of a document, made from the same tables that read one.
pub(crate) fn schema(detectors: &[&str]) -> Value {
    let mut schema = DocumentFields::schema(detectors);
    let (rule, mut definitions) = rules::schema(detectors);
    definitions.insert("rule".to_owned(), rule);
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        object.insert("title".to_owned(), "AIPolicy".into());
        object.insert("$defs".to_owned(), definitions.into());
    }
    schema
}

#[cfg(test)]
mod tests;
