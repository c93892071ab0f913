//! Registries as collectors of others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use promcore::{
    Collector, ConstMetric, Counter, Desc, DescOpts, Error, Gatherer, Registry, collector_fn,
    wrap_collector_with,
};

fn counter(name: &str) -> Counter {
    Counter::new(name, "").unwrap()
}

#[track_caller]
fn check(registry: &Registry, names: &[&str], errors: &[&str]) {
    for _ in 0..2 {
        let gathered = registry.gather();
        let found = gathered.families.iter();
        let found: Vec<&str> = found.map(|family| family.name.as_str()).collect();
        let why: Vec<_> = gathered.errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, names);
        assert_eq!(why, errors);
    }
}

#[test]
fn collectors_come_and_go_with_their_registry() {
    let (all, group) = (Registry::new(), Registry::new());
    group.register(counter("a_total")).unwrap();
    all.register(group.clone()).unwrap();
    all.register(counter("b_total")).unwrap();
    check(&all, &["a_total", "b_total"], &[]);
    let error = all.register(counter("a_total")).unwrap_err();
    assert!(matches!(error, Error::AlreadyRegistered(_)), "{error}");
    // It describes what it has now, so that it is another one.
    group.register(counter("c_total")).unwrap();
    check(&all, &["a_total", "b_total", "c_total"], &[]);
    assert!(!all.unregister(&group));
    assert!(group.unregister(&counter("c_total")));
    assert!(all.unregister(&group));
    check(&all, &["b_total"], &[]);
}

#[test]
fn a_registry_without_collectors_is_unchecked() {
    let (all, group) = (Registry::new(), Registry::new());
    all.register(group.clone()).unwrap();
    all.register(group.clone()).unwrap();
    assert!(!all.unregister(&group));
    let twice = r#"metric "a_total" with labels {} was collected before"#;
    group.register(counter("a_total")).unwrap();
    check(&all, &["a_total"], &[twice]);
}

#[test]
fn a_panic_in_a_group_costs_one_collector() {
    let (all, group) = (Registry::new(), Registry::new());
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let panics = collector_fn(vec![desc], |_| panic!("no values today"));
    group.register(panics).unwrap();
    group.register(counter("a_total")).unwrap();
    all.register(wrap_collector_with([("x", "1")], group))
        .unwrap();
    let message = r#"collector of ["m"] panicked: no values today"#;
    check(&all, &["a_total"], &[message]);
}

#[test]
fn a_registry_in_itself_is_reported() {
    let registry = Registry::new();
    registry.register(registry.clone()).unwrap();
    let other = Registry::new();
    other.register(counter("a_total")).unwrap();
    other.register(registry.clone()).unwrap();
    let cycle = "registry collects from itself";
    check(&registry, &[], &[cycle]);
    registry.register(other).unwrap();
    let gathered = registry.gather();
    assert!(
        gathered
            .errors
            .iter()
            .any(|error| error.to_string() == cycle)
    );
    assert_eq!(gathered.families[0].name, "a_total");
}

/// B5: collectors of a group use it in any way they like.
#[test]
fn b5_a_collector_may_register_with_its_group() {
    let (all, group) = (Registry::new(), Registry::new());
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let (own, of_all) = (group.clone(), all.clone());
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| {
        let _ = own.register(counter("late_total"));
        let _ = of_all.register(counter("later_total"));
        assert!(own.unregister(&counter("late_total")));
        Collector::describe(&own, &mut |desc| {
            sink(ConstMetric::gauge(desc, 1.0, &[""; 0]).unwrap());
        });
    };
    group.register(collector_fn(vec![desc], collect)).unwrap();
    all.register(group).unwrap();
    assert_eq!(all.gather().families.len(), 1);
    check(&all, &["later_total", "m"], &[]);
}
