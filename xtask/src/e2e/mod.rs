//! A real Prometheus scrapes the quickstart, and says what it saw.

mod api; // Asking Prometheus.
mod checks; // What must be true of its answers.
mod guard; // What is ended or removed on every path.
mod http; // The little HTTP that this needs.
mod programs; // The two servers, and promtool.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::run::{self, Exit};

use self::api::Api;
use self::guard::TempDir;
use self::programs::{Prometheus, Quickstart};

/// Everything that is waited for is there by then, or never.
const PATIENCE: Duration = Duration::from_secs(60);

/// The counter that the quickstart raises every two seconds by itself.
const COUNTER: &str = "myapp_processed_ops_total";

/// Runs it; everything that was started is gone afterwards.
pub(crate) fn run() -> Result<()> {
    let prometheus = server("prometheus")?;
    let promtool = server("promtool")?;
    let folder = TempDir::new("prom-e2e")?;

    let mut quickstart = Quickstart::start()?;
    let target = quickstart.address();
    println!("quickstart listens on {target}");
    send_requests(target)?;

    let mut prometheus = Prometheus::start(&prometheus, folder.path(), target)?;
    println!("prometheus listens on {}", prometheus.address());
    let api = Api::new(prometheus.address());
    let checked = wait(
        || {
            quickstart.check_runs()?;
            prometheus.check_runs()?;
            Ok(())
        },
        || checks::rises(&api.range(COUNTER, PATIENCE)?),
    )
    .and_then(|()| check(&api, &quickstart, &promtool));
    if checked.is_err() {
        eprintln!("{}", prometheus.log());
    }
    checked
}

/// Asserts what the two servers say, once the counter has risen.
fn check(api: &Api, quickstart: &Quickstart, promtool: &Path) -> Result<()> {
    println!("{COUNTER} rises");

    checks::is_up(&api.query("up{job=\"quickstart\"}")?)?;
    println!("the target is up");

    let body = http::get(quickstart.address(), "/metrics")?;
    let histograms = checks::histograms(&body);
    ensure!(!histograms.is_empty(), "the quickstart shows no histogram");
    for name in histograms {
        let query = format!("{{__name__=~\"{name}_(bucket|count)\"}}");
        let series = checks::is_cumulative(&api.query(&query)?)
            .with_context(|| format!("the histogram {name} is wrong"))?;
        println!("{name}: the buckets of {series} series are cumulative");
    }

    let stored = api.query("process_resident_memory_bytes{job=\"quickstart\"}")?;
    let (stored, actual) = (checks::only_value(&stored)?, quickstart.resident_bytes()?);
    checks::is_near(stored, actual)?;
    println!("process_resident_memory_bytes is {stored}, the system says {actual}");

    programs::check_metrics(promtool, &body)?;
    println!("promtool has nothing to say about the body");
    Ok(())
}

/// Feeds the histogram and the labelled counter; some routes may be unknown to it.
fn send_requests(target: SocketAddr) -> Result<()> {
    for path in ["/", "/work", "/no-such-page"].repeat(5) {
        http::send(target, path)?;
    }
    Ok(())
}

/// Tries until it works or patience ends; `alive` ends it at once.
fn wait(
    mut alive: impl FnMut() -> Result<()>,
    mut attempt: impl FnMut() -> Result<()>,
) -> Result<()> {
    let start = Instant::now();
    loop {
        alive()?;
        match attempt() {
            Err(_) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(250)),
            result => return result.with_context(|| format!("tried for {PATIENCE:?}")),
        }
    }
}

fn server(program: &str) -> Result<PathBuf> {
    run::find(program).ok_or_else(|| {
        Exit {
            status: 2,
            message: format!(
                "{program} is not there: install the Debian package `prometheus`, \
                 which has both prometheus and promtool"
            ),
        }
        .into()
    })
}
