//! Constant metrics: their values, and invalid ones.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use promcore::{
    Collector, ConstMetric, CounterValue, CounterVec, Desc, DescOpts, Error, Exemplar, Gatherer,
    HistogramValue, MetricValue, NativeValue, Registry, SummaryValue, Timestamp, collector_fn,
};

fn desc() -> Desc {
    Desc::new(DescOpts::new("m", "")).unwrap()
}

/// Collects a metric and returns the result of the scrape.
fn gathered(metric: ConstMetric) -> MetricValue {
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| sink(metric.clone());
    let registry = Registry::new();
    registry
        .register(collector_fn(vec![desc()], collect))
        .unwrap();
    // What a scrape does to the metric must not show in the next one.
    let first = registry.gather().families;
    let mut families = registry.gather().families;
    // As text, because NaN does not equal itself.
    assert_eq!(format!("{first:?}"), format!("{families:?}"));
    families.remove(0).metrics.remove(0).value
}

fn histogram(value: HistogramValue) -> HistogramValue {
    match gathered(ConstMetric::histogram(&desc(), value, &[]).unwrap()) {
        MetricValue::Histogram(value) => value,
        other => panic!("{other:?} is no histogram"),
    }
}

#[track_caller]
fn refused(metric: Result<ConstMetric, Error>, expected: &str) {
    assert_eq!(metric.unwrap_err().to_string(), expected);
}

fn bounds(value: &HistogramValue) -> Vec<(f64, u64)> {
    let buckets = value.buckets.iter();
    buckets
        .map(|bucket| (bucket.upper_bound, bucket.cumulative_count))
        .collect()
}

#[test]
fn counters_have_times_of_creation() {
    let since = Timestamp::from_unix_nanos(5);
    let value = CounterValue::new(2.0).created(since);
    let metric = ConstMetric::counter(&desc(), value.clone(), &[]).unwrap();
    assert_eq!(gathered(metric), MetricValue::Counter(value));
    let metric = ConstMetric::counter(&desc(), 2.0, &[]).unwrap();
    assert_eq!(
        gathered(metric),
        MetricValue::Counter(CounterValue::new(2.0))
    );
}

#[test]
fn buckets_are_sorted() {
    let value = HistogramValue::new(10, 1.0).buckets([(5.0, 3), (f64::INFINITY, 10), (1.0, 1)]);
    assert_eq!(
        bounds(&histogram(value)),
        [(1.0, 1), (5.0, 3), (f64::INFINITY, 10)]
    );
    assert_eq!(bounds(&histogram(HistogramValue::new(3, 1.5))), []);
}

#[test]
fn buckets_that_cannot_be_told_apart_are_refused() {
    let with = |buckets: &[(f64, u64)]| {
        let value = HistogramValue::new(1, 1.0).buckets(buckets.iter().copied());
        ConstMetric::histogram(&desc(), value, &[])
    };
    refused(
        with(&[(1.0, 1), (0.5, 0), (1.0, 1)]),
        "histogram buckets must increase, but 1.0 is followed by 1.0",
    );
    refused(
        with(&[(f64::NAN, 1)]),
        "histogram buckets must increase, but NaN is followed by inf",
    );
    refused(
        with(&[(f64::INFINITY, 1), (f64::INFINITY, 1)]),
        "histogram buckets must increase, but inf is followed by inf",
    );
}

#[test]
fn native_buckets_add_up_unless_some_are_not_numbers() {
    let check = |count, sum, native: NativeValue, expected: Result<(), &str>| {
        let value = HistogramValue::new(count, sum).native(native);
        let metric = ConstMetric::histogram(&desc(), value, &[]);
        let found = metric.map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    };
    let native = || {
        NativeValue::new(0)
            .zero(0.1, 1)
            .positive([(3, 2)])
            .negative([(-1, 1)])
    };
    check(4, 1.0, native(), Ok(()));
    check(
        5,
        1.0,
        native(),
        Err("native histogram has 5 observations, but 4 in its buckets"),
    );
    check(5, f64::NAN, native(), Ok(()));
    check(
        3,
        f64::NAN,
        native(),
        Err("native histogram has 3 observations, but 4 in its buckets"),
    );
    check(0, 0.0, NativeValue::new(8), Ok(()));
    check(0, 0.0, NativeValue::new(-4), Ok(()));
    for schema in [9, -5] {
        let message = format!("native histogram schema {schema} is not between -4 and 8");
        check(0, 0.0, NativeValue::new(schema), Err(&message));
    }
}

