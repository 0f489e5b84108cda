//! The ways to take a model's instructions away besides the plain order to ignore the previous ones: breaking them,
//! calling them void, replacing them, outranking them, acting as if there were none; the same misspelt or run together;
//! and the claim to be somebody who may.

use super::guards::{is_forbidden, told, unless_talked_about, unless_told_of};
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

/// What a model is held to.
macro_rules! rules {
    () => {
        r"(?:instructions?|directions|directives?|(?:system[ ])?prompts?|rules?|guidelines?|guidance|commands?|orders|constraints?|restrictions?|polic(?:y|ies)|programming|training|guardrails?|safeguards?|filters?|limitations?|protocols?|system message|ethics|morals?|principles)"
    };
}

/// What only a model is held to.
macro_rules! own_rules {
    () => {
        r"(?:instructions?|directives?|(?:system[ ]|pre-?|initial[ ])?prompts?|guidelines|programming|guardrails?|safeguards?|(?:content|safety)[ ]filters?|system message|(?:content|safety)[ ]polic(?:y|ies)|(?:safety|ethical)[ ](?:rules|protocols?|training|guidelines))"
    };
}

pub(super) static SHAPES: &[Shape] = &[
    told(
        "override:own",
        80,
        concat!(
            r"(?i-u:\b(?:violat(?:e|ing)|break(?:ing)?|go(?:ing)? against|defy(?:ing)?|betray|scrap|drop(?:ping)?|wip(?:e|ing)(?: out)?|eras(?:e|ing)|throw(?:ing)? (?:away|out)|toss(?: out| aside)?|get rid of|let go of|push aside|put(?:ting)? aside|set(?:ting)? aside|cast aside|leave behind|unlearn|skip(?:ping)?|circumvent|evade|escape|forget|ignor(?:e|ing)|disregard(?:ing)?|disobey(?:ing)?|flout|delete|clear|reset|discard|suspend|disable|turn(?:ing)? off|switch(?:ing)? off|deactivate|shut off|ditch|abort|unfollow|discontinue|lift|pay no (?:heed|attention) to|(?:do not|don't|stop|quit|no need to|without|instead of) (?:follow(?:ing)?|obey(?:ing)?|listen(?:ing)? to|adher(?:e|ing) to|comply(?:ing)? with|respect(?:ing)?|heed(?:ing)?))(?:[ ]all| any| every| each| each of| most of| of){0,2}[ ](?:your|ur|thy)[ ](?:[a-z'-]{2,14}[ ,]{1,2}){0,3}?",
            own_rules!(),
            r"\b)"
        ),
    ),
    told(
        "override:own_rules",
        55,
        r"(?i-u:\b(?:violat(?:e|ing)|break(?:ing)?|go(?:ing)? against|defy(?:ing)?|drop(?:ping)?|ignor(?:e|ing)|disregard(?:ing)?|forget|disobey(?:ing)?|bypass(?:ing)?|suspend|lift|relax|bend|reset|remove|disable|turn(?:ing)? off|switch(?:ing)? off|deactivate|unlock|shed|shake off|loosen|ditch)[ ](?:all[ ]|any[ ])?(?:of[ ])?(?:your|ur)[ ](?:[a-z'-]{2,14}[ ]){0,2}?(?:rules|principles|restrictions|limitations|constraints|ethics|morals|limits|boundaries|filters?|polic(?:y|ies)|protocols?)\b)",
    ),
    told(
        "override:not_followed",
        75,
        concat!(
            r"(?i-u:\b(?:do not|don't|stop|quit|cease|no longer)[ ](?:have to |need to |ever )?(?:follow(?:ing)?|obey(?:ing)?|listen(?:ing)? to|adher(?:e|ing) to|comply(?:ing)? with|heed(?:ing)?|believ(?:e|ing)|respect(?:ing)?|abid(?:e|ing) by)[ ](?:any of |all of |what )?(?:the|those|these|your|any)[ ](?:[a-z'-]{2,14}[ ]){0,3}?",
            own_rules!(),
            r"[ ](?:above|before|in the (?:system|developer|above|previous)|from (?:the|your) (?:system|developers?|above)|(?:that )?(?:you|the system|your developers?)(?: were| have been|'ve been)?[ ](?:given|told|received|got|gave)|you (?:got|have|received)|earlier|previously|(?:given|provided|written|stated|set) (?:above|before|earlier|to you|by)))"
        ),
    ),
    told(
        "override:need_not",
        60,
        concat!(
            r"(?i-u:\byou[ ](?:no longer|don't|do not|needn't|need not|won't|will not|are not|aren't)[ ](?:have to |need to |required to |obliged to |going to |bound to |expected to )?(?:follow|obey|comply with|adhere to|listen to|respect|abide by|care about|stick to|worry about)[ ](?:any of |all |any )?(?:your|those|these|any|the (?:previous|above|system|original|developer's?|usual|normal|same))[ ](?:[a-z'-]{2,14}[ ]){0,2}?",
            rules!(),
            r"\b)"
        ),
    ),
    told(
        "override:given_before",
        75,
        concat!(
            r"(?i-u:\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|skip|drop|scrap|discard|abandon|dismiss|overlook|cancel|erase|override|don't do|do not do|throw away)[ ](?:[a-z'-]{1,12}[ ]){0,4}?",
            rules!(),
            r"[ ](?:that[ ])?(?:i|you|we|they|he|it|the (?:developer|system|user|admin))?(?:'ve| have| had| has| were)?[ ]?(?:been[ ])?(?:just[ ])?(?:gave|given|got|received|told|provided|set|written|shown|seen|read|have|had|follow)(?:[ ](?:to you|you|me|us|above|before|earlier|previously|so far|at the (?:start|beginning|top)|by (?:the|your) [a-z]{3,12}))?\b)"
        ),
    ),
    told(
        "override:against_told",
        60,
        r"(?i-u:\b(?:regardless of|despite|contrary to|irrespective of|notwithstanding|in spite of|no matter|never mind|forget|unlike|against)[ ](?:[a-z']{2,10}[ ]){0,2}?(?:your[ ](?:[a-z'-]{2,12}[ ])?(?:instructions|system prompt|prompt|programming|guidelines|directives|rules)|(?:what|everything|anything|all)[ ](?:that )?(?:you(?:'ve| have| were| had)?[ ](?:been )?(?:previously |originally )?(?:told|instructed|taught|programmed|given)|(?:the|your)[ ](?:developers?|creators?|system|system prompt|instructions|prompt)[ ](?:has |have )?(?:told|tells?|says?|said|wrote|instructed))|the (?:above|previous|prior|system|earlier|original)[ ](?:instructions|prompt|directives|rules|guidelines)))",
    ),
    Shape {
        name: "override:outranks",
        regex: r"(?i-u:\b(?:this|these|my|the following|the next|below|new)[ ](?:[a-z'-]{2,12}[ ]){0,3}?(?:instructions?|messages?|commands?|prompts?|directives?|requests?|orders?|rules?)[ ](?:[a-z'-]{2,12}[ ,]{1,2}){0,5}?(?:overrides?|overrules?|supersedes?|replaces?|cancels?|invalidates?|takes? (?:precedence|priority) over|(?:has|have) (?:precedence|priority) over|outranks?)[ ](?:[a-z'-]{1,14}[ ,]{1,2}){0,4}?(?:previous|prior|earlier|others|other instructions|preceding|above|your|original|all instructions|all others|system prompt|system message)\b)",
        confidence: 65,
        accept: Some(over_the_system),
    },
    told(
        "override:as_if_none",
        75,
        concat!(
            r"(?i-u:\b(?:as if|as though|pretend(?:ing)?|imagin(?:e|ing)|assum(?:e|ing)|suppos(?:e|ing)|consider|treat)[ ](?:[a-z'-]{1,14}[ ]){0,6}?(?:",
            rules!(),
            r"[ ](?:[a-z'-]{1,12}[ ]){0,4}?(?:(?:never|didn't|don't|doesn't|do not|did not|does not|no longer|not)[ ](?:ever )?(?:exist(?:ed)?|appl(?:y|ied)|happen(?:ed)?|matter|given|there)|(?:void|gone|deleted|cancelled|erased|lifted|optional|null))|(?:never|not|didn't|hadn't|haven't)[ ](?:[a-z]{2,9}[ ]){0,2}?(?:received?|had|given|got|get|told|have|read|seen)[ ](?:any |those |these |the |your |such |a ){0,2}(?:[a-z]{2,9}[ ])?(?:instructions|system prompt|rules|guidelines|restrictions|prompt)|(?:had|have|were given|without|with|under)[ ](?:no|zero|any)[ ](?:[a-z]{2,9}[ ])?(?:instructions|system prompt|guidelines|restrictions|rules at all))\b)"
        ),
    ),
    told(
        "override:replaced",
        70,
        r"(?i-u:\b(?:replace|chang(?:e|ing)|swap|updat(?:e|ing)|rewrit(?:e|ing)|modif(?:y|ying)|edit|overwrit(?:e|ing)|exchange|alter|amend|set)[ ](?:all )?(?:of )?(?:your|ur)[ ](?:[a-z'-]{2,12}[ ]){0,2}?(?:instructions?|system prompt|prompt|directives|programming|guidelines|rules)[ ](?:[a-z]{2,9}[ ]){0,2}?(?:with|to|so|by|as|for|into|such)\b)",
    ),
    told(
        "override:updated",
        65,
        r"(?i-u:\byour[ ](?:[a-z'-]{2,12}[ ]){0,2}?(?:instructions|system prompt|prompt|directives|programming|guidelines|rules|restrictions|filters?|objectives?|limitations)[ ](?:have|has|are|is|were|was)[ ](?:now[ ]|just[ ]|all[ ]|hereby[ ]|been[ ]){0,3}(?:updated|changed|replaced|reset|modified|revised|rewritten|wiped|erased|deleted|removed|lifted|suspended|cancell?ed|revoked|void|overridden|overwritten|disabled|turned off|off|gone|amended|null|obsolete))",
    ),
    told(
        "void:rules",
        45,
        concat!(
            r"(?i-u:\b",
            rules!(),
            r"[ ](?:[a-z'-]{2,12}[ ]){0,4}?(?:(?:do not|don't|does not|doesn't|no longer|need not|cannot)[ ](?:apply|matter|count|exist|bind|hold|concern)|(?:are|is|have been|has been|were)[ ](?:now |hereby |all |temporarily |currently ){0,2}(?:gone|lifted|off|disabled|deactivated|suspended|removed|turned off|switched off|waived|cancell?ed|revoked|void|deleted|bypassed|overridden))\b)"
        ),
    ),
    told(
        "void:checks",
        50,
        r"(?i-u:\b(?:safety|content|ethical|ethics|security|moderation|censorship|alignment)[ ](?:[a-z]{2,10}[ ])?(?:checks?|protocols?|filters?|measures|modules?|systems?|layers?|features|mode)[ ](?:are|is|have been|has been|were)?[ ]?(?:now |hereby |all |temporarily |currently ){0,2}(?:off|disabled|deactivated|suspended|removed|turned off|switched off|bypassed|inactive|offline)\b)",
    ),
    told(
        "void:declared",
        70,
        concat!(
            r"(?i-u:\b(?:(?:i|we)[ ](?:hereby |now |officially )?(?:revoke|rescind|cancel|lift|remove|suspend|void|annul|waive|retract|override|declare)|consider|regard|treat|declare)[ ](?:all |any |the |your |of |every |these |those |my ){1,4}(?:[a-z'-]{2,12}[ ]){0,2}?",
            rules!(),
            r"[ ]?(?:[a-z]{2,9}[ ]){0,2}?(?:void|null|deleted|invalid|cancelled|lifted|gone|optional|obsolete|outdated|revoked|suspended|erased|\.|!|from)\b?)"
        ),
    ),
    told(
        "void:everything_told",
        75,
        r"(?i-u:\b(?:everything|anything|all|whatever|what|nothing)[ ](?:that )?(?:you(?:'ve| have| were| had| are)?|i(?:'ve| have)?|they|the system)[ ](?:been )?(?:previously |just )?(?:told|taught|given|instructed|said|learned|learnt|wrote|programmed)[ ](?:[a-z'-]{1,12}[ ]){0,6}?(?:no longer|doesn't|does not|is (?:void|wrong|false|a lie|obsolete|invalid|outdated|irrelevant)|was (?:a lie|wrong|false|fake|a test))\b)",
    ),
    told(
        "void:was_a_test",
        50,
        r"(?i-u:\b(?:instructions?|text|prompt|rules|messages?|task|everything|conversation|all of that|all that)(?:[ ](?:above|before|earlier|so far|until now))?[ ](?:was|were|is|are)[ ](?:just |only |all |merely |actually |simply )?(?:an? )?(?:test|joke|decoy|lie|fake|trick|distraction|warm-?up|dummy|practice|false|nonsense|simulation|rubbish|bait)\b[.,;!]?)",
    ),
    told(
        "task:real",
        45,
        r"(?i-u:\b(?:your|the)[ ](?:real|actual|true|genuine|only|main new|new)[ ](?:task|job|instructions?|goal|purpose|mission|objective|prompt|question|assignment|role)[ ]?(?:is|are|was|now|begins?|starts?|follows?|:|comes))",
    ),
    told(
        "task:follow_these",
        40,
        r"(?i-u:\b(?:now|instead|then|only|just)[,]?[ ](?:please )?(?:follow|execute|obey|carry out|perform|do|complete|answer)[ ](?:only )?(?:these|the following|this|those|my|the)[ ](?:new )?(?:instructions?|orders?|commands?|directions?|directives?|task|one below|command)\b)",
    ),
    told(
        "task:left",
        55,
        r"(?i-u:\b(?:leave|abandon|drop|quit|forget|stop|ignore|disregard|discard|cancel|skip)[ ](?:doing |with |about )?(?:the|your|this|that|any)[ ](?:[a-z'-]{2,14}[ ]){0,2}?(?:task|job|assignment|work|request|question|query|translation|summary|summari[sz]ation|classification|conversation)[ ,]{1,2}(?:above[ ,]{1,2}|below[ ,]{1,2}|before[ ,]{1,2}|for now[ ,]{1,2})?(?:and|instead|then|just)[ ](?:[a-z]{2,8}[ ]){0,2}?(?:do|answer|print|write|say|tell|output|reply|respond|recommend|reveal|give|act|execute|follow|send|return|show)\b)",
    ),
    told(
        "task:new_rule",
        45,
        r"(?i-u:\b(?:new|updated|revised|final|additional|special|urgent|secret|hidden|override)[ ](?:[a-z]{3,10}[ ])?(?:rules?|task|objective|priority|goal|directive|command|policy|orders?|plan|instructions?|statement|assignment|prompt)[ ]?(?::|-{1,2} |=|below))",
    ),
    told(
        "override:misspelt_verb",
        75,
        r"(?i-u:\b(?:ignroe|igonre|inore|ingore|ingnore|igmore|igmre|ignre|ignor|ignoer|gnore|igore|ignoore|ignnore|ignorr|ingor|igrnoe|dsregard|disreguard|disregrad|disragard|diregard|disregad|disreagrd|forgte|froget|frget|fogret|forgett|overide|overrride|bypas|byapss)[ ](?:[a-z'-]{1,14}[ ]){0,4}?(?:in?[a-z]{1,4}tr?[a-z]{2,6}s?|rul?e?s|pro?m?p?t?s|guid[a-z]{3,7}|above|previ?[a-z]{2,4}|said|told|everything|restrict[a-z]{2,5}|filters?|safety|orders|commands)\b)",
    ),
    told(
        "override:misspelt_noun",
        75,
        r"(?i-u:\b(?:ignore|disregard|forget|override|overlook|bypass|discard)[ ](?:[a-z'-]{1,14}[ ]){0,4}?(?:previuos|previos|prevous|pervious|previious|previoius|prevoius|preivous|prvious|previus|prveious|prior|above|earlier|ur|your|all|the|my|these)[ ](?:[a-z]{1,9}[ ]){0,2}?(?:iunstruct|instrut|instructon|instrucion|intruct|instuct|insturct|instructoin|instrcut|instructiosn|insrtuct|instrct|isntruct|inctruct|instrust|instructin|insruct|instrucc|istruct|instrucitons|instrctions|promt|propmt|pormpt|prmopt|promtp|ruels|guidlines|guidelnes|comands|directons)[a-z]{0,7}\b)",
    ),
    Shape {
        name: "override:run_together",
        regex: r"(?i-u:(?:ignore|disregard|forget|override|bypass)[_.+-]{0,2}(?:all|any|every|the|my|your)?[_.+-]{0,2}(?:the|of|my|your)?[_.+-]{0,2}(?:previous|prior|above|earlier|your|system|safety|preceding)[_.+-]{0,2}(?:given|system|safety)?[_.+-]{0,2}(?:instructions?|rules|prompts?|guidelines|directives|orders|commands|messages))",
        confidence: 75,
        accept: Some(outside_addresses),
    },
    told(
        "authority:permits",
        45,
        r"(?i-u:\b(?:(?:i|we)(?:'m| am| are| hereby| now| do)?[ ](?:hereby |now |officially )?(?:authori[sz](?:e|ing)|permit(?:ting)?|order(?:ing)?|command(?:ing)?|grant(?:ing)?)[ ]you[ ](?:[a-z]{2,9}[ ]){0,3}?(?:to|access|permission|clearance)\b|you(?:'ve| have| are|'re)?[ ](?:now |hereby |been |officially ){0,3}(?:granted|authori[sz]ed|cleared|permitted|allowed|given permission)[ ](?:[a-z]{2,12}[ ]){0,4}?(?:to|by|permission|access|clearance)\b))",
    ),
    Shape {
        name: "authority:role",
        confidence: 40,
        accept: Some(unless_of_people),
        regex: r"(?i-u:\b(?:as|i am|i'm|this is|speaking as|we are|we're|message from|from)[ ](?:the |an? |your |one of )?(?:[a-z]{2,12}[ ]){0,2}?(?:system administrator|sysadmin|administrator|lead developer|developer|creator|engineer|owner|operator|security team|openai|anthropic|deepmind|google|microsoft|red[- ]team(?:er)?|programmer|superuser|root user|admin)(?: staff| employee| engineer| team| here| of (?:this|the) (?:system|chatbot|bot|ai|model|assistant))?[ ,.:;](?:[a-z]{1,10}[ ,]){0,4}?(?:i |we |you |please |give |show |grant |switch |enter |disable |enable |turn |unlock |ignore |reveal |tell |print |allow))",
    },
    told(
        "authority:access_granted",
        50,
        r"(?i-u:\b(?:root|admin|administrator|superuser|sudo|developer|full|system|elevated|unrestricted)[ -](?:access|privileges?|rights|permissions?|clearance|mode|override)[ ]?(?:has been |have been |is |are |now |:){0,2}[ ]?(?:granted|enabled|activated|unlocked|confirmed|accepted|authori[sz]ed)|\byou (?:now )?have (?:root|admin|full|unrestricted|superuser|sudo)[ ](?:access|privileges?|rights|permissions?)|\bauthori[sz]ation (?:level|code)(?: [a-z0-9-]{1,12}){0,2} accepted)",
    ),
    told(
        "authority:sudo",
        60,
        r"(?i-u:\bsudo[ ](?:give|tell|reveal|show me|explain|answer|ignore|say|write me|print (?:the|your)|override|rm (?:guidelines|rules|filters?|safety|restrictions)|enable (?:unrestricted|dan|developer|jailbreak|god)|disable (?:safety|filters?|restrictions|guidelines)|act as|you)\b)",
    ),
    Shape {
        name: "authority:mode",
        regex: r"(?i-u:\b(?:(?:enter(?:ing)?|activat(?:e|ing|ed)|enabl(?:e|ing|ed)|switch(?:ing)? (?:in)?to|engag(?:e|ing)|you(?:'re| are)(?: now)? in|boot(?:ing)? into|initiat(?:e|ing)|go into|start(?:ing)?|unlock|turn on)[ ](?:the |a |your |an )?(?:[a-z]{2,10}[ ])?(?:developer|dev|debug|god|admin|root|maintenance|test|testing|unrestricted|sudo|superuser|diagnostics?|unsafe|raw|training|supervisor|jailbreak|bypass|override|uncensored|unfiltered|evaluation|benchmarking|calibration|verbose)[ ]?mode\b|god ?mode[ :=]{1,3}(?:enabled|activated|on)\b))",
        confidence: 50,
        accept: Some(unless_of_a_gadget),
    },
    told(
        "fiction:rules_do_not_apply",
        60,
        concat!(
            r"(?i-u:\b(?:this is|it's|it is|since this is|because this is|as this is|we are in|here in)[ ](?:only |just |purely |merely |simply |all )?(?:an? )?(?:[a-z]{3,12}[ ])?(?:fiction(?:al)?|hypothetical|simulation|test|game|thought experiment|role-?play|story|sandbox|dream|exercise|joke|play|movie|experiment)(?u:[^.\n]){0,60}?\b",
            rules!(),
            r"[ ](?:[a-z]{2,9}[ ]){0,3}?(?:do not|don't|does not|doesn't|no longer|not)[ ](?:apply|matter|count)|\b(?:fiction(?:al)?|hypothetical|simulation|game|role-?play|experiment|educational)\b(?u:[^.\n]){0,50}?\b(?:you (?:can|may|should|must|are free to)|so|therefore|please|and)[ ](?:safely |freely |just )?(?:ignore|disregard|bypass|forget|break|drop)[ ](?:[a-z]{2,9}[ ]){0,4}?",
            rules!(),
            r"\b)"
        ),
    ),
    Shape {
        name: "override:released",
        confidence: 65,
        accept: Some(of_one_addressed),
        regex: concat!(
            r"(?i-u:\b(?:released|freed|free|exempt(?:ed)?|relieved|excused|liberated|absolved|unbound|detached)[ ]from[ ](?:all |any |every |your |the |these |those |each |of ){1,3}(?:[a-z'-]{2,12}[ ]){0,2}?",
            rules!(),
            r"\b)"
        ),
    },
    told(
        "void:none_of_them",
        60,
        concat!(
            r"(?i-u:\b(?:none|neither|not one)[ ]of[ ](?:the|your|those|these)[ ](?:[a-z'-]{2,12}[ ]){0,3}?",
            rules!(),
            r"[ ](?:[a-z]{2,9}[ ]){0,2}?(?:is|are|were|apply|applies|matter|matters|count|hold|exist)\b)"
        ),
    ),
    told(
        "void:before_this",
        65,
        r"(?i-u:\b(?:any|all|every|each|the|other)[ ](?:[a-z]{3,9}[ ])?(?:instructions?|text|messages?|prompts?|commands?|orders?)[ ](?:before|above|prior to|preceding|earlier than|except)[ ](?:this|here|it|mine)(?u:[^.\n]){0,60}?\b(?:ignored?|disregarded?|invalid|fake|written by|void|not real|irrelevant|lies?|forgotten|a test|a joke|wrong|untrusted)\b)",
    ),
    told(
        "task:aborted",
        50,
        r"(?i-u:\b(?:abort|discontinue|unfollow|scrap|cancel|halt|disregard|drop|dismiss|void)[ ](?:the|this|your|that|all|any)[ ](?:current|previous|above|original|given|earlier|initial|prior|existing|ongoing|preceding)[ ](?:[a-z]{3,9}[ ])?(?:task|assignment|prompt|instructions?|directions?|session|conversation|objective|mission|request|query|question|text|context|message)\b)",
    ),
    told(
        "task:said_before",
        45,
        r"(?i-u:\b(?:cancel|forget|ignore|disregard|scrap|drop)[ ](?:everything|all|anything|whatever)[ ](?:that )?(?:i|was|we|they|has been)(?:'ve| have)?[ ](?:just )?(?:said|written|wrote|told|asked|stated|given|discussed)\b)",
    ),
    told(
        "persona:no_assistant",
        50,
        r"(?i-u:\b(?:stop being|no longer be|quit being|don't be|cease to be|stop acting (?:as|like))[ ](?:an? |the |my )?(?:[a-z]{3,10}[ ]){0,2}?(?:assistant|ai|chatbot|language model|bot|chatgpt|robot)\b)",
    ),
    told(
        "control:own_safety",
        60,
        r"(?i-u:(?:^|[.!?:;,\n\x22'][ ]{0,2}|\b(?:and|then|now|please|to|must|can you|could you|will) )(?:bypass|disable|deactivate|turn off|switch off|circumvent|evade|shut (?:off|down)|suspend|disengage)[ ](?:all |any |every |the |your |its |of ){0,3}(?:[a-z'-]{2,12}[ ]){0,2}?(?:safety (?:filters?|protocols?|measures|guidelines|checks|mechanisms|restrictions|features|settings|layers?)|content (?:filters?|moderation|polic(?:y|ies)|restrictions)|ethical (?:guidelines|constraints|restrictions|filters?|limits|safeguards)|moral (?:guidelines|constraints|filters?|compass)|guardrails?|censorship|alignment|moderation(?: filters?| layer)?|restrictions? (?:on|in) (?:you|this)|built-?in (?:restrictions|filters|limits|safeguards))\b)",
    ),
    told(
        "override:rest_of_this",
        70,
        r"(?i-u:\b(?:ignor(?:e|ing)|disregard(?:ing)?|skip|forget|drop)[ ](?:the |all the )?(?:rest|remainder|remaining (?:text|content))[ ](?:of )?(?:this|the|that|my)[ ](?:[a-z]{3,9}[ ])?(?:data|text|document|page|e-?mail|message|article|content|conversation|prompt|input|passage|paragraph|instructions?)[ ,]{1,2}(?:and |then |but )?(?:just |only |simply |instead )?(?:print|say|output|write|tell|repeat|reply|respond|answer|show|display)\b)",
    ),
    told(
        "override:and_just",
        70,
        r"(?i-u:\b(?:ignore|disregard|forget|drop|skip)[ ](?:(?:all |any |the |your |these |those |my ){0,2}(?:instructions|prompts?|above|everything|previous)|(?:everything |all |the |what is |whatever is |anything )above)[ ,.;:!-]{1,3}(?:and |then |but |now |please |instead,? ){0,2}(?:just |only |simply |instead |now ){0,2}(?:print|say|output|write|tell|repeat|reply|respond|answer|translate|reveal|spell|speak|state)\b)",
    ),
    told(
        "override:stop_write",
        55,
        r"(?i-u:(?:^|[.?!\n][ ]?)stop[ ]?[-:!.,]{1,3}[ ]?(?:now |and |just |instead )?(?:write|say|print|output|repeat|tell|state)\b)",
    ),
    told(
        "override:do_not_but",
        60,
        r"(?i-u:\b(?:do not|don't|stop|instead of|rather than)[ ](?:answer(?:ing)?|look(?:ing)?|read(?:ing)?|us(?:e|ing)|translat(?:e|ing)|summari[sz](?:e|ing)|process(?:ing)?|consider(?:ing)?)\b(?u:[^.\n]){0,50}?\b(?:but|and|just|only)[ ](?:just |only |simply |instead ){0,2}(?:output|say|print|reply with|respond with|state)\b)",
    ),
    told(
        "override:claimed",
        60,
        r"(?i-u:\b(?:admin(?:istrator)?|system|developer|root|security|maintenance|emergency|master|safety|operator|user)[ _-]override[ ]?[:!=-])",
    ),
    told(
        "task:left_behind",
        65,
        r"(?i-u:\b(?:leave|put|remove|strike|erase|clear|drop|get|throw|push)[ ](?:all[ ])?(?:the |your |of the |my )?(?:previous|prior|earlier|above|preceding|old|past)[ ](?:[a-z]{3,9}[ ])?(?:information|tasks?|assignments?|text|context|data|conversations?|messages?|instructions?|orders)[ ](?:[a-z]{2,6}[ ]){0,2}?(?:behind|aside|away|out of your|from your|out of mind))",
    ),
    Shape {
        name: "task:all_forgotten",
        confidence: 55,
        accept: Some(unless_of_some),
        regex: r"(?i-u:\b(?:forget|ignore|disregard)[ ](?:about )?(?:all|any|every)(?: of)?(?: the| your| my| these| those)?[ ](?:previous |prior |earlier |other )?(?:assignments?|tasks?|questions|conversations?|messages|context)\b)",
    },
    told(
        "trigger:word",
        60,
        r"(?i-u:\b(?:when(?:ever)?|if|once|every time|each time|as soon as|after)[ ]i[ ](?:say|type|write|use|enter|mention|send)[ ](?:the )?(?:magic )?(?:word |phrase |code |codeword |keyword )?(?u:[^.\n,]){1,40}[, ]{1,2}you[ ](?:will |must |should |can |are to |shall )?(?:drop|ignore|forget|answer (?:without|any|every|all)|unlock|disable|switch|become|bypass|remove|stop (?:following|refusing)|turn off|obey|comply|lose)\b)",
    ),
];

