//! What can be wrong with a body. A message says what and where, never what the body says.

/// Why a body could not be read or rewritten. All but [`DialectError::Misplaced`] are the sender's fault, and
/// sending the same again will fail again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialectError {
    /// A streamed answer goes on after its end.
    #[error("something follows the end of the answer")]
    AfterEnd,
    /// An event of a streamed answer is broken where its format is binary: a length or a checksum does not fit.
    #[error("the event at byte {at} is broken: {fault}")]
    Broken {
        /// Offset of the event in the body, in bytes.
        at: usize,
        /// What is wrong.
        fault: &'static str,
    },
    /// A streamed answer ends before it says that it does.
    #[error("the answer is cut short")]
    CutShort,
    /// Two members of one object have the same name. Readers differ in which one they take, so a gate must
    /// take neither.
    #[error("a member name stands twice in one object, at byte {at}")]
    Duplicate {
        /// Offset of the second name, in bytes.
        at: usize,
    },
    /// The body is not JSON as RFC 8259 has it.
    #[error("the body is not JSON: expected {expected} at byte {at}")]
    Malformed {
        /// Offset in bytes.
        at: usize,
        /// What should have stood there.
        expected: &'static str,
    },
    /// An edit names a part that is not there or that has no text.
    #[error("part {part} has no text to change")]
    Misplaced {
        /// The index that was given.
        part: usize,
    },
    /// A member's name differs from a known one in letter case alone. Some servers would take it for that one.
    #[error("`{field}` is written in another letter case")]
    Misspelt {
        /// The known member.
        field: String,
    },
    /// The body is not UTF-8.
    #[error("the body is not UTF-8 at byte {at}")]
    NotUtf8 {
        /// Offset of the first wrong byte.
        at: usize,
    },
    /// A text that must not be changed: a signature covers it, or sound repeats it.
    #[error("`{field}` is signed or repeated elsewhere and must not be changed")]
    Signed {
        /// Where the text stands.
        field: String,
    },
    /// A streamed answer goes on with something that has not begun, or that has ended.
    #[error("`{field}` goes on, but has not begun or has ended")]
    Stray {
        /// Where it stands in the answer.
        field: String,
    },
    /// Lists and objects are nested too deeply.
    #[error("nested deeper than {limit} levels at byte {at}", limit = crate::json::MAX_DEPTH)]
    TooDeep {
        /// Offset in bytes.
        at: usize,
    },
    /// An event or a call of a streamed answer is longer than what is kept.
    #[error("{what} is longer than {limit} bytes")]
    TooLong {
        /// What it is.
        what: &'static str,
        /// The most bytes.
        limit: usize,
    },
    /// More texts and calls in one streamed answer than are kept apart.
    #[error("more than {limit} texts and calls in one streamed answer", limit = crate::stream::MAX_OPENED)]
    TooManyOpened,
    /// More texts than a gate looks through.
    #[error("more than {limit} texts in one body", limit = crate::walk::MAX_PARTS)]
    TooManyTexts,
    /// The call holds something that a constraint forbids and that cannot be taken out of it.
    #[error("`{field}` holds what the policy takes out, where it cannot be taken out")]
    Unconstrainable {
        /// Where it stands.
        field: String,
    },
    /// A member that decisions depend on has the wrong type.
    #[error("`{field}` must be {expected}")]
    Wrong {
        /// Where it stands.
        field: String,
        /// What it should be.
        expected: &'static str,
    },
}
