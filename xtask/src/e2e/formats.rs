//! Each format, from the program to a query result.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};

use super::api::Api;
use super::guard::TempDir;
use super::ours::Ours;
use super::prometheus::{Job, Prometheus};
use super::{checks, http, wait};

/// A way to scrape the metrics.
struct Way {
    job: &'static str,
    path: &'static str,
    content_type: &'static str,
}

const TEXT: Way = Way {
    job: "text",
    path: "/text",
    content_type: "text/plain",
};

const OPEN_METRICS: Way = Way {
    job: "openmetrics",
    path: "/metrics",
    content_type: "application/openmetrics-text",
};

/// The preferred format of a server with native histograms.
const PROTOBUF: Way = Way {
    job: "protobuf",
    path: "/metrics",
    content_type: "application/vnd.google.protobuf",
};

impl Way {
    fn to(&self, target: SocketAddr) -> Job {
        Job {
            name: self.job,
            target,
            path: self.path,
        }
    }
}

pub(super) fn run() -> Result<()> {
    let mut program = Ours::target()?;
    let target = program.address();
    let folder = TempDir::new("prom-e2e-formats")?;
    let start = |name: &str, features: &[&str], ways: &[Way]| {
        let jobs: Vec<_> = ways.iter().map(|way| way.to(target)).collect();
        Prometheus::start(&folder.path().join(name), features, &jobs)
    };
    let mut texts = start("texts", &["exemplar-storage"], &[TEXT, OPEN_METRICS])?;
    let features = ["exemplar-storage", "native-histograms"];
    let mut protobuf = start("protobuf", &features, &[PROTOBUF])?;

    for (server, ways) in [
        (&mut texts, &[TEXT, OPEN_METRICS][..]),
        (&mut protobuf, &[PROTOBUF]),
    ] {
        for way in ways {
            let api = server.api();
            let scraped = wait(
                || {
                    program.check_runs()?;
                    server.check_runs()
                },
                || checks::is_up(&api.query(&format!("up{{job=\"{}\"}}", way.job))?),
            );
            let checked = scraped.and_then(|()| check(&api, target, way));
            server.explain(checked).context(way.job)?;
            println!("{}: every kind of metric is stored as it was sent", way.job);
        }
    }

    let checked = check_exemplars(&texts.api(), OPEN_METRICS.job);
    texts.explain(checked)?;
    let checked = check_exemplars(&protobuf.api(), PROTOBUF.job)
        .and_then(|()| check_native(&protobuf.api(), PROTOBUF.job));
    protobuf.explain(checked)
}

/// Checks that the expected format was used, and that values and labels arrived.
fn check(api: &Api, target: SocketAddr, way: &Way) -> Result<()> {
    let answers = http::get(target, "/own")?;
    let line = format!(
        "e2e_answers_total{{encoding=\"gzip\",path=\"{}\",type=\"{}\"}} ",
        way.path, way.content_type
    );
    ensure!(answers.contains(&line), "no {line}in\n{answers}");

    for (selector, expected) in [
        ("e2e_jobs_total", 7.0),
        ("e2e_queued", -2.5),
        ("e2e_classic_seconds_bucket{le=\"0.1\"}", 100.0),
        ("e2e_classic_seconds_bucket{le=\"0.5\"}", 501.0),
        ("e2e_classic_seconds_bucket{le=\"+Inf\"}", 1001.0),
        ("e2e_classic_seconds_count", 1001.0),
        ("e2e_classic_seconds_sum", 500.75),
        ("e2e_summary_seconds_count", 1000.0),
        ("e2e_summary_seconds_sum", 500.5),
    ] {
        let query = format!("{selector} and {{job=\"{}\"}}", way.job);
        let value = checks::only_value(&api.query(&query)?).context(query)?;
        ensure!(value == expected, "{selector} is {value}, not {expected}");
    }
    let query = format!(
        "e2e_summary_seconds{{quantile=\"0.9\",job=\"{}\"}}",
        way.job
    );
    let quantile = checks::only_value(&api.query(&query)?).context(query)?;
    ensure!(
        (quantile - 0.9).abs() <= 0.01,
        "the 0.9 quantile is {quantile}"
    );

    let texts = api.query(&format!("e2e_texts{{job=\"{}\"}}", way.job))?;
    let mut texts: Vec<_> = texts
        .iter()
        .map(|series| series.label("text").unwrap_or(""))
        .collect();
    texts.sort_unstable();
    let expected = ["", "a\"b", "back\\slash", "two\nlines", "żółw"];
    ensure!(texts == expected, "the texts are {texts:?}");
    Ok(())
}

/// Checks that the exemplars of a counter and of a bucket arrived.
fn check_exemplars(api: &Api, job: &str) -> Result<()> {
    for (series, trace, value) in [
        ("e2e_jobs_total", "4bf92f3577b34da6a3ce929d0e0e4736", 7.0),
        ("e2e_classic_seconds_bucket", "00f067aa0ba902b7", 0.25),
    ] {
        let query = format!("{series}{{job=\"{job}\"}}");
        let found = api.exemplars(&query)?;
        let is_it = |labels: &[(String, String)]| matches!(labels, [(name, value)] if name == "trace_id" && value == trace);
        ensure!(
            found
                .iter()
                .any(|it| is_it(&it.labels) && it.value == value),
            "{query} has the exemplars {found:?}"
        );
    }
    println!("{job}: exemplars are stored as they were sent");
    Ok(())
}

/// Checks that quantiles of native buckets are exact to within one bucket.
fn check_native(api: &Api, job: &str) -> Result<()> {
    let series = format!("e2e_native_seconds{{job=\"{job}\"}}");
    let value = |query: String| checks::only_value(&api.query(&query)?).context(query);
    let count = value(format!("histogram_count({series})"))?;
    let sum = value(format!("histogram_sum({series})"))?;
    ensure!((count, sum) == (1001.0, 500.75), "count {count}, sum {sum}");
    for quantile in [0.1, 0.5, 0.9, 0.99] {
        let found = value(format!("histogram_quantile({quantile}, {series})"))?;
        // The values range from 0.001 to 1, with eight buckets per power of two.
        ensure!(
            (found / quantile).log2().abs() <= 1.0 / 8.0,
            "the {quantile} quantile is {found}"
        );
        println!("{job}: the {quantile} quantile of a native histogram is {found}");
    }
    Ok(())
}
