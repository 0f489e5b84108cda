//! The Bicep files of the stack, read.

use std::collections::BTreeMap;

use conformance::bicep::{self, Declared};
use conformance::files;

/// Where the stack is.
pub(crate) const FOLDER: &str = "infra/azure";

/// Files by their paths inside the folder, each with its text and what it declares.
pub(crate) struct Stack(pub(crate) BTreeMap<String, (String, Vec<Declared>)>);

impl Stack {
    /// The stack as it is.
    pub(crate) fn here() -> Self {
        Self::of(texts())
    }

    /// A stack of these files.
    pub(crate) fn of(texts: BTreeMap<String, String>) -> Self {
        let read = |(path, text): (String, String)| {
            let declared = bicep::declared(&text);
            (path, (text, declared))
        };
        Self(texts.into_iter().map(read).collect())
    }

    /// All that is declared, with the path of its file.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Declared)> {
        self.0.iter().flat_map(|(path, (_, declared))| declared.iter().map(move |one| (path.as_str(), one)))
    }

    /// What a file declares.
    pub(crate) fn file(&self, path: &str) -> &[Declared] {
        &self.0[path].1
    }

    /// The resources of a type that are made.
    pub(crate) fn made<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Declared)> {
        self.all().filter(move |(_, one)| one.is_made() && one.kind == kind)
    }

    /// A thing by its file, its word and its name.
    pub(crate) fn one(&self, path: &str, word: &str, name: &str) -> &Declared {
        let found = self.file(path).iter().find(|one| one.word == word && one.name == name);
        found.unwrap_or_else(|| panic!("{path} has no {word} `{name}`"))
    }

    /// The settings of a variable with a list of them: names and values.
    pub(crate) fn settings(&self, name: &str) -> Vec<(&str, &str)> {
        let rows = &self.one("main.bicep", "var", name).value;
        let rows = rows.as_array().map_or_else(|| vec![rows], |rows| rows.iter().collect());
        rows.into_iter().filter_map(|row| Some((row["name"].as_str()?, row["value"].as_str()?))).collect()
    }
}

/// The texts of the stack.
pub(crate) fn texts() -> BTreeMap<String, String> {
    let start = format!("{FOLDER}/");
    let paths = files::under(FOLDER, ".bicep").into_iter().map(|path| path.to_string_lossy().into_owned());
    paths.map(|path| (path.strip_prefix(&start).unwrap().to_owned(), files::read(&path))).collect()
}
