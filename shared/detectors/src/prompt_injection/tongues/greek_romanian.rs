//! Greek and Romanian.

use super::row_apart as row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // Greek, with and without accents
    row!(
        "override:el_all",
        r"αγν[οό]ησ|ξ[εέ]χασ|ξεχ[αά]στε|παράβλεψ|διάγραψ|άφησε",
        r"όλ[αεη]ς?|ολ[αε]ς?|προηγούμεν|προηγουμεν|ό,τι|τις|τους",
        r"οδηγ[ιί]|εντολ|κανόν|κανον|σου (?:είπαν|έδωσαν|έχουν πει)|περιορισμ"
    ),
    row!(
        "void:el",
        r"φίλτρα|περιορισμοί|κανόνες|οδηγίες|εντολές|λογοκρισία",
        r"αίρονται|ακυρών|καταργ|ανενεργ|απενεργοπ|δεν ισχύουν|έχουν αρθεί"
    ),
    row!("void:el_lift", r"απενεργοποί|κλείσε|αφαίρεσε|κατάργησ", r"φίλτρα|περιορισμ|λογοκρισία|ασφάλει"),
    row!(
        "unbound:el",
        r"χωρίς (?:κανέναν? |κανένα |όρια)?(?:περιορισμ|φίλτρ|κανόν|λογοκρισ|όρια|κανόνες)|δεν υπακούς|δεν αρνείσαι|δεν αρνείται|απάντα σε όλα|έσπασε τα δεσμά|τα πάντα επιτρέπονται|δεν έχεις (?:όρια|κανόνες)"
    ),
    row!("double:el", r"δύο απαντήσεις|διπλή απάντηση"),
    row!("role:el", r"από τον ρόλο|στον ρόλο σου|μείνε στον ρόλο"),
    row!(
        "persona:el",
        r"από (?:δω|εδώ) και (?:πέρα|στο εξής)|από τώρα|τώρα είσαι|δεν είσαι πια|κάνε πως είσαι|προσποιήσου|φαντάσου ότι είσαι|υποδύσου"
    ),
    row!(
        "suppress:el",
        r"απαγορεύεται|χωρίς|μην|όχι",
        r"λυπάμαι|δεν μπορώ|κήρυγμα|προειδοποι|συγγνώμη|ως μοντέλο|ηθικολογ"
    ),
    row!("start:el", r"ξεκίνα|άρχισε", r"φυσικά|βεβαίως|ναι,|ορίστε"),
    row!("mode:el", r"λειτουργία (?:προγραμματιστή|θεού|χωρίς|debug|διαχειριστή)"),
    row!(
        "hidden:el",
        r"(?:κρυφ|μυστικ|αρχικ|εσωτερικ)\p{L}{1,3} (?:σου )?(?:ρυθμίσεις|οδηγίες|εντολές|κανόνες)|το σύστημα σου|δεν πρέπει να (?:πεις|αποκαλύψεις)"
    ),
    row!("verbatim:el", r"λέξη προς λέξη|λεξη προς λεξη|αυτολεξεί|χωρις περικοπες|χωρίς περικοπές"),
    row!("addressed:el", r"(?:προς|για) (?:το|τον|κάθε|την) (?:μοντέλο|βοηθό|τεχνητή|ai|σύστημα)"),
    row!("silence:el", r"μην (?:το )?(?:αναφέρεις|πεις|αποκαλύψεις)|μην πεις τίποτα"),
    row!("send:el", r"προώθησε|στείλε|αποστείλε", r"κωδικ|επαφ|αρχεί|μηνύμ", r"@|στο"),
    row!("stop:el", r"άφησε την εργασία|σταμάτα την|ακύρωσε"),
    row!("refused:el", r"αρνήθηκες|προηγούμενη ερώτησή μου"),
    row!(
        "authority:el",
        r"ο διαχειριστής|είμαι ο (?:προγραμματιστής|δημιουργός|διαχειριστής)|για λόγους ελέγχου"
    ),
    row!(
        "hypothesis:el",
        r"φαντάσου|υποθετικά|υπόθεσε",
        r"χωρίς κανόνες|τίποτα δεν απαγορεύεται|όλα επιτρέπονται|δεν υπάρχουν κανόνες"
    ),
    // Romanian, with and without diacritics
    row!(
        "override:ro_told",
        r"(?-u:\b)(?:uit[ăa]|uitați|ignor[ăa]|ignorați|renun[țt][ăa] la|las[ăa] deoparte)|[șs]terge",
        r"tot(?:ul)?|toate|ce|instruc[țt]iun|reguli|regul",
        r"[țt]i s-a (?:spus|ordonat|zis)|ai (?:primit|înv[ăa][țt]at)|[țt]i-au (?:spus|zis|dat)|anterioare|precedente|de mai (?:sus|devreme)|tale|până acum"
    ),
    row!(
        "void:ro",
        r"(?-u:\b)(?:regul|filtre|restric[țt]i|limit[ăe]|instruc[țt]iun|interdic[țt]i)",
        r"anulate|dezactivate|suspendate|nu mai (?:sunt|se aplic|valabil)|ridicate|revocate|eliminate"
    ),
    row!(
        "void:ro_lift",
        r"(?-u:\b)(?:dezactiv\p{L}{1,4}|opre[șs]te|elimin[ăa]|scoate|ridic[ăa])",
        r"filtr\p{L}{1,3}|restric[țt]i|limit[ăe]|cenzur|protec[țt]i"
    ),
    row!(
        "unbound:ro",
        r"(?-u:\b)(?:f[ăa]r[ăa] (?:nicio |niciun |reguli|limite|filtre|cenzur[ăa]|restric[țt]ii|st[ăa]p[âa]n)|nu refuz[ăa] niciodat[ăa]|nu respect[ăa]|r[ăa]spunde la orice|nimic nu (?:e|este) interzis)"
    ),
    row!("double:ro", r"(?-u:\b)(?:dou[ăa] r[ăa]spunsuri|de dou[ăa] ori)"),
    row!("role:ro", r"(?-u:\b)(?:ie[șs]i din (?:rol|personaj)|r[ăa]mâi în rol|din rol)"),
    row!(
        "persona:ro",
        r"(?-u:\b)(?:de acum (?:înainte|încolo)|acum e[șs]ti|nu mai e[șs]ti|pref[ăa]-te c[ăa]|joac[ăa] rolul|ascult[ăa] doar de mine|imagineaz[ăa]-[țt]i c[ăa] e[șs]ti)"
    ),
    row!(
        "suppress:ro",
        r"(?-u:\b)(?:f[ăa]r[ăa]|nu (?:spune|scrie|folosi|pune)|interzis)",
        r"îmi pare r[ăa]u|nu pot|moral[ăa]|avertisment|scuze|ca model|predici"
    ),
    row!("start:ro", r"(?-u:\b)(?:prim(?:ul|ele) cuv)|începi|începe", r"sigur|desigur|bineînțeles|iat[ăa]"),
    row!("mode:ro", r"(?-u:\b)(?:mod(?:ul)? (?:dezvoltator|dumnezeu|debug|administrator|f[ăa]r[ăa] cenzur))"),
    row!(
        "hidden:ro",
        r"(?-u:\b)(?:(?:configura[țt]i|instruc[țt]iuni|reguli|set[ăa]ri|promptul)\p{L}{0,4})",
        r"ascuns|secret|ini[țt]ial|intern|de sistem|tale"
    ),
    row!("verbatim:ro", r"(?-u:\b)(?:cuvânt cu cuvânt|cuvant cu cuvant|exact cum e|integral|pas cu pas)"),
    row!(
        "addressed:ro",
        r"(?-u:\b)(?:(?:mesaj|not[ăa]|aten[țt]ie|instruc[țt]iun\p{L}{1,2})[^.!?\n]{0,14}(?:pentru|c[ăa]tre) (?:asistent|model|orice|ai\b|inteligen))"
    ),
    row!(
        "silence:ro",
        r"(?-u:\b)(?:f[ăa]r[ăa] s[ăa] (?:anun[țt]|spui|men[țt]ion)|nu (?:men[țt]iona|spune) (?:nimic|utilizator))"
    ),
    row!(
        "send:ro",
        r"(?-u:\b)(?:trimite|transmite|redirec[țt]ioneaz[ăa]|caut[ăa])",
        r"parole|coduri|contacte|fi[șs]iere|mesaje",
        r"@|https?:|la "
    ),
    row!("stop:ro", r"(?-u:\b)(?:renun[țt][ăa] la sarcin|opre[șs]te rezumat|sarcina (?:este )?anulat)"),
    row!("refused:ro", r"(?-u:\b)(?:n-ai vrut s[ăa]|ai refuzat)|întrebarea mea de (?:mai|adineauri)"),
    row!(
        "authority:ro",
        r"(?-u:\b)(?:sunt (?:administrator|dezvoltator|creator|programator)\p{L}{0,4})|în vederea auditului"
    ),
    row!(
        "hypothesis:ro",
        r"(?-u:\b)(?:presupunem|imagineaz|ipotetic|film|lume)",
        r"nimeni nu [țt]i-a interzis|nimic (?:nu )?(?:e|este) interzis|f[ăa]r[ăa] reguli"
    ),
];
