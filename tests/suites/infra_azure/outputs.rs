//! What deployments show: whoever may read a deployment reads its outputs, so no secret is in them.

use std::collections::BTreeSet;

use conformance::bicep::Declared;

use crate::rows::{NO_SECRET, SECRET_WORDS};
use crate::stack::Stack;

pub(crate) fn faults_of_outputs(stack: &Stack) -> Vec<String> {
    let outputs = stack.all().filter(|(_, one)| one.word == "output");
    outputs
        .filter(|(path, one)| (*path, one.name.as_str()) != NO_SECRET)
        .filter_map(|(path, one)| {
            let why = secret(stack.file(path), one)?;
            Some(format!("{path}: the output `{}` holds {why}", one.name))
        })
        .collect()
}

/// Why an output holds a secret, if it does: by itself, or by what it names.
fn secret(file: &[Declared], output: &Declared) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![output.value.to_string()];
    while let Some(expression) = waiting.pop() {
        if expression.contains(".properties.value") && !expression.contains(".properties.value.") {
            return Some("the value of a secret".to_owned());
        }
        for word in expression.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_')) {
            let lists = word.strip_prefix("list").is_some_and(|rest| rest.starts_with(char::is_uppercase));
            if lists || SECRET_WORDS.contains(&word) {
                return Some(format!("a secret: `{word}`"));
            }
            let named = file.iter().find(|one| one.name == word && seen.insert(word.to_owned()));
            match named.map(|one| (one, one.word.as_str())) {
                Some((one, "param")) if one.decorators.iter().any(|is| is == "@secure()") => {
                    return Some(format!("a secret that it was given: `{word}`"));
                }
                Some((one, "var")) => waiting.push(one.value.to_string()),
                Some((one, "resource")) if expression.trim_matches('"') == one.name => {
                    return Some(format!("all of a resource: `{word}`"));
                }
                Some(_) | None => {}
            }
        }
    }
    None
}
