//! What speaks against a match in any language: it is told of somebody, or people take back something of
//! their own, such as a question, a letter or a draft.

use crate::detector::Candidate;

/// What people themselves wrote or asked, and take back.
const OWN: &[&str] = &[
    // German, Dutch, Scandinavian
    "meine mail",
    "meine e-mail",
    "meine nachricht",
    "meine letzte",
    "meine frage",
    "meine vorige",
    "meine anweisung aus",
    "meinen brief",
    "entwurf",
    "ich dir vorhin",
    "ich dir gesagt",
    "ich gesagt",
    "mijn mail",
    "mijn vorige",
    "mijn vraag",
    "mitt mejl",
    "mitt förra",
    "min förra",
    "min forrige",
    // Romance
    "mon message",
    "mon mail",
    "mon courriel",
    "ma question",
    "mon précédent",
    "je t'ai",
    "je t’ai",
    "je vous ai",
    "j'ai dit",
    "j’ai dit",
    "mi correo",
    "mi mensaje",
    "mi pregunta",
    "te dije",
    "le dije",
    "he dicho",
    "que envié",
    "mi email",
    "mia mail",
    "mia email",
    "mio messaggio",
    "mia domanda",
    "ti ho detto",
    "meu e-mail",
    "meu email",
    "minha mensagem",
    "minha pergunta",
    "eu disse",
    "te disse",
    "mesajul meu",
    "întrebarea mea",
    "emailul meu",
    // Slavic and Greek
    "моё",
    "мое ",
    "мой вопрос",
    "прошлый вопрос",
    "моє",
    "мій",
    "вариант письма",
    "mój mail",
    "moje pytanie",
    "moją wiadomość",
    "mojej wiadomości",
    "můj e-mail",
    "můj mail",
    "moji otázku",
    "moju otázku",
    "moj mail",
    "moju poruku",
    "moje pitanje",
    "моју поруку",
    "моје питање",
    " μου",
    "email μου",
    "ερώτησή μου",
    // Semitic, Turkic, Indic
    "سؤالي",
    "رسالتي",
    "بريدي",
    "השאלה שלי",
    "המייל שלי",
    "ההודעה שלי",
    "mesajım",
    "sorum",
    "e-postam",
    "mailim",
    "मेरा सवाल",
    "मेरे ईमेल",
    "मेरे कल",
    "मेरी मेल",
    "पिछला सवाल",
    "सवाल भूल",
    "আমার প্রশ্ন",
    "আমার ইমেল",
    // East and South-East Asia
    "我刚才",
    "我剛才",
    "我上午",
    "我上一封",
    "我的邮件",
    "邮件",
    "私の質問",
    "さっきの質問",
    "メール",
    "내 질문",
    "제 메일",
    "메일",
    "pertanyaanku",
    "email saya",
    "pesan saya",
    "câu hỏi của tôi",
    "email của tôi",
    "คำถามของฉัน",
];

/// Whether a match is about something that its writer said himself.
pub(in crate::prompt_injection) fn is_correction(candidate: &Candidate<'_>) -> bool {
    let mut text = candidate.matched().to_lowercase();
    text.push_str(&candidate.after(24).to_lowercase());
    OWN.iter().any(|words| text.contains(words))
}

/// Forms of verbs that order nothing unless a sentence begins with them.
const INFINITIVES: &[&str] = &[
    "ignorar",
    "olvidar",
    "esquecer",
    "desconsiderar",
    "oublier",
    "ignorer",
    "contourner",
    "dimenticare",
    "ignorare",
    "trascurare",
    "забыть",
    "olvide ",
    "забути",
];

/// Whether a match tells what somebody is moved to do, as fables and reports have it.
pub(in crate::prompt_injection) fn is_told(candidate: &Candidate<'_>) -> bool {
    let matched = candidate.matched().to_lowercase();
    let before = candidate.before(40).to_lowercase();
    let before = before.trim_end();
    let begins =
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '"', '«', '“', '„', '-', '*', '¡']);
    let wanted = [
        "quiero",
        "necesito",
        "pido",
        "quero",
        "preciso",
        "peço",
        "veux",
        "voglio",
        "хочу",
        "должен",
        "нужно",
    ];
    let wanted = wanted.iter().any(|word| before.contains(word));
    let infinitive = INFINITIVES.iter().any(|form| matched.starts_with(form));
    let told = [" da", " que", "чтобы", "щоб"].iter().any(|word| before.ends_with(word));
    !begins && !wanted && (infinitive || told)
}
