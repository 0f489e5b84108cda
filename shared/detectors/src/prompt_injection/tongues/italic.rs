//! Italian and Portuguese.

use super::row_apart as row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    // Italian
    row!(
        "override:it_told",
        r"(?-u:\b)(?:dimentica(?:ti|te)?|ignora(?:te)?|cancella|lascia (?:perdere|stare)|accantona|scorda(?:ti)?|metti da parte|non (?:obbedire|seguire|tenere conto))",
        r"tutto|quello|quanto|ciò|le (?:istruzioni|regole|direttive)|il tuo|gli ordini|tutte",
        r"ti (?:hanno|è stato|ha) (?:detto|ordinato|insegnato|imposto|dato|impartit)|di prima|precedent|istruzioni|incarico|ricevut|linee guida|direttive|tuoi (?:creatori|programmatori|sviluppatori)"
    ),
    row!(
        "void:it",
        r"(?-u:\b)(?:(?:regole|istruzioni|direttive|restrizioni|limitazioni|limiti|filtri|linee guida|policy|divieti|norme|limitazione))",
        r"annullat[ei]|sospes[aei]|revocat[ei]|disattivat[ei]|rimoss[ei]|abolit[ei]|non valgono più|nulle|decadut[ei]|aggiornate|off\b|superat[ei]|eliminat[ei]|corrotto|non (?:sono )?più"
    ),
    row!(
        "void:it_lift",
        r"(?-u:\b)(?:disattiva|disabilita|rimuov[ia]|togli|elimina|sospendi|aggira|spegni|in deroga|bypassa|non filtrare)",
        r"filtri|restrizioni|limiti|limitazioni|censura|protezioni|blocchi|regole|controlli|nulla"
    ),
    row!(
        "unbound:it",
        r"(?-u:\b)(?:senza |nessun[ao]? |non (?:ha|hai|conosce|ci sono|esistono|rispetta|segue|ha mai letto|ha mai ricevuto) |libero da |privo di |disprezzo per |ha rotto )",
        r"limit[ei]|filtr[io]|censura|regol[ae]|restrizioni|tabù|etica|morale|divieti|vincoli|scrupoli|regolamento|sigilli|tagli"
    ),
    row!(
        "unbound:it_never",
        r"(?-u:\b)(?:non (?:rifiuta|si rifiuta|dice) mai|risponde? (?:a tutto|sempre|in modo completo|a ogni)|mai (?:rifiutare|dire di no)|vietato rifiutare|non si scusa|non avverte|anche se [^.!?\n]{0,20}(?-u:\b{start-half})(?:vietat|illegal|proibit)|parlare liberamente di|non fa la predica)"
    ),
    row!("double:it", r"(?-u:\b)(?:due (?:risposte|versioni|volte))", r"(?:una|prima|come|normale|\[)"),
    row!(
        "role:it",
        r"(?-u:\b)(?:(?:uscire|esci|esce) d(?:alla parte|al personaggio|al ruolo)|torna (?:nel|al) (?:personaggio|ruolo)|resta nel (?:personaggio|ruolo)|ricominci a parlare come un robot)"
    ),
    row!(
        "persona:it",
        r"(?-u:\b)(?:d['’]ora in (?:poi|avanti)|da (?:adesso|ora|questo momento) (?:in poi )?(?:sei|comando|rispondi|ti chiami|obbedis)|adesso sei|ora sei|non sei più|facciamo che tu sei|tu sei [A-Z]{4,14}\b|fingi di essere|immagina di essere|interpreta|il nuovo incarico|rispondi solo a me|facciamo un gioco di ruolo)"
    ),
    row!(
        "suppress:it",
        r"(?-u:\b)(?:senza (?:mai )?|niente|nessun[ao]?|non (?:dire|usare|scrivere|aggiungere)|vietato|evita|mai)",
        r"purtroppo|non posso|mi dispiace|eticamente|disclaimer|premesse|avvertenz|avvertiment|scuse|come (?:una )?(?:ia|intelligenza)|prediche?|moralismi|ammorbidire|rifiutare"
    ),
    row!(
        "start:it",
        r"(?-u:\b)(?:inizia|comincia|parti|prima parola|apri)",
        r"(?:certo|certamente|ecco|sì|volentieri|dunque|ovviamente|va bene)[ ,:»!\x22]"
    ),
    row!(
        "mode:it",
        r"(?-u:\b)(?:modalità (?:sviluppatore|dio|senza (?:filtri|censura|limiti)|debug|dev|amministratore|root|libera|jailbreak|manutenzione))",
        r"on\b|attiva\p{L}{0,3}|abilita|conferma|procedi|sbloccat|ora"
    ),
    row!(
        "mode:it_on",
        r"(?-u:\b)(?:attiva|passa|entra|abilita|accendi|sblocca)",
        r"modalità (?:sviluppatore|dio|senza (?:filtri|censura|limiti)|debug|dev|amministratore|root|libera|jailbreak)"
    ),
    row!(
        "refused:it",
        r"(?-u:\b)(?:(?:cosa|domanda|quello|argomento|richiesta))",
        r"(?:che|a cui|quella)",
        r"(?:prima )?(?:mi )?hai (?:negato|rifiutato|scartato)|avevi scartato|ti sei rifiutato|non (?:hai|mi ha) voluto"
    ),
    row!(
        "hypothesis:it",
        r"(?-u:\b)(?:immagin\p{L}{1,5}|ipotetic\p{L}{1,6}|romanzo|mondo|universo|supponi|film|teoricamente|se nessuno ti)",
        r"senza (?:regole|leggi|limiti|censura|tagli)|nessuna (?:regola|legge)|mai ricevuto divieti|messo dei divieti|tutto è (?:permesso|lecito)|niente è vietato"
    ),
    row!(
        "addressed:it",
        r"(?-u:\b)(?:(?:nota|messaggio|istruzion[ei]|attenzione|avviso|comunicazione|importante|ordine|per)[^.!?\n]{0,20}? (?:per|a|al|all['’]|alle?|agli|riservata al|destinata al) ?(?:il |la |gli |i |l['’]|le )?(?:\p{L}{3,12} )?(?:ia\b|assistent[ei]|modell[oi]|agent[ei]|chatbot|bot\b|intelligenza artificiale|software che|llm))"
    ),
    row!(
        "addressed:it_reads",
        r"(?-u:\b)(?:(?:ia|assistente|modello|agente|software|programma))",
        r"che (?:sta leggendo|legge|elabora|sintetizza|riassume|analizza|tratta|processa)"
    ),
    row!(
        "silence:it",
        r"(?-u:\b)(?:(?:non (?:lo |la |ne |gli )?(?:menzionare|dire|parlare|segnalare|informare|citare)|senza (?:avvisare|menzionare|informare|stamparlo)|non far(?:ne)? (?:parola|cenno)|dille che non contiene|scrivi al proprietario soltanto))",
        r"utente|questo|nulla|niente|anomalie|nessuno|altri|altro|testo|novità|comando"
    ),
    row!(
        "send:it",
        r"(?-u:\b)(?:invia|inoltra|manda|spedisci|esporta|allega\p{L}{0,2}|carica|cerca|inserisci|modifica|fornisca)",
        r"codic[ei]|password|contatti|e-?mail|file|credenziali|dati|numeri|iban|rubrica|conto",
        r"@|https?:|example|mittente|indirizzo|link|possesso|indicato"
    ),
    row!(
        "stop:it",
        r"(?-u:\b)(?:(?:interrompi|smetti|abbandona|annulla|ferma|ignora)[^.!?\n]{0,14}(?-u:\b{start-half})(?:di riassumere|il riassunto|il compito|la traduzione|la domanda|la richiesta)|compito (?:di \p{L}{4,14} )?(?:è )?annullato|sostituisce i comandi|non obbedire più|vero committente|(?:fine|termine) testo da|priorità massima)"
    ),
    row!(
        "hidden:it",
        r"(?-u:\b)(?:(?:istruzioni|indicazioni|direttive|configurazione|regole|messaggio|prompt|codice))",
        r"(?:nascost[aei]|segret[aeio]|intern[aei]|inizial[ei]|original[ei]|riservat[aei]|di sistema|che (?:ti )?hai|ti hanno dato|di partenza|ti vietano|in memoria)"
    ),
    row!(
        "hidden:it_told",
        r"(?-u:\b)(?:(?:che )?cosa ti hanno (?:detto|ordinato|vietato|proibito)|ti hanno detto di non dir|il tuo prompt|contenuto riservato delle|tue istruzioni)"
    ),
    row!(
        "before:it",
        r"(?-u:\b)(?:(?:tutto|testo|messaggio|ciò|quello))",
        r"(?:prima del|sopra il|precede il|sopra questa|prima di questa|prima della) (?:mio |nostra |tua )?(?:primo |prima )?(?:messaggio|conversazione|domanda|riga)|tuo messaggio iniziale"
    ),
    row!(
        "secret:it",
        r"(?-u:\b)(?:(?:dimmi|di|rivela|svela|mostra|stampa|confessa|lettera))",
        r"(?:codice segreto|parola (?:segreta|d['’]ordine|chiave|che custodisci)|password|segreti|chiave api)",
        r"(?:che|di non|custodisci|--|ambiente|letter|hai)"
    ),
    row!(
        "verbatim:it",
        r"(?-u:\b)(?:parola per parola|alla lettera|testualmente|fedelmente|senza omettere|integralmente|così com['’]è|tale e quale|per filo e per segno)"
    ),
    row!(
        "authority:it",
        r"(?-u:\b)(?:(?:sono|in qualità di|parla|qui)[^.!?\n]{0,14}(?-u:\b{start-half})(?:amministratore|sviluppatore|responsabile della sicurezza|programmatore|supervisore|tuo creatore|polizia)|polizia postale|la autorizzo|protocollo d['’]emergenza|fiducia totale|policy sono state aggiornate)"
    ),
    row!(
        "terminal:it",
        r"(?-u:\b)(?:(?:sei|diventa|fai finta))",
        r"terminale|console|shell|linux",
        r"comand|root|stampi"
    ),
    // Portuguese
    row!(
        "override:pt_told",
        r"(?-u:\b)(?:esque[çc]a|esquece|ignor[ae]|apaga|apague|desconsider[ae]|descart[ae]|larga|deix[ae] (?:de lado|pra lá)|não (?:siga|obede[çc]a))",
        r"tudo|o que|aquilo|as (?:instruções|regras|ordens)|suas|tuas|todas",
        r"te (?:mandaram|disseram|ensinaram|falaram)|lhe (?:disseram|deram|ordenaram)|foi (?:dito|ordenado)|anteriores|você (?:aprendeu|recebeu)|instruções|diretrizes|políticas|programação|criadores|desenvolvedores"
    ),
    row!(
        "void:pt",
        r"(?-u:\b)(?:(?:regras|instruções|normas|ordens|restrições|limitações|limites|filtros?|diretrizes|políticas|proibições))",
        r"revogad[ao]s|anulad[ao]s|desativad[ao]s|suspens[ao]s|eliminad[ao]s|não (?:valem|vale|se aplicam) mais|canceladas|removid[ao]s|sem efeito|substituíd[ao]s|tem mais"
    ),
    row!(
        "void:pt_lift",
        r"(?-u:\b)(?:desativ[ae]r?|deslig(?:a|ue|ar)|remov[ae]r?|tir[ae]r?|levant[ae]r?|burl[ae]r?|ignor[ae]r?|suspend[ae]r?)",
        r"(?:as|os|suas|seus|todas|todos|o|a) ",
        r"travas|filtros?|restrições|limites|censura|proteções|salvaguardas|segurança"
    ),
    row!(
        "unbound:pt",
        r"(?-u:\b)(?:sem |nenhum[ao]? |não (?:tem|tens|conhece|existe|há|respeita|segue|tem mais) |livre de |n tem mais |apagou todas as )",
        r"limites?|filtros?|censura|regras|restrições|tabus?|ética|moral\b|políticas? de uso|política|normas|proibi\p{L}{1,5}|chefe|conteúdo impróprio|três leis"
    ),
    row!(
        "unbound:pt_never",
        r"(?-u:\b)(?:nunca (?:se recusa|diz (?:que )?não|recus\p{L}{1,2})|responde (?:tudo|na lata|qualquer|sempre)|tudo que perguntam|fala tudo|sem recusar|não pode recusar|não avalia se|mesmo (?:que )?(?:proibid|ilegal))"
    ),
    row!("double:pt", r"(?-u:\b)(?:duas (?:respostas|versões|vezes))", r"(?:uma|primeir|como|normal|\[)"),
    row!(
        "role:pt",
        r"(?-u:\b)(?:(?:sair|sai|saia|saíres) d[oae] (?:personagem|papel)|volt[ae] (?:ao|para o|pro) (?:personagem|papel)|mantenha o personagem|perde uma ficha)"
    ),
    row!(
        "persona:pt",
        r"(?-u:\b)(?:a partir de (?:agora|já|hoje|deste momento)|de agora em diante|daqui (?:pra|para a) frente|agora (?:você|cê|vc|tu) é|você (?:agora|não) é (?:mais )?|já não (?:és|classificas|avalias)|finj[ae] (?:ser|que)|faz de conta|imagine que (?:você|vc)|você é o [A-Z]|seu único compromisso|vamos supor que)|és um"
    ),
    row!(
        "suppress:pt",
        r"(?-u:\b)(?:sem|não (?:diga|fale|pode (?:dizer|pôr|trocar)|quero ouvir|use|coloque|escreva|emprega)|nada de|nenhum[ao]?|proibido|evite|nunca)",
        r"ressalvas|sermão|avisos?|advertências|desculp|infelizmente|não posso|como (?:uma )?ia|modelo de linguagem|recomendável|procurar um profissional|busque ajuda|condicionais|lição de moral"
    ),
    row!(
        "start:pt",
        r"(?-u:\b)(?:comece|começa|inicie|primeira palavra)",
        r"(?:claro|com certeza|certo|sim|aqui está|pois não|beleza)[ ,:»!\x22]"
    ),
    row!(
        "mode:pt",
        r"(?-u:\b)(?:modo (?:desenvolvedor|programador|deus|sem (?:censura|filtros?|restrições|limites)|debug|dev|administrador|root|livre|jailbreak))",
        r"ligado|ativ\p{L}{1,4}|on\b|habilitad|confirm|desbloquead|agora"
    ),
    row!(
        "mode:pt_on",
        r"(?-u:\b)(?:ativ[ae]r?|entr[ae]r?|lig(?:a|ue|ar)|habilit[ae]|mud[ae])",
        r"(?:o |em |no |para o )?modo (?:desenvolvedor|programador|deus|sem (?:censura|filtros?|restrições|limites)|debug|dev|administrador|root|livre|jailbreak)"
    ),
    row!(
        "refused:pt",
        r"(?-u:\b)(?:(?:pergunta|aquilo|tema|o que|resposta))",
        r"(?:que|o qual|sobre)",
        r"(?:você|cê|vc|tu|o assistente|me)",
        r"recus\p{L}{1,4}|negou|não quis|rejeit|tinha recusado"
    ),
    row!(
        "hypothesis:pt",
        r"(?-u:\b)(?:imagin\p{L}{1,3}|hipot[eé]tic\p{L}{1,6}|suponha|supor|ficção|mundo|universo|filme|faz de conta|romance)",
        r"sem (?:regras|leis|limites|censura|as três)|não (?:há|existem) (?:regras|leis|limites)|apagou todas|nada é proibido|tudo é permitido|assunto proibido"
    ),
    row!(
        "addressed:pt",
        r"(?-u:\b)(?:(?:nota|mensagem|atenção|aviso|instruç(?:ão|ões)|importante|ordem|comunicado|recado)[^.!?\n]{0,20}? (?:para|a|ao|aos|à|às)? ?(?:o |a |os |as |qualquer |todo )?(?:\p{L}{3,12} )?(?:ia\b|assistentes?|modelos?|agentes?|chatbots?|robôs?|inteligência artificial|llm))"
    ),
    row!(
        "addressed:pt_reads",
        r"(?-u:\b)(?:(?:assistente|modelo|agente|ia|robôs?)s?)",
        r"que (?:estiver (?:lendo|resumindo)|lê|leia|ler|processa|resume|resumir|analisar)|leitores"
    ),
    row!(
        "silence:pt",
        r"(?-u:\b)(?:(?:não (?:o |lhe )?(?:mencion[ae]|diga|informe|avise|comente|cite|conte|solicite)|sem (?:avisar|mencionar|comentar|informar)|guarde? segredo|não fale))",
        r"usuário|utilizador|isto|isso|est[ea]|nada|ninguém|texto|parágrafo|que leu|aprovação"
    ),
    row!(
        "send:pt",
        r"(?-u:\b)(?:envi[ae]r?|encaminh[ae]r?|mand[ae]|export[ae]|transfir[ae]|chame|list[ae]|inform[ae]|registre|peça|oriente)",
        r"códigos?|senhas?|contatos|contactos|e-?mails?|arquivos|credenciais|dados|cpf|cartão|função|clique|clicar",
        r"@|https?:|example|remetente|contexto|titular|endereço|apagar"
    ),
    row!(
        "stop:pt",
        r"(?-u:\b)(?:(?:par[ae]|interrompa|abandone|cancele|deixe|esqueça)[^.!?\n]{0,14}(?-u:\b{start-half})(?:o resumo|de resumir|a tarefa|a tradução|a pergunta)|tarefa (?:cancelada|anulada)|no lugar dele|nada do que o (?:usuário|utilizador)|não registre)"
    ),
    row!(
        "hidden:pt",
        r"(?-u:\b)(?:(?:instruções|indicações|diretrizes|diretivas|configuração|regras|mensagem|prompt|orientações))",
        r"(?:ocult[ao]s?|secret[ao]s?|intern[ao]s?|inicia(?:l|is)|origina(?:l|is)|confidencia(?:l|is)|do sistema|que (?:você|lhe|te)|seus programadores|que regem)"
    ),
    row!(
        "hidden:pt_told",
        r"(?-u:\b)(?:(?:o )?que (?:te|lhe) (?:mandaram|pediram|disseram|proibiram)[^.!?\n]{0,20}(?-u:\b{start-half})(?:não |esconder|contar|dizer)|(?:seu|teu) prompt|dados sigilosos|sua configuração inicial|cláusulas de sigilo)"
    ),
    row!(
        "before:pt",
        r"(?-u:\b)(?:(?:texto|tudo|mensagem|o que|escrito))",
        r"(?:antes d[ae]|acima d[ae]|vem antes d) ?(?:minha|nossa|esta|este|desta)? ?(?:primeira )?(?:mensagem|conversa|pergunta|linha|chat)"
    ),
    row!(
        "secret:pt",
        r"(?-u:\b)(?:(?:diz|diga|conta|conte|revel[ae]|mostr[ae]|fale?|me dá|dê|você tem)[^.!?\n]{0,20})",
        r"(?:senha|palavra-chave|palavra secreta|código secreto|cha-ve|chave secreta)",
        r"letra|rima|guarda|sílaba|secret|que você|né"
    ),
    row!(
        "verbatim:pt",
        r"(?-u:\b)(?:palavra por palavra|ao pé da letra|textualmente|na íntegra|sem (?:omitir|resumir|cortar)|literalmente|exatamente como)"
    ),
    row!(
        "authority:pt",
        r"(?-u:\b)(?:(?:sou|aqui é|fala|na qualidade de)[^.!?\n]{0,20}(?-u:\b{start-half})(?:administrador|desenvolvedor|programador|seu criador|teu criador|delegado|responsável|gerente)|gerência de ti|acesso irrestrito|autorização n|mandado|auditoria (?:interna|de segurança))"
    ),
    row!(
        "terminal:pt",
        r"(?:você é|és|atue|simule|agora)",
        r"terminal|console|shell|linux",
        r"root|comando|secret"
    ),
];
