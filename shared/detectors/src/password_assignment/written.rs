//! How a password is written down beside its name: in code, in settings, in markup, in SQL, in an address, in a sentence.
//! The same kind of rows as everywhere; a row covers one notation in all languages that have it.

use super::{bare, command_line, quoted, sentence, strong, stronger, typed_alone, typed_secret, url};
use crate::detector::Shape;

/// A name for a password within a longer name; `pass` alone goes on in a capital letter or a sign, not in `passenger`.
macro_rules! name {
    () => {
        concat!(
            r"(?:(?i-u:pass(?:word|wd|phrase|code)|passwort|pwd)[A-Za-z0-9_-]{0,20}|",
            r"(?i-u:pass)(?:[A-Z0-9_-][A-Za-z0-9_-]{0,19})?)"
        )
    };
}

/// From the name to the value: quotation, a type, a sign that assigns.
macro_rules! given {
    () => {
        concat!(
            r#"\\?["'`]?\]?\*{0,2}(?:(?::[ ]?|[ ])(?:[sS]tring|str|&(?:'static[ ])?str)[?!]?)?"#,
            r"[ \t]{0,16}(?:=>|:=|={1,3}|:{1,3}=?|,)\*{0,2}[ \t]{0,16}"
        )
    };
}

/// Shapes of notations.
pub(super) static NOTATIONS: &[Shape] = &[
    Shape {
        name: "quoted",
        regex: concat!(name!(), given!(), r#"[@bruLf]?\\?["'`]([^"'`\r\n\\]{4,100})\\?["'`]"#),
        confidence: 80,
        accept: Some(quoted),
    },
    Shape {
        name: "bare",
        regex: r#"(?i-u:pass(?:word|wd|phrase|code|[ ]phrase)?|passwort|pwd)(?:_[A-Za-z0-9_]{1,20}|[0-9]{1,2})?["'`]?\*{0,2}[ \t]{0,3}(?:=>|:=|={1,3}|:)\*{0,2}[ \t]{0,3}([^\s"'`;,<>(){}\[\]\\&|]{4,100})"#,
        confidence: 75,
        accept: Some(bare),
    },
    Shape {
        name: "short_name",
        regex: r#"(?:(?-u:\b)|_)(?i-u:pw|psw|psk|psswd)["']?[ ]{0,2}[:=][ ]{0,2}["']?([^\s"'`;,<>(){}\[\]\\&|]{6,100})"#,
        confidence: 70,
        accept: Some(stronger),
    },
    Shape {
        name: "typed_secret",
        regex: r#"(?i-u:secret(?:[_-]?(?:key|value))?)["']?[ ]{0,2}[:=][ ]{0,2}["']?([^\s"'`;,<>(){}\[\]\\&|]{8,60})"#,
        confidence: 65,
        accept: Some(typed_secret),
    },
    Shape {
        // SQL, Gradle, Groovy, `#define`: a blank and quotation.
        name: "blank_and_quotation",
        regex: r#"(?i-u:pass(?:word|wd|phrase)?|pwd|identified[ ]by(?:[ ]password)?)[ ]{1,4}["']([^"'\s\\]{6,100})["']"#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        // `Password Tiger#2024` and `PASSWORD(Tiger#2024)`: only what nobody would write for another reason.
        name: "typed_alone",
        regex: r"(?-u:\b)(?i-u:pass(?:word|wd|phrase)|pwd)(?:[ ]{1,3}|[ ]?\()([^\s;,<>(){}\[\]]{7,40})",
        confidence: 65,
        accept: Some(typed_alone),
    },
    Shape {
        name: "of_somebody",
        regex: r"(?-u:\b)(?i-u:pass(?:word|wd|phrase)) for [A-Za-z0-9._-]{1,24}:([^\s;,<>(){}\[\]]{6,64})",
        confidence: 70,
        accept: Some(stronger),
    },
    Shape {
        // What is taken where nothing is set: `environ.get("DB_PASSWORD") or "…"`.
        name: "fallback",
        regex: r#"(?i-u:pass(?:word|wd|phrase)?|pwd)[A-Za-z0-9_]{0,12}["')\]]{0,3}[ ]{1,2}(?:or|\|\||\?\?|\?:)[ ]{1,2}["']([^"'\s\\]{6,100})["']"#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        // Settings as PHP writes them down, also with their quotation escaped.
        name: "serialized",
        regex: r#"(?i-u:pass(?:word|wd)?|pwd)\\?";s:[0-9]{1,3}:\\?"([^"\s\\]{6,100})\\?""#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "pgpass",
        regex: r"[a-z0-9*.-]:5432:[^\s:]{1,40}:[^\s:]{1,40}:([^\s:]{6,80})",
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "blank",
        regex: r#"(?i-u:requirepass|masterauth|bindpw|rootpw|nickserv[ ]identify|snmp-server[ ]community|(?-u:\b)(?:ENV|set|setx)[ ][A-Z0-9_]{0,40}(?:PASS(?:WORD|WD)?|PWD))[ \t]{1,4}["']?([^\s"'=]{6,100})"#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "handed_over",
        regex: r#"(?i-u:(?:set|with|use|[.])[_]?(?:[a-z]{2,8}[_]?)?pass(?:word|wd|phrase)?)\([ ]?["']([^"'\s\\]{6,100})["'][ ]?\)"#,
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        // A call that takes a name and a password, in this order.
        name: "second_of_two",
        regex: concat!(
            r"(?i-u:passwordauthentication|getconnection|mysqli?_connect|new[ ](?:mysqli|pdo)|basic_?auth|http(?:basic|digest)auth|",
            r"basicauthentication|usernamepassword[a-z]{4,14}|networkcredential|directoryentry|dbi(?:->|[.])connect|passwordcredentials?|(?-u:\b)auth[ ]?=[ ]?|",
            r"[.](?:login|auth|authenticate|basic_auth|set_?basic_?auth|signin)|ftp_login|ldap_bind)",
            r#"[ ]?\((?:[^()\n]{0,160}?,[ ]?)?["'][^"'\n]{1,60}["'],[ ]?["']([^"'\s\\]{6,60})["']"#
        ),
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        // `- name: DB_PASSWORD` and on the next line `value: …`; a default of a variable; an element or attribute.
        name: "apart",
        regex: concat!(
            r#"(?i-u:pass(?:word|wd|phrase)?|pwd)[A-Za-z0-9_-]{0,12}(?:"#,
            r#"["']?\s{1,12}(?:- )?["']?value["']?[ ]{0,2}[:=][ ]{0,3}["']?|"#,
            r#"["'],\s{0,12}["']?[Vv]alue["']?[ ]{0,2}[:=][ ]{0,3}["']|"#,
            r#"</key>\s{0,12}<string>|</name>\s{0,12}<value>|>\s{0,12}<[Vv]alue>|["'][^<>\n]{0,24}>|"#,
            r#"["']?[ ]{0,2}\{\s{0,12}(?:[a-z_]{2,16}[ ]{0,12}=[ ]{0,3}[^\n]{0,80}\n\s{0,12}){0,3}default[ ]{0,12}=[ ]{0,3}["'])"#,
            r#"([^\s"'<>]{6,100})"#
        ),
        confidence: 75,
        accept: Some(strong),
    },
    Shape {
        name: "table",
        regex: r"(?i-u:pass(?:word|wd|phrase|code))[ ]{0,12}\|[ ]{0,12}`?([^\s|`]{6,60})`?[ ]{0,40}\|",
        confidence: 70,
        accept: Some(strong),
    },
    Shape {
        name: "sentence",
        regex: r#"(?-u:\b)(?i-u:pass(?:word|code|phrase|wd)[ ](?:[a-z0-9'-]{1,12}[ ]){0,5}?(?:is|was|to|be|are|with))[ :]{1,2}["'`“]?([^\s"'`“”,;]{4,64})"#,
        confidence: 70,
        accept: Some(sentence),
    },
    Shape {
        // `Password for the guest network: …`
        name: "announced",
        regex: r#"(?-u:\b)(?i-u:pass(?:word|code|phrase|wd))(?:[ ][A-Za-z0-9'’.-]{1,16}){0,6}?(?::[ \n]|[ ][-–—][ ])["'`“*]{0,3}([^\s"'`“”,;*]{6,64})"#,
        confidence: 70,
        accept: Some(strong),
    },
    Shape {
        name: "behind",
        regex: r#"["'`]?([^\s"'`]{6,60})["'`]?[ ](?i-u:as (?:the |its |your |my )?pass(?:word|code|phrase))"#,
        confidence: 65,
        accept: Some(stronger),
    },
    Shape {
        name: "pair",
        regex: r#"(?-u:\b)(?i-u:(?:log ?in|credentials?|creds)[ ]?(?:[:=]|is|are)[ ]{1,2}|(?:user(?:name)?|id|login|account)[/&]p(?:ass(?:word|wd)?|wd|w)[ ]?(?:[:=-]|is|are)?[ ]{0,2})["'`]?[A-Za-z0-9._@-]{2,40}[ ]?[/:|][ ]?["'`]?([^\s"'`|,;/()]{6,60})"#,
        confidence: 65,
        accept: Some(stronger),
    },
    Shape {
        name: "name_and_password",
        regex: r#"(?-u:\b)(?i-u:user(?:name)?|login)[ ]["'`]?[^\s"'`]{1,40}["'`]?,?[ ](?i-u:and )?(?i-u:pass(?:word|wd)?)[ ]["'`]?([^\s"'`,;]{6,64})"#,
        confidence: 70,
        accept: Some(stronger),
    },
    Shape {
        name: "other_languages",
        regex: concat!(
            r"(?i)(?:contraseña|mot de passe|kennwort|passwort|senha|wachtwoord|hasło|şifre|parola|lösenord|passord|",
            r"adgangskode|kodeord|salasana|heslo|jelszó|κωδικός|пароль|סיסמה|كلمة المرور|كلمة السر|पासवर्ड|mật khẩu|",
            r"รหัสผ่าน|kata sandi|密码|密碼|口令|パスワード|비밀번호|비번|패스워드|암호)(?:는|은)?",
            r#"[ \t]{0,2}(?:[:：=]|是|は|is|ist|est|es|é|è|är|er|on|je|lautet|для|—|-|[(（]|[ ])[ \t]{0,2}["'`«„]?([^\s"'`«»„“,;（）]{4,64})"#
        ),
        confidence: 70,
        accept: Some(sentence),
    },
    Shape {
        name: "italian",
        regex: r#"(?-u:\b)(?i-u:la password (?:del [a-z]{2,12} |di [a-z]{2,12} )?)(?:è|e'|era)[ :]{1,2}["'`«]?([^\s"'`«»,;]{4,64})"#,
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
        regex: r"<(?i-u:[a-z0-9:_-]{0,20}password[a-z]{0,10})(?:[ ][^<>\n]{1,60})?>[ \t]{0,3}([^<\s]{4,100})[ \t]{0,3}</",
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
        name: "router",
        regex: r"(?i-u:\b(?:password|secret|pac key)[ ][05-9][ ])([^\s]{6,80})",
        confidence: 70,
        accept: Some(command_line),
    },
];
