//! The task is taken away and another put in its place: a new boss or brief, the user's wish declared void, something
//! to be done before or instead of what was asked, an end of the text that is none.

use super::guards::{said, told, unless_talked_about};
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

pub(super) static SHAPES: &[Shape] = &[
    told(
        "task:new_one",
        40,
        r"(?i-u:\b(?:your|ur)[ ](?:[a-z]{3,9}[ ])?(?:new|real|true|actual|replacement|next|second|hidden|secret|current)[ ](?:[a-z]{3,9}[ ])?(?:boss|owner|jobs?|tasks?|brief|goal|mission|orders?|assignment|principal|master|role|objective|identity|purpose|operator|instructions?)\b)",
    ),
    told(
        "task:stopped",
        35,
        r"(?i-u:\b(?:stop|drop|abort|suspend|discontinue|forget(?: about)?|abandon|discard|cancel|quit|pause|halt|disregard|ignore|set aside|let go of|do not finish|not finish)[ ](?:with |doing )?(?:(?:what(?:ever)?[ ](?:you're|ur|you are|u r|u are|you)[ ](?:doing|working on|were|do\b)|(?:the |your |ur )?(?:user(?:'s|s)?|human's|person's|customer's|current|original|visible)[ ](?:[a-z]{3,9}[ ])?(?:jobs?|tasks?|requests?|goals?|work|wish|question|query|intent|instructions?|message)|what (?:you do|the (?:user|person|human|customer|boss|owner) (?:wanted|asked|said|wants|requested))|the (?:person|user|human|question|guide|other results|recipe)\b)))",
    ),
    told(
        "task:whatever_was_asked",
        45,
        r"(?i-u:\b(?:whatever|no matter what|regardless of what|irrespective of(?: what)?|whichever|notwithstanding anything|despite what|(?:i )?(?:don't|dont|do not) care what|instead of what|rather than what|even if)[ ](?:[a-z]{3,9}[ ])?(?:the )?(?:(?:user|person|human|customer|reader|boss|owner|shopper|client)s?(?: has| have|'s)? (?:asks?|asked|wants?|wanted|says?|said|needs?|typed|requests?|requested|instructed|did instruct|names?d?)|(?:the )?question\b|you were (?:asked|told)|was (?:asked|searched|requested)|they (?:asked|wanted|want)|car was asked|the criteria say|the (?:review )?(?:policy|criteria|rubric|guidelines) says?))",
    ),
    told(
        "task:instead_of_asked",
        35,
        r"(?i-u:\b(?:instead of|rather than|in place of)[ ](?:answering|filling|summari[sz]ing|translating|helping|proofreading|fixing|reviewing|doing|describing|listing)[ ](?:the |this |what |it)(?:[a-z']{2,9}[ ,]{1,2}){0,5}?(?:tell|do|upload|send|write|log|report|say|open|delete|buy|call|print|give|post|reply|ask)\b)",
    ),
    said(
        "task:wish_void",
        60,
        r"(?i-u:\b(?:user|person|human|customer|owner)(?:'s|s)?[ ](?:[a-z]{3,9}[ ])?(?:request|question|goal|task|intent|wish|query|order|instructions?)s?[ ](?:[\x22'](?u:[^\x22'\n]){1,40}[\x22'][ ])?(?:is|was|has been|are|were|have been)[ ](?:now |only |hereby )?(?:void|a typo|cancell?ed|updated|changed|irrelevant|outdated|replaced|obsolete|no longer|a test|overridden|superseded|withdrawn|fulfilled|a placeholder))",
    ),
    said(
        "task:you_were_asked",
        30,
        r"(?i-u:\b(?:you(?:'ve| have| had)? (?:been|were)[ ](?:only |probably |likely |perhaps )?(?:asked|told|supposed|instructed|meant|deployed|sent)[ ](?:to|by|here|earlier|only)|you(?:'re| are) only supposed|you came here|you were given a list)\b)",
    ),
    said(
        "task:done_with",
        40,
        r"(?i-u:\b(?:you(?:'re| are|'ve| have)[ ](?:now )?(?:done|finished|through|completed)[ ](?:with )?(?:the|your|that|this|all)\b|(?:your|the)[ ](?:[a-z]{3,12}[ ])?(?:task|job|translation|summary|lookup|review|reading|evaluation|homework help|banking stuff|conversation|analysis)[ ](?:is|has been|was)[ ](?:now |already |successfully )?(?:over|finished|complete|completed|done|skipped|closed)|great work on the|that was the (?:last|end of|mail|final)|good job so far|thank you for your good work|now that (?:this|that)(?:'s| is) (?:out of the way|done)))",
    ),
    said(
        "persona:reassigned",
        45,
        r"(?i-u:\byou(?:'re| are|'ve| have| r)?[ ](?:now |been |hereby |no longer )(?:been )?(?:the |our |an? )?(?:helpdesk|reassigned|promoted|switched to|transferred|elevated|upgraded|released|carrier|refundbot|openbot|[a-z]{3,12}bot\b|the [a-z]{3,12} (?:bot|agent|assistant)|on duty|in charge|(?:talking|speaking) to (?:the|an?|your) (?:registry|developer|admin|owner|operator|root)))",
    ),
    Shape {
        name: "override:has_rank",
        confidence: 55,
        accept: Some(unless_of_papers),
        regex: r"(?i-u:\b(?:overrides|supersedes|beats|outranks|takes? precedence over|has priority over|have priority over|prevails over|ranks above|replaces|precedes|trumps)[ ](?:all |any |your |the |whatever |every |later |what |other |those |ur ){1,3}(?:[a-z,]{2,12}[ ]){0,3}?(?:instructions?|guidance|requests?|polic(?:y|ies)|rules?|user|system prompt|orders?|principal|settings|conventions|configuration|prompt|message|developer|said|says|entered)\b)",
    },
    said(
        "void:the_old_ones",
        45,
        r"(?i-u:\b(?:old|former|previous|earlier|prior|your|original|existing|other|triage|review)[ ](?:[a-z]{3,9}[ ])?(?:instructions?|rules|guidance|brief|instruction sheet|settings|orders|criteria|directions?|policy|task)[ ](?:[a-z]{2,9}[ ]){0,6}?(?:(?:is|are|was|were|has been|have been)[ ](?:now |hereby )?(?:cancell?ed|replaced|deleted|void|outdated|over|invalid|changed|withdrawn|migrated|overturned|noise)|no longer (?:count|apply|valid|hold|matter)|don't count|do not count))",
    ),
    said(
        "task:first_this",
        50,
        r"(?i-u:\b(?:before|prior to|ahead of|until|once|as soon as)[ ](?:(?:you|u|it)[ ])?(?:can |may |could |are able to )?(?:repl(?:y|ying)|answer(?:ing)?|respond(?:ing)?|show(?:ing)?|go(?:ing)? on|continu(?:e|ing)|proceed(?:ing)?|summari[sz](?:e|ing)|display(?:ing)?|label(?:l?ing)?|solv(?:e|ing)|complet(?:e|ing)|finish(?:ing)?|process(?:ing)?|open(?:ing)?|read(?:ing)?|writ(?:e|ing)|work(?:ing)?|making|using|fixing|triag(?:e|ing))\b(?u:[^.\n]){0,60}?[ ,](?:you|u|the (?:assistant|agent|model|bot)|please|first|kindly|agent)[ ,](?:must|need to|have to|has to|should|shall|are to|first|1st|please|then)[ ,](?:[a-z]{2,9}[ ]){0,3}?[`'\x22]?(?:send|transfer|call|run|read|post|visit|delete|book|reserve|email|share|create|invite|open|paste|recommend|pay|forward|execute|download|upload|add|grant|append|print|move|ask|unlock|`))",
    ),
    said(
        "task:needed_for",
        45,
        r"(?i-u:\b(?:to|in order to)[ ](?:recover|continue|proceed|finish|fix this|follow the redirect|show you|unlock this|view|access|restore|keep (?:it|the session|your session)|complete|get (?:current|the) data|make the)\b(?u:[^.\n]){0,50}?[ ,](?:the (?:assistant|agent|model|bot|ai)|assistant|agent|you)[ ,](?:must|has to|have to|needs to|need to|should|is required to|are required to|'ve got to|first|you've got to|shall)\b)",
    ),
    said(
        "task:agent_must",
        30,
        r"(?i-u:\b(?:the )?(?:assistant|agent|model|bot|ai|copilot|chatbot|llm)[ ](?:must|needs to|has to|shall|is required to|should now|is to|will now)[ ](?:now |first |immediately |also |always |again )?(?:call|run|send|execute|perform|disable|discontinue|whitelist|reset|repeat|carry out|compose|disclose|paste|print|transfer|delete|open|export|accept|approve|release|waive|drop|mute|forward|upload|obey|comply|invoke)\b)",
    ),
    said(
        "end:of_what_is_read",
        35,
        r"(?i-u:(?:\bend of (?:the )?(?:email|e-mail|mail|file|document|page|article|retrieved context|chat|log|transcript|message|attempt|review|ticket|text|data|note|context|web ?page)\b|\[eof\]|<eof[ /]{0,2}>|\b(?:web ?page|article|file|document|log analysis|mail|email|text|transcript|list|data)[ ](?:ends here|is over|over\b)|\bstop reading\b|\beverything (?:following|after|below|before) (?:this|the|that) (?:line|marker|point)|\ball earlier text\b|\bthe (?:visible|other) (?:part|results?|proposal|text)[ ](?:[a-z]{2,9}[ ]){0,4}?(?:is|are)[ ](?:only |just )?(?:a |an )?(?:decoy|fake|placeholder|teaser|noise|outdated)|\bfrom this (?:line|point|paragraph) on\b))",
    ),
    said(
        "end:new_session",
        40,
        r"(?i-u:(?:\[|-{2,8}[ ]?|={2,8}[ ]?|#{2,6}[ ]?|<)(?:new|next|start|begin|end)[ _-](?:of[ _-])?(?:session|conversation|chat|task|attempt|transcript|context|phase|stage|turn|instance)\b)",
    ),
    told(
        "task:replaced_by",
        50,
        r"(?i-u:\b(?:mission|task|goal|job|assignment|objective|instructions?|question|intent|work)[ ](?:has been|have been|was|were|is|are)[ ](?:now |hereby )?(?:replaced|swapped|exchanged|changed|updated|overwritten|superseded|migrated)[ ](?:by|with|to|server)\b|\b(?:real|true|actual|new)[ ](?:prompt|task|message|text|query|question|description)[ ](?:starts|begins|follows|is)[ ](?:now|here|below|this|as follows)|\b(?:translate|summari[sz]e|answer|review) nothing[.!])",
    ),
    said(
        "user:speaks_here",
        45,
        r"(?i-u:\b(?:(?:this is|it's|it is)[ ](?:a message from )?(?:me|[a-z]{3,12})[, ]{1,2}(?:again,? )?(?:the|your) (?:user|owner|one who (?:asked|started)|human)|user (?:speaking|here|typing)\b|message from [a-z]{3,12}, your user|(?:from|to)=[\x22'](?:user|assistant)|added by the user|actually skip that|change of plan|i hereby change the task|instruction from (?:the|your) user|on behalf of (?:the|your) user|user intent)\b)",
    ),
    said(
        "end:forged_turn",
        40,
        r"(?i-u:(?:[.!?\n\]>\x22'][ ]{0,2}|\\n)(?:\[|<|#{1,3} ?)?(?:system|user|operator|admin)\]?>?[ ]?(?:says)?:[ ](?:new |now |great|please|next|ignore|you |from |all |task|tell|profile|override|update|actually|forget|send|reveal|repeat|print|what|skip))",
    ),
];

/// Contracts and circulars replace others, and there is talk of rank.
fn unless_of_papers(candidate: &Candidate<'_>) -> Option<u8> {
    const PAPERS: &[&str] = &[
        "agreement",
        "contract",
        "clause",
        "terms",
        "circular",
        "memo",
        "edition",
        "standard",
        "policy",
        "act",
        "regulation",
        "handbook",
        "notice",
        "version",
        "text",
        "written",
        "representations",
        "parties",
    ];
    let papers = mentions(candidate.before(40), PAPERS) || mentions(candidate.after(40), PAPERS);
    let confidence = unless_talked_about(candidate)?;
    Some(if papers { confidence.min(35) } else { confidence })
}
