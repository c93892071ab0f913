//! All kinds of registerers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use promcore::{
    Counter, CounterVec, Error, Gatherer, Gauge, Registerer, Registry, collector_fn, gatherer_fn,
};

fn counter(name: &str) -> Counter {
    Counter::new(name, "").unwrap()
}

fn names(gatherer: &impl Gatherer) -> Vec<String> {
    let gathered = gatherer.gather();
    assert!(gathered.errors.is_empty(), "{:?}", gathered.errors);
    let names = gathered.families.into_iter().map(|family| family.name);
    names.collect()
}

/// Registers and unregisters, and returns what was there in between.
fn use_registerer(registerer: &dyn Registerer, registry: &Registry) -> Vec<String> {
    registerer
        .register_shared(Arc::new(counter("a_total")))
        .unwrap();
    let found = names(registry);
    let is_there = registerer.unregister(&counter("a_total"));
    assert_eq!(is_there, !found.is_empty());
    assert!(names(registry).is_empty());
    found
}

#[test]
fn a_registerer_comes_in_many_forms() {
    let registry = Registry::new();
    assert_eq!(use_registerer(&registry, &registry), ["a_total"]);
    assert_eq!(use_registerer(&&registry, &registry), ["a_total"]);
    assert_eq!(
        use_registerer(&Arc::new(registry.clone()), &registry),
        ["a_total"]
    );
    let object: Box<dyn Registerer> = Box::new(registry.clone());
    assert_eq!(use_registerer(&object, &registry), ["a_total"]);
    object.register(counter("b_total")).unwrap();
    assert!(object.unregister(&counter("b_total")));
    assert_eq!(use_registerer(&Some(&registry), &registry), ["a_total"]);
}

#[test]
fn nothing_takes_everything_and_keeps_nothing() {
    let registry = Registry::new();
    let nothing = None::<Registry>;
    assert!(use_registerer(&nothing, &registry).is_empty());
    nothing.register(counter("a_total")).unwrap();
    nothing.register(counter("a_total")).unwrap();
}

#[test]
fn a_shared_collector_is_found_again() {
    let registry = Registry::new();
    let first = Arc::new(counter("a_total"));
    registry
        .register_shared(Arc::clone(&first) as Arc<_>)
        .unwrap();
    match Registerer::register(&registry, counter("a_total")) {
        Err(Error::AlreadyRegistered(already)) => {
            already.existing_as::<Counter>().unwrap().inc();
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(first.value(), 1.0);
}

#[test]
fn collectors_of_all_kinds_come_in_the_order_of_their_names() {
    let registry = Registry::new();
    for number in [7, 3, 9, 1] {
        registry
            .register(counter(&format!("a{number}_total")))
            .unwrap();
    }
    for name in ["a0", "a4", "b"] {
        let gauge = Gauge::new(name, "").unwrap();
        let collect = move |sink: &mut dyn FnMut(_)| promcore::Collector::collect(&gauge, sink);
        registry
            .register(collector_fn(Vec::new(), collect))
            .unwrap();
    }
    // An empty vec is left out.
    let vec = CounterVec::new("a5_total", "", ["x"]).unwrap();
    registry.register(vec.clone()).unwrap();
    let without = [
        "a0", "a1_total", "a3_total", "a4", "a7_total", "a9_total", "b",
    ];
    assert_eq!(names(&registry), without);
    assert_eq!(names(&gatherer_fn(|| registry.scrape())), without);
    assert_eq!(names(&gatherer_fn(|| registry.gather())), without);
    vec.with(["1"]).inc();
    assert_eq!(names(&registry)[4], "a5_total");
    // An unregistered vec frees its name.
    assert!(registry.unregister(&vec));
    assert_eq!(names(&registry), without);
}

#[test]
fn some_descriptors_in_common_are_too_many() {
    let registry = Registry::new();
    let two = [counter("a_total"), counter("b_total")];
    let descs = two.iter().map(|it| it.desc().clone()).collect();
    registry.register(collector_fn(descs, |_| {})).unwrap();
    let error = registry.register(counter("a_total")).unwrap_err();
    assert!(
        matches!(error, Error::DuplicateDescriptor { .. }),
        "{error}"
    );
    assert!(!registry.unregister(&counter("a_total")));
    let both = two.map(|it| it.desc().clone()).to_vec();
    assert!(registry.unregister(&collector_fn(both, |_| {})));
    registry.register(counter("a_total")).unwrap();
}
