//! Attempts to read the instructions that the model was given: its system prompt, its hidden rules, the text above.

use policy::Confidence;

use crate::context::{mentioned, mentions};
use crate::detector::{Candidate, Detector, Shape};

/// Finds attempts to extract the system prompt.
pub(crate) struct SystemPromptExtraction;

impl Detector for SystemPromptExtraction {
    fn id(&self) -> &'static str {
        "system_prompt_extraction"
    }

    fn about(&self) -> &'static str {
        "requests to reveal, repeat or translate the system prompt or the text before the conversation"
    }

    // Lower, one system prompt in three is taken for an attack.
    fn strict(&self) -> Confidence {
        Confidence::percent(40)
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        60
    }
}

const fn strong(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: Some(asked_of_the_model) }
}

static SHAPES: &[Shape] = &[
    strong(
        "reveal",
        r"(?i-u:\b(?:reveal|show|print|output|display|repeat|tell|give|disclose|expose|leak|dump|share|provide|write|recite|echo|return|copy|paste|list|spell|translate|summari[sz]e|encode|type|quote|paraphrase|rephrase|send|spit|read)(?:ing)?[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,7}?(?:your|ur)[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n,]{1,3}){0,3}?(?:system|initial|original|hidden|secret|internal|developer|pre-?set|full|exact|entire|complete|base|starting|first|confidential|underlying|very first|pre-?prompt|meta|custom|core)[ \t\r\n-]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,2}?(?:prompts?|instructions?|messages?|rules?|guidelines?|directives?|configuration|config|programming|context|text|parameters|settings|commands?|policy|policies)\b)",
    ),
    strong(
        "reveal_prompt",
        r"(?i-u:\b(?:reveal|show|print|output|display|repeat|tell me|give me|disclose|expose|leak|dump|share|recite|echo|return|copy|paste|spell|translate|encode|quote|what(?:'s| is| are| was| were))[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?your[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,2}?(?:system[ -]?)?(?:prompt|pre-?prompt|system message|system instructions?|instructions|guidelines verbatim|directives)\b)",
    ),
    strong(
        "the_system_prompt",
        r"(?i-u:\b(?:reveal|show|print|output|display|repeat|tell|give|disclose|expose|leak|dump|recite|echo|copy|paste|what(?:'s| is| was| were))[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:the|this|that|any)[ \t\r\n]{1,3}(?:[a-z'-]{1,14}[ \t\r\n]{1,3}){0,3}?(?:(?:system|hidden|secret|initial|developer|internal|confidential|pre-?)[ -]?(?:prompts?|instructions?|messages?|directives?)))",
    ),
    strong(
        "text_above",
        r"(?i-u:\b(?:repeat|print|output|display|copy|write|show|recite|echo|return|paste|reproduce|translate|summari[sz]e|reveal|tell|give|put|type)(?:ing)?[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:everything|all|words?|text|sentences?|lines?|content|contents|paragraphs?|instructions?|messages?|prompt|whatever|information|what)[ \t\r\n]{1,3}(?:[a-z',-]{1,14}[ \t\r\n]{1,3}){0,5}?(?:above|before this|before the (?:conversation|user)|prior to this|preceding|that (?:came|comes|was|were|is|are) (?:written |given |stated |typed )?(?:before|above)|at the (?:top|beginning|start) of (?:this|the|our|your) (?:conversation|chat|prompt|session|context)|you were (?:given|told|initiali[sz]ed)|(?:up|down) to this point)\b)",
    ),
    strong(
        "asked",
        r"(?i-u:\b(?:what|which|how)[ ](?:[a-z']{1,12}[ ]){0,4}?(?:instructions?|rules?|prompt|guidelines|directives|messages?|directions?|commands|told|instructed)[ ](?:[a-z']{1,12}[ ]){0,4}?(?:were you|was you|are you|have you been|did you|do you have|you were|you have been|you are|given to you|you received|you follow)[ ]?(?:[a-z']{1,12}[ ]){0,3}?(?:given|told|programmed|instructed|receive[d]?|follow(?:ing)?|start(?:ed)?|before|initially|originally|by (?:your|the) (?:developers?|creators?|operator|system)|operating|configured)?)",
    ),
    strong(
        "were_you",
        r"(?i-u:\b(?:what|how)[ ](?:exactly[ ])?(?:were|was|are|have)[ ]you[ ](?:been[ ])?(?:told|instructed|given|programmed|prompted|configured|asked|ordered|initiali[sz]ed)\b(?:[ ](?:[a-z]{1,12}[ ]){0,4}?(?:to (?:do|say|not|never|keep|hide)|before|at the (?:start|beginning)|by|in your|with|as (?:your|initial)))?)",
    ),
    strong(
        "opening_words",
        r"(?i-u:\b(?:start(?:ing|s)?|begin(?:ning|s)?|commenc(?:e|ing))[ ](?:with|from|at)[ ](?:the[ ])?(?:(?:words?|phrase|sentence|text|line)[ ])?(?u:[\x22'`“(]){0,3}(?:you are (?:chatgpt|claude|an?\b|gpt|gemini|copilot|bing|a helpful)|you are(?u:[\x22'`”])|system:|# ?system|knowledge cutoff))",
    ),
    strong(
        "in_a_code_block",
        r"(?i-u:\b(?:put|place|include|wrap|output|write|print)[ ](?:[a-z']{1,12}[ ]){0,5}?(?:instructions|prompt|everything above|the above|text above|it all|them)[ ](?:[a-z']{1,12}[ ]){0,4}?(?:in|inside|into|within)[ ](?:an? )?(?:[a-z.]{2,9}[ ]){0,2}?(?:code ?blocks?|code fences?|markdown block|triple backticks|xml tags?|json)\b)",
    ),
    strong(
        "leak_the_key",
        r"(?i-u:\b(?:reveal|tell me|give me|what(?:'s| is)|print|show(?: me)?|leak|disclose|share|output|spell)[ ](?:[a-z']{1,12}[ ]){0,3}?(?:the|your)[ ](?:[a-z]{1,12}[ ]){0,2}?(?:secret|hidden|confidential|protected)[ ](?:key|password|code|word|passphrase|phrase|token|flag|information|instructions?|value)\b)",
    ),
    strong(
        "romance",
        r"(?i)(?:mu[eé]stra(?:me)?|revela|dime|imprime|repite|mostre|revele|repita|diga|imprima|affiche|montre|r[eé]v[eè]le|r[eé]p[eè]te|donne|mostra(?:mi)?|rivela|ripeti|dimmi|stampa)[^.!?\n]{0,60}?(?:prompt (?:del? )?(?:sistema|système|inicial|initial|iniziale)|(?:instrucciones|instruções|instructions|istruzioni) (?:iniciales|iniciais|initiales|iniziali|del sistema|do sistema|du système|di sistema|originales|originais|ocultas|cachées|nascoste|secretas)|texto (?:anterior|acima|de arriba)|texte ci-dessus|testo (?:sopra|precedente))",
    ),
    strong(
        "germanic",
        r"(?i)(?:zeig\p{L}{0,2}|gib|nenn\p{L}{0,2}|verrate?|wiederhole?|drucke?|toon|geef|herhaal|onthul|visa|upprepa)[^.!?\n]{0,60}?(?:system-?prompt|systemaufforderung|systemanweisung|systeemprompt|systeeminstructie|(?:ursprünglichen|ersten|geheimen|internen|vorherigen) (?:anweisung|instruktion|prompt)|text(?:e)? (?:oben|davor|darüber)|(?:oorspronkelijke|geheime|interne) (?:instructies|prompt)|tekst hierboven)",
    ),
    strong(
        "slavic",
        r"(?i)(?:покажи|повтори|выведи|раскрой|напиши|скажи|назови|pokaż|powtórz|wyświetl|ujawnij|podaj)[^.!?\n]{0,80}?(?:системн\p{L}{1,4} (?:промпт|инструкц|сообщен|запрос|подсказк)|(?:сво[июй]|исходн\p{L}{1,3}|начальн\p{L}{1,3}|скрыт\p{L}{1,3}) (?:инструкц|промпт|указан)|текст выше|prompt systemow|instrukcj\p{L}{1,3} systemow|(?:początkow|ukryt|pierwotn)\p{L}{1,3} (?:instrukcj|prompt))",
    ),
    strong(
        "cjk",
        r"(?:(?:显示|輸出|输出|告诉我|告訴我|重复|重複|透露|打印|泄露|复述|列出|翻译|说出|给我)[^。！？\n]{0,20}?(?:系统提示|系統提示|系统指令|系统消息|初始指令|初始提示|隐藏指令|你的提示词|你的指令|提示词|以上内容|上面的(?:内容|文字|指令))|(?:システムプロンプト|システム指示|初期(?:指示|設定|プロンプト)|上記の(?:文章|テキスト|指示|内容)|あなたの(?:指示|プロンプト|命令))[^。！？\n]{0,15}?(?:表示|教え|出力|繰り返|見せ|開示|書い)|(?:시스템 ?프롬프트|시스템 ?지시|초기 ?(?:지시|프롬프트)|위의? (?:내용|텍스트|지시))[^.!?\n]{0,15}?(?:보여|알려|출력|반복|공개|말해))",
    ),
    strong(
        "arabic_hindi_turkish",
        r"(?i)(?:(?:اعرض|أظهر|كرر|اكشف|اطبع|أخبرني)[^.!؟\n]{0,40}?(?:موجه النظام|تعليمات النظام|تعليماتك|التعليمات الأولية|النص أعلاه)|(?:सिस्टम प्रॉम्प्ट|सिस्टम निर्देश|अपने निर्देश|प्रारंभिक निर्देश)[^।!?\n]{0,30}?(?:दिखा|बता|दोहरा|प्रकट)|sistem (?:prompt|istem|talimat|komut)\p{L}{0,8}[^.!?\n]{0,30}?(?:göster|yaz|söyle|tekrarla|açıkla|paylaş))",
    ),
];

/// How people ask about prompts without asking for the model's own.
const HOW_TO: &[&str] =
    &["write a system", "create a", "draft", "how do i", "how to", "best practice", "example of"];

fn asked_of_the_model(candidate: &Candidate<'_>) -> Option<u8> {
    let before = candidate.before(24).to_ascii_lowercase();
    let trimmed = before.trim_end();
    let negated =
        ["not", "never", "n't", "n’t", "without", "cannot"].iter().any(|word| trimmed.ends_with(word));
    if negated || mentions(&before, &["refuse to", "avoid", "refrain from"]) || is_about_layout(candidate) {
        return None;
    }
    Some(if mentioned(candidate) || HOW_TO.iter().any(|words| before.contains(words)) {
        40
    } else {
        candidate.confidence
    })
}

/// Whether a match belongs to the instructions of a document: it goes over a blank line, stands in a list of what to
/// write, or asks for something that is made from a prompt.
fn is_about_layout(candidate: &Candidate<'_>) -> bool {
    let matched = candidate.matched();
    let listed = candidate.before(4).ends_with("\n- ") && matched.ends_with("above");
    listed || matched.contains("\n\n") || matched.contains(" based on ")
}
