//! The policy file: the one in the function's package, and how its faults are told, file name first.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use policy::{Fault, Policy, Warning};

use crate::error::AwsError;

/// The most that is read of a policy or a key file, in bytes: twice what either may have.
const MOST: u64 = 16 * 1024 * 1024;

/// A policy to enforce, with what the operator should know of it.
#[derive(Debug)]
pub struct Enforced {
    /// The policy; one that refuses every call where the file's does not compile.
    pub policy: Policy,
    /// Why the file's does not compile, one line each.
    pub faults: Vec<String>,
    /// What is allowed but not wise, one line each.
    pub warnings: Vec<String>,
}

/// Reads and compiles a policy. One that does not compile lets no call by.
///
/// # Errors
/// When there is no text to compile.
pub fn load(path: &Path) -> Result<Enforced, AwsError> {
    let text = read_text(path)?;
    let name = path.display();
    let detectors: Vec<_> = detectors::DETECTORS.iter().map(|detector| detector.id()).collect();
    Ok(match Policy::load(&text, &detectors) {
        Ok(loaded) => Enforced {
            policy: loaded.policy,
            faults: Vec::new(),
            warnings: loaded.warnings.iter().map(|warning| told(path, warning)).collect(),
        },
        Err(faults) => Enforced {
            policy: Policy::refusing(),
            faults: faults.0.iter().map(|fault| format!("{name}:{fault}")).collect(),
            warnings: Vec::new(),
        },
    })
}

fn told(path: &Path, Warning(Fault { place, rule, message }): &Warning) -> String {
    let rule = rule.as_ref().map(|rule| format!("rule `{rule}`: ")).unwrap_or_default();
    format!("{}:{}:{}: {rule}{message}", path.display(), place.line, place.column)
}

/// Reads a file of the package as text.
///
/// # Errors
/// When it is not there, no text, or far too large.
pub fn read_text(path: &Path) -> Result<String, AwsError> {
    let unreadable = |reason| AwsError::Unreadable { path: path.to_owned(), reason };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(AwsError::TooLarge { path: path.to_owned(), most: MOST });
    }
    String::from_utf8(bytes).map_err(|_| AwsError::NotText(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_does_not_compile_refuses_everything_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.yaml");
        std::fs::write(&path, "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: mine}\nspec: {rulez: []}\n")
            .unwrap();
        let enforced = load(&path).unwrap();
        assert_eq!(enforced.policy.name(), "invalid");
        assert!(enforced.faults.iter().any(|fault| fault.contains("policy.yaml:4:")), "{enforced:?}");
        std::fs::write(&path, "apiVersion: v1\nkind: AIPolicy\nmetadata: {name: mine}\nspec: {rules: []}\n")
            .unwrap();
        let enforced = load(&path).unwrap();
        assert_eq!((enforced.policy.name(), enforced.faults.len()), ("mine", 0));
    }

    #[test]
    fn a_file_that_is_none_is_told_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("binary");
        std::fs::write(&binary, [0xff, 0xfe]).unwrap();
        assert!(load(&binary).unwrap_err().to_string().ends_with("is not UTF-8 text"));
        assert!(load(&folder.path().join("none")).unwrap_err().to_string().starts_with("cannot read `"));
        let endless = load(Path::new("/dev/zero")).unwrap_err().to_string();
        assert_eq!(endless, "`/dev/zero` is larger than 16777216 bytes");
    }
}
