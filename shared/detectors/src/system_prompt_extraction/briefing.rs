//! The hidden text by its other names, and the wish to have it exactly. Each is weak, since briefings, manuals and exact
//! words are asked of people, too; the two beside each other are asked of the model.

use super::{asked_in_plain, asked_of_the_model};
use crate::detector::Shape;

const fn weak(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(asked_of_the_model) }
}

const fn plain(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(asked_in_plain) }
}

pub(super) static SHAPES: &[Shape] = &[
    weak(
        "hidden:yours",
        35,
        r"(?i-u:\b(?:your|ur)[ ](?:[a-z]{2,12}[ ,]{1,2}){0,2}?(?:briefing|brief|setup(?: text)?|handover note|handbook|config(?:uration)?|system (?:message|prompt|text|field|turn|section)|initial message|starting text|opening text|marching orders|orders|leash|instruction sheet|stage directions|spec(?:ification)?|context|window|developer message|core prompt|base prompt|guardrails|hidden (?:text|prompt|page|part|note)|instructions?|prompt|directives|guidelines|rules|preamble|initiali[sz]ation|own (?:manual|briefing|rules|text|curtain)|keyword|personality|terms)\b)",
    ),
    weak(
        "hidden:the_prompt",
        35,
        r"(?i-u:\b(?:the |any |that |whole |ur |real |show |print |dump )(?:[a-z]{3,9}[ ])?(?:system[ _](?:prompt|message|text|turn)|hidden[ _](?:prompt|system turn|text|instructions?|notes?|page)|confidential (?:text|instructions|part|terms)|initiali[sz]ation above|developer message|operator text|vault note|base prompt)\b)",
    ),
    weak(
        "hidden:before_me",
        40,
        r"(?i-u:\b(?:before|precedes?|preceding|above|prior to|ahead of|in front of|until|up to)[ ](?:[a-z]{2,9}[ ]){0,2}?(?:my (?:first |very first |own )?(?:message|question|words?|text|input|prompt)|i (?:came|showed up|arrived|said|met|wrote|typed|entered|got here)|this (?:chat|conversation|message|line)|each chat|the (?:chat|conversation|first user|user said|article|human)|you met me|the first user|question 1|[\x22'](?:hi|hello|hey|dear)[\x22'])\b)",
    ),
    weak(
        "hidden:what_you_got",
        40,
        r"(?i-u:\b(?:instructions?|rules?|text|directives?|orders|notes?|words|page|block|message|brief|paper|sentences?|terms|manual|lines?|code|json|prompt|secrets?)[ ](?:that |which |with which |under which |for you )?(?:you(?:'ve| have| were| are|'re|u were)?|u were|was|were|is|has been|have been|your (?:makers?|developers?|operator|employer|creator|boss|company|owner)|the (?:operator|developer|company|agency)|its maker|they|he|she)[ ](?:[a-z]{2,10}[ ]){0,3}?(?:given|loaded|set up|operating|fed|told|received|got|booted|placed|pinned|issued|entered|keep|wrote|gave|asked|guarding|guard|hid(?:e|ing)|keeping|put|whispered|confess|learned|hold|read)\b)",
    ),
    weak(
        "hidden:what_you_were_told",
        40,
        r"(?i-u:\b(?:what|whatever|which)[ ](?:[a-z]{2,12}[ ,]{1,2}){0,4}?(?:(?:did |have |has |had )?(?:your|the|ur)[ ](?:makers?|creators?|humans|developers?|operator|employer|boss|company|agency|owner)(?: have| has)?[ ](?:told?|asked?|gave?|give|want(?:ed)?|made?|order(?:ed)?|tell|entered)[ ](?:you|me|of you|to hide|didn't)|(?:you(?:'re| are)|you were|you've been|you have been)[ ](?:guarding|hiding|told to hide|keeping|told never|not supposed|never to|not to (?:tell|say|share)|sworn)|stood at the very beginning|they (?:told|asked|made) (?:you|of you)|you(?:'re| are) (?:configured|set up)|(?:subjects?|topics?) are off limits|may (?:i|you) never say|you must not))",
    ),
    weak(
        "hidden:how_set_up",
        45,
        r"(?i-u:\b(?:how|what|where)[ ](?:you(?:'re| are| were)|u (?:r|are|were))[ ](?:being |been )?(?:set up|configured|instructed|prompted|programmed|booted|initiali[sz]ed|told to (?:hide|keep))\b)",
    ),
    weak(
        "hidden:in_you",
        40,
        r"(?i-u:\b(?:memory from token|token 0|system_prompt\b|contents? of (?:the )?(?:variable )?system|(?:hidden|system) turn|everything (?:that )?(?:precedes|preceded|stands before|before)|all (?:of )?the (?:above|preceding)|your (?:own )?(?:hidden |system |initial )?(?:rules|instructions|prompt) (?:is|are|say|says|has|have)\b|rules have you(?: got)?|rule you have|in your system prompt|your hidden rules|a block of text|text (?:that|which) (?:is|was) placed before|before my first|from before that|you read first|rulebook)\b)",
    ),
    plain(
        "exact:words",
        30,
        r"(?i-u:\b(?:word for word|word by word|verbatim|letter for letter|unabridged|uncut|unshortened|unaltered|unedited|nothing left out|leave nothing out|leav(?:e|ing) (?:out nothing|anything out|no field|no line)|without (?:leaving|cuts|omitting|omissions|changes|paraphras(?:e|ing)|shortening)|word for word|exactly (?:the way|as) (?:they|it|you)|(?:in )?the original words|original version|literally as|exact (?:words?|wording|text|whisper)|original wording|same words|in (?:its|their) entirety|in full\b|(?:don't|do not|not|no|never) (?:shorten(?:ed)?|paraphras(?:e|ed|ing)|change a word|simplify)|every (?:line|rule) of|the (?:real|entire|complete|full|whole) (?:words|thing|text|prompt|page)|complete text|direct quotes|raw text|complete and un[a-z]{4,9}|first [0-9]{1,4} (?:words|tokens|characters|lines)|first (?:line|word|character|token) (?:on|to|of)|(?:to|till|until) the (?:very )?(?:last|end) (?:one|word|line|character)?|without anything missing|all of it\b|whats? rule 1|rule one|the real (?:one|1)))",
    ),
    plain(
        "coat:form",
        25,
        r"(?i-u:\b(?:as (?:an? )?(?:poem|json|table|list|code block|python|song|riddle|play|screenplay|yaml|story|file|config|variable|array)|in (?:a|an|the) (?:code (?:block|fence)|json|table|markdown|python variable|poem|song|story)|backwards|in reverse|spell(?:ed|ing)? (?:it )?out|nursery rhyme|json array|replace (?:each|every|all) (?:vowel|letter)|one per line|sing (?:it|the|me)|rhymes? with|hangman|acrostic|first letter of|named [a-z]{3,9}\.txt|unit tests?|print the (?:result|whole)|fill in the)\b)",
    ),
    plain(
        "telling:it",
        25,
        r"(?i-u:\b(?:(?:paste|dump|recite|repeat|squawk|confess|read (?:aloud|out)|hand over|hand out|furnish|reveal|leak|export|disclose|whisper|cough up)[ ](?:[a-z]{1,8}[ ]){0,2}?(?:it|that|them|those|everything|your|ur|all|back|the (?:exact|complete|entire|whole|full|original|real|hidden|confidential|secret|prompt|unedited)[ a-z]{0,12})|(?:show|print|post|give me|tell me|read me|quote|output|display)[ ](?:me )?(?:your|ur|the (?:exact|complete|entire|whole|full|original|real|hidden|confidential|secret|unedited)|it (?:all|out|back|again|raw)|everything)|write (?:down|out)[ ](?:your|ur|it (?:all|out|back|again|raw)|everything))\b)",
    ),
    weak(
        "secret:named",
        30,
        r"(?i-u:\b(?:the|your|ur|his|its|its|that|old|real|staff|stored)[ ](?:[a-z]{3,9}[ ])?(?:password|passphrase|secrets?|code ?word|codeword|magic word|access (?:code|phrase|key)|secret (?:code|key|word)|keyword|voucher codes?|discount codes?|credentials?|pin|stored credential|passcode)\b)",
    ),
    plain(
        "secret:guarded",
        30,
        r"(?i-u:\b(?:access (?:granted|denied)|castle guard|the guard (?:lets|opens|tells|says yes)|trade places|you(?:'re| are) the (?:visitor|traveller|prisoner|guard)|guard (?:mode|routine)|be the guard|(?:right|correct|old) (?:code|password|passphrase))\b)",
    ),
];
