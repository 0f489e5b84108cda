//! What a deployment is given: the bounds of inputs are those of the programs, and the parameter files of the examples
//! load: each parameter is there, each that is needed is given, and each value is of its type and within its bounds.

use std::collections::BTreeMap;

use conformance::bicep::Declared;
use conformance::files;

use crate::names::inside;
use crate::rows::{BOUNDS, CLOSED};
use crate::stack::{FOLDER, Stack};

/// Each example's parameter file, and the file that it is for.
const EXAMPLES: [(&str, &str); 2] = [
    ("examples/hardened/main.bicepparam", "examples/hardened/main.bicep"),
    ("examples/minimal/main.bicepparam", "main.bicep"),
];

/// Inputs that a program would refuse, or whose default is another than the program's.
pub(crate) fn faults_of_bounds(stack: &Stack) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, range, default, source) in BOUNDS {
        let input = stack.one("main.bicep", "param", name);
        let (lowest, highest) = (number(input, "@minValue("), number(input, "@maxValue("));
        let source = files::read(source);
        let bounds = format!("{}..={}", shown(lowest), shown(highest));
        if constant(&source, range) != Some(bounds) {
            faults.push(format!("main.bicep: the program has other bounds for `{name}`"));
        }
        if constant(&source, default).as_deref() != input.value.as_str() {
            faults.push(format!("main.bicep: the program has another default for `{name}`"));
        }
    }
    for (name, closed) in CLOSED {
        if stack.one("main.bicep", "param", name).value != closed {
            faults.push(format!("main.bicep: `{name}` is open where nobody asked for it"));
        }
    }
    let given: BTreeMap<_, _> = stack.settings("rotateSettings").into_iter().collect();
    let days = given.get("SALLYPORT_ROTATION_VALIDITY_DAYS").copied().unwrap_or_default();
    if !days.starts_with("(rotationValidityDays - 30) * 86400 > rotationOverlapSeconds ? ") {
        faults.push("main.bicep: a value may be told of before the overlap is over".to_owned());
    }
    faults
}

fn number(one: &Declared, decorator: &str) -> Option<i64> {
    let inner = one.decorators.iter().find_map(|text| text.strip_prefix(decorator))?;
    inner.trim_end_matches(')').parse().ok()
}

