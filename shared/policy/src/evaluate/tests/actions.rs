//! `action_control`.

use super::*;

fn http(url: &str) -> Action {
    action(ActionKind::Http, "", url, Value::Null)
}

fn offer(name: &str) -> Action {
    action(ActionKind::ToolOffer, name, "", Value::Null)
}

#[test]
fn selectors_without_allow_only() {
    let crm = "name: r, type: action_control, target_endpoint: api.crm.example, action: BLOCK";
    let tools = "name: r, type: action_control, tools: [delete_*, pay], action: BLOCK";
    let post = "name: r, type: action_control, methods: [post], target_endpoints: [a.example], action: BLOCK";
    let rows = [
        (crm, http("https://api.crm.example/v1"), "block r"),
        (crm, http("https://other.example/"), "allow"),
        (
            crm,
            action(ActionKind::ToolCall, "fetch", "https://x.example https://api.crm.example", json!({})),
            "block r",
        ),
        (crm, tool_call("fetch", json!({})), "allow"),
        (crm, action(ActionKind::McpServer, "m", "https://api.crm.example/mcp", Value::Null), "block r"),
        (tools, tool_call("delete_user", json!({})), "block r"),
        (tools, tool_call("pay", Value::Null), "block r"),
        (tools, tool_call("payout", json!({})), "allow"),
        (tools, offer("delete_user"), "block r"),
        (tools, http("https://a.example/delete_user"), "allow"),
        (tools, action(ActionKind::McpServer, "pay", "", Value::Null), "allow"),
        (post, http("https://a.example/"), "block r"),
        (post, Action { method: "GET".to_owned(), ..http("https://a.example/") }, "allow"),
        (post, action(ActionKind::ToolCall, "t", "https://a.example/", json!({})), "allow"),
    ];
    for (rule, action, expected) in rows {
        let policy = policy(&[rule]);
        for given in [Given::request(), Given::answer()] {
            assert_eq!(told(&given.action(action.clone()).judge(&policy)), expected, "{rule} {action:?}");
        }
    }
}

#[test]
fn allow_only() {
    let hosts = "name: r, type: action_control, target_endpoints: [a.example, \"*.b.example\"], allow_only: true, action: BLOCK";
    let tools = "name: r, type: action_control, tools: [get_*], allow_only: true, action: BLOCK";
    let both = "name: r, type: action_control, tools: [fetch], target_endpoint: a.example, allow_only: true, action: BLOCK";
    let rows = [
        (hosts, http("https://a.example/"), None),
        (hosts, http("https://c.example/"), Some("target")),
        (hosts, http(""), Some("target")),
        (hosts, action(ActionKind::ToolCall, "t", "https://a.example https://x.b.example", json!({})), None),
        (
            hosts,
            action(ActionKind::ToolCall, "t", "https://a.example https://c.example", json!({})),
            Some("target"),
        ),
        (hosts, tool_call("t", json!({})), None),
        (hosts, action(ActionKind::McpServer, "m", "", Value::Null), Some("target")),
        (tools, tool_call("get_weather", json!({})), None),
        (tools, tool_call("set_weather", json!({})), Some("tool")),
        (tools, offer("set_weather"), Some("tool")),
        (tools, http("https://c.example/"), None),
        (both, action(ActionKind::ToolCall, "fetch", "https://a.example", json!({})), None),
        (both, action(ActionKind::ToolCall, "fetch", "https://c.example", json!({})), Some("target")),
        (both, action(ActionKind::ToolCall, "other", "https://a.example", json!({})), Some("tool")),
        (both, tool_call("fetch", json!({})), None),
    ];
    for (rule, action, because) in rows {
        let judgement = Given::answer().action(action.clone()).judge(&policy(&[rule]));
        let told = judgement.applied.first().map(|applied| applied.actions[0].because);
        assert_eq!(told, because, "{rule} {action:?}");
        assert_eq!(judgement.decision == Decision::Block, because.is_some(), "{rule} {action:?}");
    }
}

