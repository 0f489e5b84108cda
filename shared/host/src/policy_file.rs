//! The policy file of a function that is deployed once with it: what is enforced where it does not compile, and how its
//! faults are told, file name first.

use std::path::Path;

use policy::Policy;

use crate::HostError;
use crate::source::{self, read_text};

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

impl Enforced {
    /// The policy, once the log has been told what there is to know of it.
    #[must_use]
    pub fn told(self) -> Policy {
        for warning in &self.warnings {
            tracing::warn!("{warning}");
        }
        for fault in &self.faults {
            tracing::error!("the policy does not compile, so every call is refused: {fault}");
        }
        self.policy
    }
}

/// Reads and compiles a policy. One that does not compile lets no call by.
///
/// # Errors
/// When there is no text to compile.
pub fn load(path: &Path) -> Result<Enforced, HostError> {
    let text = read_text(path)?;
    let name = source::name(path);
    Ok(match Policy::load(&text, &detector_ids()) {
        Ok(loaded) => Enforced {
            policy: loaded.policy,
            faults: Vec::new(),
            warnings: loaded.warnings.iter().map(|warning| format!("{name}:{}", warning.0)).collect(),
        },
        Err(faults) => Enforced {
            policy: Policy::refusing(),
            faults: faults.0.iter().map(|fault| format!("{name}:{fault}")).collect(),
            warnings: Vec::new(),
        },
    })
}

/// The ids of detectors, which rules may name.
#[must_use]
pub fn detector_ids() -> Vec<&'static str> {
    detectors::DETECTORS.iter().map(|detector| detector.id()).collect()
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
}
