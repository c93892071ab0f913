//! A bridge to a real carbon, which is killed and restarted.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::carbon::Carbon;
use super::guard::{Running, TempDir};
use super::{ours, wait};

/// The example's metric of the lines that it gets here.
const METRIC: &str = "log_lines_total.level.error";

pub(super) fn run() -> Result<()> {
    let folder = TempDir::new("prom-e2e-graphite")?;
    let mut server = Carbon::new(folder.path())?;
    let checked = check(&mut server, folder.path());
    server.explain(checked)
}

fn check(server: &mut Carbon, folder: &Path) -> Result<()> {
    let address = server.address();
    server.start()?;
    let mut bridge = Bridge::start(folder, address)?;
    bridge.feed(3)?;
    let before = server.wait_for(METRIC, 3.0)?;
    ensure!(bridge.errors()?.is_empty(), "{}", bridge.errors()?);

    server.kill();
    bridge.feed(2)?;
    let told = bridge.tells(&format!("cannot connect to {address}: "))?;
    ensure!(told.contains("refused"), "{told}");
    println!("{}", told.trim_end());

    server.start()?;
    let after = server.wait_for(METRIC, 5.0)?;
    let is_kept = before.iter().all(|point| after.contains(point));
    ensure!(is_kept, "{before:?} before the kill, {after:?} after it");
    println!("nothing is lost but what was sent while the server was down");

    let told = bridge.errors()?;
    bridge.feed(1)?;
    bridge.end()?;
    server.wait_for(METRIC, 6.0)?;
    println!("what was counted last is sent at the end");
    let errors = bridge.errors()?;
    ensure!(
        errors == told,
        "more errors than while it was down: {errors}"
    );
    Ok(())
}

/// The example `graphite-bridge`, which pushes once a second.
struct Bridge {
    running: Running,
    /// Closed when there is nothing more to count.
    log: Option<ChildStdin>,
    errors: PathBuf,
}

impl Bridge {
    fn start(folder: &Path, graphite: SocketAddr) -> Result<Self> {
        let errors = folder.join("errors");
        let mut command = Command::new(ours::example("graphite-bridge")?);
        command
            .args(["--interval", "1", &graphite.to_string()])
            .stdin(Stdio::piped())
            .stderr(File::create(&errors)?);
        let mut running = Running::start("graphite-bridge", &mut command)?;
        Ok(Self {
            log: running.child().stdin.take(),
            running,
            errors,
        })
    }

    /// Feeds it `lines` lines with errors.
    fn feed(&mut self, lines: usize) -> Result<()> {
        let log = self.log.as_mut().context("the log is closed")?;
        Ok(log.write_all("error\n".repeat(lines).as_bytes())?)
    }

    /// Waits until it has printed `told`; returns all of its output.
    fn tells(&mut self, told: &str) -> Result<String> {
        let errors = self.errors.clone();
        let attempt = || {
            let errors = fs::read_to_string(&errors)?;
            ensure!(errors.contains(told), "{told:?} is not in {errors:?}");
            Ok(errors)
        };
        wait(|| self.running.check_runs(), attempt)
    }

    fn errors(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.errors)?)
    }

    /// Closes the log, and waits until the program has ended successfully.
    fn end(&mut self) -> Result<()> {
        self.log = None;
        let status = || self.running.status()?.context("it does not end");
        let status = wait(|| Ok(()), status)?;
        ensure!(status.success(), "graphite-bridge ended: {status}");
        Ok(())
    }
}
