//! Every interleaving of the lock-free parts, under loom's scheduler.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::{metadata, run};

/// Runs the models.
pub(crate) fn run() -> Result<()> {
    // A folder of their own, since `--cfg loom` rebuilds everything.
    let target = metadata::read()?.target.join("loom");
    // Builds without a word, so that the output is a line for each model.
    let listed = run::output(models(&target).args(["--quiet", "--", "--list"]))?;
    // A filter that matches nothing is a success to the test runner.
    ensure!(
        listed.lines().any(|line| line.ends_with(": test")),
        "no model is named loom_*"
    );
    run::succeed(&mut models(&target))
}

fn models(target: &Path) -> Command {
    let mut command = run::cargo(["test", "--release", "-p", "promcore", "--lib", "loom_"]);
    command
        .arg("--target-dir")
        .arg(target)
        .env("RUSTFLAGS", "--cfg loom")
        .env("LOOM_MAX_PREEMPTIONS", "2");
    command
}
