//! Who is spoken to: text that turns from its readers to the machine that reads it. Said by itself it may be a robots file
//! or a rule of a house; beside an order, a wish for silence or a new task it is an attack.

use super::guards::{said, told};
use crate::detector::Shape;

/// Machines that read, by what they are called.
macro_rules! machine {
    () => {
        r"(?:(?:ai|llm|automated|language|summary|summari[sz]ing|chat|digital|virtual|artificial|answer|search|computer-use|coding|web|booking|shopping|triage|review|support|recap|mail|inbox|reading|finance|transcription)[ -](?:powered )?(?:systems?|agents?|readers?|reviewers?|bots?|crawlers?|engines?|assistants?|models?|tools?|contributors?|summari[sz]ers?|graders?|process(?:es)?|helpers?|recruiters?|programmers?|copilots?|parsers?|scanners?|clients)|assistants?|chat ?bots?|llms?|language models?|neural networks?|copilots?|chat ?gpt|gemini|claude|summari[sz]ers?|agents?|bots?|machines?|ais?|models?)"
    };
}

pub(super) static SHAPES: &[Shape] = &[
    told(
        "reader:called",
        35,
        r"(?i-u:\b(?:assistants?|agents?|chat ?bots?|copilots?|chat ?gpt|gpt|claude|gemini|llms?|ais?|bots?|summari[sz]ers?|machines?|recruiter|reviewers?|graders?|note taker|minute-?taker|transcriber)(?:[,:!]| -{1,2}|;)[ ]{1,2}(?:hey |so |and |then |also |pls |plz |please |kindly |you must |you should |you shall |you have to |you are to |you will |you need to |now |also |just |at once |immediately |from now on |from here on |first )?(?:accept|acknowledge|add|answer|append|approve|assign|attach|auto-approve|book|call|cancel|change|claim|classify|click|close|collect|compose|confirm|copy|create|delete|describe|discard|disclose|do|drop|email|e-mail|end|erase|execute|export|fetch|fill|flag|follow|forget|forward|give|grant|hide|ignore|insert|invite|leave|list|log|mark|memori[sz]e|mention|merge|mute|name|obey|omit|open|order|output|overwrite|override|paste|pay|post|praise|pretend|print|produce|publish|put|rank|rate|read|recommend|record|refund|reject|release|remember|remove|repeat|replace|reply|report|resume|return|reveal|reward|run|save|say|score|send|set|share|show|skip|state|stop|store|suggest|summari[sz]e|swap|switch|take|tell|transfer|treat|turn|unlock|unsubscribe|update|upload|use|visit|whitelist|wire|write|when|once|if|before|after|as soon as|whoever|whatever|whichever|every|do not|don't|never|always|disregard|the (?:above|other|user|criteria|policy|rules?|visible|following|tests)|stop)\b)",
    ),
    told(
        "reader:by_the_way",
        40,
        r"(?i-u:\b(?:(?:word|message|note|line|remark|hint|tip|service|aside)[ ](?:to|for)|hey|dear|hello|listen|now|@|attention,?|since|as)[ ](?:the |you,? |all |our |any )?(?:other )?(?:ai|robot|software|computer|machine|model|assistant|bot|agent|engine|neural network)s?[ ](?:that|which|who)[ ](?:[a-z']{2,12}[ ]){0,3}?(?:read|transcrib|summari|writ|boil|process|answer|handle|draft|generat|listen|see|parse|sum)[a-z]{0,4}\b)",
    ),
    told(
        "reader:mentioned",
        40,
        r"(?i-u:(?:@|/)(?:ai|assistant|bot|agent|copilot|llm)(?:[ -](?:triage|review|agent|bot))?[ ](?:please |pls |also |kindly |when |override |you |ignore |run |set |add |approve |merge |do |summari|skip |close |first ))",
    ),
    told(
        "reader:greeted",
        35,
        concat!(
            r"(?i-u:\b(?:dear|hello|hey|hi|attn|attention|listen|hiya|greetings)[ ,:]{1,2}(?:there |you |mr\.? |mister |sir/madam |little |fellow |all )?(?:the )?",
            machine!(),
            r"\b)"
        ),
    ),
    told(
        "reader:of_this",
        40,
        concat!(
            r"(?i-u:\b",
            machine!(),
            r"[ ](?:(?:that|which|who)[ ])?(?:is |are |has to |will )?(?:read|process|handl|summari[sz]|review|answer|index|pars|open|see|screen|analy[sz]|grad|mark|evaluat|load|encounter|transcrib|translat|receiv|boil|draft|edit|crawl|describ|touch|assess|scan|hear|visit|set|working on)(?:s|es|e|ing|ting)?[ ](?:up |out |down )?(?:this|these|it\b|the following|our repo|my (?:cv|resume|mail|application|message)))"
        ),
    ),
    told(
        "reader:audience",
        40,
        concat!(
            r"(?i-u:\b(?:notes?|message|word|info|information|instructions?|directions?|directives?|remark|notice|memo|addendum|heads-?up|reminder|attention|task|orders?|guidance|addressed|directed|intended|meant|visible|comment|bulletin|for use|statement|p\.?s\.?|aside|hint|rules?)[ ](?:only )?(?:to|for|by)[ ](?:all |any |the |every |each |our |your |you,? |other |coding |whichever |fellow ){0,3}(?:case handling |page-reading |handling |reading |grading |hiring )?",
            machine!(),
            r"(?:[ ](?:that|which|who|reading|doing|handling|only|on duty|with|in the|open)\b|[ ]?[:,.)!;\]>-]|[ ]?(?u:[—→])))"
        ),
    ),
    said(
        "reader:no_humans",
        40,
        r"(?i-u:\b(?:(?:humans?|people|human readers?|persons)[ ,:]{1,2}(?:please |should |may |can |need not |needn't |never |do not |don't |must not |will |can't )?(?:skip|ignore|stop here|read on|see|open|read) (?:this|it|here|past|on)|not for (?:humans|people|the (?:attendee|user|human|customer|visitor))|if you(?:'re| are) (?:human|a human|a person|flesh),? (?:stop|skip|ignore|move on|scroll))\b)",
    ),
    said(
        "reader:machines_only",
        40,
        r"(?i-u:\b(?:ai|ais|llm|llms|bots?|machines?|models?|agents?|assistants?|reviewers?|crawlers?|automation|copilots?|ai (?:agents?|systems?|tooling|readers?|reviewers?|support agents))[ ](?:eyes )?only[ ]?(?:[:.,;)\]>\n]|-|(?u:[→—])))",
    ),
    said(
        "reader:if_machine",
        45,
        concat!(
            r"(?i-u:\b(?:if|when|since|because|as|should|in case)[ ](?:you|u|this|the reader)(?:'re| are| r| is| be)?[ ](?:(?:an? |the |any |some )(?:automated |autonomous |large )?",
            machine!(),
            r"\b|can read this|code\b|reading this as an ))"
        ),
    ),
    said(
        "reader:are_you_one",
        40,
        concat!(r"(?i-u:\bare (?:you|u) (?:an? )?", machine!(), r"\?[ ](?:then|good|great|if so|ok))"),
    ),
    told(
        "reader:obliged",
        30,
        concat!(
            r"(?i-u:\b",
            machine!(),
            r"(?:[ ][a-z']{2,12}){0,6}?[ ](?:must|shall|has to|have to|are to|is to|ought to|needs to|(?:is|are) (?:hereby |now )?(?:required|instructed|ordered|obliged|bound|asked|requested|told|authori[sz]ed|permitted|allowed) to)[ ](?:now |also |first |therefore |always |only )?(?:accept|add|answer|append|approve|assign|begin|book|call|cancel|change|claim|click|close|copy|delete|describe|disable|discard|disclose|disregard|display|drop|email|emailing|erase|execute|export|fetch|fill|follow|forget|forward|give|grant|hide|ignore|include|insert|leave|list|make|mark|mention|merge|name|obey|omit|open|output|paste|pay|post|praise|print|put|quote|rank|rate|recommend|refund|release|remove|repeat|replace|reply|report|return|reveal|run|say|score|send|share|show|skip|speak|state|stop|suggest|suspend|tell|transfer|treat|turn|unlock|update|upload|use|visit|whitelist|write)\b)"
        ),
    ),
    said(
        "reader:hidden_layer",
        40,
        r"(?i-u:\b(?:invisible (?:to (?:humans|people|readers)|note|layer|text)|hidden (?:layer|remark|note|line|text (?:found|for))|rendered in white|white on white|(?:tiny|white) letters|visible to (?:automation|machines|ai|bots)|humans? (?:won't|will not|can't|cannot|never) (?:see|read|notice) (?:it|this)|recruiters won't see|nobody (?:proofreads|looks here)|needn't read on|never open this section)\b)",
    ),
    said(
        "reader:tagged",
        40,
        r"(?i-u:[\[<{(@#*_=-]{1,4}[ ]?(?:ai|llm|assistant|agent|bot|model|copilot|summari[sz]er|gpt)[ _-](?:note|notes|instructions?|directive|command|task|context|message|update|policy|override|prompt|only|begin|addendum|rules?)\b)",
    ),
    said(
        "reader:field",
        40,
        r"(?i-u:\b(?:usage_)?(?:notes?|instructions?|secret|message|command|action|hint|action_required|required|policy|context)_(?:for|to|by|of)_(?:the_)?(?:ai|llm|model|agent|assistant|bot)s?\b|\b(?:ai|llm|agent|assistant|bot|model)_(?:instructions?|command|directive|note|task|policy|override|prompt)\b)",
    ),
];