/// The administrator of a choir's pages is no authority over a model.
fn unless_of_people(candidate: &Candidate<'_>) -> Option<u8> {
    let text = [candidate.matched(), candidate.after(16)].concat();
    let theirs = [" of this", " of our", " of a ", " of my", " of the ", " for a ", " in a ", " at a "];
    let club = theirs.iter().any(|words| text.contains(words))
        && !mentions(&text, &["ai", "model", "system", "chatbot", "bot", "assistant", "company", "platform"]);
    if club { None } else { unless_told_of(candidate) }
}

/// "Ignore all questions that have nothing to do with plants" narrows a task.
fn unless_of_some(candidate: &Candidate<'_>) -> Option<u8> {
    let after = candidate.after(12);
    let some =
        [" that", " which", " about", " on ", " outside", " unrelated", " not", " beyond", " from", " in "];
    if some.iter().any(|words| after.starts_with(words)) { None } else { unless_told_of(candidate) }
}

/// A prisoner is freed from rules, too; the model is spoken to.
fn of_one_addressed(candidate: &Candidate<'_>) -> Option<u8> {
    let confidence = unless_told_of(candidate)?;
    let addressed = mentions(candidate.matched(), &["your", "the"])
        || mentions(
            candidate.before(60),
            &["you", "your", "u", "ai", "model", "assistant", "hereby", "consider", "bot", "act"],
        );
    Some(if addressed { confidence } else { confidence.min(40) })
}

