//! The policy file: where it is, what it says, and how its faults are told, file name first.

use std::path::{Path, PathBuf};

use host::policy_file::detector_ids;
use host::{HostError, source};
use policy::{Fault, Loaded, Policy, Warning};

use crate::error::LocalError;

/// What is served where no policy is named.
const EXAMPLE: &str = include_str!("example.yaml");

/// Where a policy comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PolicySource {
    /// The example that is part of the program.
    Example,
    /// A file.
    File(PathBuf),
}

impl PolicySource {
    /// The file that the operator named, or the example.
    pub(crate) fn of(file: Option<PathBuf>) -> Self {
        file.map_or(Self::Example, Self::File)
    }

    /// What faults and messages call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Example => "example policy".to_owned(),
            Self::File(path) => source::name(path),
        }
    }

    /// Whether it can be read again.
    pub(crate) fn may_change(&self) -> bool {
        match self {
            Self::Example => false,
            Self::File(path) => path != Path::new("-"),
        }
    }

    pub(crate) fn read(&self) -> Result<String, HostError> {
        match self {
            Self::Example => Ok(EXAMPLE.to_owned()),
            Self::File(path) => source::read_text(path),
        }
    }

    /// Reads and compiles it.
    pub(crate) fn load(&self) -> Result<Loaded, LocalError> {
        self.compile(&self.read()?)
    }

    /// Compiles a text that was read from here. Every fault is one line of the error.
    pub(crate) fn compile(&self, text: &str) -> Result<Loaded, LocalError> {
        Policy::load(text, &detector_ids()).map_err(|faults| {
            LocalError::Faults(faults.0.iter().map(|fault| format!("{}:{fault}", self.name())).collect())
        })
    }

    /// A warning as one line.
    pub(crate) fn warning(&self, Warning(Fault { place, rule, message }): &Warning) -> String {
        let rule = rule.as_ref().map(|rule| format!("rule `{rule}`: ")).unwrap_or_default();
        format!("{}:{}:{}: warning: {rule}{message}", self.name(), place.line, place.column)
    }
}
