//! `sallyport check`: every fault and warning of policy files.

use std::path::PathBuf;

use crate::console::{Console, Outcome};
use crate::error::LocalError;
use crate::policy_file::PolicySource;

/// Check policy files: every fault and warning with its place
///
/// Prints one line for each fault, such as ``policy.yaml:12:7: rule `x`: unknown field `acton`; did you mean
/// `action`?``, and one line for each good file. Warnings do not make a file bad. Ends with 2 when any file is
/// bad.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Check {
    pub(crate) fn run(self, console: &mut Console<'_>) -> Result<Outcome, LocalError> {
        let mut outcome = Outcome::Done;
        for file in self.files {
            if !check(&PolicySource::File(file), console)? {
                outcome = Outcome::BadInput;
            }
        }
        Ok(outcome)
    }
}

/// Whether the file is good.
fn check(file: &PolicySource, console: &mut Console<'_>) -> Result<bool, LocalError> {
    match file.load() {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                writeln!(console.err, "{}", file.warning(warning))?;
            }
            let (policy, revision) = (loaded.policy.name(), loaded.policy.revision());
            writeln!(console.out, "{}: ok, policy `{policy}`, revision {revision}", file.name())?;
            Ok(true)
        }
        Err(error) => {
            writeln!(console.err, "{error}")?;
            Ok(false)
        }
    }
}
