//! Where commands print, and how they end.

use std::io::Write;
use std::process::ExitCode;

/// The two streams that a command prints to.
pub(crate) struct Console<'a> {
    /// What was asked for.
    pub(crate) out: &'a mut dyn Write,
    /// What the operator should know besides.
    pub(crate) err: &'a mut dyn Write,
}

/// How a command ended. The numbers are the exit codes that `--help` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The input cannot be used: exit code 2.
    BadInput,
    /// Everything is well: exit code 0.
    Done,
    /// The command did its work and found something, or failed at it: exit code 1.
    Found,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::BadInput => Self::from(2),
            Outcome::Done => Self::SUCCESS,
            Outcome::Found => Self::from(1),
        }
    }
}
