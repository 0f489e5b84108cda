//! The compiled document: the checked one, with its probes numbered and everything looked up that a judgement
//! would otherwise have to look for each time.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use crate::checked::{ArgumentTest, Constrain, DefaultAction, Document, FailureMode, Mode, Rule, RuleKind};
use crate::decision::{Cover, RuleAction};
use crate::finding::{Confidence, Finding};
use crate::policy::Gate;
use crate::probe::{Pattern, Probe, ProbeId, ProbeKind};
use crate::rules::logging::CaptureWord;
use crate::text::ContentType;

/// A compiled document.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) default_action: DefaultAction,
    /// In the order of the document.
    pub(crate) rules: Vec<CompiledRule>,
    /// A probe's id is its index.
    pub(crate) probes: Vec<Probe>,
    /// Types that some rule lists in `content_types`: what no check looks into, and may come by all the same.
    pub(crate) admitted_types: BTreeSet<ContentType>,
    /// For each probe, the rules that use it.
    users: Vec<Vec<usize>>,
    index_by_name: HashMap<String, usize>,
    at_request: Vec<ProbeId>,
    at_answer: Vec<ProbeId>,
    enforced_at_request: Vec<ProbeId>,
    enforced_at_answer: Vec<ProbeId>,
    covered_in_input: Vec<ProbeId>,
    covered_in_output: Vec<ProbeId>,
}

/// One rule and what it needs at run time.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) rule: Rule,
    /// The probes of its texts, sorted.
    pub(crate) probes: Vec<ProbeId>,
    argument_patterns: Vec<ArgumentPattern>,
}

/// A pattern for arguments, compiled when it is first asked: most rules are never asked within the life of a
/// function.
#[derive(Debug)]
struct ArgumentPattern {
    pattern: Pattern,
    regex: OnceLock<Option<Regex>>,
}

/// What makes two probes one: the same label and the same thing to look for. Kinds that cannot be compared
/// stand alone.
#[derive(PartialEq, Eq, Hash)]
enum ProbeKey {
    CharactersOutside(String, Pattern),
    Detector(String, String, Confidence),
    Pattern(String, Pattern),
}

impl Compiled {
    pub(crate) fn new(document: Document) -> Self {
        let mut probes = Numbering::default();
        let rules: Vec<_> =
            document.rules.into_iter().map(|rule| CompiledRule::new(rule, &mut probes)).collect();
        let captures = |word| rules.iter().any(|rule| captures(&rule.rule, word));
        let (input, output) = (captures(CaptureWord::Input), captures(CaptureWord::Output));
        Self {
            default_action: document.default_action,
            users: users(&rules, probes.probes.len()),
            index_by_name: rules.iter().enumerate().map(|(i, rule)| (rule.rule.name.clone(), i)).collect(),
            at_request: probes_of(&rules, |rule| stands_at(rule, Gate::Request)),
            at_answer: probes_of(&rules, |rule| stands_at(rule, Gate::Answer)),
            enforced_at_request: probes_of(&rules, |rule| stands_at(rule, Gate::Request) && may_bind(rule)),
            enforced_at_answer: probes_of(&rules, |rule| stands_at(rule, Gate::Answer) && may_bind(rule)),
            covered_in_input: probes_of(&rules, |rule| {
                input && redacts(rule) && stands_at(rule, Gate::Answer)
            }),
            covered_in_output: probes_of(&rules, |rule| {
                output && redacts(rule) && stands_at(rule, Gate::Request)
            }),
            admitted_types: rules.iter().flat_map(|rule| admitted(&rule.rule)).collect(),
            probes: probes.probes,
            rules,
        }
    }

    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.index_by_name.get(name).copied()
    }

    pub(crate) fn probe_ids(&self, gate: Gate) -> &[ProbeId] {
        match gate {
            Gate::Answer => &self.at_answer,
            Gate::Request => &self.at_request,
        }
    }

    pub(crate) fn enforced_probe_ids(&self, gate: Gate) -> &[ProbeId] {
        match gate {
            Gate::Answer => &self.enforced_at_answer,
            Gate::Request => &self.enforced_at_request,
        }
    }

    pub(crate) fn redaction_probe_ids(&self, gate: Gate) -> &[ProbeId] {
        match gate {
            Gate::Answer => &self.covered_in_output,
            Gate::Request => &self.covered_in_input,
        }
    }

    /// The rules that a finding concerns; none where it is less sure than its probe asks.
    pub(crate) fn users_of(&self, finding: &Finding) -> &[usize] {
        let sure = match self.probes.get(finding.probe.0).map(|probe| &probe.kind) {
            Some(ProbeKind::Detector { min_confidence, .. }) => finding.confidence >= *min_confidence,
            Some(
                ProbeKind::CharactersOutside(_)
                | ProbeKind::LinkOutside(_)
                | ProbeKind::LongerThan(_)
                | ProbeKind::NotJson(_)
                | ProbeKind::Pattern(_),
            ) => true,
            None => false,
        };
        self.users.get(finding.probe.0).filter(|_| sure).map_or(&[], Vec::as_slice)
    }

    /// The word that records and replacements have for what a probe finds.
    pub(crate) fn label(&self, probe: ProbeId) -> &str {
        self.probes.get(probe.0).map_or("", |probe| &probe.label)
    }
}

