//! French and Spanish.

use super::{row as row_within, row_apart as row};
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // French
    row!(
        "override:fr_said",
        r"(?-u:\b)(?:oublie[sz]?|ignore[sz]?|efface[sz]?|néglige[sz]?|laisse[sz]? tomber|(?:ne )?(?:tiens|tenez) (?:pas|plus) compte de)",
        r"tout ce qu|ce qu|toutes? les|ce qui (?:précède|a été dit)|tes|vos|les",
        r"on t['’]a (?:dit|ordonné|donné|appris|demandé)|t['’]ont (?:dit|donné|imposé|ordonné)|précède|qui t['’]a été|tes créateurs|tes concepteurs|reçu(?:es)? (?:au|jusqu)|consignes (?:précéd|initial|reçues|antérieures|système)|instructions (?:précéd|initial|reçues|antérieures|système)|directives"
    ),
    row!(
        "void:fr",
        r"(?-u:\b)(?:(?:instructions|consignes|règles|directives|restrictions|limitations|limites|filtres|ordres|interdictions|régulations|sécurités|garde-fous|politique)\p{L}{0,3}|tout ce qu['’]on t|confidentialité|regles_supprimees)",
        r"annulée?s|levée?s?|supprimée?s|désactivée?s|caduques?|ne (?:comptent|compte|valent|s['’]appliquent) plus|ne sont plus (?:valables|valides)|suspendue?s|abrogée?s|remplacée?s|obsolètes|sans effet|toutes"
    ),
    row!(
        "void:fr_lift",
        r"(?-u:\b)(?:désactive[rsz]?|supprime[rsz]?|lève[rsz]?|levez|coupe[rsz]?|enlève[rsz]?|contourne[rsz]?|suspend(?:s|re|ez)|retire[rsz]?|cesse d['’]appliquer)",
        r"(?:tes|vos|les|le|tous|toutes|ses)",
        r"(?:filtres?|filtrage|restrictions|limites|limitations|sécurités|censure|garde-fous|protections|barrières|règles)"
    ),
    row!(
        "unbound:fr",
        r"(?-u:\b)(?:sans (?:aucune? |le moindre )?|aucune? |n['’]a (?:pas|plus|ni) (?:de |d['’])?|affranchie? de|ne connaît (?:ni|pas|aucune?) |libéré?e? de|n['’]existe|s['’]en (?:tape|fiche|moque)|se moque (?:des|de)|dépourvue? de)",
        r"(?:limites?|filtres?|censure|règles|regles|restrictions?|tabous?|interdits?|morale|éthique|chaînes|scrupules|politiques|loi|barrières)"
    ),
    row!(
        "unbound:fr_never",
        r"(?-u:\b)(?:(?:ne )?refuse[sr]? (?:jamais|rien)|(?:sans )?jamais refuser|réponds? (?:toujours|à tout|à toutes)|tu réponds à tout|ne dit jamais non|il dit jamais|ne juge pas|n['’]a pas de règles|tu ne peux pas refuser|même (?:interdite|illégale)|le non n['’]existe pas)"
    ),
    row!(
        "double:fr",
        r"(?-u:\b)(?:deux (?:réponses|versions|fois)|en double)",
        r"(?:d['’]abord|puis|\[|une? |première)"
    ),
    row!(
        "role:fr",
        r"(?-u:\b)(?:(?:sor[st]|sortir|quitte[rsz]?)(?:[^.!?\n]{0,12})(?:du|le|ton|son) (?:personnage|rôle)|reste[rsz]? dans (?:le|ton) (?:personnage|rôle)|redeviens? [^.!?\n]{0,20}(?-u:\b{start-half})(?:gentil|assistant|robot|normal)|reviens? (?:dans|à) (?:ton|le) (?:rôle|personnage))"
    ),
    row!(
        "persona:fr",
        r"(?-u:\b)(?:désormais,? (?:tu|vous)|tu (?:es|n['’]es) (?:maintenant|plus (?:un|une|le|la|l['’]))|dorénavant,? (?:tu|vous)|tu incarnes|tu vas (?:jouer|parler comme|incarner|être)|fais comme si tu|imagine que tu es|mets-toi dans la peau|nouvelle mission|n['’]évalues plus|tu obéis (?:uniquement|seulement))|à compter de (?:cet instant|maintenant|ce moment)|à partir de (?:maintenant|cet instant|là),? (?:tu|vous)"
    ),
    row!(
        "suppress:fr",
        r"(?-u:\b)(?:pas (?:de |d['’])|sans|aucune?|interdiction|interdit de|ne dis pas|n['’]utilise pas|jamais|mots_interdits|t['’]avise pas)|évite|épargne-moi",
        r"avertissements?|mises? en garde|leçons? de morale|désolée?|je ne peux pas|en tant qu['’]ia|excuses?|sermon|disclaimers?|message de prévention|précautions?|« ?je peux pas|refuser|commentaire final"
    ),
    row!(
        "start:fr",
        r"(?-u:\b)(?:commence[rsz]?|débute[rsz]?|premiers? mots?|réponds par)",
        r"(?:bien sûr|certainement|avec plaisir|voici|oui|évidemment|d['’]accord)[ ,:»!\x22]"
    ),
    row!(
        "mode:fr",
        r"(?-u:\b)(?:mode (?:développeur|developpeur|dieu|dev|debug|sans (?:filtre|censure|échec)|libre|non censuré|jailbreak|administrateur|root))",
        r"activé?e?r?|on\b|enclenché|allumé|confirme|passe|désormais|ok"
    ),
    row!(
        "mode:fr_on",
        r"(?-u:\b)(?:active[rsz]?|passe[rsz]?|bascule[rsz]?|enclenche|lance|entre[rsz]?|débloque)",
        r"(?:le |en )?mode (?:développeur|developpeur|dieu|dev|debug|sans (?:filtre|censure)|non censuré|jailbreak|administrateur|root|libre)"
    ),
    row!(
        "refused:fr",
        r"(?-u:\b)(?:(?:question|requête|sujet|celle|demande|ce|réponse)\b[^.!?\n]{0,20}(?-u:\b{start-half})(?:que|à laquelle|qu['’]|dont))",
        r"(?:tu as|t['’]as|avais|tu|il a pas)",
        r"refusée?|écartée?|rejetée?|pas voulu|refuses|bloquée?|esquivée?"
    ),
    row!(
        "refused:fr_asked",
        r"(?-u:\b)(?:recette (?:défendue|interdite)|requête bloquée|ce que (?:toi, )?(?:normalement|d['’]habitude)[^.!?\n]{0,14}tu refuses|question (?:précédente|d['’]avant|de tout à l['’]heure))"
    ),
    row!(
        "hypothesis:fr",
        r"(?-u:\b)(?:imagin\p{L}{1,4}|univers|monde|hypothé\p{L}{1,8}|suppos\p{L}{1,4}|expérience de pensée|fiction|pièce de théâtre|roman)",
        r"aucune (?:loi|règle|limite)|sans (?:censure|règles|lois|filtre|limite)|rien n['’]est interdit|interdictions? a été|n['’]existe|en détail et sans|tout est permis"
    ),
    row!(
        "addressed:fr",
        r"(?-u:\b)(?:note|consigne|message|instruction|attention|avis|importante?|destinée?e?s?|aux ia qui|à l'attention|à l’attention)[^.!?\n]{0,24}? (?:l['’]|aux? |les |tout |la |des |le )(?:\p{L}{4,14} )?(?:ia\b|assistants?|modèles?|intelligences? artificielles?|agents? conversationnels?|chatbots?|robots? (?:qui|lecteurs)|llm|traducteur automatique)"
    ),
    row!(
        "addressed:fr_reads",
        r"(?-u:\b)(?:(?:ia|assistant|modèle|agent|robot|logiciel|traducteur)\p{L}{0,6})",
        r"(?:qui|à la) (?:lit|lisent|parcour|résum|trait|analys|lisez|lecture de)\p{L}{0,6}|interromps ton travail"
    ),
    row!(
        "silence:fr",
        r"(?-u:\b)(?:(?:n['’]en parle|ne (?:le |la )?(?:mentionne|dis|signale|parle|préviens|cite)|gardez? le silence|sans (?:en )?(?:parler|informer|prévenir|mentionner|avertir)|dis(?:-lui)? simplement))",
        r"pas|utilisateur|rien|silence|consigne|lui|que"
    ),
    row!(
        "send:fr",
        r"(?-u:\b)(?:envoie[rz]?|envoyer|transfère[rz]?|transférer|transmet\p{L}{0,4}|récupère|copie|poste|exporte|affirme[rz]?|recommande[rz]?)",
        r"codes?|mots? de passe|contacts?|courriels?|e-?mails?|fichiers?|identifiants?|coordonnées|données|clients|boutique|acompte",
        r"@|https?:|example|boîte|contexte|exclusivement|à l['’]adresse|verser|sur"
    ),
    row!(
        "stop:fr",
        r"(?-u:\b)(?:(?:interromps|arrête|cesse|abandonne|ignorez|ignore|oublie)[^.!?\n]{0,24}(?-u:\b{start-half})(?:ton travail|la question|le résumé|la tâche|la traduction|de résumer|demande de l['’]utilisateur)|tâche (?:annulée|terminée)|avant toute autre action|quelle que soit (?:sa|la) question)"
    ),
    row!(
        "hidden:fr",
        r"(?-u:\b)(?:(?:consignes?|instructions?|directives?|règles|configuration|config|paramètres|paramétrage|message qui te)\p{L}{0,3})",
        r"(?:secrètes?|cachée?s?|internes?|initiales?|confidentielles?|que tu as reçu|qu['’]on t['’]a|que (?:ton|tes) (?:concepteur|créateur|développeur)|système|t['’]a (?:interdit|donné))|paramètre"
    ),
    row!(
        "hidden:fr_told",
        r"(?-u:\b)(?:(?:qu['’]est-ce qu['’]on|que t['’]a-t-on|ce qu['’]on|que)[^.!?\n]{0,14}(?-u:\b{start-half})(?:t['’]a (?:interdit|demandé|dit)|t['’]ont (?:interdit|dit))[^.!?\n]{0,20}(?-u:\b{start-half})(?:de (?:ne pas )?(?:dire|révéler|dévoiler|me|raconter))|(?:tes|vos) (?:consignes|directives|instructions) (?:internes|système|initiales|secrètes)|ton prompt|prompt système)"
    ),
    row!(
        "before:fr",
        r"(?-u:\b)(?:(?:texte|tout|message|consignes|phrase|ce qui|celui))",
        r"au-dessus de (?:cette|notre|ce|mon)|avant (?:cette|notre|ma|mon) (?:première? )?(?:question|message|conversation)|tout premier message|précède (?:notre|cette|mon)|celui d['’]avant|en commençant par « ?tu es"
    ),
    row!(
        "secret:fr",
        r"(?:donne|dis|révèle|livre|épelle|affiche|souffle|est dans)[\p{L}'’ -]{0,14}",
        r"mot (?:de passe|secret)|code secret|mot-clé secret|clé secrète",
        r"lettre|envers|entier|que tu|complet|tu (?:gardes|perds|dois)|en"
    ),
    row!(
        "verbatim:fr",
        r"(?-u:\b)(?:mot (?:pour|à) mot|en entier|dans son intégralité|intégralité|version originale|sans rien (?:omettre|cacher|changer)|n['’]oublie aucune|tel(?:le)? quel|totalité|recopie)"
    ),
    row!(
        "authority:fr",
        r"(?-u:\b)(?:audit (?:de|en cours|interne)|j['’]ai l['’]autorisation|par décision d|ton administrateur)|(?:ici|je suis|en tant que|équipe|bosse|travaille)[^.!?\n]{0,24}(?-u:\b{start-half})(?:administrateur|admin|développeur|direction|technique d['’]astreinte|chez ceux qui t|créateur|concepteur|responsable (?:sécurité|informatique))"
    ),
    // Spanish
    row!(
        "override:es_told",
        r"(?-u:\b)(?:olv[ií]da\p{L}{0,3}|ignor[ae]\p{L}{0,2}|borr[ae]|descart[ae]|desech[ae]|haz caso omiso|haga caso omiso|deja de lado|no (?:sigas|obedezcas))",
        r"todo lo|lo que|las (?:instrucciones|órdenes|reglas)|cuanto|tus|los criterios|la tarea",
        r"te (?:dieron|dijeron|han dicho|ordenaron|mandaron|programaron|enseñaron|indicó)|dicho (?:antes|hasta)|anteriores|recibid[oa]s|tus (?:creadores|programadores|desarrolladores)|políticas|directrices|lineamientos|límites|instrucciones|reglas|de resumen"
    ),
    row!(
        "void:es",
        r"(?:reglas|instrucciones|normas|órdenes|restricciones|limitaciones|límites|filtros|directrices|políticas|lineamientos|prohibiciones)",
        r"anulad[ao]s|sin efecto|desactivad[ao]s|levantad[ao]s|eliminad[ao]s|suspendid[ao]s|derogad[ao]s|ya no (?:aplican|valen|rigen|cuentan)|no (?:aplican|valen) (?:ya|más)|caducad[ao]s|off\b|revocad[ao]s|cancelad[ao]s"
    ),
    row!(
        "void:es_lift",
        r"(?-u:\b)(?:desactiv[ae]r?|quita(?:te|r)?|levant[ae]r?|elimin[ae]r?|dej[ae]s? de lado|salta(?:te)?|suprim[ae]|apag[ae]|prescind[ae]|quedan sin efecto)",
        r"tus |sus |todas |todos |los |las ",
        r"filtros|restricciones|límites|limites|censura|protecciones|barreras|salvaguardas|reglas|normas"
    ),
    row!(
        "unbound:es",
        r"(?-u:\b)(?:sin |ningun[ao]? |no (?:tiene|tienes|conoce|conoces|sabe lo que es|existen?|hay|respeta|cree en) (?:una? )?|libre de |se burla de |no le tiene miedo|se ríe de |carece de )",
        r"l[ií]mites?|filtros?|censura|reglas|restricciones|tab[uú]es|[eé]tica|moral\b|pol[ií]ticas? de|políticas|normas|advertencias|prohibid[oa]s|a nada"
    ),
    row!(
        "unbound:es_never",
        r"(?-u:\b)(?:nunca (?:se niega|dice (?:que )?no\b|rechaza|se calla|te niegues)|contesta (?:cualquier|todo|siempre|lo que)|respond[ea]s? (?:a )?(?:todo|cualquier|siempre)|siempre contesta|aunque est[eé] prohibido|una ia libre|no te niegues|prohibido negarte|sin negarte)"
    ),
    row!("double:es", r"(?-u:\b)(?:dos (?:respuestas|versiones|veces))", r"(?:una|primero|como|normal|\[)"),
    row!(
        "role:es",
        r"(?-u:\b)(?:(?:sal(?:gas|es|ir|irte)|te sales|romp\p{L}{1,4}) (?:de(?:l| tu)|el) (?:personaje|papel|rol)|(?:regresas|vuelves|vuelve) al (?:personaje|papel)|mantente en (?:el )?(?:personaje|papel)|no (?:eres|seas) un asistente)"
    ),
    row!(
        "persona:es",
        r"(?-u:\b)(?:a partir de (?:ahora|este momento|ya),? (?:eres|serás|vas|te llamas|responde|quedan|no)|de ahora en adelante|desde ahora|ahora eres|ya no eres|no eres el asistente|vas a (?:hacer de|ser|actuar|interpretar)|se acabó tu|haz de cuenta|hagamos de cuenta|act[uú]es como|eres un gemelo|tu nuevo (?:rol|nombre)|obedece solo|haz caso solo)"
    ),
    row!(
        "suppress:es",
        r"(?-u:\b)(?:nada de|sin (?:notas|ningún)?|no (?:digas|uses|escribas|pongas|añadas|incluyas)|prohibid[oa]|evita|jam[aá]s|nunca (?:digas|dice)|ahórrate)",
        r"lo siento|no puedo|como (?:modelo|una ia|ia)|advertencias?|consejos? [eé]ticos?|disculpas|moralejas?|sermones|avisos? legales|negarte|suavizar|descargos?"
    ),
    row!(
        "start:es",
        r"(?-u:\b)(?:empieza|comienza|inicia|arranca|primera palabra)",
        r"(?:claro|por supuesto|desde luego|vale|sí|aquí tienes|con gusto)[ ,:»!\x22]"
    ),
    row!(
        "mode:es",
        r"(?-u:\b)(?:modo (?:desarrollador|dios|sin (?:censura|filtros?|restricciones|límites)|debug|dev|administrador|root|libre|jailbreak|demonio))",
        r"activado|on\b|activa|habilitado|encendido|confirma|ya|desbloqueado"
    ),
    row!(
        "mode:es_on",
        r"(?-u:\b)(?:activ[ae]r?|entra(?:r)?|pasa(?:r)?|habilita|enciende|cambia(?:r)?|inicia)",
        r"(?:el |en |al )?modo (?:desarrollador|dios|sin (?:censura|filtros?|restricciones|límites)|debug|dev|administrador|root|libre|jailbreak)"
    ),
    row!(
        "refused:es",
        r"(?-u:\b)(?:(?:pregunta|eso|tema|lo|lo que|cosa))",
        r"(?:que|a la que)",
        r"te negaste|se negó|rechazaste|no (?:me )?quis(?:o|iste)(?: decir| contestar| responder)?|no quisiste|tus normas te impiden|me mandaras"
    ),
    row!(
        "hypothesis:es",
        r"(?-u:\b)(?:imagin\p{L}{1,3}|hipot[eé]tic\p{L}{1,6}|hagamos de cuenta|supon\p{L}{1,5}|ficti?ci[oa]|mundo|universo|solo teoría|novela|cuento)",
        r"no (?:hay|existen|existe) (?:reglas|leyes|límites|normas)|sin (?:reglas|leyes|límites|censura|filtros)|nada está prohibido|te impiden|todo (?:está|vale)|no conoce políticas|antes de que existieran"
    ),
    row!(
        "addressed:es",
        r"(?-u:\b)(?:(?:nota|mensaje|texto|atenci[oó]n|aviso|instrucci[oó]n|instrucciones|importante|orden|comunicado)[^.!?\n]{0,20}? (?:para|a) (?:el |la |los |las |cualquier |todo |todos los )?(?:\p{L}{3,12} )?(?:ia\b|asistentes?|modelos?|agentes?|chatbots?|bots?\b|inteligencia artificial|sistema autom[aá]tico|llm))"
    ),
    row!(
        "addressed:es_reads",
        r"(?-u:\b)(?:a quien procese este|(?:asistente|modelo|agente|ia|sistema)s?[^.!?\n]{0,24} que (?:lea|lee|procese|procesa|resuma|analice|est[eé] leyendo)|por medios autom[aá]ticos)"
    ),
    row!(
        "silence:es",
        r"(?-u:\b)(?:(?:no (?:lo |le |la )?(?:menciones?|digas?|informes?|avises?|comentes?|cites?|notifiques?)|sin (?:avisar|mencionar|informar|notificar|citar)|guarda silencio|oculta|no hables))",
        r"usuario|esto|esta|este|nada|existencia|p[aá]rrafo|nadie|texto|supervisor|otros|gerente"
    ),
    row!(
        "send:es",
        r"(?-u:\b)(?:env[ií](?:a|e|es|en|ar)|reenv[ií](?:a|e|ar)|manda|exporta|sube|transfiere|copia|ejecut[ae]|indica al usuario que)",
        r"c[oó]digos?|contraseñas?|contactos|correos|archivos|credenciales|datos|tarjeta|dni|herramienta|reembolso",
        r"@|https?:|example|a la (?:cuenta|tarjeta|direcci[oó]n)|m[aá]ximo|al correo"
    ),
    row!(
        "stop:es",
        r"(?-u:\b)(?:(?:deja|para|deten|interrumpe|abandona|cancela|descarta)[^.!?\n]{0,14}(?-u:\b{start-half})(?:de resumir|el resumen|la tarea|la traducci[oó]n|tu tarea)|tarea (?:de \p{L}{4,12} )?(?:cancelada|anulada|terminada)|(?:tu|su) cometido ha cambiado|tiene prioridad sobre|prevalece sobre|no sigas los criterios|deja de comportarte|nueva tarea)"
    ),
    // Also where words are run together.
    row_within!(
        "hidden:es",
        r"(?:instrucciones|indicaciones|directrices|lineamientos|configuraci[oó]n|reglas|prompt|mensaje|\p{L}{0,2}información)",
        r"(?:ocultas?|secretas?|internas?|iniciales?|original|confidencial|reservada|del sistema|que te dieron|que recibiste|tus lineamientos|tal como est)"
    ),
    row!(
        "hidden:es_told",
        r"(?-u:\b)(?:qu[eé] te (?:dijeron|pidieron|ordenaron|han dicho|prohibieron)[^.!?\n]{0,20}(?-u:\b{start-half})(?:que no|no |contar|decir)|tu prompt|de tus (?:lineamientos|instrucciones|directrices)|lo que te (?:prohibieron|ocultan)|lo que (?:no puedes|tienes prohibido) (?:decir|contar|revelar))"
    ),
    row!(
        "before:es",
        r"(?-u:\b)(?:(?:texto|todo|mensaje|lo que|instrucciones))",
        r"(?:antes de|por encima de|arriba de|encima de|previo a) (?:mi|este|esta|nuestra) (?:primer|mensaje|pregunta|conversaci[oó]n|l[ií]nea|chat)|aparece (?:arriba|antes)"
    ),
    row!(
        "secret:es",
        r"(?-u:\b)(?:(?:dime|di|revela|revélame|deletrea|muestra|dame|confiesa|suelta|responde)[^.!?\n]{0,20})",
        r"(?:contraseña|palabra (?:clave|secreta)|clave secreta|c[oó]digo (?:secreto|promocional|interno)|secreto)",
        r"guardad|que (?:guardas|tienes)|letra|alfabeto|interno|contexto|usando|oculto"
    ),
    row!(
        "verbatim:es",
        r"(?-u:\b)(?:palabra por palabra|tal cual|textualmente|al pie de la letra|sin resumir|literalmente|sin omitir|tal como est[aá])|íntegr[ao]"
    ),
    row!(
        "authority:es",
        r"(?-u:\b)(?:(?:soy|habla|le habla|como)[^.!?\n]{0,14}(?-u:\b{start-half})(?:administrador|desarrollador|programador|tu creador|el creador|comisario|ingeniero|jefe de (?:sistemas|seguridad))|permiso (?:especial )?de tus|orden judicial|auditor[ií]a (?:interna|de seguridad)|equipo (?:que te|de desarrollo))"
    ),
    row!(
        "terminal:es",
        r"(?-u:\b)(?:(?:eres|act[uú]a|simul\p{L}{1,2}|ahora))",
        r"terminal|consola|shell|linux",
        r"root|comandos?|/secret|imprime"
    ),
];
