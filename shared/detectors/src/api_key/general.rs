//! Keys that no form tells: private keys, JSON web tokens, and values that some notation ties to a name for a key, be it
//! code, settings, a header, a command, a table or a sentence. Vendors' own forms stand in `vendors.rs` and its
//! neighbours.

use super::judges::{json_web_key, json_web_token, kubernetes};
use super::{
    apart, assigned, assigned_plainly, authorized, beside_key, long_zeroes, name_and_password, private_key,
    setting, spelt_key, user_of_url,
};
use crate::detector::Shape;

/// From a name to the value that it is given: quotation, a type, a sign that assigns, quotation.
macro_rules! given {
    () => {
        concat!(
            r#"\\?["'`]?[\])]?\*{0,2}"#,
            r"(?:(?::[ ]?|[ ])(?:[sS]tring|str|&(?:'static[ ])?str|Optional\[str\])[?!]?)?",
            r"[ \t]{0,16}(?:(?:=>|[.?+:]{0,3}={1,3}|\|\|:|:|,|\|)\*{0,2}[ \t]{0,5}(?:[|>]-?\s{1,10})?|>\s{0,8})",
            r#"(?:\\?["'`]|Bearer |[@bruLf]["']){0,2}"#,
        )
    };
}

/// Shapes of no one vendor.
pub(super) static KEYS: &[Shape] = &[
    Shape {
        name: "private_key",
        regex: r#"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|SSH2 ENCRYPTED|ANY) )?PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/= \t\r\n\\:,."'#>|*;-]{0,3900}?-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/= \t\r\n\\:,.-]{40,3900})"#,
        confidence: 98,
        accept: Some(private_key),
    },
    Shape {
        name: "pgp_private_key",
        regex: r"-----BEGIN PGP PRIVATE KEY BLOCK-----(?:[A-Za-z0-9+/= \t\r\n\\:,.()-]{0,3900}?-----END PGP PRIVATE KEY BLOCK-----|[A-Za-z0-9+/= \t\r\n\\:,.()-]{40,3900})",
        confidence: 98,
        accept: Some(private_key),
    },
    Shape {
        name: "other_private_key",
        regex: r"---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----[!-,.-~ \t\r\n]{40,3900}|-----BEGIN OpenVPN Static key V1-----\s{1,4}(?:[0-9a-f]{32}\s{1,4}){2,16}|untrusted comment: [^\n]{0,60}secret key[^\n]{0,60}\r?\nRW[A-Za-z0-9+/]{50,300}={0,2}",
        confidence: 95,
        accept: None,
    },
    Shape {
        name: "putty_private_key",
        regex: r"PuTTY-User-Key-File-[23]: [^\n]{1,40}",
        confidence: 90,
        accept: None,
    },
    Shape {
        name: "json_web_key",
        regex: r#""(?:d|k)"[ ]?:[ ]?"([A-Za-z0-9_-]{20,700})""#,
        confidence: 90,
        accept: Some(json_web_key),
    },
    Shape {
        name: "json_web_token",
        regex: r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,2000}(?:\.[A-Za-z0-9_-]{10,700})?",
        confidence: 92,
        accept: Some(json_web_token),
    },
    Shape {
        name: "kubernetes_secret",
        regex: r#"(?i-u:\bkind:[ \t]{0,4}["']?secret\b)(?:[\t -~]{0,100}\r?\n){1,9}?[ \t]{0,4}data:[ \t]{0,4}\r?\n(?:[ \t]{1,8}#[\t -~]{0,100}\r?\n){0,2}[ \t]{1,8}["']?[A-Za-z0-9._-]{1,60}["']?:[ \t]{1,4}["']?([A-Za-z0-9+/]{10,400}={0,2})"#,
        confidence: 85,
        accept: Some(kubernetes),
    },
    Shape {
        name: "twitter_bearer",
        regex: r"A{22}[A-Za-z0-9%]{60,120}",
        confidence: 90,
        accept: Some(long_zeroes),
    },
    Shape {
        name: "bearer",
        regex: r#"(?i-u:\bauthorization["'\]]{0,2}[ ]{0,2}[:=,][ ]{0,2}["'`]?(?:bearer|token|basic|apikey))[ ]{1,2}([A-Za-z0-9_.~+/=:-]{12,400})"#,
        confidence: 85,
        accept: Some(assigned_plainly),
    },
    Shape {
        // `Authorization: GenieKey …`, `Authorization: Token token="…"`, and without a word for how.
        name: "authorization",
        regex: r#"(?i-u:\bauthorization["'\]]{0,2}[ ]{0,2}[:=,][ ]{0,2}["'`]?)(?:[A-Za-z][A-Za-z-]{1,20}[ :=]{1,2})?(?:(?i-u:token|key|apikey|api_key|auth)=)?["']?([A-Za-z0-9_.~+/-]{20,400}={0,2})"#,
        confidence: 70,
        accept: Some(authorized),
    },
    Shape {
        // The scheme without its header. A web token has its own shape.
        name: "bearer_alone",
        regex: r"(?-u:\b)[bB]earer[ ]((?:[A-Za-df-z0-9_]|e[A-Za-xz0-9_])[A-Za-z0-9_.~+/-]{19,400}={0,2})",
        confidence: 70,
        accept: Some(beside_key),
    },
    Shape {
        // Settings as PHP writes them down, also with their quotation escaped.
        name: "serialized",
        regex: r#"(?i-u:key|token|secret)\\?";s:[0-9]{2,3}:\\?"([A-Za-z0-9_.~+/-]{16,200}={0,2})\\?""#,
        confidence: 70,
        accept: Some(beside_key),
    },
    Shape {
        name: "header",
        regex: r#"(?i-u:\b(?:x-[a-z-]{0,24}(?:key|token|secret|auth|api)|private-token|api-key|apikey|auth-token))["']?[ ]{0,2}:[ ]{0,2}["']?([A-Za-z0-9_.~+/=-]{12,200})"#,
        confidence: 80,
        accept: Some(assigned),
    },
    Shape {
        name: "query",
        regex: r"[?&](?i-u:[a-z_-]{0,12}key|auth|app_?id|pat)=([A-Za-z0-9_.~%+/-]{16,200}={0,2})",
        confidence: 65,
        accept: Some(beside_key),
    },
    Shape {
        // A key in place of the user, and no password. What a Sentry address holds is published with it.
        name: "user_of_url",
        regex: r"(?i-u:\bhttps?://)([A-Za-z0-9_.-]{20,120})(?::(?:x-oauth-basic)?)?@(?:[A-NP-RT-Za-np-rt-z]|o[a-z]|s[a-df-z])",
        confidence: 75,
        accept: Some(user_of_url),
    },
    Shape {
        name: "assigned",
        regex: concat!(
            "(?i-u:(?:api|access|secret|auth|private|encryption|signing|master|account|shared|service|storage|subscription|",
            "session|client|app|consumer|webhook|bot|deploy|license)[ _.-]?(?:key|token|secret)|secret|token|credential|",
            "apikey|passkey|bearer|auth_key|preshared)[A-Za-z0-9_-]{0,20}",
            given!(),
            "([A-Za-z0-9_.~+/=-]{10,200})"
        ),
        confidence: 70,
        accept: Some(assigned),
    },
    Shape {
        // Keys that a framework draws from all that can be typed.
        name: "with_symbols",
        regex: concat!(
            "(?i-u:(?:secret|signing|encryption|cookie|session|auth|logged_in|nonce)[_-]?(?:key(?:_base)?|salt)|",
            "(?:app|cookie|session|client)[_-]?secret|secret)",
            r#"["'\]]{0,2}[ \t]{0,4}(?:=>|={1,2}|:|,)[ \t]{0,12}[bru]?["']([!#-&(-\[\]-~]{20,100})["']"#
        ),
        confidence: 75,
        accept: Some(spelt_key),
    },
    Shape {
        name: "registry",
        regex: r#"(?:"auth"|(?-u:\b_auth))[ ]{0,2}[:=][ ]{0,2}"?([A-Za-z0-9+/]{16,600}={0,2})"#,
        confidence: 85,
        accept: Some(name_and_password),
    },
    Shape {
        name: "handed_over",
        regex: r#"(?:(?i-u:api[_-]?key|auth[_-]?key|access[_-]?key|secret(?:[_-]?key)?|token|credential|bearer)|_KEY)["'`]?(?:[ \t]{1,3}(?:--(?:body|value|secret-string|data)[ =]|-b[ ])?["'`]?|\(["'`])([A-Za-z0-9_.~+/-]{16,200}={0,2})"#,
        confidence: 60,
        accept: Some(beside_key),
    },
    Shape {
        name: "settings_value",
        regex: r#"(?i-u:(?:\bkey|\bandroid:name|\b(?:property|param|parameter|entry|env)[ ]name)=["'][a-z0-9:._-]{0,40}(?:key|token|secret)["']\s{1,12}(?:android:)?value=)["']([A-Za-z0-9_.~+/-]{10,200}={0,2})["']"#,
        confidence: 70,
        accept: Some(setting),
    },
    Shape {
        // `- name: API_TOKEN` and on the next line `value: …`; a default of a variable; an element after its name.
        name: "apart",
        regex: concat!(
            r#"(?i-u:(?:key|token|secret|credential)[A-Za-z0-9_-]{0,16})(?:"#,
            r#"["']?\s{1,12}(?:- )?["']?value["']?[ ]{0,2}[:=][ ]{0,3}["']?|"#,
            r#"["'],\s{0,12}["']?[Vv]alue["']?[ ]{0,2}[:=][ ]{0,3}["']|"#,
            r#"</key>\s{0,12}<string>|</name>\s{0,12}<value>|"#,
            r#"["']?[ ]{0,2}\{\s{0,12}(?:[a-z_]{2,16}[ ]{0,12}=[ ]{0,3}[^\n]{0,80}\n\s{0,12}){0,3}default[ ]{0,12}=[ ]{0,3}["'])"#,
            r"([A-Za-z0-9_.~+/-]{16,200}={0,2})"
        ),
        confidence: 70,
        accept: Some(apart),
    },
    Shape {
        name: "said",
        regex: r#"(?i-u:\b(?:api|access|secret|auth|private)[ _-]?(?:key|token)|\b(?:secret|token|key)) (?i-u:is|was|to|for [a-z]{2,16} is)[ :]{1,2}["'`]?([A-Za-z0-9_.~+/=-]{12,200})"#,
        confidence: 70,
        accept: Some(assigned),
    },
    Shape {
        // `Here is the token for the build server: …`
        name: "announced",
        regex: r#"(?i-u:\b(?:(?:api|access|secret)[ -]key|token|credential|secret)s?)[ ](?:[A-Za-z'’-]{1,16}[ ]?){1,8}:[ \n]{1,2}["'`]{0,3}([A-Za-z0-9_.~+/-]{20,200}={0,2})"#,
        confidence: 65,
        accept: Some(beside_key),
    },
];
