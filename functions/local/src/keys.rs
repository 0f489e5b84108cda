//! Finds and reads the key file, and the files of public keys that it names. What it may say stands in
//! [`enforcement::KeyFile`].

use std::path::Path;

use enforcement::{Issuer, JwksPlace, KeyFile};

use crate::error::LocalError;
use crate::jwks;
use crate::source;

/// Reads a key file, and looks into the files that it names.
pub(crate) fn load(path: &Path) -> Result<KeyFile, LocalError> {
    let text = source::read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    KeyFile::parse(&text, folder).and_then(with_public_keys).map_err(|faults| {
        LocalError::Faults(faults.iter().map(|fault| format!("{}: {fault}", path.display())).collect())
    })
}

/// The same, if every file of public keys can be used.
fn with_public_keys(file: KeyFile) -> Result<KeyFile, Vec<String>> {
    let fault = |(index, issuer): (usize, &Issuer)| match &issuer.jwks {
        JwksPlace::File(path) => {
            jwks::check(path).err().map(|fault| format!("jwt[{index}].jwks_file: {fault}"))
        }
        JwksPlace::Url(_) => None,
    };
    let faults: Vec<String> = file.issuers.iter().enumerate().filter_map(fault).collect();
    if faults.is_empty() { Ok(file) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
