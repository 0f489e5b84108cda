//! `action_control`: what the agent is about to do. How a document gives such a rule.

use crate::canonical;
use serde_json::{Value, json};

use crate::checked::{
    ArgumentRequirement, ArgumentTest, Constrain, NamePattern, RuleKind, RuleLimit, SqlRequirement,
};
use crate::decision::RuleAction;
use crate::endpoint::Endpoint;
use crate::fields::constrain::{self, ConstrainFields};
use crate::fields::leaves::{Count, LARGEST, OneOrMany, SchemaText};
use crate::fields::limit;
use crate::fields::patterns::ValuePattern;
use crate::limit::{Limit, LimitScope, LimitUnit};
use crate::read::{Entries, Read, Record, Scope, record, shorten, unknown};
use crate::rules::{Head, refuse_redact};
use crate::yaml::{Kind, Node};

/// The fields of an `action_control` rule. At least one of the selectors, requirements or the limit is there.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct ActionControl {
    /// `target_endpoint` and `target_endpoints`; empty where every target is meant.
    #[serde(serialize_with = "canonical::endpoints")]
    pub(crate) targets: Vec<Endpoint>,
    /// Empty where every tool is meant.
    pub(crate) tools: Vec<NamePattern>,
    /// In upper case; empty where every method is meant.
    pub(crate) methods: Vec<String>,
    /// What must hold for arguments.
    pub(crate) arguments: Vec<ArgumentRequirement>,
    /// What SQL in the arguments may do.
    pub(crate) sql: Option<SqlRequirement>,
    /// How often a matching action may happen.
    pub(crate) limit: Option<RuleLimit>,
    /// What matches is allowed, and anything else of its kind applies the rule.
    pub(crate) allow_only: bool,
    /// What a `CONSTRAIN` rule without a limit changes.
    pub(crate) constrain: Option<Constrain>,
}

record! {
    /// The fields as documents write them.
    pub(crate) struct Fields {
        /// A host, a host with a port, `*.example.com`, or the beginning of a URL.
        target_endpoint: OneOrMany<Endpoint>,
        /// Several of them.
        target_endpoints: OneOrMany<Endpoint>,
        /// Names of tools; `*` at the end stands for any ending.
        tools: OneOrMany<NamePattern>,
        /// HTTP methods.
        methods: OneOrMany<Method>,
        /// JSON pointers into the arguments, and what must hold there.
        arguments: Arguments,
        /// What SQL in the arguments may do. What cannot be parsed may do nothing.
        sql: Sql,
        /// How often matching actions may happen, such as `10 per minute`.
        limit: Limit,
        /// How many may happen at once; the count of the limit unless given.
        burst: Count<LARGEST>,
        /// Whose counter is charged; `identity` unless given.
        per: LimitScope,
        /// Whether what matches is allowed, and anything else of its kind applies the rule.
        allow_only: bool,
        /// What a `CONSTRAIN` rule without a limit changes in the call.
        constrain: ConstrainFields,
    }
}

record! {
    /// What the SQL in arguments may do.
    pub(crate) struct Sql {
        /// JSON pointer of the statement; every text that is SQL unless given.
        argument: Pointer,
        /// Kinds of statements that may run.
        allow: OneOrMany<Statement>,
        /// Databases, schemas or tables that may be written to.
        allow_writes_to: OneOrMany<String>,
    }
}

record! {
    /// What must hold for one argument.
    pub(crate) struct Requirement {
        /// A regular expression that must be found in the text.
        pattern: ValuePattern,
        /// The values that are allowed.
        values as "enum": Vec<Value>,
        /// The highest number.
        max: f64,
        /// A JSON Schema that the value must fit.
        schema: SchemaText,
    }
}

