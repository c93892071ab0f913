//! The counts of histograms, on every path of an observation.

use promcore::{Histogram, HistogramOpts, exponential_buckets};

#[track_caller]
fn check(opts: HistogramOpts, observations: &[(f64, u64)], expected: (u64, f64, &[u64])) {
    let histogram = Histogram::with_opts(opts).expect("the options are valid");
    for &(value, times) in observations {
        histogram.observe_n(value, times);
    }
    let value = histogram.snapshot();
    let buckets: Vec<u64> = value.buckets.iter().map(|b| b.cumulative_count).collect();
    assert_eq!((value.count, value.sum, &buckets[..]), expected);
}

fn opts() -> HistogramOpts {
    HistogramOpts::new("waits_seconds", "Help.")
}

#[test]
fn equal_observations_are_counted_at_once() {
    let observations = [(0.5, 3), (1.5, 2), (9.0, 1), (7.0, 0), (f64::NAN, 0)];
    let expected = (6, 13.5, &[3, 5][..]);
    check(opts().buckets([1.0, 2.0]), &observations, expected);
    check(
        opts().buckets([1.0, 2.0]).native_bucket_factor(1.1),
        &observations,
        expected,
    );
    // Without a lookup table of the bounds.
    check(
        opts().buckets([-1.0, 1.0]),
        &[(-2.0, 2), (0.0, 2)],
        (4, -4.0, &[2, 4]),
    );
    // More buckets than fit into a line.
    let many = exponential_buckets(1.0, 2.0, 40).unwrap();
    let all_at_once = [7; 40];
    check(opts().buckets(many), &[(1.0, 7)], (7, 7.0, &all_at_once));
}

/// The last digit is that of adding the observations in order, however many there are.
#[test]
fn a_thread_adds_up_in_its_order() {
    let histogram = Histogram::with_opts(opts()).unwrap();
    let mut sum = 0.0;
    for i in 0..200_000 {
        let value = f64::from(i % 1_000) * 0.1;
        histogram.observe(value);
        sum += value;
    }
    assert_eq!(histogram.snapshot().sum.to_bits(), f64::to_bits(sum));
}

#[test]
fn values_without_a_usual_place_are_counted() {
    let histogram = Histogram::with_opts(opts().buckets([1.0, 2.0])).unwrap();
    let unusual = [
        -1.0,
        -0.0,
        f64::NEG_INFINITY,
        f64::INFINITY,
        f64::NAN,
        -f64::NAN,
    ];
    unusual
        .into_iter()
        .for_each(|value| histogram.observe(value));
    let value = histogram.snapshot();
    assert_eq!((value.count, value.buckets[0].cumulative_count), (6, 3));
    assert_eq!(value.buckets[1].cumulative_count, 3);
    assert!(value.sum.is_nan());
}