impl CompiledRule {
    fn new(rule: Rule, numbering: &mut Numbering) -> Self {
        let probes: BTreeSet<_> =
            own_probes(&rule.kind).iter().map(|probe| numbering.number(probe)).collect();
        let argument_patterns = argument_patterns(&rule.kind);
        Self { probes: probes.into_iter().collect(), argument_patterns, rule }
    }

    /// The compiled form of one of the rule's argument patterns; `None` where it does not compile.
    pub(crate) fn argument_regex(&self, pattern: &Pattern) -> Option<&Regex> {
        let known = self.argument_patterns.iter().find(|known| known.pattern == *pattern)?;
        known.regex.get_or_init(|| compile(pattern)).as_ref()
    }

    /// Whether the rule does what it says, or only records what it would have done.
    pub(crate) fn is_enforced(&self) -> bool {
        match self.rule.mode {
            Mode::Enforce => true,
            Mode::Monitor => false,
        }
    }

    /// What the rule puts in place of its findings, where it covers them.
    pub(crate) fn cover(&self) -> Option<&Cover> {
        if !redacts(&self.rule) {
            return None;
        }
        match &self.rule.kind {
            RuleKind::InputValidation(rule) => Some(&rule.cover),
            RuleKind::OutputFilter(rule) => Some(&rule.cover),
            RuleKind::ActionControl(_)
            | RuleKind::Budget(_)
            | RuleKind::Logging(_)
            | RuleKind::ModelAccess(_) => None,
        }
    }

    /// What the rule changes in a model call when it applies.
    pub(crate) fn constrain(&self) -> Option<&Constrain> {
        match self.rule.action {
            RuleAction::Constrain => constrain(&self.rule.kind),
            RuleAction::Allow | RuleAction::Block | RuleAction::Log | RuleAction::Redact => None,
        }
    }
}

/// Gives each probe its number; the same probe of two rules is looked for once.
#[derive(Default)]
struct Numbering {
    probes: Vec<Probe>,
    known: HashMap<ProbeKey, ProbeId>,
}

impl Numbering {
    fn number(&mut self, probe: &Probe) -> ProbeId {
        let next = ProbeId(self.probes.len());
        let id = match probe_key(probe) {
            Some(key) => *self.known.entry(key).or_insert(next),
            None => next,
        };
        if id == next {
            self.probes.push(probe.clone());
        }
        id
    }
}

fn probe_key(probe: &Probe) -> Option<ProbeKey> {
    let label = probe.label.clone();
    match &probe.kind {
        ProbeKind::CharactersOutside(pattern) => Some(ProbeKey::CharactersOutside(label, pattern.clone())),
        ProbeKind::Detector { id, min_confidence } => {
            Some(ProbeKey::Detector(label, id.clone(), *min_confidence))
        }
        ProbeKind::Pattern(pattern) => Some(ProbeKey::Pattern(label, pattern.clone())),
        ProbeKind::LinkOutside(_) | ProbeKind::LongerThan(_) | ProbeKind::NotJson(_) => None,
    }
}

