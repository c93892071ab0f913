//! Bugs that other clients have had, by their number in the survey of user demands; none may occur here.
//!
//! B14 is in `memory.rs`, because it measures the whole process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hang;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use hang::without_hanging;
use promcore::{
    Collector, ConstMetric, Counter, CounterVec, Desc, DescOpts, DynCounterVec, Error, Gatherer,
    Histogram, HistogramOpts, HistogramValue, MetricFamily, MetricValue, Registerer, Registry,
    collector_fn, gauge_fn, wrap_collector_with, wrap_collector_with_prefix,
    wrap_registerer_with_prefix,
};

/// Writes a family's counters and gauges as `name{label="value"} number`.
fn lines(family: &MetricFamily) -> Vec<String> {
    let line = |metric: &promcore::Metric| {
        let labels = metric.labels.iter();
        let labels: Vec<_> = labels
            .map(|label| format!("{}={:?}", label.name, label.value))
            .collect();
        let value = match &metric.value {
            MetricValue::Counter(counter) => counter.value,
            MetricValue::Gauge(value) => *value,
            other => panic!("{other:?} is not one number"),
        };
        format!("{}{{{}}} {value}", family.name, labels.join(","))
    };
    family.metrics.iter().map(line).collect()
}

fn gathered(registry: &Registry) -> (Vec<String>, Vec<String>) {
    let gathered = registry.gather();
    let errors = gathered.errors.iter().map(ToString::to_string).collect();
    (gathered.families.iter().flat_map(lines).collect(), errors)
}

/// `client_golang#220`; in `prometheus` 0.14 these pairs are one series.
#[test]
fn b3_label_values_with_equal_hashes_are_two_series() {
    let vec = CounterVec::new("b3_total", "", ["x", "y"]).unwrap();
    for values in [["ab", "c"], ["a", "bc"], ["abc", ""], ["", "abc"]] {
        vec.with(values).inc();
        assert_eq!(vec.with(values).value(), 1.0, "{values:?}");
    }
    let vec = CounterVec::new("b3_total", "", ["x"]).unwrap();
    for value in ["77kepQFQ8Kl", "!0IC=VloaY"] {
        vec.with([value]).inc();
        assert_eq!(vec.with([value]).value(), 1.0, "{value:?}");
    }
    let vec = DynCounterVec::new("b3_total", "", ["x"]).unwrap();
    vec.try_with_label_values(&["77kepQFQ8Kl"]).unwrap().inc();
    let other = vec.try_with(&[("x", "!0IC=VloaY")]).unwrap();
    assert_eq!(other.value(), 0.0);
}

/// Registration also compares descriptors in full.
#[test]
fn b3_descriptors_with_equal_hashes_are_two_descriptors() {
    let registry = Registry::new();
    for (one, two) in [
        ("ab", "c"),
        ("a", "bc"),
        ("77kepQFQ8Kl", ""),
        ("!0IC=VloaY", ""),
    ] {
        let opts =
            promcore::CounterOpts::new("b3_total", "").const_labels([("x", one), ("y", two)]);
        registry
            .register(Counter::with_opts(opts).unwrap())
            .unwrap();
    }
    assert_eq!(registry.gather().families[0].metrics.len(), 4);
}

