//! Registries as collectors of others.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use promcore::{
    Collector, ConstMetric, Counter, CounterOpts, Desc, DescOpts, Error, FamilyHead, Flow,
    Gatherer, Registry, ScrapeOpts, Series, Sink, collector_fn, wrap_collector_with,
    wrap_collector_with_prefix,
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
    // It describes its current contents, so it has become a different collector.
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

#[test]
fn a_wrapped_registry_in_itself_is_reported() {
    let registry = Registry::new();
    registry.register(counter("a_total")).unwrap();
    let itself = wrap_collector_with([("x", "1")], registry.clone());
    // Its counter is described with different label names.
    registry.register(itself).unwrap_err();
    assert!(registry.unregister(&counter("a_total")));
    let itself = wrap_collector_with([("x", "1")], registry.clone());
    registry.register(itself).unwrap();
    check(&registry, &[], &["registry collects from itself"]);
}

/// Notes families and whether their labels are rendered, which they only are if they were not read before.
#[derive(Default)]
struct Streamed(Vec<(String, Option<String>)>);

impl Sink for Streamed {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.0.push((family.name.to_owned(), None));
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        let rendered = series.labels.rendered();
        let text = rendered.map(|text| String::from_utf8_lossy(text).into_owned());
        self.0.last_mut().unwrap().1 = text;
        ControlFlow::Continue(())
    }
}

#[track_caller]
fn check_streamed(registry: &Registry, families: &[(&str, &str)]) {
    let mut streamed = Streamed::default();
    assert!(registry.gather_into(&mut streamed).is_empty());
    let expected = families.iter();
    let expected: Vec<_> = expected
        .map(|&(name, labels)| (name.to_owned(), Some(labels.to_owned())))
        .collect();
    assert_eq!(streamed.0, expected);
}

#[test]
fn instruments_of_groups_are_streamed() {
    let (all, group, inner) = (Registry::new(), Registry::new(), Registry::new());
    inner.register(counter("c_total")).unwrap();
    group
        .register(wrap_collector_with([("z", "9")], inner.clone()))
        .unwrap();
    group.register(counter("b_total")).unwrap();
    let wrapped = || {
        let labelled = wrap_collector_with([("a", "1")], group.clone());
        wrap_collector_with_prefix("p_", labelled)
    };
    all.register(wrapped()).unwrap();
    all.register(counter("a_total")).unwrap();
    let before = [
        ("a_total", ""),
        ("p_b_total", r#"{a="1""#),
        ("p_c_total", r#"{a="1",z="9""#),
    ];
    check_streamed(&all, &before);
    check_streamed(&all, &before);
    // Changes in the inner registry show in the next scrape.
    group.register(counter("d_total")).unwrap();
    assert!(inner.unregister(&counter("c_total")));
    let after = [before[0], before[1], ("p_d_total", r#"{a="1""#)];
    check_streamed(&all, &after);
}

#[test]
fn what_cannot_be_added_is_reported_when_it_comes_later() {
    let (all, group) = (Registry::new(), Registry::new());
    group.register(counter("a_total")).unwrap();
    all.register(wrap_collector_with([("x", "1")], group.clone()))
        .unwrap();
    let opts = CounterOpts::new("b_total", "").const_label("x", "2");
    group.register(Counter::with_opts(opts).unwrap()).unwrap();
    let message = r#"metric "b_total" has the label "x" already, which was to be added"#;
    check(&all, &["a_total"], &[message]);
}

#[test]
fn a_pedantic_registry_minds_what_comes_later() {
    let (all, group) = (Registry::pedantic(), Registry::new());
    group.register(counter("a_total")).unwrap();
    all.register(group.clone()).unwrap();
    check(&all, &["a_total"], &[]);
    let late = counter("b_total");
    group.register(late.clone()).unwrap();
    let message = format!("metric {} was collected, but not described", late.desc());
    check(&all, &["a_total"], &[&message]);
}

#[test]
fn a_slow_collector_costs_its_group_nothing() {
    let (all, group) = (Registry::new(), Registry::new());
    group.register(counter("a_total")).unwrap();
    let (release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let blocks = move |_: &mut dyn FnMut(ConstMetric)| _ = wait.lock().unwrap().recv();
    group.register(collector_fn(vec![desc], blocks)).unwrap();
    all.register(wrap_collector_with([("x", "1")], group))
        .unwrap();
    let deadline = Instant::now() + Duration::from_millis(20);
    let gathered = all
        .scrape_with(&ScrapeOpts::new().deadline(deadline))
        .into_gathered();
    assert_eq!(gathered.families[0].name, "a_total");
    let expected = r#"collector of ["m"] was not done in time"#;
    assert_eq!(gathered.errors[0].to_string(), expected);
    drop(release);
}

/// B5: collectors of a group may use it in any way.
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
            sink(ConstMetric::gauge(desc, 1.0, &[]).unwrap());
        });
    };
    group.register(collector_fn(vec![desc], collect)).unwrap();
    all.register(group).unwrap();
    assert_eq!(all.gather().families.len(), 1);
    check(&all, &["later_total", "m"], &[]);
}
