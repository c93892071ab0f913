//! Several gatherers as one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::ops::ControlFlow;

use promcore::{
    ConstMetric, Counter, CounterOpts, CounterVec, Desc, DescOpts, Error, FamilyHead, Flow,
    Gathered, Gatherer, Gatherers, Gauge, GaugeOpts, Histogram, LabelPair, Metric, MetricFamily,
    MetricType, MetricValue, Registry, Series, Sink, gatherer_fn,
};

/// Makes a registry with a counter `x`.
fn registry(opts: CounterOpts) -> Registry {
    let registry = Registry::new();
    registry
        .register(Counter::with_opts(opts).unwrap())
        .unwrap();
    registry
}

/// Makes options of a counter `x` with its own label.
fn x(r: &str) -> CounterOpts {
    CounterOpts::new("x", "").const_label("r", r)
}

/// Gathers, and returns each metric as `name{labels}` and the errors with their causes.
fn gather(gatherer: &dyn Gatherer) -> (Vec<String>, Vec<String>) {
    let Gathered {
        families, errors, ..
    } = gatherer.gather();
    let line = |family: &MetricFamily, metric: &Metric| {
        let labels = metric.labels.iter();
        let labels = labels.map(|label| format!("{}={:?}", label.name, label.value));
        format!(
            "{}{{{}}}",
            family.name,
            labels.collect::<Vec<_>>().join(",")
        )
    };
    let lines = families
        .iter()
        .flat_map(|family| family.metrics.iter().map(|metric| line(family, metric)));
    let text = |error: &Error| match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    (lines.collect(), errors.iter().map(text).collect())
}