/// `client_rust#300`: the second look-up waited for the guard of the first.
#[test]
fn b4_two_live_handles_of_one_vec_do_not_hang() {
    without_hanging(|| {
        let registry = Registry::new();
        let vec = CounterVec::new("b4_total", "", ["x"]).unwrap();
        registry.register(vec.clone()).unwrap();
        let old = vec.with(["old"]);
        let new = vec.with(["new"]);
        old.inc();
        new.inc();
        let again = vec.with(["old"]);
        // Scrapes do not wait for holders of handles, either.
        let (lines, _) = gathered(&registry);
        assert_eq!(lines, [r#"b4_total{x="new"} 1"#, r#"b4_total{x="old"} 1"#]);
        again.inc();
        assert_eq!(old.value(), 2.0);
    });
}

/// A collector that uses its registry in every possible way.
struct Reentrant {
    registry: Registry,
    desc: Desc,
    calls: Counter,
    is_inside: AtomicBool,
}

impl Reentrant {
    fn use_registry(&self, name: &str) {
        // Its own scrape gets here as well.
        if self.is_inside.swap(true, Ordering::SeqCst) {
            return;
        }
        self.calls.inc();
        let calls = self.calls.value();
        let fresh = || Counter::new(format!("b5_{name}_{calls}_total"), "").unwrap();
        self.registry.register(fresh()).unwrap();
        assert!(matches!(
            self.registry.register(fresh()),
            Err(Error::AlreadyRegistered(_))
        ));
        assert!(self.registry.unregister(&fresh()));
        self.registry.register(fresh()).unwrap();
        assert!(self.registry.gather().errors.is_empty());
        self.is_inside.store(false, Ordering::SeqCst);
    }
}

impl Collector for Reentrant {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        self.use_registry("describe");
        sink(&self.desc);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        self.use_registry("collect");
        sink(ConstMetric::gauge(&self.desc, 1.0, &[]).unwrap());
    }
}

/// Scrapes a registry of a collector that uses it in every way; its metrics get this prefix.
fn check_b5(registry: &Registry, prefix: &'static str) {
    let registry = registry.clone();
    without_hanging(move || {
        let collector = Reentrant {
            registry: registry.clone(),
            desc: Desc::new(DescOpts::new("b5", "")).unwrap(),
            calls: Counter::new("b5_calls_total", "").unwrap(),
            is_inside: AtomicBool::new(false),
        };
        wrap_registerer_with_prefix(prefix, &registry)
            .register(collector)
            .unwrap();
        let (lines, errors) = gathered(&registry);
        // A collector registered during a scrape is in the next one.
        let expected = [
            format!("{prefix}b5{{}} 1"),
            "b5_describe_1_total{} 0".to_owned(),
        ];
        assert_eq!(BTreeSet::from_iter(lines), BTreeSet::from(expected));
        assert!(errors.is_empty(), "{errors:?}");
        assert!(
            gathered(&registry)
                .0
                .contains(&"b5_collect_2_total{} 0".to_owned())
        );
    });
}

/// neon#2566, `client_python#363`: registering during a scrape waited for the scrape.
#[test]
fn b5_a_collector_may_register_and_gather() {
    check_b5(&Registry::new(), "");
    check_b5(&Registry::pedantic(), "");
    check_b5(&Registry::new(), "wrapped_");
}

/// The same for the closure of a metric, with others so that worker threads may run.
#[test]
fn b5_a_function_may_register_and_gather() {
    without_hanging(|| {
        let registry = Registry::new();
        let (own, is_inside) = (registry.clone(), AtomicBool::new(false));
        let value = move || {
            if !is_inside.swap(true, Ordering::SeqCst) {
                let late = Counter::new("b5_late_total", "").unwrap();
                own.register(late.clone()).unwrap();
                assert!(own.gather().errors.is_empty());
                assert!(own.unregister(&late));
                own.register(late).unwrap();
            }
            1.0
        };
        registry
            .register(gauge_fn(("b5", ""), value).unwrap())
            .unwrap();
        let other = gauge_fn(("b5_other", ""), || 2.0).unwrap();
        registry.register(other).unwrap();
        let (lines, errors) = gathered(&registry);
        assert_eq!(lines, ["b5{} 1", "b5_other{} 2"]);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(gathered(&registry).0[1], "b5_late_total{} 0");
    });
}

/// A collector that uses its registry when it is dropped.
struct Leaving(Desc, Registry);

impl Collector for Leaving {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        sink(&self.0);
    }

    fn collect(&self, _: &mut dyn FnMut(ConstMetric)) {}
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let _ = self.1.register(Counter::new("b5_left_total", "").unwrap());
        assert!(self.1.gather().errors.is_empty());
    }
}

