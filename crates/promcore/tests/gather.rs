//! Conflicts in a scrape.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gathered;

use std::error::Error as _;

use gathered::names_and_errors;
use promcore::{
    ConstMetric, Counter, CounterOpts, CounterVec, Desc, DescOpts, Error, Gatherer, Gauge,
    Histogram, HistogramVec, Registry, collector_fn,
};

#[track_caller]
fn check(registry: &Registry, names: &[&str], errors: &[&str]) {
    for _ in 0..2 {
        let (found, why) = names_and_errors(registry.gather());
        assert_eq!(
            (&found[..], &why[..]),
            (&owned(names)[..], &owned(errors)[..])
        );
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn gauge(name: &str) -> Gauge {
    Gauge::new(name, "").unwrap()
}

/// Registers an unchecked collector of a gauge.
fn register_unchecked(registry: &Registry, name: &'static str, help: &'static str) {
    let desc = Desc::new(DescOpts::new(name, help)).unwrap();
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| {
        sink(ConstMetric::gauge(&desc, 1.0, &[]).unwrap());
    };
    registry.register(collector_fn(vec![], collect)).unwrap();
}

#[test]
fn of_instruments_that_collide_the_first_one_stays() {
    for (part, message) in [
        (
            "x_count",
            r#"metric "x_count" collides with the parts of the histogram "x""#,
        ),
        (
            "x_sum",
            r#"metric "x_sum" collides with the parts of the histogram "x""#,
        ),
        (
            "x_bucket",
            r#"metric "x_bucket" collides with the parts of the histogram "x""#,
        ),
    ] {
        let registry = Registry::new();
        registry.register(Histogram::new("x", "").unwrap()).unwrap();
        registry.register(gauge(part)).unwrap();
        registry.register(gauge("a")).unwrap();
        check(&registry, &["a", "x"], &[message]);
    }
    let registry = Registry::new();
    registry.register(gauge("x_sum")).unwrap();
    registry.register(gauge("x_count")).unwrap();
    registry.register(Histogram::new("x", "").unwrap()).unwrap();
    check(
        &registry,
        &["x_count", "x_sum"],
        &[r#"metric "x" collides with the parts of the histogram "x_count""#],
    );
    // The offender is gone, and with it the error.
    assert!(registry.unregister(&Histogram::new("x", "").unwrap()));
    check(&registry, &["x_count", "x_sum"], &[]);
}

#[test]
fn only_parts_that_are_written_collide() {
    let registry = Registry::new();
    for name in ["x", "x_count", "y_sum", "z_created", "z_total"] {
        registry.register(gauge(name)).unwrap();
    }
    registry.register(Histogram::new("z", "").unwrap()).unwrap();
    check(
        &registry,
        &["x", "x_count", "y_sum", "z", "z_created", "z_total"],
        &[],
    );
}

#[test]
fn a_vec_without_metrics_collides_with_nothing() {
    let message = r#"metric "x_count" collides with the parts of the histogram "x""#;
    let registry = Registry::new();
    let vec = HistogramVec::new("x", "", ["a"]).unwrap();
    registry.register(vec.clone()).unwrap();
    registry.register(gauge("x_count")).unwrap();
    check(&registry, &["x_count"], &[]);
    vec.with(["1"]).observe(1.0);
    check(&registry, &["x"], &[message]);

    let registry = Registry::new();
    registry.register(Histogram::new("x", "").unwrap()).unwrap();
    let vec = CounterVec::new("x_count", "", ["a"]).unwrap();
    registry.register(vec.clone()).unwrap();
    check(&registry, &["x"], &[]);
    vec.with(["1"]).inc();
    check(&registry, &["x"], &[message]);
}

#[test]
fn instruments_come_before_other_collectors() {
    let registry = Registry::new();
    register_unchecked(&registry, "x_count", "");
    register_unchecked(&registry, "y", "Other.");
    registry.register(Histogram::new("x", "").unwrap()).unwrap();
    registry.register(gauge("y")).unwrap();
    check(
        &registry,
        &["x", "y"],
        &[
            r#"metric "x_count" collides with the parts of the histogram "x""#,
            r#"metric "y" was collected with help "Other.", but before with """#,
        ],
    );
}

#[test]
fn namesakes_are_one_family() {
    let registry = Registry::new();
    for zone in ["b", "c", "a"] {
        let opts = CounterOpts::new("m_total", "").const_label("zone", zone);
        registry
            .register(Counter::with_opts(opts).unwrap())
            .unwrap();
    }
    let gathered = registry.gather();
    assert!(gathered.errors.is_empty());
    assert_eq!(gathered.families.len(), 1);
    let zones = gathered.families[0].metrics.iter();
    let zones: Vec<&str> = zones
        .map(|metric| metric.labels[0].value.as_str())
        .collect();
    assert_eq!(zones, ["a", "b", "c"]);
}

#[test]
fn namesakes_of_another_type_are_left_out() {
    let registry = Registry::new();
    let opts = CounterOpts::new("m", "").const_label("zone", "a");
    registry
        .register(Counter::with_opts(opts).unwrap())
        .unwrap();
    let opts = promcore::GaugeOpts::new("m", "").const_label("zone", "b");
    registry.register(Gauge::with_opts(opts).unwrap()).unwrap();
    check(
        &registry,
        &["m"],
        &[r#"metric "m" was collected with type gauge, but before with counter"#],
    );
}

#[test]
fn a_metric_is_collected_once() {
    let registry = Registry::new();
    registry.register(gauge("m")).unwrap();
    register_unchecked(&registry, "m", "");
    check(
        &registry,
        &["m"],
        &[r#"metric "m" with labels {} was collected before"#],
    );
}

#[test]
fn an_invalid_metric_says_which_and_why() {
    let registry = Registry::new();
    let desc = Desc::new(DescOpts::new("m", "").variable_labels(["a"])).unwrap();
    let metrics = [
        ConstMetric::gauge(&desc, 1.0, &["1"]).unwrap(),
        ConstMetric::invalid(&desc, Error::custom("the disk is gone")),
    ];
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| metrics.iter().cloned().for_each(sink);
    registry.register(collector_fn(vec![], collect)).unwrap();
    check(
        &registry,
        &["m"],
        &[
            r#"metric Desc{fqName: "m", help: "", unit: "", constLabels: {}, variableLabels: {a}} cannot be collected"#,
        ],
    );
    let errors = registry.gather().errors;
    let source = errors[0].source().unwrap();
    assert_eq!(source.to_string(), "the disk is gone");
}

#[test]
fn a_unit_belongs_to_all_metrics_of_a_name() {
    let registry = Registry::new();
    let desc = |unit: &str| {
        let opts = DescOpts::new("m", "").unit(unit).variable_labels(["a"]);
        Desc::new(opts).unwrap()
    };
    let gauge = |unit: &str, value: &str| ConstMetric::gauge(&desc(unit), 1.0, &[value]).unwrap();
    // Of two mistakes, the one that Go checks for is reported.
    let both = ConstMetric::untyped(&desc("m"), 1.0, &["4"]).unwrap();
    let metrics = [gauge("s", "1"), gauge("m", "2"), gauge("s", "3"), both];
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| metrics.iter().cloned().for_each(sink);
    registry.register(collector_fn(vec![], collect)).unwrap();
    check(
        &registry,
        &["m"],
        &[
            r#"metric "m" was collected with unit "m", but before with "s""#,
            r#"metric "m" was collected with type untyped, but before with gauge"#,
        ],
    );
    assert_eq!(registry.gather().families[0].metrics.len(), 2);
}

#[test]
fn metrics_of_one_time_each_may_have_the_same_labels() {
    let registry = Registry::new();
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let metric = || ConstMetric::gauge(&desc, 1.0, &[]).unwrap();
    let metrics = [
        metric(),
        metric().timestamp_ms(2),
        metric().timestamp_ms(1),
        metric().timestamp_ms(2),
    ];
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| metrics.iter().cloned().for_each(sink);
    registry.register(collector_fn(vec![], collect)).unwrap();
    check(
        &registry,
        &["m"],
        &[r#"metric "m" with labels {} was collected before"#],
    );
    let gathered = registry.gather();
    let metrics = gathered.families[0].metrics.iter();
    let times: Vec<_> = metrics.map(|metric| metric.timestamp_ms).collect();
    assert_eq!(times, [Some(1), Some(2), None]);
}

#[test]
fn a_pedantic_registry_wants_what_was_described() {
    let one = Desc::new(DescOpts::new("one", "")).unwrap();
    let two = Desc::new(DescOpts::new("two", "")).unwrap();
    let sends_two = {
        let two = two.clone();
        move |sink: &mut dyn FnMut(ConstMetric)| {
            sink(ConstMetric::gauge(&two, 1.0, &[]).unwrap());
        }
    };
    let message = format!("metric {two} was collected, but not described");

    let registry = Registry::pedantic();
    let descs = vec![one.clone()];
    let collector = collector_fn(descs, sends_two.clone());
    registry.register(collector).unwrap();
    registry
        .register(Counter::new("instrument", "").unwrap())
        .unwrap();
    check(&registry, &["instrument"], &[&message]);
    // It is enough that another collector describes it.
    registry.register(collector_fn(vec![two], |_| {})).unwrap();
    check(&registry, &["instrument", "two"], &[]);

    let registry = Registry::pedantic();
    registry
        .register(collector_fn(vec![], sends_two.clone()))
        .unwrap();
    check(&registry, &["two"], &[]);

    let registry = Registry::new();
    registry
        .register(collector_fn(vec![one], sends_two))
        .unwrap();
    check(&registry, &["two"], &[]);
}
