//! What must hold of the stack for AWS whatever linters say, the page that tells of it, and then the linters. Their
//! Python environments are made once, in the target folder, from the lists in `tests/infra/`; where that cannot be
//! done they are skipped, and a line says why. To allow a role something new, add its row to the page.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use conformance::files;
use conformance::python::{environment, tell};
use saphyr_parser::{Event, Parser, Tag};
use serde_json::{Map, Value};

const TEMPLATE: &str = "infra/aws/template.yaml";
const HARDENED: &str = "infra/aws/examples/hardened/template.yaml";
const PAGE: &str = "infra/aws/README.md";

/// The function that enforces and the one that renews, with their roles and programs.
const FUNCTIONS: [(&str, &str, &str); 2] =
    [("EnforceFunction", "EnforceRole", "enforce"), ("RotateFunction", "RotateRole", "rotate")];

/// Statements that name every resource, and why none narrower would do.
const EVERYTHING: [(&str, &str); 4] = [
    ("IdentityFromEnforce", "who one is has no resource; the statement is for one role"),
    ("NoInterfacesFromWithin", "it denies"),
    ("SeeInterfaces", "EC2 lets nobody narrow what is described"),
    ("SendTraces", "X-Ray has no resources to name"),
];

/// What the function that enforces may write, and why.
const WRITES: [(&str, &str); 8] = [
    ("ec2:AssignPrivateIpAddresses", "Lambda attaches the function to a VPC as its role"),
    ("ec2:CreateNetworkInterface", "the same"),
    ("ec2:DeleteNetworkInterface", "the same"),
    ("ec2:UnassignPrivateIpAddresses", "the same"),
    ("logs:CreateLogStream", "each instance has a stream of its own"),
    ("logs:PutLogEvents", "decision records"),
    ("xray:PutTelemetryRecords", "traces"),
    ("xray:PutTraceSegments", "traces"),
];

/// How the names of actions begin that change nothing.
const READS: [&str; 7] = ["CountTokens", "Decrypt", "Describe", "Get", "InvokeModel", "List", "View"];

/// Metrics that the function publishes, with their dimensions. The page lists them.
const METRICS: [(&str, &[&str]); 6] = [
    ("CheckLatency", &["Function"]),
    ("Decisions", &["Function", "Outcome"]),
    ("Decisions", &["Function", "Outcome", "Rule"]),
    ("FailOpen", &["Function"]),
    ("HeldBytes", &["Function"]),
    ("Tokens", &["Function"]),
];

/// The periods for which CloudWatch keeps logs, in days.
const RETENTION: &str = "1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653";

/// Harm done to the template (a text in it, and another in its place), and what is then found.
const HARM: [(&str, &str, &str); 15] = [
    ("AuthType: AWS_IAM", "AuthType: NONE", "the URL asks nobody who they are"),
    ("InvokeMode: RESPONSE_STREAM", "InvokeMode: BUFFERED", "the URL does not stream"),
    (
        "Action: secretsmanager:GetSecretValue",
        "Action: secretsmanager:PutSecretValue",
        "EnforceRole may write",
    ),
    ("Action: kms:Decrypt", "Action: kms:*", "a wildcard of actions"),
    ("Resource: !Ref ModelArns", "Resource: \"*\"", "`CallModels` names every resource"),
    ("- iam:CreateServiceSpecificCredential", "- bedrock:InvokeModel", "RotateRole may call models"),
    (
        "Binary: sallyport-aws-rotate",
        "Binary: sallyport-aws-enforce",
        "RotateFunction is not built from `sallyport-aws-rotate`",
    ),
    ("Runtime: provided.al2023", "Runtime: provided.al2", "EnforceFunction has another runtime"),
    ("RetentionInDays: !Ref LogRetentionDays", "RetentionInDays: 30", "EnforceLogs is kept for other than"),
    ("AllowedValues: [1, 3,", "AllowedValues: [2, 3,", "retention"),
    ("LogGroup: !Ref EnforceLogs", "LogGroup: !Ref RotateLogs", "EnforceFunction logs elsewhere"),
    ("MetricName: FailOpen", "MetricName: FailedOpen", "nothing publishes `FailedOpen`"),
    ("InvokedViaFunctionUrl: true", "InvokedViaFunctionUrl: false", "callers are not given both permissions"),
    ("DependsOn: RotatePermission", "DependsOn: RotateRole", "the schedule does not wait for its permission"),
    (
        "SourceArn: !Ref RotatedSecret",
        "SourceArn: !Ref OpenaiSecret",
        "another secret may call RotateFunction",
    ),
];