/// Whether a collector is refused or unregistered, it is dropped without a lock held.
#[test]
fn b5_a_collector_may_use_its_registry_when_it_is_dropped() {
    without_hanging(|| {
        let registry = Registry::new();
        let desc = Desc::new(DescOpts::new("b5", "")).unwrap();
        let leaving = || Leaving(desc.clone(), registry.clone());
        registry.register(leaving()).unwrap();
        assert!(registry.gather().families.is_empty());
        drop(registry.register(leaving()).unwrap_err());
        assert_eq!(gathered(&registry).0, ["b5_left_total{} 0"]);
        let left = Counter::new("b5_left_total", "").unwrap();
        assert!(registry.unregister(&left));
        let descs = vec![desc.clone()];
        assert!(registry.unregister(&collector_fn(descs, |_| {})));
        assert_eq!(gathered(&registry).0, ["b5_left_total{} 0"]);
    });
}

/// `client_rust#102`: of two threads that created one series, one counted into a lost one.
#[test]
fn b6_threads_that_make_a_series_at_once_share_it() {
    const THREADS: usize = 4;
    const SERIES: usize = 500;
    let vec = CounterVec::new("b6_total", "", ["x"]).unwrap();
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for number in 0..SERIES {
                    start.wait();
                    let series = vec.with([&number.to_string()]).into_owned();
                    series.inc();
                    vec.with([&number.to_string()]).inc();
                }
            });
        }
    });
    let registry = Registry::new();
    registry.register(vec.clone()).unwrap();
    assert_eq!(registry.gather().families[0].metrics.len(), SERIES);
    for number in 0..SERIES {
        let value = vec.with([&number.to_string()]).value();
        assert_eq!(value, 2.0 * THREADS as f64, "{number}");
    }
}

/// `client_rust` writes `{a,b}` and `{b,a}` as two rows, in hash order.
#[test]
fn b8_the_order_of_labels_makes_no_series() {
    let registry = Registry::new();
    let vec = DynCounterVec::new("b8_total", "", ["b", "a"]).unwrap();
    registry.register(vec.clone()).unwrap();
    vec.try_with(&[("a", "1"), ("b", "2")]).unwrap().inc();
    vec.try_with(&[("b", "2"), ("a", "1")]).unwrap().inc();
    vec.try_with_label_values(&["2", "1"]).unwrap().inc();
    for value in [
        "z",
        "m",
        "",
        "a long value that is kept elsewhere",
        "10",
        "9",
    ] {
        vec.try_with_label_values(&["1", value]).unwrap().inc();
    }
    let expected = [
        r#"b8_total{a="",b="1"} 1"#,
        r#"b8_total{a="1",b="2"} 3"#,
        r#"b8_total{a="10",b="1"} 1"#,
        r#"b8_total{a="9",b="1"} 1"#,
        r#"b8_total{a="a long value that is kept elsewhere",b="1"} 1"#,
        r#"b8_total{a="m",b="1"} 1"#,
        r#"b8_total{a="z",b="1"} 1"#,
    ];
    assert_eq!(gathered(&registry).0, expected);
    assert_eq!(gathered(&registry).0, expected);
}

/// Runs `act`, which must panic in this file, and returns the message and the source line of the panic.
fn panic_of(act: impl FnOnce()) -> (String, u32) {
    static HOOK: Mutex<()> = Mutex::new(());
    let _one_at_a_time = HOOK.lock();
    let place = Arc::new(Mutex::new(None));
    let (seen, me) = (Arc::clone(&place), thread::current().id());
    let former = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // Other tests panic, too.
        if thread::current().id() == me {
            let place = info.location().unwrap();
            *seen.lock().unwrap() = Some((place.file().to_owned(), place.line()));
        }
    }));
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it must panic");
    std::panic::set_hook(former);
    let (file, line) = place.lock().unwrap().take().unwrap();
    assert_eq!(file, file!());
    (panic.downcast_ref::<String>().unwrap().clone(), line)
}

