//! What statements do: one [`Effect`] for each thing, wherever in the statement it stands.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    CopySource, CopyTarget, Delete, Expr, FromTable, Insert, ObjectName, ObjectNamePart, Query, SchemaName,
    Select, SetExpr, Statement, TableFactor, TableObject, TableWithJoins, Update, UtilityOption, Visit,
    Visitor,
};

/// One thing that a statement does.
pub(super) struct Effect {
    /// The word for it in `allow`, one of those that `rules/action_control.rs` knows.
    pub(super) kind: &'static str,
    /// What sort of thing that is.
    pub(super) class: Class,
    /// What it writes to; `None` where that cannot be told.
    pub(super) targets: Option<Vec<ObjectName>>,
}

/// What sort of thing an effect is, which says what it takes to permit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Changes rows.
    Data,
    /// Changes settings, rights or a session, or runs what we cannot see.
    Other,
    /// Only reads.
    Read,
    /// Makes, changes or drops tables, schemas and the like.
    Structure,
    /// Nothing that we know.
    Unknown,
}

/// Kinds that change rows.
const DATA_WRITES: &[&str] = &["copy", "delete", "insert", "merge", "truncate", "update"];

/// Functions that act, read files or run other statements, though they stand in a `SELECT`. They count as
/// `call`. Built-in functions of widespread databases; those of an application are not known here.
const ACTING_FUNCTIONS: &[&str] = &[
    "database_to_xml",
    "dblink",
    "dblink_connect",
    "dblink_exec",
    "dblink_send_query",
    "load_extension",
    "load_file",
    "lo_create",
    "lo_export",
    "lo_from_bytea",
    "lo_import",
    "lo_put",
    "lo_unlink",
    "nextval",
    "openquery",
    "openrowset",
    "pg_advisory_lock",
    "pg_cancel_backend",
    "pg_file_write",
    "pg_ls_dir",
    "pg_notify",
    "pg_read_binary_file",
    "pg_read_file",
    "pg_reload_conf",
    "pg_rotate_logfile",
    "pg_sleep",
    "pg_switch_wal",
    "pg_terminate_backend",
    "query_to_xml",
    "readfile",
    "set_config",
    "setval",
    "sleep",
    "sys_eval",
    "sys_exec",
    "table_to_xml",
    "writefile",
    "xp_cmdshell",
];

/// Whether a word of `allow` names a kind that changes rows.
pub(super) fn is_data_write(word: &str) -> bool {
    DATA_WRITES.contains(&word)
}

/// Everything that these statements do.
pub(super) fn effects(statements: &[Statement]) -> Vec<Effect> {
    statements.iter().flat_map(effects_of_one).collect()
}

fn effects_of_one(statement: &Statement) -> Vec<Effect> {
    let mut walk = Walk::default();
    if runs(statement) {
        let ControlFlow::Continue(()) = statement.visit(&mut walk);
    } else {
        walk.effects.push(effect(statement));
    }
    walk.finish()
}

/// An `EXPLAIN` without `ANALYZE` runs nothing of what it explains.
fn runs(statement: &Statement) -> bool {
    let Statement::Explain { analyze, options, .. } = statement else { return true };
    *analyze || options.as_deref().is_some_and(|options| options.iter().any(is_analyze))
}

fn is_analyze(option: &UtilityOption) -> bool {
    option.name.value.eq_ignore_ascii_case("analyze") || option.name.value.eq_ignore_ascii_case("analyse")
}

#[derive(Default)]
struct Walk {
    effects: Vec<Effect>,
    /// Names that a `WITH` gives: in some databases a write to one is a write to what it stands for.
    given_names: BTreeSet<String>,
}

impl Walk {
    fn finish(mut self) -> Vec<Effect> {
        for effect in &mut self.effects {
            let through = |target: &ObjectName| self.given_names.contains(&last_word(target));
            if effect.targets.as_ref().is_some_and(|targets| targets.iter().any(through)) {
                effect.targets = None;
            }
        }
        self.effects
    }

