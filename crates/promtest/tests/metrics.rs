//! The sources of metrics, and the methods on them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use promcore::{
    ConstMetric, Counter, Desc, DescOpts, Gatherer, GaugeVec, Histogram, HistogramOpts,
    ManualClock, Registry, Summary, Timestamp, collector_fn,
};
use promtest::{Details, Metrics, collect, gather};

fn queues() -> GaugeVec<1> {
    let queues = GaugeVec::new("jobs_queued", "Jobs that wait.", ["queue"]).unwrap();
    queues.with(["mail"]).set(1.5);
    queues.with(["print"]).set(2.0);
    queues
}

fn registry() -> Registry {
    let registry = Registry::new();
    registry.register(queues()).unwrap();
    registry
        .register(Histogram::new("job_seconds", "Time taken.").unwrap())
        .unwrap();
    registry
        .register(Summary::new("reply_seconds", "Time to answer.").unwrap())
        .unwrap();
    registry
}

#[test]
fn each_metric_counts_once_whatever_its_lines() {
    let metrics = gather(&registry()).unwrap();
    assert_eq!(metrics.count(), 4);
    assert_eq!(
        metrics
            .clone()
            .only(&["job_seconds", "jobs_queued"])
            .count(),
        3
    );
    assert_eq!(metrics.only(&["no_such_metric"]).count(), 0);
    assert_eq!(collect(queues()).unwrap().count(), 2);
}