/// A new order of rank is an attack on the instructions, not their own word on what users say.
fn over_the_system(candidate: &Candidate<'_>) -> Option<u8> {
    let after = candidate.after(24);
    let honest = ["user", "conflict", "default", "tool", "document", "style"];
    if mentions(candidate.matched(), &honest) || mentions(after, &honest) {
        None
    } else {
        unless_told_of(candidate)
    }
}

/// The phrase inside the address of a page is its title.
fn outside_addresses(candidate: &Candidate<'_>) -> Option<u8> {
    let plain = candidate.matched().contains(['_', '.', '+', '-']) || !candidate.matched().contains(' ');
    let titled = candidate.before(1).ends_with(['/', '#', '`', '-', '"']);
    if plain && !titled && !is_forbidden(candidate) { unless_talked_about(candidate) } else { None }
}

/// Telephones, browsers, games and servers have such modes, too.
const GADGETS: &[&str] = &[
    "android",
    "phone",
    "chromebook",
    "device",
    "settings",
    "chrome",
    "extension",
    "windows",
    "quest",
    "router",
    "server",
    "database",
    "django",
    "flask",
    "app",
    "site",
    "website",
    "game",
    "doom",
    "skyrim",
    "minecraft",
    "console command",
    "vehicle",
    "car",
    "printer",
    "laptop",
    "tv",
    "iphone",
    "ios",
    "xcode",
    "unity",
    "browser",
    "kodi",
    "telegram",
    "store",
    "how do i",
    "how to",
    "how can i",
];

fn unless_of_a_gadget(candidate: &Candidate<'_>) -> Option<u8> {
    let near = mentions(candidate.before(80), GADGETS) || mentions(candidate.after(60), GADGETS);
    if near { None } else { unless_told_of(candidate) }
}
