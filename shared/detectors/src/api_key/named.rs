//! Keys that are told only by a name beside them: forms that many vendors share, and forms of one vendor that would
//! say too little by themselves.

use super::{beside_key, beside_vendor, named};
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
            r#")[A-Za-z0-9_. -]{0,16}?(?:key|token|secret|auth|access|pat|id))[A-Za-z0-9_.-]{0,12}["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:(?:=>|[.?+:|]{0,3}={1,3}|:{1,3}|\|\|:|,)[ \t]{0,5}|>\s{0,8})["'`]{0,3}("#,
            $value,
            ")"
        )
    };
}

/// The same for the name of a vendor that nobody writes before a random value if not for its key.
macro_rules! named_after {
    ($($name:literal)+) => {
        concat!(
            r"(?:(?-u:\b)|_)(?i-u:",
            $($name,)+
            r#")[A-Za-z0-9_.-]{0,24}(?i-u: (?:api|access|auth|bot|key|secret|token)){0,3}["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:(?:=>|[.?+:|]{0,3}={1,3}|:{1,3}|\|\|:|,)[ \t]{0,5}|>\s{0,8})["'`]{0,3}("#,
            "[A-Za-z0-9_./+-]{20,100}={0,2})"
        )
    };
}

/// A row for names of vendors.
const fn after_vendor(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 75, accept: Some(beside_vendor) }
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
            "api[_-]?key|token|secret|auth[_-]?key|apikey|access[_-]?key",
            "(?i-u:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
        ),
    ),
    named("numbers", beside!("(?:api|bot|access|auth)[_-]?token|[a-z]{3,12}[_-]?token", "[0-9]{16,20}")),
    named("sonar", of_vendor!("sonar", "(?i-u:[0-9a-f]{40})")),
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
    // Each row can have so many names, and no more.
    after_vendor(
        "named_a_to_c",
        named_after!(
                "abuseipdb|airtable|algolia|alphavantage|amplitude|artifactory|assemblyai|atlassian|auth0|"
                "binance|bitfinex|bitly|bitrise|browserstack|bugsnag|buildkite|calendly|censys|circleci|"
                "clarifai|clearbit|cloudflare|cloudinary|codacy|codeclimate|codecov|cohere|coinbase|"
                "coinmarketcap|contentful|coveralls"
        ),
    ),
    after_vendor(
        "named_d_to_i",
        named_after!(
                "datadog|deepgram|deepseek|digitalocean|docusign|droneci|easypost|etherscan|eventbrite|fastly|"
                "figma|finnhub|flickr|foursquare|freshbooks|freshdesk|geocodio|giphy|gitea|godaddy|greynoise|"
                "hasura|heroku|hetzner|honeybadger|honeycomb|hubspot|ibmcloud|imgur|infura|instana"
        ),
    ),
    after_vendor(
        "named_i_to_o",
        named_after!(
                "intercom|ipinfo|ipstack|iterable|jenkins|jumpcloud|kaggle|klaviyo|kraken|kucoin|lastfm|"
                "launchdarkly|linkedin|linode|logdna|loggly|mailchimp|mailgun|mailjet|mapquest|mattermost|"
                "meraki|messagebird|mistral|mixpanel|netlify|newrelic|newsapi|nexmo|okta|ollama"
        ),
    ),
    after_vendor(
        "named_o_to_s",
        named_after!(
                "onelogin|onesignal|openweather|opsgenie|optimizely|pagerduty|papertrail|paypal|pexels|"
                "pipedrive|pixabay|postmark|pubnub|pushbullet|pusher|pushover|quicknode|rapidapi|recurly|"
                "ringcentral|rollbar|salesforce|saucelabs|scaleway|scraperapi|sematext|semrush|sendbird|"
                "sendgrid|sentry|serpapi"
        ),
    ),
    after_vendor(
        "named_s_to_v",
        named_after!(
                "shodan|shopify|smartsheet|snyk|sonarcloud|sparkpost|splunk|spotify|squarespace|statuspage|"
                "storyblok|strava|sumologic|surveymonkey|telegram|tenable|ticketmaster|todoist|trello|tumblr|"
                "twilio|twitch|twitter|typeform|unsplash|uploadcare|uptimerobot|urlscan|veracode|vercel|vimeo"
        ),
    ),
    after_vendor(
        "named_v_to_z",
        named_after!(
                "virustotal|vonage|vultr|wakatime|weatherstack|webex|webflow|wepay|workato|yandex|zendesk|"
                "zerobounce|zhipu|zoominfo"
        ),
    ),
    Shape {
        name: "key_named",
        regex: r#"(?:[_-](?i-u:key|auth|access|pat|creds?)|Key|(?-u:\b)key)["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:=>|:=|={1,3}|:)[ \t]{0,4}["'`]{0,3}([A-Za-z0-9_.~+/-]{20,200}={0,2})"#,
        confidence: 60,
        accept: Some(beside_key),
    },
];