    fn note_function(&mut self, name: &ObjectName) {
        if ACTING_FUNCTIONS.contains(&last_word(name).as_str()) {
            self.effects.push(Effect { kind: "call", class: Class::Other, targets: None });
        }
    }
}

impl Visitor for Walk {
    type Break = std::convert::Infallible;

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<Self::Break> {
        if !is_wrapper(statement) {
            self.effects.push(effect(statement));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        let given = query.with.iter().flat_map(|with| &with.cte_tables);
        self.given_names.extend(given.map(|table| table.alias.name.value.to_ascii_lowercase()));
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Self::Break> {
        if let Some(into) = &select.into {
            let targets = into.targets.iter().map(named).collect();
            self.effects.push(Effect { kind: "create", class: Class::Structure, targets });
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        if let Expr::Function(function) = expr {
            self.note_function(&function.name);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<Self::Break> {
        self.note_function(relation);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Self::Break> {
        if let TableFactor::Function { name, .. } = factor {
            self.note_function(name);
        }
        ControlFlow::Continue(())
    }
}

/// `WITH … INSERT …` is a query that holds the statement; the statement is visited by itself.
fn is_wrapper(statement: &Statement) -> bool {
    let Statement::Query(query) = statement else { return false };
    matches!(*query.body, SetExpr::Delete(_) | SetExpr::Insert(_) | SetExpr::Merge(_) | SetExpr::Update(_))
}

fn effect(statement: &Statement) -> Effect {
    let (kind, class) = kind(statement);
    Effect { kind, class, targets: targets(statement) }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "not our enum; a kind that is not known is not permitted")]
fn kind(statement: &Statement) -> (&'static str, Class) {
    match statement {
        Statement::Copy { source, to, target, .. } => copy_kind(source, *to, target),
        Statement::Delete(_) => ("delete", Class::Data),
        Statement::Insert(_) => ("insert", Class::Data),
        Statement::Merge(_) => ("merge", Class::Data),
        Statement::Truncate(_) => ("truncate", Class::Data),
        Statement::Update(_) => ("update", Class::Data),
        Statement::Query(_) => ("select", Class::Read),
        Statement::Explain { .. } => ("explain", Class::Read),
        Statement::ExplainTable { .. } => ("describe", Class::Read),
        Statement::ShowColumns { .. }
        | Statement::ShowCreate { .. }
        | Statement::ShowDatabases { .. }
        | Statement::ShowFunctions { .. }
        | Statement::ShowSchemas { .. }
        | Statement::ShowTables { .. }
        | Statement::ShowVariable { .. }
        | Statement::ShowVariables { .. }
        | Statement::ShowViews { .. } => ("show", Class::Read),
        Statement::AlterIndex { .. }
        | Statement::AlterSchema(_)
        | Statement::AlterTable(_)
        | Statement::AlterView { .. }
        | Statement::RenameTable(_) => ("alter", Class::Structure),
        Statement::CreateDatabase { .. }
        | Statement::CreateIndex(_)
        | Statement::CreateSchema { .. }
        | Statement::CreateSequence { .. }
        | Statement::CreateTable(_)
        | Statement::CreateType { .. }
        | Statement::CreateView(_) => ("create", Class::Structure),
        Statement::Drop { .. } => ("drop", Class::Structure),
        _ => session_kind(statement),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "not our enum; a kind that is not known is not permitted")]
fn session_kind(statement: &Statement) -> (&'static str, Class) {
    let kind = match statement {
        Statement::Analyze(_) => "analyze",
        Statement::Call(_) => "call",
        Statement::Comment { .. } => "comment",
        Statement::Execute { .. } => "execute",
        Statement::Grant(_) => "grant",
        Statement::Prepare { .. } => "prepare",
        Statement::Revoke(_) => "revoke",
        Statement::Set(_) => "set",
        Statement::Use(_) => "use",
        Statement::Vacuum(_) => "vacuum",
        Statement::Commit { .. }
        | Statement::ReleaseSavepoint { .. }
        | Statement::Rollback { .. }
        | Statement::Savepoint { .. }
        | Statement::StartTransaction { .. } => "transaction",
        _ => return ("other", Class::Unknown),
    };
    (kind, Class::Other)
}

/// A copy between the database and the caller; one with a file or a program of the server is none that we
/// would permit.
fn copy_kind(source: &CopySource, to: bool, target: &CopyTarget) -> (&'static str, Class) {
    match (target, source) {
        (CopyTarget::File { .. } | CopyTarget::Program { .. }, _) => ("other", Class::Unknown),
        (CopyTarget::Stdin | CopyTarget::Stdout, CopySource::Table { .. }) if !to => ("copy", Class::Data),
        (CopyTarget::Stdin | CopyTarget::Stdout, CopySource::Query(_) | CopySource::Table { .. }) => {
            ("copy", Class::Other)
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "not our enum; a target that is not known is not permitted"
)]
fn targets(statement: &Statement) -> Option<Vec<ObjectName>> {
    match statement {
        Statement::AlterTable(alter) => Some(vec![alter.name.clone()]),
        Statement::AlterView { name, .. } => Some(vec![name.clone()]),
        Statement::Copy { source: CopySource::Table { table_name, .. }, .. } => {
            Some(vec![table_name.clone()])
        }
        Statement::CreateDatabase { db_name, .. } => Some(vec![db_name.clone()]),
        Statement::CreateIndex(index) => Some(vec![index.table_name.clone()]),
        Statement::CreateSchema { schema_name: SchemaName::Simple(name), .. } => Some(vec![name.clone()]),
        Statement::CreateTable(create) => Some(vec![create.name.clone()]),
        Statement::CreateView(create) => Some(vec![create.name.clone()]),
        Statement::Delete(delete) => delete_targets(delete),
        Statement::Drop { names, .. } => Some(names.clone()),
        Statement::Insert(insert) => insert_targets(insert),
        Statement::Merge(merge) => Some(vec![table_name(&merge.table)?]),
        Statement::RenameTable(renames) => {
            Some(renames.iter().flat_map(|r| [r.old_name.clone(), r.new_name.clone()]).collect())
        }
        Statement::Truncate(truncate) => Some(truncate.table_names.iter().map(|t| t.name.clone()).collect()),
        Statement::Update(update) => update_targets(update),
        _ => None,
    }
}

fn insert_targets(insert: &Insert) -> Option<Vec<ObjectName>> {
    let TableObject::TableName(name) = &insert.table else { return None };
    insert.multi_table_insert_type.is_none().then(|| vec![name.clone()])
}

/// Every table of a joined update counts: which of them is written, the assignments say only to a database.
fn update_targets(update: &Update) -> Option<Vec<ObjectName>> {
    table_names(std::slice::from_ref(&update.table))
}

fn delete_targets(delete: &Delete) -> Option<Vec<ObjectName>> {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let mut names = table_names(from)?;
    names.extend(delete.tables.iter().cloned());
    Some(names)
}

fn table_names(tables: &[TableWithJoins]) -> Option<Vec<ObjectName>> {
    let joined = |table: &TableWithJoins| -> Vec<Option<ObjectName>> {
        let relations = std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation));
        relations.map(table_name).collect()
    };
    tables.iter().flat_map(joined).collect()
}

fn table_name(factor: &TableFactor) -> Option<ObjectName> {
    let TableFactor::Table { name, args: None, .. } = factor else { return None };
    Some(name.clone())
}

/// The name that an expression is, for `SELECT … INTO`.
#[expect(clippy::wildcard_enum_match_arm, reason = "not our enum; any other expression is no name")]
fn named(expr: &Expr) -> Option<ObjectName> {
    let idents = match expr {
        Expr::CompoundIdentifier(idents) => idents.clone(),
        Expr::Identifier(ident) => vec![ident.clone()],
        _ => return None,
    };
    Some(ObjectName(idents.into_iter().map(ObjectNamePart::Identifier).collect()))
}

fn last_word(name: &ObjectName) -> String {
    match name.0.last() {
        Some(ObjectNamePart::Identifier(ident)) => ident.value.to_ascii_lowercase(),
        Some(ObjectNamePart::Function(_)) | None => String::new(),
    }
}
