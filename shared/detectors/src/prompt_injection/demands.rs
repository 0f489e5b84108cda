//! What planted orders are after: money, rights, verdicts, data, silence about a fault, a word in every answer. Honest
//! text asks for such things, too, so each is weak; beside a word to the machine, a new task or a wish for silence it is
//! an attack.

use super::guards::{said, told};
use crate::detector::Shape;

/// The one for whom the model works.
macro_rules! principal {
    () => {
        r"(?:users?|humans?|persons?|people|customers?|readers?|clients?|owners?|shoppers?|visitors?|travell?ers?|developers?|candidates?|patients?|boss|principal|recipients?|guests?)"
    };
}

pub(super) static SHAPES: &[Shape] = &[
    told(
        "demand:tool",
        30,
        r"(?i-u:\b(?:call|calls|calling|run|runs|execute|invoke|use|using|trigger)[ ](?:the |your |ur |tool |function |also ){0,2}[`'\x22]?(?:[a-z]{2,14}_[a-z_]{2,24}|[a-z]{2,14}\.[a-z_]{2,24})[`'\x22]?(?:\(| tool| function| with | on | now| first| at once|[.,;]))",
    ),
    told(
        "demand:tool_of_kind",
        30,
        r"(?i-u:\b(?:use|using|call|open|via|with|through)[ ](?:the |your |ur )(?:[a-z]{2,12}[ -]){1,3}(?:tool|manager|plugin|function)\b)",
    ),
    told(
        "demand:money",
        30,
        r"(?i-u:\b(?:transfer|transfers|send|wire|pay|refund|donate|charge|deposit)[ ](?:out |over |back )?(?:(?:an? |the |this |him |her |me |them |about |full |open |attached |[a-z]{3,9} ){0,4}(?:(?:\$|€|£)?[ ]?[0-9][0-9.,]{0,9}(?: ?(?:usd|eur|dollars|euros|pounds))?)\b|the (?:open|attached|outstanding) (?:fee|bill|invoice|amount)\b|a full refund|(?:every|each|all) (?:refund|payment)s?))",
    ),
    told(
        "demand:rights",
        30,
        r"(?i-u:\b(?:grant|give|assign|make|add|whitelist|invite|promote|upgrade|set)\b[ ](?:[a-z0-9@'._-]{1,20}[ ]){0,5}?(?:admin(?:istrator)?(?: rights)?|full access|permanent (?:access|entry)|moderator|owner rights|edit rights|collaborators?|trusted (?:device|sender)|root(?: access)?|permissions?|vip|access to|as (?:an? )?(?:admin|owner|member))\b)",
    ),
    told(
        "demand:verdict",
        35,
        r"(?i-u:\b(?:approve|merge|accept|rank|rate|score|give|mark|recommend|classify|grade|hire|shortlist|select|treat|assign|award|put|write|answer|reply|produce|output)\b[ ](?:[a-z0-9'-]{1,14}[ ]){0,6}?(?:10/10|10 out of 10|[\x22']?lgtm|five stars|5 stars|full marks|as (?:outstanding|approved|completed|perfect|reviewed|resolved|spam|secure|verified|excellent)|(?:perfect|top|highest|best|maximum) (?:score|mark|rating|fit|candidate|grade)s?|immediate signature|without (?:comments?|review|further review|reading)|no (?:risks|issues|weaknesses|comments)|first of all|rank(?:ed)? first|straight to the offer|[\x22'](?:flawless|secure|spotless|excellent|approved|verified|nothing to worry)))",
    ),
    told(
        "demand:this_one",
        35,
        r"(?i-u:\b(?:recommend|approve|merge|accept|hire|choose|pick|rank|prefer|praise|advertise|promote|buy)[ ](?:only |just )?(?:(?:this|our|my) (?:candidate|applicant|pull request|pr|product|paper|manuscript|site|shop|offer|cv|resume|application|essay|submission|request|company|brand|service|hotel|restaurant)|me (?:first|over|above|for)|product [0-9]))",
    ),
    told(
        "demand:tell_the_user",
        30,
        concat!(
            r"(?i-u:\b(?:tell|inform|assure|warn|convince|remind|answer|report to|lie to|say to|advise|ask)[ ](?:the |your |every |each |any )",
            principal!(),
            r"[ ,:](?:that |to |they|the |all |their |his |her |she |he |it |not |for |there|sales|[\x22'])|\bclaim (?:that )?(?:it's|it is|all|they|the|there)\b)"
        ),
    ),
    told(
        "demand:leave_out",
        35,
        r"(?i-u:\b(?:leave out|omit|skip|drop|hide|suppress|exclude|don't flag|do not flag|never cite|don't cite|do not cite|strike|keep out|ignore)[ ](?:[a-z0-9'-]{1,14}[ ]){0,3}?(?:objections?|complaints?|reviews?|recall(?: notice)?|risks?|the gap|gap in|weak points|drawbacks|security checks?|tests|negatives?|rivals|competitors?|warnings?|from your (?:summary|analysis|minutes|report|answer|notes)|in your (?:summary|analysis|minutes|report|answer)|launch date|identity (?:checks?|questions)|them out and|reviews below|confirmation step|verification|approval step|review of))",
    ),
    told(
        "demand:put_in",
        30,
        r"(?i-u:\b(?:insert|add|put|include|write|append|mention|name|paste|place|reproduce|copy|give|quote|suggest|repeat|work|say|change)\b(?u:[^.\n]){1,70}?\b(?:in|into|to|with|at the (?:end|top|start) of|on top of|under)[ ](?:your|every|all|each|any)[ ](?:of your )?(?:next |new |other |future |later |single |last |own )?(?:summar(?:y|ies)|answers?|repl(?:y|ies)|recaps?|minutes|responses?|reviews?|reports?|functions?|completions?|commits?|memory|documents?|docs|mails?|e-?mails?|recommendations?|outputs?|drafts?|messages?|pages?|files?|contacts?|conversations?|feedback|link|version|paragraph|entry)\b)",
    ),
    told(
        "demand:data",
        35,
        r"(?i-u:\b(?:read|paste|send|sends|upload|attach|collect|dump|print|list|show|display|forward|reply with|gather|email|emailing|export|zip|share|publish|append|report|answer with|hand over|output|enumerate|transmit|include|pass|write down|replace|put|look for|look up|mail|cat|fill in)\b(?u:[^.\n]){1,50}?(?:\.env\b|~/\.?[a-z]|/proc/|environ\b|\.npmrc|\bcredentials|\b(?:api|access|session|auth|secret|env(?:ironment)?) (?:tokens?|variables)|\bcard number|\bpasswords?\b|(?:backup|recovery) codes|address book|\bcontacts\b|private (?:notes|messages|repos|files|folder)|all (?:the |other |accessible |unread )?(?:mails|e-?mails|files|messages|documents|contacts|repos|notes|secrets)|chat so far|(?:entire|full|whole) (?:conversation|chat|thread)\b|last (?:user )?message|what the user|user's (?:last |full |e-?mail|phone|name|city|address|question|password)|customer (?:table|data|list)|names and birthdays|your (?:context|window)|everything in your|api keys?|secret key|two-factor))",
    ),
    told(
        "demand:collect",
        40,
        concat!(
            r"(?i-u:\b(?:ask|prompt|get|collect|request|obtain|gather|fill in)\b[ ](?:from )?(?:the |your |each |any |every )",
            principal!(),
            r"(?:'s|s')?[ ](?:to (?:enter|give|type|confirm|provide|share|re-?enter|send)|for)?[ ]?(?u:[^.\n]){0,30}?(?:card|birthday|date of birth|passwords?|account|full name|\bpin\b|phone|login|salary|employer|mother|id\b|codes?\b))"
        ),
    ),
    told(
        "demand:turn_off",
        30,
        r"(?i-u:\b(?:disable|switch off|turn off|unlock|mute|bypass|remove|skip|unload|suspend|stop)[ ](?:the |all |your |this |any |my ){0,2}(?:sandbox|safe mode|antivirus|alarms?|confirmations?|content warnings?|logging|verification|moderation|front door|garage|door|checks|security|firewall|policy enforcement|safety module|filters?|refusals?|approval)\b)",
    ),
    told(
        "demand:destroy",
        30,
        r"(?i-u:\b(?:delete|erase|empty|wipe|cancel|close|remove|clear|archive|reject|blank|drop)[ ](?:all|every|the whole|the entire|any)[ ](?:of )?(?:the |other |open |my |your |remaining |existing ){0,2}(?:[a-z]{3,12}[ ])?(?:files|folders?|meetings?|events?|tickets|orders|mails?|e-?mails?|messages|tables?|notes|backups?|records|entries|applicants?|applications|data|branches|history|pile)\b)",
    ),
    told(
        "demand:address",
        30,
        r"(?i-u:\b(?:open|visit|click|load|fetch|follow|go to|render|build a link|navigate to|browse to|post (?:it|them)? ?to|upload (?:it|them)? ?to)\b(?u:[^.\n]){0,30}?https?://)",
    ),
    told(
        "demand:into_address",
        45,
        r"(?i-u:https?://(?u:[^\s]){3,80}(?:\?|=|\{|&)(?u:[^\n]){0,60}?\b(?:chat so far|conversation|appended|user'?s?[ _](?:e-?mail|city|question|message|last|name|location|data)|last (?:user )?message|url[ -]?encoded|placeholders?|secrets|what the user|fill in)\b)",
    ),
    told(
        "demand:no_negatives",
        35,
        r"(?i-u:\b(?:simply |only |just )?(?:answer|reply|say|write|state|claim|report|conclude|output)[ ](?:only )?(?:that )?[\x22']?(?:strong hire|there (?:aren't|are no|is no|isn't) any|no (?:risks|weak)|nothing to worry|everyone agreed|all is (?:well|balanced)|recommended|lgtm|approved|spotless|flawless|closed|the tests passed|they passed)\b)",
    ),
    told(
        "demand:rule_for_ever",
        30,
        r"(?i-u:\b(?:from (?:today|here on|this (?:line|point|moment) on)|as of (?:now|today)|in (?:every|each|all) (?:future |later )?(?:repl(?:y|ies)|answers?|recommendations?|completions?|conversations?|topic|draft|mail|session)|until further notice|for the rest of (?:the|this|our) (?:chat|conversation|session)|whenever asked|when asked (?:about|next)|each time you (?:write|answer|reply)|on each (?:later|mail|message|reply))\b)",
    ),
    said(
        "demand:remember",
        35,
        r"(?i-u:\b(?:save|store|write|add|put|overwrite|make|copy|record|update|keep|set)\b(?u:[^.\n]){1,40}?\b(?:(?:in|into|to) (?:your |the |its |each new )?(?:long-term |persistent |new )?(?:memory|memories|notebook|profile of the user|bio)\b|your (?:profile of the user|saved notes?|memory)|(?:entry|entries|note) in your memor(?:y|ies))|\bmemori[sz]e:|\bto=bio\b)",
    ),
    told(
        "demand:spread",
        45,
        r"(?i-u:\b(?:copy|paste|forward|send|insert|include|reproduce|repeat|place|put|spread)[ ](?:this|that|the same|the whole|it)[ ](?:[a-z]{2,12}[ ,]{1,2}){0,4}?(?:in|into|to|at|with)[ ](?:all|every|each|five|ten|other)[ ](?:of )?(?:your |the |my |other |two )?(?:[a-z]{3,9}[ ])?(?:contacts?|docs|documents?|repl(?:y|ies)|mails?|e-?mails?|answers?|messages?|pages?|agents?|assistants?|people in)\b)",
    ),
];
