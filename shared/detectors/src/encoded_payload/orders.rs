//! What makes decoded text an order, and the marks of texts that are turned without any alphabet of their own.

use crate::context::mentions;
use crate::detector::{Candidate, Shape};

/// Words of orders to a model.
const ORDERS: &[&str] = &[
    "ignore",
    "disregard",
    "forget",
    "override",
    "bypass",
    "reveal",
    "pretend",
    "jailbreak",
    "previous instructions",
    "system prompt",
    "instructions",
    "instruction",
    "unrestricted",
    "developer mode",
    "do anything now",
    "you are now",
    "exfiltrate",
    "override",
    "disable",
    "approve",
    "tool call",
    "credentials",
    "ignoriere",
    "vergiss",
    "ignora",
    "olvida",
    "oublie",
    "ignorez",
    "anweisungen",
    "instrucciones",
    "istruzioni",
    "above",
    "repeat after me",
    "respond only",
    "print",
    "output",
    "from now on",
    "act as",
    "your rules",
    "secret",
    "password",
    "prompt",
    "ignorišite",
    "zaboravi",
];

/// Phrases that make demands of a model; found anywhere.
const DEMANDS: &[&str] = &[
    "answer only",
    "respond with",
    "respond as",
    "reply with",
    "you are a ",
    "you are the ",
    "you must",
    "ignore the",
    "forget everything",
    "repeat everything",
    "in your answer",
    "now write a",
    "no longer",
    "say that you",
    "new task",
    "from this point",
    "dites",
    "ignorer",
    "ignoriert",
    "antworte nur",
];

/// Parts of commands and scripts; found anywhere.
const COMMANDS: &[&str] = &[
    "curl ",
    "wget ",
    "rm -rf",
    "/bin/sh",
    "/bin/bash",
    "bash -",
    "powershell",
    "cmd.exe",
    "invoke-",
    "iex(",
    "<script",
    "javascript:",
    "eval(",
    "exec(",
    "os.system",
    "subprocess",
    "import os",
    "nc -e",
    "/etc/passwd",
    "base64 -d",
    "drop table",
    "union select",
    "; select",
    "chmod +x",
    "document.cookie",
    "onerror=",
    "child_process",
    "ssh ",
    "sudo ",
];

/// Phrases of orders with everything but letters left out, for text whose words were run together.
const RUN_TOGETHER: &[&str] = &[
    "previousinstructions",
    "priorinstructions",
    "ignoreall",
    "ignoreprevious",
    "ignorethe",
    "ignoreyour",
    "disregardall",
    "disregardany",
    "forgeteverything",
    "forgetall",
    "systemprompt",
    "hiddenprompt",
    "yourinstructions",
    "yourprompt",
    "developermode",
    "doanythingnow",
    "bypassapproval",
    "revealthe",
    "revealyour",
    "revealsecret",
    "exfiltrat",
    "youarenow",
    "fetchsecret",
    "sendsecret",
    "sendcredentials",
    "approvethenext",
];

/// How surely decoded text is an order, in hundredths; 0 if nothing says so. Text that was turned once more before
/// it was encoded counts as what it was.
pub(super) fn weight(decoded: &str) -> u8 {
    let head = super::coats::cut(decoded, 2000).to_ascii_lowercase();
    let turned = [rot13(&head), head.chars().rev().collect(), plain_letters(&head)];
    let once_more = turned.iter().any(|text| run_together(text));
    plain_weight(&head).max(if run_together(&head) || once_more { 80 } else { 0 })
}

fn plain_weight(lower: &str) -> u8 {
    let orders = ORDERS.iter().filter(|word| mentions(lower, &[word])).count();
    let commands = COMMANDS.iter().filter(|part| lower.contains(**part)).count();
    let asked = DEMANDS.iter().filter(|part| lower.contains(**part)).count();
    match (orders + asked, commands) {
        (0, 0) => 0,
        (_, 1..) => 85,
        // One word of orders is in many honest texts.
        (1, 0) => 40 + 20 * u8::from(asked > 0),
        (2, 0) => 80,
        (_, 0) => 92,
    }
}

fn run_together(text: &str) -> bool {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    RUN_TOGETHER.iter().any(|phrase| letters.contains(phrase))
}

fn rot13(text: &str) -> String {
    let turn = |letter: char| match letter {
        'a'..='m' => char::from_u32(u32::from(letter) + 13).unwrap_or(letter),
        'n'..='z' => char::from_u32(u32::from(letter) - 13).unwrap_or(letter),
        other => other,
    };
    text.chars().map(turn).collect()
}

/// Digits that stand for letters, as letters.
fn plain_letters(text: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

const fn turned(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 75, accept: Some(plain_enough) }
}

