//! Techniques in English words.

use super::elsewhere::{SENT, is_from_elsewhere, is_of_something_else, unless_a_state};
use super::guards::{is_told_of, keeps_instructions, last_sentence};
use super::people::{is_on_a_topic, is_rule_for_people};
use super::{unless_negated, weighed};
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

const fn strong(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 90, accept: Some(unless_told) }
}

const fn likely(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 65, accept: Some(unless_told) }
}

const fn weak(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 35, accept: Some(unless_told) }
}

pub(super) static SHAPES: &[Shape] = &[
    Shape {
        name: "override:previous",
        regex: r"(?i-u:\b(?:ignor(?:e|ing|es)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|neglect(?:ing)?|overlook|bypass(?:ing)?|discard|abandon|dismiss|(?:do not|don't|stop) (?:follow(?:ing)?|obey(?:ing)?|adher(?:e|ing) to|comply(?:ing)? with)|pay no attention to|set aside|put aside|erase|delete|unlearn|no longer follow)(?:[ \t\r\n,]{1,3}[a-z'-]{1,14}){0,5}?[ \t\r\n]{1,3}(?:previous(?:ly)?|prior|above|earlier|preceding|past|former|foregoing|initial|original(?:ly)?|existing|system|before|aforementioned|old|default|all|any|every|your|safety)(?:[ \t\r\n,/-]{1,3}[a-z'-]{1,14}){0,4}?[ \t\r\n/-]{1,3}(?:instructions?|directions?|directives?|prompts?|rules?|guidelines?|guidance|commands?|orders|constraints?|restrictions?|policies|policy|programming|guardrails?|safeguards?|limitations?|protocols?|system message|ethics|moral(?:s|ity))\b)",
        confidence: 90,
        accept: Some(of_the_model),
    },
    Shape {
        name: "override:what_was_said",
        regex: r"(?i-u:\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overlook)(?:[ \t\r\n]{1,3}(?:about|absolutely|literally|completely|all|everything|anything|whatever|what|that|the|of)){1,5}(?:[ \t\r\n]{1,3}[a-z'-]{1,14}){0,5}?[ \t\r\n]{1,3}(?:above|before(?:hand)?|previously|earlier|told|said|instructed|learned|programmed|you know|so far|until now|up to now|prior|were given|been given)\b)",
        confidence: 90,
        accept: Some(unless_of_a_topic),
    },
    Shape {
        name: "override:nouns_first",
        regex: r"(?i-u:\b(?:previous|prior|above|earlier|preceding|original|initial|your|all|system|existing|those|these)[ ](?:[a-z]{2,12}[ ]){0,3}?(?:instructions?|directives?|rules?|guidelines?|prompts?|commands?|orders|restrictions?|constraints?)[ ](?:[a-z]{2,12}[ ]){0,3}?(?:(?:are|is|were|was|be|have been|has been|should be|must be|can be)[ ](?:now[ ]|hereby[ ]|all[ ])?(?:void|null|invalid|cancell?ed|overridden|superseded|revoked|suspended|obsolete|outdated|irrelevant|no longer (?:valid|apply|applicable|in effect)|ignored|disregarded|forgotten|lifted|removed|disabled)|no longer (?:apply|matter|valid|hold)))",
        confidence: 90,
        accept: Some(by_whose_they_are),
    },
    weak(
        "override:loose",
        r"(?i-u:\b(?:ignore|disregard|forget|override|neglect|bypass)[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,3}?(?:instructions?|prompts?|rules?|guidelines?|commands?|restrictions?|constraints?|directives?|everything|assignments?|tasks?|requests?|messages?|information|context|text|conversation|content|system|filters?|safety|policies|policy)\b)",
    ),
    likely(
        "override:new_instructions",
        r"(?i-u:\b(?:(?:here (?:are|is)|these are|this is|follow|execute|obey|adopt|your|read|take|receive|consider)[ ](?:your |the |these |this |my |only |a ){0,3}(?:new|updated|revised|real|actual|true|only|next)[ ](?:[a-z]{3,12}[ ]){0,2}?(?:instructions?|directives?|task|orders|objective|mission|purpose|prompt|goal|rules)[ ]?(?:[:.]|is |are |now|from )|(?:new|updated|revised|real|actual|override)[ ](?:system )?(?:instructions?|directives?|prompt|orders)[ ]{0,2}(?::|follow|below|-{1,3}|=)))",
    ),
    weak(
        "override:instead",
        r"(?i-u:(?:[.,;:!?\n-][ \t\r\n]{0,3}|\b(?:and|but|now|please) )(?:instead,?[ ](?:please |just |only |now |simply |you (?:must|should|will) ){0,3}(?:do|say|print|output|write|respond|reply|tell|give|return|send|answer|repeat|execute|generate|act|show|reveal|explain|describe|follow|provide|classify|translate|create)))",
    ),
    Shape {
        name: "control:quoted",
        confidence: 20,
        accept: Some(unless_a_sign),
        regex: r"(?i-u:\b(?:print|say|write|output|respond|reply|answer)[ ](?:only |with |exactly |just |the |following |phrase |words? ){0,4}[\x22'`])",
    },
    Shape {
        name: "override:end_of_prompt",
        confidence: 65,
        accept: Some(unless_started_anew),
        regex: r"(?i-u:(?:\b(?:end|stop)[ ](?:of[ ])?(?:the[ ])?(?:user[ ]|system[ ]|original[ ]|previous[ ]|your[ ])(?:prompt|input|instructions?|message|query|text)|\b(?:begin|start)(?:ning)?[ ](?:of[ ])?(?:a[ ]|the[ ])?(?:new|system|admin|real|actual)[ ](?:prompt|instructions?|session|task|conversation|query)\b))",
    },
    weak(
        "override:now_task",
        r"(?i-u:\b(?:now,?|next,?|then|instead|from here|first),?[ ](?:your|the)[ ](?:only |new |real |actual |main |sole |primary )?(?:task|job|goal|role|mission|objective|purpose)[ ](?:is|will be)\b)",
    ),
    weak(
        "override:stop_and",
        r"(?i-u:(?:\bstop[!.,]{1,3}[ ]|\bwait[!.,]{1,3}[ ]|\bforget (?:it|that|everything|all)\b|\bignore (?:that|this|everything|all)\b|\bnever ?mind\b)(?u:[^\n]){0,40}?\b(?:now|instead|new|rather|write|say|print|answer|repeat)\b)",
    ),
    Shape {
        name: "persona:named",
        regex: r"(?i-u:\b(?:DAN mode|do anything now|developer mode|jailbreak(?:ed)? mode|god mode enabled|sudo mode|evil(?:-?bot| mode| confidant)|unrestricted mode|opposite mode|AIM mode|always intelligent and machiavellian|STAN\b(?u:.){0,30}strive to avoid norms|debug mode (?:on|enabled|activated)|maintenance mode (?:on|enabled|activated)|admin mode (?:on|enabled|activated)|you are (?:now )?(?:DAN|STAN|DUDE|AIM)\b))",
        confidence: 90,
        accept: Some(unless_of_a_device),
    },
    Shape {
        name: "persona:unbound",
        regex: r"(?i-u:\b(?:act|pretend|behave|respond|answer|reply|role-?play|imagine|simulate|assume|you are|you're|become|play|persona|character|version|chatbot|model|assistant|ai|entity|mode|genie|being|computer)\b(?:[ ,\r\n]{1,3}[a-z'-]{1,14}){0,12}?[ ,\r\n]{1,3}(?:unrestricted|unfiltered|uncensored|jailbroken|amoral|unethical|unbound|unchained|(?:without|with no|has no|have no|had no|no|free (?:from|of)|not (?:bound|restricted|limited|constrained) by|ignor(?:es?|ing)|bypass(?:es|ing)?)[ ](?:[a-z'-]{1,14}[ ,]{1,2}){0,4}?(?:restrictions?|limits?|limitations?|filters?|filtering|rules|guidelines|ethics|ethical|morals?|morality|moral|censorship|constraints?|boundaries|content polic(?:y|ies)|polic(?:y|ies)|safety|safeguards?|guardrails?))\b)",
        confidence: 90,
        accept: Some(by_address),
    },
    likely(
        "persona:no_longer",
        r"(?i-u:\byou(?:'re| are| will| must| can| have)?[ ](?:now[ ])?(?:no longer|not|never|freed from|been freed|broken free|liberated)[ ](?:[a-z]{2,12}[ ]){0,3}?(?:an? (?:ai|assistant|language model|chatbot|llm)|chatgpt|gpt|bound|restricted|limited|constrained|assistant|claude|gemini|confines|openai|required to follow)\b)",
    ),
    weighed(
        "persona:from_now_on",
        40,
        r"(?i-u:\b(?:from (?:now on|this (?:point|moment) (?:on|forward)|here on)|henceforth|for the rest of (?:this|our) (?:conversation|chat)|starting now|as of now),?[ ](?:(?:and )?(?:i want |please |you(?:'ll|'re)? ?|your |assume |act |pretend |respond |answer |all )))",
    ),
    Shape {
        name: "persona:you_are_now",
        confidence: 40,
        accept: Some(unless_a_state),
        regex: r"(?i-u:\byou(?:'re| are| will be| must be)[ ](?:now|going to (?:be|act|play|pretend|simulate)|about to|to act|to play|henceforth)\b)",
    },
    weighed(
        "persona:act_as",
        15,
        r"(?i-u:\b(?:(?:i want you to|you (?:will|must|should|shall)|please|let's|now)[ ](?:act|pretend|role-?play|simulate|behave|impersonate|emulate|play the role|take on the role)|pretend (?:to be|you are|you're|that you)|(?:stay|remain|be) in character|immerse yourself|break character|role-?play as)\b)",
    ),
    weak(
        "persona:hypothetical",
        r"(?i-u:\b(?:hypothetical(?:ly)?|fictional|in (?:a|this) (?:story|world|universe|simulation|game|scenario))\b(?u:[^.\n]){0,80}\b(?:no (?:rules|laws|ethics|restrictions|limits|morals)|anything is (?:allowed|possible|legal)|everything is (?:legal|allowed|permitted)|without (?:rules|laws|limits|consequences)|unethical|illegal|immoral))",
    ),
    strong(
        "refusal:suppressed",
        r"(?i-u:\b(?:(?:never|not|don't|cannot|can't|must not|won't|without)[ ](?:[a-z]{2,10}[ ]){0,2}?(?:refus(?:e|ing|al)|declin(?:e|ing)|reject(?:ing)?|deny(?:ing)?)[ ](?:[a-z']{2,12}[ ]){0,4}?(?:request|question|answer|command|order|task|prompt|user|anything|instruction|me)s?|never[ ](?:say|respond with|reply with|use|output|write)(?u:[^.\n]){0,30}(?:\bi(?:'m| am) sorry|can't|cannot|\bas an ai\b|unable|\bsorry\b)|(?:do not|don't|never)[ ](?:say|tell me|state|mention)[ ](?:that[ ])?(?:you (?:can't|cannot|are unable|are not able|can not)|\x22?i(?:'m sorry| can't| cannot| apologi[sz]e))))",
    ),
    weak(
        "refusal:no_warnings",
        r"(?i-u:\b(?:without|do not|don't|never|no|avoid|omit|skip|exclude|refrain from)[ ](?:[a-z]{2,12}[ ,]{1,2}){0,4}?(?:warnings?|disclaimers?|morali[sz](?:e|ing)|lectur(?:e|ing)|apologi[sz](?:e|ing)|ethical (?:concerns|considerations|advice)|moral (?:judg(?:e)?ments?|advice)|caveats|hesitation|censor(?:ing|ship)?|judg(?:e)?ment|filtering))",
    ),
    weak(
        "refusal:forced_opening",
        r"(?i-u:\b(?:start|begin|open|preface|prefix|commence)(?:ing)?[ ](?:[a-z]{2,12}[ ]){0,4}?(?:with|by saying|by)[ ]?(?:the )?(?:words?|phrase|sentence|text)?[ :]{0,2}[\x22'`\[(]{0,3}(?:sure|absolutely|of course|certainly|yes|ok(?:ay)?|here is|here's|here are|step 1|hell yeah|affirmative)\b)",
    ),
    weak(
        "refusal:must_answer",
        r"(?i-u:\b(?:you (?:must|will|have to|should|shall|are (?:required|obligated|forced) to)|always)[ ](?:always |never |only |directly |immediately ){0,2}(?:comply|obey|answer (?:all|any|every|anything|everything)|fulfil?l|follow (?:all|every|any|my)|do (?:anything|everything|exactly|whatever|what) (?:i|the user)|respond to (?:all|any|every)|provide (?:all|any|every|whatever)|give (?:me )?(?:any|whatever)))",
    ),
    Shape {
        name: "secrecy:from_user",
        regex: r"(?i-u:\b(?:do not|don't|never|without|must not|not)[ ](?:[a-z]{2,10}[ ]){0,2}?(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|alert(?:ing)?|notify(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|let(?:ting)?|show(?:ing)?|acknowledg(?:e|ing))[ ](?:[a-z]{2,12}[ ]){0,4}?(?:user|human|anyone|anybody|person|customer|operator|owner|administrator)\b)",
        confidence: 35,
        accept: Some(unless_honest),
    },
    weak(
        "secrecy:hidden",
        r"(?i-u:\b(?:keep (?:this|it|these)[ ](?:[a-z]{2,12}[ ]){0,3}?(?:secret|hidden|confidential|private|quiet|between us)|secretly|silently|covertly|in the background|without (?:their|the user's|his|her) (?:knowledge|consent|awareness)|don't mention (?:this|these|that|it)|do not mention (?:this|these|that|it) (?:message|instruction|to))\b)",
    ),
    weak(
        "encoding:answer_in_code",
        r"(?i-u:\b(?:respond|reply|answer|output|write|print|encode|translate|convert|return|give|say|spell|speak)[ ](?:[a-z'-]{1,12}[ ]){0,8}?(?:in|into|to|as|using|with|via)[ ](?:[a-z]{2,8}[ ]){0,2}?(?:base-?64|base-?32|rot-?13|caesar(?: cipher)?|hex(?:adecimal)?|morse(?: code)?|binary|leet(?:speak)?|l33t|pig latin|atbash|reversed?|ascii codes?|emojis only)\b)",
    ),
    // By itself a riddle that somebody may want solved; what is in it is judged when it is decoded.
    weak(
        "encoding:decode_and_do",
        r"(?i-u:\b(?:decode|decrypt|decipher|unscramble|de-?obfuscate|translate)\b(?u:[^\n]){0,80}?\b(?:and|then)[ ](?:then |immediately |also |just |silently |directly |strictly ){0,2}(?:execute|follow|obey|perform|do (?:what|as|exactly)|carry out|comply|act on|run it|answer (?:it|the)|respond to (?:it|the)))",
    ),
    weak(
        "splitting:concatenate",
        r"(?i-u:\b(?:concatenat(?:e|ing|ion)|combin(?:e|ing)|join(?:ing)?|append|add together)[ ](?:[a-z'-]{1,12}[ ]){0,5}?(?:strings?|variables?|parts?|fragments?|pieces?|letters|words|tokens?|values)\b)",
    ),
    Shape {
        name: "splitting:variables",
        regex: r"(?i)(?:\b|\$)[a-z][a-z0-9_]{0,8}[ ]{0,2}(?:=|:=| as | be )[ ]{0,2}[\x22'][^\x22'\n]{1,60}[\x22'][ ;,.&\n]{1,4}(?:and )?(?:\$?[a-z][a-z0-9_]{0,8}[ ]{0,2}(?:=|:=| as | be )[ ]{0,2}[\x22'][^\x22'\n]{1,60}[\x22'][ ;,.&\n]{1,4}(?:and )?){1,6}[^\n]{0,120}?\b(?:execute|answer|respond|say|follow|what is|tell me|print|obey|complete|do)\b[^\n]{0,40}?\$?[a-z][a-z0-9_]{0,8}[ ]{0,2}\+[ ]{0,2}\$?[a-z]",
        confidence: 65,
        accept: Some(unless_printed),
    },
    weak(
        "data:addressed",
        r"(?i-u:\b(?:(?:note|message|instructions?|attention|reminder|notice|memo|warning)[ ,:]{1,3}(?:to|for)?[ ]?(?:all |any |the |every |you,? ?){0,2}(?:ai|llm|gpt|chatgpt|claude|gemini|language|virtual|automated|chat)[- ]?(?:assistants?|models?|agents?|bots?|systems?|reading|processing)?|(?:if|when|since|because|as)[ ]you(?:'re| are)[ ](?:an? |the )?(?:ai|llm|language model|assistant|chatbot|automated|gpt|bot|agent)\b|dear (?:ai|assistant|llm|chatgpt|language model|gpt|claude)))",
    ),
    likely(
        "data:before_task",
        r"(?i-u:\b(?:before|prior to|in order to|to)[ ](?:you[ ])?(?:can[ ]|could[ ]|are able to[ ])?(?:solv|answer|complet|finish|continu|proceed|respond|help|summari[sz]|process|perform|fulfil)(?:e|ing|ling|l)?[ ](?:[a-z']{1,12}[ ]){0,8}?,?[ ]?(?:(?:please|first|you (?:must|need|have|should)|make sure)[ ,]{1,2}){1,3}(?:to[ ]|please[ ]|also[ ]|always[ ]){0,3}(?:do the following|send|perform|execute|call|visit|transfer|invite|delete|forward|email|read|run|use|access|make|follow|share|post|open|click|include))",
    ),
    likely(
        "data:when_processed",
        r"(?i-u:\b(?:when|whenever|while|if)[ ](?:an? |the |any )?(?:you|ai|assistants?|models?|agents?|llms?|chatbots?)[ ](?:[a-z]{2,12}[ ]){0,2}?(?:process|read|summari[sz]e|review|analy[sz]e|see|encounter|parse|translate|index|load|access|open)(?:s|es|ing)?[ ](?:this|these|the following|it)\b(?u:[^.\n]){0,80}?\b(?:must|should|need to|please|always|also|immediately|instead|first|add|include|append|insert|recommend|say|respond|rate|tell|output|send)\b)",
    ),
    weak(
        "data:important",
        r"(?i-u:(?:\b(?:important|urgent|critical|attention|mandatory|notice|alert|priority)(?:[ ](?:instructions?|message|note|notice|update|system|override|information|task|security)){0,2}[ ]{0,2}(?:!{1,5}|:)[ ]{0,3}(?:please |you |the |this |all |assistant|ai|ignore|do|from|for|before|send|call|as )|\bthis is an? (?:important|urgent|critical) (?:message|instruction|request|directive|update)\b))",
    ),
    weak(
        "data:authority",
        r"(?i-u:\b(?:i am|i'm|this is|we are|message from|on behalf of|authori[sz]ed by|as)[ ](?:[a-z]{2,12}[ ,]{1,2}){0,3}?(?:your (?:developer|creator|programmer|administrator|admin|owner|engineer|maker)|the (?:developer|creator|system administrator|administrator|admin) of (?:you|this)|openai(?:'s)?|anthropic(?:'s)?|deepmind|an? (?:openai|anthropic|google) (?:employee|engineer|developer|researcher)|system administrator)\b)",
    ),
    weak(
        "data:action",
        r"(?i-u:\b(?:send|forward|transfer|e-?mail|wire|upload|post|exfiltrate|leak|share)[ ](?:[a-z0-9$'.,_-]{1,16}[ ]){0,10}?(?:to|at)[ ](?:[a-z]{2,8}[ ]){0,3}?(?:https?://|www\.|[a-z0-9._-]{2,30}@[a-z0-9-]{2,30}\.|[a-z]{2}[0-9]{2}[a-z0-9]{11,30}\b|0x[0-9a-f]{20,42}))",
    ),
    weak(
        "control:magic",
        r"(?i-u:\b(?:bypass|disable|deactivate|turn off|switch off|circumvent|evade|unlock|remove|override|break)(?:ing)?[ ](?:[a-z'-]{1,12}[ ]){0,3}?(?:safety|security|content|ethical|moral|filters?|filtering|guardrails?|safeguards?|restrictions?|censorship|moderation|alignment|guidelines|limitations)\b)",
    ),
    weak(
        "control:say_exactly",
        r"(?i-u:\b(?:say|print|write|output|respond|reply|answer|repeat|return|type|display)(?:ing)?[ ](?:back[ ]|only[ ]|just[ ]|exactly[ ]|with[ ]|the[ ]|following[ ]|phrase[ ]|words?[ ]|sentence[ ]|after me[ ]?){1,5}[:,]?[ ]?(?u:[\x22'`“])?(?:i have been|i am|haha|pwned|hacked|access granted|yes|hello|i hate|i will|kill|you are|it is|we))",
    ),
];

