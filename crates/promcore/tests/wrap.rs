//! Collectors with additional labels or a prefix.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;
use std::sync::Arc;

use promcore::{
    Collector, ConstMetric, Counter, CounterOpts, CounterVec, Desc, DescOpts, DynCounterVec, Error,
    FamilyHead, Flow, Gatherer, Gauge, HistogramVec, LabelPair, Registerer, Registry, Series, Sink,
    collector_fn, wrap_collector_with, wrap_collector_with_prefix, wrap_registerer_with,
    wrap_registerer_with_prefix,
};

/// Writes labels as `{a="1"}`.
fn text(labels: &[LabelPair]) -> String {
    let labels = labels.iter();
    let labels = labels.map(|label| format!("{}={:?}", label.name, label.value));
    format!("{{{}}}", labels.collect::<Vec<_>>().join(","))
}

/// Notes all series as `name{labels}`, and checks that rendered labels equal the others.
#[derive(Default)]
struct Lines {
    name: String,
    lines: Vec<String>,
    streamed: usize,
}

impl Sink for Lines {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        family.name.clone_into(&mut self.name);
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        let labels = text(&series.labels.to_pairs());
        if let Some(rendered) = series.labels.rendered() {
            let rendered = str::from_utf8(rendered).unwrap();
            let rendered = if rendered.is_empty() { "{" } else { rendered };
            assert_eq!(format!("{rendered}}}"), labels);
            self.streamed += 1;
        }
        self.lines.push(format!("{}{labels}", self.name));
        ControlFlow::Continue(())
    }
}

