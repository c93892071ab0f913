//! Our own programs, which print the address that they listen on.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context as _, Result};

use super::PATIENCE;
use super::guard::Running;
use crate::metadata;
use crate::run;

/// One of our programs, on a free port.
#[derive(Debug)]
pub(super) struct Ours {
    running: Running,
    address: SocketAddr,
}

impl Ours {
    /// Builds and starts the quickstart.
    pub(super) fn quickstart() -> Result<Self> {
        let args = ["--listen", "127.0.0.1:0"];
        Self::start("quickstart", &["-p", "quickstart"], "quickstart", &args)
    }

    /// Builds and starts the program in `examples/target` of this package.
    pub(super) fn target() -> Result<Self> {
        let build = ["-p", "xtask", "--example", "target"];
        Self::start("target", &build, "examples/target", &[])
    }

    fn start(name: &'static str, build: &[&str], path: &str, args: &[&str]) -> Result<Self> {
        let mut command = Command::new(built(build, path)?);
        command
            .args(args)
            // Returns freed memory to the system early, so that resident memory is memory in use.
            .env("MALLOC_TRIM_THRESHOLD_", "65536")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut running = Running::start(name, &mut command)?;

        let stdout = running.child().stdout.take();
        let stdout = BufReader::new(stdout.expect("the pipe was requested"));
        let (sender, addresses) = mpsc::channel();
        // Reads to the end, so that the program never blocks on a full pipe.
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if let Some(address) = bound_address(&line) {
                    // Fails for a second address, for which nobody waits.
                    let _ = sender.send(address);
                }
            }
        });
        let address = addresses
            .recv_timeout(PATIENCE)
            .with_context(|| format!("{name} does not say where it listens"))?;
        println!("{name} listens on {address}");
        Ok(Self { running, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn check_runs(&mut self) -> Result<()> {
        self.running.check_runs()
    }

    /// Returns the resident memory according to the system.
    pub(super) fn resident_bytes(&self) -> Result<f64> {
        let path = format!("/proc/{}/status", self.running.pid());
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        resident_bytes(&status).with_context(|| format!("{path} has no VmRSS"))
    }
}

/// Builds a program of `examples`, and returns its path.
pub(super) fn example(package: &str) -> Result<PathBuf> {
    built(&["-p", package], package)
}

fn built(build: &[&str], path: &str) -> Result<PathBuf> {
    run::succeed(run::cargo(["build", "--quiet"]).args(build))?;
    Ok(metadata::read()?.target.join("debug").join(path))
}

/// Returns the address in a line like `metrics: http://127.0.0.1:2112/metrics`.
fn bound_address(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    rest.split('/').next()?.trim().parse().ok()
}

fn resident_bytes(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_address_is_in_a_line() {
        let address = "127.0.0.1:2112".parse().ok();
        assert_eq!(bound_address("see http://127.0.0.1:2112/metrics"), address);
        assert_eq!(bound_address("http://127.0.0.1:2112"), address);
        assert_eq!(bound_address("listening"), None);
        assert_eq!(bound_address("http://localhost:2112/"), None);
    }

    #[test]
    fn resident_memory_is_in_the_status() {
        let status = "Name:\tx\nVmRSS:\t    1234 kB\nThreads:\t1\n";
        assert_eq!(resident_bytes(status), Some(1234.0 * 1024.0));
        assert_eq!(resident_bytes("Name:\tx\n"), None);
    }
}
