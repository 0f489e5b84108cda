//! Where things stand in the repository, and how a suite reads them.

use std::path::{Path, PathBuf};

/// The root of the repository.
///
/// # Panics
/// When this crate no longer stands in `tests/`.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the conformance crate stands in a folder of the root")
}

/// The text of a file, named from the root.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("`{}`: {fault}", path.display()))
}

/// Every file under a folder whose name ends so, sorted, named from the root. None where there is no folder.
#[must_use]
pub fn under(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

/// The names of what stands in a folder, sorted. None where there is no folder.
#[must_use]
pub fn names_in(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if entry.file_name() != "target" {
                walk(&path, ending, found);
            }
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path.strip_prefix(root()).expect("the walk began at the root").to_owned());
        }
    }
}
