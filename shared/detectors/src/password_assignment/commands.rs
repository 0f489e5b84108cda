//! Passwords among the arguments of programs: long options that say so, and the short ones of programs that take a password.

use super::{command_line, key_for_user, strong};
use crate::detector::Shape;

/// Shapes of command lines.
pub(super) static PROGRAMS: &[Shape] = &[
    Shape {
        name: "secure_string",
        regex: r#"(?i-u:\bconvertto-securestring)(?i-u:[ ]{1,2}-string)?[ ]{1,2}["']([^"'\s$]{4,100})["']"#,
        confidence: 80,
        accept: Some(command_line),
    },
    Shape {
        name: "openssl",
        regex: r#"(?-u:-pass(?:in|out)?[ ]{1,2}["']?pass:)([^\s"']{4,60})"#,
        confidence: 80,
        accept: Some(command_line),
    },
    Shape {
        name: "command_line",
        regex: r#"(?i-u:--password|--passwd|--passphrase|--pass|\bsshpass -p|-passw)[ =]["']?([^\s"'-][^\s"']{3,100})"#,
        confidence: 75,
        accept: Some(command_line),
    },
    Shape {
        name: "longer_option",
        regex: r#"(?i-u:--[a-z]{2,16}-(?:[a-z]{2,12}-)?pass(?:word|wd|phrase)?|-(?:store|key|srcstore|deststore)pass)[ =]["']?([^\s"'-][^\s"']{5,100})"#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "mysql",
        regex: r#"(?-u:\b)mysql(?:dump|admin)?[ ](?:[^\n]{0,80}?[ ])?-p["']?([^\s"'-][^\s"']{3,60})"#,
        confidence: 70,
        accept: Some(command_line),
    },
    Shape {
        name: "option_p",
        regex: concat!(
            r"(?-u:\b)(?:mongo[a-z]{0,7}|(?i-u:psexec[0-9.ex]{0,6})|(?:docker|podman|nerdctl|az|oc|cf|helm registry) login|",
            r"mosquitto_(?:pub|sub)|rdesktop|plink|vncdo)(?-u:\b)",
            r#"[^\n|;]{0,160}?[ ]-(?:p|P|pw)[ ]["']?([^\s"'-][^\s"']{5,100})"#
        ),
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "other_option",
        regex: concat!(
            r"(?-u:\b)(?:redis-cli(?-u:\b)[^\n|;]{0,120}?[ ]-a[ ]|ldap[a-z]{3,10}(?-u:\b)[^\n|;]{0,160}?[ ]-w[ ]|",
            r"xfreerdp[^\n|;]{0,120}?[ ]/p:|7z[a-z]{0,2}[ ][^\n|;]{0,60}?-p|(?:un)?zip[ ](?:[^\n|;]{0,60}?[ ])?-P[ ]|",
            r"openssl[ ](?:enc|aes|des)[^\n|;]{0,120}?[ ]-k[ ]|rclone[ ][^\n|;]{0,80}?[ ]pass[ ])",
            r#"["']?([^\s"'-][^\s"']{5,100})"#
        ),
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "after_a_name",
        regex: concat!(
            r#"(?-u:\b)(?:smbclient[ ][^\n|;]{0,80}?-U[ ]["']?[^\s%"']{1,40}%|net1?[ ]user[ ][^\s]{1,40}[ ]|"#,
            r"net1?[ ]use[ ](?:[^\s]{1,3}[ ])?\\\\[^\s]{2,80}[ ](?:/user:[^\s]{1,60}[ ])?|htpasswd[ ]-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ ][^\s]{1,80}[ ][^\s]{1,40}[ ])",
            r#"["']?([^\s"'/-][^\s"']{5,100})"#
        ),
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "piped",
        regex: r#"(?-u:\b)echo[ ](?:-[ne][ ])?["']?(?:[^\s:"'|]{1,40}:)?([^\s"'|:]{6,60})["']?[ ]?\|[ ]?(?:sudo[ ](?:-[a-zA-Z][ ]){0,2}(?:-S|chpasswd)|chpasswd)"#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "curl_user",
        regex: r#"(?-u:\b)curl(?-u:\b)(?:[^\n]|\\\n){0,300}?[ ](?:-u|--user)[ =]?["']?([^\s:"'<>]{8,130}):["']?(?:\s|$)"#,
        confidence: 75,
        accept: Some(key_for_user),
    },
    Shape {
        name: "curl",
        regex: r#"(?-u:\b)curl(?-u:\b)(?:[^\n]|\\\n){0,300}?[ ](?:-u|--user|--proxy-user|-U)[ =]?["']?[^\s:"']{0,60}:([^\s"']{3,100})"#,
        confidence: 80,
        accept: Some(command_line),
    },
];