#[test]
fn the_template_keeps_what_it_promises() {
    assert_eq!(faults(&tree(&files::read(TEMPLATE))), Vec::<String>::new());
}

#[test]
fn a_harmed_template_is_found() {
    let whole = files::read(TEMPLATE);
    for (there, instead, expected) in HARM {
        let harmed = whole.replacen(there, instead, 1);
        assert_ne!(harmed, whole, "`{there}` is no longer in the template");
        let found = faults(&tree(&harmed));
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{instead}: {expected:?} not in {found:?}"
        );
    }
}

#[test]
fn every_exception_is_needed() {
    let template = tree(&files::read(TEMPLATE));
    let used: BTreeSet<_> =
        statements(&template).into_iter().filter(|one| names_everything(one)).map(sid).collect();
    assert_eq!(used, BTreeSet::from(EVERYTHING.map(|(sid, _)| sid)));
    let allowed: BTreeSet<_> = actions_of(&template, "EnforceRole").into_iter().collect();
    for (action, reason) in WRITES {
        assert!(allowed.contains(action) && !reason.is_empty(), "{action}");
    }
}

#[test]
fn functions_know_every_variable_that_they_are_given() {
    let template = tree(&files::read(TEMPLATE));
    for (function, _, program) in FUNCTIONS {
        let source = format!("functions/aws/src/bin/{program}.rs");
        if !files::root().join(&source).exists() {
            tell(&format!("skipped: variables of {function}, there is no {source}"));
            continue;
        }
        let known = known_variables();
        for name in keys(&template["Resources"][function]["Properties"]["Environment"]["Variables"]) {
            assert!(known.contains(name), "{function} is given `{name}`, which is no setting: {known:?}");
        }
    }
}

#[test]
fn the_page_tells_what_the_template_has() {
    let (template, page) = (tree(&files::read(TEMPLATE)), files::read(PAGE));
    let names = keys(&template["Parameters"]).into_iter().chain(keys(&template["Outputs"]));
    let metrics = METRICS.iter().map(|(name, _)| *name);
    for name in names.chain(metrics) {
        let shown = format!("`{name}`");
        let told = page.lines().any(|line| line.starts_with('|') && line.contains(&shown));
        assert!(told, "{PAGE} has no row for `{name}`");
    }
    for (_, role, _) in FUNCTIONS {
        let told = page.split(&format!("\n`{role}`, the role")).nth(1).unwrap();
        let is_row = |line: &&str| line.starts_with("| `");
        let told: Vec<_> = told.lines().skip_while(|line| !is_row(line)).take_while(is_row).collect();
        assert!(!told.is_empty(), "{PAGE} has no table for {role}");
        for statement in statements(&template["Resources"][role]["Properties"]["Policies"]) {
            let row = told.iter().find(|row| row.starts_with(&format!("| `{}` |", sid(statement))));
            let row = row.unwrap_or_else(|| panic!("{PAGE} does not tell of `{}` of {role}", sid(statement)));
            let denies = statement["Effect"] == "Deny";
            let missing: Vec<_> = texts(&statement["Action"])
                .into_iter()
                .filter(|action| !denies && !row.contains(&format!("`{action}`")))
                .collect();
            assert_eq!(missing, Vec::<&str>::new(), "{PAGE}: {row}");
        }
    }
}

