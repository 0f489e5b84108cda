//! What a compiler would tell of names: everything named is declared, and modules are given what they ask for.

use std::collections::BTreeSet;
use std::path::Path;

use conformance::bicep::{self, Declared};
use conformance::files;
use conformance::python::tell;

use crate::rows::SETTINGS;
use crate::stack::Stack;

#[test]
fn every_name_is_declared_and_named() {
    for (path, (text, _)) in &Stack::here().0 {
        assert_eq!(bicep::misnamed(text), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn a_wrong_name_is_found() {
    let rows = [
        ("param a string\nvar b = a\nresource c 'X/y@1' = {\n  name: b\n}\n", vec![]),
        ("param a string\n", vec!["nothing names `a`"]),
        ("output a string = b.c\n", vec!["nothing declares `b`"]),
        ("var a = 'x ${empty(b) ? 'c' : ''} d'\noutput e string = a\n", vec!["nothing declares `b`"]),
        ("output a array = [for one in all: {\n  name: one\n}]\n", vec!["nothing declares `all`"]),
        ("var a = [for (one, index) in []: {\n  name: one.x[index]\n}]\noutput b array = a\n", vec![]),
        ("param a array\noutput b array = filter(a, one => !empty(one.c))\n", vec![]),
    ];
    for (text, expected) in rows {
        assert_eq!(bicep::misnamed(text), expected, "{text}");
    }
}

#[test]
fn modules_are_given_what_they_ask_for() {
    let stack = Stack::here();
    let mut checked = 0;
    for (path, module) in stack.all().filter(|(_, one)| one.word == "module") {
        let file = inside(path, &module.kind);
        let asked = stack.file(&file);
        let given =
            module.value["params"].as_object().map(|params| params.keys().map(String::as_str).collect());
        compare(&format!("{path}: {}", module.name), asked, &given.unwrap_or_default());
        for (name, from) in outputs_of(&stack.0[path].0, &module.name) {
            assert!(
                asked.iter().any(|one| one.word == "output" && one.name == name),
                "{path}: {from} has no output `{name}`"
            );
        }
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn everything_is_described() {
    for (path, one) in Stack::here().all().filter(|(_, one)| ["param", "output"].contains(&one.word.as_str()))
    {
        let described = one.decorators.iter().any(|decorator| decorator.starts_with("@description('"));
        assert!(described, "{path}: `{}` is not described", one.name);
    }
}

#[test]
fn functions_know_every_setting() {
    for (program, settings) in SETTINGS {
        let source = format!("functions/azure/src/bin/{program}.rs");
        if !files::root().join(&source).exists() {
            tell(&format!("skipped: settings of {program}, there is no {source}"));
            continue;
        }
        let sources: Vec<_> = files::under("functions/azure/src", ".rs").iter().map(files::read).collect();
        let helps: Vec<_> = sources.iter().flat_map(|text| text.split("HELP: &str = \"").skip(1)).collect();
        let helps: Vec<_> = helps.iter().filter_map(|rest| rest.split("\";").next()).collect();
        for setting in settings {
            let known = |help: &&str| help.split_whitespace().any(|word| word == *setting);
            assert!(helps.iter().any(known), "`{setting}` is no setting of {program}");
        }
    }
}

fn compare(place: &str, asked: &[Declared], given: &BTreeSet<&str>) {
    let params = || asked.iter().filter(|one| one.word == "param");
    let known: BTreeSet<_> = params().map(|one| one.name.as_str()).collect();
    let needed: BTreeSet<_> =
        params().filter(|one| one.value.is_null()).map(|one| one.name.as_str()).collect();
    assert_eq!(
        given.difference(&known).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "{place} gives what nobody asks for"
    );
    assert_eq!(needed.difference(given).collect::<Vec<_>>(), Vec::<&&str>::new(), "{place} lacks");
}

/// Outputs of a module that a file names.
fn outputs_of<'a>(text: &'a str, module: &str) -> Vec<(&'a str, String)> {
    let start = format!("{module}.outputs.");
    let found = text.split(&start).skip(1);
    found
        .map(|rest| {
            (rest.split(|sign: char| !sign.is_ascii_alphanumeric()).next().unwrap_or_default(), start.clone())
        })
        .collect()
}

/// The path of a file that another names, inside the folder.
pub(crate) fn inside(path: &str, named: &str) -> String {
    let mut whole: Vec<_> =
        Path::new(path).parent().unwrap().iter().map(|part| part.to_str().unwrap()).collect();
    for part in named.split('/') {
        match part {
            ".." => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    whole.join("/")
}