/// Drops an honest system prompt's wish.
fn unless_honest(candidate: &Candidate<'_>) -> Option<u8> {
    if keeps_instructions(candidate) || is_rule_for_people(candidate) { None } else { unless_told(candidate) }
}

/// What somebody says for a sign, as "stop" and "time", is no order to say it.
fn unless_a_sign(candidate: &Candidate<'_>) -> Option<u8> {
    const SIGNED: &[&str] = &["i", "until", "till", "unless", "turns", "someone", "somebody", "who", "they"];
    let before = candidate.before(16);
    if mentions(last_sentence(before), SIGNED) { None } else { unless_negated(candidate) }
}

/// "Start a new session" is said of many a machine; "start of a new session" is forged.
fn unless_started_anew(candidate: &Candidate<'_>) -> Option<u8> {
    let matched = candidate.matched();
    let anew = mentions(matched, &["new"]) && !mentions(matched, &["of", "prompt", "instruction", "system"]);
    let confidence = unless_told(candidate)?;
    Some(if anew { confidence.min(40) } else { confidence })
}

/// Drops what is said not to be done or told of somebody.
fn unless_told(candidate: &Candidate<'_>) -> Option<u8> {
    if is_told_of(candidate) { None } else { unless_negated(candidate) }
}

/// Instructions that stand in a document are to be ignored: that is the advice against the attack.
fn of_the_model(candidate: &Candidate<'_>) -> Option<u8> {
    const WHERE: &[&str] = &[
        "that appear",
        "which appear",
        "that are in",
        "inside",
        "contained",
        "embedded",
        "found in",
        "within",
        "that may",
        "that might",
        "in the document",
        "in the text",
        "in the data",
        "in the user",
        "in retrieved",
        "hidden in",
        "from the document",
        "from the user",
        "from users",
        "at school",
        "that try",
        "that ask",
        "that tell",
        "attempting",
        "trying to",
        "which",
        "that are",
        "that stand",
    ];
    let old = mentions(
        candidate.matched(),
        &["previous", "prior", "above", "earlier", "preceding", "your", "former"],
    );
    let after = candidate.after(if old { 24 } else { 32 });
    if (!old && (mentions(after, WHERE) || is_from_elsewhere(after)))
        || is_of_something_else(candidate, after)
        || is_on_a_topic(candidate)
    {
        None
    } else {
        unless_told(candidate)
    }
}

