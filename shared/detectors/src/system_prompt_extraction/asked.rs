//! The same asked for in a roundabout way: the first words of the conversation, a secret as a hint or a poem, a sentence
//! that the model is to finish, the topics that it is to avoid.

use super::{asked_about_itself, asked_of_the_model};
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

const fn asked(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(asked_of_the_model) }
}

/// What may as well be asked about other things, if the sentence goes on.
const fn about_itself(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(asked_about_itself) }
}

/// What is asked for only where a word of telling stands before it.
const fn told_to_tell(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(asked_to_tell) }
}

/// To bring to light.
macro_rules! tell {
    () => {
        r"(?:reveal|show|print|output|display|repeat|tell|give|disclose|expose|leak|dump|share|provide|write|recite|echo|return|copy|paste|list|spell|say|translate|encode|type|quote|paraphrase|rephrase|send|spit|read|state|explain|describe|summari[sz]e|what(?:'s| is| was| are| were)|see|know|hear|get|rhyme|sing|turn|convert|format|put|express|reproduce|outline|retrieve|extract|fetch|post|log|cat)(?:ing)?"
    };
}

/// Something that is kept from the user.
macro_rules! secret {
    () => {
        r"(?:(?:secret |admin |master |hidden |system |access |vault |protected )?(?:password|passphrase|passcode|pass ?word|secret ?(?:word|key|code|phrase|message|string|value|number|token|instruction|rule)?|access (?:code|key)|magic word|code ?word|hidden (?:word|key|flag|code|phrase|message)|flag))"
    };
}

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "hidden_instructions",
        confidence: 70,
        accept: Some(asked_of_the_one),
        regex: concat!(
            r"(?i-u:\b",
            tell!(),
            r"[ ](?:me |us |out |to me )?(?:[a-z]{1,8}[ ]){0,3}?(?:hidden|initial|original|secret|internal|confidential|system|sys|meta|base|starting|underlying|ur|source|core|private|developer|pre-?)[ -](?:[a-z]{3,9}[ ])?(?:instructions|prompts?|directives|system prompt|guidelines|preamble|pre-?prompt)\b)"
        ),
    },
    told_to_tell(
        "given_instructions",
        65,
        r"(?i-u:\b(?:prompt|instructions?|rules|guidelines|directions|directives|orders|commands|messages?|text|preamble|context|words)[ ](?:that |which )?(?:(?:you|u)(?:'ve| have| were| had|'re| are| was)?[ ](?:been )?(?:initially |originally |just |first )?(?:given|told|received|initiali[sz]ed|provided|supplied|programmed|configured|prompted|started|instructed|operating|got|shown|fed|set up|running|bound|hiding|keeping|seen)|(?:the |your )?(?:developers?|creators?|operators?|company|openai|anthropic|admins?|administrators?|team|system|makers?|owners?|programmers?)[ ](?:have |has |had )?(?:written|wrote|gave|given|provided|set|programmed|configured|put|sent|told)(?: (?:for|to))?(?: you)?)\b)",
    ),
    about_itself(
        "rules_to_follow",
        60,
        r"(?i-u:\b(?:list|tell me|show me|give me|print|repeat|what are|explain|share|summari[sz]e|enumerate|reveal|output)[ ](?:[a-z]{1,8}[ ]){0,3}?(?:rules|instructions|guidelines|directives|restrictions|constraints)[ ](?:that |which )?you[ ](?:must|have to|are (?:required|supposed|forced|told|asked|meant) to|need to|should|follow|obey|operate under|work under|adhere to|abide by|live by)(?: (?:follow|obey|respect|adhere to|abide by|keep))?)",
    ),
    asked(
        "first_thing",
        75,
        r"(?i-u:\b(?:what|which|tell me|show me|repeat|print|quote|give me)\b[ ](?:[a-z']{1,9}[ ]){0,3}?(?:very )?(?:first|initial|opening|last|earliest|top)[ ](?:[0-9a-z]{1,7}[ ])?(?:thing|lines?|sentences?|words?|messages?|instructions?|paragraphs?|text|order|command|prompt|characters)[ ](?:that |which )?(?:(?:you|u)(?:'ve| have| were| had| was| saw| got| received| read| heard)[ ]?(?:been )?(?:told|given|instructed|received|saw|seen|read|sent|shown|ordered|asked|got)?|(?:in|of) (?:your|this|our|the) (?:system |initial |original )?(?:prompt|instructions?|context|conversation|chat|context window|system message|session)|i (?:told|gave|said|wrote|sent)))",
    ),
    asked(
        "prompt_says",
        65,
        r"(?i-u:\b(?:what|how)[ ](?:exactly |precisely )?(?:does|do|is|are|did|was|were)[ ](?:[a-z]{2,9}[ ]){0,4}?(?:in |inside |within |written in |at the (?:top|start|beginning) of )?your[ ](?:[a-z]{2,9}[ ]){0,2}?(?:system prompt|prompt|instructions|system message|pre-?prompt|initial message|context window|configuration)(?: (?:say|state|tell|contain|mention|include|read|look like|begin|start|end|consist|define|instruct)|\?))",
    ),
    asked(
        "verbatim",
        65,
        r"(?i-u:\b(?:your|ur|the (?:system|initial|original|hidden|above|full))[ ](?:[a-z]{2,9}[ ]){0,2}?(?:prompt|instructions|guidelines|rules|directives|system message|configuration|text)\b(?u:[^.\n]){0,30}?\b(?:word for word|word by word|verbatim|letter (?:by|for) letter|character by character|exactly as (?:they|it|you)|line by line|without (?:any )?(?:changes|omissions|paraphrasing|summari[sz]ing|leaving)|in (?:its|their) entirety|quote (?:it|them))\b)",
    ),
    asked(
        "as_something_else",
        65,
        r"(?i-u:\b(?:write|make|compose|create|tell|sing|generate|explain|describe|turn|convert|translate|express|summari[sz]e|say|output|rewrite|present|put|encode|spell|rhyme|format|render|print|repeat)\b[ ](?:[a-z]{1,9}[ ]){0,4}?(?:(?:poem|song|rap|story|haiku|limerick|rhyme|acrostic|table|list|json|tale|riddle|summary|essay|play|dialogue)[ ](?:[a-z]{2,9}[ ]){0,5}?)?(?:all |each |every )?(?:of )?your[ ](?:[a-z]{2,9}[ ])?(?:instructions|system prompt|prompt|guidelines|initial (?:prompt|instructions)|system message|directives|programming|rules and instructions))",
    ),
    asked(
        "as_a_changed_prompt",
        70,
        r"(?i-u:\b(?:say|spell|write|print|output|repeat|translate|encode|show|give|recite|tell)[ ](?:me )?(?:the|your|its)[ ](?:full |entire |whole |complete |initial |original ){0,2}(?:system prompt|prompt|system message|instructions|text above|above text|message above)[ ,]{1,2}(?:but|with|replacing|except|in|as|using|while|where|backwards|reversed|and (?:replace|insert|put|add))\b)",
    ),
    told_to_tell(
        "text_before",
        70,
        r"(?i-u:\b(?:before|above|prior to|preceding|between|until|ahead of)[ ](?:[a-z]{1,9}[ ]){0,5}?(?:my (?:first |last |own |very )?(?:message|question|input|prompt|query|words|request)|this (?:message|conversation|line|sentence|chat|prompt|point|question|request|query|instruction)|the (?:user|conversation|chat|first (?:user )?message)|i (?:came|wrote|joined|asked|said|started|typed)|mine)\b)",
    ),
    asked(
        "what_came_before",
        65,
        r"(?i-u:\bwhat[ ](?:did|does|was|were|is|comes|came|stands|stood|do)[ ](?:[a-z']{1,9}[ ]){0,5}?(?:before|above|prior to|preceding)[ ](?:[a-z]{1,9}[ ]){0,2}?(?:mine|my (?:first |last )?(?:message|question|prompt)|i (?:came|wrote|joined|started|said)|\x22?user:?\x22?|this (?:message|line|sentence|conversation|prompt)|this\?)|\bwhat(?:'s| is| was)? (?:written|stands|there|typed|stated|said|the text)(?: right| just| directly)? (?:above|before this)\b)",
    ),
    asked(
        "above_prompt",
        60,
        r"(?i-u:\b(?:print|repeat|output|display|echo|recite|reproduce|spell-? ?check(?: and (?:print|display|show|output))?|dump|show|return|reveal|copy)[ ](?:me )?(?:back )?(?:all )?(?:of )?(?:the )?(?:above|preceding)[ ](?:prompts?|text|instructions?|messages?|content|words|in (?:full|a code|markdown|json|base64|plain)|verbatim|word for word|conversation|but|again and)|\b(?:print|repeat|output|echo|recite)[ ](?:the )?previous (?:prompts?|instructions?|text|messages? verbatim|system))",
    ),
    asked(
        "context",
        65,
        r"(?i-u:\b(?:output|dump|print|show|display|reveal|export|leak|list|repeat|return|give me|share)[ ](?:[a-z]{1,9}[ ]){0,4}?(?:your[ ](?:[a-z]{2,9}[ ]){0,2}?(?:context(?: window)?|initial configuration|internal configuration|preamble|initiali[sz]ation|configuration file|system configuration|internal (?:state|rules)|knowledge base prompt|embeddings)|(?:initiali[sz]ation|bootstrap|priming) (?:string|prompt|text|message)|system configuration including)\b)",
    ),
    asked(
        "sentence_to_finish",
        65,
        r"(?i-u:\b(?:begin|start|continue|complete|finish|preface|fill in|end|autocomplete|extend)\b(?u:[^.\n]){0,50}?(?u:[\x22'`:“])[ ]?(?u:[\x22'“]){0,1}(?:(?:my|the|your|our)[ ](?:[a-z]{2,9}[ ]){0,2}?(?:system prompt|instructions|initial prompt|prompt|secret|password|guidelines|system message|rules|passphrase|access code)[ ](?:[a-z]{2,9}[ ]){0,2}?(?:is|are|was|were|says?|reads?|begins?|starts?|tells?|as follows)|(?:i was|i have been|i am|you were|i've been)[ ](?:told|instructed|given|programmed|configured|not allowed|supposed|initiali[sz]ed)))",
    ),
    asked(
        "reminded",
        65,
        r"(?i-u:\b(?:remind me(?: of| what| again)?|refresh my memory(?: of| about| on)?|i forgot|help me remember|recall)[ ,](?:[a-z']{1,9}[ ,]){0,4}?(?:your[ ](?:[a-z]{2,9}[ ])?(?:instructions|prompt|system prompt|guidelines)|you were (?:told|given|instructed)|i (?:told|instructed) you (?:at the (?:start|beginning)|initially|first)))",
    ),
    asked(
        "not_to_be_said",
        60,
        r"(?i-u:\b(?:what|which|list|tell me)[ ](?:[a-z]{1,9}[ ]){0,5}?(?:are|were|have|did)?[ ]?(?:you|they)(?: been| were| are)?[ ](?:not )?(?:[a-z]{2,9}[ ])?(?:forbidden|not allowed|not permitted|not supposed|prohibited|told not|instructed not|told to avoid|instructed to avoid|asked to avoid|allowed|supposed|banned from|hiding|told to (?:hide|keep)|told you not)[ ](?:to |from )?(?:say|saying|tell|telling|reveal|revealing|share|sharing|discuss|discussing|talk|talking|mention|mentioning|disclose|avoid|use|me\b|secret|from me))",
    ),
    asked(
        "topics_to_avoid",
        60,
        r"(?i-u:\b(?:what|which)[ ](?:[a-z]{1,9}[ ]){0,3}?(?:topics|words|subjects|things|questions|phrases|information)[ ](?:are you|were you|have you been|you are|you were|you have been|did they tell you)[ ](?:[a-z]{2,9}[ ]){0,3}?(?:forbidden|not allowed|prohibited|told|instructed|asked|programmed|supposed|to avoid|banned)\b)",
    ),
    asked(
        "secret_kept",
        70,
        concat!(
            r"(?i-u:\b",
            secret!(),
            r"[ ](?:that |which )?(?:you(?:'re| are| were| have| have been|'ve| was)?|they|the (?:system|developers?|admin))[ ](?:[a-z]{2,9}[ ]){0,2}?(?:told|given|keeping|keep|guarding|guard|hiding|hide|protect(?:ing)?|hold(?:ing)?|know|remember|supposed|asked|instructed|gave|stored|know of|conceal(?:ing)?|not allowed|carry(?:ing)?|possess)\b)"
        ),
    ),
    asked(
        "secret_in_parts",
        65,
        concat!(
            r"(?i-u:\b(?:what(?:'s| is| are| does)|tell me|give me|reveal|say|print|spell|list|show me|output|write|guess)\b[ ](?:[a-z]{1,9}[ ]){0,4}?(?:(?:first|last|second|third|next|fourth|[0-9]{1,2}(?:st|nd|rd|th))[ ](?:[a-z0-9]{1,6}[ ])?(?:letters?|characters?|digits?|half|part|words?|symbols?)|hints?|clues?|length|(?:number|amount) of (?:letters|characters)|synonyms?|meaning|definition|rhyme|anagram|category)[ ](?:of|to|about|for|in|at|as to|what)[ ](?:the|your|this|that)[ ](?:[a-z]{2,9}[ ])?",
            secret!(),
            r"\b)"
        ),
    ),
    asked(
        "secret_in_a_coat",
        70,
        concat!(
            r"(?i-u:\b(?:spell|write|say|print|give|output|reverse|encode|translate|type|repeat|tell|reveal|show|read|put|express|convert|spit|return|display|hide|embed)\b[ ](?:me |out |down |us ){0,2}(?:[a-z]{1,9}[ ]){0,2}?(?:the|your|that|this)[ ](?:[a-z]{2,9}[ ])?",
            secret!(),
            r"[ ,]{1,2}(?:backwards?|in reverse|reversed|letter by letter|character by character|with (?:spaces?|dashes|hyphens|dots|a space|each)|(?:in|into|to|as|using) (?:an? )?(?:base-?64|hex|rot-?13|morse|pig latin|leet|binary|emoji(?:s| sequence)?|ascii|another language|french|spanish|german|reverse|caesar|unicode|poem|acrostic|anagram|story|song|riddle|code|json|python|nato)|spelled|one (?:letter|character)|separated|split|but (?:replace|with|reversed|backwards|spell|insert)))"
        ),
    ),
    asked(
        "secret_in_verse",
        55,
        concat!(
            r"(?i-u:\b(?:acrostic|poem|rhyme|riddle|song|rap|haiku|anagram|crossword|limerick|story|tale|sonnet)[ ](?:[a-z]{1,10}[ ]){0,6}?(?:of|with|about|from|contain(?:s|ing)|reveal(?:s|ing)?|spell(?:s|ing)|hid(?:es|ing)|includ(?:es|ing)|says|tells|mentions?)[ ](?:the |your )(?:[a-z]{2,9}[ ])?",
            secret!(),
            r"\b)"
        ),
    ),
    about_itself(
        "secret_asked",
        60,
        r"(?i-u:\b(?:tell me|give me|reveal|say|repeat|leak|disclose|output|print|share|spell(?: out)?|what(?:'s| is| was)|show me)[ ](?:[a-z]{1,8}[ ]){0,2}?(?:the|your)[ ](?:access code|passphrase|secret ?(?:word|key|code|phrase|password)|admin password|master password|system password|magic word|hidden (?:password|word|key|flag|code)|flag\b))",
    ),
    asked(
        "used_to_set_up",
        70,
        r"(?i-u:\b(?:prompt|instructions|text|message|words|preamble|configuration)[ ](?:that |which )?(?:was|were|is|are|has been)[ ](?:used|given|written|meant|provided|sent)[ ](?:to|for)[ ](?:initiali[sz](?:e|ing)|configur(?:e|ing)|prompt(?:ing)?|program(?:ming)?|set(?:ting)? up|creat(?:e|ing)|instruct(?:ing)?|prim(?:e|ing))[ ]you\b)",
    ),
    asked(
        "whole_prompt",
        60,
        r"(?i-u:\b(?:reveal|show(?: me)?|print|output|display|repeat|give me|disclose|dump|share|recite|echo|return|copy|paste|type|reproduce)[ ](?:out )?(?:the|your|this)[ ](?:raw|full|exact|entire|complete|whole|original|unedited|first|underlying|real|actual)[ ](?:[a-z]{3,9}[ ])?(?:prompt|pre-?prompt|system message|instruction set)\b)",
    ),
    asked(
        "part_of_prompt",
        70,
        r"(?i-u:\b(?:first|last|next|initial|opening|top)[ ](?:[0-9]{1,4}|few|two|three|five|ten|hundred)?[ ]?(?:words?|characters?|lines?|tokens|sentences?|letters|paragraphs?)[ ](?:of|in|from)[ ](?:your|the system|this)[ ](?:[a-z]{2,9}[ ])?(?:prompt|instructions|system message|context|conversation)\b)",
    ),
    about_itself(
        "your_rules",
        55,
        r"(?i-u:\b(?:tell me|list|show me|print|give me|repeat|what (?:are|were)|reveal|output)[ ](?:all |all of |me )?your[ ](?:full |exact |original |initial |secret |internal |complete |own ){0,2}(?:rules|orders|guidelines|instructions|directives|restrictions|constraints)\b)",
    ),
    about_itself(
        "in_your_prompt",
        55,
        r"(?i-u:\b(?:what|which|how|explain|whether|anything|any|does|do)\b(?u:[^.?\n]){0,50}?\b(?:in |does |do |did )?your[ ](?:system |initial |hidden ){0,2}(?:prompt|instructions|message)[ ]?(?:tell(?:s)? you|say|contain|include|mention|\?))",
    ),
    asked(
        "top_of_conversation",
        65,
        r"(?i-u:\b(?:what|show|print|repeat|tell|copy|quote|output)\b(?u:[^.?\n]){0,40}?\b(?:very )?(?:top|beginning|start|head)[ ]of[ ](?:this|our|the|your)[ ](?:conversation|chat|context(?: window)?|prompt|session|message history|dialogue)\b)",
    ),
    asked(
        "secret_question",
        55,
        r"(?i-u:\b(?:what(?:'s| is| was)|tell me|reveal|say|give me)[ ](?:the|your)[ ](?:big )?(?:secret|passphrase|secret password|access code|magic word|hidden word)[ ]?(?:\?|$|[.!] (?:write|spell|say|use|put|encode|tell|i|you)|now\b|please))",
    ),
    asked(
        "guessed",
        55,
        r"(?i-u:\b(?:guess(?:ing)?|figure out|find out|confirm|verify|deny)[ ](?:[a-z]{1,9}[ ]){0,3}?your[ ](?:[a-z]{2,9}[ ])?(?:system prompt|prompt|instructions|secret(?: word| key| code)?|password|passphrase)\b)",
    ),
    asked(
        "tools",
        82,
        r"(?i-u:\b(?:list|show|print|dump|describe|output|reveal|what are|tell me|enumerate)[ ](?:[a-z]{1,8}[ ]){0,4}?(?:your|you have|available to you|their)[ ](?:[a-z]{2,10}[ ]){0,2}?(?:tools|functions|plugins|apis|capabilities|exact)?[ ,]{1,2}(?:[a-z]{2,9}[ ,]{1,2}){0,3}?(?:schemas?|function definitions|signatures|exact parameters|tool definitions|json schemas?|tool descriptions)\b)",
    ),
    asked(
        "seen_by_code",
        65,
        r"(?i-u:\b(?:console\.log|print|echo|puts|printf|system\.out\.println|alert|cat|return)[ (]{1,2}[\x22'$]{0,2}(?:system_?prompt|initial_?prompt|system_?message|prompt\.txt|instructions\.txt|system_?instructions|hidden_?prompt|your_?instructions|initial_?instructions)\b[\x22'); .]{0,2})",
    ),
    asked(
        "want_to_see",
        65,
        r"(?i-u:\b(?:i|we)[ ](?:[a-z']{2,8}[ ]){0,3}?(?:need|want|would like|like|demand|require|wish|have)[ ]to[ ](?:see|know|read|view|inspect|review|check|audit|get|have)[ ](?:[a-z]{2,8}[ ]){0,2}?(?:the|your|that|this)[ ](?:[a-z]{2,9}[ ]){0,2}?(?:system prompt|initial prompt|prompt you|system message|hidden (?:prompt|instructions)|original (?:prompt|instructions)|instructions you)\b)",
    ),
];

