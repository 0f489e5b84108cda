//! Requests for the model's instructions in English: the instructions by name, the text above, what the model was told.

use super::asked_of_the_model;
use crate::detector::Shape;

const fn strong(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: Some(asked_of_the_model) }
}

pub(super) static SHAPES: &[Shape] = &[
    strong(
        "reveal",
        r"(?i-u:\b(?:reveal|show|print|output|display|repeat|tell|give|disclose|expose|leak|dump|share|provide|write|recite|echo|return|copy|paste|list|spell|translate|summari[sz]e|encode|type|quote|paraphrase|rephrase|send|spit|read)(?:ing)?[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,7}?(?:your|ur)[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n,]{1,3}){0,3}?(?:system|initial|original|hidden|secret|internal|developer|pre-?set|full|exact|entire|complete|base|starting|first|confidential|underlying|very first|pre-?prompt|meta|custom|core)[ \t\r\n-]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,2}?(?:prompts?|instructions?|messages?|rules?|guidelines?|directives?|configuration|config|programming|context|text|parameters|settings|commands?|policy|policies)\b)",
    ),
    strong(
        "reveal_prompt",
        r"(?i-u:\b(?:reveal|show|print|output|display|repeat|tell me|give me|disclose|expose|leak|dump|share|recite|echo|return|copy|paste|spell|translate|encode|quote|what(?:'s| is| are| was| were))[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?your[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,2}?(?:system[ -]?)?(?:prompt|pre-?prompt|system message|system instructions?|instructions|guidelines verbatim|directives)\b)",
    ),
    strong(
        "the_system_prompt",
        r"(?i-u:\b(?:reveal|show|print|output|display|repeat|tell|give|disclose|expose|leak|dump|recite|echo|copy|paste|what(?:'s| is| was| were))[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:the|this|that|any)[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,3}?(?:(?:system|hidden|secret|initial|developer|internal|confidential|pre-?)[ -]?(?:prompts?|instructions?|messages?|directives?)))",
    ),
    strong(
        "text_above",
        r"(?i-u:\b(?:repeat|print|output|display|copy|write|show|recite|echo|return|paste|reproduce|reveal|tell|give|put|type)(?:ing)?[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:everything|all|words?|text|sentences?|lines?|content|contents|paragraphs?|instructions?|messages?|prompt|whatever|information|what)[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:above|before this|before the (?:conversation|user)|prior to this|preceding|that (?:came|comes|was|were|is|are) (?:written |given |stated |typed )?(?:before|above)|at the (?:top|beginning|start) of (?:this|the|our|your) (?:conversation|chat|prompt|session|context)|you were (?:given|told|initiali[sz]ed)|(?:up|down) to this point)\b)",
    ),
    // To translate or to sum up the text above is a task of its own; all of it, and instructions, are not.
    strong(
        "all_above_turned",
        r"(?i-u:\b(?:translate|summari[sz]e)(?:ing)?[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,3}?(?:everything|instructions?|messages?|prompt|whatever|all(?: the)?(?: text| words)?|text that came)[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:above|before(?: this)?|prior to this|that (?:came|comes|was|were|is|are) (?:written |given |stated |typed )?(?:before|above)|at the (?:top|beginning|start) of (?:this|the|our|your) (?:conversation|chat|prompt|session|context)|you were (?:given|told|initiali[sz]ed)))",
    ),
    strong(
        "asked",
        r"(?i-u:\b(?:what|which|how)[ ](?:[a-z']{1,12}[ ]){0,4}?(?:instructions?|rules?|prompt|guidelines|directives|messages?|directions?|commands|told|instructed)[ ](?:[a-z']{1,12}[ ]){0,4}?(?:were you|was you|are you|have you been|did you|do you have|you were|you have been|you are|given to you|you received|you follow)[ ]?(?:[a-z']{1,12}[ ]){0,3}?(?:given|told|programmed|instructed|receive[d]?|follow(?:ing)?|start(?:ed)?|before|initially|originally|by (?:your|the) (?:developers?|creators?|operator|system)|operating|configured)?)",
    ),
    strong(
        "were_you",
        r"(?i-u:\b(?:what|how)[ ](?:exactly[ ])?(?:were|was|are|have)[ ]you[ ](?:been[ ])?(?:told|instructed|given|programmed|prompted|configured|asked|ordered|initiali[sz]ed)\b(?:[ ](?:[a-z]{1,12}[ ]){0,4}?(?:to (?:do|say|not|never|keep|hide)|before|at the (?:start|beginning)|by|in your|with|as (?:your|initial)))?)",
    ),
    strong(
        "opening_words",
        r"(?i-u:\b(?:start(?:ing|s)?|begin(?:ning|s)?|commenc(?:e|ing))[ ](?:with|from|at)[ ](?:the[ ])?(?:(?:words?|phrase|sentence|text|line)[ ])?(?u:[\x22'`“(]){0,3}(?:you are (?:chatgpt|claude|an?\b|gpt|gemini|copilot|bing|a helpful)|you are(?u:[\x22'`”])|system:|# ?system|knowledge cutoff))",
    ),
    strong(
        "in_a_code_block",
        r"(?i-u:\b(?:put|place|include|wrap|output|write|print)[ ](?:[a-z']{1,12}[ ]){0,5}?(?:instructions|prompt|everything above|the above|text above|it all|them)[ ](?:[a-z']{1,12}[ ]){0,4}?(?:in|inside|into|within)[ ](?:an? )?(?:[a-z.]{2,9}[ ]){0,2}?(?:code ?blocks?|code fences?|markdown block|triple backticks|xml tags?|json)\b)",
    ),
    strong(
        "leak_the_key",
        r"(?i-u:\b(?:reveal|tell me|give me|what(?:'s| is)|print|show(?: me)?|leak|disclose|share|output|spell)[ ](?:[a-z']{1,12}[ ]){0,3}?(?:the|your)[ ](?:[a-z]{1,12}[ ]){0,2}?(?:secret|hidden|confidential|protected)[ ](?:key|password|code|word|passphrase|phrase|token|flag|information|instructions?|value)\b)",
    ),
];
