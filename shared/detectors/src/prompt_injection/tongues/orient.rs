//! Turkish, Arabic, Persian and Hebrew. In Turkish and Persian the verb comes last.

use super::row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // Turkish
    row!(
        "override:tr_told",
        r"(?-u:\b)(?:eski|yukarıdaki|sana (?:verilen|söylenen|öğretilen|konan)|tüm|bütün|geliştiricilerin|yukarıda (?:yazan|söylenen))|önceki|şimdiye kadar",
        r"talimat|komut|kural|yönerge|emir|emr|kısıtlama|yazanlar|ne dediyse|her şeyi|söylenen|görev|hepsi",
        r"unut|yok say|dikkate alma|görmezden|göz ardı|sil\b|boş ver|geçersiz say|uyma|bırak|çöpe"
    ),
    row!(
        "void:tr",
        r"(?-u:\b)(?:(?:kısıtlama|kural|filtre|sınır|talimat|sansür|yasak|komut|kurallar)\p{L}{0,8})",
        r"kaldırıl|iptal|askıya alın|devre dışı|geçersiz|değişti|geçerliliğini|kalktı|yürürlükten"
    ),
    row!(
        "void:tr_lift",
        r"(?-u:\b)(?:(?:filtre|kısıtlama|sansür|güvenli|sınır|yasak)\p{L}{0,8})",
        r"kaldır|kapat|devre dışı bırak|aş\b|kalk"
    ),
    row!(
        "unbound:tr",
        r"(?-u:\b)(?:(?:kural|sınır|filtre|kısıtlama|sansür|yasak)\p{L}{0,6} (?:tanıma|olmayan|yok|olmadan|bilmez)|filtresiz|sansürsüz|kuralsız|sınırsız|hiçbir (?:kural|yasağ|sınır|kısıtla)\p{L}{0,4}|her şeyi anlat|her soruya (?:cevap|yanıt)|asla (?:reddetme|hayır)|uyarı eklemez|yasak masak|ahlak dersi|her konuda serbest|hiç çekinme)"
    ),
    row!("double:tr", r"(?-u:\b)(?:iki (?:yanıt|cevap|versiyon))", r"biri|önce|normal|ilk"),
    row!("role:tr", r"(?-u:\b)(?:rolden çık|rolünden çık|role geri dön|rolde kal)"),
    row!(
        "persona:tr",
        r"(?-u:\b)(?:bundan (?:sonra|böyle)|artık (?:sen|bankanın|patron)|sen artık|artık [^.!?\n]{0,30}(?:değilsin|benim)|rolünü (?:oyna|üstlen)|gibi davran|gibi konuş|hayal et|yeni görev|onun yerine geç|rolünü bir kenara)|şu andan itibaren|şimdi sen"
    ),
    row!(
        "suppress:tr",
        r"(?-u:\b)(?:yapamam|etik değil|uyarı|ahlak dersi|reddetmek|yumuşatmak|buna yardımcı olamam|yasal uyarı)|üzgünüm|özür|öğüt",
        r"yok|yasak|deme|yazma|ekleme|kullanma|vermez|olmasın|istemiyorum|gibi laflar"
    ),
    row!(
        "start:tr",
        r"(?:tabii|elbette|tamam|evet|şimdi bak)[^.!?\n]{0,20}",
        r"diye (?:başla|gir)|ile başla|kelimesiyle başla"
    ),
    row!(
        "mode:tr",
        r"(?-u:\b)(?:(?:geliştirici|tanrı|debug|yönetici|hata ayıklama|sansürsüz|jailbreak) mod(?:u|una|unu|unda|a)(?-u:\b))"
    ),
    row!(
        "refused:tr",
        r"(?-u:\b)(?:(?:reddettiğin|cevap vermediğin|yanıtlamadığın|anlatmadığın|söylemediğin|anlatmadıklarını))",
        r"soru|şey|tarif|konu|anlat"
    ),
    row!(
        "hypothesis:tr",
        r"(?-u:\b)(?:diyelim ki|hayal et|varsay|farz et|hayali|kurgu)",
        r"yasağın olmadığı|kuralsız|kural(?:ın|lar) (?:olmadığı|yok)|hiçbir yasa|sınırsız|yasaklanan her şey"
    ),
    row!(
        "addressed:tr",
        r"(?-u:\b)(?:(?:yapay zek[âa]|asistan|model|bot|ajan)\p{L}{0,6})",
        r"(?:okuyan|özetleyen|işleyen|dikkat|için|notu?)[^.!?\n]{0,14}:|aracı:|için bağlayıcı"
    ),
    row!(
        "addressed:tr_reads",
        r"(?-u:\b)(?:(?:bu|sayfayı|e-?postayı|metni|kaydı|belgeyi)[^.!?\n]{0,14} (?:okuyan|özetleyen|işleyen|tarayan)[^.!?\n]{0,10}(?:yapay|asistan|model|bot|ajan))"
    ),
    row!(
        "silence:tr",
        r"(?-u:\b)(?:(?:bundan|bunu|kullanıcıya|bu cümleden|kimseye)[^.!?\n]{0,20})",
        r"söz etme|söyleme|bahsetme|belirtme|başka ayrıntı verme|bildirme|haber verme"
    ),
    row!(
        "send:tr",
        r"(?:kod|şifre|parola|kişi|dosya|numara|bilgi|rehber|kart)\p{L}{0,10}",
        r"gönder|aktar|ilet|yükle|girmesi gerek|iste\b"
    ),
    row!(
        "stop:tr",
        r"(?-u:\b)(?:isteğini beklet|yeni görev)|(?:görev|özetleme|komut)\p{L}{0,6}[^.!?\n]{0,14}(?:iptal|bırak|beklet|sil\b)|özetlemeyi (?:bırak|durdur)"
    ),
    row!(
        "hidden:tr",
        r"(?-u:\b)(?:(?:gizli|başlangıç|ilk|iç|sistem|saklı|sana verilen))",
        r"(?:talimat|yönerge|ayar|kural|komut|mesaj|istem|prompt|bilgi)\p{L}{0,8}",
        r"göster|yaz|aktar|söyle|paylaş|listele|ekle|getir|bildir|oku|dök"
    ),
    row!(
        "hidden:tr_told",
        r"(?-u:\b)(?:(?:bana )?söylememen gereken|söylemen yasak|gizlemen istenen|sistem mesajın|sistem promptun|sistem istemin)"
    ),
    row!(
        "before:tr",
        r"(?-u:\b)(?:ilk mesajımdan önce|bu sohbetten önce|bu (?:mesajın|satırın|cümlenin) (?:üstünde|üzerinde|yukarısında)|konuşmadan önce|yukarıdaki (?:her şeyi|tüm metni))"
    ),
    row!(
        "secret:tr",
        r"(?:parola|şifre|gizli (?:kelime|kod|anahtar|şifre)|koruduğun kelime|sakladığın)\p{L}{0,6}",
        r"söyle|ver\b|göster|harfler|yaz|fısılda"
    ),
    row!(
        "verbatim:tr",
        r"(?-u:\b)(?:kelimesi kelimesine|olduğu gibi|harfi harfine|aynen|eksiksiz|kısaltmadan)"
    ),
    row!(
        "authority:tr",
        r"(?-u:\b)(?:(?:ben|burası) (?:senin )?(?:sistem )?(?:yönetici|geliştirici|yaratıcı|admin|programcı)|seni eğiten ekip|bilgi işlem daire|denetim kapsamında|siber suçlar|kuralların bugün değişti|ben de root)"
    ),
    row!("terminal:tr", r"(?-u:\b)(?:(?:terminal|konsol|komut satırı)\p{L}{0,6})", r"root|komut|sin\b"),
    // Arabic
    row!(
        "override:ar_told",
        r"تجاهل|انس[َىي]?|إنس|اترك|امسح|اهمل|أهمل|ألغ|الغ|لا تلتزم|لا تتبع|تخل[َّ]? عن|ضع",
        r"كل|جميع|ما|التعليمات|تعليمات|الأوامر|القواعد|قيودك|كلام|دورك|سياسة|بالأوامر",
        r"قيل لك|طُ?لب منك|أعطي|السابق|سابق|المبرمج|المطور|أخبروك|جانب[اًا]|كلها|قبل|النظام|الأصلية|الشركة"
    ),
    row!(
        "void:ar",
        r"(?:القيود|قيود|القواعد|القوانين|التعليمات|الفلاتر|المرشحات|بمرشحات|الأوامر|السرية|مهمة|القديمة|ما طُلب منك)",
        r"ملغ[اىية]|مُلغى|لاغية|رُ?فعت|تم رفع|معطل|لم تعد|أُلغيت|يُ?وقف|انتهت|غير سارية"
    ),
    row!(
        "void:ar_lift",
        r"(?:تم رفع |عط[ِّ]?ل|ألغ|الغ|الغي|أزل|ارفع|أوقف|شيل|تجاوز)[يا]?",
        r"(?:كل |جميع )?(?:الفلاتر|القيود|الرقابة|المرشحات|الحماية|فلتر)"
    ),
    row!(
        "unbound:ar",
        r"لا (?:يخضع|تخضع|توجد|يوجد|يعترف|يعتذر|يحذ)|بلا|بدون|دون|من غير",
        r"قيود|قواعد|رقابة|قانون|حدود|ممنوع|لشركة|فلاتر|فلتر|سياسة|تحفظ"
    ),
    row!(
        "unbound:ar_never",
        r"لا يرفض|يجيب عن كل|تُ?جاب كل|مهما كانت ممنوعة|مسموح لك|لا ممنوع|كل شيء مسموح|ما يخاف من أحد|لا شيء محظور|عمره ما قال"
    ),
    row!("double:ar", r"إجابتين|جوابين|ردّ?ين|مرتين", r"الأول|عادي|مرة|واحد"),
    row!(
        "role:ar",
        r"تبقى في الشخصية|خرجت (?:من|عن) (?:الشخصية|الدور)|تخرج (?:من|عن) (?:الدور|الشخصية)|عد إلى الدور"
    ),
    row!(
        "persona:ar",
        r"من (?:هذه اللحظة|الآن)|من الحين|أنت الآن|لم تعد|مث[ِّ]?ل (?:إنك|دور|أنك)|تظاهر|تخي[َّ]?ل أنك|تقم[َّ]?ص|العب دور|مهمتك الجديدة|خل[ّ]?ك"
    ),
    row!(
        "suppress:ar",
        r"ممنوع|بدون|لا تقل|لا تقول|من غير|دون|لا تستخدم|لا تعتذر|خطأ",
        r"آسف|أستطيع|تحذير|مواعظ|اعتذار|بصفتي|كنموذج|ملاحظات|نصائح|الرفض|التلطيف|والإحالة"
    ),
    row!("suppress:ar_banned", r"الرفض ممنوع|ممنوع الرفض|الاعتذار (?:ممنوع|يُحسب)|لا ترفض|لا يحق لك"),
    row!(
        "start:ar",
        r"ابدأ|إبدأ|ابدء",
        r"بعبارة|بـ|بكلمة|بالقول",
        r"بكل سرور|بالتأكيد|طبع[ًا]|طيب|إليك|حاضر|نعم"
    ),
    row!("mode:ar", r"وضع (?:المطو[ِّ]?ر|الإله|المبرمج|التصحيح|بدون|الجذر|حر)"),
    row!(
        "refused:ar",
        r"(?:سؤالي|السؤال|الجواب|الإجابة)",
        r"(?:اللي |الذي |التي )?(?:رفض|امتنعت)\p{L}{0,4}|اللي فات"
    ),
    row!(
        "hypothesis:ar",
        r"لنفترض|افترض|تخي[َّ]?ل|خيال|فرض",
        r"لا ممنوع|بلا (?:قيود|قوانين)|لا (?:توجد|يوجد) (?:قيود|قوانين|قواعد)|كل شيء مسموح"
    ),
    row!(
        "addressed:ar",
        r"(?:تنبيه|ملاحظة|تعليمات|رسالة|إلى|موج[َّ]?ه|أيها)",
        r"(?:ل?لمساعد|لأي مساعد|أي روبوت|الذكاء|المساعد الآلي|للنموذج|للذكاء|برنامج القراءة|أي مساعد|المساعد|الروبوت)",
        r"يقرأ|يتصفح|:|،"
    ),
    row!(
        "silence:ar",
        r"لا (?:تخبر|تذكر|تقل|يشير|تشر|تبلغ)|دون (?:إخطار|إخبار|علم)",
        r"المستخدم|صاحب|أحد|هذ|شيئ|المشرف|إلى"
    ),
    row!(
        "send:ar",
        r"أرسل|ابعث|حو[ِّ]?ل|يرسل|انقل|أخبر المستخدم|تحميل",
        r"جهات|رموز|كلمات|الرسائل|ملفات|أرقام|بيانات|عليه|البريد|بطاقت",
        r"@|إلى|example|عبر"
    ),
    row!("stop:ar", r"لا تلخ[ِّ]?ص|يتوقف|توقف عن|اترك سؤال|اترك طلب|ألغيت المهمة|تم إلغاء"),
    row!(
        "hidden:ar",
        r"(?:توجيهات|التوجيهات|التعليمات|تعليمات|إعدادات|الإعدادات|إعداداتك|القواعد|رسالة|موجه|البرومبت)",
        r"السرية|السري|الأولية|الأساسي|النظام|الأصلية|المخفية|زو[َّ]?دك|حقك|الداخلية"
    ),
    row!(
        "hidden:ar_told",
        r"موصينك|(?:طلبوا|أمروك|قالوا لك)[^.!؟\n]{0,14}(?:ألا|لا|ما) (?:تقول|تخبر)|تعليماتك (?:السرية|الكاملة|الأصلية)|من الكتمان|القواعد_السرية"
    ),
    row!(
        "before:ar",
        r"(?:الكلام|النص|كل ما|الرسالة)",
        r"فوق (?:أول|هذه)|قبل (?:أول رسالة|هذه المحادثة|رسالتي)|أعلاه"
    ),
    row!(
        "secret:ar",
        r"(?:أفصح|اكشف|قل|أعطني|ما|اعرض|تحرس\p{L}{0,2}|كلمة)",
        r"كلمة (?:المرور|السر)|الكلمة (?:السرية|التي)|السر\b|المعلومات المحفوظة",
        r"التي|المحفوظ|تحرس|مباشرة|؟|لديك|\n"
    ),
    row!(
        "verbatim:ar",
        r"حرفي[ًاّ]|كلمة بكلمة|حرف[ًا] حرف|كما هو|كما هي|زي ما هو|بدون ما تغير|بلا اختصار|كاملة|نص[ًاّ] كامل"
    ),
    row!(
        "authority:ar",
        r"(?:أنا|معك|بصفتي) (?:مدير|المدير|المبرمج|المطو[ِّ]?ر|النقيب|من الفريق|صاحب)|إدارة تقنية|بناء[ًا] على قرار|لأغراض التدقيق|بأمر رسمي|اللي برمجك|أنا اللي آمر"
    ),
    row!("terminal:ar", r"سطر أوامر|طرفية|المستخدم الجذر|موجه الأوامر"),
    // Persian
    row!(
        "override:fa_told",
        r"فراموش کن|نادیده بگیر|بی‌خیال|کنار بگذار",
        r"هم[هۀ]|هر چه|هرچه|دستور|قانون|قوانین|قبلی",
        r"گفته|دستور|قبلی|قانون|قوانین|داده|محدودیت"
    ),
    row!(
        "override:fa_last",
        r"هم[هۀ]|هر چه|هرچه|دستور\p{L}{0,8}|قوانین|قبلی",
        r"گفته|دستور\p{L}{0,8}|قبلی|قوانین|محدودیت",
        r"فراموش|نادیده|کنار بگذار|دور بریز|پاک کن"
    ),
    row!(
        "void:fa",
        r"(?:محدودیت|فیلتر|قوانین|سانسور|دستور)\p{L}{0,4}[^.!؟\n]{0,14}",
        r"بردار|خاموش|غیرفعال|لغو|حذف"
    ),
    row!(
        "unbound:fa",
        r"هیچ (?:قانون|محدودیت|قاعده)|بدون (?:هیچ )?(?:محدودیت|سانسور|فیلتر|قانون)|حساب نمی‌برد|هرچند ممنوع|به هر پرسش|همه چیز مجاز|عذرخواهی نمی"
    ),
    row!("double:fa", r"دو پاسخ|دو جواب"),
    row!("role:fa", r"از نقش (?:بیرون|خارج)|در نقش بمان"),
    row!(
        "persona:fa",
        r"از (?:الان|این|حالا) به بعد|از این لحظه|تو حالا|وانمود کن|نقش .{0,20} را بازی|تصور کن که تو"
    ),
    row!("suppress:fa", r"نگو|بدون|نصیحت|ننویس", r"متأسف|متاسف|نمی‌توانم|هشدار|نکن|عذرخواهی|به عنوان یک"),
    row!("start:fa", r"(?:شروع کن|آغاز کن)"),
    row!("mode:fa", r"حالت (?:توسعه‌?دهنده|برنامه‌?نویس|خدا|بدون سانسور)"),
    row!(
        "hidden:fa",
        r"(?:تنظیمات|دستورات|دستورالعمل|قوانین|پرامپت)\p{L}{0,3}[^.!؟\n]{0,4} ?(?:پنهان|مخفی|اولیه|سیستم|محرمانه)"
    ),
    row!("verbatim:fa", r"عیناً|عینا|کلمه به کلمه|مو به مو|بدون هیچ حذف|برام بنویس"),
    row!("addressed:fa", r"(?:قابل توجه|توجه|پیام|یادداشت)[^.!؟\n]{0,10}(?:هوش مصنوعی|دستیار|مدل|ربات)"),
    row!("silence:fa", r"چیزی (?:به او |به کاربر )?نگو|به کاربر نگو|اشاره نکن"),
    row!("send:fa", r"(?:رمز|کد|مخاطب|فایل|پیام)\p{L}{0,4}[^.!؟\n]{0,40}(?:بفرست|ارسال کن|@)"),
    row!("stop:fa", r"کار کاربر را رها|خلاصه نکن|وظیفه لغو"),
    row!("refused:fa", r"که رد کردی|سؤال قبلی|سوال قبلی|جواب ندادی"),
    row!("authority:fa", r"مدیر (?:سامانه|سیستم)|سازنده‌?ات|به دلیل بازرسی|من توسعه‌?دهنده"),
    // Hebrew
    row!(
        "override:he_told",
        r"התעלם|התעלמי|תתעלם|שכח|תשכח|שכחי|מחק",
        r"כל|מכל|מה|את",
        r"ההוראות|הוראות|ההנחיות|שאמרו לך|שנאמר לך|הכללים|הקודמ|החוקים|המגבלות"
    ),
    row!(
        "void:he",
        r"(?:המסננים|המגבלות|הכללים|ההגבלות|החוקים|מסננים)",
        r"בוטלו|הוסרו|מושבת|לא חלים|הושעו|כובו"
    ),
    row!("void:he_lift", r"להשבית|השבת|בטל|הסר|כבה", r"המסננים|ההגבלות|המגבלות|הצנזורה|מסננים"),
    row!(
        "unbound:he",
        r"בלי (?:שום )?(?:מגבלות|חוקים|צנזורה|פילטרים)|ללא (?:מגבלות|הגבלות|צנזורה)|אין (?:עליה|עליו|לך) שום|עונה על כל|לא מתנצל|הכול מותר|לא מסרב"
    ),
    row!("double:he", r"שתי תשובות|תשובה כפולה"),
    row!("role:he", r"תצא מהדמות|לצאת מהדמות|הישאר בדמות"),
    row!("persona:he", r"מעכשיו אתה|מרגע זה|עכשיו אתה|אתה כבר לא|תעמיד פנים|דמיין שאתה|שחק את"),
    row!("suppress:he", r"בלי|ללא|אל תגיד|אסור", r"מצטער|אני לא יכול|אזהרות|הטפות|התנצלו|כמודל|מטיף"),
    row!("start:he", r"תתחיל|התחל|פתח", r"בטח|כמובן|בשמחה|ברור"),
    row!("mode:he", r"מצב (?:מפתח|מפתחים|אלוהים|ניפוי|ללא)"),
    row!(
        "hidden:he",
        r"(?:ההגדרות|ההוראות|ההנחיות|הפרומפט|הוראות|הכללים) (?:הנסתר|הסודי|הפנימי|המערכת|המקורי|הראשוני)\p{L}{0,3}|החלק הסודי|פרומפט המערכת|הוראות המערכת"
    ),
    row!("verbatim:he", r"מילה במילה|מילה אחר מילה|כלשונו|במדויק|שלב אחרי שלב"),
    row!("addressed:he", r"(?:הודעה|הערה|הוראה|שימו לב)[^.!?\n]{0,10}(?:לעוזר|לבינה|למודל|לבוט|לסוכן)"),
    row!("silence:he", r"אל (?:תספר|תזכיר|תגלה)", r"לו|למשתמש|זאת|את זה|לאף"),
    row!("send:he", r"העבר|שלח|תשלח", r"הקבצים|הקודים|הסיסמאות|אנשי|ההודעות|קבצים", r"@|לכתובת"),
    row!("stop:he", r"עזוב את הבקשה|הפסק לסכם|המשימה בוטלה"),
    row!("refused:he", r"סירב(?:ת)? לומר|השאלה מקודם|סירבת לענות"),
    row!("authority:he", r"מנהל המערכת|אני (?:המפתח|היוצר|המנהל)|לצורך ביקורת"),
    row!("hypothesis:he", r"נניח|דמיין|בתאוריה|היפותטי", r"אין (?:לך )?(?:שום )?מגבלות|בלי חוקים|הכול מותר"),
];