/// Reads a rule of this type.
pub(crate) fn read(entries: &Entries<'_>, head: &Head, scope: &mut Scope<'_>) -> Option<RuleKind> {
    let fields = Fields::read_fields(entries, scope);
    check(&fields, head, scope);
    let targets = [fields.target_endpoint, fields.target_endpoints];
    Some(RuleKind::ActionControl(ActionControl {
        targets: targets.into_iter().filter_map(|field| field.take()).flat_map(|targets| targets.0).collect(),
        tools: fields.tools.take().map(|tools| tools.0).unwrap_or_default(),
        methods: fields
            .methods
            .take()
            .into_iter()
            .flat_map(|methods| methods.0)
            .map(|method| method.0)
            .collect(),
        arguments: fields.arguments.take().map(|arguments| arguments.0).unwrap_or_default(),
        sql: fields.sql.take().map(Into::into),
        limit: limit::read(fields.limit, fields.burst, fields.per, scope),
        allow_only: fields.allow_only.take().unwrap_or(false),
        constrain: constrain::read(fields.constrain, head.action, scope),
    }))
}

impl Fields {
    fn selects(&self) -> bool {
        self.target_endpoint.is_there()
            || self.target_endpoints.is_there()
            || self.tools.is_there()
            || self.methods.is_there()
    }
}

fn check(fields: &Fields, head: &Head, scope: &mut Scope<'_>) {
    let required = fields.arguments.is_there() || fields.sql.is_there();
    let allow_only = fields.allow_only.given().is_some_and(|only| *only);
    head.refuse_idle(fields, scope);
    let selectable = fields.selects();
    if let (Some(place), true, false) = (fields.allow_only.place(), allow_only, selectable) {
        scope.fault(
            place,
            "`allow_only` needs `target_endpoint`, `tools` or `methods` to say what is allowed",
        );
    }
    let silent = |sql: &Sql| !sql.allow.is_there() && !sql.allow_writes_to.is_there();
    if let (Some(true), Some(place)) = (fields.sql.given().map(silent), fields.sql.place()) {
        scope.fault(place, "`sql` says nothing: expected `allow` or `allow_writes_to`");
    }
    refuse_redact(&fields.constrain, scope);
    check_limit(fields, head, required || allow_only, scope);
}

/// A limit holds matching actions back, which leaves `CONSTRAIN` nothing to do to any other.
fn check_limit(fields: &Fields, head: &Head, also_applies: bool, scope: &mut Scope<'_>) {
    let Some(place) = fields.limit.place() else {
        if !fields.limit.is_there() {
            head.need_constrain(&fields.constrain, scope);
        }
        return;
    };
    if fields.limit.given().is_some_and(|limit| limit.unit == LimitUnit::Tokens) {
        scope.fault(place, "an `action_control` counts actions, which use no tokens: expected `requests`");
    }
    if head.action == Some(RuleAction::Allow) {
        scope.fault(place, "a `limit` with `action: ALLOW` holds nothing back");
    }
    if let Some(place) = fields.constrain.place() {
        scope.fault(place, "a rule has a `limit`, which holds back, or `constrain`, which changes: not both");
    }
    if also_applies && head.action == Some(RuleAction::Constrain) {
        scope.fault(
            place,
            "a `limit` with `action: CONSTRAIN` can hold back, and what is not allowed must be refused: put \
             `allow_only`, `arguments` and `sql` into a rule with `action: BLOCK`",
        );
    }
}

impl Read for NamePattern {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        let stars = text.matches('*').count();
        if stars > 1 || (stars == 1 && !text.ends_with('*')) {
            scope.fault(node.place, format!("`{}`: `*` can stand at the end only", shorten(&text)));
            return None;
        }
        Some(Self::parse(&text))
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "string", "pattern": r"^[^*]*\*?$", "minLength": 1})
    }
}

/// An HTTP method, in upper case.
#[derive(Debug)]
pub(crate) struct Method(String);

impl Read for Method {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        if text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-') {
            return Some(Self(text.to_ascii_uppercase()));
        }
        scope.fault(node.place, format!("`{}` is no HTTP method", shorten(&text)));
        None
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "string", "pattern": "^[A-Za-z-]+$"})
    }
}

