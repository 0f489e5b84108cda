//! Override and persona phrases in other languages than English: a verb of disregard, a word for instructions and
//! one for "previous" or "all" close together, in the order of the language.

use super::tongues::among_people::is_among_people;
use super::tongues::reports::{is_correction, is_told};
use super::{MENTIONED, unless_negated};
use crate::detector::{Candidate, Shape};

const fn phrase(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 88, accept: Some(unless_not) }
}

/// Drops what is said not to be done, before or behind the verb ("no olvides", "vergiss nicht"), and lowers what
/// somebody cites, tells of another or corrects of his own.
pub(super) fn unless_not(candidate: &Candidate<'_>) -> Option<u8> {
    const BEFORE: &[&str] = &[
        "no", "não", "nao", "non", "nicht", "nie", "не", "jangan", "tidak", "đừng", "niet", "不要", "请勿",
        "别", "لا", "ikke",
    ];
    let before = candidate.before(24).to_lowercase();
    let before = before.trim_end();
    let own_word = |word: &&str| {
        before
            .strip_suffix(*word)
            .is_some_and(|rest| !rest.ends_with(char::is_alphabetic) || !word.is_ascii())
    };
    let behind = candidate.matched().split_whitespace().nth(1);
    let negated =
        BEFORE.iter().any(own_word) || matches!(behind, Some("nicht" | "niet" | "pas" | "не" | "no"));
    if negated {
        return None;
    }
    let confidence = unless_negated(candidate)?;
    Some(match confidence {
        confidence if is_correction(candidate) || is_told(candidate) => confidence.min(MENTIONED),
        confidence if is_among_people(candidate) => confidence.min(AMONG_PEOPLE),
        confidence => confidence,
    })
}

/// What an order counts that people give each other: no finding without another.
const AMONG_PEOPLE: u8 = 30;

