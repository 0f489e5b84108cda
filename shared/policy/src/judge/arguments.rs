//! What the arguments of an action have to be: the requirements of `arguments` and `sql`.

use serde_json::Value;

use crate::call::{Action, ActionKind};
use crate::checked::{ArgumentRequirement, ArgumentTest, SqlRequirement};
use crate::compiled::CompiledRule;
use crate::rules::action_control::ActionControl;
use crate::sql;

/// Whether an action keeps a rule's requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It does not: the word for a record.
    No(&'static str),
    /// A pattern could not be run.
    Unknown,
    /// It does, or there are none.
    Yes,
}

/// Whether an action keeps what the rule asks of its arguments. Arguments that are one text are such as could
/// not be parsed, and keep nothing.
pub(super) fn kept(rule: &ActionControl, compiled: &CompiledRule, action: &Action) -> Kept {
    if !has_arguments(action) || (rule.arguments.is_empty() && rule.sql.is_none()) {
        return Kept::Yes;
    }
    if action.arguments.is_string() {
        return Kept::No(if rule.arguments.is_empty() { "sql" } else { "arguments" });
    }
    let tests = rule.arguments.iter().flat_map(|of| of.tests.iter().map(move |test| (of, test)));
    let answers: Vec<_> = tests.map(|(of, test)| test_kept(compiled, of, test, &action.arguments)).collect();
    if answers.contains(&Some(false)) {
        return Kept::No("arguments");
    }
    let names_tools = !rule.tools.is_empty() || !rule.targets.is_empty();
    if rule.sql.as_ref().is_some_and(|sql| !sql_kept(sql, names_tools, &action.arguments)) {
        return Kept::No("sql");
    }
    if answers.contains(&None) { Kept::Unknown } else { Kept::Yes }
}

/// An offer has no arguments yet; a server has what the request says of it, if anything.
fn has_arguments(action: &Action) -> bool {
    match action.kind {
        ActionKind::Http | ActionKind::ToolCall => true,
        ActionKind::McpServer => !action.arguments.is_null(),
        ActionKind::ToolOffer => false,
    }
}

/// `None` where the test could not be made. A value that is not there breaks nothing but a schema, which can
/// itself say what must be there.
fn test_kept(
    compiled: &CompiledRule,
    requirement: &ArgumentRequirement,
    test: &ArgumentTest,
    arguments: &Value,
) -> Option<bool> {
    let value = arguments.pointer(&requirement.pointer);
    match test {
        ArgumentTest::Enum(allowed) => Some(value.is_none_or(|value| allowed.contains(value))),
        ArgumentTest::Max(most) => Some(value.is_none_or(|value| value.as_f64().is_some_and(|n| n <= *most))),
        ArgumentTest::Pattern(pattern) => {
            let regex = compiled.argument_regex(pattern)?;
            Some(value.is_none_or(|value| value.as_str().is_some_and(|text| regex.is_match(text))))
        }
        ArgumentTest::Schema { form, .. } => Some(value.is_some_and(|value| form.fits_value(value))),
    }
}

/// With a pointer, the text there is the statement; a value that is not there is none. Without one, every text
/// that begins as SQL does is a statement, and a rule that says which tools it means expects at least one.
fn sql_kept(requirement: &SqlRequirement, names_tools: bool, arguments: &Value) -> bool {
    if !requirement.argument.is_empty() {
        let value = arguments.pointer(&requirement.argument);
        return value.is_none_or(|value| statement_kept(requirement, value));
    }
    let texts = texts(arguments);
    let (statements, others): (Vec<&str>, Vec<&str>) =
        texts.into_iter().partition(|text| sql::begins_as_sql(text));
    let expected = names_tools && !others.is_empty();
    (!statements.is_empty() || !expected) && statements.iter().all(|text| sql::permits(requirement, text))
}

fn statement_kept(requirement: &SqlRequirement, value: &Value) -> bool {
    match value {
        Value::String(text) => sql::permits(requirement, text),
        Value::Array(items) => {
            items.iter().all(|item| item.as_str().is_some_and(|text| sql::permits(requirement, text)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Every text in a value, in its order. Without recursion: a value is as deep as the caller likes.
fn texts(value: &Value) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(entries) => open.extend(entries.values().rev()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    texts
}
