//! What would become of a request, and why: for people who write policies.

use std::collections::BTreeMap;

use detectors::Covers;
use dialects::{Address, Dialect, DialectError};
use policy::{Call, Case, ContentType, Gate, Identity, Judgement, Part, Policy, Role};

use crate::active::Active;
use crate::judgement;

/// One finding, for people. It has the place and not the text.
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
        found: found(&active, &parts, &scan),
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

fn found(active: &Active, parts: &[Part], scan: &detectors::Scan) -> Vec<Found> {
    let found = scan.findings.iter().filter_map(|finding| {
        let part = parts.get(finding.part)?;
        Some(Found {
            field: part.field.clone(),
            role: part.role,
            label: active.policy.probes().get(finding.probe.0)?.label.clone(),
            span: [finding.span.start, finding.span.end],
            confidence: finding.confidence.as_percent(),
        })
    });
    found.collect()
}
