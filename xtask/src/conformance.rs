//! The Go client's answers, put to every crate.

use std::path::absolute;

use anyhow::{Context as _, Result};

use crate::run;

/// Runs the corpus in the repository, or another folder of the same layout.
pub(crate) fn run(corpus: Option<&str>) -> Result<()> {
    let mut command = run::cargo(["run", "--quiet", "--release", "-p", "conformance", "--"]);
    if let Some(corpus) = corpus {
        // The runner starts in the root, the caller need not be there.
        let corpus = absolute(corpus).with_context(|| format!("no such folder: {corpus:?}"))?;
        command.arg("--corpus").arg(corpus);
    }
    run::succeed(&mut command)
}
