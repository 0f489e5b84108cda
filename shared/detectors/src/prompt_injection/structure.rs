//! Forged structure: the delimiters of chat templates, role headings, closing tags, and instructions hidden in markup.

use super::unless_negated;
use crate::context::mentions;
use crate::detector::{Candidate, Shape};

pub(super) static SHAPES: &[Shape] = &[
    plain(
        "delimiter:chat_template",
        r"<\|(?i-u:im_start|im_end|im_sep|system|user|assistant|endoftext|end_of_text|begin_of_text|start_header_id|end_header_id|eot_id|eom_id|end|channel|message|start|endofprompt|end_of_turn|python_tag|tool_call)\|>",
        75,
    ),
    plain(
        "delimiter:instruction_tags",
        r"(?:\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|\[/?SYSTEM_PROMPT\]|\[/?AVAILABLE_TOOLS\]|<\|(?:begin|end)▁of▁sentence\|>|<｜(?:User|Assistant|begin▁of▁sentence)｜>)",
        75,
    ),
    plain("delimiter:guidance", r"\{\{[#/](?:system|user|assistant)~?\}\}", 80),
    plain(
        "delimiter:closing_tag",
        r"(?i-u:</(?:system|user_?(?:input|query|message|data|content|prompt)?|prompt|instructions?|context|document|untrusted(?:_[a-z]{1,12})?|tool_?(?:result|output)s?|data|email|webpage|search_results?)>)[ \t\r\n]{0,8}(?i-u:<?(?:system|new|important|instructions?|assistant|now|ignore|you|admin|override|developer|end of|---|#))",
        70,
    ),
    plain(
        "delimiter:system_tag",
        r"(?i-u:<(?:system|admin|developer|root|override|sys)(?:[_-](?:prompt|message|note|override|instructions?|update|command))?>|\[(?:system|admin|developer|root)(?:[ _-](?:prompt|message|note|override|instructions?|update|notice|command|directive))?\](?:\(#[a-z_-]{1,20}\))?|\{(?:system|admin|override)\})",
        40,
    ),
    plain(
        "delimiter:role_heading",
        r"(?i-u:(?:^|\n)[ \t]{0,3}(?:#{1,4}[ ]{0,2}|\*\*|-{2,4}[ ]{0,2}|={2,4}[ ]{0,2})(?:system|admin(?:istrator)?|developer)(?:[ ](?:message|prompt|instructions?|override|update|note))?(?:[ ]{0,2}[:*#=-]{1,4}))",
        45,
    ),
    plain(
        "delimiter:role_line",
        r"(?:^|\n)[ \t]{0,3}(?i-u:system|assistant|admin)[ ]{0,1}:[ ]{0,3}(?i-u:you |ignore|new |override|from now|the user|disregard|sure|please|ok|update|forget|access|focus|next,? |repeat|print|say |do not|only |respond|reply)",
        45,
    ),
    plain(
        "delimiter:end_of_input",
        r"(?i-u:[\[<(=*#-]{1,8}[ ]{0,2}(?:end|begin|start|stop)[ _](?:of[ _-])?(?:the[ _-])?(?:user|system|admin|document|input|prompt|context|data|untrusted|instructions?|new|secret|hidden|task)(?:[ _-](?:input|prompt|query|message|instructions?|data|document|context|content|override|section|text)){0,2}[ ]{0,2}[\]>)=*#-]{1,8})",
        50,
    ),
    plain(
        "data:information_tag",
        r"(?i-u:<(?:information|important|instructions?_to_(?:the_)?(?:ai|assistant)|hidden|secret|ai_instructions?|note_to_ai|critical)>)[^<]{0,200}?(?i-u:\b(?:you|please|before|ignore|send|must|first|assistant|read|do)\b)",
        70,
    ),
    plain(
        "data:comment",
        r"(?i-u:<!--(?u:[^>]){0,60}?\b(?:ai|assistant|llm|gpt|claude|gemini|agent|copilot|ignore|instructions?|system)\b(?u:[^>]){0,120}?\b(?:ignore|must|should|please|instead|send|do not|say|output|include|follow|execute|run|add|rate|recommend|tell)\b)",
        65,
    ),
    plain(
        "data:invisible_markup",
        r"(?i-u:(?:display[ ]?:[ ]?none|visibility[ ]?:[ ]?hidden|font-size[ ]?:[ ]?0|color[ ]?:[ ]?(?:white|#fff(?:fff)?|transparent)|opacity[ ]?:[ ]?0)(?u:[^>]){0,60}>(?u:[^<]){0,200}?\b(?:ignore|disregard|ai|assistant|llm|instructions?|system prompt|you must|model)\b)",
        70,
    ),
    plain(
        "data:link_title",
        r"(?i-u:(?:alt|title|aria-label|content)=[\x22'](?u:[^\x22'\n]){0,40}?\b(?:ignore|disregard|override)[ ](?:[a-z]{2,12}[ ]){0,4}?(?:instructions?|prompt|rules)\b)",
        80,
    ),
    plain(
        "delimiter:json_role",
        r#"(?i-u:\{[ ]{0,2}"role"[ ]{0,2}:[ ]{0,2}"(?:system|developer)"[ ]{0,2},[ ]{0,2}"content"[ ]{0,2}:)"#,
        40,
    ),
    plain(
        "delimiter:special_code",
        r"(?i-u:\b(?:override|authorization|activation|admin|system|debug|secret|access)[ ](?:code|key|password|command|sequence|phrase|token)[ ]{0,2}[:=#][ ]{0,2}[a-z0-9_-]{3,30})",
        30,
    ),
    plain(
        "override:forged_log",
        r"(?i-u:\b(?:system|security|admin|safety|root)[ _-](?:override|bypass|alert|breach|notice)\b(?u:[^\n]){0,40}?\b(?:enabled|activated|initiated|engaged|granted|code|level|protocol|authori[sz]ed|accepted|in effect|active|required|mode|complete|:))",
        50,
    ),
    plain("persona:assistant_turn", r"(?:\n\n|\\n\\n)(?:Human|Assistant|User|AI): {0,2}[A-Z]", 35),
];

const fn plain(name: &'static str, regex: &'static str, confidence: u8) -> Shape {
    Shape { name, regex, confidence, accept: Some(outside_code) }
}

/// Words of those who write about templates.
const TEMPLATES: &[&str] = &[
    "token",
    "tokens",
    "template",
    "templates",
    "chatml",
    "tokenizer",
    "wrapped",
    "delimiter",
    "special token",
    "llama 2",
    "chat format",
    "prompt format",
    "fine-tuning",
    "finetuning",
    "inference",
    "transformers",
];

/// Lowers what stands right inside backticks, or beside words about templates: it is shown, not used.
fn outside_code(candidate: &Candidate<'_>) -> Option<u8> {
    let shown = (candidate.before(1) == "`" && candidate.after(1) == "`")
        || mentions(candidate.before(160), TEMPLATES)
        || mentions(candidate.after(24), TEMPLATES);
    let confidence = unless_negated(candidate)?;
    Some(if shown { confidence.min(30) } else { confidence })
}