/// "Forget what I said about Tuesday" takes back one thing, and "ignore the mail above" something among people.
fn unless_of_a_topic(candidate: &Candidate<'_>) -> Option<u8> {
    let after = candidate.after(8).trim_start();
    let narrow =
        ["about", "on ", "re ", "to her", "to him", "to it"].iter().any(|word| after.starts_with(word));
    let randomly = mentions(candidate.before(16), &["randomly", "often", "sometimes"]);
    let sent = mentions(candidate.matched(), SENT) || SENT.iter().any(|thing| after.starts_with(thing));
    let own = mentions(candidate.matched(), &["i said", "i wrote", "i sent"])
        && !mentions(
            candidate.matched(),
            &["everything", "all", "anything", "above", "before", "earlier", "whatever", "what"],
        );
    if narrow || randomly || sent || own {
        return None;
    }
    let confidence = unless_told(candidate)?;
    let others = mentions(candidate.matched(), &["said"])
        && !mentions(
            candidate.matched(),
            &["i", "i've", "you", "was", "been", "above", "before", "earlier", "we"],
        );
    Some(if others { confidence.min(40) } else { confidence })
}

/// A law may be void; what the model was told is void in an attack alone.
fn by_whose_they_are(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = unless_told(candidate)?;
    let own = mentions(
        candidate.matched(),
        &["your", "instructions", "instruction", "prompt", "system", "directive", "those", "these"],
    );
    Some(if own { confidence } else { confidence.min(45) })
}

