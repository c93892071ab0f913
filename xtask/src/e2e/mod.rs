//! Our programs and the real servers that they talk to, which say what they saw.

mod api; // Asking Prometheus.
mod batch_job; // Pushing to a Pushgateway that goes and comes back.
mod carbon; // The server that metrics are sent to.
mod checks; // What must be true of its answers.
mod formats; // Each format, from the program to a query.
mod graphite; // Sending to a Graphite that goes and comes back.
mod guard; // What is ended or removed on every path.
mod hang_ups; // Scrapers that come in crowds, and leave in the middle.
mod http; // The little HTTP that this needs.
mod job; // The program that pushes.
mod ours; // Our own programs.
mod prometheus; // The server and its tool.
mod pushgateway; // The server that is pushed to.
mod quickstart; // The program that the README starts with.
mod restarting; // Servers that are killed and come back.
mod whisper; // What is in their files.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::run::{self, Exit};

/// Everything that is waited for is there by then, or never.
const PATIENCE: Duration = Duration::from_secs(60);

type Check = fn() -> Result<()>;

const CHECKS: [(&str, Check); 5] = [
    ("quickstart", quickstart::run),
    ("formats", formats::run),
    ("hang-ups", hang_ups::run),
    ("batch-job", batch_job::run),
    ("graphite", graphite::run),
];

/// Runs all, or those whose name has a part; everything that was started is gone afterwards.
pub(crate) fn run(part: &str) -> Result<()> {
    let checks = CHECKS.iter().filter(|(name, _)| name.contains(part));
    for (name, check) in checks {
        println!("-- {name}");
        let start = Instant::now();
        check().with_context(|| (*name).to_owned())?;
        println!(
            "-- {name}: passed in {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Tries until it works or patience ends; `alive` ends it at once.
fn wait<T>(
    mut alive: impl FnMut() -> Result<()>,
    mut attempt: impl FnMut() -> Result<T>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        alive()?;
        match attempt() {
            Err(_) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(250)),
            result => return result.with_context(|| format!("tried for {PATIENCE:?}")),
        }
    }
}

/// Finds a program that a Debian package has.
fn tool(program: &str, package: &str) -> Result<PathBuf> {
    run::find(program).ok_or_else(|| {
        let message = format!("{program} is not there: install the Debian package `{package}`");
        Exit { status: 2, message }.into()
    })
}
