//! User code that uses its caller: it is never called with a lock held.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hang;

use std::fmt;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use hang::without_hanging;
use promcore::{
    Clock, Collector, ConstMetric, CounterOpts, CounterVec, CustomMetric, CustomVec, Desc,
    DescOpts, Gatherer, GaugeOpts, GaugeVec, Histogram, HistogramOpts, HistogramVec, MetricValue,
    Registry, SummaryOpts, SummaryVec, Timestamp, WrappedCollector, wrap_collector_with,
};

/// A clock that does something whenever it is read, except recursively.
#[derive(Default)]
struct Busy {
    act: OnceLock<Box<dyn Fn() + Send + Sync>>,
    is_inside: AtomicBool,
}

impl Busy {
    fn act(&self) {
        if let Some(act) = self.act.get()
            && !self.is_inside.swap(true, Ordering::SeqCst)
        {
            act();
            self.is_inside.store(false, Ordering::SeqCst);
        }
    }
}

impl Clock for Busy {
    fn now(&self) -> Timestamp {
        self.act();
        Timestamp::from_unix_nanos(0)
    }

    fn runs_by_itself(&self) -> bool {
        self.act();
        true
    }
}

impl fmt::Debug for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Busy")
    }
}

/// Uses a series of a vec, and makes the clock use another one.
fn check_clock<V>(make: fn(Arc<dyn Clock>) -> V, act: fn(&V, &str))
where
    V: Collector + Clone,
{
    without_hanging(move || {
        let clock = Arc::new(Busy::default());
        let vec = make(clock.clone());
        let own = vec.clone();
        let inside = Box::new(move || act(&own, "inside"));
        assert!(clock.act.set(inside).is_ok());
        act(&vec, "outside");
        act(&vec, "outside");
        let registry = Registry::new();
        registry.register(vec).unwrap();
        assert_eq!(registry.gather().families[0].metrics.len(), 2);
    });
}

/// B5: a clock is user code, and may use the metrics that read it in any way.
#[test]
fn b5_a_clock_may_use_the_metrics_that_ask_it() {
    check_clock(
        |clock| CounterVec::with_opts(CounterOpts::new("m", "").clock(clock), ["x"]).unwrap(),
        |vec, x| vec.with([x]).inc_with_exemplar([("a", "b")]),
    );
    check_clock(
        |clock| GaugeVec::with_opts(GaugeOpts::new("m", "").clock(clock), ["x"]).unwrap(),
        |vec, x| vec.with([x]).set_to_current_time(),
    );
    check_clock(
        |clock| {
            let opts = HistogramOpts::new("m", "").native_bucket_factor(1.1);
            let opts = opts.native_min_reset_duration(Duration::from_nanos(1));
            HistogramVec::with_opts(opts.native_max_buckets(1).clock(clock), ["x"]).unwrap()
        },
        |vec, x| {
            let histogram = vec.with([x]);
            histogram.observe(1.0);
            histogram.observe_with_exemplar(100.0, [("a", "b")]);
            assert!(histogram.snapshot().count > 0);
        },
    );
    check_clock(
        |clock| {
            let opts = SummaryOpts::new("m", "").objectives([(0.5, 0.05)]);
            SummaryVec::with_opts(opts.clock(clock), ["x"]).unwrap()
        },
        |vec, x| {
            vec.with([x]).observe(1.0);
            assert!(vec.with([x]).snapshot().count > 0);
        },
    );
}

/// A collector that describes itself with an error once, and then with nothing.
struct Fickle(Mutex<Option<Desc>>);

impl Collector for Fickle {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        self.0.lock().unwrap().take().iter().for_each(sink);
    }

    fn collect(&self, _: &mut dyn FnMut(ConstMetric)) {}
}

/// A collector that makes another one describe itself when it is dropped.
struct Asking(Desc, Arc<OnceLock<WrappedCollector>>, Arc<AtomicBool>);

impl Collector for Asking {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        sink(&self.0);
    }

    fn collect(&self, _: &mut dyn FnMut(ConstMetric)) {}
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(other) = self.1.get() {
            other.describe(&mut |_| {});
            self.2.store(true, Ordering::SeqCst);
        }
    }
}

/// A collector's last description may hold another collector, which is dropped without a lock held.
#[test]
fn b5_a_collector_may_describe_another_one_when_it_is_dropped() {
    without_hanging(|| {
        let (wrapped, has_asked) = (Arc::new(OnceLock::new()), Arc::new(AtomicBool::new(false)));
        let desc = Desc::new(DescOpts::new("m", "")).unwrap();
        let asking = || Asking(desc.clone(), Arc::clone(&wrapped), Arc::clone(&has_asked));
        let registry = Registry::new();
        registry.register(asking()).unwrap();
        let holds_it = registry.register(asking()).unwrap_err();
        drop(registry);
        let fickle = Fickle(Mutex::new(Some(Desc::invalid(holds_it))));
        assert!(
            wrapped
                .set(wrap_collector_with([("a", "b")], fickle))
                .is_ok()
        );
        for is_gone in [false, true] {
            wrapped.get().unwrap().describe(&mut |_| {});
            assert_eq!(has_asked.load(Ordering::SeqCst), is_gone);
        }
    });
}

/// A custom metric that uses its vec when it is dropped.
struct Leaving(Arc<OnceLock<CustomVec<Self>>>, Arc<AtomicUsize>);

impl CustomMetric for Leaving {
    fn value(&self) -> MetricValue {
        MetricValue::Gauge(1.0)
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::SeqCst);
        if let Some(vec) = self.0.get() {
            vec.remove_label_values(&["nobody"]);
            vec.try_with_label_values(&["another"]).unwrap();
        }
    }
}

/// B5: a metric is dropped as soon as it is removed, without a lock held.
#[test]
fn b5_a_custom_metric_may_use_its_vec_when_it_is_dropped() {
    without_hanging(|| {
        let (own, drops) = (Arc::new(OnceLock::new()), Arc::new(AtomicUsize::new(0)));
        let (in_metrics, in_drops) = (Arc::clone(&own), Arc::clone(&drops));
        let make = move |_: &[&str]| Leaving(Arc::clone(&in_metrics), Arc::clone(&in_drops));
        let vec = CustomVec::new(("m", ""), ["x"], make).unwrap();
        assert!(own.set(vec.clone()).is_ok());
        let dropped = || drops.load(Ordering::SeqCst);
        // The first one keeps its place for good, and the others take turns in theirs.
        for number in 1..100 {
            let kept = vec.try_with_label_values(&["a"]).unwrap();
            assert!(vec.remove_label_values(&["a"]));
            assert_eq!(dropped(), number - 1);
            drop(kept);
            assert_eq!(dropped(), number);
        }
        assert_eq!(vec.remove_partial_match(&[("x", "another")]), 1);
        vec.reset();
        assert_eq!(dropped(), 101);
    });
}

/// Compiling is the test.
#[test]
fn metrics_may_be_used_where_a_panic_is_caught() {
    let registry = Registry::new();
    let counters = CounterVec::new("jobs_total", "Jobs.", ["queue"]).unwrap();
    let histogram = Histogram::new("job_seconds", "Time.").unwrap();
    registry.register(counters.clone()).unwrap();
    registry.register(histogram.clone()).unwrap();
    let work = || {
        counters.with(["mail"]).inc();
        histogram.observe(1.0);
        registry.gather().families.len()
    };
    assert_eq!(catch_unwind(work).unwrap(), 2);
}
