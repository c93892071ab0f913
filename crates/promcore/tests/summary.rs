//! Summaries: exact counts with many threads, consistent snapshots, quantiles that expire.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use promcore::{Clock, ManualClock, Summary, SummaryOpts, SummaryVec, Timestamp};

fn opts() -> SummaryOpts {
    SummaryOpts::new("s", "").objectives([(0.5, 0.05), (1.0, 0.0)])
}

fn summary(opts: SummaryOpts) -> Summary {
    Summary::with_opts(opts).expect("the options are right")
}

/// B13: in a snapshot, count and sum cover the same observations, and none that was made before is missing.
#[test]
fn b13_snapshots_of_summaries_are_whole() {
    const EACH: u64 = 50_000;
    for opts in [opts(), SummaryOpts::new("s", "")] {
        let summary = summary(opts);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let writers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..EACH).for_each(|_| summary.observe(2.0))))
                .collect();
            scope.spawn(|| {
                writers
                    .into_iter()
                    .for_each(|writer| writer.join().unwrap());
                done.store(true, Ordering::Relaxed);
            });
            let mut last = 0;
            while !done.load(Ordering::Relaxed) {
                let value = summary.snapshot();
                assert_eq!(value.sum, 2.0 * value.count as f64);
                assert!(value.count >= last);
                last = value.count;
            }
        });
        let value = summary.snapshot();
        assert_eq!((value.count, value.sum), (4 * EACH, 8.0 * EACH as f64));
        assert!(value.quantiles.iter().all(|quantile| quantile.value == 2.0));
    }
}

#[test]
fn quantiles_forget_and_counts_do_not() {
    let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(5)));
    let opts = opts().max_age(Duration::from_secs(10)).age_buckets(2);
    let summary = summary(opts.clock(clock.clone()));
    assert!(summary.snapshot().quantiles[1].value.is_nan());
    summary.observe(7.0);
    clock.advance(Duration::from_secs(6));
    summary.observe(3.0);
    assert_eq!(summary.snapshot().quantiles[1].value, 7.0);
    clock.advance(Duration::from_secs(6));
    assert_eq!(summary.snapshot().quantiles[1].value, 3.0);
    clock.advance(Duration::from_secs(6));
    let value = summary.snapshot();
    assert!(
        value
            .quantiles
            .iter()
            .all(|quantile| quantile.value.is_nan())
    );
    assert_eq!((value.count, value.sum), (2, 10.0));
    assert_eq!(value.created, Some(Timestamp::from_unix_nanos(5)));
    clock.set(Timestamp::from_unix_nanos(0));
    summary.observe(1.0);
    assert_eq!(summary.snapshot().count, 3);
    assert!(clock.now() < Timestamp::from_unix_nanos(5));
}

#[test]
fn what_cannot_be_is_refused() {
    let error = |opts| Summary::with_opts(opts).unwrap_err().to_string();
    assert_eq!(
        error(opts().max_age(Duration::ZERO)),
        "the observations of a summary cannot count for 0ns"
    );
    assert_eq!(
        error(opts().objectives([(0.5, 0.1), (1.5, 0.1)])),
        "a summary cannot have the objective 1.5 with an error of 0.1"
    );
    assert!(error(opts().objectives([(f64::NAN, 0.1)])).contains("objective NaN"));
    let vec = SummaryVec::new("s", "", ["quantile"]);
    assert_eq!(
        vec.unwrap_err().to_string(),
        r#"label name "quantile" of metric "s" is reserved"#
    );
}

#[test]
fn options_of_any_size_take_little_memory() {
    let opts = opts().buf_cap(usize::MAX).age_buckets(u32::MAX);
    let summary = summary(opts.max_age(Duration::MAX));
    (0..1_000).for_each(|n| summary.observe(f64::from(n)));
    let value = summary.snapshot();
    assert_eq!((value.count, value.quantiles[1].value), (1_000, 999.0));
}

/// A clock that the summary believes to run by itself.
#[derive(Debug)]
struct Steady(ManualClock);

impl Clock for Steady {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn runs_by_itself(&self) -> bool {
        true
    }
}

/// Observations before a pause are not held back, and those after it do not expire with them, although the clock is not read each time.
#[test]
fn a_pause_ends_windows_as_well() {
    let clock = Arc::new(Steady(ManualClock::new(Timestamp::from_unix_nanos(0))));
    let opts = opts().max_age(Duration::from_secs(10)).age_buckets(2);
    let summary = summary(opts.clock(clock.clone()));
    let largest = || summary.snapshot().quantiles[1].value;
    (0..100).for_each(|_| summary.observe(7.0));
    clock.0.advance(Duration::from_secs(60));
    summary.observe(3.0);
    assert!(!largest().is_nan());
    clock.0.advance(Duration::from_secs(60));
    (0..100).for_each(|_| summary.observe(3.0));
    assert_eq!(largest(), 3.0);
    assert_eq!(summary.snapshot().count, 201);
    clock.0.advance(Duration::from_secs(60));
    assert!(largest().is_nan());
}
