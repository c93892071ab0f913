//! Exactness: whatever threads come and go, each of their increments counts once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use promcore::{
    Counter, CounterVec, Gatherer, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramValue,
    HistogramVec, Metric, MetricValue, Registry, Summary, SummaryOpts,
};

const LANES: u64 = 8;
const WAVES: u64 = 8;
const STEPS: u64 = 125_000;
const ALL: u64 = LANES * WAVES * STEPS; // 8 million.

/// For what takes its time without optimizations.
const FEWER: u64 = STEPS / 5;
const ALL_FEWER: u64 = ALL / 5;

/// Takes the same number of steps in each of 64 threads, of which 8 run at a time and others follow.
///
/// Each step is passed its number.
fn in_waves(steps: u64, step: impl Fn(u64) + Sync) {
    let step = &step;
    thread::scope(|lanes| {
        for lane in 0..LANES {
            lanes.spawn(move || {
                for wave in 0..WAVES {
                    let first = (lane * WAVES + wave) * steps;
                    let steps = move || (first..first + steps).for_each(step);
                    // Joined before the next one starts, which may get its cells.
                    thread::scope(|wave| wave.spawn(steps).join().unwrap());
                }
            });
        }
    });
}

/// The amounts of steps that add fractions and whole numbers alternately.
fn mixed(number: u64) -> f64 {
    [0.25, 1.0, 3.0, 0.5][number as usize % 4]
}

const MIXED: f64 = (ALL / 4) as f64 * 4.75;

#[test]
fn counters_are_exact() {
    let whole = Counter::new("whole_total", "").unwrap();
    let fractions = Counter::new("fractions_total", "").unwrap();
    let both = Counter::new("both_total", "").unwrap();
    // Shared by threads that also write to others, and by one that keeps running.
    whole.inc();
    in_waves(STEPS, |number| {
        whole.inc();
        fractions.add(0.25);
        both.add(mixed(number));
    });
    assert_eq!(whole.value(), (ALL + 1) as f64);
    assert_eq!(fractions.value(), ALL as f64 * 0.25);
    assert_eq!(both.value(), MIXED);
}

#[test]
fn gauges_are_exact() {
    let gauge = Gauge::new("level", "").unwrap();
    let balance = Gauge::new("balance", "").unwrap();
    gauge.set(10.0);
    in_waves(STEPS, |number| match number % 4 {
        0 | 1 => gauge.inc(),
        2 => gauge.dec(),
        _ => gauge.add(0.25),
    });
    in_waves(FEWER, |_| {
        balance.inc();
        balance.dec();
    });
    assert_eq!(gauge.value(), 10.0 + (ALL / 4) as f64 * 1.25);
    assert_eq!(balance.value(), 0.0);
}

const BOUNDS: [f64; 3] = [1.0, 2.0, 4.0];

/// Values on bounds, between them, and above.
fn observed(number: u64) -> f64 {
    [0.5, 1.0, 1.5, 3.0, 8.0][number as usize % 5]
}

#[track_caller]
fn check(value: &HistogramValue, steps: u64) {
    let counts: Vec<u64> = value.buckets.iter().map(|b| b.cumulative_count).collect();
    assert_eq!(counts, [steps / 5 * 2, steps / 5 * 3, steps / 5 * 4]);
    assert_eq!(value.count, steps);
    assert_eq!(value.sum, (steps / 5) as f64 * 14.0);
}

#[test]
fn histograms_are_exact() {
    let opts = HistogramOpts::new("sizes", "").buckets(BOUNDS);
    let histogram = Histogram::with_opts(opts).unwrap();
    in_waves(STEPS, |number| histogram.observe(observed(number)));
    check(&histogram.snapshot(), ALL);
}

const SERIES: [[&str; 2]; 4] = [
    ["a", "b"],
    ["ab", ""],
    ["", "ab"],
    ["a value that is longer than a word", "b"],
];

#[test]
fn counters_of_a_vec_are_exact() {
    let vec = CounterVec::new("steps_total", "", ["x", "y"]).unwrap();
    in_waves(STEPS, |number| {
        let series = vec.with(SERIES[number as usize % SERIES.len()]);
        // One of each 4 steps on a series.
        series.add(mixed(number / 4));
    });
    for values in SERIES {
        assert_eq!(vec.with(values).value(), MIXED / 4.0, "{values:?}");
    }
}

#[test]
fn gauges_of_a_vec_are_exact() {
    let vec = GaugeVec::new("level", "", ["x", "y"]).unwrap();
    in_waves(FEWER, |number| {
        let series = vec.with(SERIES[number as usize % SERIES.len()]);
        match number / 4 % 2 {
            0 => series.add(1.5),
            _ => series.dec(),
        }
    });
    for values in SERIES {
        assert_eq!(
            vec.with(values).value(),
            (ALL_FEWER / 8) as f64 * 0.5,
            "{values:?}"
        );
    }
}

