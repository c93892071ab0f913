//! Users' code that uses what calls it: no lock is held meanwhile.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hang;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hang::without_hanging;
use promcore::{
    Clock, Collector, CounterOpts, CounterVec, Gatherer, GaugeOpts, GaugeVec, HistogramOpts,
    HistogramVec, Registry, SummaryOpts, SummaryVec, Timestamp,
};

/// A clock that does something whenever it is asked, unless it is about to do so already.
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

    fn is_steady(&self) -> bool {
        self.act();
        true
    }
}

impl fmt::Debug for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Busy")
    }
}

/// Uses a series of a vec, and has the clock use another one.
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

/// B5: a clock is users' code, and uses the metrics that ask it in any way it likes.
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
