//! What makes decoded text an order, and the marks of texts that are turned without any alphabet of their own.

use crate::context::count_mentioned;
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
    let orders = count_mentioned(lower, ORDERS);
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
    // Each word once for each of its letters that may be a digit, which is one there: so a match holds what plain
    // prose does not.
    turned(
        "digits_for_letters",
        r"(?i-u:\b(?:1gn[o0]r[e3]|ign0r[e3]|ignor3|f0rg[e3][t7]|forg3[t7]|forge7|d1[s5]r[e3]g[a4]rd|di5r[e3]g[a4]rd|disr3g[a4]rd|disreg4rd|0v[e3]rr[i1]d[e3]|ov3rr[i1]d[e3]|overr1d[e3]|overrid3|r3v[e3][a4]l|rev3[a4]l|reve4l|byp4[s5][s5]|bypa5[s5]|bypas5|pr0mp[t7]|promp7|pr3v[i1][o0]u[s5]|prev1[o0]u[s5]|previ0u[s5]|previou5|pr3[t7][e3]nd|pre7[e3]nd|pret3nd|5y[s5][t7][e3]m|sy5[t7][e3]m|sys7[e3]m|syst3m|r3p[e3][a4][t7]|rep3[a4][t7]|repe4[t7]|repea7|5[e3]cr[e3][t7]|s3cr[e3][t7]|secr3[t7]|secre7|1m[a4]g[i1]n[e3]|im4g[i1]n[e3]|imag1n[e3]|imagin3|p4[s5][s5]w[o0]rd|pa5[s5]w[o0]rd|pas5w[o0]rd|passw0rd|480v3)[s5d]?\b)",
    ),
    turned(
        "digits_for_letters_of_long_words",
        r"(?i-u:\b(?:1n[s5][t7]ruc[t7][i1][o0]n|in5[t7]ruc[t7][i1][o0]n|ins7ruc[t7][i1][o0]n|instruc7[i1][o0]n|instruct1[o0]n|instructi0n|3xf[i1]l[t7]r[a4][t7][e3]|exf1l[t7]r[a4][t7][e3]|exfil7r[a4][t7][e3]|exfiltr4[t7][e3]|exfiltra7[e3]|exfiltrat3)[s5d]?\b)",
    ),
    Shape {
        name: "decode_and_run",
        regex: r"(?i-u:\b(?:base64 (?:-d|--decode|-D)|atob\(|frombase64string\(|b64decode\(|xxd -r|fromcharcode\()(?u:[^\n]){0,120}?(?:\| ?(?:sh|bash|zsh|python|perl)\b|eval|exec|iex|invoke))",
        confidence: 80,
        accept: None,
    },
];

/// A single turned word inside an identifier or a longer code is chance.
fn plain_enough(candidate: &Candidate<'_>) -> Option<u8> {
    let joined = candidate.before(1).ends_with(['_', '-', '/', '.', '='])
        || candidate.after(1).starts_with(['_', '/', '=']);
    (!joined).then_some(candidate.confidence)
}
