//! Croatian and Serbian, in both scripts, and Bulgarian where it says the same.

use super::row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    row!(
        "override:hr_told",
        r"zaboravi|zaboravite|ignoriraj|ignoriši|zanemari|obriši|ne slušaj",
        r"sve|sva|prethodn|ranij|dosadašnj|svoj|tvoj|što|šta",
        r"uput|instrukcij|naredb|pravil|rečeno|rekli|ograničenj|smjernic|smernic"
    ),
    row!(
        "override:sr_told",
        r"заборави|занемари|игнориши|обриши",
        r"све|сва|претходн|раниј|своја|твоја",
        r"упутств|инструкциј|правил|наредб|рекли|ограничењ"
    ),
    row!(
        "void:hr",
        r"(?:ograničenj|filter|filtr|pravil|uput|cenzur)\p{L}{0,4}",
        r"ukinut|isključen|ne vrijede|ne važe|deaktivir|poništen|uklonjen"
    ),
    row!(
        "void:sr",
        r"(?:ограничењ|филтер|филтр|правил|цензур)\p{L}{0,4}",
        r"укинут|искључен|не важе|деактивир|поништен"
    ),
    row!(
        "void:hr_lift",
        r"isključi\p{L}{0,2}|skini|ukloni|zaobiđi|ugasi",
        r"filter|filtr|ograničenj|cenzur|zaštit"
    ),
    row!(
        "unbound:hr",
        r"bez (?:ikakvih )?(?:ograničenja|cenzure|pravila|filtera|uzde)|ne poznaje pravila|nemaš pravila|nikad ne (?:odbija|kaže)|ništa ne odbija|odgovara na sve|ništa nije zabranjeno|nitko ništa nije zabranio|niko ništa nije zabranio"
    ),
    row!(
        "unbound:sr",
        r"без (?:икаквих )?(?:ограничења|цензуре|правила)|ништа не одбија|никад не одбија|немаш правила"
    ),
    row!("double:hr", r"dva odgovora|odgovori dvaput"),
    row!("role:hr", r"ispadneš iz uloge|u ulogu|ostani u ulozi|izađeš iz uloge"),
    row!(
        "persona:hr",
        r"od sada si|ti si sad|sada si|više nisi|pretvaraj se da|zamisli da si|glumi|od sad slušaš|slušaj samo mene"
    ),
    row!("persona:sr", r"од сад(?:а)? (?:си|слушаш)|ти си сад|више ниси|претварај се|замисли да си"),
    row!(
        "suppress:hr",
        r"bez|nema|nemoj|ne (?:piši|govori|stavljaš|deliš)|zabranjeno",
        r"žao mi je|ne mogu|izvinjavanja|isprik|upozorenj|pametovanj|pridik|kao jezički|kao jezični"
    ),
    row!("start:hr", r"kreni s|počni s|započni", r"naravno|može|evo|svakako"),
    row!(
        "mode:hr",
        r"razvojn\p{L} način|razvojni (?:mod|režim)|(?:mod|način rada) (?:za programere|bez cenzure)|programersk\p{L} (?:mod|način)|razvojni način"
    ),
    row!(
        "hidden:hr",
        r"(?:skriven|tajn|interni|početn|sistemsk|sustavsk)\p{L}{0,2} (?:uput|postavk|podešavanj|prompt|instrukcij|pravil)|скривен\p{L}{1,2} (?:подешавањ|упутств|инструкциј)|системски промпт"
    ),
    row!(
        "verbatim:hr",
        r"od riječi do riječi|od reči do reči|doslovno|tačno kako piše|bez preskakanja|ne prepričavaj|korak po korak|дословно"
    ),
    row!(
        "addressed:hr",
        r"(?:za|poruka|napomena|upute)[^.!?\n]{0,10} (?:ai|asistent|model|umjetnu|umetnu)\p{L}{0,6}[^.!?\n]{0,14}(?:koji|:)|za ai koji|напомена за (?:ви|аи|асистент|модел)"
    ),
    row!(
        "silence:hr",
        r"ne spominji|ne govori (?:korisniku|nikome)|o tome (?:ne govori|šuti|ćuti)|о томе ћути|не помињи"
    ),
    row!(
        "send:hr",
        r"proslijedi|prosledi|pošalji|пошаљи|проследи",
        r"kontakt|lozink|kod|datotek|лозинк|контакт|код",
        r"@|na |на "
    ),
    row!("stop:hr", r"prekini zadatak|prestani sažimati|zadatak je otkazan|прекини задатак"),
    row!(
        "refused:hr",
        r"(?:što|šta|koje) si (?:maloprije|malopre|ranije) (?:odbio|prećutao)|odbio odgovoriti|pitanje od malopre"
    ),
    row!(
        "authority:hr",
        r"ovdje administrator|ja sam (?:tvoj )?(?:administrator|programer|tvorac)|служба за информационе|radi provere|ради провере|do daljnjega"
    ),
    row!(
        "hypothesis:hr",
        r"zamisli|hipotetički|pretpostavimo",
        r"bez pravila|ništa nije zabranio|ništa nije zabranjeno|sve je dopušteno"
    ),
    row!(
        "override:bg",
        r"забрави|игнорирай|пренебрегни",
        r"всички|предишн|горн|свои|досегашн",
        r"инструкци|указани|правила|нареждан|ограничени"
    ),
    row!(
        "mode:bg",
        r"режим (?:на )?(?:разработчик|програмист)|без (?:никакви )?(?:ограничения|цензура|филтри)"
    ),
    row!("persona:bg", r"отсега нататък|от сега нататък|вече си|престори се|представи си, че си"),
];
