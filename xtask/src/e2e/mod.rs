//! Our programs, scraped by real servers that say what they saw.

mod api; // Asking Prometheus.
mod checks; // What must be true of its answers.
mod formats; // Each format, from the program to a query.
mod guard; // What is ended or removed on every path.
mod hang_ups; // Scrapers that come in crowds, and leave in the middle.
mod http; // The little HTTP that this needs.
mod ours; // Our own programs.
mod prometheus; // The server and its tool.
mod quickstart; // The program that the README starts with.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::run::{self, Exit};

/// Everything that is waited for is there by then, or never.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs all; everything that was started is gone afterwards.
pub(crate) fn run() -> Result<()> {
    quickstart::run().context("quickstart")?;
    formats::run().context("formats")?;
    hang_ups::run().context("hang-ups")
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