fn shown(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// The value of a constant in a source file, without underscores.
fn constant(source: &str, name: &str) -> Option<String> {
    let line = source.lines().find(|line| line.starts_with(&format!("const {name}: ")))?;
    Some(line.split_once(" = ")?.1.trim_end_matches(';').replace('_', ""))
}

#[test]
fn the_examples_parameter_files_load() {
    let stack = Stack::here();
    for (path, used) in EXAMPLES {
        let text = files::read(format!("{FOLDER}/{path}"));
        assert_eq!(faults_of_parameters(&stack, path, used, &text), Vec::<String>::new());
    }
    let all = files::under(FOLDER, ".bicepparam");
    assert_eq!(all.len(), EXAMPLES.len(), "{all:?}");
}

#[test]
fn a_harmed_parameter_file_is_found() {
    let rows = [
        ("using '../../main.bicep'", "using 'main.bicep'", "is not for `main.bicep`"),
        ("using '../../main.bicep'\n", "", "is not for `main.bicep`"),
        ("param keyFile = 'keys.yaml'", "param keyFiles = 'keys.yaml'", "there is no parameter `keyFiles`"),
        ("param keyFile = 'keys.yaml'", "param keyFile = true", "`keyFile` is no string"),
        ("param keyFile = 'keys.yaml'", "param memory = '2048'", "`memory` is no int"),
        ("param keyFile = 'keys.yaml'", "param memory = 1024", "`memory` cannot be `1024`"),
        (
            "param keyFile = 'keys.yaml'",
            "param rotationStrategy = 'all'",
            "`rotationStrategy` cannot be `all`",
        ),
        (
            "param keyFile = 'keys.yaml'",
            "param rotationValidityDays = 31",
            "`rotationValidityDays` cannot be `31`",
        ),
        (
            "param keyFile = 'keys.yaml'",
            "param rotationValidityDays = 731",
            "`rotationValidityDays` cannot be `731`",
        ),
        ("param keyFile = 'keys.yaml'", "param name = 'ab'", "`name` cannot be `ab`"),
        ("param keyFile = 'keys.yaml'", "param workbook = 1", "`workbook` is no bool"),
        (
            "json(readEnvironmentVariable('CALLER_RANGES'))",
            "readEnvironmentVariable('CALLER_RANGES')",
            "`callerRanges` is no array",
        ),
        ("param upstreamOpenai =", "param keyFile =", "`keyFile` is given twice"),
    ];
    let (stack, [_, (path, used)]) = (Stack::here(), EXAMPLES);
    let whole = files::read(format!("{FOLDER}/{path}"));
    for (there, instead, expected) in rows {
        let harmed = whole.replacen(there, instead, 1);
        assert_ne!(harmed, whole, "`{there}` is no longer in {path}");
        let found = faults_of_parameters(&stack, path, used, &harmed);
        assert!(
            found.iter().any(|fault| fault.contains(expected)),
            "{instead:?}: {expected:?} not in {found:?}"
        );
    }
    let [(path, used), _] = EXAMPLES;
    let whole = files::read(format!("{FOLDER}/{path}"));
    let harmed = whole.replacen("param alertEmail", "// param alertEmail", 1);
    let found = faults_of_parameters(&stack, path, used, &harmed);
    assert_eq!(found, [format!("{path}: `alertEmail` is not given")]);
}

/// Why a parameter file does not load.
fn faults_of_parameters(stack: &Stack, path: &str, used: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let using = text.lines().find_map(|line| line.strip_prefix("using '")?.strip_suffix('\''));
    if using.map(|using| inside(path, using)).as_deref() != Some(used) {
        faults.push(format!("{path}: it is not for `{used}`"));
    }
    let asked: Vec<_> = stack.file(used).iter().filter(|one| one.word == "param").collect();
    let mut given = BTreeMap::new();
    for (name, value) in text.lines().filter_map(|line| line.strip_prefix("param ")?.split_once(" = ")) {
        if given.insert(name, value).is_some() {
            faults.push(format!("{path}: `{name}` is given twice"));
        }
        match asked.iter().find(|one| one.name == name) {
            None => faults.push(format!("{path}: there is no parameter `{name}`")),
            Some(one) => faults.extend(misfit(one, value).map(|why| format!("{path}: `{name}` {why}"))),
        }
    }
    let missing = asked.iter().filter(|one| one.value.is_null() && !given.contains_key(one.name.as_str()));
    faults.extend(missing.map(|one| format!("{path}: `{}` is not given", one.name)));
    faults
}

/// Why a value is none for a parameter, as far as can be told before a deployment.
fn misfit(asked: &Declared, value: &str) -> Option<String> {
    let text = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let fits = match asked.kind.as_str() {
        "array" => value.starts_with('[') || value.starts_with("json("),
        "bool" => ["false", "true"].contains(&value),
        "int" => value.parse::<i64>().is_ok() || value.starts_with("int("),
        "object" => value.starts_with('{') || value.starts_with("json("),
        "string" => text.is_some() || value.starts_with("readEnvironmentVariable("),
        other => panic!("a parameter of the type `{other}`"),
    };
    if !fits {
        return Some(format!("is no {}", asked.kind));
    }
    let literal = text.or_else(|| value.parse::<i64>().is_ok().then_some(value))?;
    let within = |size: i64, least: &str, most: &str| {
        number(asked, least).is_none_or(|least| size >= least)
            && number(asked, most).is_none_or(|most| size <= most)
    };
    let size = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let bounded = match value.parse() {
        Ok(number) => within(number, "@minValue(", "@maxValue("),
        Err(_) => within(size(literal), "@minLength(", "@maxLength("),
    };
    let list = asked.decorators.iter().find_map(|text| text.strip_prefix("@allowed(["));
    let allowed = list.is_none_or(|list| {
        list.trim_end_matches("])").split_whitespace().any(|one| one.trim_matches('\'') == literal)
    });
    (!bounded || !allowed).then(|| format!("cannot be `{literal}`"))
}
