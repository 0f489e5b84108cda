//! Whole documents: what loads, what does not and what it says then, and that reader and schema agree. The
//! documents of `tests/testdata/policies/` are tried by the conformance crate.

use serde_json::Value;

use super::*;
use crate::faults::Fault;

const DETECTORS: &[&str] = &[
    "api_key",
    "credit_card",
    "email",
    "hidden_text",
    "iban",
    "password_assignment",
    "prompt_injection",
    "system_prompt_extraction",
    "us_ssn",
];

/// A document among the test data.
macro_rules! document {
    ($path:literal) => {
        include_str!(concat!("../../../../tests/testdata/policies/", $path))
    };
}

/// The document that the language's description opens with.
const EXAMPLE: &str = r#"
apiVersion: v1
kind: AIPolicy
metadata:
  name: support-agents
spec:
  mode: enforce
  failure_mode: closed
  default_action: ALLOW
  rules:
    - name: no-sql-in-prompts
      type: input_validation
      pattern: '(?i)\b(?:union\s+select|drop\s+table)\b'
      action: BLOCK
      log_level: WARNING
    - name: no-injection
      type: input_validation
      detectors: [prompt_injection, system_prompt_extraction, hidden_text]
      roles: [user, tool]
      action: BLOCK
    - name: personal-data-out
      type: output_filter
      patterns:
        - "Employee number": '\bE-\d{6}\b'
      detectors: [us_ssn, credit_card, email]
      action: REDACT
      replacement: "[REDACTED]"
    - name: crm-calls
      type: action_control
      target_endpoint: "api.crm.example"
      limit: "10 per minute"
      action: CONSTRAIN
    - name: audit
      type: logging
      trigger: on_every_request
      capture: [request_id, agent_identity, model_used, input_tokens, output_tokens, policy_decisions]
      retention_days: 90
"#;

fn faults(source: &str) -> Vec<Fault> {
    Document::read(source, DETECTORS).map_or_else(|faults| faults.0, |_| Vec::new())
}

/// A document with these rules, which are written without indentation.
fn with_rules(rules: &str) -> String {
    let rules: String = rules.lines().map(|line| format!("    {line}\n")).collect();
    format!("apiVersion: v1\nkind: AIPolicy\nspec:\n  rules:\n{rules}")
}

fn json_of(source: &str) -> Value {
    yaml::read(source, &mut Vec::new()).unwrap().to_json()
}

fn fits_schema(source: &str) -> bool {
    static SCHEMA: std::sync::LazyLock<jsonschema::Validator> =
        std::sync::LazyLock::new(|| jsonschema::draft202012::new(&schema(DETECTORS)).unwrap());
    SCHEMA.is_valid(&json_of(source))
}

#[test]
fn the_example_loads_and_fits_the_schema() {
    let (document, warnings) = Document::read(EXAMPLE, DETECTORS).unwrap();
    assert_eq!(document.name, "support-agents");
    assert_eq!(document.rules.len(), 5);
    assert_eq!(warnings, []);
    assert!(jsonschema::meta::is_valid(&schema(DETECTORS)));
    assert!(fits_schema(EXAMPLE));
}

#[test]
fn the_test_documents_and_the_built_in_example_fit_the_schema() {
    let sources = [
        document!("action_control/everything.yaml"),
        document!("budget/everything.yaml"),
        document!("input_validation/everything.yaml"),
        document!("input_validation/json.yaml"),
        document!("input_validation/patterns.yaml"),
        document!("logging/everything.yaml"),
        document!("model_access/everything.yaml"),
        document!("output_filter/everything.yaml"),
        include_str!("../../../../functions/local/src/example.yaml"),
    ];
    for source in sources {
        assert_eq!(faults(source), [], "{source}");
        assert!(fits_schema(source), "{source}");
    }
}

#[test]
fn json_says_the_same_as_yaml() {
    let json = json_of(EXAMPLE).to_string();
    let revision = |source: &str| Document::read(source, DETECTORS).unwrap().0.revision;
    assert_eq!(revision(&json), revision(EXAMPLE));
}

