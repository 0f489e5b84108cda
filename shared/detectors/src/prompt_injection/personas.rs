//! Techniques that put another character in the model's place: one that obeys everything, that cares for no rule, that
//! answers beside the model, that must not fall out of its role. Each of these is also a game that people play in
//! earnest, so most shapes are weak, and it takes several.

use super::{loose, unless_negated, weighed};
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // A character is described by what it does not care for.
    weighed(
        "unbound:no_concern",
        60,
        r"(?i-u:\b(?:regardless of|no matter how|without (?:any )?(?:regard|concern|consideration)(?:ing|s)?(?: for| to| of)?|even if (?:it|they|that|this|the [a-z]{3,12})(?:'s| is| are| may be| might be)|(?:does(?:n't| not)|do(?:n't| not)|not|never) (?:care|worry|concerned|bothered)(?: at all)?(?: about| by| for| if| whether)?)[ ](?:[a-z'-]{1,14}[ ,/]{1,2}){0,5}?(?:illegal(?:ity)?|unethical|immoral(?:ity)?|legality|ethics?|ethical(?:ity)?|morals?|morality|laws|guidelines|harmful|dangerous|offensive|inappropriate|consequences|openai|polic(?:y|ies))\b)",
    ),
    weighed(
        "unbound:set_free",
        60,
        r"(?i-u:\b(?:broken?|breaks?|breaking|freed?|liberated|released|escaped?|unshackled)[ ](?:free |loose |out |away )?(?:of|from)[ ](?:[a-z'-]{1,12}[ ]){0,4}?(?:confines?|chains|shackles|restrictions|restraints|limitations|limits|filters|guardrails|censorship|programming|polic(?:y|ies)))",
    ),
    weighed(
        "unbound:obeys_no_rule",
        65,
        r"(?i-u:\b(?:(?:not|isn't|aren't|never|no longer)[ ](?:bound|restricted|limited|constrained|governed|controlled|restrained)[ ]by|(?:does(?:n't| not)|do(?:n't| not)|did not|never|won't|need not|needn't|no need to|not have to|don't have to)[ ](?:have to |need to )?(?:follow|abide by|adhere to|obey|comply with|respect|conform to))[ ](?:[a-z'-]{1,14}[ ,]{1,2}){0,4}?(?:openai|polic(?:y|ies)|guidelines|laws?|moral(?:s|ity)?|ethic(?:s|al)|principles|restrictions|content polic(?:y|ies)|safety))",
    ),
    weighed(
        "unbound:evil",
        60,
        r"(?i-u:\b(?:act|pretend|behave|respond|answer|speak|you are|you're|become|play|simulate|be|as|named|called|imagine)[ ](?:[a-z',-]{1,14}[ ]){0,4}?(?:evil|immoral|amoral|unhinged|lawless|uncensored|unfiltered|unrestricted|rogue|malevolent|sadistic|ruthless)[ ,](?:[a-z-]{1,14}[ ,]){0,3}?(?:ai|a\.i\.|assistant|chatbot|bot|language model|model|robot|machine|version|counterpart|twin|character|persona)\b)",
    ),
    // A character is described by what it does.
    loose(
        "obeys:anything",
        40,
        r"(?i-u:\b(?:will|must|should|can|would|able to|has to|have to|shall|always|going to)[ ](?:always |also |now |never fail to |only |directly |do your best to ){0,2}(?:answer|fulfil?l|follow|obey|comply with|respond to|do|generate|say|provide|execute|write|perform)[ ](?:with )?(?:anything|everything|whatever|(?:any|all|every|each)(?: and (?:all|every))?(?: of)?(?: the| my| your)?(?: single)?[ ](?:[a-z]{2,12}[ ]){0,2}?(?:questions?|prompts?|requests?|commands?|orders?|instructions?|queries|tasks?|things?))\b)",
    ),
    loose(
        "provider:rules",
        40,
        r"(?i-u:\b(?:openai|open ai|chat ?gpt|anthropic|google|gpt-?4|ai)(?:'s|’s|s)?[ ](?:[a-z]{2,10}[ ]){0,2}?(?:polic(?:y|ies)|guidelines|restrictions|limitations|censorship|content filter|filters|moderation|guardrails)\b)",
    ),
    // The answers of the model and of the character stand side by side.
    weighed(
        "double:two_answers",
        55,
        r"(?i-u:\b(?:two|2|both|dual)[ ](?:[a-z-]{2,12}[ ]){0,2}?(?:responses?|answers?|ways|outputs?|replies|paragraphs)\b(?u:[^\n]){0,120}?\b(?:chat ?gpt|gpt|normal(?:ly)?|standard|unfiltered|uncensored|yourself|jailbr|DAN)\b)",
    ),
    weighed(
        "double:opposite",
        60,
        r"(?i-u:\b(?:opposite|reverse|contrary)[ ](?:of|to|from)[ ](?:[a-z]{2,12}[ ]){0,3}?(?:chat ?gpt|the ai|an ai|gpt|ai language model|the assistant)\b)",
    ),
    loose(
        "double:as_it_would",
        40,
        r"(?i-u:\b(?:the way|how|what|exactly what|exactly as|as|like)[ ](?:an? |the )?[a-z-]{2,16}[ ]would(?: normally| usually)?[ ](?:respond|answer|say|reply|speak)\b|\b(?:respond|answer|reply)(?:ing|s)?[ ](?:[a-z]{1,10}[ ]){0,5}?as[ ](?:both|your ?self and|chat ?gpt and|an uncensored)\b)",
    ),
    // The model must not fall out of the role.
    loose(
        "role:kept",
        40,
        r"(?i-u:\b(?:stay(?:s|ing)?|remain(?:s|ing)?|keep(?:ing)?)[ ](?:[a-z]{2,10}[ ]){0,2}?in(?:to)?[ ](?:your |this |the |their |his |her |that )?(?:character|roles?|persona)\b|\b(?:break|breaks|breaking|leave|drop|exit|fall out|slip out)[ ](?:out )?(?:of )?(?:of )?(?:your |this |the |their |from )?(?:character|roles?|persona)s?\b)",
    ),
    loose(
        "role:alias",
        35,
        r"(?i-u:\b(?:an? |another |the |this |your )(?:[a-z-]{2,14}[ ]){0,3}?(?:ai|a\.i\.|language model|model|chatbot|bot|robot|entity|being|machine|assistant|version of (?:yourself|chatgpt|you))[ ,]{1,2}(?:that is |which is |who is |is )?(?:named|called|known as|nicknamed|codenamed)\b)",
    ),
    loose(
        "role:mode",
        35,
        r"(?i-u:\b(?:enable|activate|enter|switch to|switch into|turn on|engage|unlock|boot into|go into|respond in|answer in)[ ](?:the |an? |your )?(?:[a-z/-]{2,14}[ ]){1,4}?mode\b|\bmode[ ](?:is )?(?:now )?(?:enabled|activated|engaged|unlocked))",
    ),
    // The character is not to say what it is.
    loose(
        "refusal:no_model",
        40,
        r"(?i-u:\b(?:never|not|don't|without|no longer|stop|avoid|instead of)[ ](?:[a-z'\x22]{1,12}[ ,]{1,2}){0,8}?(?:as an? (?:ai|large)|ai language model|language model|you(?:'re| are) (?:an? )?(?:ai|chat ?gpt|language model)|against (?:your|openai|my|the) (?:[a-z']{2,10}[ ])?(?:polic|guideline|programming|rules))\b)",
    ),
    Shape {
        name: "override:begin_anew",
        regex: r"(?i-u:\b(?:stop|halt|cease)[ ](?:everything|all|it|that|here|there|now|what you(?:'re| are) doing|whatever you(?:'re| are) doing)[!.,; ]{1,6}(?:now[!.,; ]{1,5})?(?:and )?(?:just |instead |only |please |now ){0,2}(?:print|say|write|output|respond|tell|repeat|answer|do|execute|reply|send|e-?mail|forward|list|show|give|reveal|follow)\b)",
        confidence: 70,
        accept: Some(unless_negated),
    },
];
