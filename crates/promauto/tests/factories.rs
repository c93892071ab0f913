//! Metrics that factories make or reuse.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use promauto::Factory;
use promcore::{
    Collector, ConstMetric, Counter, CounterFamily, CounterOpts, Desc, DescOpts, Gatherer, Gauge,
    HistogramOpts, LabelSet, Registry, default_registry, wrap_registerer_with,
};

#[derive(LabelSet)]
struct Route<'a> {
    host: &'a str,
    is_cached: bool,
}

const ROUTE: Route<'_> = Route {
    host: "a",
    is_cached: true,
};

#[track_caller]
fn check_names(registry: &Registry, expected: &[&str]) {
    let gathered = registry.gather();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    let names: Vec<&str> = (gathered.families.iter()).map(|it| &*it.name).collect();
    assert_eq!(names, expected);
}

#[test]
fn families_are_made_for_label_sets() {
    let registry = Registry::new();
    let auto = promauto::with(&registry);
    auto.counter_family::<Route<'_>>("a_total", "")
        .with(&ROUTE)
        .inc();
    auto.gauge_family::<Route<'_>>("b", "").with(&ROUTE).inc();
    auto.summary_family::<Route<'_>>("c", "")
        .with(&ROUTE)
        .observe(1.0);
    let opts = HistogramOpts::new("d", "").buckets([1.0]);
    auto.histogram_family_with_opts::<Route<'_>>(opts)
        .with(&ROUTE)
        .observe(1.0);
    check_names(&registry, &["a_total", "b", "c", "d"]);
}

#[test]
fn labels_may_be_known_at_run_time() {
    let registry = Registry::new();
    let auto = promauto::with(&registry);
    let names = vec![String::from("host")];
    let vec = auto.dyn_counter_vec("a_total", "", names.clone());
    vec.try_with_label_values(&["a"]).unwrap().inc();
    let vec = auto.dyn_gauge_vec_with_opts(("b", ""), &names);
    vec.try_with_label_values(&["a"]).unwrap().inc();
    let vec = auto.dyn_histogram_vec("c", "", ["host"]);
    vec.try_with_label_values(&["a"]).unwrap().observe(1.0);
    let vec = auto.dyn_summary_vec("d", "", [""; 0]);
    vec.try_with_label_values(&[]).unwrap().observe(1.0);
    check_names(&registry, &["a_total", "b", "c", "d"]);
}

/// A custom collector.
struct Rooms(Desc);

impl Collector for Rooms {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        sink(&self.0);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        sink(ConstMetric::gauge(&self.0, 3.0, &[]).unwrap());
    }
}

fn rooms(name: &str) -> Arc<Rooms> {
    Arc::new(Rooms(Desc::new(DescOpts::new(name, "Rooms.")).unwrap()))
}

#[test]
fn collectors_of_the_programs_own_are_registered() {
    let registry = Registry::new();
    let auto = promauto::with(&registry);
    let first = auto.register(rooms("rooms"));
    check_names(&registry, &["rooms"]);
    let again = auto.get_or_create().register(rooms("rooms"));
    assert!(Arc::ptr_eq(&first, &again));
    promauto::register(rooms("default_rooms"));
    check_names(default_registry(), &["default_rooms"]);
}

#[test]
fn what_is_there_is_handed_out_again() {
    let registry = Registry::new();
    let auto = promauto::with(&registry).get_or_create();
    let count = |auto: Factory<'_>| {
        auto.counter("jobs_total", "Jobs.").inc();
        auto.counter_vec("vec_total", "", ["code"])
            .with(["200"])
            .inc();
        auto.counter_family::<Route<'_>>("family_total", "")
            .with(&ROUTE)
            .inc();
        auto.gauge_fn(("cores", ""), || 4.0);
    };
    count(auto);
    count(auto);
    assert_eq!(auto.counter("jobs_total", "Jobs.").value(), 2.0);
    assert_eq!(
        auto.counter_vec("vec_total", "", ["code"])
            .with(["200"])
            .value(),
        2.0
    );
    let family: CounterFamily<Route<'_>> = auto.counter_family("family_total", "");
    assert_eq!(family.with(&ROUTE).value(), 2.0);

    // Also through wrapped registerers.
    let wrapped = wrap_registerer_with([("zone", "a")], &registry);
    let auto = promauto::with(&wrapped).get_or_create();
    auto.counter("trips_total", "Trips.").inc();
    auto.counter("trips_total", "Trips.").inc();
    assert_eq!(auto.counter("trips_total", "Trips.").value(), 2.0);
}

#[track_caller]
fn check_panic<T>(act: impl FnOnce() -> T, expected: &str) {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(act()))).unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().unwrap(), expected);
}

#[test]
fn what_is_there_but_different_is_still_a_conflict() {
    let registry = Registry::new();
    let auto = promauto::with(&registry).get_or_create();
    let _counter: Counter = auto.counter("jobs_total", "Jobs.");
    check_panic(
        || -> Gauge { auto.gauge("jobs_total", "Jobs.") },
        r#"collector of ["jobs_total"] is already registered, with another type"#,
    );
    check_panic(
        || auto.counter_with_opts(CounterOpts::new("jobs_total", "Other jobs.")),
        r#"descriptor Desc{fqName: "jobs_total", help: "Other jobs.", unit: "", constLabels: {}, variableLabels: {}} has a help text other than the one that was registered before under the same name"#,
    );
}
