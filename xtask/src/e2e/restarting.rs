//! Servers that are killed and restarted.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;

use super::guard::Running;
use super::wait;

/// A server that keeps its port and its folder while it is down.
#[derive(Debug)]
pub(super) struct Restarting {
    program: &'static str,
    args: Vec<String>,
    folder: PathBuf,
    running: Option<Running>,
}

impl Restarting {
    pub(super) fn new(program: &'static str, args: Vec<String>, folder: &Path) -> Self {
        Self {
            program,
            args,
            folder: folder.to_owned(),
            running: None,
        }
    }

    /// Starts it, and waits until it is ready.
    pub(super) fn start(&mut self, is_ready: impl FnMut() -> Result<()>) -> Result<()> {
        let output = File::options().append(true).create(true).open(self.log())?;
        let mut command = Command::new(self.program);
        command
            .args(&self.args)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let running = self
            .running
            .insert(Running::start(self.program, &mut command)?);
        wait(|| running.check_runs(), is_ready)
    }

    /// Kills it.
    pub(super) fn kill(&mut self) {
        self.running = None;
    }

    pub(super) fn check_runs(&mut self) -> Result<()> {
        self.running.as_mut().map_or(Ok(()), Running::check_runs)
    }

    /// Prints the output of the server if `result` is an error.
    pub(super) fn explain<T>(&self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            eprintln!("{}", fs::read_to_string(self.log()).unwrap_or_default());
        }
        result
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}
