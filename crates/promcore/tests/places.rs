//! Places that series leave to others while many threads come and go: what is counted under some labels never shows under others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use promcore::{
    Collector, Counter, CounterValue, CounterVec, Gatherer, Gauge, GaugeVec, Histogram,
    HistogramOpts, HistogramValue, HistogramVec, MetricValue, NativeValue, Registry, Summary,
    SummaryOpts, SummaryValue, SummaryVec,
};

const LANES: usize = 3;
const THREADS: usize = 30;
const STEPS: usize = 400;
const LABELS: usize = 60;

/// Handles that the next user takes over.
const KEPT: usize = 40;

/// Returns the amount counted with the label `n`: no other label's amount is a multiple of it.
fn amount(n: usize) -> f64 {
    (1_000_003 + 2 * n) as f64
}

/// Returns a label value of any length.
fn label(n: usize) -> String {
    format!("{n}-{}", "x".repeat(n * 7 % 61))
}

/// Random numbers from a seed.
fn numbers(seed: usize) -> impl Iterator<Item = usize> {
    let mut state = seed as u64;
    std::iter::from_fn(move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Some((state >> 33) as usize)
    })
}

/// The operations of a vec of any kind.
trait Series: Collector + Clone {
    type Handle: Send;

    fn handle(&self, label: &str) -> Self::Handle;
    fn count(handle: &Self::Handle, amount: f64);
    fn remove(&self, label: &str);

    /// Returns how many times `amount` was counted, if nothing else was.
    fn times(value: &MetricValue, amount: f64) -> Option<f64>;
}

macro_rules! series {
    ($vec:ident, $handle:ident, $count:ident, $kind:ident, $times:expr) => {
        impl Series for $vec<1> {
            type Handle = $handle;

            fn handle(&self, label: &str) -> $handle {
                self.with([label]).into_owned()
            }

            fn count(handle: &$handle, amount: f64) {
                handle.$count(amount);
            }

            fn remove(&self, label: &str) {
                self.remove([label]);
            }

            fn times(value: &MetricValue, amount: f64) -> Option<f64> {
                match value {
                    MetricValue::$kind(value) => $times(value, amount),
                    other => panic!("{other:?} is of another type"),
                }
            }
        }
    };
}

series!(CounterVec, Counter, add, Counter, times_counted);
series!(GaugeVec, Gauge, add, Gauge, times_moved);
series!(HistogramVec, Histogram, observe, Histogram, times_observed);
series!(SummaryVec, Summary, observe, Summary, times_summed);

fn times_counted(value: &CounterValue, amount: f64) -> Option<f64> {
    whole(value.value / amount)
}

fn times_moved(value: &f64, amount: f64) -> Option<f64> {
    whole(value / amount)
}

fn times_observed(value: &HistogramValue, amount: f64) -> Option<f64> {
    let in_buckets = |native: &NativeValue| {
        let counts = native.positive.counts();
        counts.map(|(_, count)| count).sum::<u64>()
    };
    let native = value.native.as_deref();
    let is_whole = native.is_none_or(|native| in_buckets(native) == value.count);
    whole(value.sum / amount).filter(|&times| is_whole && times == value.count as f64)
}

fn times_summed(value: &SummaryValue, amount: f64) -> Option<f64> {
    let mut quantiles = value.quantiles.iter();
    let is_right = quantiles.all(|it| it.value == amount || it.value.is_nan());
    whole(value.sum / amount).filter(|&times| is_right && times == value.count as f64)
}

fn whole(times: f64) -> Option<f64> {
    (times.fract() == 0.0).then_some(times)
}

/// Makes, uses and removes series in threads that come and go, during scrapes.
fn check<V: Series>(vec: &V) {
    let registry = Registry::new();
    registry.register(vec.clone()).unwrap();
    let kept = Mutex::new(Vec::new());
    let is_done = AtomicBool::new(false);
    let work = |seed| {
        let mut numbers = numbers(seed);
        let mut below = |most: usize| numbers.next().map_or(0, |number| number % most);
        for _ in 0..STEPS {
            let n = below(LABELS);
            match below(8) {
                0..3 => V::count(&vec.handle(&label(n)), amount(n)),
                3..6 => vec.remove(&label(n)),
                6 => {
                    let handle = vec.handle(&label(n));
                    V::count(&handle, amount(n));
                    kept.lock().unwrap().push((n, handle));
                }
                _ => {
                    let mut kept = kept.lock().unwrap();
                    let some = kept.len().min(2);
                    for (n, handle) in kept.drain(..some) {
                        V::count(&handle, amount(n));
                    }
                    let most = kept.len().min(KEPT);
                    kept.truncate(most);
                }
            }
        }
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let work = &work;
                scope.spawn(move || {
                    for number in 0..THREADS {
                        let seed = lane * THREADS + number;
                        thread::scope(|one| one.spawn(move || work(seed)).join().unwrap());
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                check_scrape::<V>(&registry);
            }
        });
        let results: Vec<_> = lanes.into_iter().map(|lane| lane.join()).collect();
        is_done.store(true, Ordering::Relaxed);
        results.into_iter().for_each(Result::unwrap);
    });
    check_scrape::<V>(&registry);
}

fn check_scrape<V: Series>(registry: &Registry) {
    let gathered = registry.gather();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    for metric in gathered.families.iter().flat_map(|family| &family.metrics) {
        let found = &metric.labels[0].value;
        let n = found.split('-').next().unwrap().parse().unwrap();
        assert_eq!(*found, label(n));
        assert!(V::times(&metric.value, amount(n)).is_some(), "{metric:?}");
    }
}

#[test]
fn counters_leave_nothing_to_others() {
    check(&CounterVec::new("m_total", "", ["l"]).unwrap());
}

#[test]
fn gauges_leave_nothing_to_others() {
    check(&GaugeVec::new("m", "", ["l"]).unwrap());
}

#[test]
fn histograms_leave_nothing_to_others() {
    check(&HistogramVec::new("m", "", ["l"]).unwrap());
    let opts = HistogramOpts::new("m", "").native_bucket_factor(1.1);
    check(&HistogramVec::with_opts(opts.clone(), ["l"]).unwrap());
    check(&HistogramVec::with_opts(opts.native_max_buckets(20), ["l"]).unwrap());
}

#[test]
fn summaries_leave_nothing_to_others() {
    check(&SummaryVec::new("m", "", ["l"]).unwrap());
    let opts = SummaryOpts::new("m", "").objectives([(0.5, 0.05)]);
    check(&SummaryVec::with_opts(opts, ["l"]).unwrap());
}
