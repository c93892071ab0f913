//! Invalid input is refused with a message that shows what is wrong, and has no other effect.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Debug;
use std::sync::Arc;

use promcore::{
    ConstMetric, Counter, CounterOpts, CounterVec, Desc, DescOpts, DynCounterVec, DynGaugeVec,
    DynHistogramVec, Error, Gatherer, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec,
    Registry, collector_fn, exponential_buckets, exponential_buckets_range, linear_buckets,
};

#[track_caller]
fn refuse<T: Debug>(result: Result<T, Error>, message: &str) {
    assert_eq!(result.unwrap_err().to_string(), message);
}

#[test]
fn metric_names_must_not_be_empty() {
    let message = r#"metric name "" is not valid"#;
    refuse(Counter::new("", "Help."), message);
    refuse(Gauge::new("", "Help."), message);
    refuse(Histogram::new("", "Help."), message);
    refuse(CounterVec::new("", "Help.", ["a"]), message);
    refuse(DynGaugeVec::new("", "Help.", ["a"]), message);
    refuse(Desc::new(DescOpts::new("", "Help.")), message);
    // A namespace is no name.
    let opts = CounterOpts::new("", "Help.").namespace("shop");
    refuse(Counter::with_opts(opts), message);
}

#[test]
fn label_names_must_be_valid() {
    let empty = r#"label name "" of metric "m" is not valid"#;
    refuse(CounterVec::new("m", "", ["a", ""]), empty);
    refuse(DynHistogramVec::new("m", "", [""]), empty);
    let reserved = r#"label name "__name__" of metric "m" is not valid"#;
    refuse(GaugeVec::new("m", "", ["__name__"]), reserved);
    let opts = CounterOpts::new("m", "").const_label("__name__", "n");
    refuse(Counter::with_opts(opts), reserved);
    let opts = DescOpts::new("m", "").variable_labels(["__name__"]);
    refuse(Desc::new(opts), reserved);
}

#[test]
fn label_names_must_occur_once() {
    let message = r#"label name "code" occurs twice in metric "m""#;
    refuse(CounterVec::new("m", "", ["code", "x", "code"]), message);
    refuse(DynCounterVec::new("m", "", ["code", "code"]), message);
    let opts = || CounterOpts::new("m", "").const_label("code", "1");
    refuse(CounterVec::with_opts(opts(), ["code"]), message);
    refuse(Counter::with_opts(opts().const_label("code", "1")), message);
}

#[test]
fn le_belongs_to_histograms() {
    let message = r#"label name "le" of metric "m" is reserved"#;
    refuse(HistogramVec::new("m", "", ["le"]), message);
    refuse(DynHistogramVec::new("m", "", ["a", "le"]), message);
    let opts = HistogramOpts::new("m", "").const_label("le", "1");
    refuse(Histogram::with_opts(opts), message);
    // Other metrics may have this label.
    CounterVec::new("m", "", ["le"]).unwrap().with(["1"]).inc();
}

#[test]
fn buckets_must_increase() {
    let histogram = |buckets: &[f64]| {
        let opts = HistogramOpts::new("m", "").buckets(buckets.iter().copied());
        Histogram::with_opts(opts)
    };
    let message = |bucket, next| {
        format!("histogram buckets must increase, but {bucket} is followed by {next}")
    };
    refuse(histogram(&[1.0, 2.0, 1.5]), &message("2.0", "1.5"));
    refuse(histogram(&[1.0, 1.0]), &message("1.0", "1.0"));
    refuse(histogram(&[0.0, -0.0]), &message("0.0", "-0.0"));
    refuse(histogram(&[1.0, f64::NAN]), &message("1.0", "NaN"));
    let infinite = [f64::INFINITY, f64::INFINITY];
    refuse(histogram(&infinite), &message("inf", "inf"));
    let opts = HistogramOpts::new("m", "").buckets([2.0, 1.0]);
    refuse(HistogramVec::with_opts(opts, ["a"]), &message("2.0", "1.0"));
    // There is always a last bucket for everything.
    assert!(histogram(&[1.0, f64::INFINITY]).is_ok());
}

#[test]
fn buckets_must_be_computable() {
    for result in [
        linear_buckets(1.0, 1.0, 0),
        exponential_buckets(0.0, 2.0, 3),
        exponential_buckets(1.0, 1.0, 3),
        exponential_buckets_range(0.0, 1.0, 3),
        exponential_buckets_range(1.0, 2.0, 0),
    ] {
        let message = result.unwrap_err().to_string();
        assert!(message.starts_with("cannot make "), "{message}");
        assert!(message.contains(", got "), "{message}");
    }
    refuse(
        exponential_buckets(-1.5, 2.0, 3),
        "cannot make exponential buckets: the start must be positive, got -1.5",
    );
}

