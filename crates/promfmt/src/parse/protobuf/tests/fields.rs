use promcore::{BucketSpan, HistogramValue, MetricType, MetricValue};

use super::*;

/// Parses a family of one metric.
#[track_caller]
fn one(bytes: &[u8]) -> MetricFamily {
    let mut families = parse(bytes, Limits::default()).unwrap();
    assert_eq!(families.len(), 1);
    let family = families.remove(0);
    assert_eq!(family.metrics.len(), 1);
    family
}

#[track_caller]
fn histogram(fields: &[Vec<u8>]) -> HistogramValue {
    let metric = message(7, &fields.concat());
    match one(&family(HISTOGRAM, &metric)).metrics.remove(0).value {
        MetricValue::Histogram(histogram) => histogram,
        other => panic!("a histogram was parsed, not {other:?}"),
    }
}

#[test]
fn unknown_fields_are_skipped_everywhere() {
    let unknown = [
        number(100, 1),
        float(101, 1.0),
        message(102, b"x"),
        vec![0xfd, 0x06, 0, 0, 0, 0],
        // A group with a field and another group in it.
        vec![0xfb, 0x06, 0x08, 0x01, 0x0b, 0x0c, 0xfc, 0x06],
    ]
    .concat();
    let known = family(GAUGE, &gauge(1.5));
    let metric = [
        unknown.clone(),
        message(2, &[float(1, 1.5), unknown.clone()].concat()),
    ]
    .concat();
    let strange = [
        unknown,
        message(1, b"a"),
        number(3, GAUGE),
        message(4, &metric),
    ];
    assert_eq!(one(&delimited(&strange.concat())), one(&known));
}

#[test]
fn the_type_may_come_last_and_none_is_counter() {
    let fields = [message(4, &gauge(1.5)), number(3, GAUGE), message(1, b"a")];
    assert_eq!(one(&delimited(&fields.concat())).kind, MetricType::Gauge);
    let fields = [message(1, b"a"), message(4, &message(3, b""))];
    let counter = one(&delimited(&fields.concat()));
    assert_eq!(counter.metrics[0].value, MetricValue::Counter(0.0.into()));
}

#[test]
fn a_message_that_comes_twice_is_one() {
    let twice = [
        message(7, &[number(1, 3), float(2, 1.0)].concat()),
        message(7, &[float(2, 4.5), message(15, &number(1, 5))].concat()),
        message(7, &message(15, &number(2, 7))),
    ];
    let family = one(&family(HISTOGRAM, &twice.concat()));
    let MetricValue::Histogram(histogram) = &family.metrics[0].value else {
        panic!("a histogram was parsed");
    };
    assert_eq!((histogram.count, histogram.sum), (3, 4.5));
    assert_eq!(histogram.created.unwrap().unix_nanos(), 5_000_000_007);
}

#[test]
fn numbers_may_be_packed_or_not() {
    let spans = message(12, &[number(1, 3), number(2, 3)].concat());
    let packed = [
        spans.clone(),
        message(13, &[varint(2), varint(1), varint(600)].concat()),
    ];
    let single = [spans, number(13, 2), number(13, 1), number(13, 600)];
    let native = histogram(&packed).native.unwrap();
    assert_eq!(native.positive.deltas, [1, -1, 300]);
    let (offset, length) = (-2, 3);
    let BucketSpan { offset: found, .. } = native.positive.spans[0];
    assert_eq!((found, native.positive.spans[0].length), (offset, length));
    assert_eq!(histogram(&single).native.unwrap(), native);

    let packed = [message(
        11,
        &[1.5_f64.to_le_bytes(), 2.0_f64.to_le_bytes()].concat(),
    )];
    let single = [float(11, 1.5), float(11, 2.0)];
    assert_eq!(histogram(&packed).float.unwrap().negative, [1.5, 2.0]);
    assert_eq!(histogram(&packed), histogram(&single));
}

#[test]
fn a_positive_float_counts_instead_of_a_whole_number() {
    let bucket =
        |bound, fields: &[Vec<u8>]| message(3, &[float(2, bound), fields.concat()].concat());
    let found = histogram(&[
        number(1, 7),
        float(4, 7.5),
        bucket(1.0, &[number(1, 2)]),
        bucket(2.0, &[number(1, 9), float(4, 3.5)]),
        bucket(3.0, &[float(4, 0.0)]),
    ]);
    let counts: Vec<_> = found.buckets_as_f64().map(|(_, count)| count).collect();
    assert_eq!((found.count, found.count_as_f64()), (7, 7.5));
    assert_eq!(counts, [2.0, 3.5, 0.0]);
    assert_eq!(found.buckets[1].cumulative_count, 3);

    // A sender of both writes zeros as floats.
    let whole = [number(1, 7), float(4, 0.0), bucket(1.0, &[float(4, 0.0)])];
    assert_eq!(histogram(&whole).float, None);
    assert!(histogram(&[float(4, 0.0)]).float.is_some());
}

#[test]
fn numbers_that_are_too_large_are_cut() {
    let schema = histogram(&[number(5, 1 << 32 | 3)]).native.unwrap().schema;
    assert_eq!(schema, -2);
    let created = |seconds: u64, nanos: u64| {
        let time = [number(1, seconds), number(2, nanos)].concat();
        histogram(&[message(15, &time)])
            .created
            .unwrap()
            .unix_nanos()
    };
    assert_eq!(created(1, u64::MAX), 999_999_999);
    assert_eq!(created(u64::MAX >> 1, 0), i64::MAX);
    assert_eq!(created(1 << 63, 0), i64::MIN);
}

#[test]
fn texts_are_utf8_or_made_so() {
    let fields = [
        message(1, "a.é".as_bytes()),
        message(2, b"x\xffy"),
        number(3, GAUGE),
        message(4, &gauge(1.0)),
        message(5, b"\xff"),
    ];
    let family = one(&delimited(&fields.concat()));
    let texts = [&*family.name, &*family.help, &*family.unit];
    assert_eq!(texts, ["a.é", "x\u{fffd}y", "\u{fffd}"]);
}

#[test]
fn a_family_without_metrics_is_left_out() {
    let empty = delimited(&message(1, b"a"));
    let bytes = [empty.clone(), family(GAUGE, &gauge(1.0)), empty].concat();
    assert_eq!(parse(&bytes, Limits::default()).unwrap().len(), 1);
    assert!(parse(b"", Limits::default()).unwrap().is_empty());
}
