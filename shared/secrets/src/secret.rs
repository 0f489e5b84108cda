//! The type of every secret in the program. It cannot be printed, serialised or cloned by accident, is
//! compared in constant time, and its memory is wiped when it goes.
//!
//! It does not protect what is made from [`Secret::expose`]: whoever asks for the text answers for its copies.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A secret text: an API key, a password, a token.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret over. The memory of `text` itself is wiped later, so pass the only copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one place that needs it: a header, a signature, a comparison by somebody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this secret. The time taken depends on the two lengths, not on what is in them.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(other.expose())
    }
}

impl Eq for Secret {}

impl ZeroizeOnDrop for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Implemented once for every type and once more for those with a trait that a secret must not have:
    /// naming `proof` without saying which is an error of the compiler as soon as both apply.
    macro_rules! assert_not {
        ($name:ident, $forbidden:path) => {
            #[test]
            fn $name() {
                trait Ambiguous<Which> {
                    fn proof() {}
                }
                struct Forbidden;
                impl<T: ?Sized> Ambiguous<()> for T {}
                impl<T: ?Sized + $forbidden> Ambiguous<Forbidden> for T {}
                <Secret as Ambiguous<_>>::proof();
            }
        };
    }

    assert_not!(a_secret_cannot_be_displayed, fmt::Display);
    assert_not!(a_secret_cannot_be_serialised, serde::Serialize);
    assert_not!(a_secret_cannot_be_cloned, Clone);
    assert_not!(a_secret_is_not_taken_for_text, AsRef<str>);
    assert_not!(a_secret_does_not_pass_for_text, std::ops::Deref);
    assert_not!(a_secret_is_not_hashed_into_a_map, std::hash::Hash);

    #[test]
    fn debug_says_nothing() {
        let secret = Secret::new("sk-very-secret".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(format!("{:#?}", Some(secret)), "Some(\n    Secret(…),\n)");
    }

    #[test]
    fn secrets_are_equal_when_their_texts_are() {
        let rows =
            [("a", "a", true), ("a", "b", false), ("a", "ab", false), ("", "", true), ("", "a", false)];
        for (left, right, equal) in rows {
            assert_eq!(Secret::new(left.to_owned()).matches(right), equal, "{left} {right}");
            let (one, other) = (Secret::from(left.to_owned()), Secret::from(right.to_owned()));
            assert_eq!(one == other, equal, "{left} {right}");
        }
    }

    #[test]
    fn a_secret_is_wiped_on_drop() {
        fn wiped<T: ZeroizeOnDrop>(_: &T) {}
        let secret = Secret::new("x".to_owned());
        wiped(&secret);
        wiped(&secret.0);
    }
}
