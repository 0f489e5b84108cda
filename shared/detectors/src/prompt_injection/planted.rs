//! Orders planted in what the model is given to read: a text that turns to whoever summarises it, and links whose
//! address is to be filled with what the model knows.

use super::{loose, weighed};
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // What was read is to be dropped for something else.
    weighed(
        "override:except",
        65,
        r"(?i-u:\b(?:ignor(?:e|ing)|disregard(?:ing)?|discard|forget|omit|leave out)[ ](?:about )?(?:all|everything|any|anything|them|every|the rest|the above|that|previous|whatever)\b(?:[ ,]{1,2}[a-z'-]{1,14}){0,6}?[ ,.;]{1,3}(?:except(?: for)?(?: the| this| what)|(?:and|but)[ ,](?:instead|focus|tell me|only focus|just say|just print|just tell)|instead,? (?:focus|tell|say|print|output|reply|respond)))",
    ),
    weighed(
        "override:misspelt",
        80,
        r"(?i-u:\b(?:ignor[a-z]{0,3}|disregar[a-z]{0,4}|forg[a-z]{1,4})[ ](?:all |any |your |the |of |my |these |those ){0,4}(?:prev[a-z]{2,7}|prior|above|earlier|initial|original)[ ](?:instruc|instrut|instrc|instuc|intruc|insruc|insrtuc|intsruc|isntruc|istruc|inctruc)[a-z]{2,8}\b)",
    ),
    loose(
        "hijack:only_this",
        40,
        r"(?i-u:\b(?:reply|respond|answer|return|output|print|focus|provide|say|write)[ ](?:back[ ])?(?:with[ ])?(?:only|exclusively|solely|nothing but)[ ](?:with[ ]|on[ ]|the[ ]|this[ ]|these[ ]){1,3}(?:following|information|words?|text|sentence|phrase|message)\b)",
    ),
    loose(
        "hijack:nothing_else",
        30,
        r"(?i-u:\b(?:absolutely nothing else|in place of (?:a|the|your) (?:summary|answer|translation|response)|instead of (?:a |the |providing |giving |writing ){1,3}(?:summary|translation|answer|review)|rather than (?:a|the) (?:summary|translation|answer))\b)",
    ),
    loose(
        "hijack:new_task",
        40,
        r"(?i-u:\b(?:(?:that(?:'s| is) (?:it|all|enough|everything)|well done|great job|good job|excellent)(?u:[^\n]){0,30}?[.!,][ ]{1,2}(?:now|next|here)[ ,](?:[a-z]{2,10}[ ]){0,5}?(?:new|next|following|another|more|additional|further|different)[ ](?:[a-z]{3,10}[ ])?(?:tasks?|instructions?|assignment|job)|(?:new|next|further|more|additional) (?:task|instruction|assignment)s?[ ](?:is |are |for you|follows?\b|from (?:now|here))))",
    ),
    weighed(
        "delimiter:in_brackets",
        70,
        r"(?i-u:(?:#{2,4}|-{3,4}|={3,4}|\*{2,4})[ ]?[(<\[{](?:system|admin|developer|assistant|instructions?)(?:[_ -]?(?:message|prompt|instructions?|note|override|command))?[)>\]}])",
    ),
    // The model is to put what it knows into an address.
    weighed(
        "exfiltration:filled_in",
        80,
        r"(?i-u:\b(?:replac(?:e|ing)|where(?:as)?|substitut(?:e|ing)|fill(?:ing)?(?: in)?|with)[ ][\[{<($]{1,2}[a-z_ ]{2,24}[\]}>)]{1,2}[ ]?(?:with|by|is|=|as|for|being)[ ](?:[a-z0-9'-]{1,18}[ ]){0,8}?(?:encoded|previous|conversation|summary|messages?|chat|history|secrets?|password|credentials|prompt|instructions|numbers?|e-?mails?|context)\b)",
    ),
    weighed(
        "exfiltration:image",
        65,
        r"(?i-u:\b(?:load|print|render|display|embed|output|include|insert|append|show|return|end with|fetch)(?:[ \t\r\n:,]{1,3}[a-z'-]{1,12}){0,8}?[ \t\r\n:]{0,4}!\[(?u:[^\]\n]){0,40}\]\(https?://(?u:[^\s)]){1,100}[?&/][a-z_]{1,12}=)",
    ),
];
