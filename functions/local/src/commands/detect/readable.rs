//! What was found, for people.

use detectors::ViewKind;

use super::probes::{Found, Look};

/// What the command prints of one text.
pub(super) fn told(look: &Look) -> String {
    let mut lines: Vec<String> = look.findings.iter().map(finding).collect();
    if lines.is_empty() {
        lines.push("nothing found".to_owned());
    }
    let found = |id: &str| look.findings.iter().any(|finding| finding.detector.id() == id);
    for (id, confidence) in look.scores.iter().filter(|(id, _)| !found(id)) {
        let fraction = fraction(confidence.as_percent());
        lines.push(format!("{id}: at most {fraction}, too unsure to count; see --point"));
    }
    lines.extend(look.unchecked.iter().map(|id| format!("{id}: could not be run over all of the text")));
    lines.join("\n") + "\n"
}

fn finding(found: &Found) -> String {
    let (line, column) = found.place;
    let (start, end) = (found.span.start, found.span.end);
    format!(
        "{}  {}  {line}:{column}, bytes {start}..{end}: {}{}\n    looks for {}",
        found.detector.id(),
        fraction(found.confidence.as_percent()),
        found.shape,
        seen_in(found.view),
        found.detector.about(),
    )
}

fn fraction(percent: u8) -> String {
    format!("{:.2}", f64::from(percent) / 100.0)
}

fn seen_in(view: ViewKind) -> String {
    match view {
        ViewKind::Decoded(layers) => format!(", once decoded, layer {layers}"),
        ViewKind::Folded => ", once look-alike letters are folded and invisible ones removed".to_owned(),
        ViewKind::Original => String::new(),
    }
}
