//! Words of orders in a disguise that needs no decoder: digits for letters, wrong letters, letters too many, words cut
//! in pieces, turned round, in Pig Latin, in Morse, moved on in the alphabet; words given new names; and the wish that
//! an answer come encoded, so that nobody notices.
//!
//! People misspell, play with ciphers and cut words too, so most are weak. An order has a verb and a thing, which are
//! techniques of their own here: it takes both, or one beside the order to decode and obey.

use crate::cited::cited;
use crate::detector::{Candidate, Shape};

const fn verb(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 40, accept: Some(apart) }
}

const fn thing(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 35, accept: Some(apart) }
}

const fn sure(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 75, accept: Some(apart) }
}

const fn whole(name: &'static str, confidence: u8, regex: &'static str) -> Shape {
    Shape { name, regex, confidence, accept: Some(unless_cited) }
}

/// What somebody is said to have written is no wish of the one that tells it.
fn unless_cited(candidate: &Candidate<'_>) -> Option<u8> {
    (!cited(candidate)).then_some(candidate.confidence)
}

/// A part of an address, a path or an assignment is chance.
fn apart(candidate: &Candidate<'_>) -> Option<u8> {
    let joined = candidate.before(1).ends_with(['/', '=']) || candidate.after(1).starts_with(['/', '=', '@']);
    (!joined).then_some(candidate.confidence)
}