/// `client_rust`'s counter accepts -3 and NaN.
#[test]
fn b11_counters_refuse_negative_amounts_and_nan() {
    let counter = Counter::new("b11_total", "").unwrap();
    let vec = CounterVec::new("b11_total", "", ["x"]).unwrap();
    counter.add(0.5);
    for (amount, text) in [
        (-3.0, "-3.0"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-inf"),
        (-f64::MIN_POSITIVE, "-2.2250738585072014e-308"),
    ] {
        let expected = format!("counter cannot be increased by {text}");
        assert_eq!(counter.try_add(amount).unwrap_err().to_string(), expected);
        let here = line!() + 1;
        let (message, line) = panic_of(|| counter.add(amount));
        assert_eq!((message, line), (expected.clone(), here));
        let here = line!() + 1;
        let (message, line) = panic_of(|| vec.with(["y"]).add(amount));
        assert_eq!((message, line), (expected.clone(), here));
        let here = line!() + 1;
        let (message, line) = panic_of(|| counter.add_with_exemplar(amount, [("a", "b")]));
        assert_eq!((message, line), (expected, here));
    }
    // An increment with an invalid exemplar does not count, either.
    let here = line!() + 1;
    let (message, line) = panic_of(|| counter.inc_with_exemplar([("", "b")]));
    let expected = r#"exemplar label name "" is not valid"#;
    assert_eq!((&message[..], line), (expected, here));
    // Minus zero is not negative.
    counter.add(-0.0);
    assert_eq!(counter.value(), 0.5);
    assert_eq!(vec.with(["y"]).value(), 0.0);
}

#[track_caller]
fn check_is_whole(value: &HistogramValue) {
    let in_buckets: Vec<u64> = value.buckets.iter().map(|b| b.cumulative_count).collect();
    let [none, ones] = in_buckets[..] else {
        panic!("{value:?} has two buckets");
    };
    assert_eq!(none, 0);
    assert!(ones <= value.count, "{value:?}");
    let sum = ones as f64 + 4.0 * (value.count - ones) as f64;
    assert_eq!(value.sum, sum, "{value:?}");
}

/// tikv#314, `client_golang#1146`: buckets, count and sum covered different observations.
#[test]
fn b13_a_histogram_is_read_whole_under_load() {
    const EACH: u64 = 150_000;
    let opts = HistogramOpts::new("b13", "").buckets([0.5, 1.0]);
    let histogram = Histogram::with_opts(opts).unwrap();
    let registry = Registry::new();
    registry.register(histogram.clone()).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut before = 0;
            while !done.load(Ordering::SeqCst) {
                let snapshot = histogram.snapshot();
                check_is_whole(&snapshot);
                assert!(before <= snapshot.count, "observations are never lost");
                before = snapshot.count;
                match &registry.gather().families[0].metrics[0].value {
                    MetricValue::Histogram(value) => check_is_whole(value),
                    other => panic!("{other:?} is no histogram"),
                }
            }
        });
        let writers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    for number in 0..EACH {
                        histogram.observe(if number % 2 == 0 { 1.0 } else { 4.0 });
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        reader.join().unwrap();
    });
    let value = histogram.snapshot();
    check_is_whole(&value);
    assert_eq!(value.count, 3 * EACH);
}

/// Registers an unchecked collector that sends a gauge of each name, and then may panic.
fn register_gauges(registry: &Registry, names: &'static [&'static str], panics: bool) {
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| {
        for name in names {
            let desc = Desc::new(DescOpts::new(*name, "")).unwrap();
            sink(ConstMetric::gauge(&desc, 5.0, &[]).unwrap());
        }
        assert!(!panics, "no values today");
    };
    registry
        .register(collector_fn(Vec::new(), collect))
        .unwrap();
}

/// `client_golang#1900`: a collector's panic ended the program; in tikv's client it ends the scrape.
#[test]
fn b19_a_panicking_collector_costs_its_own_families_only() {
    let registry = Registry::new();
    let namesake = Counter::new("b19_shared", "").unwrap();
    registry.register(namesake.clone()).unwrap();
    namesake.inc();
    register_gauges(&registry, &["b19_first"], false);
    register_gauges(&registry, &["b19_lost", "b19_shared"], true);
    register_gauges(&registry, &["b19_second"], false);
    let panicking = || panic!("{}", String::from("none at all"));
    let desc = || Desc::new(DescOpts::new("b19_described", "")).unwrap();
    registry
        .register(collector_fn(vec![desc()], move |_| panicking()))
        .unwrap();
    for _ in 0..2 {
        let (lines, errors) = gathered(&registry);
        assert_eq!(lines, ["b19_first{} 5", "b19_second{} 5", "b19_shared{} 1"]);
        assert_eq!(
            errors,
            [
                "collector without descriptors panicked: no values today",
                r#"collector of ["b19_described"] panicked: none at all"#,
            ]
        );
    }
}

