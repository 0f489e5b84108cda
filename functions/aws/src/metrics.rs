//! Metrics out of decision records, in CloudWatch's embedded metric format: lines of the log that CloudWatch counts.
//! Only the final record of a call is counted. Names and rules are dimensions, callers never are, for each value of a
//! dimension costs money.
//!
//! Source: the format's published description, version 1.

use serde_json::{Value, json};

const NAMESPACE: &str = "Sallyport";

/// The lines for a record, each with its end; none for one that is not final, or where the function has no name.
pub(crate) fn lines(record: &str, function: &str, unix_ms: u64) -> String {
    let record: Value = serde_json::from_str(record).unwrap_or_default();
    if function.is_empty() || record.get("final") != Some(&Value::Bool(true)) {
        return String::new();
    }
    let outcome = record.get("decision").and_then(Value::as_str).unwrap_or_default();
    let mut lines = format!("{}\n", of_call(&record, function, outcome, unix_ms));
    let rules = record.get("reasons").and_then(Value::as_array).into_iter().flatten();
    for rule in rules.filter_map(Value::as_str) {
        let metadata = json!([{"name": "Decisions", "unit": "Count", "by": ["Function", "Outcome", "Rule"]}]);
        let values = json!({"Function": function, "Outcome": outcome, "Rule": rule, "Decisions": 1});
        lines.push_str(&format!("{}\n", line(&metadata, values, unix_ms)));
    }
    lines
}

/// Everything that is counted of a call, whatever rule decided it.
fn of_call(record: &Value, function: &str, outcome: &str, unix_ms: u64) -> Value {
    let number = |pointer: &str| record.pointer(pointer).and_then(Value::as_u64);
    let fail_open = record.get("fail_open") == Some(&Value::Bool(true));
    let mut metrics = vec![
        json!({"name": "Decisions", "unit": "Count", "by": ["Function", "Outcome"]}),
        json!({"name": "FailOpen", "unit": "Count", "by": ["Function"]}),
    ];
    let mut values = json!({
        "Function": function,
        "Outcome": outcome,
        "Decisions": 1,
        "FailOpen": u8::from(fail_open),
    });
    let tokens = number("/usage/input_tokens").zip(number("/usage/output_tokens"));
    let more = [
        ("CheckLatency", "Microseconds", number("/latency_us/checks")),
        ("HeldBytes", "Bytes", number("/held_bytes")),
        ("Tokens", "Count", tokens.map(|(input, output)| input.saturating_add(output))),
    ];
    for (name, unit, value) in more {
        if let (Some(value), Some(members)) = (value, values.as_object_mut()) {
            metrics.push(json!({"name": name, "unit": unit, "by": ["Function"]}));
            members.insert(name.to_owned(), value.into());
        }
    }
    line(&Value::Array(metrics), values, unix_ms)
}

/// A line with these metrics: a name, a unit and the dimensions of each.
fn line(metrics: &Value, mut values: Value, unix_ms: u64) -> Value {
    let directive = |metric: &Value| {
        json!({
            "Namespace": NAMESPACE,
            "Dimensions": [metric.get("by")],
            "Metrics": [{"Name": metric.get("name"), "Unit": metric.get("unit")}],
        })
    };
    let directives: Vec<Value> = metrics.as_array().into_iter().flatten().map(directive).collect();
    if let Some(members) = values.as_object_mut() {
        members.insert("_aws".to_owned(), json!({"Timestamp": unix_ms, "CloudWatchMetrics": directives}));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &Value) -> Vec<Value> {
        let lines = lines(&record.to_string(), "gate", 7);
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The metrics of a line: name, unit, dimensions and value.
    fn metrics(line: &Value) -> Vec<String> {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        let told = directives.iter().map(|directive| {
            let (name, unit) = (&directive["Metrics"][0]["Name"], &directive["Metrics"][0]["Unit"]);
            let by = directive["Dimensions"][0].as_array().unwrap().iter();
            let by: Vec<_> = by.map(|name| line[name.as_str().unwrap()].as_str().unwrap()).collect();
            format!(
                "{} {} {by:?} {}",
                name.as_str().unwrap(),
                unit.as_str().unwrap(),
                line[name.as_str().unwrap()]
            )
        });
        told.collect()
    }

    #[test]
    fn a_call_is_counted_once_and_once_for_each_rule_that_decided_it() {
        let record = json!({
            "final": true,
            "decision": "block",
            "reasons": ["no-sql", "no-injection"],
            "fail_open": true,
            "latency_us": {"checks": 70},
            "held_bytes": 11,
            "usage": {"input_tokens": 3, "output_tokens": 4},
            "identity": {"id": "ada"},
        });
        let lines = read(&record);
        let told: Vec<Vec<String>> = lines.iter().map(metrics).collect();
        let wanted = vec![
            vec![
                r#"Decisions Count ["gate", "block"] 1"#,
                r#"FailOpen Count ["gate"] 1"#,
                r#"CheckLatency Microseconds ["gate"] 70"#,
                r#"HeldBytes Bytes ["gate"] 11"#,
                r#"Tokens Count ["gate"] 7"#,
            ],
            vec![r#"Decisions Count ["gate", "block", "no-sql"] 1"#],
            vec![r#"Decisions Count ["gate", "block", "no-injection"] 1"#],
        ];
        assert_eq!(told, wanted);
        assert!(lines.iter().all(|line| line["_aws"]["Timestamp"] == 7 && !line.to_string().contains("ada")));
    }

    #[test]
    fn what_a_record_does_not_say_is_not_counted() {
        let told = read(&json!({"final": true, "decision": "allow", "reasons": []}));
        let wanted = [r#"Decisions Count ["gate", "allow"] 1"#, r#"FailOpen Count ["gate"] 0"#];
        assert_eq!(told.iter().map(metrics).collect::<Vec<_>>(), [wanted]);
    }

    #[test]
    fn a_record_on_the_way_is_not_counted() {
        assert!(read(&json!({"final": false, "decision": "allow"})).is_empty());
        assert!(read(&json!({"decision": "allow"})).is_empty());
        assert!(lines(r#"{"final":true}"#, "", 7).is_empty());
        assert!(lines("no record", "gate", 7).is_empty());
    }
}
