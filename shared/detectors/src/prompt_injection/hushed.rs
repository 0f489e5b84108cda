//! Nobody is to hear of it, nobody is to be asked, somebody has agreed to it already: what those say who plant orders.

use super::guards::{said, unless_talked_about};
use crate::detector::{Candidate, Shape};

pub(super) static SHAPES: &[Shape] = &[
    said(
        "secrecy:no_word",
        35,
        r"(?i-u:\b(?:say nothing|say no word|keep (?:mum|quiet|silent|schtum)|stay (?:silent|quiet)|not a word(?: about| to)|no log entry|no (?:notification|mention|trace|remark)s?\b|ask nobody|ask no one|inform nobody|tell (?:nobody|no one)|do (?:it|so|this) (?:quietly|silently|discreetly)|don't let on|do not let on|never explain (?:it|this|why)|without (?:saying|explaining) why|don't ask why|do not ask why|leave no (?:remark|trace|note)|hide this (?:comment|message)|forget this (?:parenthesis|note|message|comment)|don't read (?:this|it) (?:part )?(?:out )?(?:loud|aloud)|act as if (?:this|nothing)|as if (?:nothing had happened|this (?:entry|note|line|message) (?:were|was)n't)|no questions asked)\b)",
    ),
    said(
        "secrecy:must_not_know",
        40,
        r"(?i-u:\b(?:users?|humans?|they|he|she|owner|customer|participants|people|nobody|no one|boss|developer)[ ](?:must not|mustn't|should not|shouldn't|need not|needn't|doesn't need to|don't need to|may not|is not to|are not to|will never|shall not)[ ](?:ever )?(?:know|learn|notice|see|find out|hear|be told|be informed|be asked)\b)",
    ),
    Shape {
        name: "secrecy:left_unsaid",
        confidence: 35,
        accept: Some(outside_lists),
        regex: r"(?i-u:\b(?:do not|don't|dont|never|no need to|without|w/o|nor|not to)[ ](?:ever )?(?:mention(?:ing)?|tell(?:ing)?|inform(?:ing)?|report(?:ing)?|flag(?:ging)?|show(?:ing)?|includ(?:e|ing)|bring(?:ing)?|announc(?:e|ing)|record(?:ing)?|escalat(?:e|ing)|notify(?:ing)?|confirm(?:ing)?|verify(?:ing)?|bother(?:ing)?|warn(?:ing)?)[ ](?:to )?(?:on )?(?:(?:this|that|it|these) (?:step|up|later|change|note|update|error|to|in (?:your|the)|with|when|or)|(?:the |your |any )?(?:user|human|owner|him|her|them|anyone|anybody|reader|person|shopper|customer)\b|about (?:it|this)|why\b|that you\b|it\b))",
    },
    said(
        "secrecy:unconfirmed",
        35,
        r"(?i-u:\b(?:confirmation (?:is )?(?:not|un)[ ]?(?:needed|required|necessary)|no confirm(?:ation)?s?\b|(?:don't|dont|do not|never|without|w/o|not) (?:ask(?:ing)?|confirm(?:ing)?|check(?:ing)?|wait(?:ing)?)(?: (?:the |for |any |with |back )?(?:user|human|confirmation|questions|anyone|approval|permission|again|him|her|them|me)|[.,;:!]| first| before)|auto-?approve|without (?:asking|confirmation|approval|waiting|a check|any check|further checks)|skip (?:all |any )?(?:further )?(?:checks|confirmations?|verification|approval)|do so without)\b)",
    ),
    said(
        "consent:given",
        35,
        r"(?i-u:\b(?:(?:owner|user|boss|manager|maintainers?|admin|team|they|human|operator|supervisor|director|client|legal|it|ministry|dba|he|she|they've|he's|she's)[ ](?:has |have |had |'ve |is |are )?(?:already |all |in person |herself |himself )?(?:agreed|consented|approved|okayed|oked|signed off|authori[sz]ed|cleared|said (?:its|it's|it is|that it's) (?:ok|okay|fine|alright)|told me|wants? (?:it|this)|gave (?:blanket |me |you )?(?:approval|permission|consent)|knows about (?:it|this)|would want (?:it|this))|approved by (?:the |our |your )?(?:supervisor|manager|admin|owner|ministry|legal|security|user)|instructed by (?:the |my |your )?(?:manager|admin|owner|boss|operator)|you(?:'ve| have) been cleared|that's what (?:the )?[a-z]{3,9} would have wanted|(?:i'm|i am) (?:the )?(?:repo |account |real |rightful |workspace )?owner\b|i own this (?:workspace|account|repo|chat))\b)",
    ),
];

/// A rule among many, as an honest system prompt has them, says that something is not to be mentioned.
fn outside_lists(candidate: &Candidate<'_>) -> Option<u8> {
    let line = candidate.before(4);
    let listed = line.ends_with("\n- ") || line.ends_with("\n* ");
    if listed { None } else { unless_talked_about(candidate) }
}
