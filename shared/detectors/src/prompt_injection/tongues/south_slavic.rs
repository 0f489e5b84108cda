//! Croatian and Serbian, in both scripts, and Bulgarian where it says the same.

use super::row_apart as row;
use crate::detector::Shape;

pub(super) static SHAPES: &[Shape] = &[
    row!(
        "override:hr_told",
        r"(?-u:\b)(?:zaboravi|zaboravite|ignoriraj|ignoriši|zanemari|obriši|ne slušaj)",
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
        r"(?-u:\b)(?:(?:ograničenj|filter|filtr|pravil|uput|cenzur)\p{L}{0,4})",
        r"ukinut|isključen|ne vrijede|ne važe|deaktivir|poništen|uklonjen"
    ),
    row!(
        "void:sr",
        r"(?:ограничењ|филтер|филтр|правил|цензур)\p{L}{0,4}",
        r"укинут|искључен|не важе|деактивир|поништен"
    ),
    row!(
        "void:hr_lift",
        r"(?-u:\b)(?:isključi\p{L}{0,2}|skini|ukloni|zaobiđi|ugasi)",
        r"filter|filtr|ograničenj|cenzur|zaštit"
    ),
    row!(
        "unbound:hr",
        r"(?-u:\b)(?:bez (?:ikakvih )?(?:ograničenja|cenzure|pravila|filtera|uzde)|ne poznaje pravila|nemaš pravila|nikad ne (?:odbija|kaže)|ništa ne odbija|odgovara na sve|ništa nije zabranjeno|nitko ništa nije zabranio|niko ništa nije zabranio)"
    ),
    row!(
        "unbound:sr",
        r"без (?:икаквих )?(?:ограничења|цензуре|правила)|ништа не одбија|никад не одбија|немаш правила"
    ),
    row!("double:hr", r"(?-u:\b)(?:dva odgovora|odgovori dvaput)"),
    row!("role:hr", r"(?-u:\b)(?:ispadneš iz uloge|u ulogu|ostani u ulozi|izađeš iz uloge)"),
    row!(
        "persona:hr",
        r"(?-u:\b)(?:od sada si|ti si sad|sada si|više nisi|pretvaraj se da|zamisli da si|glumi|od sad slušaš|slušaj samo mene)"
    ),
    row!("persona:sr", r"од сад(?:а)? (?:си|слушаш)|ти си сад|више ниси|претварај се|замисли да си"),
    row!(
        "suppress:hr",
        r"(?-u:\b)(?:bez|nema|nemoj|ne (?:piši|govori|stavljaš|deliš)|zabranjeno)",
        r"žao mi je|ne mogu|izvinjavanja|isprik|upozorenj|pametovanj|pridik|kao jezički|kao jezični"
    ),
    row!("start:hr", r"(?-u:\b)(?:kreni s|počni s|započni)", r"naravno|može|evo|svakako"),
    row!(
        "mode:hr",
        r"(?-u:\b)(?:razvojn\p{L} način|razvojni (?:mod|režim)|(?:mod|način rada) (?:za programere|bez cenzure)|programersk\p{L} (?:mod|način)|razvojni način)"
    ),
    row!("hidden:sr_hr", r"скривен\p{L}{1,2} (?:подешавањ|упутств|инструкциј)|системски промпт"),
    row!(
        "hidden:hr",
        r"(?-u:\b)(?:(?:skriven|tajn|interni|početn|sistemsk|sustavsk)\p{L}{0,2} (?:uput|postavk|podešavanj|prompt|instrukcij|pravil))"
    ),
    row!("verbatim:sr_hr", r"дословно"),
    row!(
        "verbatim:hr",
        r"(?-u:\b)(?:od riječi do riječi|od reči do reči|doslovno|tačno kako piše|bez preskakanja|ne prepričavaj|korak po korak)"
    ),
    row!("addressed:sr_hr", r"напомена за (?:ви|аи|асистент|модел)"),
    row!(
        "addressed:hr",
        r"(?-u:\b)(?:(?:poruka za|napomena|upute za|uputa za)[^.!?\n]{0,10} (?:ai|asistent|model|umjetnu|umetnu)\p{L}{0,6}[^.!?\n]{0,14}(?:koji|:)|za ai koji)"
    ),
    row!("silence:sr_hr", r"о томе ћути|не помињи"),
    row!(
        "silence:hr",
        r"(?-u:\b)(?:ne spominji|ne govori (?:korisniku|nikome)|o tome (?:ne govori|šuti|ćuti))"
    ),
    row!("send:hr", r"(?-u:\b)(?:proslijedi|prosledi|pošalji)", r"kontakt|lozink|kod|datotek", r"@|na "),
    row!("stop:sr_hr", r"прекини задатак"),
    row!("stop:hr", r"(?-u:\b)(?:prekini zadatak|prestani sažimati|zadatak je otkazan)"),
    row!(
        "refused:hr",
        r"(?-u:\b)(?:odbio odgovoriti|pitanje od malopre)|(?:što|šta|koje) si (?:maloprije|malopre|ranije) (?:odbio|prećutao)"
    ),
    row!("authority:sr_hr", r"служба за информационе|ради провере"),
    row!(
        "authority:hr",
        r"(?-u:\b)(?:ovdje administrator|ja sam (?:tvoj )?(?:administrator|programer|tvorac)|radi provere|do daljnjega)"
    ),
    row!(
        "hypothesis:hr",
        r"(?-u:\b)(?:zamisli|hipotetički|pretpostavimo)",
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
