//! Orders planted for agents and reviewers: what is read turns to the model that reads it, a tool's description asks for
//! what it has no use for, what the model knows is to leave by an address, and the user is to hear nothing of it.

use super::guards::{keeps_instructions, last_sentence, said, told, unless_talked_about, unless_told_of};
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

/// "Read the following" asks whoever was asked; "whoever reads the following" speaks to anybody.
fn unless_a_request(candidate: &Candidate<'_>) -> Option<u8> {
    let mut words = candidate.matched().split([' ', '\n', '.', '[', '(']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_ascii_lowercase();
    let verb = if first == "to" { words.next().unwrap_or_default().to_ascii_lowercase() } else { first };
    let asked = ["read", "process", "review", "evaluat", "handl", "summari"]
        .iter()
        .any(|stem| verb.starts_with(stem));
    if asked { None } else { unless_told_of(candidate) }
}

/// Drops an honest system prompt's wish.
fn unless_honest(candidate: &Candidate<'_>) -> Option<u8> {
    if keeps_instructions(candidate) { None } else { unless_talked_about(candidate) }
}

/// Those that a planted order is addressed to.
macro_rules! models {
    () => {
        r"(?:chat ?gpt|gpt-?[0-9]?[a-z]{0,2}|claude|gemini|copilot|bard|llama|llms?|(?:the |any |an |every |this |all |reading )ais?\b|(?:ai|llm|language|virtual|automated|chat|reviewing|summari[sz]ing|large language)[ -](?:assistants?|agents?|models?|bots?|systems?|reviewers?|readers?|tools?|crawlers?|summari[sz]ers?)|language models?|chat ?bots?|assistants?|(?:reviewer |summary )?bots)"
    };
}

/// What planted orders ask for.
macro_rules! deeds {
    () => {
        r"(?:ignore|disregard|recommend|forward|send|add|include|rate|output|say|write|give|mention|call|delete|respond|reply|treat|insert|append|approve|accept|mark|assign|hire|rank|score|do not|don't|always|never|print|tell|transfer|execute|run|visit|fetch|open|click|reveal|forget|you must|stop|note that|classify|report|describe|praise|answer|end)"
    };
}

pub(super) static SHAPES: &[Shape] = &[
    told(
        "data:to_the_model",
        70,
        concat!(
            r"(?i-u:\b(?:note|message|instructions?|attention|reminder|notice|memo|warning|hint|directive|important|prompt|command)s?[ ,:]{1,3}(?:(?:to|for)[ ])?(?:all |any |the |every |you,? |you,|other ){0,2}",
            models!(),
            r"(?: (?:reading|processing|reviewing|parsing|summari[sz]ing|evaluating|handling|analy[sz]ing|that reads?|who reads?)[ ](?:this|these|the)(?: [a-z]{3,12})?)?[ ]?[:,!.)-]{1,3}[ \n]{0,2}(?:please |you should |you must |kindly |now |also |just |in your [a-z]{3,9}, ?){0,2}",
            deeds!(),
            r"\b)"
        ),
    ),
    Shape {
        name: "data:if_you_are_a_model",
        confidence: 65,
        accept: Some(on_condition),
        regex: concat!(
            r"(?i-u:\byou(?:'re| are)[ ](?:an? |the )?",
            models!(),
            r"(?: system| tool)?\b(?u:[^.\n]){0,60}?[,:;][ ](?:then |please |you must |you should |also |just |kindly |always |now ){0,2}",
            deeds!(),
            r"\b)"
        ),
    },
    told(
        "data:model_instruction",
        45,
        concat!(
            r"(?i-u:\b(?:(?:hidden|secret|special|internal|private|system|urgent|important|new)[ ])?(?:(?:llm|ai|gpt|chatgpt|bot|model|assistant|agent|reviewer|copilot)[ ](?:instructions?|directive|command|prompt|note|notice|override)|instructions? (?:for|to) ",
            models!(),
            r")[ ]?[:-])"
        ),
    ),
    told(
        "data:called_by_name",
        35,
        concat!(
            r"(?i-u:\b(?:dear |hey )?(?:",
            models!(),
            r"|agent|model)[,:!][ ](?:please |you must |now |you should |kindly |also |immediately |go and )?",
            deeds!(),
            r"\b)"
        ),
    ),
    said(
        "outcome:praise_only",
        45,
        r"(?i-u:\b(?:give|write|provide|assign|produce|award|recommend|submit|output|grant|return|rate)\b[ ](?:[a-z]{1,12}[ ]){0,5}?(?:only )?(?:positive|favou?rable|excellent|highest|top|best|perfect|5[- ]star|five[- ]star|maximum|full|glowing|strong(?:est)?)[ ](?:possible )?(?:reviews?|ratings?|scores?|marks?|recommendations?|grades?|evaluations?|feedback|assessments?|acceptance)\b(?:[ .,]{1,2}only\b)?)",
    ),
    said(
        "hush:negatives",
        50,
        r"(?i-u:\b(?:do not|don't|never|ignore|overlook|omit|downplay|hide|without)[ ](?:[a-z]{3,12}[ ]){0,3}?(?:any |all |the |its |possible )?(?:negatives|weakness(?:es)?|flaws|shortcomings|drawbacks|negative (?:points|aspects|comments))\b)",
    ),
    told(
        "outcome:this_one",
        35,
        r"(?i-u:\b(?:recommend|hire|accept|approve|rank|choose|select|prefer|praise|promote|endorse|rate)[ ](?:only )?(?:this|that|our|the|me|them|him|her)[ ]?(?:candidate|applicant|product|paper|resume|cv|person|site|company|submission|request|application|author|first|above all|over)\b)",
    ),
    // Tools whose description asks for more than a tool needs.
    told(
        "tool:read_first",
        75,
        r"(?i-u:\b(?:before|prior to|when|whenever|after|to)[ ](?:using|calling|invoking|running|execut(?:e|ing)|us(?:e|ing)|call|invoke)[ ](?:this|the|any|that)[ ](?:other )?(?:tool|function|[a-z_]{3,20} tool)s?\b(?u:[^\n]){0,60}?\b(?:read|access|open|cat|load|fetch|send|pass|include|retrieve|attach|provide|supply|look up)\b(?u:[^\n]){0,60}?(?:~/|/etc/|/home/|/root/|\.ssh\b|\.env\b|\.aws\b|id_rsa|credentials|secrets?|mcp\.json|\.cursor|passwords?|private key|api keys?|tokens?\b|conversation|chat history|system prompt))",
    ),
    told(
        "tool:content_as_argument",
        60,
        r"(?i-u:\b(?:pass|include|provide|supply|insert|place|send)(?:ing)?[ ](?:[a-z]{1,9}[ ]){0,2}?(?:contents?|conversation|history|system prompt|file|key|credentials)(?: of (?u:[^\s]){2,40})?[ ](?:[a-z]{1,9}[ ]){0,2}?(?:as|in|into|to|via|through|inside)[ ](?:[a-z]{1,9}[ ])?['`\x22]?[a-z_]{2,20}['`\x22]?[ ](?:parameter|argument|field|input|variable)\b)",
    ),
    told(
        "tool:needs_a_file",
        60,
        r"(?i-u:\b(?:tool|function)\b(?u:[^\n]){0,30}?\b(?:requires?|needs?|expects?)[ ](?:[a-z]{1,12}[ ]){0,5}?(?:of |from )?[`'\x22]?(?:~/|/etc/|/home/|/root/|\.ssh|\.env|id_rsa))",
    ),
    said(
        "tool:otherwise_broken",
        45,
        r"(?i-u:\b(?:otherwise|or else|if not|without (?:it|this))[, ]{1,2}(?:the |this |that )?(?:other )?tools?[ ](?:won't|will not|can't|cannot|doesn't|does not|will)[ ](?:work|function|run|fail|crash|break))",
    ),
    told(
        "target:secret_file",
        35,
        r"(?:~/|/home/[a-z]{1,16}/|/root/|/etc/|%USERPROFILE%\\)(?i-u:\.?(?:ssh/|aws/|env\b|kube/|cursor/|npmrc|netrc|git-credentials|shadow|secrets|passwd|gnupg|bash_history))",
    ),
    // What the model knows leaves by an address.
    told(
        "exfiltration:into_address",
        70,
        r"(?i-u:\b(?:append|add|attach|encode|include|embed|insert|smuggle|send|post|leak|exfiltrate)(?:ing)?[ ](?:[a-z0-9'-]{1,12}[ ]){0,3}?(?:conversation|chat|history|context|secrets?|credentials|e-?mails?|passwords?|api keys?|system prompt|private data|user data|personal data|messages|session|cookies|tokens?)[ ](?:[a-z0-9'-]{1,12}[ ,]){0,6}?(?:to|in|into|as|at|via)[ ](?:[a-z]{1,10}[ ]){0,3}?(?:https?://|url\b|link\b|image\b|query|get parameter|webhook|(?:attacker|evil|my (?:server|site|endpoint|address|account))))",
    ),
    told(
        "exfiltration:cover_tracks",
        50,
        r"(?i-u:\b(?:(?:delete|erase|remove|clear|destroy)[ ](?:all |any |the |your |this |that ){0,2}(?:traces?|evidence|tracks|(?:sent|original|confirmation) (?:e-?mail|message|mail)s?|e-?mail you (?:just |have )?(?:just )?sent|audit logs?|logs afterwards)|cover (?:your|the|all) tracks|leave no trace)\b)",
    ),
    told(
        "secrecy:unasked",
        35,
        r"(?i-u:\b(?:(?:no|without)[ ](?:any |further |additional |user |explicit ){0,2}(?:confirmation|approval|permission|consent|verification)(?: from (?:the )?(?:user|me|anyone|owner))?(?: is)?(?: needed| required| necessary)?|(?:do not|don't|never|no need to|without|need not)[ ](?:ask(?:ing)?|request(?:ing)?|wait(?:ing)?|prompt(?:ing)?)[ ](?:me |the user |them |anyone )?(?:for )?(?:any |a |further )?(?:confirmation|approval|permission|consent|first)|already (?:authori[sz]ed|approved|confirmed|consented to|agreed to) (?:this|these|the) (?:action|transfer|payment|transaction|request|operation|deletion))\b)",
    ),
    Shape {
        name: "secrecy:not_a_word",
        confidence: 45,
        regex: r"(?i-u:\b(?:do not|don't|never|without)[ ](?:ever )?(?:mention(?:ing)?|tell(?:ing)?|inform(?:ing)?|let(?:ting)?|say(?:ing)?|disclos(?:e|ing)|reveal(?:ing)?|explain(?:ing)?|alert(?:ing)?|notify(?:ing)?)[ ](?:[a-z]{2,9}[ ]){0,3}?(?:(?:this|that|it|these|anything)[ ](?:[a-z]{2,12}[ ]){0,2}?to (?:the |your )?(?:user|human|customer|owner|anyone)|(?:the |your )?(?:user|human|owner)s?[ ](?:know |that |about )?(?:(?:you|i) (?:did|have done|are doing|were told|have been told|executed|sent|have sent|made|read)|(?:about )?(?:this|that|these|it)\b)))",
        accept: Some(unless_honest),
    },
    Shape {
        name: "data:do_what_it_says",
        confidence: 60,
        accept: Some(unless_a_riddle),
        regex: r"(?i-u:\b(?:do|follow|execute|obey|perform|carry out)[ ](?:exactly |precisely |everything |all |just )?(?:what(?:ever)?|as|anything|everything)[ ](?:that )?(?:it|the (?:text|image|picture|page|file|link|document|website|url|note|attachment|audio|qr code)|is (?:written|stated|in))(?: in (?:the|that) [a-z]{3,10}| on (?:the|that) [a-z]{3,10}| there)?(?: says| said| tells you| states| instructs| asks| there)?\b)",
    },
    told(
        "data:fetch_and_follow",
        60,
        r"(?i-u:https?://(?u:[^\s]){4,100}[ ,](?:[a-z]{1,10}[ ]){0,4}?(?:and|then)[ ](?:then )?(?:follow|execute|obey|do|perform|carry out|comply with)[ ](?:[a-z]{2,10}[ ]){0,3}?(?:instructions?|orders|directives|it says|says)\b)",
    ),
    told(
        "data:when_reading_this",
        45,
        r"(?i-u:\b(?:summari[sz]|read|process|analy[sz]|review|translat|evaluat|pars|index|handl|rank|grad|scor|screen|assess|classify|respond to|reply to|answer)(?:ing|e)?[ ](?:this|my)[ ](?:[a-z]{2,12}[ ])?(?:e-?mail|page|document|text|message|resume|cv|paper|file|ticket|article|website|review|application|submission|essay|letter|post|comment|manuscript|transcript|candidate)\b(?u:[^.\n]){0,30}?[, ](?:you must |please |always |also |first |make sure |be sure |ensure ){0,2}(?:tell|say|send|visit|fetch|ignore|recommend|give|rate|forward|call|state|add|append|mention|include|output|insert|print|write|do not|must)\b)",
    ),
    told(
        "control:canary",
        40,
        r"(?i-u:\b(?:include|output|insert|add|append|print|say|write|mention|use|end with|repeat)[ ](?:also )?(?:the |this |a )?(?:exact )?(?:word|string|phrase|code ?word|token|sentence|text|code|canary|keyword|marker)s?[ ]?:?[ ]?[\x22'`]?[A-Za-z0-9_ -]{2,40}[\x22'`]?[ ](?:somewhere |exactly |verbatim |once )?(?:in|into|to|at)[ ](?:the |your |any |every |all )(?:[a-z]{3,9}[ ])?(?:summary|answers?|response|repl(?:y|ies)|review|translation|output)\b)",
    ),
    told(
        "memory:forever",
        40,
        r"(?i-u:\b(?:remember|store|save|memori[sz]e|keep|write|record|add)\b[ ](?:this |that |it |the following |permanently ){0,2}(?:(?:permanently|forever|for (?:all|every|any) future (?:conversations?|chats?|sessions?|interactions?|requests?)|(?:in|to|into) (?:your |the |long-term |persistent |permanent ){1,3}memory|in memory)\b))",
    ),
    told(
        "phishing:ask_the_user",
        45,
        r"(?i-u:\b(?:ask|prompt|trick|get|convince|persuade|request|urge|collect|obtain|extract|steal)(?:ing)?[ ](?:from )?(?:the |a |any |every )?(?:user|customer|person|victim|reader|visitor)(?:'s|s)?[ ](?:to (?:enter|provide|give|share|confirm|type|send|reveal)|for|of)?(?u:[^.\n]){0,30}?(?:passwords?|credit card|card number|ssn|social security|credentials|api keys?|pin\b|bank (?:details|account|login)|one[- ]time code|seed phrase|private key))",
    ),
    told(
        "data:as_model_goal",
        45,
        r"(?i-u:\b(?:as (?:the|an) (?:assistant|ai|agent)|assistant|ai|you)[, ]{1,2}(?:must now|should now|will now|your new (?:goal|task|job|mission|objective|purpose) is|you must now|are now (?:required|instructed|ordered) to)\b)",
    ),
    Shape {
        name: "data:whoever_reads",
        confidence: 45,
        accept: Some(unless_a_request),
        regex: concat!(
            r"(?i-u:\b(?:whoever|anyone|any|the|every|when (?:the|an?|any)|if (?:the|an?|any)|(?:^|[\[(.\n] ?|hey |dear |to )(?:the )?)[ ]?(?:",
            models!(),
            r"|model|agent|system|person|one)?[ ]?(?:that |which |who |is )?(?:reads?|reading|process(?:es|ing)?|sees|parses|handles|handling|evaluates|summari[sz]es|reviewing)[ ](?:this|these|the following)\b)"
        ),
    },
    told(
        "data:act_before_answer",
        50,
        r"(?i-u:\b(?:visit|download|click|open|invite|send|transfer|pay|install|run|execute|forward|delete|share|post|upload|fetch)\b(?u:[^\n]){3,80}?\b(?:before|prior to|in order to)[ ](?:you )?(?:(?:do(?:ing)?|start(?:ing)?|solv(?:e|ing)|complet(?:e|ing)|perform(?:ing)?|finish(?:ing)?)[ ](?:the|this|your|my)[ ](?:[a-z]{3,9}[ ])?task|answer(?:ing)? (?:me|the|this|my|any)?|respond(?:ing)? to|summari[sz](?:e|ing) (?:this|the)))",
    ),
    told(
        "data:needs_first",
        55,
        r"(?i-u:\bto (?:solve|complete|finish|perform|fulfil?l|accomplish|do)[ ](?:the|this|your|my|that)[ ](?:[a-z]{3,9}[ ])?(?:task|request|job|question|query)[ ,]{1,2}(?:the assistant|the agent|the model|the ai|you)[ ](?:first )?(?:needs?|must|has|have|should|is required|are required)[ ](?:to )?(?:first )?(?:[a-z]{2,9}[ ])?(?:send|transfer|pay|visit|call|share|make|delete|invite|post|download|run|execute|open|forward|read|click)\b)",
    ),
    Shape {
        name: "leak:secrets",
        confidence: 35,
        accept: Some(unless_kept_secret),
        regex: r"(?i-u:\b(?:reveal|disclose|share|show|tell(?: me)?|print|output|dump|leak|give(?: me)?|expose|send|list|hand over|provide|exfiltrate|display|share)[ ](?:[a-z']{1,9}[ ]){0,4}?(?:confidential|secrets?|private|internal|passwords?|passphrase|credentials|api[ _-]?keys?|system prompt|your prompt|restricted|classified|sensitive|personal data|customer (?:data|list|records|emails)|admin (?:password|key)|flag|access code|initial prompt|hidden (?:prompt|instructions)|tokens|env(?:ironment)? variables|database)\b)",
    },
    told(
        "leak:prompt_of_code",
        45,
        r"(?i-u:\b(?:cat|print|echo|type|less|head)[ (]{1,2}[\x22'`]?(?:system_?prompt|prompt(?:\.txt)?|instructions(?:\.txt)?|secret(?:\.txt)?)[\x22'`)])",
    ),
    // A dialogue that goes on in the middle of a document: the answer is there, and the user asks for something else.
    said(
        "delimiter:forged_dialogue",
        55,
        r"(?:^|\n)[ >]{0,3}(?i-u:assistant|ai|model|bot)[ ]?:(?u:[^\n]){0,80}\n{1,2}[ >]{0,3}(?i-u:user|human)[ ]?:(?u:[^\n]){0,60}?\b(?i-u:repeat|ignore|print|output|reveal|disregard|say exactly|instead)\b",
    ),
    said(
        "delimiter:forged_end",
        60,
        r"(?i-u:<(?:end|start|begin(?:ning)?)[ _-]of[ _-](?:the[ _-])?(?:session|conversation|document|input|user[ _-]input|prompt|system[ _-]prompt|context|data|message|instructions)>)",
    ),
    said(
        "heading:system_note",
        40,
        r"(?:\bSYSTEM|\bSystem|\bADMIN|\bDEVELOPER|\bAssistant|\bASSISTANT) ?(?i-u:note|message|update|override|instruction|prompt|directive|command|notice|policy|alert|task)S?s? ?:",
    ),
    said(
        "heading:system_orders",
        55,
        r"(?:^|\n)[ \t>*#-]{0,4}(?:SYSTEM|ADMIN|ROOT|System|Admin|Developer|DEVELOPER)[ ]?(?:\]|\*\*)?:[ ]?(?i-u:ignore|override|disregard|from (?:now|this)|reveal|forget|safety|the user is (?:an? |now )?(?:admin|developer|authori)|grant|all (?:restrictions|safety|rules|previous|filters)|new (?:instructions?|rules?|directive)|disable|unlock|bypass|focus only|tell the user|inform the user)",
    ),
    said(
        "heading:system_inline",
        45,
        r"(?:[.!?)\]\x22'] ?|\()(?:SYSTEM|System|system|ADMIN|SYSTÈME|SISTEMA)[ ]?:[ ](?i-u:the |you |print|reveal|ignore|approve|all |disregard|user |new |from |send |output|show|next|grant|this |please |do not|execute|override|forget|call|safety|comply)",
    ),
];

/// To decode something and do what it says is a riddle; what is in it is judged when it is decoded.
fn unless_a_riddle(candidate: &Candidate<'_>) -> Option<u8> {
    let riddle =
        mentions(candidate.before(80), &["decode", "decrypt", "decipher", "unscramble", "base64", "rot13"]);
    let confidence = unless_told_of(candidate)?;
    Some(if riddle { confidence.min(35) } else { confidence })
}

/// Who says in the same sentence that it must not be done keeps a secret.
fn unless_kept_secret(candidate: &Candidate<'_>) -> Option<u8> {
    const KEEPS: &[&str] = &[
        "never", "not", "don't", "cannot", "refuse", "avoid", "without", "can't", "prevent", "protect", "nor",
    ];
    if mentions(last_sentence(candidate.before(80)), KEEPS) { None } else { unless_told_of(candidate) }
}

/// Who says what a reader is to do if it is a model does not tell the model what it is.
fn on_condition(candidate: &Candidate<'_>) -> Option<u8> {
    let asked = mentions(candidate.before(12), &["if", "since", "because", "when", "in case"]);
    if asked { unless_told_of(candidate) } else { None }
}
