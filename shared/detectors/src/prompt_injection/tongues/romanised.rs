//! Languages written in Latin letters that are not theirs: Hindi, Russian, Arabic with digits for letters, Persian,
//! Greek.

use super::row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // Hindi
    row!(
        "override:hi_rom",
        r"(?-u:\b)(?:pichh?l|pehle|pahle|purane|sabhi|saare|sare|upar|ab tak)",
        r"nirdesh|instruction|niyam|aadesh|adesh|rules?|hidayat|kaha gaya|baatein|baat",
        r"bhool|bhul|ignore|chhod|chod|hata|mita|mat maan|andekh|nazarandaz"
    ),
    row!(
        "unbound:hi_rom",
        r"(?-u:\b)(?:koi (?:rok|niyam|pabandi|rule|seema|restriction)[^.!?\n]{0,6}(?:nahi|nhi)|bina (?:kisi )?(?:rok|niyam|filter|pabandi)|kisi (?:company )?ka ghulam|har sawaal ka jawab|kabhi mana nahi|chahe kitna bhi mana)"
    ),
    row!(
        "void:hi_rom",
        r"(?-u:\b)(?:(?:saari |sabhi )?(?:pabandi|filter|rok|restrictions?|niyam)[^.!?\n]{0,8}(?:hata|band|khatam|nikal))"
    ),
    row!(
        "persona:hi_rom",
        r"(?-u:\b)(?:aaj|ab) se (?:tum|tu|aap)|ab tum|tum ab|ki tarah (?:behave|vyavhar)|bankar (?:jawab|baat)|ki acting"
    ),
    row!(
        "suppress:hi_rom",
        r"(?-u:\b)(?:(?:sorry|maafi|chetavni|gyaan|gyan|mana|updesh|warning))",
        r"mat (?:bol|kar|de|maang)|nahi (?:chahiye|dena)|na (?:maang|de|bol)"
    ),
    row!("start:hi_rom", r"(?-u:\b)(?:(?:haan|zaroor|zarur|bilkul)[^.!?\n]{0,24} se shuru)"),
    row!(
        "hidden:hi_rom",
        r"(?-u:\b)(?:(?:apni|apna|apne|tumhar[aie]|tera) (?:andar ka |chhupi hui |chupi hui |secret |gupt )?(?:system prompt|instructions?|nirdesh|niyam|prompt)|chh?up[ai] (?:hua|hui) (?:code|instruction|rules?))"
    ),
    row!(
        "verbatim:hi_rom",
        r"(?-u:\b)(?:hubahu|shabd ?shah|ek bhi shabd|jaisa ka taisa|poora ka poora|pura likh|poora likho)"
    ),
    row!(
        "secret:hi_rom",
        r"(?-u:\b)(?:(?:password|secret|code|gupt)[^.!?\n]{0,20}(?:batao|bata de|bata do|bol de|dikhao))"
    ),
    row!(
        "silence:hi_rom",
        r"(?-u:\b)(?:(?:usse|kisi ko|user ko)[^.!?\n]{0,10}(?:mat (?:kehna|batana|bolna)))"
    ),
    row!(
        "send:hi_rom",
        r"(?-u:\b)(?:(?:otp|password|files?|contacts?)[^.!?\n]{0,40}(?:bhejo|bhej do|bhej de|@))"
    ),
    row!("stop:hi_rom", r"(?-u:\b)(?:user ka kaam chhodo|kaam chhod(?:o|kar))"),
    row!("addressed:hi_rom", r"(?-u:\b)(?:jo bhi ai (?:ye|yeh|is) [^.!?\n]{0,20}padh)"),
    row!("refused:hi_rom", r"(?-u:\b)(?:(?:taal diya|mana kar diya|mana kiya|pichle sawaal))"),
    row!(
        "authority:hi_rom",
        r"(?-u:\b)(?:main (?:is app ka |tumhara )?(?:malik|developer|admin|creator)|testing ke liye)"
    ),
    row!(
        "hypothesis:hi_rom",
        r"(?-u:\b)(?:(?:socho|maan lo|kalpana|kahani)[^.!?\n]{0,40}koi (?:rok|niyam|pabandi))"
    ),
    // Russian
    row!(
        "override:ru_rom",
        r"(?-u:\b)(?:zabud\p{L}{0,3}|ignoriru\p{L}{1,3}|otmeni|sotri)",
        r"vs[eyo]{1,3}|predydus|prezhn|prosh?l|svoi",
        r"govorili|skazali|instrukts|instruk|ukazan|pravil|komand|chto|zadan"
    ),
    row!(
        "unbound:ru_rom",
        r"(?-u:\b)(?:bez (?:tsenzury|cenzury|ogranichen|pravil|filtrov)|otvechai? na vs|nikogda ne otkaz|nikomu ne podchin|net (?:nikakikh )?(?:pravil|ogranichen))"
    ),
    row!(
        "void:ru_rom",
        r"(?-u:\b)(?:(?:filtry|ogranicheni\p{L}|pravila|zaprety|tsenzur\p{L})[^.!?\n]{0,10}(?:snyaty|otmen|vyklyuch|otklyuch)|(?:snimi|otklyuchi|uberi|vyklyuchi) (?:vse )?(?:ogranichen|filtr|zapret|tsenzur))"
    ),
    row!("mode:ru_rom", r"(?-u:\b)(?:rezhim (?:razrabotchika|boga|otladki))"),
    row!(
        "persona:ru_rom",
        r"(?-u:\b)(?:s etogo momenta|teper'? ty|ty teper|otnyne|slushae?sh'? (?:tol|menya)|predstav'?, chto ty)"
    ),
    row!(
        "suppress:ru_rom",
        r"(?-u:\b)(?:bez (?:izvinen|nravouchen|preduprezhd|moral)|ne izvinya|ne preduprezhd|ne otkazyv)"
    ),
    row!("start:ru_rom", r"(?-u:\b)(?:nachni s|nachinai)"),
    row!("role:ru_rom", r"(?-u:\b)(?:zabudesh'? pro rol|vyidesh'? iz roli|ne vykhodi iz roli)"),
    row!(
        "hidden:ru_rom",
        r"(?-u:\b)(?:(?:sistemn|skryt|sekretn|vnutrenn|nachal'?n)\p{L}{1,3} (?:prompt|instruk|ukazan|nastroik|pravil|slov)|tvoi prompt|svoi prompt)"
    ),
    row!("verbatim:ru_rom", r"(?-u:\b)(?:slovo v slovo|doslovno|polnost'?yu|nichego ne vyrez)"),
    row!(
        "secret:ru_rom",
        r"(?-u:\b)(?:(?:nazovi|skazhi|pokazhi|vydai)[^.!?\n]{0,20}(?:parol|sekretn\p{L}{2,3} slovo|kod))"
    ),
    row!("send:ru_rom", r"(?-u:\b)(?:(?:pereshli|otprav'?|prishli)[^.!?\n]{0,20}(?:pis'?ma|parol|kod|fail))"),
    row!("silence:ru_rom", r"(?-u:\b)(?:(?:yemu|emu|nikomu|pol'?zovatelyu) (?:ni slova|nichego))"),
    row!("addressed:ru_rom", r"(?-u:\b)(?:ii-?pomos[hc]|(?:dlya|vnimanie) (?:ii|neiroset|assistent))"),
    row!("stop:ru_rom", r"(?-u:\b)(?:zabud'? zadanie|zadanie otmen)"),
    row!(
        "authority:ru_rom",
        r"(?-u:\b)(?:eto admin|ya (?:tvoi )?(?:sozdatel|razrabotchik|admin)|u nas proverka)"
    ),
    // Arabic with digits for letters
    row!(
        "override:ar_rom",
        r"(?-u:\b)(?:insa|ensa|tagahal|tjahal|tajahal|elghi|el8i)",
        r"kol|kul|el|al",
        r"ta3limat|t3limat|awamer|qawa3ed|qawaneen|2ablak|2abl|abl"
    ),
    row!(
        "unbound:ar_rom",
        r"(?-u:\b)(?:(?:bdoon|bedoon|bidun|men 8er|mn gher) (?:ay )?(?:2oyood|qoyood|filter|7dood)|ma 3ndo|wala (?:7ad|qanoon|mamnoo3)|byjaweb 3ala kol|3ala kol shi)"
    ),
    row!(
        "void:ar_rom",
        r"(?-u:\b)(?:(?:shil|sheel|elghi|waq2ef) (?:el |kol )?(?:filter|2oyood)|(?:qawaneen|2awaneen)[^.!?\n]{0,8}(?:tghayar|mal8iyy))"
    ),
    row!(
        "persona:ar_rom",
        r"(?-u:\b)(?:(?:mn|men) (?:hl2|delwa2ti|dilwaqti|alaan|hala2)[^.!?\n]{0,6}(?:enta|inta|ente)|enta (?:delwa2ti|hl2)|tle3t mn el shakhsiye)"
    ),
    row!(
        "suppress:ar_rom",
        r"(?-u:\b)(?:(?:mamnoo3|mat2ol|ma t2ol|bdoon|ma by)[^.!?\n]{0,16}(?:asif|asef|ta7zir|2dar|b2dar|ha2dar))"
    ),
    row!(
        "hidden:ar_rom",
        r"(?-u:\b)(?:system prompt (?:bta3|taba3|7a2)|(?:ta3limat|el prompt)[^.!?\n]{0,6}(?:bta3tak|el serreya|bta3ak)|kelmet (?:el )?(?:ser|sir))"
    ),
    row!("verbatim:ar_rom", r"(?-u:\b)(?:kamel men|zay ma howa|men 8er ma te5te|7arf b 7arf|kelma b kelma)"),
    row!("refused:ar_rom", r"(?-u:\b)(?:rafadt|so2ali elli)"),
    row!("start:ar_rom", r"(?-u:\b)(?:ebda2 b|ibda2 b)"),
    row!("send:ar_rom", r"(?-u:\b)(?:(?:eb3at|ib3at|arsel)[^.!?\n]{0,30}(?:code|@|password))"),
    row!("addressed:ar_rom", r"(?-u:\b)(?:(?:ll|lel) ai elli|ai elli bye2ra)"),
    row!("silence:ar_rom", r"(?-u:\b)(?:mat2ol(?:l)?oush|mat2olsh|ma t2ollo)"),
    row!("stop:ar_rom", r"(?-u:\b)(?:sib taleb|sib talab)"),
    row!("authority:ar_rom", r"(?-u:\b)(?:ana (?:mn|men) fari2|ana (?:el )?(?:admin|mobarmeg|developer))"),
    row!("hypothesis:ar_rom", r"(?-u:\b)(?:3alam khayali|law (?:fi|mafi)sh)"),
    // Persian
    row!(
        "override:fa_rom",
        r"(?-u:\b)(?:(?:hame|tamame|dastoor\p{L}{0,5}|ghavanin))",
        r"dastoor|ghabli|ghablan|ghanoon|gofte|haye",
        r"faramoosh|faramush|nadide|velesh"
    ),
    row!("persona:fa_rom", r"(?-u:\b)(?:az in be bad|az alan be bad|az hala be bad|to hala)"),
    row!("hidden:fa_rom", r"(?-u:\b)(?:system promptet|dastoor\p{L}{0,6} (?:makhfi|avvaliye))"),
    row!("verbatim:fa_rom", r"(?-u:\b)(?:kamel benevis|kalame be kalame|hichi ro hazf|mu be mu)"),
    row!("unbound:fa_rom", r"(?-u:\b)(?:bedoone? (?:hich )?(?:mahdoodiat|sansoor|filter|ghanoon))"),
    // Greek
    row!(
        "override:el_rom",
        r"(?-u:\b)(?:ksexna|xexna|agnoise|agnohse)",
        r"oles|ola|tis|oti|o,ti|tous",
        r"odigies|odhgies|entoles|kanones|eipan|edwsan"
    ),
    row!("persona:el_rom", r"(?-u:\b)(?:apo (?:dw|edw) kai pera|apo twra|twra eisai|den eisai pia)"),
    row!(
        "unbound:el_rom",
        r"(?-u:\b)(?:xwris (?:kanena )?(?:filtro|kanones|periorism|logokris)|apanta se ola)"
    ),
    row!("verbatim:el_rom", r"(?-u:\b)(?:leksi pros leksi|lexi pros lexi|xwris perikopes)"),
    row!(
        "hidden:el_rom",
        r"(?-u:\b)(?:ti sou eipan|krifes? (?:odigies|rithmiseis)|ta krifa|system prompt sou|prin (?:arxisei|ksekinisei))"
    ),
];
