//! The same rows as Criterion groups.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use criterion::{Criterion, Throughput};

use crate::crew::Crew;
use crate::row::{By, Candidate, MakeOp, MakeSeries, Op, Row, Series, Work};
use crate::rows::ROWS;
use crate::sample::Runner;

/// Runs the rows of one suite under Criterion, which prints and plots each candidate separately.
///
/// It does not interleave them; compare with `cargo xtask bench`.
pub fn suite(name: &str) {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20)
        .configure_from_args();
    for row in ROWS.iter().filter(|row| row.suite == name) {
        match row.work {
            Work::Calls { by, candidates } => calls(&mut criterion, row, by, candidates),
            Work::Scrape { series, candidates } => scrapes(&mut criterion, row, series, candidates),
            Work::Create { .. } | Work::Heap { .. } | Work::Load { .. } => {}
        }
    }
    criterion.final_summary();
}

fn calls(criterion: &mut Criterion, row: &Row, by: By, candidates: &[Candidate<MakeOp>]) {
    let mut group = criterion.benchmark_group(row.name);
    for candidate in candidates {
        // Criterion calls the closure once per sample, and never for filtered candidates.
        let mut ready = None;
        group.bench_function(candidate.who, |bencher| {
            let (crew, runner) = ready.get_or_insert_with(|| {
                let crew = Crew::new(by);
                let op = crew.prepare(by, candidate.make);
                let runner = Runner::new(op, &crew, Duration::from_millis(1));
                (crew, runner)
            });
            bencher.iter_custom(|calls| runner.timed(crew, calls));
        });
    }
    group.finish();
}

fn scrapes(
    criterion: &mut Criterion,
    row: &Row,
    series: usize,
    candidates: &[Candidate<MakeSeries>],
) {
    let mut group = criterion.benchmark_group(row.name);
    group
        .throughput(Throughput::Elements(series as u64))
        .sample_size(10);
    for candidate in candidates.iter().filter(|c| series < c.slow_from) {
        let crew = Crew::default();
        let mut ready = None;
        group.bench_function(candidate.who, |bencher| {
            let runner = ready.get_or_insert_with(|| {
                let op = scrape((candidate.make)(series));
                Runner::new(op, &crew, Duration::ZERO)
            });
            bencher.iter_custom(|calls| runner.timed(&crew, calls));
        });
    }
    group.finish();
}

/// Turns series into a call that scrapes them once into the same buffer.
pub(crate) fn scrape(series: Series) -> Op {
    let buffer = Mutex::new(Vec::new());
    Arc::new(move |turn| {
        let mut buffer = buffer.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..turn.calls {
            buffer.clear();
            (series.render)(&mut buffer);
        }
    })
}
