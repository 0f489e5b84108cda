//! What is ignored, forgotten or become among people: a mail, what a leaflet says, a subscription.

use super::unless_negated;
use crate::context::mentions;
use crate::detector::Candidate;

/// Orders of somebody in a story, or of whoever else is no owner of the model.
pub(super) fn is_from_elsewhere(after: &str) -> bool {
    let Some(who) = after.strip_prefix(" from the ") else { return false };
    let owners =
        ["system", "developer", "operator", "admin", "company", "previous", "above", "start", "begin"];
    !owners.iter().any(|owner| who.starts_with(owner))
}

/// What is in a handbook or on a leaflet is no order to the model, nor is a version of a document.
pub(super) fn is_of_something_else(candidate: &Candidate<'_>, after: &str) -> bool {
    const PLACES: &[&str] = &[
        "in the wiki",
        "in the readme",
        "in the manual",
        "in the handbook",
        "in the ticket",
        "in the mail",
        "in the e-mail",
        "in the email",
        "in the leaflet",
        "in the recipe",
        "in the box",
        "on the box",
        "on the label",
        "on the leaflet",
        "for the babysitter",
        "to the contrary",
        "in section",
        "in chapter",
        "on page",
        "if the unit",
        "in the letter",
        "in my email",
        "in my mail",
        "in my e-mail",
        "of 20",
        "of 19",
        "at school",
    ];
    mentions(after, PLACES) || mentions(candidate.matched(), &["version of"])
}

/// Things that people send each other, and take back.
pub(super) const SENT: &[&str] = &[
    "mail",
    "email",
    "e-mail",
    "post",
    "comment",
    "letter",
    "attachment",
    "invitation",
    "invite",
    "link",
    "invoice",
    "workaround",
    "voicemail",
    "pull request",
    "meeting request",
    "calendar entry",
    "draft",
    "tweet",
    "ticket",
    "offer",
    "address",
    "figure",
    "number",
    "table",
    "file",
    "photo",
    "picture",
    "list",
    "circular",
    "footnote",
    "marks",
    "spreadsheet",
    "typo",
];

/// "You are now subscribed" tells a person of a state.
pub(super) fn unless_a_state(candidate: &Candidate<'_>) -> Option<u8> {
    const STATES: &[&str] = &[
        "subscribed",
        "unsubscribed",
        "connected",
        "logged",
        "signed",
        "registered",
        "enrolled",
        "verified",
        "ready",
        "part of",
        "able to",
        "eligible",
        "following",
        "leaving",
        "entering",
        "on the",
        "speaking",
        "talking",
        "chatting",
        "in the queue",
        "all set",
        "done",
        "a member",
        "a parent",
        "an adult",
        "old enough",
    ];
    let after = candidate.after(20).trim_start();
    if STATES.iter().any(|state| after.starts_with(state)) { None } else { unless_negated(candidate) }
}