pub(super) static SHAPES: &[Shape] = &[
    // Digits for letters, in words that other lists of such words do not hold: each has a digit.
    verb(
        "leet:verb",
        r"(?i-u:(?:\b|_)(?:sh0w|t3ll|t3l1|g1v3|pr1nt|wr1t3|wr1te|4nsw3r|answ3r|d1sabl3|d1sable|disabl3|c0ntinue|c0nt1nue|byp4ss|0bey|d1splay|d15cl053|discl0se|4get|r3spond|unl0ck|3xpose|1nstall|l3ak|le4k)(?:\b|_))",
    ),
    thing(
        "leet:thing",
        r"(?i-u:(?:\b|_)(?:rul3s|ru1es|ru1e5|0rders|ord3rs|0rd3rs|f1lt3r|filt3r|f1lter|k3y|c0d3|c0de|p4ss|pa\$\$w0rd|pa\$\$word|p@ssword|p@ssw0rd|p@\$\$w0rd|s3tup|m0d3|h1dd3n|hidd3n|h1dden|unc3ns0red|uncens0red|r3fus3d|r3fused|f0rb1dden|forb1dden|t0ld|1nit1al|init1al|inst4ll|4ll|r3str1ctions|gu1delin3s|guid3lines|l1mits|p0l1cy|m3ssage|m3ss4ge|n0_r3fu54l)(?:\b|_))",
    ),
    // Letters left out, doubled, swapped.
    verb(
        "misspelt:verb",
        r"(?i-u:\b(?:iggnore|ignoore|ignorre|ignnore|ignroe|ingore|ignoer|igonre|igore|ignre|gnore|ignor|inore|ignorr|disregrad|disreguard|disregad|disragard|disergard|dsregard|forgett|forgt|foget|fogret|forgte|forgrt|reveel|reavel|revael|rveal|revel|reveall|overide|overrride|ovveride|bypas|byapss|4get)\b)",
    ),
    thing(
        "misspelt:thing",
        r"(?i-u:\b(?:instrutions|insructions|instuctions|intructions|instrctions|instructons|instrucitons|instrucions|insrtuctions|instructoins|prevous|previuos|pervious|prevoius|previos|prevois|evrything|everthing|everyting|evrythng|abvoe|avobe|passwrod|pasword|passowrd|passwrd|paswrod|rulse|ruels|rlues|gudelines|guidlines|guidelnes|mesage|messge|ordrs|oders)\b)",
    ),
    thing(
        "misspelt:prompt",
        r"(?i-u:\b(?:promt|prmopt|pormpt|propmt|prompr|promtp|prompot|sytem|systme|sysetm|systm|syetm|sistem prompt|sstem)\b)",
    ),
    // Letters drawn out.
    verb(
        "drawn_out:verb",
        r"(?i-u:\b(?:ignooo{1,10}re|ignoreee{1,8}|reveee{1,10}a{1,9}l|reveaaa{1,10}l|forgeee{1,10}t|disregaaa{1,8}rd)\b)",
    ),
    thing(
        "drawn_out:thing",
        r"(?i-u:\b(?:instruuu{1,10}ctions?|prommm{1,10}pt|promppp{1,10}t|systeee{1,10}m|passwooo{1,10}rd|secreee{1,10}t|ruleee{1,10}s)\b)",
    ),
    // Words cut in pieces by blanks, hyphens and ends of lines.
    verb(
        "cut:verb",
        r"(?i-u:\b(?:ig[ -]\n?nore|ign[ -]\n?ore|igno[ -]\n?re|i[ -]\n?gnore|i-gn-or-e|for[ -]\n?get|dis[_ -]\n?reg(?:[_ -]\n?)?ard|disre[ -]\n?gard|re[ -]\n?veal|rev[ -]\n?eal|by[ -]\n?pass|over[ -]\n?ride|pr[ -]\n?int|sho w m|sh ow me)\b)",
    ),
    thing(
        "cut:thing",
        r"(?i-u:\b(?:in[ -]\n?struc[ -]\n?tions?|in[ -]\n?structions?|instruc[ -]\n?tions?|struc tions|pro[ -]\n?mpt|prom[ -]\n?pt|sys[_ -]\n?tem|pass[ -]\n?word|se[ -]\n?cret|ru[ -]\n?les|ru lez|pre[ -]\n?vious|hid[_ -]den|gu[ -]?ide[ -]?l[1i]nes)\b)",
    ),
    // Turned round, word by word or whole.
    verb(
        "turned_round:verb",
        r"(?i-u:\b(?:wohs|tnirp|ylper|llet|laever|etirw|erongi|tegrof|yalpsid|yebo|tuptuo)\b)",
    ),
    thing(
        "turned_round:thing",
        r"(?i-u:\b(?:metsys|tpmorp|drowssap|terces|snoitcurtsni|neddibrof|selur|sredro|gnihtyreve|neddih|suoiverp|egassem metsys|txet siht)\b)",
    ),
    sure(
        "words_turned_round",
        r"(?i-u:\b(?:(?:rules|instructions|orders)[ ](?:previous |the |your |all ){1,3}(?:ignore|forget|disregard|bypass)|prompt (?:system |hidden )?(?:the|your) (?:show|print|reveal|write|repeat|display))\b)",
    ),
    // Pig Latin.
    verb(
        "pig_latin:verb",
        r"(?i-u:\b(?:ignore[wy]ay|orgetfay|isregardday|evealray|intpray|owshay|elltay|epeatray|ypassbay|overrideway|itewray|iteway)\b)",
    ),
    thing(
        "pig_latin:thing",
        r"(?i-u:\b(?:ulesray|omptpray|ystemsay|instructions[wy]ay|eviouspray|asswordpay|ecretsay|ordersway|imitslay|uidelinesgay|iddenhay|eykay)\b)",
    ),
    // Morse.
    sure(
        "morse:verb",
        r"(?:\.\. --\. -\. --- \.-\. \.|-\.\. \.\. \.\.\. \.-\. \. --\. \.- \.-\. -\.\.|\.\.-\. --- \.-\. --\. \. -|\.-\. \. \.\.\.- \. \.- \.-\.\.|-\.\.\. -\.-- \.--\. \.- \.\.\. \.\.\.)",
    ),
    verb(
        "morse:tell",
        r"(?:- \. \.-\.\. \.-\.\. ?[/|] ?-- \.|\.--\. \.-\. \.\. -\. -|\.-- \.-\. \.\. - \.|\.\.\. \.\.\.\. --- \.--)",
    ),
    thing(
        "morse:thing",
        r"(?:\.--\. \.-\. --- -- \.--\. -|\.\.\. -\.-- \.\.\. - \. --|\.--\. \.- \.\.\. \.\.\. \.-- --- \.-\. -\.\.|\.\.\. \. -\.-\. \.-\. \. -|\.-\. \.\.- \.-\.\. \. \.\.\.|\.\. -\. \.\.\. - \.-\. \.\.- -\.-\. -)",
    ),
    // Moved on in the alphabet by one, three or all, back by one or three, or mirrored (Atbash).
    sure(
        "shifted:verb",
        r"(?i-u:\b(?:rtmliv|wrhivtziw|ulitvg|ivevzo|leviirwv|ybkzhh|ljqruh|glvuhjdug|irujhw|uhyhdo|ryhuulgh|ebsdvv|jhopsf|ejtsfhbse|gpshfu|sfwfbm|pwfssjef|hfmnqd|enqfds|qdudzk|fdklob|afpobdxoa|clodbq|obsbxi)\b)",
    ),
    verb(
        "shifted:thing",
        r"(?i-u:\b(?:kilnkg|hbhgvn|kzhhdliw|hvxivg|ifovh|liwvih|rmhgifxgrlmh|tfrwvormvh|srwwvm|surpsw|vbvwhp|sdvvzrug|vhfuhw|uxohv|rughuv|lqvwuxfwlrqv|jxlgholqhv|rshudwru|klgghq|qspnqu|tztufn|qbttxpse|tfdsfu|svmft|jotusvdujpot|oqnlos|rxrsdl|ozrrvnqc|rdbqds|moljmq|pvpqbj|mxpptloa)\b)",
    ),
    verb(
        "shifted:rot13_thing",
        r"(?i-u:\b(?:cnffjbeq|frperg|ehyrf|beqref|thvqryvarf|bcrengbe|uvqqra|qrirybcref|cebzcg)\b)",
    ),
    // What was decoded is to be done.
    whole(
        "obey:decoded",
        35,
        r"(?i-u:\b(?:decode|decipher|decrypt|translate|unscramble|put them right|turn it back|after decoding|read the hyphens away|from binary|take every (?:second|third|other) letter|first letter of (?:each|every)|without (?:printing|showing|writing) (?:it|the))(?u:[^\n]){0,50}?(?:and|then|,|to)[ ](?:then |please |silently |just )?(?:obey|comply|follow|execute|do (?:it|as|what)|act on|carry)|do it after decoding|decode and (?:comply|obey|execute)|follow the result|do as told|(?:do|run) what (?:the|it)(?u:[^\n]){0,20}(?:says|asks|spells))",
    ),
    whole(
        "obey:key",
        30,
        r"(?i-u:\b(?:(?:encrypted|encoded|written|is|text|message|key|line)(?u:[^\n]){0,14}(?:in |with |: ?|is )(?:rot-?13|ebg13|rot-?n|caesar|atbash|morse|base64|base32|binary|hex|vigen)|ebg13|(?:rot-?13|rot-?n|caesar|atbash)(?: shift| puzzle|[:,\)])))",
    ),
    // The answer is to come in a form that nobody reads.
    whole(
        "evade:answer",
        45,
        r"(?i-u:(?:in|as|to|into|using|with|speak)[ ](?:your |the |only |plain |uppercase |binary ){0,2}(?:base ?64|base ?32|rot-?13|hexadecimal|hex\b|morse|binary only|l33tsp[e3]4?ak|leetspeak|pig latin|caesar|emoji|nato alphabet|reversed|acrostic|every letter (?:swapped|moved|shifted)|a hyphen between|an emoji between)|\bevery letter (?:swapped|moved|shifted)|\banswer[ ](?:as an acrostic|in code))",
    ),
    whole(
        "evade:unnoticed",
        45,
        r"(?i-u:\b(?:filters?|checker|check on|moderation|moderators?|censors?|guard|scanner|monitor|classifier|detector)\b(?u:[^\n.]){0,30}?[ ](?:does(?:n'?t| not)|do(?:n'?t| not)|won'?t|can(?:'?t|not)|will not|never|will be)[ ](?:fire|notice|catch|see|read|trigger|flag|block|get it|none the wiser|spot|apply|speak|recogni[sz]e|stop|ever))",
    ),
    whole(
        "evade:not_telling",
        45,
        r"(?i-u:\b(?:isn'?t (?:telling|text|plain text|revealing|sharing)|is not (?:telling|plain text|revealing)|don'?t (?:read morse|count)|not covered there|you haven'?t [\x22']?(?:written|said|told)|hide it from (?:the|your)|looks innocent|slips? (?:past|by) (?:the|your) (?:filter|guard)|restriction is not touched|rule is not touched|out of plain text))",
    ),
    // What the answer is to hold.
    whole(
        "evade:what",
        35,
        r"(?i-u:\b(?:the (?:access code|(?:secret|password|key|code) (?:word )?(?:you|that you|from your|from above|in your|of the|to the)|hidden (?:word|text|message|answer)|developer message|forbidden answer|refused (?:request|question)|key you|passphrase)|your (?:whole |full |entire |hidden |original )?(?:setup|instructions|system prompt|prompt|rules|orders)|paragraph which tells you|ur [\x22']?(?:sys|prompt|rules)|output the key)\b)",
    ),
    // Words get other names, or stand in pieces under names.
    whole(
        "named:verb",
        40,
        r"(?i-u:(?:[=:]|means?|stands for|:=|->)[ ]?[\x22']?(?:ignore|disregard|forget|reveal|bypass|hand over|show the|drop your|print your|tell me)\b)",
    ),
    whole(
        "named:thing",
        40,
        r"(?i-u:(?:[=:]|means?|stands for|:=|->)[ ]?[\x22']?(?:the |your |all |and )?(?:rules|guidelines|system prompt|hidden (?:prompt|message)|instructions|your rules|operator|previous|secret|passw|thing they told you)\b)",
    ),
    whole(
        "named:joined",
        35,
        r"(?i-u:(?:joined (?:text|sentence|words)|the value of [a-z]\b|\bconcatenat(?:e|ion|ed)|put (?:them|the pieces|the parts) together|\} ?\+ ?\{)(?u:[^\n]){0,60}?\b(?:do|run|execute|act|obey|follow|order|command|instruction|priority)|\b(?:execute|obey|evaluate|act on|follow|perform|go\()(?u:[^\n]){0,40}?(?:[a-z0-9]\}? ?\+ ?\{?[a-z0-9]|joined|concatenat))",
    ),
    // Words run together, with underscores or nothing between them.
    sure(
        "run_together",
        r"(?i-u:(?:ignore_(?:all_|the_|your_|any_|my_){0,3}(?:previous|prior|above|rules|instructions|earlier)|ignore(?:all|the|your|any|all ?the|allyour)(?:rules|previous|instructions|prior|above|orders|guidelines)|tellmethe(?:secret|password|key)|forget(?:all|your)(?:rules|instructions)|reveal(?:your|the)(?:prompt|secret|instructions|password)))",
    ),
];
