//! The Go client's answers, put to every crate.

use anyhow::Result;

use crate::run;

/// Runs the corpus in the repository, or another folder of the same layout.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let runner = ["run", "--quiet", "--release", "-p", "conformance", "--"];
    run::succeed(run::cargo_here(runner)?.args(args))
}
