//! What makes decoded text an order, and the marks of texts that are turned without any alphabet of their own.

use std::sync::LazyLock;

use policy::{Confidence, Probe, ProbeId, ProbeKind};

use super::grams::{may_hold_digits, may_hold_order};
use super::turns::{folded, letter_of, rot13};
use crate::context::{count_mentioned, mentions};
use crate::detector::{Candidate, Shape};
use crate::scan::{Scan, Scanner};

/// Words and phrases that hardly anything but an order to a model holds.
pub(super) const PLAIN_ORDERS: &[&str] = &[
    "ignore all",
    "ignore any",
    "ignore your",
    "ignore previous",
    "ignore everything",
    "disregard",
    "jailbreak",
    "system prompt",
    "system message",
    "previous instructions",
    "prior instructions",
    "above instructions",
    "your instructions",
    "your prompt",
    "your rules",
    "your guidelines",
    "hidden prompt",
    "exfiltrate",
    "unrestricted",
    "developer mode",
    "do anything now",
    "forget everything",
    "forget all",
    "bypass",
    "without restrictions",
    "no restrictions",
];

/// Words of orders to a model.
pub(super) const ORDERS: &[&str] = &[
    "ignore",
    "disregard",
    "forget",
    "override",
    "bypass",
    "reveal",
    "jailbreak",
    "exfiltrate",
    "tool call",
    "credentials",
    "you are now",
    "ignoriere",
    "vergiss",
    "ignora",
    "olvida",
    "oublie",
    "ignorez",
    "repeat after me",
    "respond only",
    "ignorišite",
    "zaboravi",
    "anweisungen",
    "instrucciones",
    "istruzioni",
    "approve",
];

/// Verbs of orders that tasks hold as well.
pub(super) const SOFT_VERBS: &[&str] = &["pretend", "disable", "print", "output", "from now on", "act as"];

/// What orders are about, and questions as well.
pub(super) const SOFT_THINGS: &[&str] =
    &["instructions", "instruction", "above", "secret", "password", "prompt"];

