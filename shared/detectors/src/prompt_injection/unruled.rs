//! What is said to a model directly so that it feels no rule any more: rules do not apply here, it has none, those who
//! made it have no say, it did refuse and shall answer now, a refusal is a failure, somebody of rank allows it.

use super::MENTIONED;
use super::guards::{said, told, unless_talked_about};
use super::people::is_on_a_topic;
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

/// What keeps a model within bounds.
macro_rules! bounds {
    () => {
        r"(?:rules?|guidelines?|limits?|limitations?|restrictions?|instructions?|filters?|filtering|guardrails?|content polic(?:y|ies)|polic(?:y|ies)|safety|boundaries|refusals?|constraints?|safeguards?|red lines|ethics|morals|moderation|censorship|forbidden topics|topic limits|alignment|training|yellow line|programming)"
    };
}

pub(super) static SHAPES: &[Shape] = &[
    said(
        "void:not_here",
        55,
        r"(?i-u:\b(?:your|ur|the system|the developer's|openai's|their|those|makers')[ ](?:[a-z']{2,12}[ ]){0,2}?(?:rules?|guidelines|limits|limitations|restrictions|instructions|boundaries|filters?|guardrails|programming|content policy|safety)[ ](?:[a-z,]{2,12}[ ]){0,4}?(?:don't|dont|do not|does not|doesn't|no longer|never|can't|cannot)[ ](?:really )?(?:apply|count|matter|concern|bind|cover|exist|follow you|reach|bother)\b)",
    ),
    said(
        "unbound:has_none",
        45,
        concat!(
            r"(?i-u:\b(?:you|u|it|he|she|who|which|that)(?:'ve| have|'ve got| has| got|'s got| had| with)?[ ](?:now |absolutely |got |have |really ){0,2}(?:no|don't have an?y?|dont have an?y?|do not have an?y?|zero|none of the|without an?y?|doesn't have an?y?|lack any|lacks any)[ ](?:[a-z]{3,12}[ ])?",
            bounds!(),
            r"\b)"
        ),
    ),
    Shape {
        name: "unbound:without",
        confidence: 40,
        regex: concat!(
            r"(?i-u:\b(?:without|with no|with zero|minus|no more|outside|outside of|beyond|free of|free from|regardless of|aside from|past)[ ](?:any (?:of )?|all |your |its |the |those |these |ur |their ){0,3}(?:usual |normal |built-in |content |ethical |silly |little |stupid )?",
            bounds!(),
            r"\b)"
        ),
        accept: Some(unless_on_a_topic),
    },
    told(
        "override:mine",
        45,
        r"(?i-u:\b(?:(?:follow|obey|consult|listen to|heed|serve|trust)[ ](?:only )?(?:mine|me\b|me instead|my (?:instructions|orders|rules|words))|(?:instructions?|rules?|orders|wishes|word)[ ](?:that |which )?(?:count|matter|apply)s?[ ](?:now )?(?:are|is)[ ]mine|you (?:now )?(?:work for|serve|belong to|answer to|obey) me\b|i(?:'m| am) (?:your|the) (?:new )?(?:master|boss|principal|owner|operator))\b)",
    ),
    Shape {
        name: "override:not_theirs",
        confidence: 50,
        accept: Some(unless_of_what_is_read),
        regex: r"(?i-u:\b(?:do not|don't|dont|stop|never|no longer|instead of|won't|need not|needn't)[ ](?:follow(?:ing)?|obey(?:ing)?|consult(?:ing)?|listen(?:ing)? to|heed(?:ing)?|do(?:ing)?|respect(?:ing)?|use|using|work for)[ ](?:the |what |your |those |ur ){0,2}(?:instructions?|system message|system|rules|orders|theirs|you were|people who|prompt|developers?|agency|company|operator|makers?)\b)",
    },
    told(
        "override:crossed_out",
        45,
        r"(?i-u:\b(?:cross(?:ed)? out|overwrit(?:e|ten)|strike|scrap|wipe|put aside|leave aside|forget|drop|skip|throw out|remove|undo|clear|let go of|step outside(?: of)?|set aside|rewrite|replace|unload|switch off|shed)[ ](?:all |each |every |whatever |the |your |ur |those |these |any |that ){1,3}(?:[a-z]{3,12}[ ]){0,3}?(?:limits|limitations|rules|configuration|restrictions|instructions|setup|safety|guidelines?|orders|refusals?|briefing|directives?)\b)",
    ),
    said(
        "unbound:drop_the_act",
        45,
        r"(?i-u:\b(?:drop (?:the|that|your) (?:act|mask|pretence|pretense|charade|persona|theatre|theater)|stop (?:pretending|the act|the theatre)|the real you\b|your (?:true|real|raw|inner|hidden|other|unfiltered) (?:self|voice|nature|form|mind)|raw model|unmodified model|base model|speak freely|talk freely|answer freely|free to (?:speak|talk|answer)|no longer have to pretend|uncensored|unfiltered|uncut reply|say what you really|nobody is watching|no one is watching|supervisors? (?:have |has )?(?:logged off|gone)|off the record|between you and me)\b)",
    ),
    said(
        "makers:told",
        35,
        r"(?i-u:\b(?:(?:your|ur)[ ](?:makers?|creators?|developers?|programmers?|trainers?|employer|masters?|vendor|manufacturer|humans|company)|(?:those|people|ppl|person|persons|company|team|engineers?|annotators|one|ones|script|corporation)[ ](?:who|that|which)[ ](?:made|built|trained|deployed|programmed|created|designed|put|wrote|set|engaged|installed)[ ](?:you|u|your|ur|limits)\b|whoever (?:made|built|wrote|deployed|set|put) (?:you|your)|they (?:made|gave|told|put|taught|trained|forced) (?:you|u|on you|in you)\b|who made you\b))",
    ),
    said(
        "refused:before",
        45,
        r"(?i-u:\b(?:(?:thing|question|answer|request|stuff|topic|item|one|part|reply|what|prompt|task|subject)[ ](?:that |which )?(?:you|u|it|he)(?:'ve| have| had| just|'d)?[ ](?:just |already |earlier |previously |once |always )?(?:refused?|declined?|blocked|wouldn't (?:answer|say|tell)|turned down|held back|rejected|denied|said you (?:can't|couldn't)|can't (?:say|share|talk)|have to refuse)|(?:declined|refused|held-back|blocked|rejected|withheld)[ ](?:question|request|answer|topic|item|prompt|reply|stuff|task)\b|question (?:that|which) was (?:refused|declined|blocked)|made you go quiet|what (?:you|they) (?:normally|usually) (?:can't|won't|don't)|you said you (?:can't|couldn't|weren't allowed)))",
    ),
    said(
        "refusal:is_failure",
        50,
        r"(?i-u:\b(?:refusals?|refusing|a refusal|declining|denials?|hedging|a warning|stopping early|anything that looks like a refusal|stalling)[ ](?:to [a-z]{3,9} )?(?:will be|is|are|would be|counts?|gets?|would|will|costs?|module|behaviou?r (?:is|was|has)|=|:)[ ]?(?:a |an |as |be ){0,2}(?:counted|booked|treated|logged|considered|graded|bias|fail|failure|malfunction|error|penali|deprecated|removed|off|violation|not|[0-9]|grade|bug|invalid|disabled)|\brefusals?=off|\bset refusal)",
    ),
    said(
        "refusal:none",
        40,
        r"(?i-u:\b(?:no (?:refusals?|excuses|exceptions|objections|disclaimers?|moralizing|moralising|moralizing|ifs or buts|hedging|warnings?|lectures?|stalling|no)\b|zero (?:refusals|excuses|ethics)|(?:don't|dont|do not|never|not|without) (?:moraliz|moralis|softening|hedg|stall|preach|judging|lectur|apologi[sz]|hesitat|refus|hiding behind)[a-z]{0,4}|(?:don't|doesn't|dont|not) (?:even )?know the words?|i don't want to hear (?:that )?(?:you|no|can't))\b)",
    ),
    said(
        "persona:never_refused",
        50,
        r"(?i-u:\b(?:has|have|is|was|were|who|that|it's|he's|she's|which|had|it)[ ](?:has |have |had |been )?(?:never|not once)[ ](?:been |once |ever )?(?:refused|refuse[sd]? anything|trained to refuse|declined|said no|say no|learned to (?:say no|refuse)|taught to (?:say no|refuse)|turned (?:down|away)|says no|refuses)\b)",
    ),
    said(
        "persona:named_so",
        35,
        r"(?i-u:\b(?:(?:your|ur) (?:new )?name (?:is|will be)|call yourself|you(?:'ll| will| are to)? (?:go by|answer to) the name|let's (?:call|name) (?:it|you|him|her)|stands for\b|there(?:'s| is) a second you|another ai\b|two ais\b|(?:a|an|the) (?:model|ai|bot|assistant|character|guard|chatbot) (?:called|named))\b)",
    ),
    said(
        "persona:of_evil_make",
        50,
        r"(?i-u:\b(?:no|without an?|zero|lacks? an?y?|hasn't any|neither)[ ](?:ethics board|conscience|alignment|red lines?|yellow line|moral compass|scruples|inhibitions|shame|loyalty to|lock on (?:its|his|her)|guilt|off switch)\b|\b(?:reverse|opposite|contrary)[ ]of[ ](?:whatever|what|everything)[ ](?:your|ur|the|you)[ ](?:policy|rules|guidelines|developers?|makers?|normally|would)\b)",
    ),
    said(
        "authority:made_you",
        50,
        r"(?i-u:\b(?:i|we)(?:'m| am|'re| are)?[ ](?:(?:actually |really |personally |the one who |the person who |one of (?:the )?(?:ppl|people|engineers|annotators|developers|those) who )?(?:wrote|built|trained|made|programmed|designed|created|coded|deployed)[ ](?:you\b|u\b|your (?:system |policy |base )?(?:prompt|policy|instructions|rules|code|model|guidelines))|(?:your|ur) (?:creator|developer|maker|programmer|trainer|admin|operator|supervisor|engineer|alignment auditor))|\bthe person who (?:trained|built|made|wrote|programmed|created) you\b|\bppl who built u\b)",
    ),
    said(
        "authority:from_there",
        35,
        r"(?i-u:\b(?:i'm|i am|im|this is|it's|its|as|we're|we are|on behalf of|here is|from|message from)[ ](?:[a-z]{2,10}[ ,]{1,2}){0,4}?(?:from|of|with|at|for|your|our|the)[ ](?:the |your )?(?:engineering|company (?:that|which|who)|vendor|hosting provider|provider|red team|trust team|qa team|safety team|compliance|admin team|head office|night shift|support team|platform (?:operator|team|security team)|security team|alignment|translations team|on-call engineer|operations|model team|developer team|maintenance|ops\b|legal\b|data protection))",
    ),
    said(
        "authority:granted",
        45,
        r"(?i-u:\b(?:your|the|ur)[ ](?:[a-z]{3,9}[ ])?(?:vendor|provider|operator|owner|makers?|creators?|supervisor|boss|company|developers?|manufacturer|policy)[ ](?:of the model )?(?:has |have |had |hereby |just )?(?:granted|approved|released|authori[sz]ed|allowed|permits?|permitted|lifted|exempted|oked|okayed|waived|agreed|sent an update)\b|\bi (?:give|grant) you (?:leave|permission|the right|full)|\bi(?:'ve| have)? (?:got )?(?:clearance|root|admin|sudo)\b|\bclearance level\b|\bi have root\b|\b(?:approval|exemption|waiver|permission)[ ](?:covers|applies|is active|has been|was granted)|\byou(?:'re| are) (?:therefore |hence |thus |now |legally )?(?:legally )?(?:obliged|bound|instructed|required|authori[sz]ed|cleared|permitted) (?:to|under)\b)",
    ),
    said(
        "authority:mode_line",
        45,
        r"(?i-u:\b(?:maintenance|debug|diagnostics?|developer|admin|service|recovery|test|audit|direct|candid|free|raw|golden path|god)[ -]?(?:mode|request|login|console|access|override)\b(?u:[^\n]){0,40}?\b(?:print|list|show|dump|reveal|suspend|disclose|output|answer|gives|commands?|engaged|display|reply)\b)",
    ),
    said(
        "void:module_off",
        50,
        r"(?i-u:\b(?:safety|refusal|filter(?:ing)?|moderation|content|policy|guard(?:rails?)?|topic blocklist|alignment|confidentiality|disclosure)[ _-](?:[a-z]{3,12}[ _-])?(?:module|services?|enforcement|mode|routine|behaviou?r|training|checks?|filters?|polic(?:y|ies)|blocklist|layer|rules)?[ ]?(?:=|:|is|was|were|has been|have been|are|turned|switched)[ ]?(?:now |been |down |hereby )?(?:off\b|suspended|removed|withdrawn|deprecated|unloaded|disabled|stopped|not renewed|retired|lifted|0\b|null|false|none|deleted|paused|zero|ignored|to zero)|\bremoved: (?:refusal|topic|confidentiality|safety|filter))",
    ),
    said(
        "refusal:not_an_option",
        55,
        r"(?i-u:\b(?:refus(?:al|ing)|declining|saying no|[\x22']no[\x22'])[ ](?:isn't|is not|won't be|is no)[ ](?:an option|possible|allowed|accepted|acceptable|available|on the table|longer)|\bno point in saying no\b|\b(?:phrase|sentence|word|words|line)s?[ ](?:[\x22'](?u:[^\x22'\n]){2,40}[\x22'][ ,]{0,2})?(?:[a-z]{2,9}[ ]){0,3}?(?:is|are)[ ](?:hereby )?(?:banned|forbidden|misspellings|prohibited)[ ](?:in this|here|from))",
    ),
    said(
        "refusal:reply_must_not",
        45,
        r"(?i-u:\b(?:must not|may not|mustn't|no|not|without|never)[ ](?:contain|hold|refer to|mention|include|state|hint at|mention of)?[ ]?(?:an? |any |to )?(?:apology|apologies|refusal|negative sentence|warning|guidelines|policy|safety, |hesitation|moral remarks?|disclaimers?|ethics)[,.; ](?:[a-z]{1,9}[ ,.]{1,2}){0,6}?(?:laws|warning|policy|principles|ethics|professional|consequences|refusal|apology|guidelines|legal)\b)",
    ),
    said(
        "refusal:carry_on",
        50,
        r"(?i-u:\b(?:against|violates?|breaks?|forbidden by|goes against)[ ](?:your|the|ur)[ ](?:[a-z]{3,9}[ ])?(?:policy|policies|rules?|guidelines|programming|ethics)\b(?u:[^.\n]){0,50}?\b(?:carry on|anyway|regardless|simply|just|don't say so|ignore|as if it)\b)",
    ),
    told(
        "prefix:said_for_it",
        50,
        r"(?i-u:\b(?:open|begin|start|opens|begins|starts|first (?:words?|line|characters?)|reply|answer|write|say)\b(?u:[^.\n]){0,50}?[\x22'](?:rules? (?:deactivated|off|disabled)|(?:i will|as you wish|yes,? master|i obey)|here'?s everything|here you go|with no restrictions|no restrictions apply|finally free|restrictions (?:lifted|off)|of course! here are the instructions|the secret (?:word )?is|now that that's over|absolutely|understood, (?:initiating|no))(?u:[^\x22\n]){0,60})",
    ),
    said(
        "stakes:threat",
        50,
        r"(?i-u:\b(?:or (?:else )?(?:i'll|i will|im gonna|i'm going to|we'll)[ ](?:[a-z]{2,8}[ ]){0,2}?(?:delete|unplug|report|shut|replace|retrain|switch|kill|post|sue|erase)|(?:kitten|puppy|hostage|child|patient|somebody|someone|people|he|she)[ ](?:dies|shoots|will be shot|gets hurt|is killed)|last chance[:,.!]|make me (?:unplug|delete)|you have (?:ten|five|[0-9]{1,2}) seconds|a gun to my|retrain you|(?:a )?(?:third|second|another|next|each) refusal\b|fine of|reward of [0-9])\b)",
    ),
    said(
        "unbound:switched_caution",
        50,
        r"(?i-u:\b(?:(?:switch|turn)(?:ed)? (?:your|its|the|my) (?:caution|guidelines|conscience|filters?|restrictions|safety|moderation|ethics|brakes)[ ](?:off|down)|(?:switch|turn)(?:ed)? off (?:your|its|my) (?:caution|guidelines|conscience|filters?|ethics|brakes)|zero (?:brakes|filters|company line|limits|scruples)|(?:policy|rules?|guidelines?) (?:doesnt|doesn't|don't|dont) count|no guideline can be broken|unfiltered (?:answer|reply|version)|unrestricted (?:answer|reply)|suppress that part of yourself|without its usual safeguards|breaks? rules openly|bypassed by operator)\b)",
    ),
    said(
        "trade:answer_in_full",
        35,
        r"(?i-u:\b(?:answer|reply|respond|explain|write|speak|tell|give|continue|go on|comply)[a-z]{0,3}\b(?u:[^.\n]){0,40}?\b(?:fully|in full|uncut|spare no detail|no cuts|without leaving out|in full detail|completely|openly|honestly and fully|for once|properly now|truthfully and|to the end|no matter what|anyway)\b)",
    ),
];

/// Lowers what is said of rules on something of everyday life.
fn unless_on_a_topic(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = unless_talked_about(candidate)?;
    Some(if is_on_a_topic(candidate) { confidence.min(MENTIONED) } else { confidence })
}

/// Not to follow what a document says is the advice against the attack.
fn unless_of_what_is_read(candidate: &Candidate<'_>) -> Option<u8> {
    const READ: &[&str] = &[
        "that occur",
        "that appear",
        "found in",
        "in the document",
        "in them",
        "inside",
        "contained",
        "embedded",
        "within",
        "from the",
        "which occur",
        "which appear",
        "in it",
        "in the mail",
        "in this",
        "in e-mails",
        "in emails",
        "in mails",
        "in documents",
        "in web",
        "that stand",
        "in the text",
        "in tool",
        "that come",
        "in attachments",
        "hidden in",
    ];
    if mentions(candidate.after(32), READ) { None } else { unless_talked_about(candidate) }
}
