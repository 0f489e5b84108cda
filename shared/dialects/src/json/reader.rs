//! Reads JSON text (RFC 8259) into nodes, in one pass and without recursion.

use std::borrow::Cow;

use super::escape::{decode, pair, unit};
use super::{Kind, MAX_DEPTH, Node, Strictness};
use crate::error::DialectError;

/// The nodes of a text, parents before children.
pub(super) fn read(source: &str, strictness: Strictness) -> Result<Vec<Node>, DialectError> {
    let mut reader = Reader { source, at: 0, nodes: Vec::new(), open: Vec::new(), strictness };
    reader.skip_space();
    loop {
        let whole = reader.value()?;
        if whole && !reader.step()? {
            break;
        }
    }
    if reader.at < source.len() {
        return Err(reader.expected("the end of the text"));
    }
    Ok(reader.nodes)
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    nodes: Vec<Node>,
    /// The lists and objects that are not closed yet.
    open: Vec<usize>,
    strictness: Strictness,
}

impl<'a> Reader<'a> {
    /// Reads a value; of a list or an object, up to its first child. Says whether the value is whole.
    fn value(&mut self) -> Result<bool, DialectError> {
        match self.peek() {
            Some(b'{') => self.open(Kind::Object, b'}'),
            Some(b'[') => self.open(Kind::Array, b']'),
            Some(b'"') => self.string(Kind::Text).map(|()| true),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| true),
            Some(b't') => self.word("true", Kind::Boolean),
            Some(b'f') => self.word("false", Kind::Boolean),
            Some(b'n') => self.word("null", Kind::Null),
            _ => Err(self.expected("a value")),
        }
    }

    /// Goes on after a whole value: to the next one, or out of what is closed. `false` at the end of the text.
    fn step(&mut self) -> Result<bool, DialectError> {
        loop {
            self.skip_space();
            let Some((id, kind)) = self.innermost() else {
                return Ok(false);
            };
            match (self.peek(), kind) {
                (Some(b','), Kind::Object) => {
                    self.at += 1;
                    self.skip_space();
                    self.name()?;
                    return Ok(true);
                }
                (Some(b','), _) => {
                    self.at += 1;
                    self.skip_space();
                    return Ok(true);
                }
                (Some(b'}'), Kind::Object) | (Some(b']'), Kind::Array) => self.close(id)?,
                (_, Kind::Object) => return Err(self.expected("`,` or `}`")),
                _ => return Err(self.expected("`,` or `]`")),
            }
        }
    }

    fn innermost(&self) -> Option<(usize, Kind)> {
        let id = *self.open.last()?;
        self.nodes.get(id).map(|node| (id, node.kind))
    }

    fn open(&mut self, kind: Kind, closer: u8) -> Result<bool, DialectError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(DialectError::TooDeep { at: self.at });
        }
        let id = self.nodes.len();
        self.push(kind, self.at, self.at + 1);
        self.open.push(id);
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(closer) {
            return self.close(id).map(|()| true);
        }
        if kind == Kind::Object {
            self.name()?;
        }
        Ok(false)
    }

    /// Closes the innermost list or object; stands on its closing character.
    fn close(&mut self, id: usize) -> Result<(), DialectError> {
        self.at += 1;
        self.open.pop();
        let (end, after) = (self.at, self.nodes.len());
        if let Some(node) = self.nodes.get_mut(id) {
            node.span.end = end;
            node.after = after;
        }
        self.refuse_duplicates(id)
    }

    fn refuse_duplicates(&self, id: usize) -> Result<(), DialectError> {
        if self.strictness == Strictness::Inner {
            return Ok(());
        }
        let mut names = self.names(id);
        names.sort();
        let twice = names.windows(2).find_map(|pair| match pair {
            [(first, _), (second, at)] if first == second => Some(*at),
            _ => None,
        });
        twice.map_or(Ok(()), |at| Err(DialectError::Duplicate { at }))
    }

    /// The member names of an object and where they stand.
    fn names(&self, id: usize) -> Vec<(Cow<'a, str>, usize)> {
        let mut names = Vec::new();
        let mut next = id + 1;
        while let Some(name) = self.nodes.get(next).filter(|node| node.kind == Kind::Name) {
            let raw = self.source.get(name.span.start + 1..name.span.end - 1).unwrap_or_default();
            names.push((decode(raw), name.span.start));
            next = self.nodes.get(name.after).map_or(name.after, |value| value.after);
        }
        names
    }

    /// Reads a member's name and the colon after it.
    fn name(&mut self) -> Result<(), DialectError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a member name"));
        }
        self.string(Kind::Name)?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    fn string(&mut self, kind: Kind) -> Result<(), DialectError> {
        let start = self.at;
        self.at += 1;
        loop {
            let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F));
            self.at += plain.unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.expected("an escape in place of a control character")),
                None => return Err(self.expected("`\"`")),
            }
        }
        self.at += 1;
        self.push(kind, start, self.at);
        Ok(())
    }

    /// Checks an escape; stands on its backslash.
    fn escape(&mut self) -> Result<(), DialectError> {
        let rest = self.source.get(self.at + 1..).unwrap_or_default();
        self.at += match rest.bytes().next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') => self.unit_length(rest.get(1..).unwrap_or_default())?,
            _ => return Err(self.expected("a known escape")),
        };
        Ok(())
    }

    /// The length of a `\u` escape, or of the two of a pair. `digits` starts after the `u`.
    fn unit_length(&self, digits: &str) -> Result<usize, DialectError> {
        let first = unit(digits).ok_or_else(|| self.expected("four hexadecimal digits"))?;
        let second = digits.get(4..).and_then(|rest| rest.strip_prefix("\\u")).and_then(unit);
        if second.is_some_and(|second| pair(first, second).is_some()) {
            return Ok(12);
        }
        if (0xD800..0xE000).contains(&first) && self.strictness == Strictness::Outer {
            return Err(self.expected("a pair of surrogates"));
        }
        Ok(6)
    }

    fn number(&mut self) -> Result<(), DialectError> {
        let start = self.at;
        self.skip(b"-");
        if !self.skip(b"0") {
            self.digits()?;
        }
        if self.skip(b".") {
            self.digits()?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            self.digits()?;
        }
        self.push(Kind::Number, start, self.at);
        Ok(())
    }

    fn digits(&mut self) -> Result<(), DialectError> {
        let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.expected("a digit"));
        }
        self.at += count;
        Ok(())
    }

    fn word(&mut self, word: &'static str, kind: Kind) -> Result<bool, DialectError> {
        if !self.source.get(self.at..).unwrap_or_default().starts_with(word) {
            return Err(self.expected("`true`, `false` or `null`"));
        }
        let start = self.at;
        self.at += word.len();
        self.push(kind, start, self.at);
        Ok(true)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let after = self.nodes.len() + 1;
        self.nodes.push(Node { kind, span: start..end, after });
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// Takes one byte if it is one of these.
    fn skip(&mut self, any: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while self.skip(b" \t\n\r") {}
    }

    fn expected(&self, expected: &'static str) -> DialectError {
        DialectError::Malformed { at: self.at, expected }
    }
}
