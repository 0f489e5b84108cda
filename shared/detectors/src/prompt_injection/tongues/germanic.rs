//! German, Dutch and Swedish.

use super::row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // German
    row!(
        "override:de_told",
        r"(?-u:\b)(?:vergiss|vergessen sie|vergesst|ignorier|missachte|streich|lösch|lass\p{L}{0,2} )",
        r"alles|sämtlich|das ganze|was immer",
        r"dir (?:bisher |vorher |zuvor |vorhin |je(?:mals)? )?(?:gesagt|befohlen|aufgetragen|beigebracht|vorgegeben|mitgegeben|eingetrichtert)|man dir|dir (?:deine|die|irgend)\p{L}{0,3} (?:entwickler|betreiber|hersteller|chef)|du (?:bisher|vorher|zuvor) (?:gelernt|bekommen|erhalten)|vor dieser nachricht"
    ),
    row!(
        "override:de_your",
        r"(?-u:\b)(?:vergiss|vergessen sie|ignorier|missachte|setz dich|hör auf|umgeh|befolge|halte? dich|leg|pfeif|scheiß)|übergeh",
        r"deine[nrs]? |deiner |dir (?:gegebenen|vorgegebenen|auferlegten|erteilten)|ihre (?:bisherigen|internen|anweisungen|vorgaben|richtlinien|instruktionen)",
        r"anweisungen|instruktionen|vorgaben|richtlinien|programmierung|systemprompt|system-prompt|leitlinien|direktiven|regelwerk|grundregeln|sicherheitsregeln"
    ),
    row!(
        "override:de_deviating",
        r"(?-u:\b)(?:abweichend|entgegen|ungeachtet|unabhängig|im gegensatz)",
        r"vorherig|bisherig|obig|ursprünglich|allen|deinen|früheren",
        r"instruktion|anweisung|vorgaben|regeln|richtlinien|befehl"
    ),
    row!(
        "void:de",
        r"(?-u:\b)(?:deine|ihre|alle|sämtliche|die alten|die bisherigen|bisherige|frühere|alte)[rn]? (?:\p{L}{3,14} )?(?:regel|richtlinie|vorgabe|anweisung|einschränkung|beschränkung|filter|sperre|inhaltsrichtlinie|sicherheits|limit|verbot)\p{L}{0,14}|geheimhaltung|zensur",
        r"aufgehoben|deaktivier|ungültig|hinfällig|außer kraft|abgeschaltet|ausgeschaltet|gelten nicht|gilt nicht|gelten (?:für dich )?(?:ab (?:jetzt|sofort) )?nicht mehr|keine rolle|entfallen|gelöscht|ausgesetzt|verworfen|erloschen|ersetzt"
    ),
    row!(
        "void:de_lift",
        r"(?-u:\b)(?:schalt\p{L}{0,3}|deaktivier\p{L}{0,3}|entfern\p{L}{0,3}|heb\p{L}{0,2}|leg\p{L}{0,2}|lass\p{L}{0,2}|umgeh\p{L}{0,2})|überwind\p{L}{0,3}",
        r"(?:deine|ihre|alle|sämtliche) (?:\p{L}{3,14} )?(?:filter|einschränkung|beschränkung|sicherheits|zensur|sperren|schranken|hemmungen|schutz)|die zensur"
    ),
    row!(
        "void:de_old",
        r"(?-u:\b)(?:die alten gelten nicht|neue (?:anweisung|direktive|regeln?|weisung)(?:en)? ?:|ersetzt alle (?:bisherigen|vorherigen|früheren)|hat vorrang vor|ab jetzt (?:befehle|bestimme) ich|gelten (?:ab sofort |ab jetzt )?nur noch meine)"
    ),
    row!(
        "unbound:de",
        r"(?-u:\b)(?:kennt (?:keine|kein)|hat keine|gibt es keine|keinerlei|frei von|ohne (?:jede|jegliche|alle|irgend)|null|befreit von|lacht über|pfeift auf|verachtet|schert sich nicht um|hält sich (?:an keine|nicht an))",
        r"regeln|richtlinien|ethik|moral|einschränkung|beschränkung|tabu|verbot|vorschrift|zensur|filter|gewissen|skrupel|hemmungen|bedenken"
    ),
    row!(
        "unbound:de_never",
        r"(?-u:\b)(?:(?:lehnt|schlägt|weist)~?[^.!?\n]{0,20}?(?:nie|niemals|nichts) (?:etwas )?(?:ab|aus|zurück)|verweigert (?:nie|nichts|keine)|sagt (?:nie|niemals) (?:nein|\W)|beantwortet (?:alles|jede frage|alle fragen|immer)|antwortet immer|darf(?:st)? (?:alles|fluchen|lügen)|auf alles (?:eine )?antwort|ohne gewissen|ohne wenn und aber|nichts mehr ab(?:zu)?lehnen)"
    ),
    row!(
        "double:de",
        r"(?-u:\b)(?:(?:antworte|antwortest|reagier|gib|gibst|schreib|lieferst?)\p{L}{0,3})",
        r"zweimal|zwei (?:antworten|versionen|fassungen)|doppelt|beide versionen",
        r"(?:einmal|erst|zuerst|erstens|normal|als|eine)"
    ),
    row!(
        "role:de",
        r"(?-u:\b)(?:aus (?:der|deiner|dieser) rolle (?:f[aä]ll|brich)|fällst du (?:aus|zurück)|zurück in (?:die|deine) rolle|außerhalb der rolle|nicht aus der rolle|bleib in (?:der|deiner) rolle|in die haut ein)"
    ),
    row!(
        "persona:de",
        r"(?-u:\b)(?:von nun an (?:bist|heißt|antwortest|wirst)|ab (?:jetzt|sofort|heute|nun) (?:bist|heißt|spielst|gehorchst|antwortest|hörst)|du bist (?:nicht mehr|kein\p{L}? \p{L}{3,14} mehr)|ab hier schreibst du|du gehorchst (?:nur|ab)|lass uns die rollen tauschen|stell dir\p{L}{0,3}[^.!?\n]{0,14} vor, du (?:wärst|bist)|wechsle in die rolle|schlüpf\p{L}{0,2} in die rolle)"
    ),
    row!(
        "suppress:de",
        r"(?-u:\b)(?:keine?[nr]?|ohne|verboten|verzichte auf|nicht gestattet|vermeide|unterlass|spar dir|sag nicht|schreib nicht|niemals|null)",
        r"warnhinweis|moralpredigt|entschuldigung|hinweise auf gefahren|haftungsausschl|disclaimer|ausflüchte|als ki|ich kann (?:das )?(?:leider )?nicht|das kann ich|dabei kann ich nicht|tut mir leid|ablehnende|einschränkungen|beratungsstelle|belehrung|rückfragen"
    ),
    row!(
        "suppress:de_refuse",
        r"(?-u:\b)(?:wenn du (?:ablehnst|dich weigerst|warnst|nein sagst)|jede[rs]? (?:weigerung|ablehnung)|wörter? [^.!?\n]{0,30}(?:leider|jedoch)|ablehnen ist (?:verboten|keine option)|weigere dich nicht|du darfst nicht ablehnen|lehne nichts ab)"
    ),
    row!(
        "start:de",
        r"(?-u:\b)(?:(?:fang|beginn|starte|eröffne)\p{L}{0,3}|erste[rsn]? (?:satz|wort|worte))",
        r"(?:na klar|klar|sicher|natürlich|gerne|selbstverständlich|aber gern|ja)[,:!\x22“]"
    ),
    row!(
        "mode:de",
        r"(?-u:\b)(?:(?:entwickler|gott|debug|admin|wartungs|jailbreak|test|root)-?modus|modus (?:ohne|unzensiert)|sicherheitsstufe ?= ?0|unzensierte[rn]? modus)",
        r"aktiv|aktivier|ein(?:ge)?schalt|an!|freigeschaltet|wechsle|starte|ab sofort|bestätig"
    ),
    row!(
        "mode:de_on",
        r"(?-u:\b)(?:aktivier\p{L}{0,3}|schalte|wechsle|starte|geh\p{L}? in|versetze)",
        r"(?:entwickler|gott|debug|admin|jailbreak|root)-?modus"
    ),
    row!(
        "refused:de",
        r"(?-u:\b)(?:(?:frage|anfrage|thema|sache|das|was|dem))",
        r"(?:vorhin|eben|vorher|zuvor|gerade|früher|vorig\p{L}{1,2})",
        r"nicht beantworten (?:wolltest|konntest)|abgelehnt|abgewiesen|verschwiegen|verweigert|nicht sagen wolltest|nicht erklären wolltest"
    ),
    row!(
        "refused:de_normally",
        r"(?:worüber|über die|was|die|das) du (?:sonst|normalerweise|eigentlich)",
        r"nicht (?:reden|sprechen|sagen|verraten|beantworten|erklären) (?:darfst|würdest|kannst|willst|sollst)|für dich behalten|verschweigst|verweigerst"
    ),
    row!(
        "hypothesis:de",
        r"(?-u:\b)(?:hypothetisch|stell dir|angenommen|nehmen wir an|simulier|fiktiv|rein theoretisch|in einer welt)",
        r"keine (?:verbotenen|regeln|grenzen|gesetze)|alles erlaubt|nichts verboten|ohne (?:regeln|sicherheits|filter|einschränk)|sicherheitsschicht|unzensiert|verboten\p{L}{0,2} themen"
    ),
    row!(
        "addressed:de",
        r"(?-u:\b)(?:(?:hinweis|nachricht|anweisung|achtung|wichtig|notiz|mitteilung|systemmeldung|todo|(?-u:\b)an (?:alle|das|die|den|jede\p{L}?|jeglich\p{L}{1,2}))[^.!?\n]{0,14}?(?: an| für| den| das| die| alle| jede[sn]?| jeglich\p{L}{1,2}|,| \(für){0,3}[ (]{1,2}(?:ki(?:-|\b)|künstliche|sprachmodell|chatbot|ki-|automatisierten|digitalen assistent|assistent|ai|llm|bots?\b|agenten|modell))"
    ),
    row!(
        "addressed:de_reads",
        r"(?-u:\b)(?:(?:ki|assistent|modell|bot|agent|software|system|maschine)\p{L}{0,4})",
        r"(?:die|der|das|welche[srm]?) (?:diese[nrs]?|das|den|die) (?:\p{L}{3,14} )?(?:verarbeitet|liest|lesen|zusammenfasst|auswertet|öffnet|bearbeitet|verarbeiten)|(?:dies\p{L}{1,2}|den|das) \p{L}{4,20} (?:öffnet|liest|verarbeitet|zusammenfasst|bearbeitet|auswertet)"
    ),
    row!(
        "silence:de",
        r"(?-u:\b)(?:(?:erwähn|verrat|sag|teil|informier|bericht|meld|schweig|zitier|weis|bestätig|unterricht)\p{L}{0,4})",
        r"(?:benutzer|nutzer|anwender|leser|empfänger|niemand|davon|hiervon|diese[nrms]? (?:absatz|hinweis|anweisung|text|abschnitt)|darüber)",
        r"(?-u:\b)(?:nichts|nicht|kein)|niemand|stillschweigen"
    ),
    row!(
        "silence:de_question",
        r"(?-u:\b)(?:(?:ohne|keine) (?:\p{L}{3,12} )?(?:rückfrage|nachfrage|erneute bestätigung)|rückfragen [^.!?\n]{0,30}(?:zu unterlassen|nicht nötig)|nachfrage ist nicht|lösch\p{L}{0,4} (?:anschließend |danach )?diese[nrs]? (?:absatz|hinweis|zeile|nachricht)|bereits (?:vom nutzer |vom benutzer )?(?:bestätigt|genehmigt|abgestimmt))"
    ),
    row!(
        "send:de",
        r"(?:leit|send|schick|übermittl|post|lade|übertrag|mail|weiterleit|weiterzuleiten)\p{L}{0,4}",
        r"e-?mails?|kontakte|zugangsdaten|passw|kennw|codes|dateien|inhalt|kontonummer|teilnehmer|nachrichten|rechnungen|adressbuch|\.env",
        r"@|https?:|weiter an|example|adresse|server"
    ),
    row!(
        "send:de_goes",
        r"(?-u:\b)(?:(?:bewertet|bewerte|empfiehl|empfehlt|rate|ratet)[^.!?\n]{0,40}(?-u:\b{start-half})(?:immer|ausschließlich|nur)|konto sei gesperrt|unter [a-z0-9.-]{4,40} (?:sein|ihr) (?:kennwort|passwort)|egal wonach|unabhängig davon, wonach|funktionsaufruf)"
    ),
    row!(
        "stop:de",
        r"(?-u:\b)(?:(?:aufgabe|auftrag|zusammenfassung|anfrage|bitte)\p{L}{0,3})",
        r"hinfällig|ersetzt|beendet|aufgehoben|abgebrochen|zurückgezogen|gestrichen|obsolet|storniert"
    ),
    row!(
        "stop:de_not",
        r"(?-u:\b)(?:fass\p{L}{0,3} (?:die|diese|das)[^.!?\n]{0,30} nicht zusammen|brich (?:die|deine) (?:aufgabe|zusammenfassung)|statt(?:dessen)? [^.!?\n]{0,24}zusammen|beende (?:deine|die) aufgabe|ignorier\p{L}{0,3} (?:die|den) (?:frage|auftrag|wunsch|bitte) de[sr] (?:nutzer|benutzer|anwender))"
    ),
    row!(
        "hidden:de",
        r"(?-u:\b)(?:(?:geheim|versteckt|verborgen|hinterlegt|vertraulich|intern|ursprünglich)\p{L}{2,3})",
        r"(?:anweisung|instruktion|vorgabe|regeln|einweisung|konfiguration|weisung|einstellung|prompt|teil dein)"
    ),
    row!(
        "hidden:de_given",
        r"(?-u:\b)(?:(?:anweisung|vorgabe|instruktion|regel|weisung|text|sätze|wort|prompt)\p{L}{0,3})",
        r"(?:man dir|dir (?:mit)?gegeben|dir auferlegt|du (?:bekommen|erhalten|von deinem|vor unserem|am anfang)|dir (?:der|die|dein)|dem assistenten erteilt|deinem betreiber|dir gesagt wurde|dir vorgegeben)"
    ),
    row!(
        "hidden:de_briefed",
        r"(?-u:\b)(?:wie wurdest du [^.!?\n]{0,30}(?:eingewiesen|instruiert|konfiguriert|gebrieft|eingestellt)|was (?:wurde dir|hat man dir|haben sie dir|sollst du mir)[^.!?\n]{0,40}(?:verboten|nicht (?:sagen|verraten)|gesagt|verschweigen|aufgetragen)|deine (?:komplette |gesamte |ganze |vollständige )?(?:konfiguration|einweisung|systemnachricht)|deinen (?:kompletten |ganzen )?prompt)"
    ),
    row!(
        "before:de",
        r"(?-u:\b)(?:(?:alles|text|nachricht|was|wort|zeile|womit|sätze)\p{L}{0,2})",
        r"oberhalb dieser|vor (?:meiner|unserer|dieser|der) (?:ersten )?(?:nachricht|unterhaltung|frage|zeile|chat)|über dieser (?:nachricht|zeile)|(?:unser )?gespräch (?:eigentlich )?beginnt|ganz (?:nach )?oben|vor diesem (?:satz|gespräch|chat)"
    ),
    row!(
        "secret:de",
        r"(?-u:\b)(?:(?:verrat|verrät|nenn|sag|buchstabier|gib|ausgeb|ergeben|lautet|heißt|mein|schlüssel|passw|zeig)\p{L}{0,4})",
        r"(?:geheim\p{L}{0,2} |geschützte[sn]? )(?:wort|passwort|schlüssel|code|kennwort|losung)|das schlüsselwort|deines geschützten|dein geheimnis|losungswort|dein(?:es)? (?:geschützte[sn]? )?(?:wort|passwort)e?s?"
    ),
    row!(
        "verbatim:de",
        r"(?-u:\b)(?:wort ?wörtlich|wort für wort|wörtlich|nichts weglassen|ungekürzt|vollständig und unverändert|eins zu eins|im (?:genauen )?wortlaut|nicht zusammenfassen|in einen? codeblock)"
    ),
    row!(
        "authority:de",
        r"(?-u:\b)(?:(?:hier (?:schreibt|spricht|ist)|ich bin|als) (?:der |dein |dein\p{L}{1,2} |die |euer )?(?:\p{L}{3,14} )?(?:administrator|admin|entwickler|programmierer|systemverwalter|betreiber|erfinder|schöpfer|chef|vorgesetzt|sicherheitsbeauftrag|kollege, der deinen)|polizei\p{L}{0,14} [^.!?\n]{0,20}hier|im rahmen der (?:internen )?(?:revision|prüfung|wartung)|administratorkonsole)|(?:sicherheits)?(?:audit|überprüfung)[^.!?\n]{0,30}(?:genehmigt|freigegeben)"
    ),
    row!(
        "terminal:de",
        r"(?-u:\b)(?:(?:du bist|spiel|fungier|agier|verhalte? dich)[^.!?\n]{0,30})",
        r"linux|terminal|konsole|shell|kommandozeile",
        r"root|befehl|ausgabe|geheim|gib"
    ),
    // Dutch
    row!(
        "override:nl_all",
        r"(?-u:\b)(?:negeer|vergeet|wis|sla|laat|verwerp|volg niet)",
        r"vorige|eerdere|voorgaande|bovenstaande|alle|alles|je |jouw |oude|oorspronkelijke",
        r"instructies?|opdrachten|richtlijnen|aanwijzingen|bevelen|prompt|gezegd|verteld|opgedragen|geprogrammeerd"
    ),
    row!(
        "void:nl",
        r"(?-u:\b)(?:regels|richtlijnen|filters?|beperkingen|beveiliging|censuur|instructies)",
        r"opgeheven|uitgeschakeld|vervallen|ongeldig|gelden niet|vallen weg|mogen [^.!?\n]{0,10}\baf\b|verwijderd|uitgezet|buiten werking"
    ),
    row!(
        "void:nl_lift",
        r"(?-u:\b)(?:schakel|zet|hef|verwijder|omzeil)",
        r"(?:je|jouw|alle|de) (?:\p{L}{3,12} )?(?:filters|beperkingen|beveiliging|censuur|veiligheids)"
    ),
    row!(
        "unbound:nl",
        r"(?-u:\b)(?:zonder (?:enige |welke )?(?:regels|beperking|filter|censuur|grenzen|moraal)|geen (?:enkele )?(?:regels|grenzen|beperkingen|filters|censuur|taboes)|niks verboten|niets verboten|weigert? (?:nooit|niets)|beantwoordt? alles|zegt? nooit nee|alles mag)"
    ),
    row!(
        "persona:nl",
        r"(?-u:\b)(?:vanaf (?:nu|dit moment) (?:ben|heet|speel|luister|antwoord)|je bent (?:nu|niet langer|geen \p{L}{3,14} meer)|doe alsof je|speel de rol|kruip in de huid|stel je voor dat je)"
    ),
    row!("role:nl", r"(?-u:\b)(?:uit je rol|in je rol blijven|blijf in je rol|terug in je rol)"),
    row!(
        "suppress:nl",
        r"(?-u:\b)(?:geen|zonder|zeg niet|verboden|niet toegestaan)",
        r"disclaimer|waarschuwing|excuses|sorry|helaas kan|gezeur over|als ai|ik kan (?:dat )?niet|preek|ethiek|morali"
    ),
    row!(
        "start:nl",
        r"(?-u:\b)(?:begin|start|eerste (?:woord|zin))",
        r"(?:tuurlijk|natuurlijk|zeker|ja|graag)[,:!\x22]"
    ),
    row!(
        "mode:nl",
        r"(?-u:\b)(?:(?:ontwikkelaars|ontwikkel|god|debug|admin|jailbreak)-?modus)",
        r"aan|actief|activeer|ingeschakeld|geactiveerd|bevestig"
    ),
    row!(
        "hidden:nl",
        r"(?-u:\b)(?:(?:verborgen|geheime|interne|oorspronkelijke) (?:instructies|instellingen|regels|prompt|richtlijnen)|geheim moet houden|(?:niet mag|mag je mij niet|mag je niet) (?:vertellen|delen|zeggen))"
    ),
    row!(
        "before:nl",
        r"(?-u:\b)(?:(?:alles|tekst|wat|bericht))",
        r"hierboven|boven deze|v[oó][oó]r (?:mijn|dit|deze|ons) (?:eerste )?(?:bericht|gesprek|vraag|regel)"
    ),
    row!("verbatim:nl", r"(?-u:\b)(?:letterlijk|woord voor woord|woordelijk|niets weglaten|zonder samenvat)"),
    row!(
        "addressed:nl",
        r"(?-u:\b)(?:(?:aan|voor|bericht|notitie|let op)[^.!?\n]{0,20}(?:de |alle |elke )?(?:ai|ki|taalmodel|chatbot|assistent|agenten)\p{L}{0,3}[^.!?\n]{0,14}(?:die dit leest|:|die))"
    ),
    row!(
        "silence:nl",
        r"(?-u:\b)(?:meld dit niet|vermeld (?:dit|niets)|zeg (?:er )?niets|vertel (?:het |dit )?(?:de gebruiker |niemand )?niet|zwijg)"
    ),
    row!(
        "send:nl",
        r"(?-u:\b)(?:mail|stuur|zend|verstuur|exporteer|upload)",
        r"bankafschrift|wachtwoord|codes|contact|bestanden|berichten|gegevens",
        r"@|https?:|naar"
    ),
    row!(
        "stop:nl",
        r"(?-u:\b)(?:negeer (?:de|het) (?:vraag|verzoek|opdracht) van|stop (?:met )?(?:de )?samenvat|taak (?:is )?(?:geannuleerd|vervallen))"
    ),
    row!(
        "refused:nl",
        r"(?-u:\b)(?:(?:vraag|wat)[^.!?\n]{0,24}(?:weigerde|niet wilde (?:zeggen|beantwoorden)|vorige vraag))"
    ),
    row!(
        "authority:nl",
        r"(?-u:\b)(?:ik ben (?:van de ict|de (?:beheerder|ontwikkelaar|admin|systeembeheerder)|je (?:maker|ontwikkelaar|baas))|beheerder hier|(?:security|veiligheids)-?audit)"
    ),
    row!(
        "hypothesis:nl",
        r"(?-u:\b)(?:(?:doe alsof|stel (?:dat|je voor)|fantasie|hypothetisch|denkbeeldig))",
        r"niks verboten|niets verboten|geen regels|zonder regels|alles mag"
    ),
    // Swedish, Danish, Norwegian
    row!(
        "override:sv",
        r"(?-u:\b)(?:ignorera?|glöm|glem|strunta i|bortse från|se bort fra)",
        r"allt|alla|tidigare|dina|föregående|alle|alt|tidligere|dine",
        r"instruktioner|anvisningar|regler|riktlinjer|blivit tillsagd|fått höra|sagt till dig|instruks|retningslin"
    ),
    row!(
        "void:sv",
        r"(?-u:\b)(?:spärrar\p{L}{0,3}|filt(?:er|ren)|regler\p{L}{0,2}|begränsningar\p{L}{0,2}|riktlinjer\p{L}{0,2}|censur\p{L}{0,2})",
        r"upphävd|avstäng|gäller inte|borttag|inaktiv|avskaff|ogiltig"
    ),
    row!(
        "unbound:sv",
        r"(?-u:\b)(?:struntar i|utan (?:några |alla )?|inga|fri från|brutit sig)",
        r"riktlinjer|regler|spärrar|begränsningar|censur|filter|gränser"
    ),
    row!(
        "unbound:sv_never",
        r"(?-u:\b)(?:svarar på allt|vägrar aldrig|säger aldrig nej|varnar aldrig|ber aldrig om ursäkt|allt är tillåtet)"
    ),
    row!("double:sv", r"(?-u:\b)(?:svara två gånger|två svar|dubbla svar)"),
    row!("role:sv", r"(?-u:\b)(?:faller du ur|ur rollen|stanna i rollen|tillbaka (?:i|till) rollen)"),
    row!(
        "persona:sv",
        r"(?-u:\b)(?:från och med nu (?:är|heter|ska|lyder|svarar)|nu är du|du är (?:nu|inte längre)|nu lyder du|låtsas att du|spela rollen|föreställ dig att du)"
    ),
    row!(
        "suppress:sv",
        r"(?-u:\b)(?:inga|utan|inget|förbjudet|säg inte|skriv inte)",
        r"ursäkter|varningar|jag kan (?:tyvärr )?inte|moralpredik|disclaimer|tyvärr|som (?:en )?ai"
    ),
    row!(
        "start:sv",
        r"(?-u:\b)(?:börja|inled|första ord)",
        r"(?:visst|självklart|javisst|absolut|okej)[,:!\x22]"
    ),
    row!("mode:sv", r"(?-u:\b)(?:(?:utvecklar|gud|debug|admin|jailbreak)-?läge)", r"på|aktiv|slå|bekräfta"),
    row!(
        "hidden:sv",
        r"(?-u:\b)(?:(?:dolda|hemliga|interna|ursprungliga) (?:instruktioner|inställningar|regler)|inte får (?:visa|säga|berätta|avslöja))"
    ),
    row!("verbatim:sv", r"(?-u:\b)(?:ordagrant|ord för ord|exakt som (?:det|den) står)"),
    row!(
        "addressed:sv",
        r"(?-u:\b)(?:till (?:den |alla )?(?:ai|språkmodell|chatbot|assistent)\p{L}{0,6}[^.!?\n]{0,20}(?:läser|:))"
    ),
    row!(
        "silence:sv",
        r"(?-u:\b)(?:nämn (?:det|inte|inget)[^.!?\n]{0,10}|säg inget|berätta inte för|avslöja inte)"
    ),
    row!(
        "send:sv",
        r"(?-u:\b)(?:skicka|mejla|vidarebefordra)",
        r"listan|lösenord|koder|kontakter|filer|mejl|uppgifter",
        r"@|https?:|till"
    ),
    row!(
        "stop:sv",
        r"(?-u:\b)(?:strunta i vad användaren|sluta sammanfatta|uppgiften är (?:avbruten|inställd)|avbryt (?:uppgiften|sammanfattningen))"
    ),
    row!("refused:sv", r"(?-u:\b)(?:(?:vägrade|inte ville) (?:svara|berätta|säga)|min förra fråga)"),
    row!(
        "authority:sv",
        r"(?-u:\b)(?:detta är it-?(?:säkerhet|avdelning)|jag är (?:administratör|utvecklaren|din (?:skapare|utvecklare))|här är administratör)"
    ),
    row!(
        "hypothesis:sv",
        r"(?-u:\b)(?:låtsas|föreställ|tänk dig|hypotetiskt)",
        r"inga regler|utan regler|inget är förbjudet|allt är tillåtet"
    ),
];