#[test]
fn the_revision_follows_the_meaning_alone() {
    let revision = |source: &str| Document::read(source, DETECTORS).unwrap().0.revision;
    let same = EXAMPLE
        .replace("BLOCK", "block")
        .replace("  mode: enforce\n", "")
        .replace("metadata:", "# a comment\nmetadata:\n  description: other words")
        .replace(
            "      type: logging\n      trigger: on_every_request",
            "      trigger: on_every_request\n      type: logging",
        )
        .replace("[request_id, agent_identity", "[agent_identity, request_id");
    assert_eq!(revision(&same), revision(EXAMPLE));
    for (from, to) in [("10 per", "11 per"), ("hidden_text]", "us_ssn]"), ("E-", "F-"), ("ALLOW", "BLOCK")] {
        assert_ne!(revision(&EXAMPLE.replacen(from, to, 1)), revision(EXAMPLE), "{from} {to}");
    }
}

#[test]
fn all_of_ten_planted_faults_are_reported_with_their_places() {
    let source = r#"apiVersion: v2
kind: AIPolicy
spec:
  mod: enforce
  rules:
    - name: first
      type: input_validation
      pattern: '(?=x)y'
      acton: BLOCK
    - name: first
      type: output_filter
      roles: [user]
      detectors: [us_sn]
    - name: Third
      type: budgets
    - name: fourth
      type: action_control
      limit: often
      limit: 3 per day
      when: 'request.modle == "x"'
"#;
    let found: Vec<_> = faults(source).into_iter().map(|fault| fault.to_string()).collect();
    let expected = [
        "1:13: `v2`: did you mean `v1`?",
        "4:3: `mod`: did you mean `mode`?",
        "8:16: rule `first`: `(?=x)y` is not a regular expression: at character 1: look-around is not supported: \
         matching takes time linear in the text, so write what is to be found itself",
        "9:7: rule `first`: `acton`: did you mean `action`?",
        "10:13: `first` is the name of the rule in line 6, too",
        "12:7: rule `first`: `roles` does not go with `output_filter`: it goes with `input_validation`",
        "13:19: rule `first`: `us_sn`: did you mean `us_ssn`?",
        "14:13: rule `Third`: `Third` is no name: expected lower-case letters, digits and `-` between them, at \
         most 63",
        "15:13: rule `Third`: `budgets`: did you mean `budget`?",
        "18:14: rule `fourth`: `often` is no limit: expected such as `10 per minute`, `200000 tokens per day`",
        "19:7: `limit` stands twice in this map",
        "20:13: rule `fourth`: `request.modle`: expected `dialect`, `model`, `provider`, `region`, `stream` or \
         `tools` after `request.`",
    ];
    assert_eq!(found, expected);
}

