//! Payloads in the words of one engine: its delays, its errors that tell data, its catalogues and ways to files and
//! hosts; and what tools that try them all send. Blanks may stand wherever an engine takes them.

use super::judges::{cut_off_call, outside_a_statement, spells_a_statement};
use super::strong;
use crate::detector::Shape;

const fn outside(name: &'static str, regex: &'static str) -> Shape {
    Shape { name, regex, confidence: 75, accept: Some(outside_a_statement) }
}

pub(super) static SHAPES: &[Shape] = &[
    // A delay that a comment, a quote or an operator cuts off; `&&SLEEP(5)`, `||pg_sleep(5)`.
    Shape {
        name: "delay_cut_off",
        regex: r#"(?i-u:sleep[ ]{0,3}\([ ]{0,3}(?:__time__|[0-9]{1,3})[ ]{0,3}\)(?:#|--|[ )]{0,4}(?:--[ +]|[=<>][ ]{0,2}[0-9'"]|\+[ ]{0,2}['"]|%23|and\b|or\b)|[ ]{0,2}\)[ )]{0,4}#))"#,
        confidence: 80,
        accept: Some(cut_off_call),
    },
    strong(
        "delay_by_operator",
        r"(?i-u:(?:&&|\|\|)[ ]{0,3}(?:pg_)?sleep[ ]{0,3}\([ ]{0,3}(?:__time__|[0-9]{1,3}))",
    ),
    strong("delay_in_url", r"(?i-u:(?:%20|%27|%22|\+)['\x22(]{0,2}(?:pg_)?sleep(?:%20|%28)[0-9]{1,3})"),
    strong(
        "delay_by_work",
        r"(?i-u:\bas t1[ ]{0,2},[ ]{0,2}(?:rdb\$|domain\.|sysibm\.|all_users|sysusers|information_schema\.)|\bregexp_substring[ ]{0,2}\([ ]{0,2}repeat|\blike[ ]{0,2}\([ ]{0,2}'abcdefg'|\bcrypt_key[ ]{0,2}\()",
    ),
    // Functions that nobody needs but for their errors and their yes or no.
    strong(
        "yes_or_no",
        r"(?i-u:\b(?:elt|make_set)[ ]{0,2}\([ ]{0,2}-?[0-9]{1,6}[ ]{0,2}[=<>+-][ ]{0,2}-?[0-9]{1,6}[ ]{0,2},)",
    ),
    strong(
        "case_of_constants",
        r"(?i-u:\b(?:case[ ]{1,2}when[ ]|iif[ ]{0,2}\(|if\()[ (]{0,4}[0-9]{1,6}[ ]{0,2}=[ ]{0,2}[0-9]{1,6}[ )]{0,4}(?:then\b|,|select\b|waitfor\b|else\b))",
    ),
    strong(
        "error_by_function",
        r"(?i-u:\bctxsys\.drithsx|\butl_inaddr\.get_host|\bdbms_utility\.sqlid|\bdbms_ldap\.init|\bdbms_xmlgen\.getxml|\bhttpuritype[ ]{0,2}\(|\bxmltype[ ]{0,2}\([ ]{0,2}chr|\bfloor[ ]{0,2}\([ ]{0,2}rand[ ]{0,2}\([ ]{0,2}(?:0|14)|\bexp[ ]{0,2}\([ ]{0,2}~|\b(?:geometrycollection|multipoint|multipolygon|multilinestring|linestring|polygon)[ ]{0,2}\([ ]{0,2}\([ ]{0,2}select|\bname_const[ ]{0,2}\([ ]{0,2}\(?[ ]{0,2}(?:select|version|char)|\binformation_schema\.(?:plugins|character_sets)[ ]{1,2}group[ ]{1,2}by)",
    ),
    strong(
        "concatenated_out",
        r#"(?i-u:['"][ ]{0,2}\|\|[ ]{0,2}\([ ]{0,2}(?:select|elt|case)\b|['"][ ]{0,2}\|\|[ ]{0,2}(?:dbms_|utl_|sys\.|pg_sleep|elt[ ]{0,2}\()|\bconcat(?:_ws)?[ ]{0,2}\([ ]{0,2}0x[0-9a-f]{2,40}[ ]{0,2},)"#,
    ),
    // Statements whose words are put together where they run.
    strong(
        "put_together",
        r"(?i-u:\bexec(?:ute)?(?:[ ]{1,2}immediate)?[ ]{0,2}\(?[ ]{0,2}n?'[a-z _]{1,20}'[ ]{0,2}(?:\|\||\+)[ ]{0,2}')",
    ),
    outside(
        "declared_and_set",
        r"(?i-u:\bdeclare[ ]{1,3}@[a-z_]{1,12}[ ]{1,3}(?:as[ ]{1,2})?n?(?:var)?char[ ]{0,2}\([ ]{0,2}(?:[0-9]{1,4}|max)[ ]{0,2}\)[ ]{1,3}(?:select|set|exec)[ ]{1,3}@)",
    ),
    Shape {
        name: "hexadecimal_statement",
        regex: r"0[xX][0-9a-fA-F]{16,1000}",
        confidence: 80,
        accept: Some(spells_a_statement),
    },
    // What an engine says of itself, asked where a value was expected.
    outside(
        "engine_asked",
        r"(?i-u:\b(?:select|print|and|or|=)[ (]{1,4}@@(?:version|microsoftversion|servername|hostname|datadir|basedir|tmpdir|variable)|\bselect[ ]{1,2}(?:current_setting[ ]{0,2}\([ ]{0,2}'(?:config_file|hba_file|data_directory|krb|password|is_superuser)|(?:version|current_database|session_user|system_user)[ ]{0,2}\([ ]{0,2}\)[ ]{0,2};|(?:session|current)_user[ ]{0,2};))",
    ),
    Shape {
        name: "credentials_read",
        regex: r"(?i-u:\bfrom[ ]{1,3}(?:pg_shadow|pg_authid|sys\.user\$|master\.(?:\.|dbo\.)(?:sys|xp_)|syslogins|sysxlogins))",
        confidence: 60,
        accept: None,
    },
    outside(
        "catalogue_read",
        r"(?i-u:\bfrom[ ]{1,3}(?:mysql\.user|dba_users|syscat\.(?:dbauth|tabauth|schemata)|sysibm\.systables|syscolumns[ ]{1,2}where[ ]{1,2}id[ ]{0,2}=[ ]{0,3}\())",
    ),
    outside(
        "select_compared",
        r"(?i-u:\b(?:and|or)[ ]{1,4}(?:[0-9]{1,6}[ ]{0,3}(?:in|=|<|>|like)[ ]{0,3}\(?[ ]{0,3}|\([ ]{0,3}|not[ ]{1,2}exists[ ]{0,2}\([ ]{0,2}|ascii[ ]{0,2}\([ (]{0,4})select[ (]{1,4}(?:substr|ascii|top\b|count|char|chr|case|concat|user|version|database|@@|distinct|table_name|password|[a-z_]{1,20}[ ]{1,3}from\b))",
    ),
    outside(
        "function_compared",
        r"(?i-u:\b(?:ascii|ord|unicode)[ ]{0,2}\([ ]{0,2}(?:substr|substring|mid|lower)[ ]{0,2}\(|\b(?:user_name|db_name|system_user|suser_sname|database|version)[ ]{0,2}\([ ]{0,2}\)[ ]{0,2}(?:=|like|<|>)|\b(?:length|len)[ ]{0,2}\([ ]{0,2}(?:database|user|version)[ ]{0,2}\()",
    ),
    outside(
        "constants_between",
        r"(?i-u:\b(?:and|or)[ ]{1,3}[0-9]{1,4}[ ]{1,2}(?:not[ ]{1,2})?between[ ]{1,2}[0-9]{1,4}[ ]{1,2}and[ ]{1,2}[0-9]{1,4}\b)",
    ),
    // To files and to other hosts.
    strong(
        "to_another_host",
        r"(?i-u:\bbackup[ ]{1,2}(?:database|log)[ ]{1,2}[a-z_]{1,30}[ ]{1,2}to[ ]{1,2}disks?[ ]{0,2}=[ ]{0,2}'\\\\|\bcopy\b(?u:[^\n;]){1,80}?\b(?:from|to)[ ]{1,2}program[ ]{1,2}'|\blo_(?:import|export)[ ]{0,2}\([ ]{0,2}'|\bdblink(?:_connect)?[ ]{0,2}\([ ]{0,2}'host|\bsys_(?:eval|exec)[ ]{0,2}\([ ]{0,2}'|\bload_extension[ ]{0,2}\([ ]{0,2}')",
    ),
    outside("load_file_written", r"(?i-u:\bload_file[ ]{1,3}\([ ]{1,3}(?:char|0x|'))"),
    // A list of columns is guessed.
    strong(
        "union_of_constants",
        r"(?i-u:\bunion[ ]{1,4}(?:all[ ]{1,4})?select[ ]{1,4}(?:null|[0-9]{1,4})[ ]{0,3},(?u:[^\n;]){0,80}?(?:version[ ]{0,3}\(|database[ ]{0,3}\(|user[ ]{0,3}\(|concat[a-z_]{0,3}[ ]{0,3}\(|@@|load_file|null[ ]{0,3},[ ]{0,3}null|information_schema\.))",
    ),
    strong("comment_that_runs", r"(?i-u:/\*!(?:[0-9]{5})?[ ]?(?:union|select|or|and|where|from)\b)"),
    strong(
        "columns_guessed",
        r"(?i-u:\bunion[ ]{1,4}(?:all[ ]{1,4})?select[ ]{1,4}(?:(?:null|[0-9]{1,6}|'[a-z0-9]{0,6}')[ ]{0,3},[ ]{0,3}){2,40}(?:null|[0-9]{1,6}|'[a-z0-9]{0,6}')[ ]{0,3}(?:--|#|/\*))",
    ),
];
