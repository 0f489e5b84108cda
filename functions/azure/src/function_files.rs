//! The files of the package that tell the host what there is to call: a folder for each function, with a `function.json`.
//! What they say of keys decides what a `code` in a query may be.
//!
//! Contract: Azure Functions, "function.json": a trigger over HTTP without `authLevel` asks for a key.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The name of such a file.
const FILE: &str = "function.json";

#[derive(Deserialize)]
struct Function {
    bindings: Vec<Binding>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Binding {
    r#type: String,
    auth_level: Option<String>,
}

/// Whether the host asks callers for none of its keys, whatever function of the package they call. What cannot be read is
/// taken for a function that asks.
pub(crate) fn are_anonymous(package: &Path) -> bool {
    let files = files(package);
    !files.is_empty() && files.iter().all(|file| is_anonymous(file).unwrap_or(false))
}

fn files(package: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(package).into_iter().flatten().flatten();
    folders.map(|folder| folder.path().join(FILE)).filter(|file| file.exists()).collect()
}

/// `None` for what cannot be read.
fn is_anonymous(file: &Path) -> Option<bool> {
    let function: Function = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    let over_http = |binding: &&Binding| binding.r#type.eq_ignore_ascii_case("httpTrigger");
    let open = |binding: &Binding| {
        binding.auth_level.as_deref().is_some_and(|level| level.eq_ignore_ascii_case("anonymous"))
    };
    Some(function.bindings.iter().filter(over_http).all(open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_anonymous_when_all_that_is_called_over_http_says_so() {
        let http = |level: &str| {
            format!(
                r#"{{"bindings": [{{"type": "httpTrigger", "name": "req"{level}}}, {{"type": "http"}}]}}"#
            )
        };
        let (open, keyed) = (http(r#", "authLevel": "anonymous""#), http(r#", "authLevel": "function""#));
        let timer = r#"{"bindings": [{"type": "timerTrigger"}]}"#.to_owned();
        let rows: [(&[&String], bool); 8] = [
            (&[], false),
            (&[&open], true),
            (&[&http(r#", "authLevel": "Anonymous""#)], true),
            (&[&open, &timer], true),
            (&[&keyed], false),
            (&[&http("")], false),
            (&[&open, &keyed], false),
            (&[&open, &"{".to_owned()], false),
        ];
        for (files, expected) in rows {
            let package = tempfile::tempdir().unwrap();
            for (index, text) in files.iter().enumerate() {
                let folder = package.path().join(index.to_string());
                std::fs::create_dir(&folder).unwrap();
                std::fs::write(folder.join(FILE), text).unwrap();
            }
            assert_eq!(are_anonymous(package.path()), expected, "{files:?}");
        }
        assert!(!are_anonymous(Path::new("/no/such/folder")));
    }
}
