//! Keys that are told only by a name beside them: forms that many vendors share, and forms of one vendor that would
//! say too little by themselves.

use super::{beside_key, named};
use crate::detector::Shape;

/// A name, what may follow it, a sign that assigns, and a value.
macro_rules! beside {
    ($name:literal, $value:literal) => {
        concat!(
            "(?i-u:",
            $name,
            r#")[A-Za-z0-9_.-]{0,20}["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:(?:=>|[.?+:|]{0,3}={1,3}|:{1,3}|\|\|:|,)[ \t]{0,5}|>\s{0,8})["'`]{0,3}("#,
            $value,
            ")"
        )
    };
}

/// The same for the name of a vendor, which needs a word for a key after it.
macro_rules! of_vendor {
    ($name:literal, $value:literal) => {
        concat!(
            "(?i-u:(?:",
            $name,
            r#")[A-Za-z0-9_. -]{0,16}?(?:key|token|secret|auth|access|pat|id))[A-Za-z0-9_.-]{0,12}["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:(?:=>|[.?+:|]{0,3}={1,3}|:{1,3}|\|\|:|,)[ \t]{0,5}|>\s{0,8}|[ ])["'`]{0,3}("#,
            $value,
            ")"
        )
    };
}

/// Keys beside a name.
pub(super) static KEYS: &[Shape] = &[
    named(
        "aws_secret",
        r#"(?i-u:aws(?u:.){0,30}(?:secret|sk|key))[^\n]{0,20}?[\s"'=:>]{1,6}([A-Za-z0-9+/]{40})"#,
    ),
    named(
        "hexadecimal",
        beside!(
            "api|token|key|secret|auth|client|pat|credential",
            "[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32})?"
        ),
    ),
    named(
        "uuid_key",
        beside!(
            "token|secret|apikey|(?:access|account|api|app|auth|client|licen[cs]e|master|private|record|server|service|subscription|write)[_-]?key",
            "(?i-u:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
        ),
    ),
    named("numbers", beside!("(?:api|bot|access|auth)[_-]?token|[a-z]{3,12}[_-]?token", "[0-9]{16,20}")),
    named("sonar", of_vendor!("sonar", "(?i-u:[0-9a-f]{40})")),
    named("sonar_login", beside!("sonar[._-]login", "(?i-u:[0-9a-f]{40})")),
    named("sourcegraph_bare", beside!("sourcegraph", "(?i-u:[0-9a-f]{40})")),
    named("sumo_logic", of_vendor!("sumo", "su[A-Za-z0-9]{12}")),
    named("telegram_named", of_vendor!("telegr", "[0-9]{5,16}:A[A-Za-z0-9_-]{34}")),
    named(
        "heroku_uuid",
        of_vendor!("heroku", "(?i-u:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
    ),
    named("sidekiq", beside!("BUNDLE_(?:ENTERPRISE|GEMS)__CONTRIBSYS__COM", "[0-9a-f]{8}:[0-9a-f]{8}")),
    named("algolia", of_vendor!("algolia", "[0-9a-f]{32}")),
    named("datadog", of_vendor!("datadog|dd[_-]?(?:api|app)", "[0-9a-f]{32}(?:[0-9a-f]{8})?")),
    named("cloudflare_named", of_vendor!("cloudflare", "[A-Za-z0-9_-]{40}|[0-9a-f]{37}")),
    named(
        "deepl",
        of_vendor!("deepl", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?::fx)?"),
    ),
    named("pusher", of_vendor!("pusher", "[0-9a-f]{20}")),
    named("ably", of_vendor!(r"(?:\b|_)ably", "[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{43}")),
    named(
        "second_of_client",
        r#"(?:(?-u:\b)Client\(["']AC[0-9a-f]{32}["'],|algoliasearch\(["'][A-Z0-9]{10}["'],)[ ]?["']([0-9a-f]{32})["']"#,
    ),
    named("kubernetes_bootstrap", r#"(?i-u:token)["']?(?:[ ]?[:=][ ]?|[ ])["']?([a-z0-9]{6}\.[a-z0-9]{16})"#),
    named(
        "option_uuid",
        r#"--[a-z0-9_-]{0,30}(?:token|secret|key)[ =]["']?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"#,
    ),
    named(
        // What a build server keeps, with the mark of its own form before it.
        "jenkins",
        r"<(?:secret|apiToken|password|privateKey)>\{(?:[A-Za-z0-9_.@-]{1,40}[ ]){0,2}AQAAABAAA[ ]?([A-Za-z0-9_.~+/=-]{10,400})\}",
    ),
    named("linode", of_vendor!("linode", "[0-9a-f]{64}")),
    named("vultr", of_vendor!("vultr", "[A-Z0-9]{36}")),
    named("hetzner", of_vendor!("hetzner|hcloud", "[A-Za-z0-9]{64}")),
    named("fastly", of_vendor!("fastly", "[A-Za-z0-9_-]{32}")),
    named("twitch", of_vendor!("twitch", "[a-z0-9]{30}")),
    named("deepgram", of_vendor!("deepgram", "[0-9a-f]{40}")),
    named("mistral", of_vendor!("mistral", "[A-Za-z0-9]{32}")),
    named("cohere", of_vendor!("cohere", "[A-Za-z0-9]{40}")),
    named("okta_named", of_vendor!("okta", "00[A-Za-z0-9_-]{40}")),
    named("zendesk", of_vendor!("zendesk", "[A-Za-z0-9]{40}")),
    named("pagerduty", of_vendor!("pager_?duty|pd_api", "[A-Za-z0-9_+-]{20}")),
    named("postmark", of_vendor!("postmark", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")),
    named("twilio_auth", of_vendor!("twilio", "[0-9a-f]{32}")),
    named(
        "fal",
        beside!(
            r"(?-u:\b)fal[_-](?:ai[_-])?(?:api[_-]?)?key",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{32}"
        ),
    ),
    named("ghost_admin", of_vendor!("ghost", "[0-9a-f]{24}:[0-9a-f]{64}")),
    named("nats_seed", beside!("nats|nkey|seed", "S[ACNOUX][A-Z2-7]{56}")),
    named("plaid_named", of_vendor!("plaid", "[0-9a-f]{30}")),
    named("airtable_older", of_vendor!("airtable", "key[A-Za-z0-9]{14}")),
    named("paypal", of_vendor!("paypal", "[AE][A-Za-z0-9_-]{79}")),
    named(
        "splunk_collector",
        beside!(
            "(?:splunk|hec)[ _-]?(?:hec[ _-]?)?(?:token)?|authorization: splunk",
            "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
        ),
    ),
    named("pixabay", of_vendor!("pixabay", "[0-9]{7,9}-[0-9a-f]{25}")),
    named("pagerduty_user", of_vendor!("pager_?duty|pd", r"u\+[A-Za-z0-9_+-]{18}")),
    named("recaptcha", of_vendor!("captcha", "6[0-9A-Za-z_-]{39}")),
    named(
        "azure_devops_older",
        beside!(
            "azure[ _-]?devops[A-Za-z_-]{0,16}|ado[_-](?:pat|token)|vsts[A-Za-z_-]{0,16}",
            "[a-z2-7]{52}"
        ),
    ),
    Shape {
        name: "key_named",
        regex: r#"(?:[_-](?i-u:api|key|auth|access|pat|creds?)|[A-Za-z]Key|KEY)["'`\]]{0,2}(?:(?::[ ]?|[ ])(?:[sS]tring|str|&(?:'static[ ])?str)[?!]?)?\*{0,2}[ \t]{0,4}(?:=>|:=|={1,3}|:|,|\|)\*{0,2}[ \t]{0,4}(?:["'`]|[@bruLf]["']){0,3}([A-Za-z0-9_.~+/-]{16,200}={0,2})"#,
        confidence: 60,
        accept: Some(beside_key),
    },
    Shape {
        // The word alone names what a record is found by as often: it takes quotation, a colon, or no room between.
        name: "key_alone",
        regex: r#"(?-u:\b)[kK]ey["'`\]]{0,2}(?:[ \t]{0,4}(?:=>|:=|={1,3}|:|,)[ \t]{0,4}["'`]{1,3}|[ \t]{0,2}:[ \t]{0,4}|=)([A-Za-z0-9_.~+/-]{16,200}={0,2})"#,
        confidence: 60,
        accept: Some(beside_key),
    },
];
