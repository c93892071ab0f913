//! The two servers, and promtool.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context as _, Result, ensure};

use super::PATIENCE;
use super::guard::Running;
use crate::metadata;
use crate::run;

/// The example, on a port that it chose.
#[derive(Debug)]
pub(super) struct Quickstart {
    running: Running,
    address: SocketAddr,
}

impl Quickstart {
    pub(super) fn start() -> Result<Self> {
        run::succeed(&mut run::cargo(["build", "--quiet", "-p", "quickstart"]))?;
        let program = metadata::read()?.target.join("debug/quickstart");
        let mut command = Command::new(program);
        command
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut running = Running::start("quickstart", &mut command)?;

        let stdout = running.child().stdout.take();
        let stdout = BufReader::new(stdout.expect("the pipe was asked for"));
        let (sender, addresses) = mpsc::channel();
        // Reads on to the end, so that the program never blocks on a full pipe.
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if let Some(address) = bound_address(&line) {
                    // Nobody waits for a second one.
                    let _ = sender.send(address);
                }
            }
        });
        let address = addresses
            .recv_timeout(PATIENCE)
            .context("the quickstart does not say where it listens")?;
        Ok(Self { running, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn check_runs(&mut self) -> Result<()> {
        self.running.check_runs()
    }

    /// The resident memory, as the system counts it.
    pub(super) fn resident_bytes(&self) -> Result<f64> {
        let path = format!("/proc/{}/status", self.running.pid());
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        resident_bytes(&status).with_context(|| format!("{path} has no VmRSS"))
    }
}

/// A Prometheus with its data in a folder of ours.
#[derive(Debug)]
pub(super) struct Prometheus {
    running: Running,
    address: SocketAddr,
    log: PathBuf,
}

impl Prometheus {
    pub(super) fn start(program: &Path, folder: &Path, target: SocketAddr) -> Result<Self> {
        let config = folder.join("prometheus.yml");
        fs::write(&config, configuration(target))?;
        let log = folder.join("log");
        let output = File::create(&log)?;
        let address = free_address()?;
        let mut command = Command::new(program);
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        Ok(Self {
            running: Running::start("prometheus", &mut command)?,
            address,
            log,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn check_runs(&mut self) -> Result<()> {
        self.running.check_runs()
    }

    /// What it printed so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// Asks promtool for its opinion of an exposition.
pub(super) fn check_metrics(promtool: &Path, body: &str) -> Result<()> {
    let mut command = Command::new(promtool);
    command.args(["check", "metrics"]).stdin(Stdio::piped());
    let mut running = Running::start("promtool", &mut command)?;
    let mut stdin = running
        .child()
        .stdin
        .take()
        .expect("the pipe was asked for");
    stdin.write_all(body.as_bytes())?;
    drop(stdin);
    let status = running.child().wait()?;
    ensure!(status.success(), "promtool check metrics: {status}");
    Ok(())
}

fn configuration(target: SocketAddr) -> String {
    format!(
        "global:\n  \
           scrape_interval: 1s\n\
         scrape_configs:\n  \
           - job_name: quickstart\n    \
             static_configs:\n      \
               - targets: ['{target}']\n"
    )
}

/// A port that was free a moment ago: Prometheus cannot choose one itself.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

/// The address in a line like `metrics: http://127.0.0.1:2112/metrics`.
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

    #[test]
    fn the_configuration_has_the_target() {
        let text = configuration("127.0.0.1:80".parse().unwrap());
        assert!(text.contains("\n    static_configs:\n      - targets: ['127.0.0.1:80']\n"));
    }
}