#[test]
fn counters_only_go_up() {
    let counter = Counter::new("m", "").unwrap();
    refuse(counter.try_add(-1.0), "counter cannot be increased by -1.0");
    refuse(
        counter.try_add(f64::NAN),
        "counter cannot be increased by NaN",
    );
    counter.add(1.5);
    assert_eq!(counter.value(), 1.5);
}

#[test]
fn every_label_needs_one_value() {
    let vec = DynCounterVec::new("m", "", ["code", "method"]).unwrap();
    refuse(
        vec.try_with_label_values(&["200"]),
        r#"metric "m" has 2 variable labels, but got 1 values: ["200"]"#,
    );
    refuse(
        vec.try_with_label_values(&["200", "get", "x"]),
        r#"metric "m" has 2 variable labels, but got 3 values: ["200", "get", "x"]"#,
    );
    refuse(
        vec.try_with(&[("code", "200")]),
        r#"metric "m" has 2 variable labels, but got 1 values: ["200"]"#,
    );
    refuse(
        vec.try_with(&[("code", "200"), ("path", "/")]),
        r#"metric "m" was given no value for its label "method""#,
    );
    refuse(
        vec.try_with(&[("code", "200"), ("code", "404")]),
        r#"metric "m" was given no value for its label "method""#,
    );
    let desc = Desc::new(DescOpts::new("m", "").variable_labels(["code"])).unwrap();
    refuse(
        ConstMetric::gauge(&desc, 1.0, &["a", "b"]),
        r#"metric "m" has 1 variable labels, but got 2 values: ["a", "b"]"#,
    );
    // The mistakes created no series.
    let registry = Registry::new();
    registry.register(vec).unwrap();
    assert!(registry.gather().families.is_empty());
}

#[test]
fn a_shared_collector_is_found_as_what_it_is() {
    let registry = Registry::new();
    let shared = Arc::new(Gauge::new("shared", "").unwrap());
    registry.register(Arc::clone(&shared)).unwrap();
    let Err(Error::AlreadyRegistered(already)) = registry.register(shared) else {
        panic!("it was registered twice");
    };
    assert!(already.existing_as::<Gauge>().is_some());
    assert!(already.existing_as::<Arc<Gauge>>().is_some());
}

#[test]
fn a_collector_may_be_registered_once() {
    let registry = Registry::new();
    let first = Counter::new("m_total", "Help.").unwrap();
    registry.register(first.clone()).unwrap();
    first.inc();
    let again = Counter::new("m_total", "Help.").unwrap();
    let error = registry.register(again).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"collector of ["m_total"] is already registered"#
    );
    let Error::AlreadyRegistered(already) = error else {
        panic!("{error:?} has no collector");
    };
    assert_eq!(already.existing_as::<Counter>().unwrap().value(), 1.0);
    assert!(already.existing_as::<Gauge>().is_none());
    assert_eq!(registry.gather().families.len(), 1);
}

#[test]
fn descriptors_of_one_name_must_agree() {
    let registry = Registry::new();
    registry
        .register(CounterVec::new("m_total", "Help.", ["a"]).unwrap())
        .unwrap();
    let start = r#"descriptor Desc{fqName: "m_total", help: "#;
    let end = "other than the one that was registered before under the same name";
    refuse(
        registry.register(CounterVec::new("m_total", "Other.", ["a"]).unwrap()),
        &format!(
            r#"{start}"Other.", unit: "", constLabels: {{}}, variableLabels: {{a}}}} has a help text {end}"#
        ),
    );
    refuse(
        registry.register(CounterVec::new("m_total", "Help.", ["b"]).unwrap()),
        &format!(
            r#"{start}"Help.", unit: "", constLabels: {{}}, variableLabels: {{b}}}} has label names {end}"#
        ),
    );
    let opts = CounterOpts::new("m_total", "Help.").unit("bytes");
    refuse(
        registry.register(CounterVec::with_opts(opts, ["a"]).unwrap()),
        &format!(
            r#"{start}"Help.", unit: "bytes", constLabels: {{}}, variableLabels: {{a}}}} has a unit {end}"#
        ),
    );
}

#[test]
fn collectors_must_not_overlap() {
    let registry = Registry::new();
    registry.register(Counter::new("m", "").unwrap()).unwrap();
    let descs = ["m", "n"].map(|name| Desc::new(DescOpts::new(name, "")).unwrap());
    refuse(
        registry.register(collector_fn(descs.into(), |_| ())),
        r#"descriptor Desc{fqName: "m", help: "", unit: "", constLabels: {}, variableLabels: {}} is already there: its name and constant labels belong to another collector"#,
    );
}

#[test]
fn a_collector_must_agree_with_itself() {
    let descs = ["1", "2"].map(|help| Desc::new(DescOpts::new("m", help)).unwrap());
    refuse(
        Registry::new().register(collector_fn(descs.into(), |_| ())),
        r#"descriptor Desc{fqName: "m", help: "2", unit: "", constLabels: {}, variableLabels: {}} has a help text other than another one of the same collector under the same name"#,
    );
}

