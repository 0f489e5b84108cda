//! The command line: one file per command. A new command is a file here with its arguments and a `run`, a row
//! in [`Command`] and one in [`Cli::run`].

mod check;
mod detect;
mod explain;
mod keys;
mod schema;
mod serve;
mod verify;

use std::io::ErrorKind;

pub(crate) use serve::Serve;

use crate::console::{Console, Outcome};
use crate::error::LocalError;

/// A policy gate in front of model API calls.
///
/// Sallyport checks what agents send to a model and what comes back, by the rules of one policy file, and
/// keeps a record of every decision that nobody can change unseen.
#[derive(Debug, clap::Parser)]
#[command(name = "sallyport", version, after_long_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(check::Check),
    Detect(detect::Detect),
    Explain(explain::Explain),
    #[command(subcommand)]
    Keys(keys::Keys),
    Schema(schema::Schema),
    Serve(Serve),
    Verify(verify::Verify),
}

const AFTER_HELP: &str = "\
Examples:
  Try it, with an example policy and a built-in echo model:
    sallyport serve
  Every fault of a policy, with line and column:
    sallyport check policy.yaml
  Which rules apply to a call, and why:
    sallyport explain --policy policy.yaml --request call.json
  What the detectors find in a text, and why:
    sallyport detect letter.txt
  Between your agents and a vendor:
    sallyport serve --policy policy.yaml --log decisions.jsonl \\
      --upstream openai=https://api.openai.com
  Was a record changed, removed or moved?
    sallyport verify decisions.jsonl

Environment:
  SALLYPORT_SECRET_<NAME>  an upstream's credential: SALLYPORT_SECRET_OPENAI
  NO_COLOR                 no colours, when set to anything

Exit codes:
  0  all is well
  1  the command found something, or failed at its work
  2  the input or the command line cannot be used";

impl Cli {
    /// Runs the command. An error is printed, each line behind the program's name.
    pub(crate) fn run(self, console: &mut Console<'_>) -> Outcome {
        let outcome = match self.command {
            Command::Check(check) => check.run(console),
            Command::Detect(detect) => detect.run(console),
            Command::Explain(explain) => explain.run(console),
            Command::Keys(keys) => keys.run(console),
            Command::Schema(schema) => schema.run(console),
            Command::Serve(serve) => serve.run(console),
            Command::Verify(verify) => verify.run(console),
        };
        outcome.unwrap_or_else(|error| report(&error, console))
    }
}

fn report(error: &LocalError, console: &mut Console<'_>) -> Outcome {
    if matches!(error, LocalError::Console(reason) if reason.kind() == ErrorKind::BrokenPipe) {
        // The reader has seen enough, as in `sallyport schema | head`.
        return Outcome::Done;
    }
    for line in error.to_string().lines() {
        // There is nowhere left to tell when this fails.
        let _ = writeln!(console.err, "sallyport: {line}");
    }
    error.outcome()
}

#[cfg(test)]
mod tests;
