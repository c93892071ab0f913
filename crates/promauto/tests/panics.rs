//! What panics, and where the message points.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use promcore::{Gatherer, HistogramOpts, Registry, default_registry};

/// Runs `act`, which must panic, and returns the message and the line it points to.
fn panic_of(act: impl FnOnce()) -> (String, u32) {
    static HOOK: Mutex<()> = Mutex::new(());
    let _one_at_a_time = HOOK
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let line = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&line);
    let former = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        *seen.lock().unwrap() = info.location().map_or(0, |location| {
            assert_eq!(location.file(), file!());
            location.line()
        });
    }));
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("it must panic");
    std::panic::set_hook(former);
    let line = *line.lock().unwrap();
    (
        panic
            .downcast_ref::<String>()
            .expect("the panic has a text")
            .clone(),
        line,
    )
}

#[test]
fn a_second_metric_of_the_same_name_panics_at_the_caller() {
    let registry = Registry::new();
    let auto = promauto::with(&registry);
    let _first = auto.counter("jobs_total", "Jobs.");
    let here = line!() + 1;
    let (message, line) = panic_of(|| _ = auto.counter("jobs_total", "Jobs."));
    assert_eq!(
        message,
        r#"collector of ["jobs_total"] is already registered"#
    );
    assert_eq!(line, here);
}

#[test]
fn closures_are_registered_too() {
    let registry = Registry::new();
    let auto = promauto::with(&registry);
    auto.counter_fn(("a_total", ""), || 1.0);
    auto.gauge_fn(("b", ""), || 1.0);
    auto.untyped_fn(("c", ""), || 1.0);
    assert_eq!(registry.gather().families.len(), 3);
    let here = line!() + 1;
    let (message, line) = panic_of(|| _ = auto.gauge_fn(("b", ""), || 2.0));
    assert_eq!(message, r#"collector of ["b"] is already registered"#);
    assert_eq!(line, here);
}

#[test]
fn invalid_options_panic_with_the_value() {
    let auto_registry = Registry::new();
    let auto = promauto::with(&auto_registry);
    let opts = HistogramOpts::new("seconds", "").buckets([2.0, 1.0]);
    let (message, _) = panic_of(|| _ = auto.histogram_with_opts(opts));
    assert_eq!(
        message,
        "histogram buckets must increase, but 2.0 is followed by 1.0"
    );
    let (message, _) = panic_of(|| _ = auto.gauge_vec("m", "", ["a", "__b"]));
    assert_eq!(message, r#"label name "__b" of metric "m" is not valid"#);
    assert!(auto_registry.gather().families.is_empty());
}

#[test]
fn functions_use_the_default_registry() {
    promauto::gauge_fn(("default_cores", ""), || 4.0);
    promauto::histogram_vec("default_seconds", "Seconds.", ["route"])
        .with(["/"])
        .observe(1.0);
    let families = default_registry().gather().families;
    let names: Vec<_> = families.iter().map(|family| &family.name).collect();
    assert_eq!(names, ["default_cores", "default_seconds"]);
}