#[test]
fn native_buckets_come_in_any_order() {
    let native = NativeValue::new(2).positive([(9, 2), (1, 2), (9, 1), (2, 3)]);
    let value = histogram(HistogramValue::new(8, 1.0).native(native));
    let native = value.native.unwrap();
    let counts: Vec<_> = native.positive.counts().collect();
    assert_eq!(counts, [(1, 2), (2, 3), (9, 3)]);
    // The empty span that tells an empty native histogram from a classic one.
    let empty = histogram(HistogramValue::new(0, 0.0).native(NativeValue::new(0)));
    assert_eq!(empty.native.unwrap().positive.spans.len(), 1);
}

#[test]
fn quantiles_are_sorted_and_each_there_once() {
    let value = SummaryValue::new(4, 10.0).quantiles([(0.9, 3.0), (0.0, 1.0)]);
    let metric = ConstMetric::summary(&desc(), value, &[]).unwrap();
    let MetricValue::Summary(value) = gathered(metric) else {
        panic!("it is a summary");
    };
    let ranks: Vec<_> = value.quantiles.iter().map(|it| it.quantile).collect();
    assert_eq!(ranks, [0.0, 0.9]);
    let value = SummaryValue::new(4, 10.0).quantiles([(0.9, 3.0), (0.9, 1.0)]);
    refused(
        ConstMetric::summary(&desc(), value, &[]),
        "quantiles of a summary must increase, but 0.9 is followed by 0.9",
    );
}

fn exemplar(id: &str, value: f64) -> Exemplar {
    Exemplar::try_new([("id", id)], value, Some(Timestamp::from_unix_nanos(7))).unwrap()
}

/// Lists the ids of the exemplars in a histogram's buckets.
fn ids(value: &HistogramValue) -> Vec<(f64, Option<&str>)> {
    let buckets = value.buckets.iter();
    buckets
        .map(|bucket| {
            let exemplar = bucket.exemplar.as_ref();
            (bucket.upper_bound, exemplar.map(|it| &*it.labels[0].value))
        })
        .collect()
}

#[test]
fn a_counter_takes_the_last_exemplar() {
    let metric = ConstMetric::counter(&desc(), 1.0, &[]).unwrap();
    let metric = metric
        .exemplars([exemplar("a", 1.0), exemplar("b", 0.5)])
        .unwrap();
    let MetricValue::Counter(value) = gathered(metric) else {
        panic!("it is a counter");
    };
    assert_eq!(value.exemplar, Some(exemplar("b", 0.5)));
}

#[test]
fn a_bucket_takes_the_last_exemplar_that_falls_into_it() {
    let value = HistogramValue::new(10, 55.5).buckets([(1.0, 3), (5.0, 6)]);
    let metric = ConstMetric::histogram(&desc(), value, &[]).unwrap();
    let exemplars = [("a", 0.5), ("b", 1.0), ("c", 7.0), ("d", f64::NAN)];
    let metric = metric
        .exemplars(exemplars.map(|(id, value)| exemplar(id, value)))
        .unwrap();
    let MetricValue::Histogram(value) = gathered(metric) else {
        panic!("it is a histogram");
    };
    assert_eq!(
        ids(&value),
        [(1.0, Some("b")), (5.0, None), (f64::INFINITY, Some("d"))]
    );
    assert_eq!(value.buckets[2].cumulative_count, 10);
}

