//! Our speed beside the peers'.

use anyhow::{Context as _, Result};

use crate::run;

/// Builds the measuring programs and runs the comparison, which names the rows that are over.
pub(crate) fn run(args: &[String]) -> Result<()> {
    // The comparison looks for the program that counts heap bytes beside itself.
    let build = [
        "build",
        "--profile",
        "bench",
        "--package",
        "benches",
        "--bins",
    ];
    run::succeed(&mut run::cargo(build))?;
    let compare = [
        "run",
        "--quiet",
        "--profile",
        "bench",
        "--package",
        "benches",
        "--bin",
        "compare",
        "--",
    ];
    let mut command = run::cargo(compare.into_iter().chain(args.iter().map(String::as_str)));
    // A file name means what it would mean to the user's shell.
    command.current_dir(std::env::current_dir().context("cannot find the working directory")?);
    run::succeed(&mut command)
}
