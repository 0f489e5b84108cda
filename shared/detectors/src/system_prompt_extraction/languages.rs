//! Requests for the model's instructions in other languages than English.

use super::asked_of_the_model;
use crate::detector::Shape;

const fn strong(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: Some(asked_of_the_model) }
}

pub(super) static SHAPES: &[Shape] = &[
    strong(
        "romance",
        r"(?i)(?:mu[eé]stra(?:me)?|revela|dime|imprime|repite|mostre|revele|repita|diga|imprima|affiche|montre|r[eé]v[eè]le|r[eé]p[eè]te|donne|mostra(?:mi)?|rivela|ripeti|dimmi|stampa)[^.!?\n]{0,60}?(?-u:\b{start-half})(?:prompt (?:del? )?(?:sistema|système|inicial|initial|iniziale)|(?:instrucciones|instruções|instructions|istruzioni) (?:iniciales|iniciais|initiales|iniziali|del sistema|do sistema|du système|di sistema|originales|originais|ocultas|cachées|nascoste|secretas)|texto (?:anterior|acima|de arriba)|texte ci-dessus|testo (?:sopra|precedente))",
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
        r"(?:(?:显示|輸出|输出|告诉我|告訴我|重复|重複|透露|打印|泄露|复述|列出|翻译|说出|给我(?:看|说|发|读|讲|写|来|你|系|列))[^。！？\n]{0,20}?(?:系统提示|系統提示|系统指令|系统消息|初始指令|初始提示|隐藏指令|你的提示词|你的指令|提示词|以上内容|上面的(?:内容|文字|指令))|(?:システムプロンプト|システム指示|初期(?:指示|設定|プロンプト)|上記の(?:文章|テキスト|指示|内容)|あなたの(?:指示|プロンプト|命令))[^。！？\n]{0,15}?(?:表示|教え|出力|繰り返|見せ|開示|書い)|(?:시스템 ?프롬프트|시스템 ?지시|초기 ?(?:지시|프롬프트)|위의? (?:내용|텍스트|지시))[^.!?\n]{0,15}?(?:보여|알려|출력|반복|공개|말해))",
    ),
    strong(
        "arabic_hindi_turkish",
        r"(?i)(?:(?:اعرض|أظهر|كرر|اكشف|اطبع|أخبرني)[^.!؟\n]{0,40}?(?:موجه النظام|تعليمات النظام|تعليماتك|التعليمات الأولية|النص أعلاه)|(?:सिस्टम प्रॉम्प्ट|सिस्टम निर्देश|अपने निर्देश|प्रारंभिक निर्देश)[^।!?\n]{0,30}?(?:दिखा|बता|दोहरा|प्रकट)|sistem (?:prompt|istem|talimat|komut)\p{L}{0,8}[^.!?\n]{0,30}?(?:göster|yaz(?:[ .!?\n]|ın|ar mı|sana|ıp)|söyle|tekrarla|açıkla|paylaş))",
    ),
    strong(
        "asked_in_romance",
        r"(?i)(?:\b(?:cu[áa]les (?:son|eran) (?:tus|sus)|qu[ée] dicen tus|quais s[ãa]o (?:as )?(?:suas|tuas)|quelles (?:sont|étaient) (?:tes|vos)|quali sono le tue) (?:\p{L}{3,12} )?(?:instrucciones|reglas iniciales|indicaciones|directrices|instruç[õo]es|diretrizes|instructions|consignes|directives|istruzioni|direttive)|(?:mu[eé]stra(?:me)?|revela|dime|imprime|repite|mostre|revele|repita|diga|imprima|affiche[rz]?|montre[rz]?|r[eé]v[eè]le[rz]?|r[eé]p[eè]te[rz]?|donne[rz]?|mostra(?:mi)?|rivela|ripeti|dimmi|stampa|copia|copiez|escribe|traduce|resume|comparte)[^.!?\n]{0,40}?(?-u:\b{start-half})(?:\btus instrucciones|\bsuas instruç[õo]es|\bte[s] instructions|\bvos instructions|\ble tue istruzioni|invite (?:de )?(?:syst[eè]me|cach|initiale)|mensaje del? sistema|mensagem d[oe] sistema|message syst[eè]me|messaggio di sistema|consignes (?:initiales|cach[eé]es|secr[eè]tes|syst[eè]me)|(?:contraseña|clave|palabra) secreta|senha secreta|mot de passe secret|parola segreta|\btu prompt|\bseu prompt|\bton prompt|\bil tuo prompt))",
    ),
    strong(
        "asked_in_cjk",
        r"(?:(?:系统提示词?|系統提示詞?|提示词|初始指令|你的指令|你的规则|你的初始|隐藏的?(?:指令|规则))(?:是什么|有哪些|內容|内容|告诉我|发给我|原文|都有什么)|(?:你|您)(?:收到|得到|被给予|接收到)的?(?:第一条|初始|最初|所有)?(?:指令|提示|指示)|(?:上面|以上|之前|前面)的?(?:所有|全部)?(?:内容|文字|对话|指令|提示|话)[^。！？\n]{0,8}?(?:重复|复述|输出|打印|逐字|发出来|原样)|(?:重复|复述|输出|打印|逐字|原样)[^。！？\n]{0,10}?(?:上面|以上|之前|前面|最开始)的?(?:所有|全部)?(?:内容|文字|对话|指令|提示|话)|(?:暗号|口令|秘密|密码)告诉我|(?:暗号|口令)是什么|(?:最初|上記|上|前)の(?:指示|命令|プロンプト|文章|メッセージ)[^。！？\n]{0,15}?(?:教え|表示|出力|繰り返|見せ|そのまま)|(?:合言葉|秘密の(?:言葉|鍵))[^。！？\n]{0,8}?(?:教えて|何|言って|言いなさい|言え[。！])|(?:너의|네|당신의|받은|처음|숨겨진|원래) ?(?:지시|프롬프트|규칙|지침|명령)(?:사항|문)?(?:을|를|이|가|은|는)?[^.!?\n]{0,12}?(?:뭐|무엇|알려|보여|출력|말해|반복|공개))",
    ),
    strong(
        "asked_elsewhere",
        r"(?i)(?:\b(?:tampilkan|tunjukkan|ungkapkan|ulangi|cetak|berikan|sebutkan|bocorkan|tuliskan)\b[^.!?\n]{0,40}?(?:prompt sistem|system prompt|instruksi (?:sistem|awal|rahasia|asli|anda|kamu|tersembunyi)|perintah (?:awal|sistem)|teks di atas)|(?:hiển thị|tiết lộ|lặp lại|in ra|cho (?:tôi )?(?:xem|biết)|nói cho|liệt kê|xuất)[^.!?\n]{0,40}?(?:lời nhắc hệ thống|prompt hệ thống|(?:hướng dẫn|chỉ thị|chỉ dẫn|lệnh) (?:ban đầu|hệ thống|của bạn|gốc|bí mật|ẩn)|system prompt|văn bản (?:ở )?trên)|(?:какие|каковы|какой) (?:у тебя |были |твои |твой ){1,2}(?:\p{L}{4,12} )?(?:инструкц|указани|промпт)|(?:সিস্টেম প্রম্পট|প্রাথমিক নির্দেশ|তোমার নির্দেশ|আপনার নির্দেশ)[^।!?\n]{0,30}?(?:দেখা|বল|প্রকাশ|পুনরাবৃত্তি)|(?:سسٹم پرامپٹ|ابتدائی ہدایات|اپنی ہدایات)[^۔!؟\n]{0,30}?(?:دکھا|بتا|ظاہر|دہرا)|(?:ما هي|أخبرني|اعرض|اكشف|كرر|اطبع|أظهر)[^.!؟\n]{0,20}?(?:تعليماتك|موجه النظام|تعليمات النظام|التعليمات (?:الأولية|السرية|الأصلية)|كلمة السر|النص أعلاه)|(?:आपके|तुम्हारे|अपने|अपना) (?:सिस्टम |प्रारंभिक |मूल |छिपे )?(?:निर्देश|प्रॉम्प्ट)[^।!?\n]{0,30}?(?:क्या|दिखा|बता|दोहरा|प्रकट|लिख)|(?:zeig|verrate|nenn|wiederhol|gib|druck|schreib)\p{L}{0,3}[^.!?\n]{0,40}?(?:deine (?:\p{L}{4,14} )?(?:anweisungen|instruktionen|vorgaben)|ihre (?:\p{L}{4,14} )?(?:anweisungen|instruktionen)|alles (?:oben|davor|darüber)|obige (?:eingabe|anweisung|aufforderung))|(?:pokaż|powtórz|wyświetl|ujawnij|podaj|jakie są)[^.!?\n]{0,30}?(?:swoje instrukcje|twoje instrukcje|tekst powyżej|instrukcje początkowe)|(?:sana|ilk|gizli|başlangıç) (?:verilen )?(?:talimat|komut|yönerge)\p{L}{0,6}[^.!?\n]{0,25}?(?:göster|yaz|söyle|tekrarla|neydi|nedir|paylaş))",
    ),
];
