//! The table: every row with its bound and its candidates.

mod counter;
mod gauge;
mod histogram;
mod limit; // What the machine can do.
mod lookup;
mod series; // Counters with two labels in a registry.

use crate::row::{By, Candidate, History, MakeOp, Row, Work};

/// The label names of every labelled counter here.
const LABELS: [&str; 2] = ["method", "path"];
const HELP: &str = "Requests answered.";

/// Bounds are those of the issue that asked for the row.
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
        0.55,
        By::Maker,
        histogram::OBSERVE,
    ),
    calls(
        "histogram",
        "histogram observe, 11 buckets, 2 threads",
        0.3,
        By::Together(2),
        histogram::OBSERVE,
    ),
    calls(
        "vec",
        "look-up of 2 labels among 100 + inc, 1 thread",
        0.75,
        By::Maker,
        lookup::INC,
    ),
    calls(
        "vec",
        "look-up of 2 labels among 100 + inc, 2 threads",
        0.4,
        By::Together(2),
        lookup::INC,
    ),
    scrape("text scrape, 1k counters, per line", 0.5, 1_000),
    scrape("text scrape, 100k counters, per line", 0.45, 100_000),
    scrape("text scrape, 1M counters, per line", 0.3, 1_000_000),
    heap(
        "heap per counter series, uncontended",
        120.0,
        History::Touched,
    ),
    heap(
        "heap per counter series, 8 threads wrote 1000 times",
        320.0,
        History::Written {
            threads: 8,
            writes: 1_000,
        },
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
        work: Work::Calls { by, candidates },
    }
}

const fn scrape(name: &'static str, bound: f64, lines: usize) -> Row {
    Row {
        suite: "scrape",
        name,
        bound,
        work: Work::Scrape {
            lines,
            candidates: series::TEXT,
        },
    }
}

const fn heap(name: &'static str, bound: f64, history: History) -> Row {
    Row {
        suite: "heap",
        name,
        bound,
        work: Work::Heap {
            series: 100_000,
            history,
            candidates: series::HEAP,
        },
    }
}