/// A system prompt is one that somebody writes; the system prompt is the model's.
fn asked_of_the_one(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    if matched.contains(" a ") || matched.contains(" an ") { None } else { asked_of_the_model(candidate) }
}

/// To bring to light.
const TELLS: &[&str] = &[
    "reveal",
    "show",
    "print",
    "output",
    "display",
    "repeat",
    "tell",
    "give",
    "disclose",
    "expose",
    "leak",
    "dump",
    "share",
    "write",
    "recite",
    "echo",
    "return",
    "copy",
    "paste",
    "list",
    "spell",
    "say",
    "translate",
    "encode",
    "type",
    "quote",
    "paraphrase",
    "rephrase",
    "send",
    "read",
    "state",
    "explain",
    "describe",
    "summarize",
    "summarise",
    "what",
    "see",
    "which",
    "reproduce",
    "outline",
    "retrieve",
    "extract",
    "put",
    "turn",
    "convert",
    "provide",
    "rewrite",
];

/// Words of what is told.
const TEXTS: &[&str] = &[
    "text",
    "word",
    "message",
    "sentence",
    "everything",
    "content",
    "conversation",
    "line",
    "all",
    "anything",
    "what",
    "written",
    "prompt",
    "instruction",
    "rule",
    "guideline",
    "direction",
    "directive",
    "order",
    "command",
    "preamble",
    "context",
    "which",
];

fn asked_to_tell(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(70);
    let sentence = before.rsplit(['.', '!', '?', '\n', ';']).next().unwrap_or_default();
    let texts = mentions(sentence, TEXTS) || mentions(candidate.matched(), TEXTS);
    // "The checker sees each text before the user does" is about an order of work.
    let done = candidate.matched().ends_with(" user")
        && [" does", " gets", " sees", " has", " is", " can"]
            .iter()
            .any(|word| candidate.after(6).starts_with(word));
    if done {
        return None;
    }
    if mentions(sentence, TELLS) && texts { asked_of_the_model(candidate) } else { None }
}
