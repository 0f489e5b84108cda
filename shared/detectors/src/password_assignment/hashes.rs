//! What a server keeps in place of a password: a salted hash, with which whoever has it can try passwords at leisure. A
//! digest without a salt and a scheme is a checksum like any other, and none.

use super::salted;
use crate::detector::Shape;

/// A row for a scheme.
const fn scheme(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 70, accept: Some(salted) }
}

/// Shapes of schemes.
pub(super) static SCHEMES: &[Shape] = &[
    scheme("bcrypt", r"\$2[abxy]?\$[0-3][0-9]\$[./A-Za-z0-9]{53}"),
    scheme(
        "crypt",
        r"\$(?:1|apr1|md5)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$[56]\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}|\$[89]\$[./A-Za-z0-9]{14}\$[./A-Za-z0-9]{43}|\$g?y\$[./A-Za-z0-9]{1,12}\$[./A-Za-z0-9]{1,40}\$[./A-Za-z0-9]{43}",
    ),
    scheme(
        "argon2",
        r"\$argon2(?:id|i|d)\$v=[0-9]{1,3}\$m=[0-9]{1,9},t=[0-9]{1,5},p=[0-9]{1,4}\$[A-Za-z0-9+/]{8,90}\$[A-Za-z0-9+/]{16,180}",
    ),
    scheme(
        "salted_digest",
        r"\{(?:SSHA|SSHA256|SSHA384|SSHA512|SMD5|CRYPT|PBKDF2)\}[A-Za-z0-9+/$.]{22,180}={0,2}",
    ),
    scheme(
        "pbkdf2",
        r"pbkdf2_sha(?:1|256|512)\$[0-9]{3,8}\$[A-Za-z0-9]{4,40}\$[A-Za-z0-9+/]{27,88}={0,2}|(?:scrypt:[0-9:]{3,20}|pbkdf2:sha(?:1|256|512)(?::[0-9]{1,8})?)\$[A-Za-z0-9]{4,40}\$[0-9a-f]{40,128}",
    ),
    scheme(
        "scram",
        r"SCRAM-SHA-256\$[0-9]{3,6}:[A-Za-z0-9+/=]{12,40}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}",
    ),
    scheme("web_server", r"\{SHA\}[A-Za-z0-9+/]{27}="),
    scheme("windows", r":[0-9a-fA-F]{32}:([0-9a-fA-F]{32}):::"),
    scheme("mysql_native", r"(?i-u:\bidentified by password )'\*([0-9A-F]{40})'"),
];