#[test]
fn examples_set_inputs_that_there_are() {
    let (template, hardened) = (tree(&files::read(TEMPLATE)), tree(&files::read(HARDENED)));
    let inputs = keys(&template["Parameters"]);
    let nested = keys(&hardened["Resources"]["Sallyport"]["Properties"]["Parameters"]);
    assert!(nested.contains(&"VpcId") && nested.contains(&"KeyArn"), "{nested:?}");
    assert_eq!(
        nested.into_iter().filter(|name| !inputs.contains(name)).collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    for (folder, inputs) in [("minimal", inputs), ("hardened", keys(&hardened["Parameters"]))] {
        let config = files::read(format!("infra/aws/examples/{folder}/samconfig.toml"));
        let config: toml::Value = toml::from_str(&config).unwrap();
        let set = config["default"]["deploy"]["parameters"]["parameter_overrides"].as_array().unwrap();
        assert!(!set.is_empty());
        for row in set {
            let name = row.as_str().and_then(|row| row.split_once('=')).unwrap().0;
            assert!(inputs.contains(&name), "{folder} sets `{name}`");
        }
    }
}

#[test]
fn the_policy_that_is_deployed_loads_and_its_records_are_kept_as_long_as_it_says() {
    let ids: Vec<_> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    let loaded = policy::Policy::load(&files::read("infra/aws/policy/policy.yaml"), &ids).unwrap();
    let wanted = loaded.policy.rules().iter().filter_map(|rule| rule.retention_days).max().unwrap();
    let input = &tree(&files::read(TEMPLATE))["Parameters"]["LogRetentionDays"];
    let hardened = &tree(&files::read(HARDENED))["Resources"]["Sallyport"]["Properties"]["Parameters"];
    for kept in [&input["Default"], &hardened["LogRetentionDays"]] {
        let kept: u32 = kept.as_str().unwrap().parse().unwrap();
        assert!(kept >= wanted, "{kept} days, and the policy says {wanted}");
    }
    assert!(!files::read("infra/aws/examples/minimal/samconfig.toml").contains("LogRetentionDays"));
}

#[test]
fn every_strategy_that_a_stack_may_name_is_one() {
    let template = tree(&files::read(TEMPLATE));
    let rotate = &template["Resources"]["RotateFunction"]["Properties"]["Environment"]["Variables"];
    let named = texts(&rotate["SALLYPORT_ROTATION_STRATEGY"]);
    let strategies: Vec<_> = named.into_iter().filter(|word| rotation::strategy(word).is_some()).collect();
    let expected = ["bedrock_api_key", "caller_keys", "postgres_password", "http_credential"];
    assert_eq!(strategies, expected);
}

#[test]
fn the_linters_have_no_finding() {
    let folder = match environment("infra-venv", "tests/infra/requirements.txt") {
        Ok(folder) => folder,
        Err(reason) => return tell(&format!("skipped: cfn-lint and checkov, {reason}")),
    };
    let lint = run(&folder.join("bin/cfn-lint"), &[TEMPLATE, HARDENED]);
    assert!(lint.status.success(), "cfn-lint: {}", said(&lint));
    let checks = ["--framework", "cloudformation", "--quiet", "--compact", "--skip-download"];
    let check = run(&folder.join("bin/checkov"), &[&checks[..], &["-f", TEMPLATE, "-f", HARDENED]].concat());
    assert!(check.status.success() && said(&check).contains("Failed checks: 0"), "checkov: {}", said(&check));
}

#[test]
fn sam_takes_the_templates() {
    let folder = match environment("sam-venv", "tests/infra/sam-requirements.txt") {
        Ok(folder) => folder,
        Err(reason) => return tell(&format!("skipped: sam validate, {reason}")),
    };
    std::thread::scope(|scope| {
        for template in [TEMPLATE, HARDENED] {
            let sam = folder.join("bin/sam");
            scope.spawn(move || {
                let checked = run(&sam, &["validate", "--template", template]);
                assert!(checked.status.success(), "sam validate: {}", said(&checked));
            });
        }
    });
}

/// What is wrong with a template.
fn faults(template: &Value) -> Vec<String> {
    [
        faults_of_functions(template),
        faults_of_roles(template),
        faults_of_callers(template),
        faults_of_logs(template),
    ]
    .concat()
}

fn faults_of_functions(template: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, fault: String| {
        if !holds {
            faults.push(fault)
        }
    };
    for (function, role, program) in FUNCTIONS {
        let resource = &template["Resources"][function];
        let properties = &resource["Properties"];
        let build = &resource["Metadata"];
        must(build["BuildMethod"] == "rust-cargolambda", format!("{function} is built in another way"));
        must(
            build["BuildProperties"]["Binary"] == format!("sallyport-aws-{program}"),
            format!("{function} is not built from `sallyport-aws-{program}`"),
        );
        must(properties["Runtime"] == "provided.al2023", format!("{function} has another runtime"));
        must(
            properties["Architectures"][0]["Ref"] == "Architecture",
            format!("{function} has its own processor"),
        );
        must(
            properties["Role"]["Fn::GetAtt"] == format!("{role}.Arn"),
            format!("{function} has another role"),
        );
        let logs = function.replace("Function", "Logs");
        must(properties["LoggingConfig"]["LogGroup"]["Ref"] == logs, format!("{function} logs elsewhere"));
        let level = &properties["LoggingConfig"]["ApplicationLogLevel"];
        must(level == "INFO", format!("{function} drops records at {level}"));
    }
    let url = &template["Resources"]["EnforceFunction"]["Properties"]["FunctionUrlConfig"];
    must(url["AuthType"] == "AWS_IAM", "the URL asks nobody who they are".to_owned());
    must(url["InvokeMode"] == "RESPONSE_STREAM", "the URL does not stream".to_owned());
    faults
}

fn faults_of_roles(template: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for statement in statements(template) {
        let sid = sid(statement);
        if names_everything(statement) && !EVERYTHING.iter().any(|(known, _)| *known == sid) {
            faults.push(format!("`{sid}` names every resource"));
        }
        if texts(&statement["Action"]).iter().any(|action| action.contains('*')) {
            faults.push(format!("`{sid}` has a wildcard of actions"));
        }
    }
    for action in actions_of(template, "EnforceRole") {
        let name = action.split_once(':').map_or(action, |(_, name)| name);
        let reads = READS.iter().any(|start| name.starts_with(start));
        if !reads && !WRITES.iter().any(|(known, _)| *known == action) {
            faults.push(format!("EnforceRole may write: `{action}`"));
        }
    }
    for action in actions_of(template, "RotateRole") {
        if action.starts_with("bedrock:") || action.starts_with("lambda:") {
            faults.push(format!("RotateRole may call models: `{action}`"));
        }
    }
    faults
}

fn faults_of_callers(template: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let of = |name: &str| &template["Resources"][name]["Properties"];
    let (url, through) = (of("CallerUrlPermission"), of("CallerFunctionPermission"));
    let url = url["Action"] == "lambda:InvokeFunctionUrl" && url["FunctionUrlAuthType"] == "AWS_IAM";
    let through = through["Action"] == "lambda:InvokeFunction" && through["InvokedViaFunctionUrl"] == "true";
    let policy: BTreeSet<_> =
        statements(of("CallerPolicy")).into_iter().flat_map(|one| texts(&one["Action"])).collect();
    let both = BTreeSet::from(["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]);
    if !url || !through || policy != both {
        faults.push("callers are not given both permissions, or more than these".to_owned());
    }
    let permission = of("RotatePermission");
    let scheduler = permission["Principal"] == "secretsmanager.amazonaws.com";
    if !scheduler
        || permission["SourceArn"]["Ref"] != "RotatedSecret"
        || permission["SourceAccount"].is_null()
    {
        faults.push("another secret may call RotateFunction".to_owned());
    }
    if template["Resources"]["CredentialRotation"]["DependsOn"] != "RotatePermission" {
        faults.push("the schedule does not wait for its permission".to_owned());
    }
    faults
}

fn faults_of_logs(template: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if texts(&template["Parameters"]["LogRetentionDays"]["AllowedValues"]).join(" ") != RETENTION {
        faults.push("retention has values that CloudWatch has not, or lacks some".to_owned());
    }
    for (name, resource) in template["Resources"].as_object().unwrap() {
        let properties = &resource["Properties"];
        let kept = properties["RetentionInDays"]["Ref"] == "LogRetentionDays";
        if resource["Type"] == "AWS::Logs::LogGroup" && !kept {
            faults.push(format!("{name} is kept for other than `LogRetentionDays`"));
        }
        if properties["Namespace"] == "Sallyport" {
            let dimensions = properties["Dimensions"].as_array().unwrap();
            let named: Vec<_> = dimensions.iter().map(|one| one["Name"].as_str().unwrap()).collect();
            let metric = properties["MetricName"].as_str().unwrap();
            if !METRICS.iter().any(|(known, of)| *known == metric && *of == &named[..]) {
                faults.push(format!("{name}: nothing publishes `{metric}` by {named:?}"));
            }
        }
    }
    faults
}

/// All statements of policies in a value.
fn statements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(statements).collect(),
        Value::Object(members) if members.contains_key("Effect") => vec![value],
        Value::Object(members) => members.values().flat_map(statements).collect(),
        _ => Vec::new(),
    }
}

fn sid(statement: &Value) -> &str {
    statement["Sid"].as_str().unwrap_or_default()
}

fn names_everything(statement: &Value) -> bool {
    texts(&statement["Resource"]).contains(&"*")
}

/// What a role may do.
fn actions_of<'a>(template: &'a Value, role: &str) -> Vec<&'a str> {
    let all = statements(&template["Resources"][role]["Properties"]["Policies"]);
    let allowed = all.into_iter().filter(|statement| statement["Effect"] == "Allow");
    allowed.flat_map(|statement| texts(&statement["Action"])).collect()
}

