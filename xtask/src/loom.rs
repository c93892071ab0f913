//! Every interleaving of the lock-free parts, under loom's scheduler.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::run;

/// Runs the models.
pub(crate) fn run() -> Result<()> {
    // Builds without a word, so that the output is a line for each model.
    let listed = run::output(models().args(["--quiet", "--", "--list"]))?;
    // A filter that matches nothing is a success to the test runner.
    ensure!(
        listed.lines().any(|line| line.ends_with(": test")),
        "no model is named loom_*"
    );
    run::succeed(&mut models())
}

/// The models have a target folder of their own, since `--cfg loom` rebuilds everything.
fn models() -> Command {
    let mut command = run::cargo(["test", "--release", "-p", "promcore", "--lib", "loom_"]);
    command
        .args(["--target-dir", "target/loom"])
        .env("RUSTFLAGS", "--cfg loom")
        .env("LOOM_MAX_PREEMPTIONS", "2");
    command
}
