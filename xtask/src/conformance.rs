//! Compares every crate with the recorded results of the Go client.

use anyhow::Result;

use crate::run;

/// Runs the corpus in the repository, or another one with the same layout.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let runner = ["run", "--quiet", "--release", "-p", "conformance", "--"];
    run::succeed(run::cargo_here(runner)?.args(args))
}
