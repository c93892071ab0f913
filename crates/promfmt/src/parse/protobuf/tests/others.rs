use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use prost::Message as _;
use prost_types::Timestamp;

use super::*;
use crate::generated::client::{self, *};
use crate::generated::scrapes;

/// Checks that messages with the fields that a registry writes are decoded and encoded to the same bytes.
#[track_caller]
fn check(bytes: &[u8], what: &str) {
    let families = parse(bytes, Limits::default()).unwrap();
    assert_eq!(encode(&families), bytes, "{what}");
}

#[test]
fn what_the_go_client_sends_is_written_as_it_was() {
    for scrape in scrapes::all() {
        check(&scrape.bytes, &scrape.path);
    }
}

#[test]
fn no_bit_that_is_wrong_makes_a_panic() {
    for scrape in scrapes::all().iter().step_by(9) {
        let mut bytes = scrape.bytes.clone();
        for at in 0..bytes.len() {
            for bit in [0x01, 0x08, 0x80] {
                bytes[at] ^= bit;
                let families = parse_protobuf(&bytes);
                if let Ok(families) = families {
                    encode(&families);
                }
                bytes[at] ^= bit;
            }
        }
    }
}

proptest! {
    #[test]
    fn what_prost_encodes_is_written_as_it_was(families in vec(family(), 0..4)) {
        let encode = |family: &client::MetricFamily| family.encode_length_delimited_to_vec();
        let bytes: Vec<u8> = families.iter().flat_map(encode).collect();
        check(&bytes, "");
    }

    /// A message may come in several parts, which are merged.
    #[test]
    fn parts_are_merged_as_prost_does_it((first, second) in twins()) {
        let parts = [first.encode_to_vec(), second.encode_to_vec()].concat();
        let merged = Metric::decode(&parts[..]).unwrap();
        let kind = kind_of(&merged);
        let expected = client::MetricFamily {
            name: Some("a".to_owned()),
            help: Some(String::new()),
            r#type: Some(kind.into()),
            metric: vec![merged],
            unit: None,
        };
        let fields = [message(1, b"a"), number(3, kind as u64), message(4, &parts)];
        let families = parse(&delimited(&fields.concat()), Limits::default()).unwrap();
        prop_assert_eq!(encode(&families), expected.encode_length_delimited_to_vec());
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = parse_protobuf(&bytes);
        let _ = parse_protobuf(delimited(&[message(1, b"a"), message(4, &bytes)].concat()));
    }
}

/// Any float except the NaN that the encoder replaces with Go's.
fn double() -> impl Strategy<Value = Option<f64>> {
    let bits = any::<u64>().prop_filter("Go has another NaN", |bits| *bits != f64::NAN.to_bits());
    bits.prop_map(|bits| Some(f64::from_bits(bits)))
}

/// A count with a fraction, which is neither negative nor NaN.
fn count() -> impl Strategy<Value = Option<f64>> {
    (0.0..1e300).prop_map(Some)
}

/// A time within the range of 64-bit nanoseconds.
fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let time = (-9_000_000_000_i64..9_000_000_000, 0..1_000_000_000);
    option::of(time.prop_map(|(seconds, nanos)| Timestamp { seconds, nanos }))
}

fn label() -> impl Strategy<Value = LabelPair> {
    (".+", ".*").prop_map(|(name, value)| LabelPair {
        name: Some(name),
        value: Some(value),
    })
}

fn exemplar() -> impl Strategy<Value = Exemplar> {
    let fields = (vec(label(), 0..3), double(), time());
    fields.prop_map(|(label, value, timestamp)| Exemplar {
        label,
        value,
        timestamp,
    })
}

fn counter() -> impl Strategy<Value = Counter> {
    let fields = (double(), option::of(exemplar()), time());
    fields.prop_map(|(value, exemplar, created_timestamp)| Counter {
        value,
        exemplar,
        created_timestamp,
    })
}

fn summary() -> impl Strategy<Value = Summary> {
    let quantile = (double(), double()).prop_map(|(quantile, value)| Quantile { quantile, value });
    let fields = (any::<u64>(), double(), vec(quantile, 0..4), time());
    fields.prop_map(|(count, sample_sum, quantile, created_timestamp)| Summary {
        sample_count: Some(count),
        sample_sum,
        quantile,
        created_timestamp,
    })
}

/// A histogram of integers or floats, with or without native buckets.
fn histogram(is_float: bool) -> impl Strategy<Value = Histogram> {
    let fields = (classic(is_float), option::of(native(is_float)));
    fields.prop_map(|(classic, native)| match native {
        Some(native) => Histogram {
            sample_count: classic.sample_count,
            sample_count_float: classic.sample_count_float,
            sample_sum: classic.sample_sum,
            bucket: classic.bucket,
            created_timestamp: classic.created_timestamp,
            ..native
        },
        None => classic,
    })
}

