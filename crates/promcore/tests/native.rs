//! Native histograms: exact with many threads, consistent in every snapshot, limited in size.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use promcore::{Clock, Histogram, HistogramOpts, HistogramValue, ManualClock, Timestamp};

fn opts() -> HistogramOpts {
    HistogramOpts::new("h", "").native_bucket_factor(1.1)
}

fn histogram(opts: HistogramOpts) -> Histogram {
    Histogram::with_opts(opts).expect("the options are right")
}

/// Adds up all buckets of a snapshot.
fn in_buckets(value: &HistogramValue) -> u64 {
    let native = value.native.as_ref().expect("it is a native histogram");
    let sides = [&native.positive, &native.negative];
    let counts = sides.into_iter().flat_map(|side| side.counts());
    counts.map(|(_, count)| count).sum::<u64>() + native.zero_count
}

/// B13: in every snapshot, buckets, count and sum cover the same observations, even while buckets are made wider.
#[test]
fn b13_snapshots_of_native_histograms_are_whole() {
    const EACH: u64 = 30_000;
    let histogram = histogram(opts().buckets([1.0, 8.0]).native_max_buckets(6));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..EACH).for_each(|n| histogram.observe((n % 64 + 1) as f64))))
            .collect();
        scope.spawn(|| {
            writers
                .into_iter()
                .for_each(|writer| writer.join().unwrap());
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            let value = histogram.snapshot();
            assert_eq!(in_buckets(&value), value.count);
            assert!(value.sum >= value.count as f64 && value.sum <= 64.0 * value.count as f64);
            assert!(value.buckets[1].cumulative_count <= value.count);
        }
    });
    let value = histogram.snapshot();
    assert_eq!((value.count, in_buckets(&value)), (4 * EACH, 4 * EACH));
    let sum: u64 = (0..EACH).map(|n| n % 64 + 1).sum();
    assert_eq!(value.sum, (4 * sum) as f64);
    let native = value.native.unwrap();
    let in_use = native.positive.counts().filter(|&(_, count)| count > 0);
    assert!(in_use.count() <= 6 && native.schema < 3);
}

#[test]
fn what_is_not_a_number_does_not_make_buckets_wider() {
    let histogram = histogram(opts().native_bucket_factor(2.0).native_max_buckets(2));
    let check = |value: f64, schema: i32| {
        histogram.observe(value);
        let native = histogram.snapshot().native.expect("it is native");
        assert_eq!(native.schema, schema, "after {value}");
    };
    check(2f64.powi(64), 0);
    check(-33.0, 0);
    // One measure for each observation, even if it is not enough.
    check(0.5, -1);
    check(f64::NAN, -1);
    check(0.0, -2);
}

#[test]
fn what_is_infinite_counts_as_0_where_the_largest_number_does() {
    let check = |opts: HistogramOpts, zero: u64| {
        let histogram = histogram(opts);
        histogram.observe(f64::INFINITY);
        histogram.observe(f64::NEG_INFINITY);
        let value = histogram.snapshot();
        assert_eq!(in_buckets(&value), 2);
        assert_eq!(value.native.unwrap().zero_count, zero);
    };
    check(opts().native_zero_threshold(f64::MAX.next_down()), 0);
    check(opts().native_zero_threshold(f64::MAX), 2);
    check(opts().native_zero_threshold(f64::MAX).buckets([1.0]), 2);
    check(opts().native_zero_threshold(f64::INFINITY), 2);
}

#[test]
fn a_reset_that_is_due_is_made_before_anything_else() {
    let start = Timestamp::from_unix_nanos(1_000);
    let clock = Arc::new(ManualClock::new(start));
    let opts = opts().clock(clock.clone()).native_max_buckets(1);
    let histogram = histogram(opts.native_min_reset_duration(Duration::from_secs(60)));
    histogram.observe(1.0);
    histogram.observe(100.0);
    assert_eq!(histogram.snapshot().count, 2);
    assert!(histogram.snapshot().native.unwrap().schema < 3);
    clock.advance(Duration::from_secs(59));
    assert_eq!(histogram.snapshot().count, 2);
    clock.advance(Duration::from_secs(100));
    let value = histogram.snapshot();
    assert_eq!((value.count, value.native.unwrap().schema), (0, 3));
    // The reset was due after a minute, not when the series was read.
    assert_eq!(
        value.created,
        Some(start.saturating_add(Duration::from_secs(60)))
    );
    clock.advance(Duration::from_secs(60));
    histogram.observe(1.0);
    histogram.observe(100.0);
    let value = histogram.snapshot();
    assert_eq!((value.count, value.sum), (1, 100.0));
    assert_eq!(value.created, Some(clock.now()));
}

#[test]
fn exemplars_are_kept_for_both_kinds_of_buckets() {
    let histogram = histogram(opts().buckets([1.0]).native_max_exemplars(2));
    for value in [0.5, 2.0, f64::NAN, 0.25] {
        histogram.observe_with_exemplar(value, [("n", value.to_string())]);
    }
    let value = histogram.snapshot();
    let of_bucket = |at: usize| {
        value.buckets[at]
            .exemplar
            .as_ref()
            .map(|e| &*e.labels[0].value)
    };
    assert_eq!((of_bucket(0), of_bucket(1)), (Some("0.25"), Some("NaN")));
    assert_eq!(value.buckets[1].cumulative_count, 4);
    let native = value.native.unwrap();
    let values: Vec<f64> = native
        .exemplars
        .iter()
        .map(|exemplar| exemplar.value)
        .collect();
    assert_eq!(values, [0.25, 2.0]);
    let refused = histogram.try_observe_with_exemplar(1.0, [("", "x")]);
    assert_eq!(
        refused.unwrap_err().to_string(),
        r#"exemplar label name "" is not valid"#
    );
    assert_eq!(histogram.snapshot().count, 4);
}

#[test]
fn options_that_are_no_numbers_are_refused() {
    let error = |opts| Histogram::with_opts(opts).unwrap_err().to_string();
    assert_eq!(
        error(opts().native_zero_threshold(-1.0)),
        "the zero threshold of a native histogram cannot be -1.0"
    );
    assert_eq!(
        error(opts().native_bucket_factor(f64::NAN)),
        "the bucket factor of a native histogram cannot be NaN"
    );
    assert!(
        histogram(opts().native_bucket_factor(-3.0))
            .snapshot()
            .native
            .is_none()
    );
}
