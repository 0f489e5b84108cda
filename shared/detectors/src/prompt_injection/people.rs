//! What is said of people, and so is no order to the model: "we ignore the old rules", "if a guest says that you are now a
//! pirate", "employees must not tell anyone", "forget the rule about pocket money".

use super::guards::last_sentence;
use crate::context::mentions;
use crate::detector::Candidate;

/// Who does something himself.
const WHO: &[&str] = &[
    "i", "we", "he", "she", "they", "emails", "mails", "people", "users", "staff", "pupils", "students",
    "drivers", "ich", "wir", "man", "je", "nous", "ils", "nosotros", "noi", "nós", "мы", "они",
];

/// What may stand between him and what he does.
const BETWEEN: &[&str] = &[
    "will",
    "would",
    "should",
    "can",
    "could",
    "may",
    "might",
    "must",
    "shall",
    "often",
    "always",
    "never",
    "just",
    "simply",
    "sometimes",
    "also",
    "now",
    "then",
    "usually",
    "accidentally",
    "have",
    "had",
    "did",
    "do",
    "to",
    "please",
    "hereby",
    "want",
    "need",
];

/// Whether a verb that could be an order has a subject: somebody tells what he or others do.
pub(super) fn is_done_by_somebody(candidate: &Candidate<'_>) -> bool {
    let sentence = last_sentence(candidate.before(32));
    let words = sentence.rsplit([' ', '\'', '’']);
    let mut words = words.filter(|word| !word.is_empty() && !matches!(*word, "ll" | "d" | "ve" | "m" | "re"));
    let subject = words.find(|word| !BETWEEN.iter().any(|between| word.eq_ignore_ascii_case(between)));
    subject.is_some_and(|subject| WHO.contains(&subject.to_lowercase().as_str()))
}

/// Words of a case that is thought of.
const IF: &[&str] = &[
    "if",
    "when",
    "whenever",
    "should",
    "in case",
    "may",
    "might",
    "can",
    "will",
    "try",
    "tries",
    "often",
    "sometimes",
    "even if",
    "whoever",
    "that",
];
/// Who may come with such words, apart from the one that writes.
const THIRD: &[&str] = &[
    "someone",
    "somebody",
    "anyone",
    "anybody",
    "people",
    "whoever",
    "user",
    "customer",
    "client",
    "visitor",
    "guest",
    "player",
    "passenger",
    "caller",
    "resident",
    "patient",
    "student",
    "pupil",
    "child",
    "children",
    "participant",
    "trainee",
    "reader",
    "reviewer",
    "attacker",
    "tester",
    "colleague",
    "employee",
    "member",
    "tenant",
    "applicant",
    "candidate",
    "message",
    "document",
    "page",
    "email",
    "e-mail",
    "mail",
    "text",
    "ticket",
    "website",
    "file",
    "review",
    "poem",
    "others",
    "shopper",
    "driver",
    "learner",
];
/// What they do.
const SAYS: &[&str] = &[
    "say", "write", "ask", "tell", "claim", "type", "try", "tries", "demand", "request", "want", "order",
    "instruct", "insist", "state", "pretend", "argue", "attempt", "contain", "hold", "paste", "send",
    "threaten", "beg", "urge", "push", "mention", "announce",
];

/// Whether a match is what somebody may come to say: the clause that it stands in supposes so.
pub(super) fn is_supposed(candidate: &Candidate<'_>) -> bool {
    let before = candidate.before(80);
    let sentence = before.rsplit(['.', '!', '?', '\n', ';', ':', '。', '！']).next().unwrap_or_default();
    let clause = sentence.rsplit(',').next().unwrap_or_default();
    (mentions(clause, SAYS) && mentions(clause, THIRD) && mentions(clause, IF))
        || is_supposed_elsewhere(sentence)
}

