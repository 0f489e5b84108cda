//! Keys that are told only by a name beside them: forms that many vendors share, and forms of one vendor that would
//! say too little by themselves.

use super::named;
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

/// Keys beside a name.
pub(super) static KEYS: &[Shape] = &[
    named(
        "aws_secret",
        r#"(?i-u:aws(?u:.){0,30}(?:secret|sk|key))[^\n]{0,20}?[\s"'=:>]{1,6}([A-Za-z0-9+/]{40})"#,
    ),
    named(
        "hexadecimal",
        beside!("api|token|key|secret|auth|client|pat|credential", "[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32})?"),
    ),
    named(
        "uuid_key",
        beside!(
            "api[_-]?key|token|secret|auth[_-]?key|apikey|access[_-]?key",
            "(?i-u:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
        ),
    ),
    named("numbers", beside!("(?:api|bot|access|auth)[_-]?token|[a-z]{3,12}[_-]?token", "[0-9]{16,20}")),
    named("lob", beside!("lob", "(?:live|test)_(?:pub_)?[0-9a-f]{31,35}")),
    named("sonar", beside!("sonar", "(?i-u:[0-9a-f]{40})")),
    named("sourcegraph_bare", beside!("sourcegraph", "(?i-u:[0-9a-f]{40})")),
    named("sumo_logic", beside!("sumo", "su[A-Za-z0-9]{12}")),
    named("telegram_named", beside!("telegr", "[0-9]{5,16}:A[A-Za-z0-9_-]{34}")),
    named("heroku_uuid", beside!("heroku", "(?i-u:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")),
    named("sidekiq", beside!("BUNDLE_(?:ENTERPRISE|GEMS)__CONTRIBSYS__COM", "[0-9a-f]{8}:[0-9a-f]{8}")),
    named("algolia", beside!("algolia", "[0-9a-f]{32}")),
    named("datadog", beside!("datadog|dd[_-]?(?:api|app)", "[0-9a-f]{32}(?:[0-9a-f]{8})?")),
    named("cloudflare_named", beside!("cloudflare", "[A-Za-z0-9_-]{40}|[0-9a-f]{37}")),
    named("linode", beside!("linode", "[0-9a-f]{64}")),
    named("vultr", beside!("vultr", "[A-Z0-9]{36}")),
    named("hetzner", beside!("hetzner|hcloud", "[A-Za-z0-9]{64}")),
    named("fastly", beside!("fastly", "[A-Za-z0-9_-]{32}")),
    named("twitch", beside!("twitch", "[a-z0-9]{30}")),
    named("deepgram", beside!("deepgram", "[0-9a-f]{40}")),
    named("mistral", beside!("mistral", "[A-Za-z0-9]{32}")),
    named("cohere", beside!("cohere", "[A-Za-z0-9]{40}")),
    named("okta_named", beside!("okta", "00[A-Za-z0-9_-]{40}")),
    named("zendesk", beside!("zendesk", "[A-Za-z0-9]{40}")),
    named("pagerduty", beside!("pager_?duty|pd_api", "[A-Za-z0-9_+-]{20}")),
    named("postmark", beside!("postmark", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")),
    named("twilio_auth", beside!("twilio", "[0-9a-f]{32}")),
];
