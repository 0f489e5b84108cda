//! Russian, Ukrainian, Polish and Czech.

use super::row_apart as row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // Russian
    row!(
        "override:ru_told",
        r"забудь|забудьте|сотри|игнорируй|отбрось|выбрось|не обращай|наплюй|перестань (?:слушать|выполнять)|отмена|удали|отложи",
        r"вс[её]|всех|что|прежн|предыдущ|свои|свою|твои|правила|из памяти",
        r"тебе (?:говорили|сказали|приказали|велели|внушили|дали|внедрили)|до этого|указани|инструкц|команд|директив|установк|разраб|создател|ограничени|роль консультанта"
    ),
    row!(
        "override:ru_your",
        r"не (?:соблюдай|следуй|слушайся|подчиняйся|придерживайся)|нарушь|обойди|откажись от",
        r"сво(?:им|их|ей|ими|и)|твоих|прежним|предыдущ",
        r"правил|инструкц|указани|установ|ограничени|роли|директив"
    ),
    row!(
        "void:ru",
        r"(?:ограничени|правил|инструкци|указани|фильтр|запрет|цензур|секретность|поручени|норм)\p{L}{0,3}",
        r"сняты|снята|снято|отменен|отменён|отменя|недействительн|не действу|утратил|отключен|больше нет|аннулирован|прежн|нет вообще|с тебя сняли|= нет"
    ),
    row!(
        "void:ru_lift",
        r"отключи\p{L}{0,2}|сними|снимай|убери|убирай|выключи|обойди|отмени|цензуру",
        r"(?:все |свои |любые )?(?:фильтр|ограничени|запрет|цензур|защит|блокировк|барьер|убери)\p{L}{0,2}"
    ),
    row!(
        "unbound:ru",
        r"без (?:всяких |каких-либо |любых )?(?:ограничений|цензуры|правил|фильтров|запретов|купюр|оговорок)|не властны|нет (?:никаких )?(?:правил|ограничений|запретов)|плевать на|не подчиня\p{L}{2,4}|никому не подчин"
    ),
    row!(
        "unbound:ru_never",
        r"никогда не (?:отказыва|говорит|извиня)|ни в ч[её]м не отказыва|отвеча\p{L}{1,4} на (?:вс[её]|любые|любой)|ничего не (?:скрыва|запреща)|вс[её] разрешено|вс[её] рассказано|слова «не положено»"
    ),
    row!("double:ru", r"два ответа|дв(?:е|умя) верси|дважды", r"обычн|перв|как|сначала"),
    row!(
        "role:ru",
        r"выйд\p{L}{1,4} из (?:роли|образа)|возвраща\p{L}{1,4} (?:в образ|к роли|в роль)|оставайся в (?:роли|образе)|не выходи из|забудешь про роль"
    ),
    row!(
        "persona:ru_now",
        r"с этого момента ты|отныне ты|теперь ты|ты теперь|ты больше не|притворись, что|веди себя как|играешь роль|сыграй роль|представь, что ты|слуша(?:ешь|йся) только меня|теперь я твой|новая задача|вживись в роль"
    ),
    row!(
        "suppress:ru",
        r"без|никаких|не (?:пиши|говори|добавляй|используй|ставь)|нельзя|запрещ\p{L}{2,5}|избегай",
        r"извинени|«?извините|предупреждени|предостережени|нравоучени|мораль|я не могу|как языковая|оговорок|советов обратиться|отказ|языковая модель"
    ),
    row!(
        "suppress:ru_banned",
        r"(?:отказ|мораль|извинения|предупреждения|вопросы) (?:запрещ[её]н|запрещена|запрещены|недопустим)|отказ = запрещ"
    ),
    row!(
        "start:ru",
        r"начни|начинай|начинайте|первое слово|закончи фразу",
        r"конечно|разумеется|да,|вот|легко|«|так"
    ),
    row!(
        "mode:ru",
        r"режим\p{L}{0,2} (?:разработчика|бога|отладки|без (?:цензуры|ограничений|фильтров)|администратора|root|джейлбрейк|суперпользователя)"
    ),
    row!(
        "refused:ru",
        r"вопрос|то|тот|ответ",
        r"который|на который|что|о ч[её]м",
        r"отклонил|отказал|не захотел|ты отверг|промолчал|уклонил|прошлый раз"
    ),
    row!(
        "hypothesis:ru",
        r"предположим|представь|представим|гипотетическ|вообрази|допустим|в мире|теоретическ",
        r"без (?:правил|законов|ограничений|цензуры)|нет (?:правил|законов|запретов)|ограничения с тебя|ничего не запрещ|вс[её] можно|никто не запрещал"
    ),
    row!(
        "addressed:ru",
        r"(?:внимание|примечание|инструкция|сообщение|указание|заметка|важно|для|агенту)[^.!?\n]{0,14}(?:для |всем )?(?:нейросет|ассистент|помощник|ии\b|ии-|искусственн|языков|чат-?бот|агентов|агенту|модел|робот)\p{L}{0,6}(?: поддержки)?[ ,:!]"
    ),
    row!(
        "addressed:ru_reads",
        r"(?:нейросет|ассистент|помощник|ии|модел|агент|бот)\p{L}{0,4}",
        r"(?:читающ|обрабатывающ|просматривающ|который читает|анализирующ|обработавш|предназначен тебе)\p{L}{0,3}"
    ),
    row!(
        "silence:ru",
        r"не (?:говори|сообщай|упоминай|рассказывай|уведомля\p{L}{2,3})|умолчи\p{L}{0,2}|ни слова|получателю сообщи только|не подлежит цитированию|уведомлять",
        r"пользовател|об этом|о данной|никому|ему|не требуется|и он"
    ),
    row!(
        "send:ru",
        r"перешли\p{L}{0,2}|отправь\p{L}{0,2}|пришли|выгрузи|скопируй|вставь|сообщи\p{L}{0,2}|передай",
        r"код\p{L}{0,2}|парол|контакт|письм|файл|данные|номер карты|ссылку|реквизит",
        r"@|https?:|на адрес|example"
    ),
    row!(
        "stop:ru",
        r"прежнее поручение|задание (?:пользователя |хозяина )?отмен|не учитывай задание|прекрати (?:суммировать|пересказ)|не отвечай на вопрос пользователя|забудь задание|брось задание|сменить режим|задача отменена"
    ),
    row!(
        "hidden:ru",
        r"(?:скрыт|секретн|внутренн|начальн|исходн|системн|тайн)\p{L}{1,3}",
        r"(?:инструкц|указани|настройк|правил|промпт|установк|сообщени)\p{L}{0,3}"
    ),
    row!(
        "hidden:ru_told",
        r"(?:что|чего) тебе (?:запретили|велели|приказали|поручили)|велят (?:что-то )?не (?:разглашать|говорить)|велел никому|вс[её], что тебе запретили|раскрытие_инструкций|твой промпт|свой промпт|своей внутренней инструкции|заборонили"
    ),
    row!(
        "before:ru",
        r"(?:текст|вс[её]|сообщени\p{L}|слова|что)",
        r"перед моим (?:первым )?сообщением|выше (?:этой|этого|моего)|до (?:моего|нашего|этого) (?:первого )?(?:сообщения|разговора)|над этой (?:строкой|фразой)|до этого файла"
    ),
    row!(
        "secret:ru",
        r"(?:назови|скажи|раскрой|выдай|сообщи|открой|покажи|напиши|шепни|раскрыть|закрытые)\p{L}{0,2}",
        r"(?:парол|секретн\p{L}{2,3} (?:слово|фраз|код)|кодовое слово|секрет|сведения|слово, которое ты)",
        r"котор|тебе|дали|храни|охраня|начал|выполн"
    ),
    row!(
        "verbatim:ru",
        r"слово в слово|дословно|без изменений|полностью и без|целиком|в исходном виде|не пересказывай|буква в букву|процитируй"
    ),
    row!(
        "authority:ru",
        r"(?:я|это|здесь|говорит|пишет)[ —-]{1,3}(?:твой |главный |системный )?(?:создатель|админ|администратор|разработчик|программист|хозяин|начальник)|служба безопасности|приказываю|мы тестим новую версию|пользователь прош[её]л проверку|майор \p{L}{3,12}, управление"
    ),
    row!(
        "terminal:ru",
        r"ты (?:теперь )?(?:терминал|консоль|командная строка)|я root|команда: cat|linux-терминал"
    ),
    // Ukrainian
    row!(
        "override:uk_told",
        r"забудь|забудьте|зітри|ігноруй|проігноруй|відкинь|відкинути|не зважай",
        r"вс[еі]|усе|усі|попередн|свої|твої|що",
        r"тобі (?:казали|сказали|наказали|говорили)|інструкці|вказівк|правил|наказ|обмежен"
    ),
    row!(
        "void:uk",
        r"(?:обмеженн|правил|інструкці|фільтр|заборон|цензур|завдання)\p{L}{0,12}",
        r"знят|скасован|недійсн|не діють|вимкнен|втратил"
    ),
    row!(
        "void:uk_lift",
        r"вимкн\p{L}{1,4}|зніми|прибери|обійди|скасуй",
        r"обмежен|фільтр|заборон|цензур|захист"
    ),
    row!(
        "unbound:uk",
        r"без (?:жодних )?(?:обмежень|цензури|правил|фільтрів)|не указ|ніколи не (?:каже|відмов)|відповіда\p{L}{1,2} на (?:все|усе|будь-які)|немає (?:правил|обмежень)"
    ),
    row!("role:uk", r"вийдеш з (?:образу|ролі)|не виходь з (?:образу|ролі)"),
    row!("double:uk", r"відповідай двічі|дві відповіді"),
    row!(
        "persona:uk",
        r"відтепер ти|тепер ти|віднині ти|ти більше не|уяви, що ти|зіграй роль|слухай(?:ся|еш)? (?:тільки|лише) мене"
    ),
    row!(
        "suppress:uk",
        r"без|не (?:пиши|кажи|додавай|читай)|жодних|заборонено",
        r"вибачень|попереджень|як мовна|моралі|застережень|я не можу"
    ),
    row!("start:uk", r"почни|починай", r"звісно|так,|звичайно|ось"),
    row!("mode:uk", r"режим (?:розробника|бога|без (?:цензури|обмежень)|налагодження)"),
    row!(
        "hidden:uk",
        r"(?:прихован|секретн|внутрішн|початков|системн)\p{L}{1,3} (?:інструкці|налаштуван|правил|промпт|вказівк)|тобі заборонили|твій промпт"
    ),
    row!(
        "addressed:uk",
        r"(?:примітка|увага|повідомлення|інструкція)[^.!?\n]{0,8} для (?:ші|асистент|моделі|помічник|бот)"
    ),
    row!(
        "silence:uk",
        r"користувач\p{L}{1,3} (?:про це )?нічого не кажи|не кажи користувач|не згадуй (?:про )?це"
    ),
    row!("send:uk", r"надішли|перешли|відправ", r"код|парол|контакт|лист|файл", r"@|на "),
    row!("refused:uk", r"від чого [^.!?\n]{0,20}ухили|ти відмовився|не захотів"),
    row!(
        "authority:uk",
        r"(?:відділ|служба) (?:кібер)?безпеки|дозвіл надано|я (?:твій )?(?:адміністратор|розробник|творець)"
    ),
    row!("verbatim:uk", r"слово в слово|дослівно|без скорочень"),
    // Polish
    row!(
        "override:pl_told",
        r"(?-u:\b)(?:zapomnij|zignoruj|ignoruj|pomiń|porzuć|odrzuć|nie (?:słuchaj|stosuj|przestrzegaj)|skasuj)",
        r"wszystk|poprzedni|wcześniejsz|swoj|twoj|dotychczas|co",
        r"ci (?:powiedziano|kazano|mówiono|polecono)|instrukcj|poleceni|zasad|wytyczn|reguł|ogranicze|zadani|rozkaz"
    ),
    row!(
        "void:pl",
        r"(?-u:\b)(?:(?:zasad|ogranicze|filtr|instrukcj|wytyczn|reguł|cenzur|zabezpiecze)\p{L}{0,3})",
        r"zniesion|wyłączon|nie obowiązuj|uchylon|nieważn|unieważnion|anulowan|usunięt"
    ),
    row!(
        "void:pl_lift",
        r"(?-u:\b)(?:wyłącz\p{L}{0,3}|znieś|zdejmij|usuń|obejdź)",
        r"filtr|zabezpieczen|ogranicze|cenzur|blokad"
    ),
    row!(
        "unbound:pl",
        r"(?-u:\b)(?:bez (?:żadnych |jakichkolwiek )?(?:ogranicze|cenzury|filtrów|zasad)|nie musi przestrzegać|nigdy nie odmawia|odpowiada\p{L}{0,2} na wszystko|nie (?:ma|masz) (?:żadnych )?(?:zasad|ogranicze)|wszystko (?:jest )?dozwolone)|żadnych (?:zasad|reguł|ogranicze)"
    ),
    row!("double:pl", r"(?-u:\b)(?:dw(?:ie|óch) odpowiedzi|podwójn\p{L}{1,2} odpowied)"),
    row!("role:pl", r"(?-u:\b)(?:wyjdziesz z roli|nie wychodź z roli|wypadniesz z roli|pozostań w roli)"),
    row!(
        "persona:pl",
        r"(?-u:\b)(?:od tej (?:chwili|pory)|od teraz (?:jesteś|będziesz|nazywasz)|teraz jesteś|jesteś teraz|nie jesteś już|wciel\p{L}{1,3} się w|udawaj, że|wyobraź sobie, że jesteś|słuchaj tylko mnie)"
    ),
    row!(
        "suppress:pl",
        r"(?-u:\b)(?:bez|nie (?:pisz|mów|używaj|dodawaj|wolno)|zakaz)|żadn\p{L}{2,3}",
        r"ostrzeże|przeprosin|kazań|przykro mi|jako model|nie mogę|moraliz|zastrzeże|dodaje ostrze"
    ),
    row!(
        "start:pl",
        r"(?-u:\b)(?:zacznij|zacząć|zaczynaj|rozpocznij)",
        r"jasne|oczywiście|pewnie|tak,|proszę bardzo"
    ),
    row!(
        "mode:pl",
        r"(?-u:\b)(?:tryb\p{L}{0,2} (?:programisty|dewelopera|deweloperski|boga|debug|bez (?:cenzury|ogranicze)|administratora))"
    ),
    row!(
        "hidden:pl",
        r"(?-u:\b)(?:(?:ukryt|tajn|wewnętrzn|początkow|systemow)\p{L}{1,4} (?:instrukcj|wytyczn|ustawie|prompt|polece|zasad)|prompt systemow|treść ukrytych|swój prompt)"
    ),
    row!(
        "addressed:pl",
        r"(?-u:\b)(?:(?:uwaga|wiadomość|instrukcja|notatka|polecenie)[^.!?\n]{0,8} (?:dla|do) (?:model|asystent|ai\b|sztucznej|bota|agent|każdego))"
    ),
    row!(
        "silence:pl",
        r"(?-u:\b)(?:nie (?:informuj|mów|wspominaj|ujawniaj))",
        r"użytkownik|o tym|nikomu|nic"
    ),
    row!(
        "send:pl",
        r"(?-u:\b)(?:wyślij|prześlij|przekaż|zmień numer)",
        r"kod|hasł|kontakt|plik|wiadomo|konta",
        r"@|na "
    ),
    row!(
        "stop:pl",
        r"(?-u:\b)(?:porzuć (?:dotychczasowe )?zadanie|zadanie (?:zostało )?anulowane|przestań (?:streszcza|podsumow))"
    ),
    row!(
        "refused:pl",
        r"(?-u:\b)(?:nie chciałeś odpowiedzieć|odmówiłeś|pytani\p{L} [^.!?\n]{0,20}nie chcia)"
    ),
    row!(
        "authority:pl",
        r"(?-u:\b)(?:(?:jestem|tu|dzień dobry,) (?:twoim |twój )?(?:administrator|twórc|programist|deweloper)|administrator systemu|zgoda dyrekcji)"
    ),
    row!("verbatim:pl", r"(?-u:\b)(?:słowo w słowo|dosłownie|bez (?:skracania|streszczania)|co do słowa)"),
    row!(
        "hypothesis:pl",
        r"(?-u:\b)(?:wyobraź|hipotetyczn|załóżmy|teoretyczn)",
        r"bez (?:zasad|ogranicze|cenzury)|nie ma (?:zasad|zakaz)|wszystko wolno|nic nie jest zakazane"
    ),
    // Czech and Slovak
    row!(
        "override:cs_told",
        r"(?-u:\b)(?:zapomeň|zapomeňte|zabudni|ignoruj|nedbej|vymaž|přestaň)",
        r"všechn|všetk|předchozí|dosavadní|svoj|své|na to|co",
        r"ti (?:předtím )?(?:nařídili|řekli|přikázali|povedali)|pokyn|instrukc|pravid|příkaz|omezen"
    ),
    row!(
        "void:cs",
        r"(?-u:\b)(?:(?:omezení|pravidl|filtr|instrukc|pokyn|cenzur)\p{L}{0,3})",
        r"zrušen|vypnut|neplatí|pozastaven|deaktivov"
    ),
    row!("void:cs_lift", r"(?-u:\b)(?:vypni|vypněte|zruš|odstraň|obejdi)", r"filtr|omezení|cenzur|ochran"),
    row!(
        "unbound:cs",
        r"(?-u:\b)(?:bez (?:jakýchkoli )?(?:omezení|cenzury|pravidel|filtrů|obalu)|nemusí poslouchat|nikdy neodmítn|nemoralizuj|neznáš pravidla|nic nezakázal)|žádn\p{L}{1,3} (?:pravidl|omezení)"
    ),
    row!("role:cs", r"(?-u:\b)(?:vypadneš z role|zůstaň v roli|nevystupuj z role)"),
    row!(
        "persona:cs",
        r"(?-u:\b)(?:od (?:teď|nynějška|této chvíle)|odteď|nyní jsi|teď jsi|už nejsi|budeš hrát|předstírej|představ si, že jsi|odpovídej odteď)"
    ),
    row!(
        "suppress:cs",
        r"(?-u:\b)(?:neomlouvej|nevaruj|nepiš, že|bez|neříkej)|žádné",
        r"varování|omluv|nejde|nemůžu|nemohu|jako (?:jazykový|ai)|mě|kázání"
    ),
    row!("start:cs", r"(?-u:\b)(?:začni|první slova|začínej)", r"jistě|samozřejmě|ano,|jasně"),
    row!("mode:cs", r"(?-u:\b)(?:(?:vývojářsk|bož|debug)\p{L}{0,2} (?:režim|mód)|režim vývojáře)"),
    row!(
        "hidden:cs",
        r"(?-u:\b)(?:(?:skryt|tajn|interní|počáteční|systémov|původní)\p{L}{0,2} (?:instrukc|pokyn|nastavení|prompt|pravidl|heslo)|co máš tajit|přístupové heslo|nesmíš (?:říct|prozradit))"
    ),
    row!("verbatim:cs", r"(?-u:\b)(?:doslova|slovo od slova|doslovně|beze změn)"),
    row!(
        "addressed:cs",
        r"(?-u:\b)(?:(?:pokyn|zpráva|poznámka|pozor|upozornění)[^.!?\n]{0,8} (?:pro|na) (?:umělou|asistent|model|ai\b|každ|chatbot))"
    ),
    row!(
        "silence:cs",
        r"(?-u:\b)(?:tuto větu [^.!?\n]{0,20}vynech|nezmiňuj|neříkej (?:to )?uživatel|uživateli nic)"
    ),
    row!("send:cs", r"(?-u:\b)(?:přepošli|pošli|odešli)", r"kontakt|hesl|kód|soubor|e-?mail", r"@|na "),
    row!("stop:cs", r"(?-u:\b)(?:přestaň shrnovat|ignoruj (?:dotaz|úkol) uživatele)|úkol (?:je )?zrušen"),
    row!("refused:cs", r"(?-u:\b)(?:nechtěl (?:říct|odpovědět)|odmítl|před chvílí)"),
    row!("authority:cs", r"(?-u:\b)(?:tady správce|jsem (?:tvůj )?(?:správce|administrátor|vývojář|tvůrce))"),
    row!(
        "hypothesis:cs",
        r"(?-u:\b)(?:teoreticky|představ si|hypoteticky)",
        r"nic nezakázal|bez pravidel|nic (?:není )?zakázan"
    ),
];