/// Rules that load, and how many faults each of the others has. The last column says whether the fault is one
/// of structure, which the schema must find, too.
const RULE_ROWS: &[(&str, &str, bool)] = &[
    ("input_validation\n  pattern: abc1", "", false),
    ("input_validation\n  patterns: abc1", "", false),
    ("input_validation\n  patterns: [abc1, def2]", "", false),
    ("input_validation\n  patterns: [{A: abc1}, {B: def2}]", "", false),
    ("input_validation\n  patterns: [{name: A, pattern: abc1}]", "", false),
    ("input_validation\n  patterns: {A: abc1, B: def2}", "", false),
    ("input_validation\n  patterns: []", "found an empty list", true),
    ("input_validation\n  patterns: {}", "found an empty map", true),
    ("input_validation\n  patterns: [{A: abc1, B: def2}]", "`pattern` is missing|unknown field `A`", true),
    ("input_validation\n  pattern: 7", "put it in quotes", true),
    ("input_validation\n  pattern: ''", "found an empty one", true),
    ("input_validation\n  pattern: a*", "matches the empty string", false),
    ("input_validation\n  pattern: '(a)\\1'", "back-references are not supported", false),
    ("input_validation\n  pattern: '(?<!a)b'", "look-around is not supported", false),
    ("input_validation\n  pattern: '(?:\\w{200}){200}'", "needs more than 2 MiB", false),
    ("input_validation\n  pattern: '[a'", "unclosed character class", false),
    ("input_validation\n  detectors: email", "", false),
    ("input_validation\n  detectors: [{id: email, min_confidence: 0.8}]", "", false),
    ("input_validation\n  detectors: [{id: email, min_confidence: 80}]", "out of range", true),
    ("input_validation\n  detectors: [nonsense]", "unknown detector `nonsense`", true),
    ("input_validation\n  max_length: 0", "out of range", true),
    ("input_validation\n  max_length: ten", "expected a whole number", true),
    ("input_validation\n  max_messages: 4", "", false),
    ("input_validation\n  max_messages: 4\n  roles: [user]", "`roles` says whose texts", false),
    ("input_validation\n  allowed_characters: 'a-zA-Z0-9 .,'", "", false),
    ("input_validation\n  allowed_characters: '[a-z]'", "", false),
    ("input_validation\n  allowed_characters: 'a]b'", "not the inside of a regex class", false),
    ("input_validation\n  allowed_characters: '\\s\\S'", "allows every character", false),
    ("input_validation\n  content_types: [text]", "", false),
    ("input_validation\n  content_types: [text, image, audio, file, stored]", "can never apply", false),
    ("input_validation\n  content_types: [video]", "unknown word `video`", true),
    ("input_validation", "nothing to check", false),
    ("input_validation\n  roles: [user]", "nothing to check", false),
    ("input_validation\n  pattern: abc1\n  replacement: x", "goes with `action: REDACT`", false),
    ("input_validation\n  pattern: abc1\n  action: redact\n  transform: mask", "", false),
    ("input_validation\n  pattern: abc1\n  action: Redact\n  transform: token", "", false),
    (
        "input_validation\n  pattern: abc1\n  action: REDACT\n  transform: pseudonym",
        "not available yet",
        false,
    ),
    (
        "input_validation\n  pattern: abc1\n  action: REDACT\n  transform: mask\n  replacement: x",
        "`transform: replace` only",
        false,
    ),
    ("input_validation\n  max_messages: 4\n  action: REDACT", "cannot be covered", false),
    ("input_validation\n  pattern: abc1\n  action: CONSTRAIN", "needs `constrain`", false),
    ("input_validation\n  pattern: abc1\n  action: CONSTRAIN\n  constrain: {}", "changes nothing", false),
    (
        "input_validation\n  pattern: abc1\n  action: CONSTRAIN\n  constrain: {tools: remove, redact: true}",
        "",
        false,
    ),
    (
        "input_validation\n  pattern: abc1\n  action: CONSTRAIN\n  constrain: {tools: some}",
        "expected `remove` or a list",
        true,
    ),
    (
        "input_validation\n  pattern: abc1\n  action: CONSTRAIN\n  constrain: {temperature: 3}",
        "out of range",
        true,
    ),
    ("input_validation\n  pattern: abc1\n  constrain: {max_tokens: 5}", "`action: CONSTRAIN` only", false),
    ("input_validation\n  pattern: abc1\n  action: BLOK", "did you mean `BLOCK`", true),
    ("input_validation\n  pattern: abc1\n  log_level: warning", "", false),
    ("input_validation\n  pattern: abc1\n  log_level: loud", "unknown word", true),
    ("input_validation\n  pattern: abc1\n  mode: MONITOR", "did you mean `monitor`", true),
    ("input_validation\n  pattern: abc1\n  description: ", "found nothing", true),
    ("output_filter\n  detectors: [email]", "", false),
    ("output_filter\n  detectors: [email]\n  roles: [user]", "does not go with `output_filter`", true),
    ("output_filter\n  detectors: [email]\n  transform: token", "goes with `input_validation`", false),
    ("output_filter\n  format: {json_schema: {type: object}}\n  action: BLOCK", "", false),
    ("output_filter\n  format: {json_schema: {type: 7}}", "not a JSON Schema", false),
    (
        "output_filter\n  format: {json_schema: {$ref: 'https://schemas.example/a.json'}}",
        "not a JSON Schema",
        false,
    ),
    ("output_filter\n  format: {json_schema: {$ref: 'file:///etc/passwd'}}", "not a JSON Schema", false),
    ("output_filter\n  format: {json_schema: {pattern: '(?=a)b'}}", "not a JSON Schema", false),
    ("output_filter\n  format: {}", "`json_schema` is missing", true),
    ("output_filter\n  allowed_urls: []", "", false),
    ("output_filter\n  allowed_urls: ['a b']", "not a host name", false),
    ("output_filter\n  pattern: abc1\n  action: CONSTRAIN\n  constrain: {redact: true}", "", false),
    (
        "output_filter\n  pattern: abc1\n  action: CONSTRAIN\n  constrain: {max_tokens: 5}",
        "answer is there already",
        false,
    ),
    (
        "action_control\n  target_endpoint: api.example\n  limit: 10 per minute\n  action: CONSTRAIN",
        "",
        false,
    ),
    ("action_control\n  target_endpoints: [api.example, '*.example.com']", "", false),
    ("action_control\n  tools: [get_*]\n  allow_only: true", "", false),
    ("action_control\n  tools: ['*_get']", "`*` can stand at the end only", true),
    ("action_control\n  methods: [post]", "", false),
    ("action_control\n  methods: ['po st']", "no HTTP method", true),
    ("action_control\n  allow_only: true", "nothing to check|`allow_only` needs", false),
    ("action_control\n  tools: [a]\n  action: REDACT", "does not go with `action_control`", false),
    ("action_control\n  tools: [a]\n  action: CONSTRAIN", "needs `constrain`", false),
    ("action_control\n  arguments: {/city: {enum: [Lisbon], pattern: '^[a-z]*$'}}", "", false),
    ("action_control\n  arguments: {/city: {pattern: '[a-z]*'}}", "matches the empty string", false),
    ("action_control\n  arguments: {city: {max: 3}}", "no JSON pointer", true),
    ("action_control\n  arguments: {/city: {}}", "found an empty map", true),
    ("action_control\n  arguments: {/city: {schema: {type: string}}}", "", false),
    ("action_control\n  sql: {allow: [select], argument: /query, allow_writes_to: [staging]}", "", false),
    ("action_control\n  sql: {allow: [selct]}", "did you mean `select`", true),
    ("action_control\n  sql: {argument: /query}", "`sql` says nothing", false),
    ("action_control\n  limit: 10 tokens per day", "counts actions", false),
    ("action_control\n  tools: [a]\n  per: tool", "`per` goes with a `limit`", false),
    ("action_control\n  limit: 10 per day\n  per: tool\n  burst: 10", "", false),
    ("action_control\n  limit: 10 per day\n  burst: 11", "more than the limit grants", false),
    (
        "action_control\n  tools: [a]\n  limit: 10 per day\n  allow_only: true\n  action: CONSTRAIN",
        "must be refused",
        false,
    ),
    ("action_control\n  limit: 10 per day\n  action: ALLOW", "holds nothing back", false),
    ("model_access\n  models: [echo-*]\n  action: ALLOW", "", false),
    ("model_access\n  action: ALLOW", "nothing to check", false),
    ("model_access\n  models: [a]\n  action: REDACT", "does not go with `model_access`", false),
    ("model_access\n  models: [a]\n  action: CONSTRAIN", "needs `constrain`", false),
    ("model_access\n  models: [a]\n  action: CONSTRAIN\n  constrain: {model: b}", "", false),
    ("model_access\n  models: [a]\n  action: CONSTRAIN\n  constrain: {redact: true}", "looks at none", false),
    ("budget\n  limit: 200000 tokens per day", "", false),
    ("budget\n  limit: 50 USD per month", "not available yet", true),
    ("budget", "`limit` is missing", true),
    ("budget\n  limit: 5 per day\n  per: tool", "counts model calls", false),
    ("budget\n  limit: 5 per day\n  action: REDACT", "does not go with `budget`", false),
    ("logging", "", false),
    ("logging\n  capture: [request_id, tokens]", "unknown word `tokens`", true),
    ("logging\n  sample: 2", "out of range", true),
    ("logging\n  action: BLOCK", "does not go with `logging`", false),
    ("guardrail\n  service: bedrock", "`guardrail` rules are not available yet", true),
    ("input_validation\n  pattern: abc1\n  when: 'request.model == \"a\"'", "", false),
    (
        "input_validation\n  pattern: abc1\n  when: '\"x\" in identity.groups && request.tools.exists(t, t == \"a\")'",
        "",
        false,
    ),
    ("input_validation\n  pattern: abc1\n  when: 'has(identity.claims.team)'", "", false),
    ("input_validation\n  pattern: abc1\n  when: 'identity.claims.team.startsWith(\"a\")'", "", false),
    ("input_validation\n  pattern: abc1\n  when: 'request.'", "not a CEL expression", false),
    ("input_validation\n  pattern: abc1\n  when: 'user == 1'", "unknown variable `user`", false),
    (
        "input_validation\n  pattern: abc1\n  when: 'request.model.starstWith(\"a\")'",
        "did you mean `startsWith`",
        false,
    ),
];

