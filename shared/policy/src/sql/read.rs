//! From text to statements: every way in which a database could read it, or none.

use sqlparser::ast::Statement;
use sqlparser::dialect::{Dialect, GenericDialect, MySqlDialect, PostgreSqlDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

/// The longest text that is read, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// How deep the parser may go into itself.
const MAX_DEPTH: usize = 40;
/// How many tokens may stand between two commas, those around the enclosing brackets included. `a+a+a+…`
/// makes a tree as deep as it is long, and nothing bounds the stack that a walk over it needs but this.
const MAX_RUN: usize = 1_000;
/// How many set operations may stand in a text: a chain of them is as deep as it is long, too, commas or not.
const MAX_SET_OPERATIONS: usize = 200;
/// How deep brackets may lie in each other.
const MAX_BRACKETS: usize = 32;

/// Words that a statement can begin with.
const FIRST_WORDS: &[&str] = &[
    "alter", "analyze", "attach", "begin", "call", "comment", "commit", "copy", "create", "declare",
    "delete", "deny", "desc", "describe", "detach", "do", "drop", "exec", "execute", "explain", "grant",
    "insert", "kill", "load", "lock", "merge", "pragma", "prepare", "rename", "replace", "revoke",
    "rollback", "select", "set", "show", "start", "table", "truncate", "unload", "update", "upsert", "use",
    "vacuum", "values", "with",
];

/// The statements of a text as each dialect reads them. `None` where it is too long or too deep, where no
/// dialect can read it, where there is nothing in it, or where a reading that matters is missing.
pub(super) fn readings(text: &str) -> Option<Vec<Vec<Statement>>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let dialects: [&dyn Dialect; 3] = [&GenericDialect {}, &PostgreSqlDialect {}, &MySqlDialect {}];
    let read: Vec<_> = dialects.iter().filter_map(|dialect| statements(*dialect, text)).collect();
    let complete = read.len() == dialects.len() || !is_ambiguous(text);
    (complete && !read.is_empty()).then_some(read)
}

/// Whether a text begins as a statement does, after blanks, brackets and comments. Texts that begin so are
/// taken for SQL, also when they go on otherwise: it is for the parser to say that they are not.
pub(super) fn begins_as_sql(text: &str) -> bool {
    let start = skip_noise(text);
    let word: String = start.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    start.starts_with("/*") || FIRST_WORDS.iter().any(|first| first.eq_ignore_ascii_case(&word))
}

/// The text from its first word on, or from a comment that databases do not agree about.
fn skip_noise(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '/' | '#'));
        rest = if let Some(comment) = rest.strip_prefix("/*").filter(|comment| is_plain(comment)) {
            after(comment, "*/")
        } else if rest.starts_with("--") || rest.starts_with('#') {
            after(rest, "\n")
        } else if rest.starts_with(['-', '/']) && !rest.starts_with("/*") {
            rest.trim_start_matches(['-', '/'])
        } else {
            return rest;
        }
    }
}

/// Whether every database takes this, which follows a `/*`, for a comment that ends at the first `*/`.
fn is_plain(comment: &str) -> bool {
    let body = comment.split_once("*/").map_or(comment, |(body, _)| body);
    !is_run(comment) && !body.contains("/*")
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

/// Whether a backslash stands before a quote: to some databases the string ends there, to others it does not.
fn is_ambiguous(text: &str) -> bool {
    ["\\'", "\\\"", "\\`"].iter().any(|escape| text.contains(escape))
}

fn statements(dialect: &dyn Dialect, text: &str) -> Option<Vec<Statement>> {
    let tokens = Tokenizer::new(dialect, text).tokenize().ok()?;
    if holds_run_comment(&tokens) || is_too_deep(&tokens) || set_operations(&tokens) > MAX_SET_OPERATIONS {
        return None;
    }
    let statements =
        Parser::new(dialect).with_recursion_limit(MAX_DEPTH).with_tokens(tokens).parse_statements().ok()?;
    Some(statements).filter(|statements| !statements.is_empty())
}

/// `/*! … */` and `/*M! … */` are comments to us and statements to `MySQL` and its kin.
fn is_run(comment: &str) -> bool {
    comment.starts_with('!') || comment.starts_with("M!")
}

fn holds_run_comment(tokens: &[Token]) -> bool {
    tokens.iter().any(
        |token| matches!(token, Token::Whitespace(Whitespace::MultiLineComment(comment)) if is_run(comment)),
    )
}

fn set_operations(tokens: &[Token]) -> usize {
    let joins =
        |keyword| matches!(keyword, Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS);
    tokens.iter().filter(|token| matches!(token, Token::Word(word) if joins(word.keyword))).count()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "not our enum; any other token is one more in its run")]
fn is_too_deep(tokens: &[Token]) -> bool {
    let mut run = 0_usize;
    let mut enclosing: Vec<usize> = Vec::new();
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => enclosing.push(run),
            Token::RParen | Token::RBracket | Token::RBrace => run = enclosing.pop().unwrap_or(run),
            Token::Comma | Token::SemiColon => run = enclosing.last().copied().unwrap_or(0),
            Token::Whitespace(_) => continue,
            // `CASE` nests without brackets.
            Token::Word(word) if word.keyword == Keyword::CASE => run += MAX_RUN / MAX_BRACKETS,
            _ => {}
        }
        run += 1;
        if run > MAX_RUN || enclosing.len() > MAX_BRACKETS {
            return true;
        }
    }
    false
}