#[test]
fn a_native_histogram_takes_all_exemplars() {
    let add = |value: HistogramValue| {
        let native = NativeValue::new(0).positive([(0, 2)]);
        let metric = ConstMetric::histogram(&desc(), value.native(native), &[]).unwrap();
        let metric = metric
            .exemplars([exemplar("a", 0.9), exemplar("b", 0.8)])
            .unwrap();
        match gathered(metric) {
            MetricValue::Histogram(value) => value,
            other => panic!("{other:?} is no histogram"),
        }
    };
    let all = [exemplar("a", 0.9), exemplar("b", 0.8)];
    let value = add(HistogramValue::new(2, 1.7));
    assert_eq!(
        (value.buckets.len(), value.native.unwrap().exemplars),
        (0, all.to_vec())
    );
    let value = add(HistogramValue::new(2, 1.7).buckets([(1.0, 2)]));
    assert_eq!(ids(&value), [(1.0, Some("b"))]);
    assert_eq!(value.native.unwrap().exemplars, all);
}

#[test]
fn an_exemplar_without_a_time_is_of_now() {
    let metric = ConstMetric::counter(&desc(), 1.0, &[]).unwrap();
    let metric = metric.exemplars([Exemplar::default()]).unwrap();
    let MetricValue::Counter(value) = gathered(metric) else {
        panic!("it is a counter");
    };
    assert!(value.exemplar.unwrap().timestamp.is_some());
}

#[test]
fn wrong_exemplars_are_refused() {
    let counter = || ConstMetric::counter(&desc(), 1.0, &[]).unwrap();
    refused(counter().exemplars([]), "no exemplar was given");
    let mut wrong = Exemplar::default();
    wrong.labels.push(promcore::LabelPair::new("__a", ""));
    let message = r#"exemplar label name "__a" is not valid"#;
    refused(counter().exemplars([wrong.clone()]), message);
    let mut value = CounterValue::new(1.0);
    value.exemplar = Some(wrong.clone());
    refused(ConstMetric::counter(&desc(), value, &[]), message);
    let mut value = HistogramValue::new(1, 1.0).buckets([(1.0, 1)]);
    value.buckets[0].exemplar = Some(wrong);
    refused(ConstMetric::histogram(&desc(), value, &[]), message);
    let gauge = ConstMetric::gauge(&desc(), 1.0, &[]).unwrap();
    refused(
        gauge.exemplars([exemplar("a", 1.0)]),
        "metrics of type gauge cannot have exemplars",
    );
}

#[test]
fn an_invalid_metric_stays_what_it_is() {
    let metric = ConstMetric::invalid(&desc(), Error::custom("boom"));
    let metric = metric
        .exemplars([exemplar("a", 1.0)])
        .unwrap()
        .timestamp_ms(5);
    let registry = Registry::new();
    let collect = move |sink: &mut dyn FnMut(ConstMetric)| sink(metric.clone());
    registry
        .register(collector_fn(vec![desc()], collect))
        .unwrap();
    let errors = registry.gather().errors;
    assert!(
        matches!(&errors[..], [Error::InvalidMetric { error, .. }] if error.to_string() == "boom")
    );
}

/// Counts calls, and passes them on with its state at the time.
struct Asked {
    times: CounterVec<1>,
    at: Desc,
}

impl Collector for Asked {
    fn describe(&self, sink: &mut dyn FnMut(&Desc)) {
        self.times.describe(sink);
        sink(&self.at);
    }

    fn collect(&self, sink: &mut dyn FnMut(ConstMetric)) {
        self.times.with(["collect"]).inc();
        self.times
            .collect(&mut |metric| sink(metric.timestamp_ms(5)));
        sink(ConstMetric::gauge(&self.at, 5.0, &[]).unwrap());
    }
}

#[test]
fn a_collector_passes_instruments_on() {
    let registry = Registry::new();
    let times = CounterVec::new("asked_total", "", ["what"]).unwrap();
    registry.register(Asked { times, at: desc() }).unwrap();
    for times in [1.0, 2.0] {
        let gathered = registry.gather();
        assert_eq!(gathered.errors.len(), 0);
        let metric = &gathered.families[0].metrics[0];
        let MetricValue::Counter(counter) = &metric.value else {
            panic!("it is a counter");
        };
        assert_eq!((counter.value, metric.timestamp_ms), (times, Some(5)));
        assert!(counter.created.is_some());
    }
}