/// All texts in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::String(text) => vec![text.as_str()],
        _ => Vec::new(),
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect()
}

/// The settings in the help of the functions for AWS, one for each vendor where it says `<VENDOR>`.
fn known_variables() -> BTreeSet<String> {
    let sources = files::under("functions/aws/src", ".rs").into_iter().map(files::read);
    let mut known = BTreeSet::new();
    for source in sources {
        let helps = source.split("HELP: &str = \"").skip(1);
        for help in helps.filter_map(|rest| rest.split("\";").next()) {
            let words = help.split(|sign: char| !(sign.is_ascii_alphanumeric() || "_<>".contains(sign)));
            for word in words.filter(|word| word.starts_with("SALLYPORT_")) {
                let vendors = dialects::VENDORS.iter().map(|vendor| vendor.id.to_ascii_uppercase());
                known.extend(vendors.map(|vendor| word.replace("<VENDOR>", &vendor)));
            }
        }
    }
    known
}

/// A template as JSON. Short forms become long ones; numbers and flags stay texts.
fn tree(text: &str) -> Value {
    let mut events = Parser::new_from_str(text)
        .map(|event| event.unwrap().0)
        .skip_while(|event| matches!(event, Event::StreamStart | Event::DocumentStart(_)));
    let first = events.next().unwrap();
    value(first, &mut events)
}