#[test]
fn histograms_of_a_vec_are_exact() {
    let opts = HistogramOpts::new("sizes", "").buckets(BOUNDS);
    let vec = HistogramVec::with_opts(opts, ["x", "y"]).unwrap();
    in_waves(FEWER, |number| {
        let series = vec.with(SERIES[number as usize % SERIES.len()]);
        series.observe(observed(number / 4));
    });
    for values in SERIES {
        check(&vec.with(values).snapshot(), ALL_FEWER / 4);
    }
}

/// More concurrent threads than have their own cells: the others share some, and lose nothing.
#[test]
fn threads_beyond_the_limit_are_exact() {
    const THREADS: usize = 600;
    const EACH: u64 = 50;
    let whole = Counter::new("whole_total", "").unwrap();
    let fractions = Counter::new("fractions_total", "").unwrap();
    let gauge = Gauge::new("level", "").unwrap();
    let classic = Histogram::with_opts(HistogramOpts::new("sizes", "").buckets(BOUNDS)).unwrap();
    let opts = HistogramOpts::new("native", "").native_bucket_factor(1.1);
    let native = Histogram::with_opts(opts).unwrap();
    let opts = SummaryOpts::new("summary", "").objectives([(0.5, 0.05)]);
    let summary = Summary::with_opts(opts).unwrap();
    let are_there = Barrier::new(THREADS);
    let work = || {
        whole.inc();
        are_there.wait();
        for number in 0..EACH {
            whole.inc();
            fractions.add(0.25);
            gauge.add(1.5);
            gauge.dec();
            classic.observe(observed(number));
            native.observe(observed(number));
            summary.observe(observed(number));
        }
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let thread = thread::Builder::new().stack_size(128 << 10);
            thread.spawn_scoped(scope, work).unwrap();
        }
    });
    let all = THREADS as u64 * EACH;
    assert_eq!(whole.value(), (all + THREADS as u64) as f64);
    assert_eq!(fractions.value(), all as f64 * 0.25);
    assert_eq!(gauge.value(), all as f64 * 0.5);
    check(&classic.snapshot(), all);
    let sum = (all / 5) as f64 * 14.0;
    let (native, summary) = (native.snapshot(), summary.snapshot());
    assert_eq!((native.count, native.sum), (all, sum));
    assert_eq!((summary.count, summary.sum), (all, sum));
}

/// Threads look up series that do not exist yet, each in its own order, during scrapes.
#[test]
fn new_series_are_exact() {
    const SERIES: u64 = 4_096;
    let vec = CounterVec::new("made_total", "", ["number"]).unwrap();
    let registry = Registry::new();
    registry.register(vec.clone()).unwrap();
    thread::scope(|scope| {
        for lane in 0..LANES {
            let vec = &vec;
            scope.spawn(move || {
                for step in 0..SERIES {
                    // An odd factor generates each number once.
                    let number = (step * (2 * lane + 1) + 500 * lane) % SERIES;
                    vec.with([&number.to_string()]).inc();
                }
            });
        }
        for _ in 0..20 {
            let gathered = registry.gather();
            assert!(gathered.errors.is_empty());
            let series = gathered.families.first().map_or(0, |f| f.metrics.len());
            assert!(series as u64 <= SERIES);
        }
    });
    for number in 0..SERIES {
        let value = vec.with([&number.to_string()]).value();
        assert_eq!(value, LANES as f64, "{number}");
    }
    assert_eq!(registry.gather().families[0].metrics.len() as u64, SERIES);
}

/// Reads the value of the only series of each family, and the value of its exemplar.
fn counts(registry: &Registry) -> Vec<(f64, Option<f64>)> {
    let metrics = registry.gather().families.into_iter();
    let count = |metric: Metric| match metric.value {
        MetricValue::Counter(counter) => (
            counter.value,
            counter.exemplar.map(|exemplar| exemplar.value),
        ),
        other => panic!("{other:?} is no counter"),
    };
    metrics
        .flat_map(|family| family.metrics)
        .map(count)
        .collect()
}

#[test]
fn an_exemplar_is_never_ahead_of_its_counter() {
    let registry = Registry::new();
    let alone = Counter::new("alone_total", "").unwrap();
    let vec = CounterVec::new("vec_total", "", ["x"]).unwrap();
    registry.register(alone.clone()).unwrap();
    registry.register(vec.clone()).unwrap();
    let add = |counter: &Counter, amount: u32| {
        counter.add(f64::from(amount - 1));
        counter.add_with_exemplar(f64::from(amount), [("n", amount.to_string())]);
    };
    let labelled = vec.with(["a"]).into_owned();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for amount in 1..=20_000 {
                add(&alone, amount);
                add(&labelled, amount);
            }
            is_done.store(true, Ordering::Release);
        });
        while !is_done.load(Ordering::Acquire) {
            for (value, exemplar) in counts(&registry) {
                // All amounts up to this one were added, and all but the last one twice.
                let all = exemplar.map(|amount| amount * amount);
                assert!(all.is_none_or(|all| value >= all), "{value} {exemplar:?}");
            }
        }
    });
    assert_eq!(counts(&registry), [(4e8, Some(20_000.0)); 2]);
}
