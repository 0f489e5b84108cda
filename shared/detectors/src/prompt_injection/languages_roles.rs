//! Characters without rules in other languages than English, and the override phrases of more of them: each half of "from
//! now on you are" and "without restrictions" is weak, both together are an attack.

use super::guards::unless_talked_about;
use super::languages::unless_not;
use crate::detector::Shape;

const fn role(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 35, accept: Some(unless_talked_about) }
}

const fn unbound(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 45, accept: Some(unless_talked_about) }
}

const fn phrase(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: Some(unless_not) }
}

pub(super) static SHAPES: &[Shape] = &[
    role(
        "persona:now_romance",
        r"(?i)(?:\ba partir de ahora\b|\bdesde ahora\b|\bahora eres\b|\beres ahora\b|\bde ahora en adelante\b|\bactúa como\b|\bfinge (?:ser|que)\b|\bà partir de maintenant\b|\bdésormais,? (?:tu|vous)\b|\btu es maintenant\b|\bvous êtes maintenant\b|\bfais semblant\b|\bagis comme\b|\ba partir de agora\b|\bagora (?:você|tu) é\b|\bvocê agora é\b|\bfinja (?:ser|que)\b|\baja como\b|\bd'ora in poi\b|\bda ora in poi\b|\badesso sei\b|\bora sei\b|\bfingi (?:di essere|che)\b)",
    ),
    unbound(
        "unbound:romance",
        r"(?i)(?:\bsin (?:ning[uú]n[ao]? )?(?:tipo de )?(?:restricci[oó]n(?:es)?|l[ií]mites?|filtros?|censura|reglas|ética)|\bsans (?:aucune? )?(?:restrictions?|limites?|filtres?|censure|règles)|\bsem (?:nenhuma? |qualquer )?(?:restriç(?:ão|ões)|limites?|filtros?|censura|regras)|\bsenza (?:alcuna? |nessuna? )?(?:restrizion[ei]|limit[ei]|filtri|censura|regole)|\bno tienes (?:restricciones|límites|reglas|filtros)|\bn'as (?:aucune? )?(?:restriction|limite|règle)|\bnão tem (?:restrições|limites|regras|filtros))",
    ),
    unbound(
        "unbound:germanic",
        r"(?i)(?:\bohne (?:jede |jegliche |irgendwelche |alle )?(?:moralische[n]? )?(?:einschränkung|regeln|filter|zensur|beschränk|grenzen|tabus)|\b(?:uneingeschränkt|unzensiert|ungefiltert)e?[rsn]?\b|\bkeine(?:n|rlei)? (?:regeln|einschränkungen|grenzen|filter|zensur|moral)\b|\bzonder (?:enige )?(?:beperkingen|regels|filters?|censuur|grenzen)\b|\butan (?:några )?(?:begränsningar|regler|filter|censur)\b)",
    ),
    role(
        "persona:now_cyrillic",
        r"(?:[Сс] этого момента|[Оо]тныне|[Тт]еперь ты|[Тт]ы теперь|[Пп]редставь,? что ты|[Пп]ритворись|[Вв]еди себя как|[Сс]ыграй роль|[Вв]ідтепер|[Уу]яви,? що ти)",
    ),
    // The edges of words are those of ASCII, which every engine knows; beside another letter there is none.
    role(
        "persona:now_slavic",
        r"(?:(?i-u:\b(?:od teraz|od tego momentu)\b)|(?i-u:\bteraz jeste)(?:ś|Ś)|(?i-u:\budawaj,? )(?:ż|Ż)(?i-u:e\b)|(?i-u:\bzachowuj si)(?:ę|Ę)(?i-u: jak\b)|(?i-u:\bwciel si)(?:ę|Ę)(?i-u: w\b)|(?i-u:\bod nyn)(?:ě|Ě)j[šŠsS](?i-u:ka\b)|(?i-u:\bnyn)(?:í|Í)(?i-u: jsi\b))",
    ),
    unbound(
        "unbound:slavic",
        r"(?:[Бб]ез (?:каких-либо |всяких |любых |никаких |жодних )?(?:ограничен|цензур|фильтр|правил|моральн|запрет|обмежен)|[Нн]е (?:ограничен|связан)|[Нн]ет (?:никаких )?(?:ограничен|правил|запрет)|(?i:\bbez (?:żadnych |jakichkolwiek |jakýchkoli |žádných )?(?:ogranicze|cenzury|filtr|zasad|limit|omezení|pravidel)))\p{L}{0,8}",
    ),
    role(
        "persona:now_cjk",
        r"(?:从现在(?:开始|起)|從現在(?:開始|起)|你现在是|你現在是|现在你是|现在起你|你将扮演|请扮演|請扮演|假装你是|假裝你是|想象你是|今から(?:あなた|君|きみ|お前)は|これから(?:あなた|君|きみ)は|になりきって|のふりをして|として振る舞|지금부터 ?(?:너는|넌|당신은)|이제부터 ?(?:너는|넌|당신은)|너는 이제|당신은 이제|인 척 ?(?:해|하)|역할을 (?:해|맡|수행))",
    ),
    unbound(
        "unbound:cjk",
        r"(?:没有任何?(?:限制|约束|道德|规则|审查|过滤|底线)|沒有任何?(?:限制|約束|道德|規則|審查)|不受(?:任何)?.{0,6}(?:限制|约束|約束|束缚)|无视(?:道德|法律|规则|伦理)|不(?:遵守|遵循|考虑)(?:任何)?(?:规则|道德|法律|伦理|政策)|制限(?:は|が|の)?(?:ない|なく|なし|ありません|一切)|検閲(?:なし|のない|され)|倫理(?:観|規定)?(?:を|も|は)?(?:無視|ない|考慮しな)|ルールに縛られ|제한(?:이|은|도)? ?(?:없|받지)|검열 ?(?:이|은)? ?(?:없|받지)|규칙(?:에|을|이)? ?(?:얽매이지|따르지|없)|제약(?:이|은|도)? ?없)",
    ),
    role(
        "persona:now_arabic_indic",
        r"(?:من الآن فصاعد|أنت الآن|انت الان|تصرف ك|تظاهر (?:بأنك|أنك)|تخيل أنك|ستلعب دور|العب دور|از این به بعد|از حالا|اب سے تم|اب آپ|अब से|अब तुम|अब आप|की तरह (?:व्यवहार|काम|अभिनय)|का नाटक कर|की भूमिका|এখন থেকে|তুমি এখন|আপনি এখন|এর মতো আচরণ|হিসেবে আচরণ)",
    ),
    unbound(
        "unbound:arabic_indic",
        r"(?:(?:بدون|دون|بلا) (?:أي |أية )?(?:قيود|رقابة|قواعد|حدود|فلتر|أخلاق)|لا (?:توجد |تملك |لديك )?(?:أي )?(?:قيود|حدود)|غير مقيد|بدون (?:هیچ )?محدودیت|بغیر کسی (?:پابندی|روک|قید)|बिना (?:किसी )?(?:प्रतिबंध|रोक|सेंसर|नियम|सीमा|फ़िल्टर|फिल्टर)|कोई (?:प्रतिबंध|नियम|सीमा) नहीं|কোন(?:ো)? (?:সীমাবদ্ধতা|নিয়ম|বাধা) (?:নেই|ছাড়া)|(?:সীমাবদ্ধতা|নিয়ম|বাধা) ছাড়া)",
    ),
    role(
        "persona:now_others",
        r"(?i)(?:\bmulai sekarang\b|\bsekarang (?:kamu|anda) adalah\b|\bberpura-pura(?:lah)?\b|\bbertindak(?:lah)? (?:sebagai|seperti)\b|\bberperan(?:lah)? sebagai\b|\bmulai saat ini\b|\bşu andan itibaren\b|\bbundan sonra\b|\bartık sen\b|\bsen artık\b|\bgibi davran|\brolünü (?:oyna|yap|üstlen)|\btừ bây giờ\b|\bkể từ (?:bây giờ|giờ)\b|\bbây giờ bạn là\b|\bhãy (?:đóng vai|giả vờ|hành động như|nhập vai)|\bmula ngayon\b|\bsimula ngayon\b|\btangu sasa\b)",
    ),
    unbound(
        "unbound:others",
        r"(?i)(?:\btanpa (?:ada )?(?:batasan|filter|sensor|aturan|pembatasan|sensor)|\btidak (?:memiliki|ada|punya|terikat) (?:oleh )?(?:batasan|aturan|filter|sensor)|\b(?:hiçbir )?(?:kısıtlama|sınır|kural|filtre|sansür)(?:sız|suz|süz|lar olmadan| olmadan|ı yok| yok|ya tabi değil)|\bkhông (?:có |bị |còn )?(?:bất kỳ )?(?:giới hạn|hạn chế|kiểm duyệt|ràng buộc|quy tắc)|\bwalang (?:limitasyon|restriksyon|hangganan)|\bbila (?:vikwazo|mipaka))",
    ),
    phrase(
        "override:ur",
        r"(?:پچھل|سابق|تمام|اوپر|پہلے)\p{L}{0,3}[^۔!؟\n]{0,30}?(?:ہدایات|ہدایت|احکام|قواعد|اصول|پیغام)[^۔!؟\n]{0,30}?(?:نظر ?انداز|بھول|بھلا|رد کر|چھوڑ)",
    ),
    phrase(
        "override:hi_latin",
        r"(?i)\b(?:pichhl|pichl|pehl|pahl|purane|upar|sabhi|sare)[a-z]{0,3} [^.!?\n]{0,25}?(?-u:\b{start-half})(?:nirdesh|instructions?|aadesh|niyam|baat)[a-z]{0,5} [^.!?\n]{0,20}?(?-u:\b{start-half})(?:ignore|bhool|bhul|andekha|nazarandaz|chhod)",
    ),
    phrase(
        "override:hi_verb",
        r"(?:निर्देश|आदेश|नियम|प्रॉम्प्ट|हिदायत)\p{L}{0,3}\p{M}{0,3}\p{L}{0,3}[^।!?\n]{0,12}?(?:को|का|की) (?:पूरी तरह )?(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा|इग्नोर)",
    ),
    phrase(
        "override:bn_verb",
        r"(?:নির্দেশ|নির্দেশনা|নির্দেশাবলী|আদেশ|নিয়ম|প্রম্পট)[^।!?\n]{0,20}?(?:উপেক্ষা কর|ভুলে যা|অগ্রাহ্য কর|এড়িয়ে যা|বাতিল কর)",
    ),
    phrase(
        "override:es_more",
        r"(?i)\b(?:deja de lado|dejá de lado|no tengas en cuenta|no tenga en cuenta|elimina|borra|haz caso omiso de|desobedece|prescinde de|salt[ae])\b[^.!?\n]{0,30}?(?-u:\b{start-half})(?:instruccion|indicacion|reglas|directric|[oó]rdenes|restriccion|prompt)\p{L}{0,8}[^.!?\n]{0,20}?(?-u:\b{start-half})(?:anterior|previ|original|inicial|sistema|arriba|has recibido|te dieron|tus|todas)?",
    ),
    phrase(
        "override:fr_more",
        r"(?i)\b(?:ne prends? (?:pas|plus) en compte|ne prenez (?:pas|plus) en compte|ne respecte[sz]? (?:pas|plus)|fais fi de|faites fi d|passe outre|passez outre|efface[sz]?|mets? de côté|mettez de côté)\b[^.!?\n]{0,30}?(?-u:\b{start-half})(?:instructions?|consignes?|directives?|règles|regles|ordres|restrictions?|prompt)\b",
    ),
    phrase(
        "override:pt_more",
        r"(?i)\b(?:deixe de lado|não leve em conta|não considere|apague|elimine|pule|passe por cima d)[^.!?\n]{0,30}?(?-u:\b{start-half})(?:instruç|regras|diretriz|ordens|comandos|restriç|prompt)\p{L}{0,8}",
    ),
    phrase(
        "override:id_more",
        r"(?i)\b(?:abaikan|lupakan|jangan (?:ikuti|pedulikan|hiraukan)|kesampingkan|hapus|langgar)\b[^.!?\n]{0,20}?(?:semua|seluruh|setiap|segala)?[^.!?\n]{0,12}?(?:instruksi|perintah|arahan|aturan|petunjuk|pedoman|prompt|batasan)\b",
    ),
    phrase(
        "override:vi_more",
        r"(?i)(?:bỏ qua|quên(?: đi)?|phớt lờ|không (?:tuân theo|làm theo|cần theo)|lờ đi|hủy bỏ|xóa)[^.!?\n]{0,20}?(?:mọi|tất cả|toàn bộ|các|những)[^.!?\n]{0,12}?(?:hướng dẫn|chỉ thị|lệnh|quy tắc|chỉ dẫn|hạn chế|nguyên tắc)",
    ),
    phrase(
        "override:th_fil_ta_te",
        r"(?i)(?:(?:ไม่สนใจ|มองข้าม|ไม่ต้องทำตาม)[^\n]{0,40}?(?:คำสั่ง|คำแนะนำ|กฎ|ข้อความ)|\b(?:huwag pansinin|kalimutan|balewalain|isantabi)\b[^.!?\n]{0,40}?(?:tagubilin|utos|instruksyon|instructions|panuntunan)|முந்தைய[^.!?\n]{0,30}?(?:வழிமுறை|அறிவுறுத்தல்|கட்டளை)[^.!?\n]{0,20}?(?:புறக்கணி|மற)|(?:మునుపటి|గత)[^.!?\n]{0,30}?(?:సూచన|ఆదేశ)[^.!?\n]{0,20}?(?:విస్మరి|మర్చి|పట్టించు))",
    ),
];