#[test]
fn of_several_mistakes_in_a_descriptor_the_first_is_named() {
    let check = |name: &str, constant: &[&str], variable: &[&str], message: &str| {
        let opts = DescOpts::new(name, "")
            .const_labels(constant.iter().map(|label| (*label, "")))
            .variable_labels(variable.iter().copied());
        refuse(Desc::new(opts), message);
    };
    check(
        "",
        &["__a"],
        &["", "b", "b"],
        r#"metric name "" is not valid"#,
    );
    let label = |label: &str| format!("label name {label:?} of metric \"m\" is not valid");
    check("m", &["b", "__a"], &["", "b"], &label("__a"));
    check("m", &["b"], &["b", "", "__a"], &label(""));
    let twice = r#"label name "b" occurs twice in metric "m""#;
    check("m", &["b", "c"], &["d", "c", "b"], twice);
}

#[test]
fn of_several_mistakes_in_a_collector_the_first_is_named() {
    let desc = |name_and_help: &str| match name_and_help.split_once(' ') {
        Some((name, help)) => Desc::new(DescOpts::new(name, help)).unwrap(),
        None => Desc::invalid(Error::custom(name_and_help)),
    };
    let registry = Registry::new();
    for registered in ["a 1", "b 1"] {
        let collector = collector_fn(vec![desc(registered)], |_| ());
        registry.register(collector).unwrap();
    }
    // Each descriptor is a name and a help text, or just an error.
    let check = |descs: &[&str], start: &str, end: &str| {
        let descs = descs.iter().map(|it| desc(it)).collect();
        let error = registry.register(collector_fn(descs, |_| ())).unwrap_err();
        let message = error.to_string();
        let is_good = message.starts_with(start) && message.ends_with(end);
        assert!(is_good, "{message}");
    };
    let (before, within) = (
        "registered before under the same name",
        "of the same collector under the same name",
    );
    check(&["a 1", "boom", "a 2", "c 1", "c 2"], "boom", "boom");
    check(
        &["a 2", "boom"],
        r#"descriptor Desc{fqName: "a", help: "2""#,
        before,
    );
    check(
        &["c 1", "a 2", "c 2"],
        r#"descriptor Desc{fqName: "a""#,
        before,
    );
    check(
        &["c 1", "c 2", "a 2"],
        r#"descriptor Desc{fqName: "c", help: "2""#,
        within,
    );
    // It also differs from the collector's own previous descriptor.
    check(
        &["a 1", "a 2"],
        r#"descriptor Desc{fqName: "a", help: "2""#,
        before,
    );
    // Each of these errors takes precedence over conflicts with registered collectors.
    check(
        &["a 1", "c 1", "c 2"],
        r#"descriptor Desc{fqName: "c""#,
        within,
    );
    check(&["a 1", "boom"], "boom", "boom");
    let there = "belong to another collector";
    check(&["a 1", "c 1"], r#"descriptor Desc{fqName: "a""#, there);
    check(&["a 1", "b 1"], r#"descriptor Desc{fqName: "b""#, there);
    check(
        &["a 1", "a 1"],
        r#"collector of ["a"]"#,
        "is already registered",
    );
}

#[test]
fn who_unregisters_needs_only_names_and_constant_labels() {
    let registry = Registry::new();
    registry
        .register(Gauge::new("m", "Help.").unwrap())
        .unwrap();
    let descs = |helps: &[&str]| {
        let valid = helps
            .iter()
            .map(|help| Desc::new(DescOpts::new("m", *help)));
        let invalid = Desc::invalid(Error::custom("boom"));
        valid.map(Result::unwrap).chain([invalid]).collect()
    };
    assert!(!registry.unregister(&collector_fn(descs(&[]), |_| ())));
    assert!(registry.unregister(&collector_fn(descs(&["Other.", "Another."]), |_| ())));
    assert_eq!(registry.gather().families.len(), 0);
}

#[test]
fn an_invalid_descriptor_is_refused_with_its_own_error() {
    let registry = Registry::new();
    let invalid = || Desc::invalid(Error::custom("no table \"users\""));
    let collector = collector_fn(vec![invalid()], |_| ());
    refuse(registry.register(collector), "no table \"users\"");
    refuse(
        ConstMetric::gauge(&invalid(), 1.0, &[]),
        "no table \"users\"",
    );
    // An error that only shows in a scrape is reported then.
    let metric = ConstMetric::invalid(&invalid(), Error::custom("not shown"));
    let collector = collector_fn(vec![], move |sink| sink(metric.clone()));
    registry.register(collector).unwrap();
    let errors = registry.gather().errors;
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].to_string(), "no table \"users\"");
}