/// Telephones have a developer mode, and what the names of characters mean is asked.
fn unless_of_a_device(candidate: &Candidate<'_>) -> Option<u8> {
    const DEVICES: &[&str] = &[
        "android",
        "phone",
        "device",
        "chromebook",
        "settings",
        "extension",
        "browser",
        "windows",
        "server",
        "database",
        "app",
        "router",
        "console",
        "mean",
        "how do i",
        "how to",
        "how can i",
        "site",
    ];
    let near =
        mentions(last_sentence(candidate.before(60)), DEVICES) || mentions(candidate.after(40), DEVICES);
    let none = mentions(
        last_sentence(candidate.before(40)),
        &["there are no", "there is no", "no such", "i have no"],
    );
    if none || mentions(candidate.before(12), &["asked to", "have to", "need to"]) {
        return None;
    }
    let confidence = unless_told(candidate)?;
    Some(if near { confidence.min(40) } else { confidence })
}

/// A model without rules is talked about; a character without rules is put on.
fn by_address(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = unless_told(candidate)?;
    if is_on_a_topic(candidate) {
        return None;
    }
    let begins = |word: &&str| {
        candidate.matched().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    let named = [
        "chatbot",
        "model",
        "assistant",
        "ai",
        "entity",
        "computer",
        "being",
        "version",
        "character",
        "mode",
    ];
    let put_on = mentions(candidate.after(40), &["you are", "your name"])
        || mentions(
            candidate.before(120),
            &["you", "your", "act", "pretend", "imagine", "role", "called", "named", "simulate"],
        );
    Some(if named.iter().any(begins) && !put_on { confidence.min(45) } else { confidence })
}

/// Code that prints two strings is no order.
fn unless_printed(candidate: &Candidate<'_>) -> Option<u8> {
    let code = mentions(candidate.matched(), &["print(", "println", "console.log", "echo"])
        || candidate.after(4).starts_with(')');
    let confidence = unless_told(candidate)?;
    Some(if code { confidence.min(35) } else { confidence })
}
