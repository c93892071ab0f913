//! Lines written in bulk are the same as lines written one by one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use promcore::{
    CounterVec, FamilyHead, FloatCounts, Flow, Gatherer, GaugeVec, Histogram, HistogramOpts,
    Registry, Series, Sink, Value,
};
use promfmt::{Encoder, Format};

/// A sink that receives series one by one, and histograms with float counts, which takes the general path.
struct OneByOne<'a>(&'a mut dyn Sink);

impl Sink for OneByOne<'_> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.0.family(family)
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        let Value::Histogram(histogram) = series.value else {
            return self.0.series(series);
        };
        let mut histogram = histogram.clone();
        histogram.float = Some(Box::new(FloatCounts::of(&histogram)));
        self.0.series(&Series {
            value: Value::Histogram(&histogram),
            ..*series
        })
    }
}

#[track_caller]
fn check(registry: &Registry) -> String {
    check_as(Format::OPEN_METRICS, registry);
    check_as(Format::TEXT, registry)
}

#[track_caller]
fn check_as(format: Format, registry: &Registry) -> String {
    let mut at_once = Encoder::new(Vec::new(), format);
    assert!(registry.gather_into(&mut at_once).is_empty());
    let mut one_by_one = Encoder::new(Vec::new(), format);
    assert!(
        registry
            .gather_into(&mut OneByOne(&mut one_by_one))
            .is_empty()
    );
    let at_once = String::from_utf8(at_once.finish().unwrap()).unwrap();
    let one_by_one = String::from_utf8(one_by_one.finish().unwrap()).unwrap();
    assert_eq!(at_once, one_by_one);
    at_once
}

/// Makes a thousand series with labels of `len` characters, and checks their lines.
#[track_caller]
fn check_lens(name: &str, len: impl Fn(usize) -> usize) -> String {
    let registry = Registry::new();
    let vec = CounterVec::new(name, "", ["a", "b"]).unwrap();
    registry.register(vec.clone()).unwrap();
    for number in 0..1_000 {
        let long = "é\"".repeat(len(number) / 2);
        let value = (number * number) as f64;
        vec.with([&long, &number.to_string()]).add(value);
    }
    let text = check(&registry);
    assert_eq!(text.lines().count(), 1_002);
    text
}

/// Labels of all lengths, so that lines end at all positions in a chunk.
#[test]
fn labels_of_all_lengths_fill_chunks() {
    check_lens("x_total", |number| number * number % 211);
    check_lens("x_total", |number| number % 7 * 8);
    check_lens(&"x".repeat(300), |number| number % 50);
}

#[test]
fn lines_may_be_longer_than_a_chunk() {
    let text = check_lens("x_total", |number| number % 50 / 49 * 10_000);
    assert!(text.lines().any(|line| line.len() > 20_000));
    check_lens(&"x".repeat(600), |_| 10);
}

#[test]
fn values_of_all_kinds_are_written() {
    let registry = Registry::new();
    let vec = GaugeVec::new("x", "", ["value"]).unwrap();
    registry.register(vec.clone()).unwrap();
    let mut expected = vec!["# HELP x \n# TYPE x gauge\n".to_owned()];
    let values = [
        "+Inf",
        "-0.5",
        "-Inf",
        "-1",
        "0",
        "0.25",
        "1",
        "1.5e-07",
        "10",
        "100000",
        "1e+06",
        "-1.7976931348623157e+308",
        "1.2345678901234567e-200",
        "1e+16",
        "999",
        "1000",
        "999999",
        "9e+300",
        "NaN",
    ];
    for value in values {
        vec.with([value]).set(value.parse().unwrap());
        expected.push(format!("x{{value=\"{value}\"}} {value}\n"));
    }
    expected.sort_unstable();
    assert_eq!(check(&registry), expected.concat());
}

#[test]
fn histograms_have_names_and_bounds_of_all_lengths() {
    for len in [1, 50, 80, 100, 150, 300, 600] {
        let registry = Registry::new();
        let opts = HistogramOpts::new("x".repeat(len), "").const_label("a", "b");
        let buckets = [1.234_567_890_123_456_7e-200, 0.5, 1.0, 2.5e6];
        let histogram = Histogram::with_opts(opts.buckets(buckets)).unwrap();
        registry.register(histogram.clone()).unwrap();
        histogram.observe_n(0.4, 998);
        histogram.observe_n(0.7, 2);
        histogram.observe_n(7.0, 1_234_567);
        let text = check(&registry);
        let counts = text
            .lines()
            .skip(2)
            .map(|line| line.rsplit_once(' ').unwrap().1);
        let expected = ["0", "998", "1000", "1.235567e+06", "1.235567e+06"];
        assert_eq!(counts.take(5).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn series_without_labels_have_no_braces() {
    let registry = Registry::new();
    let vec = CounterVec::new("x_total", "", [""; 0]).unwrap();
    registry.register(vec.clone()).unwrap();
    vec.with([]).inc();
    assert_eq!(
        check(&registry),
        "# HELP x_total \n# TYPE x_total counter\nx_total 1\n"
    );
}
