//! The secret store of this machine: an environment variable `SALLYPORT_SECRET_<NAME>`, or a file of the
//! secret's name in a folder. The folder is asked first, and a file is read anew each time, so that it can be
//! changed while the program runs.

use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use secrets::{BoxFuture, Secret, SecretError, SecretStore, SecretVersion, Stage};

/// What the names of the variables begin with.
const PREFIX: &str = "SALLYPORT_SECRET_";
/// The longest credential, in bytes: more than any header can hold is a file named by mistake.
const MOST: u64 = 64 * 1024;

/// The environment and, where one is named, a folder.
#[derive(Debug)]
pub(crate) struct LocalSecrets {
    folder: Option<PathBuf>,
    /// Reads a variable of the environment.
    variable: fn(&str) -> Option<String>,
}

impl LocalSecrets {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, variable: |name| std::env::var(name).ok() }
    }

    fn find(&self, name: &str, stage: Stage) -> Result<SecretVersion, SecretError> {
        let missing = || SecretError::Missing { name: name.to_owned(), stage };
        if stage == Stage::Previous || !is_name(name) {
            return Err(missing());
        }
        if let Some(folder) = &self.folder
            && let Some(found) = from_file(&folder.join(name), name)?
        {
            return Ok(found);
        }
        let value = (self.variable)(&variable_of(name)).ok_or_else(missing)?;
        version(name, &value, "environment".to_owned())
    }
}

impl SecretStore for LocalSecrets {
    fn read<'a>(&'a self, name: &'a str, stage: Stage) -> BoxFuture<'a, Result<SecretVersion, SecretError>> {
        Box::pin(std::future::ready(self.find(name, stage)))
    }
}

/// Whether a secret can have this name: one with which it cannot leave the folder.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
    !name.is_empty() && name.chars().all(fits)
}

/// The variable that holds a secret.
pub(crate) fn variable_of(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"))
}

fn from_file(path: &Path, name: &str) -> Result<Option<SecretVersion>, SecretError> {
    match read(path) {
        Ok((value, changed)) => version(name, &value, changed).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(SecretError::Denied { name: name.to_owned(), reason: error.to_string() })
        }
        Err(error) => Err(SecretError::Invalid { name: name.to_owned(), reason: error.to_string() }),
    }
}

/// The content of a file, and when it was changed as the name of the version.
fn read(path: &Path) -> io::Result<(String, String)> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() || about.len() > MOST {
        return Err(io::Error::other("expected a file of at most 64 KiB"));
    }
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((std::fs::read_to_string(path)?, format!("file-{}", changed.as_nanos())))
}

fn version(name: &str, value: &str, version: String) -> Result<SecretVersion, SecretError> {
    let value = value.trim_end_matches(['\r', '\n']);
    if value.is_empty() || value.chars().any(char::is_control) {
        let reason = "expected one line of text".to_owned();
        return Err(SecretError::Invalid { name: name.to_owned(), reason });
    }
    Ok(SecretVersion { value: Secret::new(value.to_owned()), version, expires_at_ms: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &Path) -> LocalSecrets {
        let variable = |name: &str| match name {
            "SALLYPORT_SECRET_OPENAI" => Some("from-the-environment".to_owned()),
            "SALLYPORT_SECRET_TWO_WORDS" => Some(String::new()),
            _ => None,
        };
        LocalSecrets { folder: Some(folder.to_owned()), variable }
    }

    #[test]
    fn a_file_goes_before_the_environment_and_is_read_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let value = || store.find("openai", Stage::Current).map(|found| found.value.expose().to_owned());
        assert_eq!(value().unwrap(), "from-the-environment");
        std::fs::write(folder.path().join("openai"), "from-the-file\n").unwrap();
        assert_eq!(value().unwrap(), "from-the-file");
        std::fs::write(folder.path().join("openai"), "a\nb\n").unwrap();
        let fault = value().unwrap_err();
        assert_eq!(fault.to_string(), "secret `openai` cannot be used: expected one line of text");
    }

    #[test]
    fn what_is_not_there_is_missing_and_names_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("outside"), "hush").unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        let store = store(&inner);
        for name in ["anthropic", "../outside", "", "."] {
            let fault = store.find(name, Stage::Current).unwrap_err();
            assert_eq!(fault, SecretError::Missing { name: name.to_owned(), stage: Stage::Current });
        }
        let empty = store.find("two-words", Stage::Current).unwrap_err();
        assert!(matches!(empty, SecretError::Invalid { .. }), "{empty}");
        assert!(store.find("openai", Stage::Previous).is_err());
    }
}
