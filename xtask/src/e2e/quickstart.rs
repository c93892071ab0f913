//! A real Prometheus that scrapes the quickstart.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};

use super::api::Api;
use super::guard::TempDir;
use super::ours::Ours;
use super::prometheus::{self, Job, Prometheus};
use super::{PATIENCE, checks, http, wait};

/// The counter that the quickstart increments every two seconds.
const COUNTER: &str = "myapp_processed_ops_total";

pub(super) fn run() -> Result<()> {
    let mut quickstart = Ours::quickstart()?;
    let target = quickstart.address();
    send_requests(target)?;

    let folder = TempDir::new("prom-e2e-quickstart")?;
    let job = Job {
        name: "quickstart",
        target,
        path: "/metrics",
    };
    let mut server = Prometheus::start(&folder.path().join("server"), &[], &[job])?;
    let api = server.api();
    let checked = wait(
        || {
            quickstart.check_runs()?;
            server.check_runs()
        },
        || checks::rises(&api.range(COUNTER, PATIENCE)?),
    )
    .and_then(|()| check(&api, &quickstart));
    server.explain(checked)
}

/// Checks both servers once the counter has risen.
fn check(api: &Api, quickstart: &Ours) -> Result<()> {
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

    prometheus::check_metrics(&body)?;
    println!("promtool has nothing to say about the body");
    Ok(())
}

/// Sends requests to fill the histogram and the labelled counter, some of them to unknown routes.
fn send_requests(target: SocketAddr) -> Result<()> {
    for path in ["/", "/work", "/no-such-page"].repeat(5) {
        http::send(target, path)?;
    }
    Ok(())
}
