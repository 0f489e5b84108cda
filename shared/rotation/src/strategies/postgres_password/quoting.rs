//! Names and texts as PostgreSQL reads them, for the statements that take no parameters.
//!
//! Source of the rules: PostgreSQL's manual, "Lexical Structure". A name is quoted whatever is in it; a text with
//! a backslash is written as an escape string, because what a backslash means in a plain one is a setting.

/// The longest name, in bytes. A longer one would be cut off without a word.
const LONGEST_NAME: usize = 63;

/// Whether this can be a name at all.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control)
}

/// A name in quotes.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in quotes.
pub(super) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads what is quoted as the server does, and gives back what is in it and what comes after.
    fn unquote(text: &str, quote: char, escapes: bool) -> (String, String) {
        let mut signs = text.chars().peekable();
        assert_eq!(signs.next(), Some(quote));
        let mut inner = String::new();
        loop {
            match signs.next() {
                Some('\\') if escapes => inner.push(signs.next().unwrap()),
                Some(sign) if sign == quote && signs.peek() == Some(&quote) => {
                    inner.push(sign);
                    signs.next();
                }
                Some(sign) if sign == quote => return (inner, signs.collect()),
                Some(sign) => inner.push(sign),
                None => panic!("the quote never ends"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_quoted_name_is_that_name(name in "[a-z\"'\\\\; \u{e4}]{1,20}") {
            prop_assert_eq!(unquote(&identifier(&name), '"', false), (name, String::new()));
        }

        #[test]
        fn a_quoted_text_is_that_text(text in "[a-z\"'\\\\;$ \u{e4}\n]{0,20}") {
            let quoted = literal(&text);
            let read = match quoted.strip_prefix(" E") {
                Some(quoted) => unquote(quoted, '\'', true),
                None => {
                    prop_assert!(!quoted.contains('\\'));
                    unquote(&quoted, '\'', false)
                }
            };
            prop_assert_eq!(read, (text, String::new()));
        }
    }

    #[test]
    fn what_cannot_be_a_name_is_known() {
        let long = "a".repeat(64);
        let rows =
            [("app_a", true), ("a b\"", true), ("", false), ("a\0b", false), ("a\nb", false), (&long, false)];
        for (name, good) in rows {
            assert_eq!(is_name(name), good, "{name:?}");
        }
    }
}
