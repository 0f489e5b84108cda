//! What follows from a judgement: the stop, the texts to put in place, and both gates' judgements in one.

use decision_log::CapturedText;
use detectors::Covers;
use dialects::{DialectError, Edits, Request, TextPart};
use policy::{Constraints, Decision, Judgement, Redaction};

use crate::refusal::Stop;

/// Why a call stops after this judgement, where it does.
pub(crate) fn stop(judgement: &Judgement) -> Option<Stop> {
    let message = || judgement.message.clone().unwrap_or_else(|| "refused by the policy".to_owned());
    if judgement.decision == Decision::Block {
        return Some(Stop::Policy { rule: judgement.reasons.first().cloned(), message: message() });
    }
    let throttle = judgement.throttle.as_ref()?;
    Some(Stop::Throttled {
        rule: throttle.rule.clone(),
        message: message(),
        retry_after: throttle.retry_after,
    })
}

/// The texts that have to be changed, by the index of their part, with everything covered. Redactions come
/// sorted by part.
pub(crate) fn covered(
    covers: &mut Covers,
    texts: &[TextPart],
    redactions: &[Redaction],
) -> Vec<(usize, String)> {
    redactions
        .chunk_by(|one, next| one.part == next.part)
        .filter_map(|group| {
            let part = group.first()?.part;
            Some((part, covers.cover(&texts.get(part)?.text, group)))
        })
        .collect()
}

/// The request with what a judgement covers and constrains. Placeholders are ones that no text of it holds.
pub(crate) fn rewrite_request(
    covers: &mut Covers,
    request: &Request,
    judgement: &Judgement,
) -> Result<Vec<u8>, DialectError> {
    request.parts().iter().for_each(|text| covers.reserve(&text.text));
    let texts = covered(covers, request.parts(), &judgement.redactions);
    request.rewrite(&Edits { texts, constraints: judgement.constraints.clone() })
}

/// Puts back, in every text, the values that placeholders of the same call stand for. In a sealed one they stay: it
/// must go out as it came.
pub(crate) fn restore(
    covers: &Covers,
    texts: &[TextPart],
    is_sealed: impl Fn(usize) -> bool,
    changed: &mut Vec<(usize, String)>,
) {
    for (index, text) in texts.iter().enumerate().filter(|(index, _)| !is_sealed(*index)) {
        let place = changed.binary_search_by_key(&index, |(part, _)| *part);
        let now = place.ok().and_then(|at| changed.get(at)).map_or(text.text.as_str(), |(_, now)| now);
        let Some(restored) = covers.restore(now) else { continue };
        match place {
            Ok(at) => changed.splice(at..=at, [(index, restored)]).for_each(drop),
            Err(at) => changed.insert(at, (index, restored)),
        }
    }
}

/// Every text of a gate for the record, with what is to be covered masked.
pub(crate) fn text_for_record(texts: &[TextPart], redactions: &[Redaction]) -> CapturedText {
    let mut masked = vec![Vec::new(); texts.len()];
    for redaction in redactions {
        if let Some(spans) = masked.get_mut(redaction.part) {
            spans.push(redaction.span);
        }
    }
    CapturedText::new(texts.iter().zip(&masked).map(|(text, spans)| (text.text.as_str(), spans.as_slice())))
}

/// The judgement of a call out of those of its gates: the stricter decides, and where both are as strict,
/// both have their reasons.
pub(crate) fn merge(first: Option<Judgement>, second: Judgement) -> Judgement {
    let Some(mut merged) = first else { return second };
    if second.decision > merged.decision {
        merged.reasons = second.reasons;
        merged.message = second.message;
    } else if second.decision == merged.decision {
        merged.reasons.extend(
            second.reasons.into_iter().filter(|rule| !merged.reasons.contains(rule)).collect::<Vec<_>>(),
        );
    }
    merged.decision = merged.decision.max(second.decision);
    merged.severity = merged.severity.max(second.severity);
    merged.applied.extend(second.applied);
    merged.monitored.extend(second.monitored);
    merged.unchecked.extend(second.unchecked);
    merged.throttle = second.throttle.or(merged.throttle);
    merged
}

/// Why a call stops whose texts cannot be changed as judged.
pub(crate) fn uncoverable(judgement: &Judgement, fault: &DialectError) -> Stop {
    let message = format!("what the policy covers cannot be covered here: {fault}");
    Stop::Policy { rule: judgement.reasons.first().cloned(), message }
}

/// The same judgement as a block, for what cannot be done as judged.
pub(crate) fn blocked(judgement: Judgement) -> Judgement {
    Judgement {
        decision: Decision::Block,
        redactions: Vec::new(),
        constraints: Constraints::default(),
        charges: Vec::new(),
        ..judgement
    }
}