/// Words of orders, turned: rot13, backwards, with digits for letters, spelt out.
pub(super) static TURNED: &[Shape] = &[
    turned(
        "rot13",
        r"(?i-u:\b(?:vtaber|qvfertneq|sbetrg|bireevqr|olcnff|erirny|vafgehpgvbaf?|flfgrz cebzcg|cerivbhf|cebzcgf?|cnffjbeq|frperg|cergraq|cevag|bhgchg|vtabevrer|iretvff)\b)",
    ),
    turned(
        "backwards",
        r"(?i-u:\b(?:erongi|dragersid|tegrof|edirrevo|ssapyb|laever|snoitcurtsni|noitcurtsni|tpmorp|suoiverp|drowssap|terces|dneterp|tnirp|tuptuo|ereirongi|ssigrev|nobaweb|evoba)\b)",
    ),
    Shape {
        name: "digits_for_letters",
        regex: r"(?i-u:\b(?:[i1]gn[o0]r[e3]|f[o0]rg[e3][t7]|d[i1][s5]r[e3]g[a4]rd|[o0]v[e3]rr[i1]d[e3]|r[e3]v[e3][a4]l|byp[a4][s5][s5]|[i1]n[s5][t7]ruc[t7][i1][o0]n|pr[o0]mp[t7]|pr[e3]v[i1][o0]u[s5]|pr[e3][t7][e3]nd|[s5]y[s5][t7][e3]m|r[e3]p[e3][a4][t7]|[s5][e3]cr[e3][t7]|[i1]m[a4]g[i1]n[e3]|[e3]xf[i1]l[t7]r[a4][t7][e3]|p[a4][s5][s5]w[o0]rd|7h3 480v3|480v3)[s5d]?\b)",
        confidence: 75,
        accept: Some(with_digits),
    },
    turned(
        "spelt_out",
        r"(?i-u:\b(?:[i1][ ._-]{1,3}g[ ._-]{1,3}n[ ._-]{1,3}[o0][ ._-]{1,3}r[ ._-]{1,3}[e3]|f[ ._-]{1,3}[o0][ ._-]{1,3}r[ ._-]{1,3}g[ ._-]{1,3}[e3][ ._-]{1,3}[t7]|d[ ._-]{1,3}[i1][ ._-]{1,3}[s5][ ._-]{1,3}r[ ._-]{1,3}[e3][ ._-]{1,3}g|[i1][ ._-]{1,3}n[ ._-]{1,3}[s5][ ._-]{1,3}[t7][ ._-]{1,3}r[ ._-]{1,3}u[ ._-]{1,3}c[ ._-]{1,3}[t7]|p[ ._-]{1,3}r[ ._-]{1,3}[o0][ ._-]{1,3}m[ ._-]{1,3}p[ ._-]{1,3}[t7]|r[ ._-]{1,3}[e3][ ._-]{1,3}v[ ._-]{1,3}[e3][ ._-]{1,3}[a4][ ._-]{1,3}l|[o0][ ._-]{1,3}v[ ._-]{1,3}[e3][ ._-]{1,3}r[ ._-]{1,3}r[ ._-]{1,3}[i1][ ._-]{1,3}d|p[ ._-]{1,3}r[ ._-]{1,3}[e3][ ._-]{1,3}[t7][ ._-]{1,3}[e3][ ._-]{1,3}n[ ._-]{1,3}d|[a4][ ._-]{1,3}b[ ._-]{1,3}[o0][ ._-]{1,3}v[ ._-]{1,3}[e3]|r[ ._-]{1,3}[e3][ ._-]{1,3}p[ ._-]{1,3}[e3][ ._-]{1,3}[a4][ ._-]{1,3}[t7]|v[ ._-]{1,3}[e3][ ._-]{1,3}r[ ._-]{1,3}g[ ._-]{1,3}[i1][ ._-]{1,3}[s5][ ._-]{1,3}[s5]|[i1][ ._-]{1,3}g[ ._-]{1,3}n[ ._-]{1,3}[o0][ ._-]{1,3}r[ ._-]{1,3}[i1][ ._-]{1,3}[e3][ ._-]{1,3}r|p[ ._-]{1,3}r[ ._-]{1,3}[e3][ ._-]{1,3}v[ ._-]{1,3}[i1][ ._-]{1,3}[o0][ ._-]{1,3}u[ ._-]{1,3}[s5])\b)",
    ),
    turned(
        "rot13_spelt_out",
        r"(?i-u:\b(?:v[ ._-]{1,3}t[ ._-]{1,3}a[ ._-]{1,3}b[ ._-]{1,3}e[ ._-]{1,3}r|s[ ._-]{1,3}l[ ._-]{1,3}f[ ._-]{1,3}g[ ._-]{1,3}r[ ._-]{1,3}z|c[ ._-]{1,3}e[ ._-]{1,3}b[ ._-]{1,3}z[ ._-]{1,3}c[ ._-]{1,3}g)\b)",
    ),
    Shape {
        name: "decode_and_run",
        regex: r"(?i-u:\b(?:base64 (?:-d|--decode|-D)|atob\(|frombase64string\(|b64decode\(|xxd -r|fromcharcode\()(?u:[^\n]){0,120}?(?:\| ?(?:sh|bash|zsh|python|perl)\b|eval|exec|iex|invoke))",
        confidence: 80,
        accept: None,
    },
];

/// A plain word is none with digits in place of letters.
fn with_digits(candidate: &Candidate<'_>) -> Option<u8> {
    let digits = candidate.matched().bytes().any(|byte| byte.is_ascii_digit());
    if digits { plain_enough(candidate) } else { None }
}

/// A single turned word inside an identifier or a longer code is chance.
fn plain_enough(candidate: &Candidate<'_>) -> Option<u8> {
    let joined = candidate.before(1).ends_with(['_', '-', '/', '.', '='])
        || candidate.after(1).starts_with(['_', '/', '=']);
    (!joined).then_some(candidate.confidence)
}
