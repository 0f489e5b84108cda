//! Passwords that somebody wrote down: assignments in code and settings, connection strings, users of URLs,
//! command lines, and sentences. What only stands for a password is none (see `placeholder.rs`).

use crate::context::mentions;
use crate::detector::{Candidate, Detector, Shape};
use crate::placeholder::{entropy, stands_in};

/// Finds passwords.
pub(crate) struct PasswordAssignment;

impl Detector for PasswordAssignment {
    fn id(&self) -> &'static str {
        "password_assignment"
    }

    fn about(&self) -> &'static str {
        "passwords in assignments, connection strings, URLs, command lines and sentences, not placeholders for one"
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn looks_after(&self) -> usize {
        1
    }
}

static SHAPES: &[Shape] = &[
    Shape {
        name: "quoted",
        regex: r#"(?i-u:pass(?:word|wd|phrase|code)?|passwort|pwd)[A-Za-z0-9_-]{0,20}\\?["'`]?\]?[ \t]{0,3}(?:=>|:=|={1,3}|:{1,3}=?|,)[ \t]{0,3}\\?["'`]([^"'`\r\n\\]{4,100})\\?["'`]"#,
        confidence: 80,
        accept: Some(quoted),
    },
    Shape {
        name: "bare",
        regex: r#"(?i-u:pass(?:word|wd|phrase|code)?|passwort|pwd)(?:_[A-Za-z0-9_]{1,20}|[0-9]{1,2})?["'`]?[ \t]{0,3}(?:=>|:=|={1,3}|:)[ \t]{0,3}([^\s"'`;,<>(){}\[\]\\&|]{4,100})"#,
        confidence: 75,
        accept: Some(bare),
    },
    Shape {
        name: "sentence",
        regex: r#"(?-u:\b)(?i-u:pass(?:word|code|phrase|wd)[ ](?:[a-z]{2,12}[ ]){0,3}?(?:is|was|to|be|are|with))[ :]{1,2}["'`“]?([^\s"'`“”,;]{4,64})"#,
        confidence: 70,
        accept: Some(sentence),
    },
    Shape {
        name: "other_languages",
        regex: r#"(?i)(?:contraseña|mot de passe|kennwort|passwort|senha|wachtwoord|hasło|şifre|lösenord|пароль|密码|密碼|パスワード|비밀번호)[ \t]{0,2}(?:[:：=]|是|は|is|ist|est|es|é|для|—|-|lautet)[ \t]{0,2}["'`«„]?([^\s"'`«»„“,;]{4,64})"#,
        confidence: 70,
        accept: Some(sentence),
    },
    Shape {
        name: "url",
        regex: r#"(?-u:\b)[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@"'<>]{0,60}:([^\s:/@"'<>]{3,100})@[A-Za-z0-9\[._-]"#,
        confidence: 90,
        accept: Some(url),
    },
    Shape {
        name: "element",
        regex: r"<(?i-u:[a-z0-9:_-]{0,20}password[a-z]{0,10})>[ \t]{0,3}([^<\s]{4,100})[ \t]{0,3}</",
        confidence: 80,
        accept: Some(quoted),
    },
    Shape {
        name: "settings_value",
        regex: r#"(?i-u:\bkey=["'][a-z0-9:._-]{0,30}password["'][ \t]{1,3}value=)["']([^"'\r\n]{4,100})["']"#,
        confidence: 80,
        accept: Some(quoted),
    },
    Shape {
        name: "netrc",
        regex: r"(?i-u:\bmachine)[ \t]{1,4}[^\s]{3,80}[ \t\r\n]{1,6}login[ \t]{1,4}[^\s]{1,60}[ \t\r\n]{1,6}password[ \t]{1,4}([^\s]{4,100})",
        confidence: 85,
        accept: Some(command_line),
    },
    Shape {
        name: "oracle",
        regex: r#"(?i-u:\bjdbc:oracle:thin:)[^\s/@"']{1,40}/([^\s@"'/]{3,60})@"#,
        confidence: 85,
        accept: Some(url),
    },
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
        name: "router",
        regex: r"(?i-u:\b(?:password|secret)[ ][0579][ ])([^\s]{6,80})",
        confidence: 70,
        accept: Some(command_line),
    },
    Shape {
        name: "command_line",
        regex: r#"(?i-u:--password|--passwd|--passphrase|--pass|\bsshpass -p|-passw)[ =]["']?([^\s"'-][^\s"']{3,100})"#,
        confidence: 75,
        accept: Some(command_line),
    },
    Shape {
        name: "mysql",
        regex: r#"(?-u:\b)mysql(?:dump|admin)?[ ](?:[^\n]{0,80}?[ ])?-p["']?([^\s"'-][^\s"']{3,60})"#,
        confidence: 70,
        accept: Some(command_line),
    },
    Shape {
        name: "curl_user",
        regex: r#"(?-u:\b)curl(?-u:\b)(?:[^\n]|\\\n){0,300}?[ ](?:-u|--user)[ =]?["']?([^\s:"'<>]{8,60}):["']?(?:\s|$)"#,
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

/// What follows "password is" and "password:" in ordinary talk.
const TALK: &[&str] = &[
    "required",
    "incorrect",
    "invalid",
    "wrong",
    "correct",
    "expired",
    "weak",
    "strong",
    "stored",
    "encrypted",
    "hashed",
    "reset",
    "changed",
    "protected",
    "missing",
    "empty",
    "short",
    "long",
    "valid",
    "case-sensitive",
    "case",
    "secure",
    "safe",
    "needed",
    "optional",
    "unknown",
    "compromised",
    "lost",
    "forgotten",
    "sent",
    "shared",
    "used",
    "being",
    "visible",
    "hidden",
    "blank",
    "created",
    "generated",
    "entered",
    "accepted",
    "rejected",
    "temporary",
    "field",
    "manager",
    "must",
    "should",
    "access",
    "login",
    "your",
    "their",
    "this",
    "that",
    "policy",
];

fn quoted(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let words = value.split(' ').count();
    if stands_in(value) || words > 4 || is_lookup(value) || labels(value) {
        return None;
    }
    Some(match strength(value) {
        Strength::Mixed => candidate.confidence + 10,
        Strength::Numbered => candidate.confidence,
        Strength::Word if value.len() >= 6 && words == 1 && !candidate.before(30).contains("type") => 50,
        Strength::Word => 35,
    })
}

fn bare(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched().trim_end_matches(['.', '!', '?']);
    let ends_in_call = candidate.after(1).starts_with(['(', '[', '{']);
    if value.len() < 4
        || stands_in(value)
        || is_lookup(value)
        || ends_in_call
        || is_path(value)
        || value.starts_with("**")
    {
        return None;
    }
    match strength(value) {
        Strength::Mixed => Some(candidate.confidence + 10),
        Strength::Numbered => Some(candidate.confidence - 5),
        Strength::Word => None,
    }
}

fn sentence(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched().trim_end_matches(['.', '!', '?', ')']);
    if value.len() < 4
        || stands_in(value)
        || mentions(value, TALK)
        || value.starts_with('\\')
        || is_path(value)
    {
        return None;
    }
    match strength(value) {
        Strength::Mixed => Some(candidate.confidence + 15),
        Strength::Numbered => Some(candidate.confidence),
        Strength::Word => None,
    }
}

fn url(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    let variable = value.starts_with('$')
        || value.contains("${")
        || value.contains('{')
        || value.starts_with('%') && value.ends_with('%');
    // `postgres://postgres:postgres@`, `user:abc@`: what a server or a manual starts with.
    let before = candidate.before(64).trim_end_matches(':');
    let same = before.strip_suffix(value).is_some_and(|rest| rest.ends_with('/'));
    let plain = value.len() < 4 || same;
    if stands_in(value) || variable || plain {
        return None;
    }
    // `chpassword`: what says of itself that it is a password is what a manual writes.
    let says = value.bytes().all(|byte| byte.is_ascii_alphabetic())
        && value.to_ascii_lowercase().contains("password");
    Some(if says { 35 } else { candidate.confidence })
}

fn command_line(candidate: &Candidate<'_>) -> Option<u8> {
    let value = candidate.matched();
    if stands_in(value)
        || stands_in(value.trim_end_matches('>'))
        || value.starts_with('$')
        || is_path(value)
        || value.contains('$') && value.contains('{')
    {
        return None;
    }
    match strength(value) {
        Strength::Mixed => Some(candidate.confidence + 10),
        Strength::Numbered => Some(candidate.confidence),
        Strength::Word => Some(if value.len() >= 5 { 50 } else { 35 }),
    }
}

/// `curl -u "key:"`: many services take a key in place of the name, and no password.
fn key_for_user(candidate: &Candidate<'_>) -> Option<u8> {
    let strong = matches!(strength(candidate.matched()), Strength::Mixed);
    command_line(candidate).filter(|_| strong)
}

enum Strength {
    Mixed,
    Numbered,
    Word,
}

/// How much a value looks as if it was meant to be hard to guess.
fn strength(value: &str) -> Strength {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let digit = has(char::is_ascii_digit);
    let letter = has(|c| c.is_alphabetic());
    let symbol = value.chars().any(|c| c.is_ascii_punctuation() && !matches!(c, '_' | '-' | '.'));
    let both_cases = has(|c| c.is_uppercase()) && has(|c| c.is_lowercase());
    match () {
        () if digit && letter && (symbol || both_cases) => Strength::Mixed,
        () if symbol && letter && value.len() >= 6 && !value.ends_with([':', '?', '!']) => Strength::Numbered,
        () if digit && (letter || value.len() >= 6) => Strength::Numbered,
        () if both_cases && value.len() >= 12 && entropy(value) > 3.6 => Strength::Numbered,
        () => Strength::Word,
    }
}

/// `user.password`, `get_password()`, `config["x"]`: code that reads a value.
fn is_lookup(value: &str) -> bool {
    let name = value.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.'));
    name && (value.contains('_') || value.contains('.')) || value.contains("()") || value.contains("->")
}

/// What stands in a form or a table and speaks about passwords: `Enter password`, `password123_label`.
fn labels(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    ["password", "passwort", "enter ", "please", "confirm", "forgot"]
        .iter()
        .any(|word| lower.starts_with(word) && !lower.bytes().any(|byte| byte.is_ascii_digit()))
}

fn is_path(value: &str) -> bool {
    value.starts_with('/') || value.starts_with("./") || value.starts_with("~/") || value.contains("://")
}
