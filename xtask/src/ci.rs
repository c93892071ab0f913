//! Everything that CI runs, in order.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::run::{cargo, succeed};
use crate::{codegen, conformance, deps, e2e, features, instructions, loom, metadata, tidy};

/// Whether the tests of the default members are among the steps.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tests {
    Run,
    /// The caller has just run `cargo test` itself.
    Skip,
}

struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

/// Runs every step even if one fails, so that one run shows all errors.
pub(crate) fn run(tests: Tests) -> Result<()> {
    let mut failed = Vec::new();
    let mut summary = Vec::new();
    for step in steps(tests) {
        println!("\n== {}", step.name);
        let start = Instant::now();
        let result = (step.run)();
        let took = start.elapsed();
        if let Err(error) = &result {
            eprintln!("error: {error:#}");
            failed.push(step.name);
        }
        println!("== {}: {}", step.name, verdict(result.is_ok(), took));
        summary.push((step.name, result.is_ok(), took));
    }

    println!("\n== summary");
    for (name, passed, took) in summary {
        println!("{name:12} {}", verdict(passed, took));
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn verdict(passed: bool, took: Duration) -> String {
    let word = if passed { "passed" } else { "FAILED" };
    format!("{word} in {:.1} s", took.as_secs_f64())
}

fn steps(tests: Tests) -> Vec<Step> {
    let step = |name, run| Step { name, run };
    let mut steps = vec![step("fmt", fmt), step("clippy", clippy), step("doc", doc)];
    if tests == Tests::Run {
        steps.push(step("test", test));
        steps.push(step("doc test", doc_test));
    }
    steps.extend([
        step("xtask test", xtask_test),
        step("feature test", feature_test),
        step("codegen", || codegen::run(codegen::Mode::Check)),
        step("tidy", tidy::run),
        step("deps", || deps::run(deps::Mode::Check)),
        step("loom", loom::run),
        step("conformance", || conformance::run(&[])),
        step("instructions", || {
            instructions::run(instructions::Mode::Check)
        }),
        step("e2e", || e2e::run("")),
        step("features", features::run),
    ]);
    steps
}

fn fmt() -> Result<()> {
    succeed(&mut cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    let what = ["--workspace", "--all-targets", "--all-features"];
    succeed(cargo(["clippy"]).args(what).args(["--", "-D", "warnings"]))
}

/// Builds the documentation of the published crates.
fn doc() -> Result<()> {
    let mut command = cargo(["doc", "--no-deps", "--all-features"]);
    for package in metadata::read()?.packages.iter().filter(|p| p.published) {
        command.args(["-p", package.name.as_str()]);
    }
    succeed(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn test() -> Result<()> {
    let nextest = cargo(["nextest", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if nextest {
        succeed(&mut cargo(["nextest", "run", "--no-fail-fast"]))
    } else {
        succeed(&mut cargo(["test", "--no-fail-fast", "--all-targets"]))
    }
}

fn doc_test() -> Result<()> {
    succeed(&mut cargo(["test", "--no-fail-fast", "--doc"]))
}

/// Runs the tests of xtask, which is not a default member, so that `cargo test` tests only the library.
fn xtask_test() -> Result<()> {
    succeed(&mut cargo(["test", "-p", "xtask"]))
}

/// Runs the tests that `cargo test` leaves out, since it builds only the default features.
fn feature_test() -> Result<()> {
    for package in metadata::read()?.packages {
        let mut features = package.features.iter();
        if package.published && features.any(|feature| feature != "default") {
            let command = ["test", "--no-fail-fast", "--all-features", "-p"];
            succeed(cargo(command).arg(&package.name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(tests: Tests) -> Vec<&'static str> {
        steps(tests).iter().map(|step| step.name).collect()
    }

    #[test]
    fn skipping_leaves_out_the_tests_alone() {
        let mut all = names(Tests::Run);
        all.retain(|name| !matches!(*name, "test" | "doc test"));
        assert_eq!(all, names(Tests::Skip));
    }
}
