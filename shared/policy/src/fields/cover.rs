//! `replacement` and `transform`: what a rule puts in place of what it found.

use crate::decision::{Cover, RuleAction};
use crate::fields::leaves::{Case, words};
use crate::read::{Field, Scope};

/// What stands where nothing else is asked for.
const REPLACEMENT: &str = "[REDACTED]";

/// A word of `transform`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Transform {
    /// The same length, covered but for its end.
    Mask,
    /// A keyed pseudonym.
    Pseudonym,
    /// The replacement.
    Replace,
    /// A placeholder that is put back in the answer.
    Token,
}

words!(
    Transform,
    Case::Exact,
    [
        ("replace", Self::Replace),
        ("mask", Self::Mask),
        ("pseudonym", Self::Pseudonym),
        ("token", Self::Token)
    ]
);

/// Checks that the two fields go with each other and with the rule. `covers` says whether the rule covers
/// anything; `None` where that is not known.
pub(crate) fn read(
    replacement: Field<String>,
    transform: Field<Transform>,
    covers: Option<bool>,
    scope: &mut Scope<'_>,
) -> Cover {
    let places = [("replacement", replacement.place()), ("transform", transform.place())];
    for (name, place) in places {
        if let (Some(place), Some(false)) = (place, covers) {
            let message =
                format!("`{name}` goes with `action: REDACT` or `constrain: {{redact: true}}` only");
            scope.fault(place, message);
        }
    }
    let plain = matches!(transform.given(), None | Some(Transform::Replace));
    if let (Some(place), false) = (replacement.place(), plain) {
        scope.fault(place, "`replacement` goes with `transform: replace` only");
    }
    if let (Some(Transform::Pseudonym), Some(place)) = (transform.given(), transform.place()) {
        scope.fault(
            place,
            "`transform: pseudonym` is not available yet: expected `replace`, `mask` or `token`",
        );
    }
    match transform.take() {
        Some(Transform::Mask) => Cover::Mask,
        Some(Transform::Token) => Cover::Token,
        Some(Transform::Pseudonym | Transform::Replace) | None => {
            Cover::Replace(replacement.take().map_or(REPLACEMENT.into(), Into::into))
        }
    }
}

/// Whether a rule with this action covers what it found; `None` where the action is not known.
pub(crate) fn covers(action: Option<RuleAction>, redact: bool) -> Option<bool> {
    action.map(|action| action == RuleAction::Redact || (action == RuleAction::Constrain && redact))
}
