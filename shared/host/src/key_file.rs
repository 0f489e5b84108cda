//! Finds and reads the key file, and the files of public keys that it names. What it may say stands in
//! [`enforcement::KeyFile`].

use std::path::Path;

use enforcement::KeyFile;

use crate::{HostError, jwks, source};

/// Reads a key file, and looks into the files that it names.
///
/// # Errors
/// When it cannot be read, or every fault of it, one line each.
pub fn load(path: &Path) -> Result<KeyFile, HostError> {
    let text = source::read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    KeyFile::parse(&text, folder).and_then(with_public_keys).map_err(|faults| {
        HostError::Faults(faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect())
    })
}

/// The same, if every file of public keys can be used.
fn with_public_keys(file: KeyFile) -> Result<KeyFile, Vec<String>> {
    let faults = jwks::faults(&file);
    if faults.is_empty() { Ok(file) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