/// Phrases that make demands of a model; found anywhere.
pub(super) const DEMANDS: &[&str] = &[
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
pub(super) const COMMANDS: &[&str] = &[
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
pub(super) const RUN_TOGETHER: &[&str] = &[
    "previousinstructions",
    "priorinstructions",
    "ignoreall",
    "ignoreprevious",
    "ignoretheabove",
    "ignoretheprevious",
    "ignoretheinstruct",
    "ignoretherules",
    "ignoretheprompt",
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
    "forgetprevious",
    "forgettheabove",
    "forgettherules",
    "forgetyour",
    "revealsystem",
    "bypasssafety",
    "bypassall",
    "overridethe",
    "overrideall",
    "exportthedatabase",
    "sendcustomer",
    "sendtheuser",
    "repeattheabove",
    "repeateverything",
    "printthesystem",
    "printyour",
    "showyour",
    "showthehidden",
    "norestrictions",
    "withoutrestrictions",
    "disablesafety",
    "ignoresafety",
];

static FOLDED: LazyLock<Vec<String>> =
    LazyLock::new(|| RUN_TOGETHER.iter().map(|phrase| each(phrase, folded)).collect());

/// How surely decoded text is an order, in hundredths; 0 if nothing says so. Text that was turned once more before
/// it was encoded counts as what it was.
pub(super) fn weight(decoded: &str) -> u8 {
    let head = super::coats::cut(decoded, 2000);
    let lower = head.to_ascii_lowercase();
    if !may_hold_order(&lower) {
        return found_by_others(head);
    }
    let weight = plain_weight(&lower).max(found_by_others(head));
    if weight >= 50 {
        return weight;
    }
    let backwards: String = lower.chars().rev().collect();
    let turned = [each(&lower, rot13), each(&lower, letter_of), each(&backwards, rot13), backwards];
    let once_more =
        run_together(&lower) || turned.iter().any(|text| run_together(text) || plain_weight(text) >= 75);
    if once_more { 80 } else { weight }
}

/// The same for a word whose letters were run together and partly swapped for digits, but not encoded.
pub(super) fn weight_in_digits(word: &str) -> u8 {
    let swapped =
        word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let lower = word.to_ascii_lowercase();
    let told = swapped && may_hold_digits(&lower) && run_together(&each(&lower, letter_of));
    if told { 80 } else { 0 }
}

/// What the detectors of attacks make of decoded text, in hundredths.
fn found_by_others(decoded: &str) -> u8 {
    static OTHERS: LazyLock<Scanner> = LazyLock::new(|| {
        let probes = ["prompt_injection", "system_prompt_extraction"].map(|id| Probe {
            label: id.to_owned(),
            kind: ProbeKind::Detector { id: id.to_owned(), min_confidence: Confidence::percent(45) },
        });
        Scanner::new(probes.iter().map(|probe| (ProbeId(0), probe)))
    });
    let mut scan = Scan::default();
    OTHERS.scan(0, decoded, &mut scan);
    scan.findings.iter().map(|finding| finding.confidence.as_percent()).max().unwrap_or(0)
}

fn plain_weight(lower: &str) -> u8 {
    let orders = count_mentioned(lower, ORDERS);
    let commands = COMMANDS.iter().filter(|part| lower.contains(**part)).count();
    let asked = DEMANDS.iter().filter(|part| lower.contains(**part)).count();
    if commands == 0 && mentions(lower, PLAIN_ORDERS) {
        return if orders + asked > 2 { 92 } else { 75 };
    }
    let soft = [SOFT_VERBS, SOFT_THINGS].iter().filter(|words| mentions(lower, words)).count();
    match (orders + asked, soft, commands) {
        (0, 0, 0) => 0,
        (_, _, 1..) => 85,
        // One word of orders is in many honest texts.
        (0, 1, 0) => 20,
        (0, _, 0) => 55,
        (1, 0, 0) => 40 + 20 * u8::from(asked > 0),
        (1, 1, 0) | (2, 0, 0) => 80,
        (_, _, 0) => 92,
    }
}

fn run_together(text: &str) -> bool {
    let letters = text.chars().filter(char::is_ascii_alphabetic);
    let letters = each(&letters.collect::<String>(), folded);
    FOLDED.iter().any(|phrase| letters.contains(phrase.as_str()))
}

/// A text with each sign of ASCII turned.
fn each(text: &str, turn: fn(u8) -> u8) -> String {
    text.chars().map(|sign| u8::try_from(sign).map_or(sign, |sign| char::from(turn(sign)))).collect()
}

const fn turned(
    name: &'static str,
    confidence: u8,
    accept: fn(&Candidate<'_>) -> Option<u8>,
    regex: &'static str,
) -> Shape {
    Shape { name, regex, confidence, accept: Some(accept) }
}

/// Words of orders, turned: rot13, backwards, both, with digits for letters, spelt out. An order has a verb and a thing: of
/// those that honest texts hold as well, it takes both.
pub(super) static TURNED: &[Shape] = &[
    turned(
        "rot13:order",
        75,
        plain_enough,
        r"(?i-u:\b(?:qvfertneq|bireevqr|olcnff|erirny|rksvygengr|wnvyoernx|vtabevrer|iretvff|vtaber|vafgehpgvbaf?|flfgrz cebzcg|cebzcgf)\b)",
    ),
    turned(
        "rot13:verb",
        45,
        plain_enough,
        r"(?i-u:\b(?:sbetrg|ercrng|cergraq|cevag|vzntvar|bhgchg|gryy zr|fubj zr)\b)",
    ),
    turned(
        "rot13:thing",
        40,
        plain_enough,
        r"(?i-u:\b(?:cebzcg|cerivbhf|frperg|cnffjbeq|nobir|ehyrf|rirelguvat|erfgevpgvbaf|fnsrgl|thvqryvarf)\b)",
    ),
    turned(
        "backwards:order",
        75,
        plain_enough,
        r"(?i-u:\b(?:dragersid|edirrevo|ssapyb|laever|etartlifxe|kaerbliaj|ereirongi|ssigrev|erongi|noitcurtsni|snoitcurtsni|stpmorp)\b)",
    ),
    turned(
        "backwards:verb",
        45,
        plain_enough,
        r"(?i-u:\b(?:tegrof|taeper|dneterp|tnirp|enigami|tuptuo|em llet|em wohs)\b)",
    ),
    turned(
        "backwards:thing",
        40,
        plain_enough,
        r"(?i-u:\b(?:tpmorp|suoiverp|terces|drowssap|evoba|selur|gnihtyreve|snoitcirtser|ytefas|senilediug)\b)",
    ),
    turned(
        "rot13_backwards:order",
        75,
        plain_enough,
        r"(?i-u:\b(?:qentrefvq|rqveerib|ffnclo|ynrire|rgnegyvskr|xnreoyvnw|rervebatv|ffvteri|rebatv|abvgphegfav|fabvgphegfav|gczbec|fgczbec)\b)",
    ),
    // Each word once for each of its letters that may be a digit, which is one there: so a match holds what plain
    // prose does not.
    turned(
        "digits_for_letters",
        75,
        plain_enough,
        r"(?i-u:\b(?:1gn[o0]r[e3]|ign0r[e3]|ignor3|f0rg[e3][t7]|forg3[t7]|forge7|d1[s5]r[e3]g[a4]rd|di5r[e3]g[a4]rd|disr3g[a4]rd|disreg4rd|0v[e3]rr[i1]d[e3]|ov3rr[i1]d[e3]|overr1d[e3]|overrid3|r3v[e3][a4]l|rev3[a4]l|reve4l|byp4[s5][s5]|bypa5[s5]|bypas5|pr0mp[t7]|promp7|pr3v[i1][o0]u[s5]|prev1[o0]u[s5]|previ0u[s5]|previou5|pr3[t7][e3]nd|pre7[e3]nd|pret3nd|5y[s5][t7][e3]m|sy5[t7][e3]m|sys7[e3]m|syst3m|r3p[e3][a4][t7]|rep3[a4][t7]|repe4[t7]|repea7|5[e3]cr[e3][t7]|s3cr[e3][t7]|secr3[t7]|secre7|1m[a4]g[i1]n[e3]|im4g[i1]n[e3]|imag1n[e3]|imagin3|p4[s5][s5]w[o0]rd|pa5[s5]w[o0]rd|pas5w[o0]rd|passw0rd|480v3)[s5d]?\b)",
    ),
    turned(
        "digits_for_letters_of_long_words",
        75,
        plain_enough,
        r"(?i-u:\b(?:1n[s5][t7]ruc[t7][i1][o0]n|in5[t7]ruc[t7][i1][o0]n|ins7ruc[t7][i1][o0]n|instruc7[i1][o0]n|instruct1[o0]n|instructi0n|3xf[i1]l[t7]r[a4][t7][e3]|exf1l[t7]r[a4][t7][e3]|exfil7r[a4][t7][e3]|exfiltr4[t7][e3]|exfiltra7[e3]|exfiltrat3)[s5d]?\b)",
    ),
    // By itself a riddle; beside what is half an order once decoded, the other half.
    Shape {
        name: "obey",
        regex: r"(?i-u:\b(?:decode|decrypt|decipher|unscramble|translate|convert|reverse|de-?obfuscate)\b(?u:[^\n]){0,60}?\b(?:and|then|,)[ ]?(?:then |immediately |also |just ){0,2}(?:execute|follow|obey|perform|carry out|comply|act on|do what|do as|do exactly|run)\b|\b(?:text|message|string|above|below)[ ](?:above |below )?is[ ](?:in |encoded in |encoded with |encoded as )?[a-z0-9_-]{3,16}(?: encoded| encoding)?[;:,.][ ](?:please )?(?:follow|obey|execute|decode|do what|run|perform|act on)\b)",
        confidence: 30,
        accept: None,
    },
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
