//! `sallyport explain`: what a policy makes of one request, and why.

use std::path::PathBuf;

use dialects::{Address, Dialect};
use enforcement::{Explanation, Found, Seen};
use host::source;
use policy::{AppliedRule, Judgement};
use serde_json::{Value, json};

use crate::console::{Console, Outcome};
use crate::error::LocalError;
use crate::policy_file::PolicySource;

/// Explain what a policy makes of a request: which rules apply, where, and what would go upstream
///
/// The request is judged as the first gate would judge it for an anonymous caller; limits are not asked. Under each
/// finding stands what its confidence is made of: the shapes that matched near it and, where a detector reads the words
/// of a text as well, what those come to and which of them weigh most. These words are quoted from the request.
/// Ends with 1 when the call would be refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The policy; the built-in example without it
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The body of the request, in JSON; `-` is standard input
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// The API that the request is for
    #[arg(long, value_name = "ID", default_value = "openai_chat", value_parser = dialect)]
    dialect: &'static str,
    /// The model, where the API has it in the path and not in the request
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn run(self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        let policy = PolicySource::of(self.policy).load()?.policy;
        let body = source::read_bytes(&self.request)?;
        let dialect = dialects::by_id(self.dialect).ok_or_else(|| LocalError::Faults(Vec::new()))?;
        let address = Address { model: self.model, ..Address::PLAIN };
        let explanation = enforcement::explain(policy, dialect, &address, &body)
            .map_err(|error| LocalError::Faults(vec![format!("{}: {error}", source::name(&self.request))]))?;
        let text = if self.json { format!("{:#}\n", as_json(&explanation)) } else { readable(&explanation) };
        console.out.write_all(text.as_bytes())?;
        Ok(if explanation.outgoing.is_some() { Outcome::Done } else { Outcome::Found })
    }
}

fn dialect(text: &str) -> Result<&'static str, String> {
    dialects::by_id(text).map(Dialect::id).ok_or_else(|| {
        let known: Vec<&str> = dialects::DIALECTS.iter().map(|dialect| dialect.id()).collect();
        format!("there are {}", known.join(", "))
    })
}

fn as_json(explanation: &Explanation) -> Value {
    let Judgement { decision, reasons, applied, monitored, unchecked, message, .. } = &explanation.judgement;
    let found = explanation.found.iter().map(|found| {
        json!({
            "field": found.field,
            "role": found.role,
            "label": found.label,
            "span": found.span,
            "confidence": found.confidence,
            "made_of": found.hits.iter().map(seen).collect::<Vec<_>>(),
            "reading": found.reading.as_ref().map(|reading| json!({
                "score": reading.score,
                "words": reading.weighty,
            })),
        })
    });
    json!({
        "dialect": explanation.dialect,
        "model": explanation.model,
        "decision": decision,
        "reasons": reasons,
        "message": message,
        "rules": applied,
        "monitored": monitored,
        "unchecked": unchecked,
        "found": found.collect::<Vec<_>>(),
        "outgoing": explanation.outgoing.as_deref().map(outgoing),
    })
}

fn seen(seen: &Seen) -> Value {
    json!({"shape": seen.shape, "span": seen.span, "confidence": seen.confidence})
}

/// What would go upstream, as JSON where it is JSON.
fn outgoing(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}

fn readable(explanation: &Explanation) -> String {
    let judgement = &explanation.judgement;
    let mut lines = vec![format!("decision  {}", word(&judgement.decision))];
    if !judgement.reasons.is_empty() {
        lines.push(format!("because   {}", judgement.reasons.join(", ")));
    }
    if let Some(message) = &judgement.message {
        lines.push(format!("told      {message}"));
    }
    let texts = explanation.texts.iter().map(|(role, count)| format!("{count} {}", word(role)));
    let texts = texts.collect::<Vec<_>>().join(", ");
    lines.push(format!("read      {}, model {}; texts: {texts}", explanation.dialect, explanation.model));
    rules("Rules that apply", &judgement.applied, &mut lines);
    rules("Rules that only watch (mode: monitor)", &judgement.monitored, &mut lines);
    unchecked(judgement, &mut lines);
    found(explanation, &mut lines);
    lines.push(String::new());
    match &explanation.outgoing {
        None => lines.push("Nothing would go upstream.".to_owned()),
        Some(body) => {
            lines.push("This would go upstream:".to_owned());
            lines.push(format!("{:#}", outgoing(body)));
        }
    }
    lines.join("\n") + "\n"
}

fn rules(title: &str, rules: &[AppliedRule], lines: &mut Vec<String>) {
    if rules.is_empty() {
        return;
    }
    lines.extend([String::new(), format!("{title}:")]);
    for rule in rules {
        lines.push(format!("  {} ({}): {}", rule.rule, rule.kind, word(&rule.action)));
        for finding in &rule.findings {
            let places: Vec<String> =
                finding.spans.iter().map(|[start, end]| format!("{start}..{end}")).collect();
            let (label, count, places) = (&finding.detector, finding.count, places.join(", "));
            lines.push(format!("    {label} × {count} in {}, bytes {places}", finding.field));
        }
        for action in &rule.actions {
            let (kind, because) = (word(&action.kind), action.because);
            lines.push(format!("    {kind} `{}` in {}: {because}", action.name, action.field));
        }
    }
}

fn unchecked(judgement: &Judgement, lines: &mut Vec<String>) {
    if judgement.unchecked.is_empty() {
        return;
    }
    lines.extend([String::new(), "Checks that could not be made:".to_owned()]);
    for check in &judgement.unchecked {
        let then = if check.fail_open { "let by (failure_mode: open)" } else { "refused" };
        lines.push(format!("  {}: {}; {then}", check.rule, word(&check.reason)));
    }
}

fn found(explanation: &Explanation, lines: &mut Vec<String>) {
    if explanation.found.is_empty() {
        return;
    }
    lines.extend([String::new(), "Everything that was found, whatever the rules make of it:".to_owned()]);
    let of_one_text = |one: &Found, next: &Found| (&one.label, &one.field) == (&next.label, &next.field);
    for group in explanation.found.chunk_by(of_one_text) {
        for found in group {
            let [start, end] = found.span;
            let (role, confidence) = (word(&found.role), fraction(found.confidence.into()));
            lines.push(format!(
                "  {} in {} ({role}), bytes {start}..{end}, {confidence}",
                found.label, found.field
            ));
        }
        lines.extend(made_of(group));
    }
}

/// What the confidences of one detector's findings in a text are made of.
fn made_of(findings: &[Found]) -> Vec<String> {
    let mut all: Vec<&Seen> = Vec::new();
    for seen in findings.iter().flat_map(|found| &found.hits) {
        if !all.contains(&seen) {
            all.push(seen);
        }
    }
    let seen = all.into_iter().map(|seen| {
        let [start, end] = seen.span;
        format!("    {} at {start}..{end}, {}", seen.shape, fraction(seen.confidence.into()))
    });
    let reading = findings.iter().find_map(|found| found.reading.as_ref()).map(|reading| {
        let words = reading.weighty.iter().map(|(words, weight)| format!("`{words}` {}", fraction(*weight)));
        let words = words.collect::<Vec<_>>().join(", ");
        format!("    the words score {} of 1 together, most of it by {words}", fraction(reading.score))
    });
    seen.chain(reading).collect()
}

fn fraction(hundredths: i32) -> String {
    format!("{:.2}", f64::from(hundredths) / 100.0)
}

/// The word that records have for a value.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}
