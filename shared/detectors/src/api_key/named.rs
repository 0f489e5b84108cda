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
    ($value:literal, $($name:literal)+) => {
        concat!(
            r"(?:(?-u:\b)|_)(?i-u:",
            $($name,)+
            r#")[A-Za-z0-9_.-]{0,24}(?i-u: (?:api|access|auth|bot|key|secret|token)){0,3}["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:(?:=>|[.?+:|]{0,3}={1,3}|:{1,3}|\|\|:|,)[ \t]{0,5}|>\s{0,8})["'`]{0,3}("#,
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
    Shape {
        name: "vendor_named",
        regex: named_after!(
            "[A-Za-z0-9_./+-]{20,100}={0,2}",
            "abuseipdb|accuweather|activecampaign|agora|ahrefs|airbrake|airtable|aiven|algolia|alienvault|"
            "alphavantage|amadeus|amplitude|anypoint|appdynamics|apptweak|artifactory|assemblyai|atlassian|"
            "auth0|aweber|bamboohr|baseten|bigcommerce|bigmodel|binance|bitfinex|bitly|bitmex|bitrise|"
            "bittrex|blazemeter|braintree|brevo|browserstack|bugsnag|buildkite|bunnycdn|buttercms|bybit|"
            "calendly|campaignmonitor|capsulecrm|censys|chargify|chartmogul|circleci|clarifai|clearbit|"
            "clickhelp|clockify|cloudconvert|cloudflare|cloudinary|cloudsmith|codacy|codeclimate|codecov|"
            "cohere|coinapi|coinbase|coinlayer|coinmarketcap|contentful|convertkit|couchbase|coveralls|"
            "crowdin|cryptocompare|currencylayer|datadog|datocms|deepai|deepgram|deepseek|delighted|dialpad|"
            "dnsimple|docusign|droneci|easypost|edamam|etherscan|etsy|eventbrite|everhour|exchangerate|"
            "fastly|figma|finnhub|flickr|flightstats|foursquare|freshbooks|freshdesk|freshsales|"
            "freshservice|ftrack|fullcontact|geocodio|getresponse|giphy|gitea|gitter|gocardless|godaddy|"
            "goodreads|gravatar|greynoise|groovehq|gumroad|hasura|hcloud|helpscout|heroku|hetzner|hibp|"
            "honeybadger|honeycomb|hotjar|hubspot|huggingface|hunterio|hypixel|ibmcloud|imgur|influxdb|"
            "infura|instamojo|instana|intercom|intrinio|invoiceocean|ionos|ipgeolocation|ipinfo|ipstack|"
            "iterable|jenkins|jfrog|jotform|jumpcloud|kaggle|keycdn|kickbox|klaviyo|klipfolio|kraken|kucoin|"
            "lastfm|launchdarkly|leadfeeder|lemlist|lightstep|linkedin|linode|liveagent|logdna|loggly|"
            "lokalise|mailboxlayer|mailchimp|mailerlite|mailgun|mailjet|mailmodo|mailtrap|mandrill|mapquest|"
            "maptiler|marketstack|mattermost|mediastack|meraki|messagebird|messari|metabase|mistral|"
            "mixpanel|moosend|moralis|myfitnesspal|nasdaq|netlify|new_relic|newrelic|newsapi|nexmo|"
            "nicereply|nightfall|northflank|nylas|okta|ollama|omnisend|onelogin|onesignal|onfleet|opencage|"
            "openweather|opsgenie|optimizely|ovhcloud|owlbot|pagerduty|pandadoc|papertrail|paymongo|paypal|"
            "paystack|pexels|pipedrive|pivotaltracker|pixabay|pokemontcg|positionstack|postmark|prismic|"
            "proofhub|pubnub|pulumi|pushbullet|pusher|pushover|quaderno|qualaroo|qualys|quickbase|quicknode|"
            "rapid7|rapidapi|rebrandly|recurly|redmine|rescuetime|restpack|ringcentral|rollbar|routific|"
            "runscope|salesforce|salesloft|saucelabs|scaleway|scraperapi|scrapingbee|screenshotapi|sematext|"
            "semrush|sendbird|sendgrid|sendinblue|sendpulse|sentry|serpapi|serpstack|shodan|shopify|"
            "simplesat|simvoly|skybiometry|smartsheet|smartystreets|snipcart|snyk|sonarcloud|sonarqube|"
            "sparkpost|splunk|spoonacular|sportradar|spotify|sqreen|squarespace|statuscake|statuspage|"
            "stormglass|storyblok|strava|stripe|stytch|sugester|sumologic|surveymonkey|surveysparrow|"
            "swiftype|telegram|tenable|theoddsapi|thinkific|thousandeyes|ticketmaster|tiingo|timezoneapi|"
            "todoist|tomtom|travisci|trello|truenas|tumblr|twelvedata|twilio|twitch|twitter|typeform|"
            "ubidots|unifyid|unsplash|upcdatabase|uploadcare|uptimerobot|urlscan|userstack|veracode|vercel|"
            "verimail|vimeo|virustotal|visualcrossing|voicegain|vonage|vouchery|vultr|wakatime|weatherbit|"
            "weatherstack|webex|webflow|webscraper|wepay|whoxy|woocommerce|workato|worldcoinindex|"
            "worldweather|wunderlist|yandex|youneedabudget|zendesk|zenrows|zenscrape|zerobounce|zerotier|"
            "zhipu|zillow|zipcodebase|zoominfo|zulip"
        ),
        confidence: 75,
        accept: Some(beside_vendor),
    },
    Shape {
        name: "key_named",
        regex: r#"(?:[_-](?i-u:key)|Key|(?-u:\b)key)["'`\]]{0,2}(?: string| String)?[ \t]{0,4}(?:=>|:=|={1,3}|:)[ \t]{0,4}["'`]{0,3}([A-Za-z0-9_.~+/-]{24,200}={0,2})"#,
        confidence: 60,
        accept: Some(beside_key),
    },
];
