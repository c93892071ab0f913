//! Families of all kinds, with difficult names, texts and numbers.

use promcore::{
    Bucket, CounterValue, Exemplar, FloatCounts, HistogramValue, LabelPair, Metric, MetricFamily,
    MetricType, MetricValue, NativeValue, SummaryValue, Timestamp,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const NAMES: &[&str] = &[
    "a",
    "a_total",
    "a_seconds_total",
    "a_created",
    "a_count",
    "a:b",
    "a.b_total",
    "a.b",
    "a_b",
    "U__a_2e_b",
    "_total",
    "http.requests_seconds",
    "\u{e9}\n\"\\_total",
    " ",
    "1",
];

const LABELS: &[&str] = &[
    "a",
    "b",
    "a.b",
    "U__x",
    "\u{1f600}",
    "\"\\\n",
    "_",
    "1",
    "bound",
];

const TEXTS: &[&str] = &[
    "",
    "plain",
    "\"",
    "\\",
    "\n",
    "\\n",
    "a\\\"\n\r\t\0b",
    " # {a=\"b\"} 1",
    "\u{e9}\u{2028}\u{1f600}",
    " \t blank",
];

const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    0.1,
    1e21,
    123_456_789.0,
    1e-5,
    5e-324,
    -2.2e-308,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Families that a registry has not checked.
pub fn families() -> impl Strategy<Value = Vec<MetricFamily>> {
    vec(family(), 1..5)
}

fn family() -> impl Strategy<Value = MetricFamily> {
    let unit = prop_oneof![4 => Just(""), 1 => Just("seconds"), 1 => Just("b")];
    let head = (name(NAMES), text(), unit, kind());
    // The metrics of a family usually have the same label names.
    let names = btree_map(name(LABELS), Just(()), 0..3);
    (head, names).prop_flat_map(|((name, help, unit, kind), names)| {
        let names: Vec<String> = names.into_keys().collect();
        vec(metric(names, kind), 1..4).prop_map(move |metrics| {
            let mut family = MetricFamily::new(name.clone(), help.clone(), kind);
            family.unit = unit.to_owned();
            family.metrics = metrics;
            family
        })
    })
}

fn name(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    let known = select(known).prop_map(str::to_owned);
    prop_oneof![6 => known, 1 => ".{1,5}", 1 => "[a-z]{1,3}(_total)?"]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![select(TEXTS).prop_map(str::to_owned), ".*"]
}

fn kind() -> impl Strategy<Value = MetricType> {
    select(&[
        MetricType::Counter,
        MetricType::Gauge,
        MetricType::GaugeHistogram,
        MetricType::Histogram,
        MetricType::Summary,
        MetricType::Untyped,
    ])
}

fn metric(names: Vec<String>, kind: MetricType) -> impl Strategy<Value = Metric> {
    let values = vec(text(), names.len());
    let fields = (values, value(kind), option::weighted(0.3, timestamp_ms()));
    fields.prop_map(move |(values, value, timestamp_ms)| {
        let labels = names.iter().zip(values);
        let labels = labels.map(|(name, value)| LabelPair::new(name, value));
        let mut metric = Metric::new(labels.collect(), value);
        metric.timestamp_ms = timestamp_ms;
        metric
    })
}

fn timestamp_ms() -> impl Strategy<Value = i64> {
    prop_oneof![
        0..3_i64,
        1_700_000_000_000..1_700_000_000_099_i64,
        any::<i64>()
    ]
}

fn value(kind: MetricType) -> BoxedStrategy<MetricValue> {
    match kind {
        MetricType::Counter => counter().boxed(),
        MetricType::Gauge => float().prop_map(MetricValue::Gauge).boxed(),
        MetricType::GaugeHistogram => histogram().prop_map(MetricValue::GaugeHistogram).boxed(),
        MetricType::Histogram => histogram().prop_map(MetricValue::Histogram).boxed(),
        MetricType::Summary => summary().prop_map(MetricValue::Summary).boxed(),
        _ => float().prop_map(MetricValue::Untyped).boxed(),
    }
}

fn float() -> impl Strategy<Value = f64> {
    let any_bits = any::<u64>().prop_map(f64::from_bits);
    prop_oneof![
        select(FLOATS),
        -1e3..1e3,
        (-1_000_i32..1_000).prop_map(f64::from),
        any_bits
    ]
}

/// A number that is usually not negative, like counters and sums.
fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![4 => float().prop_map(f64::abs), 1 => float()]
}

