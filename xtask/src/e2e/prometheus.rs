//! Prometheus and promtool.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::api::Api;
use super::guard::Running;

/// A target that a server scrapes once a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) name: &'static str,
    pub(super) target: SocketAddr,
    pub(super) path: &'static str,
}

/// A Prometheus with its data in a temporary folder.
#[derive(Debug)]
pub(super) struct Prometheus {
    running: Running,
    address: SocketAddr,
    log: PathBuf,
}

impl Prometheus {
    /// Starts a server with experimental features; the folder is made for it.
    pub(super) fn start(folder: &Path, features: &[&str], jobs: &[Job]) -> Result<Self> {
        fs::create_dir(folder).with_context(|| format!("cannot make the folder {folder:?}"))?;
        let config = folder.join("prometheus.yml");
        fs::write(&config, configuration(jobs))?;
        let log = folder.join("log");
        let output = File::create(&log)?;
        let address = free_address()?;
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .arg(format!("--enable-feature={}", features.join(",")))
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let running = Running::start("prometheus", &mut command)?;
        println!("prometheus listens on {address}");
        Ok(Self {
            running,
            address,
            log,
        })
    }

    pub(super) fn api(&self) -> Api {
        Api::new(self.address)
    }

    pub(super) fn check_runs(&mut self) -> Result<()> {
        self.running.check_runs()
    }

    /// Prints the output of the server if `result` is an error.
    pub(super) fn explain<T>(&self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            eprintln!("{}", fs::read_to_string(&self.log).unwrap_or_default());
        }
        result
    }
}

/// Checks an exposition with promtool.
pub(super) fn check_metrics(body: &str) -> Result<()> {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped());
    let mut running = Running::start("promtool", &mut command)?;
    let stdin = running.child().stdin.take();
    let mut stdin = stdin.expect("the pipe was requested");
    stdin.write_all(body.as_bytes())?;
    drop(stdin);
    let status = running.child().wait()?;
    ensure!(status.success(), "promtool check metrics: {status}");
    Ok(())
}

fn configuration(jobs: &[Job]) -> String {
    let mut text = "global:\n  scrape_interval: 1s\nscrape_configs:\n".to_owned();
    for Job { name, target, path } in jobs {
        text += &format!(
            "  - job_name: {name}\n    \
               metrics_path: {path}\n    \
               static_configs:\n      \
                 - targets: ['{target}']\n"
        );
    }
    text
}

/// Returns a port that was free a moment ago, for servers that cannot choose one themselves.
pub(super) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_has_each_job() {
        let job = |name, path| Job {
            name,
            path,
            target: "127.0.0.1:80".parse().unwrap(),
        };
        let text = configuration(&[job("a", "/metrics"), job("b", "/text")]);
        assert_eq!(
            text,
            "global:\n  scrape_interval: 1s\nscrape_configs:\n\
             \x20 - job_name: a\n    metrics_path: /metrics\n\
             \x20   static_configs:\n      - targets: ['127.0.0.1:80']\n\
             \x20 - job_name: b\n    metrics_path: /text\n\
             \x20   static_configs:\n      - targets: ['127.0.0.1:80']\n"
        );
    }
}