#[test]
fn what_arguments_must_be() {
    let rule = |requirement: &str| {
        format!("name: r, type: action_control, tools: [pay], action: BLOCK, arguments: {{{requirement}}}")
    };
    let rows = [
        ("/to: {pattern: '^[a-z]+$'}", json!({"to": "bob"}), true),
        ("/to: {pattern: '^[a-z]+$'}", json!({"to": "bob; rm"}), false),
        ("/to: {pattern: '^[a-z]+$'}", json!({"to": 7}), false),
        ("/to: {pattern: '^[a-z]+$'}", json!({}), true),
        ("/to: {pattern: '^[a-z]+$'}", Value::Null, true),
        ("/to: {pattern: '^[a-z]+$'}", json!("{\"to\": \"bob"), false),
        ("/currency: {enum: [EUR, USD]}", json!({"currency": "EUR"}), true),
        ("/currency: {enum: [EUR, USD]}", json!({"currency": "eur"}), false),
        ("/currency: {enum: [EUR, USD]}", json!({}), true),
        ("/amount: {max: 100}", json!({"amount": 100}), true),
        ("/amount: {max: 100}", json!({"amount": 100.01}), false),
        ("/amount: {max: 100}", json!({"amount": "1"}), false),
        ("/amount: {max: 100}, /to: {enum: [bob]}", json!({"amount": 1, "to": "eve"}), false),
        ("/a/b/0: {max: 1}", json!({"a": {"b": [2]}}), false),
        ("/to: {schema: {type: string}}", json!({"to": "x"}), true),
        ("/to: {schema: {type: string}}", json!({"to": 1}), false),
        ("/to: {schema: {type: string}}", json!({}), false),
    ];
    for (requirement, arguments, kept) in rows {
        let policy = policy(&[&rule(requirement)]);
        let given = Given::answer().action(tool_call("pay", arguments.clone()));
        let expected = if kept { "allow" } else { "block r" };
        assert_eq!(told(&given.judge(&policy)), expected, "{requirement} {arguments}");
        let offered = Given::request().action(offer("pay"));
        assert_eq!(told(&offered.judge(&policy)), "allow", "{requirement}");
    }
}

#[test]
fn what_sql_in_arguments_may_do() {
    let pointed = "name: r, type: action_control, tools: [run_sql], action: BLOCK, sql: {argument: /query, allow: [select]}";
    let named = "name: r, type: action_control, tools: [run_sql], action: BLOCK, sql: {allow: [select]}";
    let any =
        "name: r, type: action_control, methods: [POST], action: BLOCK, sql: {allow_writes_to: [staging]}";
    let rows = [
        (pointed, json!({"query": "SELECT 1"}), true),
        (pointed, json!({"query": "DROP TABLE users"}), false),
        (pointed, json!({"query": "hello"}), false),
        (pointed, json!({"query": ["SELECT 1", "SELECT 2"]}), true),
        (pointed, json!({"query": ["SELECT 1", "DELETE FROM t"]}), false),
        (pointed, json!({"query": {"sql": "DELETE FROM t"}}), false),
        (pointed, json!({"other": "DROP TABLE users"}), true),
        (pointed, json!("SELECT 1"), false),
        (named, json!({"db": "crm", "q": "SELECT 1"}), true),
        (named, json!({"db": "crm", "q": {"deep": ["DELETE FROM t"]}}), false),
        (named, json!({"q": "sp_who 'x'"}), false),
        (named, json!({}), true),
        (any, json!({"city": "Berlin"}), true),
        (any, json!({"q": "INSERT INTO staging.t VALUES (1)"}), true),
        (any, json!({"q": "INSERT INTO prod.t VALUES (1)"}), false),
    ];
    for (rule, arguments, kept) in rows {
        let mut call = tool_call("run_sql", arguments.clone());
        call.method = "POST".to_owned();
        let expected = if kept { "allow" } else { "block r" };
        assert_eq!(
            told(&Given::answer().action(call).judge(&policy(&[rule]))),
            expected,
            "{rule} {arguments}"
        );
    }
}

#[test]
fn a_record_of_an_action_holds_neither_its_arguments_nor_its_urls() {
    let rule = "name: r, type: action_control, tools: [\"*\"], action: BLOCK";
    let call =
        action(ActionKind::ToolCall, &"n".repeat(100), "https://secret.example", json!({"a": "secret"}));
    let judgement = Given::answer().action(call).judge(&policy(&[rule]));
    let shown = serde_json::to_string(&judgement.applied).unwrap();
    assert!(!shown.contains("secret"), "{shown}");
    assert_eq!(judgement.applied[0].actions[0].name.len(), 64);
}
