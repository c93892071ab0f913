//! Runs the benchmarks against other clients.

use anyhow::Result;

use crate::run;

/// Builds the benchmark programs and runs the comparison, which lists the rows that exceed their limits.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let how = ["--profile", "bench", "--package", "benches"];
    // The comparison expects the program that counts heap bytes in its own folder.
    run::succeed(run::cargo(["build"]).args(how).arg("--bins"))?;
    let mut compare = run::cargo_here(["run", "--quiet"])?;
    run::succeed(
        compare
            .args(how)
            .args(["--bin", "compare", "--"])
            .args(args),
    )
}
