//! What would become of a request, and why: for people who write policies.

use std::collections::BTreeMap;

use detectors::{Covers, Detector, Reading, Scanner};
use dialects::{Address, Dialect, DialectError, TextPart};
use policy::{
    Call, Case, Confidence, ContentType, Gate, Identity, Judgement, Part, Policy, Probe, ProbeId, ProbeKind,
    Role, Span,
};

use crate::active::Active;
use crate::judgement;

/// One finding, for people. It has the place and not the text, but for single words of it in `reading`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The field that it is in.
    pub field: String,
    /// Who speaks there.
    pub role: Role,
    /// The detector's id, the pattern's name, or the option that was not kept.
    pub label: String,
    /// From which byte to which.
    pub span: [usize; 2],
    /// In hundredths.
    pub confidence: u8,
    /// What the detector saw near it, also what is too unsure by itself; nothing for what is no detector's.
    pub hits: Vec<Seen>,
    /// What the detector's own reading of the text comes to, where it has one.
    pub reading: Option<Reading>,
}

/// One thing that a detector saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The technique or the format.
    pub shape: &'static str,
    /// From which byte to which.
    pub span: [usize; 2],
    /// Together with what stands near it, in hundredths.
    pub confidence: u8,
}

/// What would become of a request.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The dialect that it was read in.
    pub dialect: &'static str,
    /// The model that it asks for.
    pub model: String,
    /// How many texts were looked through, by role.
    pub texts: BTreeMap<Role, usize>,
    /// Everything that was found, also what no rule applied to.
    pub found: Vec<Found>,
    /// The judgement, before limits are asked.
    pub judgement: Judgement,
    /// What would go upstream; `None` where nothing would.
    pub outgoing: Option<Vec<u8>>,
}

/// Judges a request to an address as the first gate would, for an anonymous caller on this machine, and says how.
///
/// # Errors
/// When the body is not what the dialect takes.
pub fn explain(
    policy: Policy,
    dialect: &'static dyn Dialect,
    address: &Address,
    body: &[u8],
) -> Result<Explanation, DialectError> {
    let active = Active::new(policy);
    let request = dialect.read_request(address, body.to_vec())?;
    let texts = request.parts();
    let scan = active.scan(Gate::Request, texts.iter().map(|text| (&text.part, text.text.as_str())));
    let parts: Vec<Part> = texts.iter().map(|text| text.part.clone()).collect();
    let judgement = active.policy.judge(&Case {
        gate: Gate::Request,
        call: &call(dialect, &request),
        parts: &parts,
        findings: &scan.findings,
        failed_probes: &scan.failed,
        actions: request.actions(),
    });
    let outgoing = match judgement::stop(&judgement) {
        Some(_) => None,
        None => Some(judgement::rewrite_request(&mut Covers::default(), &request, &judgement)?),
    };
    Ok(Explanation {
        dialect: dialect.id(),
        model: request.model().to_owned(),
        texts: counted(&parts),
        found: found(&active, texts, &scan),
        judgement,
        outgoing,
    })
}

fn call(dialect: &'static dyn Dialect, request: &dialects::Request) -> Call {
    Call {
        dialect: dialect.id().to_owned(),
        model: request.model().to_owned(),
        provider: "local".to_owned(),
        region: String::new(),
        stream: request.stream(),
        tools: request.tools().to_vec(),
        messages: request.messages(),
        identity: Identity::anonymous(),
        ip: String::new(),
        estimated_tokens: request.estimated_tokens(),
    }
}

fn counted(parts: &[Part]) -> BTreeMap<Role, usize> {
    let mut counts = BTreeMap::new();
    for part in parts.iter().filter(|part| part.content == ContentType::Text) {
        *counts.entry(part.role).or_default() += 1;
    }
    counts
}

fn found(active: &Active, texts: &[TextPart], scan: &detectors::Scan) -> Vec<Found> {
    let found = scan.findings.iter().filter_map(|finding| {
        let text = texts.get(finding.part)?;
        let probe = active.policy.probes().get(finding.probe.0)?;
        let detector = detector(&probe.kind);
        Some(Found {
            field: text.part.field.clone(),
            role: text.part.role,
            label: probe.label.clone(),
            span: [finding.span.start, finding.span.end],
            confidence: finding.confidence.as_percent(),
            hits: detector.map(|detector| hits(detector, &text.text, finding.span)).unwrap_or_default(),
            reading: detector.and_then(|detector| detector.read(&text.text)),
        })
    });
    found.collect()
}

fn detector(kind: &ProbeKind) -> Option<&'static dyn Detector> {
    let ProbeKind::Detector { id, .. } = kind else { return None };
    detectors::DETECTORS.iter().find(|detector| detector.id() == id).copied()
}

/// What a detector sees where its finding is, and so near to it that it may have a say.
fn hits(detector: &'static dyn Detector, text: &str, span: Span) -> Vec<Seen> {
    let kind = ProbeKind::Detector { id: detector.id().to_owned(), min_confidence: Confidence::percent(0) };
    let everything = Probe { label: detector.id().to_owned(), kind };
    let hits = Scanner::new([(ProbeId(0), &everything)]).explain(text);
    let near = |hit: &&detectors::Explanation| {
        let close = hit.span.start.abs_diff(span.start) <= detector.influence();
        (close || hit.span.overlaps(span)) && hit.confidence > Confidence::percent(0)
    };
    let hit = |hit: &detectors::Explanation| Seen {
        shape: hit.shape,
        span: [hit.span.start, hit.span.end],
        confidence: hit.confidence.as_percent(),
    };
    hits.iter().filter(near).map(hit).collect()
}
