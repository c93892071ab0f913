//! The table: every row with its bound and its candidates.

mod counter;
mod create; // The first look-up of each of many series.
mod enums; // Look-ups by enum values.
mod gauge;
mod gzip; // A compressed scrape.
mod histogram;
mod histogram_series; // Histograms with two labels.
mod limit; // The limits of the machine.
mod lookup;
mod middleware; // The overhead of middleware.
mod native; // Native histograms.
mod parse; // Parsing of text.
mod protobuf; // Scrapes in protobuf.
mod series; // Counters with two labels in a registry.
mod summary; // Summaries with quantiles.

use crate::row::{Also, By, Candidate, History, MakeOp, MakeSeries, Row, Shows, Work};

/// The label names of every labelled counter here.
const LABELS: [&str; 2] = ["method", "path"];
const HELP: &str = "Requests answered.";

/// The rows, with the bounds of the issues that requested them.
pub(crate) static ROWS: &[Row] = &[
    calls(
        "counter",
        "counter inc, 1 thread",
        0.45,
        By::Maker,
        counter::INC,
    ),
    calls(
        "counter",
        "counter inc, touched by main, used by another thread",
        0.45,
        By::Other,
        counter::INC,
    ),
    calls(
        "counter",
        "counter inc, after its first writer's thread ended",
        0.45,
        By::Survivor,
        counter::INC,
    ),
    calls(
        "counter",
        "counter inc, 2 threads",
        0.2,
        By::Together(2),
        counter::INC,
    ),
    calls(
        "counter",
        "counter add 0.25, 1 thread",
        0.35,
        By::Maker,
        counter::ADD,
    ),
    calls(
        "counter",
        "counter add 0.25, 2 threads",
        0.1,
        By::Together(2),
        counter::ADD,
    ),
    calls("gauge", "gauge set, 1 thread", 1.3, By::Maker, gauge::SET),
    calls(
        "histogram",
        "histogram observe, 11 buckets, 1 thread",
        0.5,
        By::Maker,
        histogram::OBSERVE,
    ),
    calls(
        "histogram",
        "histogram observe, 11 buckets, 2 threads",
        0.2,
        By::Together(2),
        histogram::OBSERVE,
    ),
    calls(
        "histogram",
        "histogram observe, 11 buckets, 8 threads",
        0.2,
        By::Together(8),
        histogram::OBSERVE,
    ),
    calls(
        "histogram",
        "histogram observe, 50 buckets, 1 thread",
        0.45,
        By::Maker,
        histogram::OBSERVE_FIFTY,
    ),
    calls(
        "histogram",
        "histogram observe, 50 buckets, 2 threads",
        0.15,
        By::Together(2),
        histogram::OBSERVE_FIFTY,
    ),
    calls(
        "histogram",
        "native histogram observe, 1 thread",
        0.45,
        By::Maker,
        native::OBSERVE,
    ),
    calls(
        "histogram",
        "native histogram observe, 2 threads",
        0.15,
        By::Together(2),
        native::OBSERVE,
    ),
    calls(
        "histogram",
        "summary observe, 3 objectives, 1 thread",
        0.7,
        By::Maker,
        summary::OBSERVE,
    ),
    calls(
        "histogram",
        "summary observe, 3 objectives, 2 threads",
        0.4,
        By::Together(2),
        summary::OBSERVE,
    ),
    calls(
        "vec",
        "look-up of 2 labels among 100 + inc, 1 thread",
        0.6,
        By::Maker,
        lookup::Among::<100>::INC,
    ),
    calls(
        "vec",
        "look-up of 2 labels among 100 + inc, 2 threads",
        0.3,
        By::Together(2),
        lookup::Among::<100>::INC,
    ),
    calls(
        "vec",
        "look-up of 2 labels among 10k + inc, 1 thread",
        0.75,
        By::Maker,
        lookup::Among::<10_000>::INC,
    ),
    calls(
        "vec",
        "look-up of 2 labels among 10k + inc, 2 threads",
        0.4,
        By::Together(2),
        lookup::Among::<10_000>::INC,
    ),
    calls(
        "vec",
        "look-up by 2 enums among 100 + inc, 1 thread",
        0.15,
        By::Maker,
        enums::INC,
    )
    .and(Also::Nanoseconds(6.0)),
    create("creating 100k counters, per series", 1.2, 100_000).and(Also::MedianPeer(0.25)),
    scrape(
        "text scrape, 1k counters, per line",
        0.3,
        1_000,
        series::TEXT,
    ),
    scrape(
        "text scrape, 100k counters, per line",
        0.3,
        100_000,
        series::TEXT,
    ),
    scrape(
        "text scrape, 1M counters, per line",
        0.15,
        1_000_000,
        series::TEXT,
    ),
    scrape(
        "text scrape, 10k histograms, 12 buckets, per series",
        0.35,
        10_000,
        histogram_series::TEXT,
    ),
    scrape(
        "protobuf scrape, 100k counters, per series",
        0.6,
        100_000,
        protobuf::COUNTERS,
    ),
    scrape(
        "protobuf scrape, 10k histograms, 12 buckets, per series",
        0.4,
        10_000,
        protobuf::HISTOGRAMS,
    ),
    scrape(
        "gzip scrape, 100k counters, per series",
        1.2,
        100_000,
        gzip::COUNTERS,
    ),
    scrape(
        "gather to the tree, 100k counters, per series",
        0.6,
        100_000,
        series::TREE,
    ),
    // 73 bytes in 292 ns are 250 MB per second.
    scrape(
        "parse text, 10k counters, per line",
        1.0,
        10_000,
        parse::TEXT,
    )
    .and(Also::Nanoseconds(292.0)),
    load(
        "write p99.9, 2 threads at 1M/s, scraped",
        2000.0,
        Shows::Writes,
    ),
    load(
        "slowest scrape, 2 threads write at 1M/s",
        4.0,
        Shows::Scrapes,
    ),
    calls(
        "http",
        "middleware around an empty axum handler, added",
        0.5,
        By::Maker,
        middleware::REQUEST,
    ),
    heap(
        "heap per counter series, uncontended",
        100.0,
        History::Touched,
        series::HEAP,
    ),
    heap(
        "heap per histogram series, 11 buckets, uncontended",
        300.0,
        History::Touched,
        histogram_series::HEAP,
    ),
    heap(
        "heap per counter series, 8 threads wrote 1000 times",
        320.0,
        History::Written {
            threads: 8,
            writes: 1_000,
        },
        series::HEAP,
    ),
];