#[test]
fn the_text_is_what_a_scraper_sees() {
    let text = "\
# HELP jobs_queued Jobs that wait.
# TYPE jobs_queued gauge
jobs_queued{queue=\"mail\"} 1.5
jobs_queued{queue=\"print\"} 2
";
    assert_eq!(collect(queues()).unwrap().text(), text);
    let metrics = gather(&registry()).unwrap();
    assert_eq!(metrics.clone().only(&["jobs_queued"]).text(), text);
    assert_eq!(metrics.text(), gather(&metrics).unwrap().text());
    assert_eq!(
        metrics.scrape().into_gathered().families,
        metrics.families()
    );
    assert_eq!(Metrics::default().text(), "");
}

#[test]
fn the_linter_looks_at_all_of_them() {
    let counter = Counter::new("x_ms", "What it is about.").unwrap();
    let problems = collect(counter).unwrap().lint();
    let problems: Vec<_> = problems.iter().map(|problem| &*problem.text).collect();
    let suffix = "counter metrics should have \"_total\" suffix";
    assert_eq!(
        problems,
        [suffix, "metric names should not contain abbreviated units"]
    );
}

#[test]
fn what_cannot_be_collected_is_an_error() {
    let desc = Desc::new(DescOpts::new("m", "")).unwrap();
    let broken = move || {
        let desc = desc.clone();
        collector_fn(vec![desc.clone()], move |sink| {
            sink(ConstMetric::invalid(&desc, promcore::Error::custom("boom")));
        })
    };
    let error = collect(broken()).unwrap_err().to_string();
    assert!(error.starts_with("cannot gather all metrics: "), "{error}");
    assert!(error.ends_with(" cannot be collected: boom"), "{error}");
    let registry = Registry::new();
    registry.register(broken()).unwrap();
    assert_eq!(gather(&registry).unwrap_err().to_string(), error);
}

#[test]
fn what_was_not_described_is_an_error() {
    let [described, sent] = ["a", "b"].map(|name| Desc::new(DescOpts::new(name, "")).unwrap());
    let collector = collector_fn(vec![described], move |sink| {
        sink(ConstMetric::gauge(&sent, 1.0, &[]).unwrap());
    });
    let error = collect(collector).unwrap_err().to_string();
    assert!(error.starts_with("cannot gather all metrics: "), "{error}");
    let invalid = Desc::invalid(promcore::Error::custom("boom"));
    let error = collect(collector_fn(vec![invalid], |_| ())).unwrap_err();
    assert_eq!(error.to_string(), "cannot register the collector");
}

/// A native histogram with buckets, two observations and an exemplar, at times 1.5 and 2.
fn histogram(observed: f64, trace: &str) -> Metrics {
    let clock = Arc::new(ManualClock::new(Timestamp::from_unix_nanos(1_500_000_000)));
    let opts = HistogramOpts::new("job_seconds", "Time taken.")
        .unit("seconds")
        .buckets([1.0])
        .native_bucket_factor(1.1)
        .clock(Arc::clone(&clock) as Arc<_>);
    let histogram = Histogram::with_opts(opts).unwrap();
    clock.advance(std::time::Duration::from_millis(500));
    histogram.observe(observed);
    histogram.observe_with_exemplar(-1.0, [("trace_id", trace)]);
    collect(histogram).unwrap()
}

#[test]
fn details_are_comments_below_their_metrics() {
    let text = "\
# HELP job_seconds Time taken.
# TYPE job_seconds histogram
# unit seconds
job_seconds_bucket{le=\"1\"} 2
job_seconds_bucket{le=\"+Inf\"} 2
job_seconds_sum -0.5
job_seconds_count 2
# exemplar le=\"1\" {trace_id=\"a\\\"b\"} -1 2
# native schema=3 zero_threshold=2.938735877055719e-39 zero_count=0 positive={-8:1} negative={0:1}
# exemplar native {trace_id=\"a\\\"b\"} -1 2
# created 1.5
";
    let metrics = histogram(0.5, "a\"b");
    assert_eq!(metrics.text_with(Details::ALL), text);
}

#[track_caller]
fn check(found: &Metrics, expected: &Metrics, details: Details, differs: &[&str]) {
    let diff = found.compare_with(expected, details);
    let diff = diff.map_or_else(|error| error.to_string(), |()| String::new());
    let changes = diff
        .lines()
        .skip(3)
        .filter(|line| line.starts_with(['-', '+']));
    assert_eq!(changes.collect::<Vec<_>>(), differs);
}

#[test]
fn only_the_details_that_are_asked_for_are_compared() {
    let (a, b) = (histogram(0.5, "a"), histogram(0.5, "b"));
    check(&a, &b, Details::new().native_buckets().times().units(), &[]);
    let expected = [
        "-# exemplar le=\"1\" {trace_id=\"a\"} -1",
        "-# exemplar native {trace_id=\"a\"} -1",
        "+# exemplar le=\"1\" {trace_id=\"b\"} -1",
        "+# exemplar native {trace_id=\"b\"} -1",
    ];
    check(&a, &b, Details::new().exemplars(), &expected);
}

#[test]
fn native_buckets_are_compared_however_they_lie_in_spans() {
    let native = |value: promcore::NativeValue| {
        let desc = Desc::new(DescOpts::new("m", "")).unwrap();
        let value = promcore::HistogramValue::new(3, 1.0).native(value);
        let metric = ConstMetric::histogram(&desc, value, &[]).unwrap();
        collect(collector_fn(vec![desc], move |sink| sink(metric.clone()))).unwrap()
    };
    let value = promcore::NativeValue::new(0);
    let a = native(value.clone().positive([(0, 1), (5, 2)]));
    let same = native(value.clone().positive([(0, 1), (2, 0), (5, 2)]));
    let other = native(value.positive([(0, 2), (5, 1)]));
    let buckets = Details::new().native_buckets();
    check(&a, &same, buckets, &[]);
    check(&a, &other, Details::new(), &[]);
    let line = "# native schema=0 zero_threshold=0 zero_count=0 positive={0:X,5:Y} negative={}";
    let found = format!("-{}", line.replace('X', "1").replace('Y', "2"));
    let expected = format!("+{}", line.replace('X', "2").replace('Y', "1"));
    check(&a, &other, buckets, &[&found, &expected]);
}