fn classic(is_float: bool) -> impl Strategy<Value = Histogram> {
    let bucket = (any::<u64>(), count(), double(), option::of(exemplar()));
    let bucket = bucket.prop_map(move |(count, float, upper_bound, exemplar)| Bucket {
        cumulative_count: Some(count).filter(|_| !is_float),
        cumulative_count_float: float.filter(|_| is_float),
        upper_bound,
        exemplar,
    });
    let fields = (any::<u64>(), count(), double(), vec(bucket, 0..4), time());
    fields.prop_map(
        move |(count, float, sum, bucket, created_timestamp)| Histogram {
            sample_count: Some(count).filter(|_| !is_float),
            sample_count_float: float.filter(|_| is_float),
            sample_sum: sum,
            bucket,
            created_timestamp,
            ..Histogram::default()
        },
    )
}

fn native(is_float: bool) -> impl Strategy<Value = Histogram> {
    let zero = (double(), any::<u64>(), count());
    let fields = (any::<i32>(), zero, side(), side(), vec(exemplar(), 0..3));
    fields.prop_map(move |(schema, zero, negative, positive, exemplars)| {
        let counts = |counts: &[f64]| counts.iter().copied().filter(|_| is_float).collect();
        let deltas = |deltas: &[i64]| deltas.iter().copied().filter(|_| !is_float).collect();
        Histogram {
            schema: Some(schema),
            zero_threshold: zero.0,
            zero_count: Some(zero.1).filter(|_| !is_float),
            zero_count_float: zero.2.filter(|_| is_float),
            negative_delta: deltas(&negative.1),
            negative_count: counts(&negative.2),
            negative_span: negative.0,
            positive_delta: deltas(&positive.1),
            positive_count: counts(&positive.2),
            positive_span: positive.0,
            exemplars,
            ..Histogram::default()
        }
    })
}

/// The native buckets on one side of 0: spans, deltas and counts.
fn side() -> impl Strategy<Value = (Vec<BucketSpan>, Vec<i64>, Vec<f64>)> {
    let span = (any::<i32>(), any::<u32>()).prop_map(|(offset, length)| BucketSpan {
        offset: Some(offset),
        length: Some(length),
    });
    (
        vec(span, 0..3),
        vec(any::<i64>(), 0..4),
        vec(any::<f64>(), 0..4),
    )
}

/// A metric; the counts of a histogram are integers or floats.
fn metric((kind, is_float): (MetricType, bool)) -> impl Strategy<Value = Metric> {
    let value = match kind {
        MetricType::Counter => counter().prop_map(of_counter).boxed(),
        MetricType::Gauge => double().prop_map(of_gauge).boxed(),
        MetricType::Summary => summary().prop_map(of_summary).boxed(),
        MetricType::Untyped => double().prop_map(of_untyped).boxed(),
        MetricType::Histogram | MetricType::GaugeHistogram => {
            histogram(is_float).prop_map(of_histogram).boxed()
        }
    };
    let fields = (vec(label(), 0..4), value, option::of(any::<i64>()));
    fields.prop_map(|(label, value, timestamp_ms)| Metric {
        label,
        timestamp_ms,
        ..value
    })
}

fn of_counter(counter: Counter) -> Metric {
    Metric {
        counter: Some(counter),
        ..Metric::default()
    }
}

fn of_gauge(value: Option<f64>) -> Metric {
    Metric {
        gauge: Some(Gauge { value }),
        ..Metric::default()
    }
}

fn of_summary(summary: Summary) -> Metric {
    Metric {
        summary: Some(summary),
        ..Metric::default()
    }
}

fn of_untyped(value: Option<f64>) -> Metric {
    Metric {
        untyped: Some(Untyped { value }),
        ..Metric::default()
    }
}

fn of_histogram(histogram: Histogram) -> Metric {
    Metric {
        histogram: Some(histogram),
        ..Metric::default()
    }
}

fn kind() -> impl Strategy<Value = (MetricType, bool)> {
    let kinds = (0..6).prop_map(|number| MetricType::try_from(number).unwrap());
    (kinds, any::<bool>())
}

/// The type of the only value of a metric.
fn kind_of(metric: &Metric) -> MetricType {
    match metric {
        Metric { gauge: Some(_), .. } => MetricType::Gauge,
        Metric {
            counter: Some(_), ..
        } => MetricType::Counter,
        Metric {
            summary: Some(_), ..
        } => MetricType::Summary,
        Metric {
            untyped: Some(_), ..
        } => MetricType::Untyped,
        _ => MetricType::Histogram,
    }
}

/// Two metrics of the same type.
fn twins() -> impl Strategy<Value = (Metric, Metric)> {
    kind().prop_flat_map(|kind| (metric(kind), metric(kind)))
}

fn family() -> impl Strategy<Value = client::MetricFamily> {
    let metrics = kind().prop_flat_map(|kind| (Just(kind), vec(metric(kind), 1..4)));
    let fields = (".+", ".*", metrics, option::of(".+"));
    fields.prop_map(
        |(name, help, ((kind, _), metric), unit)| client::MetricFamily {
            name: Some(name),
            help: Some(help),
            r#type: Some(kind.into()),
            metric,
            unit,
        },
    )
}