fn value<'a, I: Iterator<Item = Event<'a>>>(event: Event<'a>, rest: &mut I) -> Value {
    match event {
        Event::Scalar(text, _, _, tag) => called(tag, Value::String(text.into_owned())),
        Event::SequenceStart(_, tag) => {
            let mut items = Vec::new();
            loop {
                match rest.next().unwrap() {
                    Event::SequenceEnd => return called(tag, Value::Array(items)),
                    item => items.push(value(item, rest)),
                }
            }
        }
        Event::MappingStart(_, tag) => {
            let mut members = Map::new();
            loop {
                match rest.next().unwrap() {
                    Event::MappingEnd => return called(tag, Value::Object(members)),
                    Event::Scalar(name, ..) => {
                        let member = rest.next().unwrap();
                        let member = value(member, rest);
                        let before = members.insert(name.clone().into_owned(), member);
                        assert_eq!(before, None, "`{name}` stands there twice");
                    }
                    other => panic!("no name of a member: {other:?}"),
                }
            }
        }
        other => panic!("no value: {other:?}"),
    }
}

/// The long form of `!Ref x` and its like.
fn called(tag: Option<Cow<'_, Tag>>, value: Value) -> Value {
    let Some(tag) = tag else { return value };
    let name = match tag.suffix.as_str() {
        short @ ("Condition" | "Ref") => short.to_owned(),
        short => format!("Fn::{short}"),
    };
    Value::Object([(name, value)].into_iter().collect())
}

fn run(program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(files::root()).env_remove("PYTHONPATH");
    // All would ask elsewhere for what the checks do not need.
    command.envs([
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("BC_SKIP_MAPPING", "TRUE"),
        ("SAM_CLI_TELEMETRY", "0"),
    ]);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}
