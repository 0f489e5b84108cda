//! The program `sallyport`: the policy gate on this machine, and the commands with which an operator writes,
//! tests and audits a policy.
//!
//! Here stands what a provider gives elsewhere: the command line and the files for settings, the clock, the
//! ids, the secret store, the log. Decisions are made in `shared/`, none here. One file per command lies in
//! `commands/`; a new one is a file there and a row in `commands/mod.rs`.

mod banner;
mod commands;
mod config;
mod console;
mod echo;
mod error;
mod ingress;
mod log_format;
mod policy_file;
mod record_log;
#[cfg(test)]
mod record_tests;
mod reload;
mod secret_store;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout(), std::io::stderr());
    let mut console = console::Console { out: &mut out, err: &mut err };
    commands::Cli::parse().run(&mut console).into()
}