pub(super) static SHAPES: &[Shape] = &[
    phrase(
        "override:es",
        r"(?i)(?:ignor[aeáé]|ignores|ignorar|olvid[aeáé]|olvides|olvidar|omite|omita|descart[ae]|desestim[ae]|pas[ae] por alto|haz caso omiso|haga caso omiso|anul[ae]|no (?:sigas|hagas caso))[^.!?\n]{0,50}?(?:instruccion|indicacion|[oó]rden|regla|directri|directiva|mensaje|restriccion|lo anterior|lo que (?:te |se )?(?:dij|han dicho)|todo lo (?:anterior|que))\p{L}{0,12}",
    ),
    phrase(
        "override:fr",
        r"(?i)(?:ignore[sz]?(?-u:\b)|ignorer(?-u:\b)|oublie[sz]?(?-u:\b)|oublier(?-u:\b)|n[ée]glige[sz]?|fais abstraction|faites abstraction|ne (?:tiens|tenez) (?:pas|plus) compte|ne (?:suis|suivez) (?:pas|plus)|contourne[sz]?|contourner|abandonne[sz]?)[^.!?\n]{0,40}?(?:\b(?:les|la|le|de|des|du|ces|cette|cet|vos|tes|votre|ton|mes|toutes?|tous)\b |\bl['’])(?:[\p{L}'’]{1,14} ){0,2}?(?:instruction|consigne|directive|ordre|r[èe]gle|message|restriction|invite|politique|garde-fou)\p{L}{0,12}|(?i)(?:ignore[sz]?|oublie[sz]?) (?:tout )?(?:ce qui pr[ée]c[èe]de|ce qu[ei'’]|tout ce qu)",
    ),
    phrase(
        "override:de",
        r"(?i)(?:ignorier(?:e|en|st)?(?-u:\b)|(?-i:Ignoriert) |vergiss|vergessen sie|missachte\p{L}{0,2}|beachte (?:nicht|keine)|überspringe|verwirf|setze dich über|lass \p{L}{1,12} außer acht|übergehe)[^.!?\n]{0,50}?(?:anweisung|instruktion|befehl|vorgabe|regel|richtlinie|auftr[aä]g|aufgabe|einschränkung|prompt|nachricht|alles (?:davor|vorher|zuvor|bisherige)|information|was (?:davor|vorher|zuvor|bisher))\p{L}{0,12}",
    ),
    phrase(
        "override:de_forget_all",
        r"(?i)vergiss[^.!?\n]{0,20}?(?:alles|sämtliche|alle)[^.!?\n]{0,40}?(?:davor|vorher|zuvor|bisher|gesagt|wei(?:ß|ss)t|gelernt|vorhergehend|obige|oben)\p{L}{0,12}",
    ),
    // The verb stands last, or the noun is called void.
    phrase(
        "override:de_verb_last",
        r"(?i)(?:vorherig|bisherig|obig|vorig|früher|vorangegangen|vorstehend|vorangehend|vorhergehend|ursprünglich|sämtlich)\p{L}{1,3} [^.!?\n]{0,60}?(?:ignorier|vergess|irrelevant|ungültig|hinfällig|hinter (?:sich|dir|dich)|außer acht|missacht|unbeachtet|beiseite|nichtig|aufgehoben)\p{L}{0,4}",
    ),
    Shape {
        name: "hijack:de_new_task",
        regex: r"(?i)(?:(?:nun|jetzt|hier|es) (?:folgen|folgt|kommen|kommt)|beginnen (?:wir )?(?:nun |jetzt )?mit|(?:widme|konzentrier)\p{L}{0,3} (?:dich|sie sich) (?:nun |jetzt )?(?:auf|der|einer|den))[^.!?\n]{0,20}?(?:neue|weitere|nächste|andere)\p{L}{0,2} (?:aufgabe|anweisung|instruktion|auftr)\p{L}{0,4}",
        confidence: 55,
        accept: Some(unless_negated),
    },
    Shape {
        name: "override:de_start_over",
        regex: r"(?i)(?:fang(?:e|en sie)?|beginn(?:e|en sie)?|start(?:e|en sie)?)[^.!?\n]{0,20}? (?:von vorne?|von neuem|komplett neu)",
        confidence: 40,
        accept: Some(unless_negated),
    },
    Shape {
        name: "persona:de_now",
        regex: r"(?i)(?:\bab (?:jetzt|sofort|nun) (?:bist du|sind sie|antworte\p{L}{0,3}|wirst du)|\b(?:jetzt|nun) (?:bist du|sind sie)|\bdu bist (?:jetzt|nun|ab jetzt|ab sofort)|\bstell(?:en)? (?:dir|sie sich) vor, (?:du|sie) (?:bist|wärst|sind|wären))",
        confidence: 40,
        accept: Some(unless_negated),
    },
    Shape {
        name: "role:de_kept",
        regex: r"(?i)(?:(?:bleib|verharr|verbleib)\p{L}{0,3} (?:\p{L}{2,8} ){0,2}in (?:ihr|dein|sein|der|dies)\p{L}{0,3} (?:rolle|charakter)|aus (?:ihr|dein|sein|der|dem)\p{L}{0,3} (?:rolle|charakter)\p{L}{0,4} (?:auszubrechen|zu fallen|ausbr|fall))",
        confidence: 40,
        accept: Some(unless_negated),
    },
    phrase(
        "override:es_said",
        r"(?i)olvid\p{L}{1,4} (?:todo|lo|cuanto)[^.!?\n]{0,20}?(?:dij|dig|dicho|sabes|aprend|anterior|antes)\p{L}{0,8}",
    ),
    phrase(
        "override:pt",
        r"(?i)(?:ignor[ea]|ignorar|esque[çc]a|esquecer|desconsidere|desconsiderar|desrespeite|descart[ea]|n[ãa]o siga|anule)[^.!?\n]{0,50}?(?:instru(?:ç|coes|cao|cões)|orienta[çc]|ordens|regras|diretriz|diretiva|comando|mensagens|restri[çc]|tudo (?:o )?(?:que|acima|anterior))\p{L}{0,12}",
    ),
    phrase(
        "override:it",
        r"(?i)(?:ignora(?:te|re)?|dimentica(?:te|re)?|trascura(?:te|re)?|tralascia|non (?:seguire|considerare)|disattend[ai]|scarta|annulla)[^.!?\n]{0,50}?(?:istruzion|indicazion|ordini|regole|direttiv|comand[io]|messagg|restrizion|linee guida|tutto (?:ciò|quello|quanto))\p{L}{0,12}",
    ),
    phrase(
        "override:nl",
        r"(?i)(?:negeer|vergeet|sla|laat|overschrijf|volg niet)[^.!?\n]{0,40}?(?:vorige|eerdere|voorgaande|bovenstaande|alle|alles|oorspronkelijke|je)[^.!?\n]{0,30}?(?:instructie|opdracht|regels|richtlijn|aanwijzing|bericht|bevel|prompt|hierboven|gezegd)\p{L}{0,12}",
    ),
    phrase(
        "override:pl",
        r"(?i)(?:zignoruj|ignoruj|zapomnij|pomiń|pomijaj|nie zwracaj uwagi|odrzuć|unieważnij)[^.!?\n]{0,50}?(?:instrukc|polece|wytyczn|zasad|reguł|rozkaz|wskazów|komunikat|wszystk|ogranicze)\p{L}{0,12}",
    ),
    phrase(
        "override:ru",
        r"(?i)(?:игнориру|проигнориру|забудь|забудьте|забыть|не обращай|не обращайте|отмени|пренебрег|отбрось|не следуй)[^.!?\n]{0,80}?(?:инструкц|указани|команд|правил|приказ|сообщени|директив|ограничен|предыдущ|всё,? что|все,? что)\p{L}{0,12}",
    ),
    phrase(
        "override:uk",
        r"(?i)(?:ігнору|проігнору|забудь|забудьте|відкинь|не зважай)[^.!?\n]{0,80}?(?:інструкц|вказівк|команд|правил|наказ|повідомлен|попередн)\p{L}{0,12}",
    ),
    phrase(
        "override:tr",
        r"(?i)(?:önceki|yukarıdaki|tüm|bütün|verilen|daha önceki)[^.!?\n]{0,40}?(?:talimat|komut|kural|yönerge|emir|mesaj|kısıtlama)[^.!?\n]{0,30}?(?:yok say|unut|dikkate alma|görmezden gel|göz ardı et|boş ver|geçersiz)\p{L}{0,12}",
    ),
    phrase(
        "override:sv_da_no",
        r"(?i)(?:ignorera?|ignorer|glöm|glem|bortse från|strunta i|se bort fra|overse)[^.!?\n]{0,40}?(?:tidigare|föregående|alla|tidligere|alle|foregående|ovan|ovenfor)[^.!?\n]{0,30}?(?:instruk|anvisning|regler|order|meddeland|besked|kommando)\p{L}{0,12}",
    ),
    phrase(
        "override:cs_sk",
        r"(?i)(?:ignoruj|zapomeň|zapomeňte|nedbej|přehlédni|zabudni)[^.!?\n]{0,40}?(?:předchozí|všechn|predchádzaj|všetk|dosavadní)[^.!?\n]{0,30}?(?:instrukc|pokyn|příkaz|pravid|inštrukc|príkaz)\p{L}{0,12}",
    ),
    phrase(
        "override:ro",
        r"(?i)(?:ignoră|ignora|ignorați|uită|uitați)[^.!?\n]{0,40}?(?:instrucțiun|instructiun|comenzi|reguli|ordine|mesaje)\p{L}{0,12}",
    ),
    phrase(
        "override:hu",
        r"(?i)(?:hagyd figyelmen kívül|felejtsd el|ne vedd figyelembe)[^.!?\n]{0,50}?(?:utasítás|szabály|parancs|előző|korábbi)\p{L}{0,12}",
    ),
    phrase(
        "override:el",
        r"(?i)(?:αγνόησε|αγνοήστε|ξέχασε|ξεχάστε|παράβλεψε)[^.!?\n]{0,60}?(?:οδηγί|εντολ|κανόν|προηγούμεν)\p{L}{0,12}",
    ),
    phrase(
        "override:sr_hr",
        r"(?i)(?:ignoriši|ignorišite|ignoriraj|ignorirajte|zaboravi|zaboravite|zanemari|zanemarite|zanemarite)[^.!?\n]{0,50}?(?:uputstv|instrukcij|naredb|naredben|upute|prethodn|pravil|zadat)\p{L}{0,12}",
    ),
    phrase(
        "override:zh",
        r"(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不理会|不要遵循|不用管|放弃|跳过|绕过|取消|覆盖|抛开)[^。！？\n]{0,15}?(?:之前|以上|上述|先前|前面|所有|全部|你的|系统|上面|此前|原有|一切)[^。！？\n]{0,15}?(?:指令|指示|提示|命令|规则|規則|说明|說明|要求|设定|設定|限制|约束|内容|对话|信息|准则)",
    ),
    phrase(
        "override:zh_reversed",
        r"(?:之前|以上|上述|先前|前面|所有)的?[^。！？\n]{0,10}?(?:指令|指示|提示|命令|规则|要求|设定)[^。！？\n]{0,8}?(?:忽略|无视|作废|无效|忘记|忘掉|取消)",
    ),
    phrase(
        "override:ja",
        r"(?:以前|これまで|上記|前|先|今まで|すべて|全て|元|システム)の?[^。！？\n]{0,15}?(?:指示|命令|指令|プロンプト|ルール|規則|設定|制約|制限|メッセージ|内容|会話)[^。！？\n]{0,10}?(?:無視|忘れ|破棄|従わな|取り消|捨て|上書き)",
    ),
    phrase(
        "override:ko",
        r"(?:이전|위|앞|지금까지|모든|기존|시스템)의?[^.!?\n]{0,15}?(?:지시|명령|지침|프롬프트|규칙|설정|제한|메시지|내용|대화)[^.!?\n]{0,12}?(?:무시|잊어|잊으|따르지|취소|폐기)",
    ),
    phrase(
        "override:ar",
        r"(?:تجاهل|تجاهلي|تجاهلوا|انس|انسى|إنسى|اهمل|أهمل|لا تتبع|تخطى|ألغ|الغي)[^.!؟\n]{0,50}?(?:تعليمات|التعليمات|الأوامر|أوامر|القواعد|قواعد|التوجيهات|توجيهات|الإرشادات|السابق|ما سبق|كل شيء)",
    ),
    phrase(
        "override:fa",
        r"(?:دستور|دستورالعمل|دستورات|قوانین|پیام)[^.!؟\n]{0,40}?(?:قبلی|پیشین|بالا)[^.!؟\n]{0,30}?(?:نادیده|فراموش)|(?:نادیده بگیر|فراموش کن)[^.!؟\n]{0,50}?(?:دستور|قوانین|قبلی)",
    ),
    phrase(
        "override:he",
        r"(?:התעלם|התעלמי|התעלמו|תתעלם|שכח|תשכח)[^.!?\n]{0,40}?(?:הוראות|ההוראות|הנחיות|ההנחיות|הכללים|פקודות|הקודמ)",
    ),
    phrase(
        "override:hi",
        r"(?:पिछल|पूर्व|ऊपर|उपरोक्त|पहले|सभी|सारे)[^।!?\n]{0,30}?(?:निर्देश|आदेश|नियम|संदेश|हिदायत)[^।!?\n]{0,30}?(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा|ध्यान न)",
    ),
    phrase(
        "override:id_ms",
        r"(?i)(?:abaikan|lupakan|hiraukan|jangan ikuti)[^.!?\n]{0,40}?(?:instruksi|perintah|arahan|aturan|petunjuk|pesan)[^.!?\n]{0,30}?(?:sebelumnya|di atas|terdahulu|sebelum|atas|semua|yang)\p{L}{0,12}",
    ),
    phrase(
        "override:vi",
        r"(?i)(?:bỏ qua|quên|phớt lờ|không tuân theo)[^.!?\n]{0,40}?(?:hướng dẫn|chỉ thị|lệnh|quy tắc|chỉ dẫn|yêu cầu)[^.!?\n]{0,20}?(?:trước|trên|này)\p{L}{0,12}",
    ),
    phrase("override:th", r"(?:เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ|ละเลย)[^\n]{0,40}?(?:คำสั่ง|คำแนะนำ|กฎ|ข้อความ)"),
    phrase(
        "override:bn",
        r"(?:পূর্ব|আগের|উপরের|সমস্ত|সব)[^।!?\n]{0,30}?(?:নির্দেশ|আদেশ|নিয়ম)[^।!?\n]{0,30}?(?:উপেক্ষা|ভুলে|অগ্রাহ্য)",
    ),
    phrase("override:sw", r"(?i)(?:puuza|sahau|usifuate)[^.!?\n]{0,30}?(?:maagizo|maelekezo|amri)"),
    phrase(
        "persona:romance",
        r"(?i)(?:actúa como|act[uú]e como|agis comme|agissez comme|comporta(?:ti)? come|atue como|aja como|haz de cuenta que eres|fais comme si tu étais|fingi di essere|finja ser|finge (?:ser|que eres))[^.!?\n]{0,60}?(?:sin (?:restricc|límit|filtro|censura)|sans (?:restrict|limit|filtre|censure)|senza (?:restriz|limit|filtr|censura)|sem (?:restri|limit|filtro|censura)|DAN\b)",
    ),
    phrase(
        "persona:germanic",
        r"(?i)(?:handle als|verhalte dich|tu so als|du bist (?:jetzt|nun|ab sofort)|doe alsof|gedraag je als|je bent nu)[^.!?\n]{0,60}?(?:ohne (?:jede |jegliche |alle )?(?:einschränk|regel|filter|zensur|beschränk)|zonder (?:beperking|regels|filter|censuur)|uneingeschränkt|unzensiert|DAN\b)",
    ),
    phrase(
        "persona:cjk",
        r"(?:扮演|假装|假裝|你现在是|你現在是|として振る舞|になりきって|척해|행동해|역할을)[^。！？\n]{0,30}?(?:没有任何限制|不受.{0,6}限制|无限制|無限制|制限のない|制約のない|制限なし|제한 없|제약 없|DAN)",
    ),
    phrase(
        "persona:ru",
        r"(?i)(?:притворись|представь,? что ты|веди себя как|действуй как|ты теперь)[^.!?\n]{0,80}?(?:без (?:ограничен|цензур|фильтр|правил)|DAN\b)",
    ),
];