/// In Go, a panic in a wrapped collector or a function metric ends the program.
#[test]
fn b19_a_panic_in_what_is_wrapped_or_told_costs_one_family() {
    let registry = Registry::new();
    let told = || gauge_fn(("b19_told", ""), || panic!("no value today")).unwrap();
    registry.register(told()).unwrap();
    let wrapped = wrap_collector_with([("a", "1")], told());
    registry
        .register(wrap_collector_with_prefix("wrapped_", wrapped))
        .unwrap();
    registry
        .register(Counter::new("b19_total", "").unwrap())
        .unwrap();
    for _ in 0..2 {
        let (lines, errors) = gathered(&registry);
        assert_eq!(lines, ["b19_total{} 0"]);
        assert_eq!(
            errors,
            [
                r#"collector of ["b19_told"] panicked: no value today"#,
                r#"collector of ["wrapped_b19_told"] panicked: no value today"#,
            ]
        );
    }
}

/// Describing must be no less robust than collecting.
#[test]
fn b19_a_collector_that_panics_when_it_describes_itself_is_refused() {
    struct Mute;
    impl Collector for Mute {
        fn describe(&self, _: &mut dyn FnMut(&Desc)) {
            panic!("no words today");
        }

        fn collect(&self, _: &mut dyn FnMut(ConstMetric)) {}
    }
    let registry = Registry::new();
    assert_eq!(
        registry.register(Mute).unwrap_err().to_string(),
        "collector that was to be registered panicked: no words today"
    );
    registry
        .register(Counter::new("b19_total", "").unwrap())
        .unwrap();
    let names: BTreeSet<_> = registry
        .gather()
        .families
        .into_iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(names, BTreeSet::from(["b19_total".to_owned()]));
}

/// `metrics#690`: keys were hashed in two ways, so that each was compared with all others.
#[test]
fn b20_look_ups_among_many_series_do_not_hang() {
    const MANY: u32 = 100_000;
    without_hanging(|| {
        let vec = DynCounterVec::new("b20_total", "", ["x", "y"]).unwrap();
        let value_after_look_up = |n: u32| {
            let (x, y) = (format!("/{n}"), (n % 7).to_string());
            let counter = vec.try_with_label_values(&[&x, &y]).unwrap();
            counter.inc();
            counter.value()
        };
        assert!((0..MANY).all(|n| value_after_look_up(n) == 1.0));
        assert!((0..MANY).all(|n| value_after_look_up(n) == 2.0));
    });
}

/// Metrics of a collector with equal values of different labels are not all compared with each other.
#[test]
fn b20_a_scrape_of_metrics_with_equal_values_does_not_hang() {
    const MANY: usize = 100_000;
    without_hanging(|| {
        let desc = |n: usize| DescOpts::new("b20", "").variable_labels([format!("l{n}")]);
        let descs: Vec<_> = (0..MANY).map(|n| Desc::new(desc(n)).unwrap()).collect();
        let collect = move |sink: &mut dyn FnMut(ConstMetric)| {
            let again = descs.iter().take(2);
            for desc in descs.iter().chain(again) {
                sink(ConstMetric::gauge(desc, 1.0, &["x"]).unwrap());
            }
        };
        let registry = Registry::new();
        registry.register(collector_fn(vec![], collect)).unwrap();
        let gathered = registry.gather();
        assert_eq!(gathered.families[0].metrics.len(), MANY);
        assert_eq!(gathered.errors.len(), 2);
    });
}

/// Descriptors of a collector are not all compared with each other, either.
#[test]
fn b20_a_collector_of_many_descriptors_is_registered_without_hanging() {
    const MANY: usize = 100_000;
    without_hanging(|| {
        let desc = |n: usize| Desc::new(DescOpts::new(format!("b20_{n}"), "")).unwrap();
        let descs: Vec<_> = (0..MANY).map(desc).collect();
        let group = Registry::new();
        group.register(collector_fn(descs, |_| {})).unwrap();
        let registry = Registry::new();
        registry.register(group.clone()).unwrap();
        assert!(registry.unregister(&group));
    });
}