#[track_caller]
fn check(gatherers: &Gatherers, lines: &[&str], errors: &[&str]) {
    for _ in 0..2 {
        let (found, why) = gather(gatherers);
        assert_eq!((found, why), (owned(lines), owned(errors)));
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn families_of_one_name_are_merged() {
    let second = registry(x("1"));
    second.register(Gauge::new("only", "").unwrap()).unwrap();
    let both = Gatherers::new().gatherer(registry(x("2"))).gatherer(second);
    check(&both, &["only{}", r#"x{r="1"}"#, r#"x{r="2"}"#], &[]);
    check(&Gatherers::new(), &[], &[]);
    let nested = Gatherers::new().gatherer(both).gatherer(registry(x("3")));
    let lines = ["only{}", r#"x{r="1"}"#, r#"x{r="2"}"#, r#"x{r="3"}"#];
    check(&nested, &lines, &[]);
    let many: Gatherers = ["1", "2"].map(|r| registry(x(r))).into_iter().collect();
    check(&many, &[r#"x{r="1"}"#, r#"x{r="2"}"#], &[]);
}

#[test]
fn a_metric_may_occur_once() {
    let both = Gatherers::new()
        .gatherer(registry(x("1")))
        .gatherer(registry(x("1")));
    let message = r#"metric "x" with labels {r="1"} was collected before"#;
    check(&both, &[r#"x{r="1"}"#], &[message]);
}

#[test]
fn families_that_do_not_go_together_are_left_out() {
    let other = registry(CounterOpts::new("x", "Other.").const_label("r", "2"));
    let both = Gatherers::new().gatherer(registry(x("1"))).gatherer(other);
    let message = r#"metric "x" was collected with help "Other.", but before with """#;
    check(&both, &[r#"x{r="1"}"#], &[message]);

    let other = Registry::new();
    let opts = GaugeOpts::new("x", "").const_label("r", "2");
    other.register(Gauge::with_opts(opts).unwrap()).unwrap();
    let both = Gatherers::new().gatherer(registry(x("1"))).gatherer(other);
    let message = r#"family "x" was gathered with type gauge, but before with counter"#;
    check(&both, &[r#"x{r="1"}"#], &[message]);
}

#[test]
fn parts_of_histograms_collide_across_gatherers() {
    let histogram = Registry::new();
    histogram
        .register(Histogram::new("x", "").unwrap())
        .unwrap();
    let part = Registry::new();
    let vec = CounterVec::new("x_count", "", ["a"]).unwrap();
    part.register(vec.clone()).unwrap();
    let both = Gatherers::new().gatherer(histogram).gatherer(part);
    check(&both, &["x{}"], &[]);
    vec.with(["1"]).inc();
    let message = r#"metric "x_count" collides with the parts of the histogram "x""#;
    check(&both, &["x{}"], &[message]);
}

#[test]
fn a_vec_without_metrics_leaves_its_name_to_others() {
    let (first, vec) = (
        Registry::new(),
        CounterVec::new("x", "Other.", ["a"]).unwrap(),
    );
    first.register(vec.clone()).unwrap();
    let both = Gatherers::new().gatherer(first).gatherer(registry(x("1")));
    check(&both, &[r#"x{r="1"}"#], &[]);
    vec.with(["1"]).inc();
    let message = r#"metric "x" was collected with help "", but before with "Other.""#;
    check(&both, &[r#"x{a="1"}"#], &[message]);
}

#[test]
fn errors_say_which_gatherer_they_are_from() {
    let broken = Registry::new();
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let metric = ConstMetric::invalid(&desc, Error::custom("no value"));
    let collector = promcore::collector_fn(vec![desc], move |sink| sink(metric.clone()));
    broken.register(collector).unwrap();
    let panicking = gatherer_fn(|| -> Gathered { panic!("no metrics today") });
    let all = Gatherers::new()
        .gatherer(registry(x("1")))
        .gatherer(broken)
        .gatherer(panicking);
    let (lines, errors) = gather(&all);
    assert_eq!(lines, [r#"x{r="1"}"#]);
    assert_eq!(
        errors,
        [
            r#"from gatherer #2: metric Desc{fqName: "m", help: "", unit: "", constLabels: {}, variableLabels: {}} cannot be collected"#,
            "from gatherer #3: the gatherer panicked: no metrics today",
        ]
    );
}

#[test]
fn families_that_anybody_made_are_checked() {
    let metric = |labels: &[(&str, &str)]| {
        let labels = labels
            .iter()
            .map(|&(name, value)| LabelPair::new(name, value));
        Metric::new(labels.collect(), MetricValue::Gauge(1.0))
    };
    let mut family = MetricFamily::new("m", "", MetricType::Gauge);
    family.metrics = vec![
        metric(&[("b", "2"), ("a", "1")]),
        metric(&[]),
        metric(&[("a", "1"), ("b", "2")]),
        metric(&[("a", "1"), ("b", "2"), ("a", "3")]),
        Metric::new(Vec::new(), MetricValue::Untyped(1.0)),
    ];
    let made = gatherer_fn(move || Gathered::new(vec![family.clone()], Vec::new()));
    check(
        &Gatherers::new().gatherer(made),
        &["m{}", r#"m{a="1",b="2"}"#],
        &[
            r#"metric "m" was collected with labels {a="1",a="3",b="2"}, which cannot be exposed: label name "a" occurs twice in metric "m""#,
            r#"metric "m" was collected with type untyped, but before with gauge"#,
            r#"metric "m" with labels {a="1",b="2"} was collected before"#,
        ],
    );
}

#[test]
fn units_are_kept() {
    let without = registry(x("1"));
    let with = registry(x("2").unit("seconds"));
    let other = registry(x("3").unit("minutes"));
    let all = Gatherers::new()
        .gatherer(without)
        .gatherer(with)
        .gatherer(other);
    let gathered = all.gather();
    assert!(gathered.errors.is_empty());
    assert_eq!(gathered.families[0].unit, "seconds");
    assert_eq!(gathered.families[0].metrics.len(), 3);
}

/// Notes which families have rendered labels, which they only have if they were not read before.
#[derive(Default)]
struct Streamed(Vec<(String, bool)>);

impl Sink for Streamed {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.0.push((family.name.to_owned(), false));
        ControlFlow::Continue(())
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        self.0.last_mut().unwrap().1 = series.labels.rendered().is_some();
        ControlFlow::Continue(())
    }
}

#[test]
fn what_only_one_gatherer_has_is_streamed() {
    let second = registry(x("1"));
    second.register(Counter::new("y", "").unwrap()).unwrap();
    let both = Gatherers::new().gatherer(registry(x("2"))).gatherer(second);
    let mut streamed = Streamed::default();
    assert!(both.gather_into(&mut streamed).is_empty());
    let expected = [("x".to_owned(), false), ("y".to_owned(), true)];
    assert_eq!(streamed.0, expected);
}
