//! Memory that must not grow; in its own process, whose memory it measures.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use promcore::{Counter, Histogram, HistogramOpts, HistogramVec, Summary, SummaryOpts};

/// Bytes of this process's memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<usize>().unwrap() * 1024
}

/// metrics#467, aisix#850: raw observations were kept until the next scrape.
#[test]
fn b14_memory_stays_flat_when_nobody_scrapes() {
    let histogram = Histogram::new("b14_seconds", "").unwrap();
    let vec = HistogramVec::new("b14_vec_seconds", "", ["x"]).unwrap();
    let opts = HistogramOpts::new("b14_native_seconds", "").native_bucket_factor(1.1);
    let native = Histogram::with_opts(opts).unwrap();
    let opts = SummaryOpts::new("b14_summary_seconds", "").objectives([(0.99, 0.001)]);
    let summary = Summary::with_opts(opts).unwrap();
    let counter = Counter::new("b14_total", "").unwrap();
    let observe = |times: u32| {
        for number in 0..times {
            let seconds = f64::from(number) * 1e-6;
            histogram.observe(seconds);
            vec.with(["y"]).observe(seconds);
            native.observe(seconds);
            summary.observe(seconds);
            counter.add(seconds);
        }
    };
    observe(10_000);
    let before = resident();
    observe(1_000_000);
    let grown = resident().saturating_sub(before);
    // Stored individually, the observations of one histogram would take 8 MB.
    assert!(grown < 1 << 20, "{grown} bytes");
    assert_eq!(histogram.snapshot().count, 1_010_000);
}