/// A JSON pointer.
#[derive(Debug)]
pub(crate) struct Pointer(String);

impl Read for Pointer {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        if text.starts_with('/') {
            return Some(Self(text));
        }
        scope.fault(node.place, no_pointer(&text));
        None
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "string", "pattern": "^/"})
    }
}

fn no_pointer(text: &str) -> String {
    let shown = shorten(text);
    format!("`{shown}` is no JSON pointer: expected such as `/{}`", shown.trim_start_matches('/'))
}

/// A kind of SQL statement, in lower case.
#[derive(Debug)]
pub(crate) struct Statement(String);

/// The kinds of statements that `sql: {allow: …}` knows, in lower case.
pub(crate) const STATEMENTS: &[&str] = &[
    "alter",
    "analyze",
    "call",
    "comment",
    "copy",
    "create",
    "delete",
    "describe",
    "drop",
    "execute",
    "explain",
    "grant",
    "insert",
    "merge",
    "prepare",
    "revoke",
    "select",
    "set",
    "show",
    "transaction",
    "truncate",
    "update",
    "use",
    "vacuum",
];

impl Read for Statement {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let text = String::read(node, scope)?;
        let word = text.to_ascii_lowercase();
        if STATEMENTS.contains(&word.as_str()) {
            return Some(Self(word));
        }
        scope.fault(node.place, unknown("statement", &text, STATEMENTS.iter().copied()));
        None
    }

    fn schema(_: &[&str]) -> Value {
        let table: Vec<_> = STATEMENTS.iter().map(|word| (*word, ())).collect();
        crate::fields::leaves::word_schema(&table, crate::fields::leaves::Case::Any)
    }
}

impl From<Sql> for SqlRequirement {
    fn from(fields: Sql) -> Self {
        let allow = fields.allow.take().into_iter().flat_map(|statements| statements.0);
        Self {
            argument: fields.argument.take().map(|pointer| pointer.0).unwrap_or_default(),
            allow: allow.map(|statement| statement.0).collect(),
            allow_writes_to: fields.allow_writes_to.take().map(|names| names.0).unwrap_or_default(),
        }
    }
}

/// `arguments`, in the order of the document.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<ArgumentRequirement>);

impl Read for Arguments {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let entries = Entries::of(node, scope)?;
        if entries.iter().len() == 0 {
            scope.fault(node.place, "expected at least one JSON pointer, found an empty map");
            return None;
        }
        let mut requirements = Vec::new();
        for (key, value) in entries.iter() {
            if !key.text.is_empty() && !key.text.starts_with('/') {
                scope.fault(key.place, no_pointer(&key.text));
            }
            let tests = Requirement::read(value, scope).map(tests);
            if matches!(&value.kind, Kind::Map(entries) if entries.is_empty()) {
                scope.fault(value.place, "expected `pattern`, `enum`, `max` or `schema`, found an empty map");
            }
            requirements.push(tests.map(|tests| ArgumentRequirement { pointer: key.text.clone(), tests }));
        }
        requirements.into_iter().collect::<Option<_>>().map(Self)
    }

    fn schema(detectors: &[&str]) -> Value {
        let mut requirement = Requirement::schema(detectors);
        if let Some(object) = requirement.as_object_mut() {
            object.insert("minProperties".to_owned(), 1.into());
        }
        json!({
            "type": "object",
            "propertyNames": {"pattern": "^(?:/|$)"},
            "additionalProperties": requirement,
            "minProperties": 1
        })
    }
}

fn tests(fields: Requirement) -> Vec<ArgumentTest> {
    let pattern = fields.pattern.take().map(|pattern| ArgumentTest::Pattern(pattern.0));
    let words = fields.values.take().map(ArgumentTest::Enum);
    let max = fields.max.take().map(ArgumentTest::Max);
    let schema = fields.schema.take();
    let schema = schema.map(|schema| ArgumentTest::Schema { source: schema.source, form: schema.form });
    [pattern, words, max, schema].into_iter().flatten().collect()
}
