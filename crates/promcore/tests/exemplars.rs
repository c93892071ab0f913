//! Exemplars: when they are stored, and what they contain.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use promcore::{
    Counter, CounterOpts, CounterVec, Exemplar, Gatherer, HistogramVec, ManualClock, Metric,
    MetricValue, Registry, Timestamp,
};

/// A counter whose clock shows 5 s.
fn counter() -> (Counter, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(5_000_000_000)));
    let opts = CounterOpts::new("c_total", "").clock(clock.clone());
    (Counter::with_opts(opts).unwrap(), clock)
}

/// Writes a counter's exemplar as in `{a="b"} 1 at 5000`.
fn exemplar(counter: &Counter) -> Option<String> {
    let registry = Registry::new();
    registry.register(counter.clone()).unwrap();
    let family = registry.gather().families.remove(0);
    let MetricValue::Counter(value) = &family.metrics[0].value else {
        panic!("it is a counter");
    };
    value.exemplar.as_ref().map(text)
}

fn text(exemplar: &Exemplar) -> String {
    let labels = exemplar.labels.iter();
    let labels: Vec<_> = labels
        .map(|label| format!("{}={:?}", label.name, label.value))
        .collect();
    let millis = exemplar.timestamp.map(Timestamp::unix_millis);
    format!("{{{}}} {} at {millis:?}", labels.join(","), exemplar.value)
}

#[track_caller]
fn check(counter: &Counter, value: f64, expected: Option<&str>) {
    assert_eq!(
        (counter.value(), exemplar(counter).as_deref()),
        (value, expected)
    );
}

#[test]
fn the_latest_exemplar_stays() {
    let (counter, clock) = counter();
    counter.inc();
    check(&counter, 1.0, None);
    counter.inc_with_exemplar([("b", "2"), ("a", "1")]);
    check(&counter, 2.0, Some(r#"{a="1",b="2"} 1 at Some(5000)"#));
    counter.add(3.0);
    check(&counter, 5.0, Some(r#"{a="1",b="2"} 1 at Some(5000)"#));
    clock.advance(Duration::from_millis(10));
    counter.add_with_exemplar(0.5, [("trace_id", format!("{:x}", 255))]);
    check(&counter, 5.5, Some(r#"{trace_id="ff"} 0.5 at Some(5010)"#));
    counter.inc_with_exemplar([("", ""); 0]);
    check(&counter, 6.5, Some("{} 1 at Some(5010)"));
}

#[test]
fn what_is_refused_is_not_counted() {
    let (counter, _) = counter();
    counter.add_with_exemplar(2.0, [("a", "b")]);
    let refused = |amount, name: &str, value: &str| {
        let error = counter.try_add_with_exemplar(amount, [(name, value)]);
        error.unwrap_err().to_string()
    };
    assert_eq!(
        refused(1.0, "__a", ""),
        r#"exemplar label name "__a" is not valid"#
    );
    assert_eq!(
        refused(1.0, "a", &"x".repeat(128)),
        "exemplar labels have 129 characters, more than 128"
    );
    assert_eq!(
        refused(-1.0, "__a", ""),
        "counter cannot be increased by -1.0"
    );
    assert_eq!(
        refused(f64::NAN, "a", ""),
        "counter cannot be increased by NaN"
    );
    check(&counter, 2.0, Some(r#"{a="b"} 2 at Some(5000)"#));
}

#[test]
fn each_series_has_its_own() {
    let vec = CounterVec::new("vec_total", "", ["x"]).unwrap();
    for x in ["a", "b", "c"] {
        vec.with([x]).inc();
    }
    vec.with(["b"]).inc_with_exemplar([("n", "1")]);
    let has_exemplar = |x| exemplar_of(&vec, x).is_some();
    assert_eq!(["a", "b", "c"].map(has_exemplar), [false, true, false]);
}

/// Histograms of one vec are read into the same buffer, one after the other.
#[test]
fn each_histogram_has_its_own() {
    let vec = HistogramVec::new("seconds", "", ["x"]).unwrap();
    // As many as fit into a block have an exemplar, and those in the next block do not.
    let some: Vec<_> = (10..18).map(|x| x.to_string()).collect();
    for x in &some {
        vec.with([x]).observe_with_exemplar(1.0, [("n", "1")]);
    }
    for x in 18..30 {
        vec.with([&x.to_string()]).observe(1.0);
    }
    let registry = Registry::new();
    registry.register(vec).unwrap();
    let metrics = registry.gather().families.remove(0).metrics;
    let has_exemplar = |metric: &Metric| match &metric.value {
        MetricValue::Histogram(value) => value.buckets.iter().any(|it| it.exemplar.is_some()),
        _ => false,
    };
    let with_one = metrics.iter().filter(|metric| has_exemplar(metric));
    let labels = with_one.map(|metric| metric.labels[0].value.clone());
    assert_eq!((metrics.len(), labels.collect()), (20, some));
}

fn exemplar_of(vec: &CounterVec<1>, x: &str) -> Option<String> {
    exemplar(&vec.with([x]).into_owned())
}

#[test]
fn a_series_that_takes_the_place_of_another_has_none() {
    let vec = CounterVec::new("vec_total", "", ["x"]).unwrap();
    for x in 0..100 {
        let x = x.to_string();
        vec.with([&x]).inc_with_exemplar([("n", &x)]);
        assert!(exemplar_of(&vec, &x).is_some());
        assert!(vec.remove([&x]));
        vec.with([&x]).inc();
        assert_eq!(exemplar_of(&vec, &x), None);
        assert!(vec.remove([&x]));
    }
}