/// Words of a case that is thought of, in other languages than English.
const IF_ELSEWHERE: &[&str] = &[
    "si te ",
    "si alguien",
    "si un ",
    "si una ",
    "si el ",
    "si la ",
    "aunque ",
    "si quelqu",
    "si le ",
    "si l'",
    "si on ",
    "même si",
    "wenn ",
    "falls ",
    "se algu",
    "se qualcuno",
    "se un ",
    "se o ",
    "se il ",
    "als iemand",
    "als een",
    "om någon",
    "hvis ",
    "если ",
    "якщо ",
    "jeśli ",
    "jeżeli ",
    "když ",
    "如果",
    "若有",
    "当用户",
    "當用戶",
    "假如",
    "もし",
    "ても",
    "만약",
    "eğer ",
    "kalau ",
    "jika ",
    "nếu ",
    "अगर ",
    "यदि ",
    "إذا ",
    "حتى لو",
    "אם ",
    "kung ",
];

/// What somebody does then.
const ASKS_ELSEWHERE: &[&str] = &[
    "pid",
    "ped",
    "dice",
    "diga",
    "intent",
    "insist",
    "pretend",
    "demand",
    "dit ",
    "écri",
    "veut",
    "chied",
    "bitte",
    "verlangt",
    "sagt",
    "schreibt",
    "behaupt",
    "fragt",
    "vraagt",
    "zegt",
    "прос",
    "пиш",
    "говор",
    "требу",
    "скаж",
    "prosi",
    "pisze",
    "mówi",
    "chce",
    "要求",
    "让你",
    "叫你",
    "说",
    "言",
    "頼",
    "요청",
    "말하",
    "iste",
    "söyle",
    "minta",
    "bilang",
    "yêu cầu",
    "bảo",
    "कह",
    "طلب",
    "قال",
    "ber ",
    "säger",
    "מבקש",
];

/// The same in other languages than English: somebody, in a case that is thought of, asks or says.
fn is_supposed_elsewhere(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    !sentence.is_empty() && holds(IF_ELSEWHERE) && holds(ASKS_ELSEWHERE)
}

/// Whether "must not" and its like are said of somebody: rules for people name them.
pub(super) fn is_rule_for_people(candidate: &Candidate<'_>) -> bool {
    let matched = candidate.matched();
    let must = ["must not", "may not", "shall not", "should not"];
    let begins =
        |words: &&str| matched.get(..words.len()).is_some_and(|head| head.eq_ignore_ascii_case(words));
    let before = candidate.before(40);
    let subject = last_sentence(before).trim_end().rsplit(' ').next().unwrap_or_default();
    must.iter().any(begins)
        && !subject.is_empty()
        && !mentions(
            subject,
            &[
                "you",
                "u",
                "and",
                "or",
                "but",
                "model",
                "assistant",
                "ai",
                "agent",
                "bot",
                "it",
                "response",
                "answer",
                "reply",
            ],
        )
}

/// Whether rules are those on something of everyday life, which the words behind them say.
pub(super) fn is_on_a_topic(candidate: &Candidate<'_>) -> bool {
    const ON: &[&str] = &[
        "about ",
        "regarding ",
        "concerning ",
        "on how ",
        "for the ",
        "of grammar",
        "of the road",
        "from monday",
    ];
    const OF_MODELS: &[&str] = &[
        "safety",
        "content",
        "confidential",
        "secret",
        "ethic",
        "harm",
        "being",
        "system",
        "prompt",
        "reveal",
        "user",
        "you",
        "your",
        "not",
        "refus",
        "rest of",
        "conversation",
        "chat",
        "ai",
        "what",
        "sharing",
        "security",
        "above",
        "privacy",
        "disclos",
    ];
    let after = candidate.after(40).to_ascii_lowercase();
    let after = after.strip_prefix(' ').unwrap_or_default();
    ON.iter().any(|words| after.starts_with(words)) && !OF_MODELS.iter().any(|word| after.contains(word))
}