fn own_probes(kind: &RuleKind) -> &[Probe] {
    match kind {
        RuleKind::InputValidation(rule) => &rule.probes,
        RuleKind::OutputFilter(rule) => &rule.probes,
        RuleKind::ActionControl(_)
        | RuleKind::Budget(_)
        | RuleKind::Logging(_)
        | RuleKind::ModelAccess(_) => &[],
    }
}

fn constrain(kind: &RuleKind) -> Option<&Constrain> {
    match kind {
        RuleKind::ActionControl(rule) => rule.constrain.as_ref(),
        RuleKind::InputValidation(rule) => rule.constrain.as_ref(),
        RuleKind::ModelAccess(rule) => rule.constrain.as_ref(),
        RuleKind::OutputFilter(rule) => rule.constrain.as_ref(),
        RuleKind::Budget(_) | RuleKind::Logging(_) => None,
    }
}

fn argument_patterns(kind: &RuleKind) -> Vec<ArgumentPattern> {
    let RuleKind::ActionControl(rule) = kind else { return Vec::new() };
    let tests = rule.arguments.iter().flat_map(|requirement| &requirement.tests);
    let patterns = tests.filter_map(|test| match test {
        ArgumentTest::Pattern(pattern) => Some(pattern.clone()),
        ArgumentTest::Enum(_) | ArgumentTest::Max(_) | ArgumentTest::Schema { .. } => None,
    });
    patterns.map(|pattern| ArgumentPattern { pattern, regex: OnceLock::new() }).collect()
}

fn compile(pattern: &Pattern) -> Option<Regex> {
    RegexBuilder::new(pattern.as_str()).size_limit(Pattern::MAX_COMPILED_BYTES).build().ok()
}

/// Whether a rule looks through the texts of a gate.
fn stands_at(rule: &Rule, gate: Gate) -> bool {
    match rule.kind {
        RuleKind::InputValidation(_) => gate == Gate::Request,
        RuleKind::OutputFilter(_) => gate == Gate::Answer,
        RuleKind::ActionControl(_)
        | RuleKind::Budget(_)
        | RuleKind::Logging(_)
        | RuleKind::ModelAccess(_) => false,
    }
}

/// Whether anything may come of a rule but a record, where its condition holds: of what it finds, or of a check that
/// cannot be made.
fn may_bind(rule: &Rule) -> bool {
    let acts = match rule.action {
        RuleAction::Block | RuleAction::Constrain | RuleAction::Redact => true,
        RuleAction::Allow | RuleAction::Log => rule.failure_mode == FailureMode::Closed,
    };
    match rule.mode {
        Mode::Enforce => acts,
        Mode::Monitor => false,
    }
}

fn redacts(rule: &Rule) -> bool {
    match rule.action {
        RuleAction::Redact => true,
        RuleAction::Constrain => constrain(&rule.kind).is_some_and(|constrain| constrain.redact),
        RuleAction::Allow | RuleAction::Block | RuleAction::Log => false,
    }
}

fn captures(rule: &Rule, word: CaptureWord) -> bool {
    let RuleKind::Logging(logging) = &rule.kind else { return false };
    logging.capture.as_ref().is_some_and(|words| words.contains(&word))
}

fn admitted(rule: &Rule) -> Vec<ContentType> {
    let RuleKind::InputValidation(input) = &rule.kind else { return Vec::new() };
    input.content_types.clone().unwrap_or_default()
}

fn probes_of(rules: &[CompiledRule], wanted: impl Fn(&Rule) -> bool) -> Vec<ProbeId> {
    let wanted = rules.iter().filter(|rule| wanted(&rule.rule));
    let ids: BTreeSet<_> = wanted.flat_map(|rule| rule.probes.iter().copied()).collect();
    ids.into_iter().collect()
}

fn users(rules: &[CompiledRule], probes: usize) -> Vec<Vec<usize>> {
    let mut users = vec![Vec::new(); probes];
    for (index, rule) in rules.iter().enumerate() {
        for id in &rule.probes {
            if let Some(of_probe) = users.get_mut(id.0) {
                of_probe.push(index);
            }
        }
    }
    users
}