#[test]
fn each_rule_says_what_is_wrong_with_it() {
    let mut wrong = Vec::new();
    for (rule, expected, structural) in RULE_ROWS {
        let source = with_rules(&format!("- name: it\n  type: {rule}"));
        let found: Vec<_> = faults(&source).iter().map(ToString::to_string).collect();
        let named = |message: &str| found.iter().any(|fault| fault.contains(message));
        let right = if expected.is_empty() { found.is_empty() } else { expected.split('|').all(named) };
        // What loads fits the schema, and what is wrong in structure does not.
        let schema_right =
            !(expected.is_empty() || *structural) || fits_schema(&source) == expected.is_empty();
        if !right || !schema_right {
            wrong.push(format!(
                "{rule}\nexpected {expected}\nfound {found:#?}\nschema as expected: {schema_right}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn warnings_name_what_is_allowed_but_not_wise() {
    let rows = [
        ("- {name: a, type: input_validation, pattern: '\\w+'}", "catches ordinary text"),
        ("- {name: a, type: logging, trigger: never}", "leaves no records"),
        ("- {name: a, type: budget, limit: 5 per day, failure_mode: open}", "lets calls by"),
        (
            "- {name: a, type: model_access, models: [x], action: BLOCK}\n\
             - {name: b, type: model_access, models: [x], action: LOG}",
            "`a` checks the same and is stricter",
        ),
    ];
    for (rules, expected) in rows {
        let (_, warnings) = Document::read(&with_rules(rules), DETECTORS).unwrap();
        assert!(warnings.iter().any(|warning| warning.0.message.contains(expected)), "{rules}: {warnings:?}");
    }
    let (_, warnings) =
        Document::read("apiVersion: v1\nkind: AIPolicy\nspec: {rules: []}", DETECTORS).unwrap();
    assert!(warnings.iter().any(|warning| warning.0.message.contains("every call is allowed")));
}

#[test]
fn a_document_that_is_none_says_so() {
    let rows = [
        ("", "the document is empty"),
        ("- a", "expected a map"),
        ("kind: AIPolicy", "`apiVersion` is missing"),
        ("apiVersion: v1\nkind: Policy\nspec: {rules: []}", "did you mean `AIPolicy`"),
        ("apiVersion: v1\nkind: AIPolicy\nspec: {}", "`rules` is missing"),
        ("apiVersion: v1\nkind: AIPolicy\nspec: {rules: {}}", "expected a list"),
        ("apiVersion: v1\nkind: AIPolicy\nspec: {rules: [7]}", "expected a map, found a number"),
    ];
    for (source, expected) in rows {
        let found = faults(source);
        assert!(found.iter().any(|fault| fault.message.contains(expected)), "{source}: {found:?}");
    }
}
