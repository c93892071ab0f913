//! Our speed beside the peers'.

use anyhow::Result;

use crate::run;

/// Builds the measuring programs and runs the comparison, which names the rows that are over.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let how = ["--profile", "bench", "--package", "benches"];
    // The comparison looks for the program that counts heap bytes beside itself.
    run::succeed(run::cargo(["build"]).args(how).arg("--bins"))?;
    let mut compare = run::cargo_here(["run", "--quiet"])?;
    run::succeed(
        compare
            .args(how)
            .args(["--bin", "compare", "--"])
            .args(args),
    )
}
