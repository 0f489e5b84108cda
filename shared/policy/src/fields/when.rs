//! Reading a `when`: a CEL expression over `request.*` and `identity.*`. What it means for a call is the
//! business of `condition.rs`.
//!
//! The text is bounded before the expression is parsed, since parser and evaluation recurse.

use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use serde_json::{Value, json};

use crate::checked::When;
use crate::read::{Read, Scope, one_of, shorten, unknown};
use crate::yaml::Node;

/// The longest expression, in bytes.
const MAX_BYTES: usize = 2048;
/// The deepest nesting of brackets.
const MAX_BRACKETS: usize = 32;
/// The deepest nesting of the parsed expression: `a + b + c` nests, too.
const MAX_DEPTH: usize = 96;

/// What may be asked of the call.
const REQUEST: &[&str] = &["dialect", "model", "provider", "region", "stream", "tools"];
/// What may be asked of the caller.
const IDENTITY: &[&str] = &["claims", "groups", "id", "kind"];
/// Functions that the evaluation has, operators and macros aside.
const FUNCTIONS: &[&str] = &[
    "bool",
    "bytes",
    "contains",
    "double",
    "endsWith",
    "int",
    "matches",
    "size",
    "startsWith",
    "string",
    "uint",
];

impl Read for When {
    fn read(node: &Node, scope: &mut Scope<'_>) -> Option<Self> {
        let source = String::read(node, scope)?;
        match compile(&source) {
            Ok(program) => Some(Self { source: source.into(), program: Arc::new(program) }),
            Err(messages) => {
                messages.into_iter().for_each(|message| scope.fault(node.place, message));
                None
            }
        }
    }

    fn schema(_: &[&str]) -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": MAX_BYTES})
    }
}

fn compile(source: &str) -> Result<cel::Program, Vec<String>> {
    check_text(source).map_err(|message| vec![message])?;
    let program = cel::Program::compile(source).map_err(|errors| vec![syntax(&errors)])?;
    if depth(program.expression()) > MAX_DEPTH {
        return Err(vec![format!("the expression nests deeper than {MAX_DEPTH} levels")]);
    }
    let mut names = Names { bound: Vec::new(), faults: Vec::new() };
    names.check(program.expression());
    if names.faults.is_empty() { Ok(program) } else { Err(names.faults) }
}

fn check_text(source: &str) -> Result<(), String> {
    if source.len() > MAX_BYTES {
        return Err(format!("the expression is longer than {MAX_BYTES} bytes"));
    }
    let (mut open, mut prefixes) = (0_usize, 0_usize);
    for character in source.chars() {
        match character {
            '(' | '[' | '{' => open = open.saturating_add(1),
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        // A run of prefix operators nests as brackets do.
        prefixes = match character {
            '!' | '-' => prefixes.saturating_add(1),
            ' ' | '\t' | '\n' | '\r' => prefixes,
            _ => 0,
        };
        if open > MAX_BRACKETS || prefixes > MAX_BRACKETS {
            return Err(format!("the expression nests deeper than {MAX_BRACKETS} levels"));
        }
    }
    Ok(())
}

fn syntax(errors: &cel::ParseErrors) -> String {
    let Some(error) = errors.errors.first() else {
        return "not a CEL expression".to_owned();
    };
    format!("not a CEL expression: column {}: {}", error.pos.1.max(1), shorten(&error.msg))
}

fn depth(expression: &IdedExpr) -> usize {
    let mut deepest = 0_usize;
    for_each_child(expression, &mut |child| deepest = deepest.max(depth(child)));
    deepest.saturating_add(1)
}

fn for_each_child<'a>(expression: &'a IdedExpr, visit: &mut dyn FnMut(&'a IdedExpr)) {
    match &expression.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).for_each(visit),
        Expr::Comprehension(it) => {
            [&it.iter_range, &it.accu_init, &it.loop_cond, &it.loop_step, &it.result]
                .into_iter()
                .for_each(visit);
        }
        Expr::List(list) => list.elements.iter().for_each(visit),
        Expr::Map(map) => map.entries.iter().for_each(|entry| for_each_entry(&entry.expr, visit)),
        Expr::Select(select) => visit(&select.operand),
        Expr::Struct(fields) => fields.entries.iter().for_each(|entry| for_each_entry(&entry.expr, visit)),
    }
}

fn for_each_entry<'a>(entry: &'a EntryExpr, visit: &mut dyn FnMut(&'a IdedExpr)) {
    match entry {
        EntryExpr::MapEntry(entry) => {
            visit(&entry.key);
            visit(&entry.value);
        }
        EntryExpr::StructField(field) => visit(&field.value),
    }
}

fn variable(expression: &IdedExpr) -> Option<&str> {
    if let Expr::Ident(name) = &expression.expr { Some(name) } else { None }
}

/// Checks that an expression names nothing that a call does not have.
struct Names<'a> {
    /// Variables that macros such as `exists` bind, innermost last.
    bound: Vec<&'a str>,
    faults: Vec<String>,
}

impl<'a> Names<'a> {
    fn check(&mut self, expression: &'a IdedExpr) {
        match &expression.expr {
            Expr::Ident(name) => self.check_variable(name),
            Expr::Select(select) => match variable(&select.operand).filter(|name| !self.is_bound(name)) {
                Some(name) => self.check_field(name, &select.field),
                None => self.check(&select.operand),
            },
            Expr::Comprehension(it) => {
                let outer = self.bound.len();
                self.bound.extend([it.iter_var.as_str(), it.accu_var.as_str()]);
                self.bound.extend(it.iter_var2.as_deref());
                for_each_child(expression, &mut |child| self.check(child));
                self.bound.truncate(outer);
            }
            Expr::Struct(fields) => {
                self.faults.push(format!("`{}` is no known type", shorten(&fields.type_name)))
            }
            Expr::Call(call) => {
                self.check_function(&call.func_name);
                for_each_child(expression, &mut |child| self.check(child));
            }
            Expr::List(_) | Expr::Literal(_) | Expr::Map(_) | Expr::Unspecified => {
                for_each_child(expression, &mut |child| self.check(child));
            }
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        name.starts_with('@') || self.bound.contains(&name)
    }

    fn check_variable(&mut self, name: &str) {
        if !self.is_bound(name) && !matches!(name, "request" | "identity") {
            self.faults.push(unknown("variable", name, ["request", "identity"].into_iter()));
        }
    }

    fn check_field(&mut self, variable: &str, field: &str) {
        let fields = match variable {
            "request" => REQUEST,
            "identity" => IDENTITY,
            _ => return self.check_variable(variable),
        };
        if !fields.contains(&field) {
            let message =
                format!("`{variable}.{}`: expected {} after `{variable}.`", shorten(field), one_of(fields));
            self.faults.push(message);
        }
    }

    fn check_function(&mut self, name: &str) {
        let operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !operator && !FUNCTIONS.contains(&name) {
            self.faults.push(unknown("function", name, FUNCTIONS.iter().copied()));
        }
    }
}

#[cfg(test)]
mod tests;