const fn calls(
    suite: &'static str,
    name: &'static str,
    bound: f64,
    by: By,
    candidates: &'static [Candidate<MakeOp>],
) -> Row {
    Row {
        suite,
        name,
        bound,
        also: None,
        work: Work::Calls { by, candidates },
    }
}

const fn scrape(
    name: &'static str,
    bound: f64,
    series: usize,
    candidates: &'static [Candidate<MakeSeries>],
) -> Row {
    Row {
        suite: "scrape",
        name,
        bound,
        also: None,
        work: Work::Scrape { series, candidates },
    }
}

const fn load(name: &'static str, bound: f64, shows: Shows) -> Row {
    Row {
        suite: "load",
        name,
        bound,
        also: None,
        work: Work::Load { shows },
    }
}

const fn create(name: &'static str, bound: f64, series: usize) -> Row {
    Row {
        suite: "vec",
        name,
        bound,
        also: None,
        work: Work::Create {
            series,
            candidates: create::COUNTERS,
        },
    }
}

const fn heap(
    name: &'static str,
    bound: f64,
    history: History,
    candidates: &'static [Candidate<MakeSeries>],
) -> Row {
    Row {
        suite: "heap",
        name,
        bound,
        also: None,
        work: Work::Heap {
            series: 100_000,
            history,
            candidates,
        },
    }
}