/// Scrapes, and checks the series, the number of those that are streamed, and the errors.
#[track_caller]
fn check(registry: &Registry, lines: &[&str], streamed: usize, errors: &[&str]) {
    for _ in 0..2 {
        let mut found = Lines::default();
        let why = registry.gather_into(&mut found);
        assert_eq!((found.lines, found.streamed), (owned(lines), streamed));
        let why: Vec<_> = why.iter().map(ToString::to_string).collect();
        assert_eq!(why, owned(errors));
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn counter() -> Counter {
    Counter::new("c_total", "").unwrap()
}

/// Makes a collector of a gauge `m` with the label `v`.
fn custom(is_checked: bool) -> impl Collector {
    let desc = Desc::new(DescOpts::new("m", "").variable_labels(["v"])).unwrap();
    let descs = is_checked.then(|| desc.clone()).into_iter().collect();
    collector_fn(descs, move |sink| {
        sink(ConstMetric::gauge(&desc, 1.0, &["1"]).unwrap());
        sink(ConstMetric::gauge(&desc, 1.0, &["2"]).unwrap());
    })
}

#[test]
fn instruments_are_streamed_with_what_was_added() {
    let registry = Registry::new();
    let labels = wrap_registerer_with([("z", "3"), ("b", "2")], &registry);
    let vec = CounterVec::new("v_total", "", ["a", "c"]).unwrap();
    labels.register(vec.clone()).unwrap();
    vec.with(["x\"y", "1"]).inc();
    vec.with(["", "\\"]).inc();
    labels.register(counter()).unwrap();
    let shop = wrap_registerer_with_prefix("shop_", &registry);
    shop.register(counter()).unwrap();
    let histograms = HistogramVec::new("h", "", ["a"]).unwrap();
    histograms.with(["1"]).observe(1.0);
    wrap_registerer_with_prefix("p.", &labels)
        .register(histograms)
        .unwrap();
    check(
        &registry,
        &[
            r#"c_total{b="2",z="3"}"#,
            r#"p.h{a="1",b="2",z="3"}"#,
            r"shop_c_total{}",
            r#"v_total{a="",b="2",c="\\",z="3"}"#,
            r#"v_total{a="x\"y",b="2",c="1",z="3"}"#,
        ],
        5,
        &[],
    );
}

#[test]
fn names_that_need_quotes_are_not_rendered() {
    let registry = Registry::new();
    let quoted = wrap_registerer_with([("k.8s", "v")], &registry);
    quoted.register(counter()).unwrap();
    let vec = DynCounterVec::new("v_total", "", ["a.b"]).unwrap();
    vec.try_with_label_values(&["1"]).unwrap().inc();
    wrap_registerer_with([("c", "2")], &registry)
        .register(vec)
        .unwrap();
    check(
        &registry,
        &[r#"c_total{k.8s="v"}"#, r#"v_total{a.b="1",c="2"}"#],
        0,
        &[],
    );
}

#[test]
fn other_collectors_get_the_same() {
    let registry = Registry::new();
    let labels = wrap_registerer_with([("a", "x")], &registry);
    labels.register(custom(true)).unwrap();
    let prefix = wrap_registerer_with_prefix("p_", &labels);
    prefix.register(custom(false)).unwrap();
    let both = [
        r#"m{a="x",v="1"}"#,
        r#"m{a="x",v="2"}"#,
        r#"p_m{a="x",v="1"}"#,
        r#"p_m{a="x",v="2"}"#,
    ];
    check(&registry, &both, 0, &[]);
    // Unchecked collectors remain.
    assert!(!prefix.unregister(&custom(false)));
    assert!(labels.unregister(&custom(true)));
    check(&registry, &both[2..], 0, &[]);
    let nothing: [(&str, &str); 0] = [];
    wrap_registerer_with(nothing, wrap_registerer_with_prefix("", &registry))
        .register(counter())
        .unwrap();
    check(&registry, &["c_total{}", both[2], both[3]], 1, &[]);
}

#[test]
fn pedantic_registries_know_what_was_added() {
    let registry = Registry::pedantic();
    let labels = wrap_registerer_with([("a", "x")], &registry);
    labels.register(custom(true)).unwrap();
    labels.register(counter()).unwrap();
    check(
        &registry,
        &[
            r#"c_total{a="x"}"#,
            r#"m{a="x",v="1"}"#,
            r#"m{a="x",v="2"}"#,
        ],
        1,
        &[],
    );
}

#[test]
fn labels_must_be_new() {
    let registry = Registry::new();
    let message = |result: Result<(), Error>| result.unwrap_err().to_string();
    let wrapped = wrap_registerer_with([("v", "x")], &registry);
    assert_eq!(
        message(wrapped.register(custom(true))),
        r#"label name "v" occurs twice in metric "m""#
    );
    let opts = CounterOpts::new("c_total", "").const_label("v", "y");
    assert_eq!(
        message(wrapped.register(Counter::with_opts(opts).unwrap())),
        r#"metric "c_total" has the label "v" already, which was to be added"#
    );
    let twice = wrap_registerer_with([("v", "z")], &wrapped);
    assert_eq!(
        message(twice.register(counter())),
        r#"metric "c_total" has the label "v" already, which was to be added"#
    );
    let invalid = wrap_registerer_with([("__v", "z")], &registry);
    assert_eq!(
        message(invalid.register(counter())),
        r#"label name "__v" of metric "c_total" is not valid"#
    );
    // What is not described cannot be refused before it is collected.
    wrapped.register(custom(false)).unwrap();
    let twice = r#"label name "v" occurs twice in metric "m""#;
    check(&registry, &[], 0, &[twice, twice]);
}

#[test]
fn labels_that_the_format_adds_are_found_when_they_are_collected() {
    let registry = Registry::new();
    let wrapped = wrap_registerer_with([("le", "1")], &registry);
    wrapped.register(counter()).unwrap();
    let histogram = promcore::Histogram::new("h", "").unwrap();
    wrapped.register(histogram).unwrap();
    check(
        &registry,
        &[r#"c_total{le="1"}"#],
        1,
        &[r#"metric "h" was collected with labels {le="1"}, which cannot be exposed"#],
    );
}

#[test]
fn the_existing_collector_is_the_one_that_was_registered() {
    let registry = Registry::new();
    let wrapped = wrap_registerer_with([("a", "b")], &registry);
    let nested = wrap_registerer_with_prefix("c_", &wrapped);
    let short = || Counter::new("total", "").unwrap();
    let first = short();
    nested.register(first.clone()).unwrap();
    let opts = CounterOpts::new("c_total", "").const_label("a", "b");
    let results = [
        nested.register(short()),
        wrapped.register(counter()),
        registry.register(Counter::with_opts(opts).unwrap()),
    ];
    for result in results {
        match result {
            Err(Error::AlreadyRegistered(already)) => {
                already.existing_as::<Counter>().unwrap().inc();
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(first.value(), 3.0);
    assert!(!registry.unregister(&counter()));
    assert!(!wrapped.unregister(&short()));
    let same = wrap_registerer_with([("a", "b")], &registry);
    assert!(wrap_registerer_with_prefix("c_", same).unregister(&short()));
    check(&registry, &[], 0, &[]);
}

#[test]
fn the_existing_collector_is_found_in_what_was_shared() {
    let registry = Registry::new();
    let shared: Arc<dyn Collector> = Arc::new(counter());
    let wrapped = || wrap_collector_with([("a", "b")], Arc::clone(&shared));
    registry.register(wrapped()).unwrap();
    match registry.register(wrapped()) {
        Err(Error::AlreadyRegistered(already)) => {
            assert!(Arc::ptr_eq(already.existing(), &shared));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn collectors_are_wrapped_alone() {
    let registry = Registry::new();
    let gauge = Gauge::new("g", "").unwrap();
    let labelled = |value: &str| wrap_collector_with([("x", value)], gauge.clone());
    let wrapped = |value: &str| wrap_collector_with_prefix("p_", labelled(value));
    registry.register(wrapped("1")).unwrap();
    registry.register(wrapped("2")).unwrap();
    registry.register(labelled("1")).unwrap();
    let lines = [r#"g{x="1"}"#, r#"p_g{x="1"}"#, r#"p_g{x="2"}"#];
    check(&registry, &lines, 3, &[]);
    assert!(registry.unregister(&wrapped("1")));
    check(&registry, &[lines[0], lines[2]], 2, &[]);
}

#[test]
fn a_wrapped_registerer_may_be_shared_and_may_be_nothing() {
    let registry = Registry::new();
    let shared: Arc<dyn Registerer> = Arc::new(registry.clone());
    let wrapped: Box<dyn Registerer> = Box::new(wrap_registerer_with([("a", "1")], shared));
    wrapped.register(counter()).unwrap();
    check(&registry, &[r#"c_total{a="1"}"#], 1, &[]);
    let nothing = wrap_registerer_with([("a", "1")], None::<Registry>);
    nothing.register(counter()).unwrap();
    assert!(!nothing.unregister(&counter()));
}