/// A time within the range of 64-bit nanoseconds.
fn time() -> impl Strategy<Value = Option<Timestamp>> {
    option::of(any::<i64>().prop_map(Timestamp::from_unix_nanos))
}

fn exemplar() -> impl Strategy<Value = Option<Exemplar>> {
    let labels = btree_map(name(LABELS), text(), 0..3);
    let exemplar = (labels, float(), time()).prop_map(|(labels, value, time)| {
        let labels = labels
            .into_iter()
            .filter(|(_, value)| value.chars().count() < 50);
        Exemplar::try_new(labels, value, time).ok()
    });
    prop_oneof![1 => Just(None), 1 => exemplar]
}

fn counter() -> impl Strategy<Value = MetricValue> {
    (amount(), exemplar(), time()).prop_map(|(value, exemplar, created)| {
        let mut counter = CounterValue::new(value);
        counter.exemplar = exemplar;
        counter.created = created;
        MetricValue::Counter(counter)
    })
}

fn summary() -> impl Strategy<Value = SummaryValue> {
    let rank = prop_oneof![4 => 0.0..=1.0, 1 => float()];
    let quantiles = vec((rank, amount()), 0..4);
    let fields = (any::<u64>(), amount(), quantiles, time());
    fields.prop_map(|(count, sum, quantiles, created)| {
        let mut summary = SummaryValue::new(count, sum).quantiles(quantiles);
        summary.created = created;
        summary
    })
}

/// A histogram whose counts add up.
fn histogram() -> impl Strategy<Value = HistogramValue> {
    let bucket = (amount(), 0..1_000_u64, exemplar());
    let head = (amount(), time(), any::<bool>());
    let fields = (vec(bucket, 0..4), 0..100_u64, head, option::of(native()));
    fields.prop_map(|(mut buckets, rest, (sum, created, is_float), native)| {
        buckets.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
        let mut histogram = HistogramValue::new(0, sum);
        for (upper_bound, count, exemplar) in buckets {
            histogram.count += count;
            let mut bucket = Bucket::new(upper_bound, histogram.count);
            bucket.exemplar = exemplar;
            histogram.buckets.push(bucket);
        }
        let is_whole = histogram
            .buckets
            .last()
            .is_some_and(|it| it.upper_bound == f64::INFINITY);
        histogram.count += if is_whole { 0 } else { rest };
        histogram.created = created;
        match native {
            Some((native, count)) => {
                histogram.count = count;
                histogram.native = Some(Box::new(native));
            }
            None if is_float => {
                let mut float = FloatCounts::of(&histogram);
                float.buckets.iter_mut().for_each(|count| *count += 0.5);
                float.count += 0.5;
                histogram.float = Some(Box::new(float));
            }
            None => {}
        }
        histogram
    })
}

/// Native buckets, and their number of observations.
fn native() -> impl Strategy<Value = (NativeValue, u64)> {
    let side = || btree_map(-1_000..1_000_i32, 0..1_000_u64, 0..6);
    let zero = (amount(), 0..1_000_u64);
    let fields = (-4..=8_i32, zero, side(), side(), vec(exemplar(), 0..3));
    fields.prop_map(
        |(schema, (threshold, zero), positive, negative, exemplars)| {
            let count = zero + positive.values().chain(negative.values()).sum::<u64>();
            let native = NativeValue::new(schema).zero(threshold, zero);
            let mut native = native.positive(positive).negative(negative);
            native.exemplars.extend(exemplars.into_iter().flatten());
            (native, count)
        },
    )
}
