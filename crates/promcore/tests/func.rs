//! Metrics whose values come from closures.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gathered;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gathered::names_and_errors;
use promcore::{
    Counter, CounterOpts, CounterValue, Gatherer, GaugeOpts, MetricValue, Registry, UntypedOpts,
    ValueFn, counter_fn, gauge_fn, untyped_fn,
};

#[track_caller]
fn check(metric: &ValueFn, unit: &str, value: &MetricValue) {
    let registry = Registry::new();
    registry.register(metric.clone()).unwrap();
    let family = registry.gather().families.remove(0);
    assert_eq!((&family.unit[..], family.kind), (unit, value.kind()));
    assert_eq!(family.metrics[0].labels[0].value, "v");
    assert_eq!(&family.metrics[0].value, value);
}

#[test]
fn each_type_has_its_unit_and_no_time_of_creation() {
    let opts = CounterOpts::new("m", "h").unit("s").const_label("l", "v");
    let metric = counter_fn(opts, || 1.5).unwrap();
    check(&metric, "s", &MetricValue::Counter(CounterValue::new(1.5)));
    let opts = GaugeOpts::new("m", "h").unit("s").const_label("l", "v");
    check(
        &gauge_fn(opts, || -2.0).unwrap(),
        "s",
        &MetricValue::Gauge(-2.0),
    );
    let opts = UntypedOpts::new("m", "h").unit("s").const_label("l", "v");
    check(
        &untyped_fn(opts, || 3.0).unwrap(),
        "s",
        &MetricValue::Untyped(3.0),
    );
}

#[test]
fn the_closure_is_called_by_each_scrape_and_only_then() {
    let calls = Arc::new(AtomicU32::new(0));
    let told = Arc::clone(&calls);
    let metric = gauge_fn(("calls", ""), move || {
        f64::from(told.fetch_add(1, Ordering::Relaxed))
    });
    let registry = Registry::new();
    registry.register(metric.unwrap()).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    names_and_errors(registry.gather());
    names_and_errors(registry.gather());
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[test]
fn a_closure_may_use_its_registry() {
    let registry = Registry::new();
    let inner = registry.clone();
    let metric = gauge_fn(("inside", ""), move || {
        // The second scrape finds it already registered.
        let _ = inner.register(Counter::new("born_inside_total", "").unwrap());
        let nested = Registry::new();
        nested
            .register(gauge_fn(("deep", ""), || 1.0).unwrap())
            .unwrap();
        nested.gather().families.len() as f64
    });
    registry.register(metric.unwrap()).unwrap();
    assert_eq!(names_and_errors(registry.gather()).0, ["inside"]);
    assert_eq!(
        names_and_errors(registry.gather()).0,
        ["born_inside_total", "inside"]
    );
}

#[test]
fn a_closure_that_panics_costs_its_own_family() {
    let registry = Registry::new();
    let broken = gauge_fn(("broken", ""), || {
        std::panic::resume_unwind(Box::new("no!"))
    });
    registry.register(broken.unwrap()).unwrap();
    registry
        .register(gauge_fn(("sound", ""), || 1.0).unwrap())
        .unwrap();
    let errors = [r#"collector of ["broken"] panicked: no!"#.to_owned()];
    assert_eq!(
        names_and_errors(registry.gather()),
        (vec!["sound".to_owned()], errors.to_vec())
    );
}

#[test]
fn names_are_checked() {
    let error = gauge_fn(("", ""), || 1.0).unwrap_err();
    assert_eq!(error.to_string(), r#"metric name "" is not valid"#);
}
