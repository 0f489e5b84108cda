//! The stack for AWS, deployed with the SAM CLI to an emulator that starts the real programs and enforces the policies of
//! their roles. What is tried stands in `tests/infra/deployed.py`. Where the tools cannot be had a line says so.

use std::process::Command;

use conformance::python::{environment, tell};
use conformance::{files, program};

#[test]
fn the_stack_deploys_judges_calls_and_gives_no_role_more_than_it_needs() {
    let tools = environment("sam-venv", "tests/infra/sam-requirements.txt").and_then(|sam| {
        let emulators = environment("emulators-venv", "tests/emulators/requirements.txt")?;
        Ok((sam.join("bin/python"), emulators.join("bin/ministack")))
    });
    let (python, emulator) = match tools {
        Ok(tools) => tools,
        Err(reason) => return tell(&format!("skipped: the stack on an emulator of AWS, {reason}")),
    };
    let programs = ["sallyport-aws-enforce", "sallyport-aws-rotate"].map(program::function);
    let mut command = Command::new(python);
    command.arg("tests/infra/deployed.py").arg(files::root()).args(programs).arg(emulator);
    let tried = command.current_dir(files::root()).env_remove("PYTHONPATH").output().unwrap();
    let said = [&tried.stdout[..], &tried.stderr[..]].map(String::from_utf8_lossy).concat();
    assert!(tried.status.success(), "{said}");
}
