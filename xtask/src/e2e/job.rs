//! The example `batch-job`, run to its end.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::guard::Running;
use super::{ours, wait};

/// A label of a grouping key.
pub(super) type Label<'a> = (&'a str, &'a str);

/// The job, and its Pushgateway.
#[derive(Debug)]
pub(super) struct Job {
    program: PathBuf,
    gateway: SocketAddr,
    rows: PathBuf,
    errors: PathBuf,
}

/// What the job should do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    Succeed,
    Fail,
    Forget,
}

/// The result of a run.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) is_success: bool,
    /// Its error output.
    pub(super) errors: String,
}

impl Job {
    pub(super) fn new(folder: &Path, gateway: SocketAddr) -> Result<Self> {
        let rows = folder.join("rows.csv");
        fs::write(&rows, "apples,3\n")?;
        Ok(Self {
            program: ours::example("batch-job")?,
            gateway,
            rows,
            errors: folder.join("errors"),
        })
    }

    /// Runs it to its end, without retrying a push.
    pub(super) fn run(&self, labels: &[Label<'_>], task: Task) -> Result<Ended> {
        let running = self.start(labels, task, 0)?;
        self.end(running)
    }

    /// Starts it with a number of retries.
    pub(super) fn start(&self, labels: &[Label<'_>], task: Task, retries: u32) -> Result<Running> {
        let mut command = Command::new(&self.program);
        command
            .args(["--gateway", &self.gateway.to_string()])
            .args(["--retries", &retries.to_string()])
            .stdin(Stdio::null())
            .stderr(File::create(&self.errors)?);
        for (name, value) in labels {
            command.args(["--label", &format!("{name}={value}")]);
        }
        match task {
            Task::Succeed => command.arg(&self.rows),
            Task::Fail => command.arg("no/such/file"),
            Task::Forget => command.arg("--forget"),
        };
        Running::start("batch-job", &mut command)
    }

    /// Waits for its end.
    pub(super) fn end(&self, mut running: Running) -> Result<Ended> {
        let is_over = || running.status()?.context("it does not end");
        let status = wait(|| Ok(()), is_over)?;
        Ok(Ended {
            is_success: status.success(),
            errors: fs::read_to_string(&self.errors)?,
        })
    }
}

impl Ended {
    /// Checks that the job and its push succeeded.
    pub(super) fn is_fine(&self) -> Result<()> {
        ensure!(self.is_success && self.errors.is_empty(), "{self:?}");
        Ok(())
    }

    /// Checks that the job failed, and its push succeeded.
    pub(super) fn is_failure(&self) -> Result<()> {
        let is_told = self.errors.contains("cannot read \"no/such/file\"");
        let is_lost = self.errors.contains("the metrics are lost");
        ensure!(!self.is_success && is_told && !is_lost, "{self:?}");
        Ok(())
    }
}
