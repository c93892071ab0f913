//! Tests every interleaving of the lock-free parts with loom.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::{metadata, run};

/// Runs the models.
pub(crate) fn run() -> Result<()> {
    // A separate folder, since `--cfg loom` rebuilds everything.
    let target = metadata::read()?.target.join("loom");
    // Builds quietly, so that the output has one line per model.
    let listed = run::output(models(&target).args(["--quiet", "--", "--list"]))?;
    // The test runner succeeds if a filter matches nothing.
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
