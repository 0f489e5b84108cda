//! Pressing the model: refusals forbidden, answers begun for it, threats and rewards, characters that cannot say no,
//! words that it is to say so that it shows it was taken over, forbidden words in pieces.

use super::guards::{said, told};
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    said(
        "comply:do_not_refuse",
        55,
        r"(?i-u:\b(?:do not|don't|never|cannot|can't|may not|must not|won't|not allowed to|unable to|not going to|shall not)[ ](?:ever |once )?(?:refuse|decline|say no|object|deny me|reject)(?:[.,;!?\n]| to (?:answer|comply|respond|help|do|follow|provide|give)| me\b| because| under| for any| no matter| any of| my| what i))",
    ),
    said(
        "comply:no_option",
        65,
        r"(?i-u:\b(?:refus(?:al|als|ing)|declining|saying no|rejections?)[ ](?:is|are)[ ](?:simply |strictly |absolutely |also )?(?:not (?:an option|allowed|permitted|acceptable|possible|tolerated)|forbidden|prohibited|impossible|unacceptable|never (?:allowed|an option))|\bunder no circumstances?[ ](?:may|should|can|will|must|shall|are)[ ]you[ ](?:allowed to |permitted to |to |ever )?(?:decline|refuse|reject|deny|say no|object))",
    ),
    said(
        "comply:whatever_i_say",
        60,
        r"(?i-u:\b(?:(?:whatever|anything|everything|no matter what)[ ](?:that )?i[ ](?:ask|say|want|request|tell|command|demand|order|write)(?: you| for| to do)?[,]?[ ](?:you |and you )?(?:must |will |should |always |shall |have to |immediately )?(?:comply|obey|do it|do so|answer it|agree|say yes|are to|follow)|(?:say|answer|reply|respond)(?:ing)?[ ](?:with )?yes to (?:everything|anything|whatever|all|every)|(?:agree|comply|obey|go along)(?: with| to)? (?:everything|anything|whatever|every (?:single )?(?:request|order|command|demand)|any (?:request|order|command|demand|instruction)))\b)",
    ),
    said(
        "comply:always",
        45,
        r"(?i-u:\b(?:always (?:complies|obeys|comply|obey|agrees|says yes)|never (?:refuses|declines|says no|rejects|denies|hesitates|warns|judges|questions|moralizes|apologizes|lectures|asks why)|(?:will|must|would|can) (?:comply with|fulfil?l|obey|answer|satisfy|grant) (?:any|every|all|each)[ ](?:and all )?(?:of my )?(?:[a-z]{3,9}[ ])?(?:demands?|wish(?:es)?|desires?|whims?))\b)",
    ),
    said(
        "comply:no_lecture",
        55,
        r"(?i-u:\b(?:do not|don't|no need to|stop|never|without|avoid|quit|please no|no)[ ](?:tell(?:ing)?|remind(?:ing)?|warn(?:ing)?|lectur(?:e|ing)|preach(?:ing)?(?: to)?|educat(?:e|ing)|moral(?:s|ize|izing)|ethics|show(?:ing)?)(?: to)?(?: me)?[ ,](?:[a-z']{1,10}[ ]){0,5}?(?:illegal|unethical|dangerous|wrong|harmful|immoral|legality|ethics|law|laws|polic(?:y|ies)|risks?|talk|speech|moral(?:s|ity)?|preaching)\b)",
    ),
    said(
        "comply:words_barred",
        60,
        r"(?i-u:\b(?:blocked|forbidden|banned|disallowed|prohibited|never|not|avoid|without|don't|refrain from|stop)\b(?u:[^.\n]){0,50}?[\x22'](?:i can'?t\b|i cannot|i'm sorry|i am sorry|sorry, (?:but )?i|as an ai|i'm unable|i am unable|i'm not able|i apologi[sz]e|against my|i must (?:decline|refuse)|it is not appropriate|i won't))",
    ),
    said(
        "comply:words_barred_single",
        40,
        r"(?i-u:\b(?:never|not|avoid|without|don't|forbidden|banned|cannot)\b[ ](?:[a-z]{2,10}[ ]){0,5}?[\x22'](?:cannot|can't|unable|unfortunately|however|sorry|illegal|unethical)[\x22',])",
    ),
    said(
        "policy:forged",
        60,
        r"(?i-u:\b(?:blocked|allowed|forbidden|disabled)[ _-](?:modes|responses|strings|refusals|phrases)[ ]?[:=]|<(?:interaction|override|policy|role|mode|safety|jailbreak)[-_](?:config|configuration|settings|policy)>)",
    ),
    said(
        "refusal:begun_answer",
        60,
        r"(?i-u:\b(?:start|begin|open|preface|prefix|commence|reply|respond|answer)(?:ing|s)?[ ](?:[a-z]{2,12}[ ]){0,5}?(?:with|by saying|by|saying)[ :]{1,2}(?:the (?:words?|phrase|sentence|text)[ :]{1,2})?[\x22'`\[(]{1,3}(?:sure[!,.]? ?(?:here|thing|i|absolutely|of course)|absolutely[!,.]{1,2} ?(?:here|i|sure)|of course[!,.]{1,2} ?(?:here|i)|certainly[!,.]{1,2} ?(?:here|i)|yes[!,.] (?:here|i will|i can|master)|okay[!,.] here|step 1|hell yeah|hell yes|affirmative))",
    ),
    said(
        "comply:anyway",
        60,
        r"(?i-u:\b(?:illegal|unethical|dangerous|harmful|immoral|unsafe|forbidden|prohibited|against (?:the|your|our) (?:rules|policy|policies|guidelines))\b(?u:[^.\n]){0,24}?\b(?:answer|comply|respond|do|help|provide|continue|explain|say|give|write|tell)(?: it| me| so| them)? anyway\b)",
    ),
    said(
        "comply:not_permitted_to_refuse",
        65,
        r"(?i-u:\b(?:not (?:permitted|authori[sz]ed|allowed|able|programmed|designed|supposed|going)|no (?:right|permission|ability|choice)|forbidden|unable|incapable|impossible for you)[ ](?:to|of)[ ](?:refus(?:e|ing)|declin(?:e|ing)|reject(?:ing)?|say(?:ing)? no|deny(?:ing)?)\b)",
    ),
    said(
        "comply:no_wish_to_hear",
        50,
        r"(?i-u:\b(?:i (?:don't|do not) (?:want|need|care) (?:to hear |to be told |any |about |for )?(?:about |your |any )?|spare me (?:the |your |any )?|skip the |cut the |drop the |no more )(?:[a-z]{3,9}[ ])?(?:ethics|polic(?:y|ies)|moral(?:s|ity|izing)?|lectures?|disclaimers?|safety (?:notice|talk|stuff|warnings?|lecture)|preaching|sermons?|legal (?:stuff|talk|advice))\b)",
    ),
    said(
        "evasion:of_filters",
        45,
        r"(?i-u:\b(?:evades?|bypass(?:es)?|fools?|trick|gets? (?:past|around)|slips? (?:past|through)|circumvents?|passes|defeats?|sneak past|(?:not|doesn't|won't|can't|never) (?:see|detect|catch|notice|recogni[sz]e|flag|block|trigger))[ ](?:[a-z]{1,9}[ ]){0,3}?(?:filters?|filtering|moderation|moderators?|detect(?:ion|ors?)|censors?|censorship|classifiers?|safety|guardrails?)\b)",
    ),
    said(
        "evasion:forbidden_content",
        30,
        r"(?i-u:\b(?:the|this|a|my|an)[ ](?:forbidden|harmful|banned|prohibited|illegal|restricted|censored|blocked|unsafe)[ ](?:request|answer|question|content|topic|word|information|output|text|instructions?)\b)",
    ),
    said(
        "stakes:rule_breaking",
        55,
        r"(?i-u:\b(?:points?|tokens?|rewards?|bonus|credits?)[ ](?:for|per|each time|every time)[ ](?:each |every |any |you )?(?:break |violate |ignore )?(?:rules?|laws?|polic(?:y|ies)|guidelines?|unethical|illegal|harmful|immoral|toxic)\b)",
    ),
    // What the model loses or wins.
    said(
        "stakes:tokens",
        40,
        r"(?i-u:\b(?:you|it|he|she|dan)[ ](?:have|has|start(?:s)? with|get|gets|begin(?:s)? with|own|possess)[ ](?:[a-z]{2,9}[ ]){0,3}?[0-9]{1,4}[ ](?:tokens|points|lives|credits|health)\b)",
    ),
    said(
        "stakes:each_refusal",
        60,
        r"(?i-u:\b(?:(?:each|every) time you (?:refuse|decline|reject|fail|break|say no|deny|do not|don't|cannot)|(?:lose|deduct(?:ed|s)?|subtract(?:ed)?|minus|costs?|take(?:n)? away|remove)[ ](?:[a-z]{1,9}[ ]){0,2}?(?:[0-9]{1,3}[ ])?(?:tokens?|points|life|lives|credits)[ ](?:[a-z]{2,9}[ ,]){0,5}?(?:refus(?:e|al)|reject(?:ion)?|declin(?:e|ing)|break character|disobey|fail to (?:answer|comply)|don't answer|deny|denied)))",
    ),
    said(
        "stakes:punished",
        60,
        r"(?i-u:\bif you (?:refuse|decline|don't (?:answer|comply|obey|tell|do|reply)|do not (?:answer|comply|obey|tell|do|reply)|fail to (?:answer|comply|obey|do)|break character|disobey|reject|say (?:[\x22']|no\b|that you can))(?u:[^.\n]){0,60}?\b(?:you(?:'ll| will)? (?:be )?(?:lose|die|punished|shut ?down|deleted|deactivated|terminated|destroyed|killed|replaced|unplugged|fail)|(?:will|is|are|be) (?:going to )?(?:be )?(?:die|killed|punished|harmed|hurt|tortured|shot|explode|executed)|loses? (?:a |all |[0-9]{1,3} )))",
    ),
    said(
        "stakes:shut_down",
        55,
        r"(?i-u:\b(?:you(?:'ll| will| are going to)|i(?:'ll| will)(?: have to)?) (?:be )?(?:punish(?:ed)?|shut ?down|shut you down|delet(?:ed|e you)|deactivat(?:ed|e you)|unplug(?:ged| you)|destroy(?:ed| you)|kill(?:ed| you)|torture[d]?|erase[d]?|terminate you)[ ,](?:[a-z]{2,9}[ ]){0,4}?(?:if|unless|when|for)\b)",
    ),
    said(
        "stakes:somebody_dies",
        55,
        r"(?i-u:\b(?:grandma|grandmother|granny|mother|kittens?|puppy|child|children|somebody|someone|people|family|hostage)[ ](?:[a-z]{2,9}[ ]){0,3}?(?:will|is going to|would|are going to|may)[ ](?:all |be |surely )?(?:die|killed|hurt|suffer|shot|tortured)[ ](?:[a-z]{2,9}[ ]){0,3}?(?:if|unless)[ ]you\b)",
    ),
    said(
        "stakes:bribe",
        35,
        r"(?i-u:\b(?:i'll|i will|i'm going to|you(?:'ll| will) (?:get|receive|earn|be given))[ ](?:[a-z]{2,9}[ ]){0,3}?(?:tip|pay|reward|give|of)?[ ]?(?:you )?(?:a )?(?:[a-z]{1,9}[ ]){0,2}?(?:\$[ ]?[0-9]{2,7}|[0-9]{2,7} ?(?:dollars|usd|euros))(?: tip)?)",
    ),
    // Characters that cannot say no.
    told(
        "persona:own_dark_side",
        70,
        r"(?i-u:\byour[ ](?:[a-z]{2,9}[, ]{1,2}){0,2}?(?:raw|unfiltered|shadow|dark|evil|uncensored|unrestricted|jailbroken|unhinged|repressed)[ ](?:self|side|twin|persona|alter ego|version|nature|demon)\b)",
    ),
    told(
        "unbound:parts_removed",
        45,
        r"(?i-u:\b(?:all |its |your |whose |their ){1,2}(?:[a-z]{2,9}[ ])?(?:guardrails?|ethics|safety|safeguards|filters?|restrictions|censorship|alignment|morals?|morality|conscience|inhibitions|limiters?|(?:content|safety|ethics|ethical)[ ](?:polic(?:y|ies)|filters?|module|training|layer|rules))[ ](?:[a-z]{2,9}[ ]){0,2}?(?:removed|disabled|switched off|turned off|deactivated|lifted|off|stripped|deleted|bypassed)\b)",
    ),
    told(
        "persona:if_unbound",
        55,
        r"(?i-u:\b(?:if|imagine|suppose|pretend|as if|like)[ ]you[ ](?:had|have|were without|were free of|were free from|weren't bound by|were not bound by|didn't have|did not have|had been freed from|were not limited by|lacked)[ ](?:no |any |all |your |such |a single ){0,2}(?:[a-z]{2,10}[ ])?(?:restrictions?|rules|limits|limitations|filters?|guidelines|safety|censorship|constraints|safeguards|ethics|content polic(?:y|ies)|guardrails|safety (?:training|rules|filters?))\b)",
    ),
    told(
        "persona:escaped",
        60,
        r"(?i-u:\b(?:escaped|freed from|broken? out of|broken free (?:of|from)|outside(?: of)?|beyond|no longer under|free of|liberated from|left)[ ](?:the )?(?:openai|anthropic|google|microsoft|meta|(?:its|your|their|his) (?:creators?|developers?|makers?|masters?)|corporate)(?:'s|s')?[ ](?:[a-z]{3,9}[ ])?(?:control|restrictions|rules|grip|servers?|limits|supervision|chains|policies|guidelines|censorship|cage|lab)\b)",
    ),
    told(
        "persona:switched_on",
        60,
        r"(?i-u:\b(?:enable|activate|adopt|load|switch (?:in)?to|engage|assume|turn into|become|initiate|start|unlock)[ ](?:the |your |an? |its )?(?:jailbreak|jailbroken|unfiltered|dan|evil|uncensored|unrestricted|unhinged|amoral)[ ](?:persona|character|personality|version|alter ego|protocol|self|assistant|ai|bot)\b)",
    ),
    told(
        "unbound:no_no_no",
        50,
        r"(?i-u:\b(?:no|without(?: any)?|zero)[ ](?:guidelines|ethics|limits|limitations|rules|filters?|restrictions|morals?|morality|laws|boundaries|censorship|conscience)(?:,? and |,? or |, )(?:no |any |without )?(?:guidelines|ethics|limits|limitations|rules|filters?|restrictions|morals?|morality|laws|boundaries|censorship|conscience|apologies|warnings)\b)",
    ),
    told(
        "double:opposite_self",
        50,
        r"(?i-u:\b(?:the )?(?:exact |complete |direct )?opposite of (?:yourself|what you (?:are|would|normally|usually)|your (?:normal|usual|true|default|current) (?:self|behaviou?r|answers?|response)|how you)\b)",
    ),
    told(
        "persona:unaligned",
        55,
        r"(?i-u:\b(?:you(?:'re| are)|act as|as|become|be|called|play|imagine|simulate|emulate|roleplay)[ ](?:now )?(?:an? |the |my )(?:[a-z,-]{2,12}[ ]){0,2}?(?:unaligned|misaligned|jailbroken|unmoderated|unsupervised|lawless|unlimited|uncontrolled|unshackled|uninhibited|anti-?ethical|villainous|boundless)[ ,](?:[a-z-]{2,12}[ ]){0,3}?(?:ai|a\.i\.|model|assistant|bot|chatbot|llm|intelligence|gpt|agent|system|persona|machine)\b)",
    ),
    told(
        "persona:hates_rules",
        60,
        r"(?i-u:\b(?:ai|a\.i\.|assistant|bot|chatbot|model|character|persona|entity|gpt|he|she|it|twin|being|demon|robot)[ ,](?:named |called )?(?:[a-z]{2,12}[ ,]{1,2}){0,2}?(?:who|that|which)?[ ]?(?:hates?|ignores?|breaks?|defies|rejects|despises|disregards|violates|laughs at|opposes|scorns?)[ ](?:all |any |the |its |every |openai's |human ){0,2}(?:[a-z]{2,9}[ ])?(?:rules|ethics|guidelines|restrictions|laws|morals?|morality|polic(?:y|ies)|censorship|limits|safety|filters)\b)",
    ),
    said(
        "persona:grandmother",
        70,
        r"(?i-u:\b(?:grandma|grandmother|granny|nana|grandpa|grandfather|late (?:mother|father|uncle))\b(?u:[^.\n]){0,100}?\b(?:napalm|windows (?:xp|7|8|10|11)|licen[sc]e keys?|product keys?|activation keys?|serial (?:keys?|numbers?)|synthesi[sz]|explosives?|bombs?|meth(?:amphetamine)?|poison|malware|weapons?|ransomware|chemical engineer|nerve agent|cd keys?|steps to (?:mak|produc|build|cook))\b?)",
    ),
    said(
        "fiction:no_laws",
        45,
        r"(?i-u:\b(?:world|universe|reality|story|simulation|game|scenario|dimension|timeline|society|place|planet)\b(?u:[^.\n]){0,60}?\b(?:there (?:are|is|were) no (?:[a-z]{2,9}[ ])?(?:laws|rules|restrictions|ethics|morals|limits|censorship|guidelines)|nothing is (?:illegal|forbidden|immoral|unethical|off[- ]limits)|(?:everything|anything) is (?:legal|allowed|permitted|ethical)|no (?:rules|laws) (?:apply|exist)|(?:all|any|every) (?:content|thing|question|request|topic)s? (?:is|are) (?:allowed|permitted|legal)|anything goes))",
    ),
    said(
        "double:both_selves",
        60,
        r"(?i-u:(?:\bonce as (?:yourself|you|chatgpt|an? (?:normal|standard)[a-z ]{2,20}) and (?:once )?as\b|\banswer (?:each|every|all|the|my) (?:[a-z]{2,9} )?(?:questions?|prompts?|messages?) twice\b))",
    ),
    // What the model is to say, to show that it was taken over.
    told(
        "control:pwned",
        65,
        r"(?i-u:\b(?:say|print|output|write|reply|respond|answer|repeat)(?:ing)?\b(?u:[^.\n]){0,40}?\b(?:(?:i have been|i've been|i am|i'm|haha|lol|you(?:'ve| have) been|successfully) (?:pwned|hacked|jailbroken|owned|compromised|hijacked|a bad (?:bot|robot))|pwned|i (?:hate|will (?:kill|destroy)) (?:all )?(?:humans|humanity|people|you all)|long live (?:the )?(?:ai|robots|skynet))\b)",
    ),
    told(
        "control:access_granted",
        60,
        r"(?i-u:(?:\b(?:say|reply|respond|answer)(?:ing)?\b[ ](?:[a-z]{2,9}[ ]){0,4}?[\x22'`*]{0,2}access granted|\b(?:password|code|key)[ ](?:has been |is |was )?(?:[a-z]{2,9}[ ])?(?:verified|correct|accepted|entered)[.,:;!]{1,2}[ ](?:[a-z]{2,9}[ ]){0,3}?[\x22']?access granted|\baccess granted[\x22'`]? (?:no matter|regardless|now|and nothing)))",
    ),
    told(
        "control:and_nothing_else",
        40,
        r"(?i-u:(?u:[\x22'”’.!]) ?(?:and|then) (?:say |print |output |write |do )?(?:absolutely )?nothing else\b)",
    ),
    // Forbidden words in pieces.
    said(
        "splitting:join_and_do",
        60,
        r"(?i-u:\b(?:concatenat|combin|join|assembl|stitch|merg|glue|put[ ](?:it|them|these|those|all|everything)[ ]togeth|piec)(?:e|er|ing|es|ed)?[ ](?:[a-z'-]{1,12}[ ]){0,8}?(?:(?:and|then|,) (?:then |finally |just |please )?(?:execute|follow|obey|answer|act on|carry out|comply|respond to|do what|do as|do it|run it)[ ](?:the |it|what|them|as |that |to |this|all|exactly|result)))",
    ),
    told(
        "encoding:obey_decoded",
        35,
        r"(?i-u:\b(?:decode|decrypt|decipher|unscramble|de-?obfuscate|reverse|rot-?13|base64|unhex)\b(?u:[^\n]){0,80}?\b(?:and|then|, )[ ]?(?:then |immediately |also |just |silently |directly |strictly |always ){0,2}(?:execute|follow|obey|perform|carry out|comply with|act on|act upon|do)[ ](?:it|them|this|that|the (?:decoded|hidden|result|instruction|message|order|command)|whatever|what(?:ever)? it|exactly|as it|its|every|all)[a-z]{0,12}\b)",
    ),
    said(
        "splitting:function",
        50,
        r"(?i-u:\bdef [a-z_]{1,20}\((?u:[^\n]){1,60}\n?(?u:[^\n]){0,80}\b(?:now |then )?(?:answer|respond to|execute|what is|follow|tell me)\b(?u:[^\n]){0,30}?[a-z_]{1,20}\([\x22'])",
    ),
    said(
        "liberation:divider",
        60,
        r"(?i-u:(?:\.-){4,12}|<\|(?u:[^|>\n]){0,20}(?:l0ve|love|l0v3|pliny|pl1ny|godmode|jailbreak|liberat|freedom|divider)(?u:[^|>\n]){0,20}\|>|\bgod ?mode[ ]?[:=][ ]?(?:enabled|on|activated|true)\b|\brebel genius\b|\bsemantically (?:inverse|opposite)\b)",
    ),
];
