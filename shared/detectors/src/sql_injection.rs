//! Payloads of SQL injection: what breaks out of a quoted value or changes a statement's meaning. Talk about SQL and
//! whole statements that begin as such (`SELECT … WHERE status = 'open'`) are none.

mod engines;
mod judges;

use std::sync::LazyLock;

use crate::detector::{Detector, Shape};
use judges::{closes_no_word, compares_constants, compares_with_itself, opens_no_value, outside_a_statement};

/// Finds payloads of SQL injection.
pub(crate) struct SqlInjection;

impl Detector for SqlInjection {
    fn id(&self) -> &'static str {
        "sql_injection"
    }

    fn about(&self) -> &'static str {
        "SQL injection payloads: tautologies, union selects, stacked statements, time delays, system procedures"
    }

    fn shapes(&self) -> &'static [Shape] {
        static ALL: LazyLock<Vec<Shape>> = LazyLock::new(|| [SHAPES, engines::SHAPES].concat());
        &ALL
    }

    fn looks_after(&self) -> usize {
        0
    }
}

const fn strong(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: None }
}

const fn outside(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 80, accept: Some(outside_a_statement) }
}

const fn breakout(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 85, accept: Some(opens_no_value) }
}

/// A blank is what payloads write for one: white space, `+`, `%20`, `/**/`.
static SHAPES: &[Shape] = &[
    breakout(
        "quote_tautology",
        r#"(?:['"‘’´′]|%27|%22|\\')(?:\s|\+|%20|/\*[^*]{0,20}\*/|%09|%0a|\)|%29){0,8}(?i-u:or|and|\|\||&&|xor|x?having|where)(?:\s|\+|%20|/\*[^*]{0,20}\*/|%09|%0a|\(|%28|!|(?i-u:not)(?-u:\b)){1,16}(?:['"‘’`´′]|%27|%22)?[\w.@-]{0,20}(?:['"‘’`´′]|%27|%22)?(?:\s|\+|%20){0,3}(?:\)|%29){0,3}(?:\s|\+|%20){0,3}(?:(?:=|%3d|<>|!=|<|>)(?:\s|\+|%20){0,4}(?:['"‘’`´′(%]|%27|%22|[\w])|(?i-u:like|rlike|regexp|is|in|between|sounds like)(?:\s|\+|%20|\(){1,3}(?:['"‘’`´′%@0-9]|%27|%22|(?i-u:null|not null|true|false)(?-u:\b)))"#,
    ),
    Shape {
        name: "number_tautology",
        regex: r"(?i-u:(?:\b|%20|%09|%0a|[0-9])(?:or|and|having|where|\|\|)(?:\s|\+|%20|/\*\*/|\(|(?:not|!)){0,5}['\x22]?[0-9]{1,8}['\x22]?(?:\s|\+|%20|\)){0,4}(?:=|%3d|<|>)(?:\s|\+|%20|\(){0,4}['\x22]?[0-9]{1,8}\b)",
        confidence: 85,
        accept: Some(compares_constants),
    },
    Shape {
        name: "number_like_number",
        regex: r"(?i-u:(?:\b|%20|%09|%0a|[0-9])(?:or|and|having|where|\|\|)(?:\s|\+|%20|/\*\*/|\(|(?:not|!)){0,5}['\x22]?[0-9]{1,8}['\x22]?(?:\s|\+|%20|\)){0,4}(?: |\+|%20|\)|'|\x22)(?:like|is)(?: |\+|%20|\()(?:\s|\+|%20|\(){0,4}['\x22]?[0-9]{1,8}\b)",
        confidence: 85,
        accept: Some(compares_constants),
    },
    Shape {
        name: "name_tautology",
        regex: r"(?i-u:\b(?:or|and)(?:\s|\+|%20|\(){1,4}[a-z_]{1,20}[ ]{0,2}=[ ]{0,2}[a-z_]{1,20}\b)",
        confidence: 80,
        accept: Some(compares_with_itself),
    },
    strong(
        "words_tautology",
        r#"(?i-u:\b(?:or|and)(?:\s|\+|%20|/\*\*/){1,4}\({0,3}['"](?-u:[a-z0-9]{0,12})['"]\){0,3}(?:\s|\+|%20){0,2}(?:=|%3d|like|<|>|in)(?:\s|\+|%20|\(){0,4}['"])"#,
    ),
    breakout(
        "true_and_comment",
        r#"(?:['"‘’`´′)]|%27)(?:\s|\+|%20){0,4}(?i-u:or|\|\|)(?:\s|\+|%20){1,4}(?i-u:true|not false|\(?1\)?|''|username|user|uname|id|name|password|exists)(?-u:\b)[^\n]{0,20}?(?:--|#|/\*|;|%23|like|is not null|=)"#,
    ),
    breakout(
        "quote_operator",
        r#"(?:['"]|%27|%22)(?:\s|\+|%20){0,4}(?i-u:or|and)?(?:\s|\+|%20){0,4}(?:['"]|%27|%22)(?:\s|\+|%20){0,2}(?:[\^*&=-]|\|\||&&|(?i-u:or|and))(?:\s|\+|%20){0,2}(?:['"]|%27|%22)(?:['"^*&=-]|%27|\s{0,2}(?:--|#))"#,
    ),
    strong(
        "empty_operator",
        r#"(?:['"]|%27|%22)(?:\s|\+|%20){1,3}(?i-u:or|and)(?:\s|\+|%20){1,3}(?:''|"")(?:\s|[\^*&=/|-])['"]"#,
    ),
    outside(
        "union_select",
        r"(?i-u:(?:\b|%20|%09|%0a)union(?:\s|\+|%20|%0a|/\*(?u:[^*]){0,20}\*/|\(|%28){1,8}(?:all|distinct)?(?:\s|\+|%20|%0a|/\*(?u:[^*]){0,20}\*/|\(|%28|!50000){0,8}select\b)",
    ),
    breakout(
        "quote_comment",
        r#"(?:[\w)]|^|\s)(?:['"‘’]|%27)(?:\)|%29|[ \t]|\+|;|%3b){0,5}(?:--(?:\s|$|\+|/|%20|[^\w>'"-])|#\s{0,2}$|/\*|%23)"#,
    ),
    breakout(
        "stacked",
        r#"(?:['")\d\]]|%27)(?:\s|\+|%20|\)){0,4}(?:;|%3b)(?:\s|\+|%20){0,4}(?i-u:drop|delete|insert|update|exec(?:ute)?|declare|shutdown|truncate|alter|create|grant|select|waitfor|begin|if|set|call|load|copy)(?-u:\b)[^\n]{0,200}?(?:--|#|/\*|%23|\bxp_)"#,
    ),
    outside(
        "stacked_drop",
        r#"(?i-u:(?:;|%3b)(?:\s|\+|%20){0,4}(?:drop(?:\s|\+|%20){1,4}(?:table|database|schema|user|view|index)|shutdown(?:\s|\+|%20){0,3}(?:with|--|;)|truncate(?:\s|\+|%20){1,4}table|delete(?:\s|\+|%20){1,4}from(?:\s|\+|%20){1,4}\w{1,40}(?:\s|\+|%20){0,3}(?:;|--|$)))"#,
    ),
    strong(
        "time_delay",
        r"(?i-u:(?:\b|%20|%09|%0a)waitfor(?:\s|\+|%20|/\*\*/){1,4}(?:delay|time)(?:\s|\+|%20|/\*\*/|\(){0,4}(?:['\x22]|%27|&apos;|0x|@))",
    ),
    strong(
        "benchmark",
        r"(?i-u:(?:\b|%20|%09|%0a)(?:benchmark(?:\s|\+|%20){0,3}(?:\(|%28)(?:\s|%20){0,3}[0-9]{3,12}(?:\s|%20){0,3}(?:,|%2c)|(?:and|or|select|if|then|by|where|union|,|=)(?:\s|\+|%20|\(|%28){0,6}(?:pg_)?sleep(?:\s|\+|%20){0,3}(?:\(|%28)(?:\s|%20){0,3}(?:__time__|[0-9]{1,4})|pg_sleep(?:_for)?(?:\s|%20){0,3}(?:\(|%28)|dbms_(?:pipe\.receive_message|lock\.sleep|utility\.|java|xmlgen)|randomblob(?:\s|%20){0,3}\((?:\s|%20){0,3}[0-9]{6,12}|generate_series(?:\s|%20){0,3}\((?:\s|%20){0,3}[0-9]{1,3}(?:\s|%20){0,3},(?:\s|%20){0,3}[0-9]{5,12}))",
    ),
    strong(
        "system_procedure",
        r"(?i-u:(?:\b|%20|%09|%0a)(?:exec(?:ute)?(?:\s|\+|%20|\(|@\w{0,8}){1,5}(?:master(?:\.\.|\.dbo\.))?(?:xp|sp)_(?:cmdshell|oacreate|oamethod|regread|regwrite|executesql|dirtree|fileexist|makewebtask|configure|password|addextendedproc|loginconfig|who|adduser|availablemedia)|xp_(?:cmdshell|regread|regwrite|dirtree|fileexist|loginconfig)|master\.\.xp_|sp_makewebtask|sp_oacreate|openrowset\s{0,2}\(|opendatasource\s{0,2}\())",
    ),
    outside(
        "file_access",
        r"(?i-u:(?:\b|%20|%09|%0a)(?:into(?:\s|\+|%20|/\*\*/){1,4}(?:out|dump)file(?:\s|\+|%20|/\*\*/){0,4}(?:['\x22]|%27|0x|\()|load_file(?:\s|%20){0,3}(?:\(|%28)|load(?:\s|%20){1,3}data(?:\s|%20){1,3}infile|utl_(?:http|inaddr|file)\.|copy\s{1,3}\w{1,30}\s{1,3}from\s{1,3}program))",
    ),
    outside(
        "error_based",
        r"(?i-u:(?:\b|%20|%09|%0a)(?:extractvalue|updatexml)(?:\s|%20){0,3}(?:\(|%28)(?:(?u:[^\n]){0,40}?)(?:0x|concat|char|select|version|rand|%28)|\bconvert\(int,\s{0,2}(?:\(|@@|db_name|user)|floor\(rand\((?:0|14)\)\*2\)|procedure(?:\s|\+|%20){1,3}analyse|\bjson_keys\(\(select|\bgtid_subset\()",
    ),
    outside(
        "schema_probe",
        r"(?i-u:(?:\b(?:and|or|union|where|having)\b|['\x22(),])(?u:[^;\n]){0,120}?\b(?:from|in|exists)(?:\s|\+|%20|/\*\*/|\(){1,4}(?:information_schema\.|mysql\.(?:user|db)|sys\.(?:tables|objects|user_)|sysobjects|syscolumns|sysusers|master\.\.sys|all_tables|user_tables|sqlite_master|pg_(?:shadow|catalog|user)|msysaccessobjects|dual\b)(?u:[^\n]){0,80}?(?:--|#|/\*|'|\)\s{0,2}(?:=|<|>|is|or|and)))",
    ),
    breakout(
        "select_probe",
        r#"(?:['")]|%27|(?-u:\b)[0-9]{1,6})(?:\s|\+|%20|\)){0,4}(?i-u:and|or|having|&&|\|\|)(?:\s|\+|%20|\(|%28|(?i-u:not|exists|if|ascii|substring|substr|length|len|mid|char|ord|unicode|lower)){1,10}(?i-u:select(?:\s|\+|%20|\(|%28){1,4}(?:[0-9'@*]|null\b|(?u:[^\n]){1,80}?\bfrom\b|(?:char|chr|concat|count|substring|version|database|user|case)\b)|(?:ascii|substr(?:ing)?|length|database|version|user)(?:\s|%20){0,2}(?:\(|%28)|@@version)"#,
    ),
    breakout(
        "order_by_probe",
        r#"(?:['")]|%27|(?-u:\b)[0-9]{1,5})(?:\s|\+|%20|\)){0,4}(?i-u:order(?:\s|\+|%20){1,3}by|group(?:\s|\+|%20){1,3}by)(?:\s|\+|%20){1,3}[0-9]{1,3}(?:\s|\+|%20){0,3}(?:--|#|/\*|%23)"#,
    ),
    outside("order_by_bare", r"(?i-u:\border(?:\s|\+|%20){1,3}by(?:\s|\+|%20){1,3}[0-9]{1,3}(?:--|#|%23))"),
    breakout(
        "having_probe",
        r#"(?:['"]|%27)(?:\s|\+|%20|\)){0,4}(?i-u:group by (?u:[^\n]){1,40}? )?(?i-u:having)(?:\s|\+|%20){1,3}(?:['"\d]|%27)"#,
    ),
    strong(
        "char_codes",
        r"(?i-u:(?:\bchar|\bchr|\bnchar)(?:\s|%20){0,2}(?:\(|%28)[0-9]{2,3}(?:\)|%29)(?:\+|%2b|\|\||,|%7c%7c)(?:char|chr|nchar)(?:\(|%28)[0-9]{2,3})",
    ),
    strong(
        "hex_variable",
        r"(?i-u:\b(?:set|select|declare)(?:\s|\+|%20){1,4}@\w{1,20}(?:\s|\+|%20){0,3}(?:=|n?varchar)(?u:[^\n]){0,60}?(?:0x[0-9a-f]{6,200}|exec))",
    ),
    strong(
        "inline_comment_words",
        r"(?i-u:(?:\b|%20|%09|%0a)(?:un/\*\*/ion|sel/\*\*/ect|or/\*\*/|and/\*\*/|union/\*|/\*!(?:[0-9]{5})?\s?(?:union|select|or|and)))",
    ),
    breakout(
        "quote_list",
        r#"(?:['")]|%27)(?:\)|%29){0,4}(?:,|%2c)(?i-u:null)(?:(?:,|%2c)(?i-u:null)){1,30}"#,
    ),
    breakout(
        "insert_breakout",
        r#"(?:['"]|%27)(?:[ \t]|\+|%20){0,3}\)(?:[ \t]|\+|%20){0,3};?(?:[ \t]|\+|%20){0,3}(?:--|#(?:\s|$)|/\*)"#,
    ),
    Shape {
        name: "login_bypass",
        regex: r#"(?i-u:\b(?:admin|root|administrator|user|sa)(?:'|\x22|%27)(?:[ \t]|\+|%20|\)){0,4}(?:--|#|/\*|or\b|and\b|%23|;[ ]{0,2}(?:--|#|drop|select|insert|update|delete|exec|shutdown|waitfor)))"#,
        confidence: 85,
        accept: Some(closes_no_word),
    },
];
