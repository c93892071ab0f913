//! Factories for registerers of all kinds.

use std::sync::Arc;

use promcore::{Gatherer, Registerer, Registry, wrap_registerer_with};

#[test]
fn metrics_get_what_the_registerer_adds() {
    let registry = Registry::new();
    let wrapped = wrap_registerer_with([("zone", "a")], &registry);
    promauto::with(&wrapped)
        .counter("jobs_total", "Jobs.")
        .inc();
    let metric = &registry.gather().families[0].metrics[0];
    assert_eq!(metric.labels[0].value, "a");
    assert!(registry.gather().errors.is_empty());
}

#[test]
fn a_registerer_may_be_shared_or_missing() {
    let registry = Registry::new();
    let shared: Arc<dyn Registerer> = Arc::new(registry.clone());
    promauto::with(&*shared).gauge("depth", "Depth.").set(1.0);
    assert_eq!(registry.gather().families.len(), 1);
    let factory = promauto::with(&None::<Registry>);
    factory.counter("jobs_total", "Jobs.").inc();
    factory.counter("jobs_total", "Jobs.").inc();
}

#[test]
fn what_is_there_already_panics_through_a_wrapper_as_well() {
    let registry = Registry::new();
    let wrapped = wrap_registerer_with([("zone", "a")], &registry);
    let make = || drop(promauto::with(&wrapped).counter("jobs_total", "Jobs."));
    make();
    let panic = std::panic::catch_unwind(make).unwrap_err();
    let expected = r#"collector of ["jobs_total"] is already registered"#;
    assert_eq!(panic.downcast_ref::<String>().unwrap(), expected);
}
