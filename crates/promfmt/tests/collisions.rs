//! Metrics whose names become the same when escaped are left out and reported: B9 in the survey of user demands.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use promcore::{
    Collector, ConstMetric, Counter, CounterVec, Desc, DescOpts, Error, Gatherer, Gauge, GaugeVec,
    Histogram, HistogramOpts, Registry, collector_fn,
};
use promfmt::{Encoder, Escaping, Format};

/// Scrapes a registry, and returns the lines without comments.
fn scrape(registry: &Registry, format: Format) -> (Vec<Error>, Vec<String>) {
    let mut encoder = Encoder::new(Vec::new(), format);
    let errors = registry.gather_into(&mut encoder);
    let text = String::from_utf8(encoder.finish().unwrap()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    (errors, lines.map(str::to_owned).collect())
}

#[track_caller]
fn check_escaped(registry: &Registry, escaping: Escaping, lines: &[&str], errors: &[&str]) {
    let format = Format::TEXT.escaping(escaping);
    let (why, found) = scrape(registry, format);
    let why: Vec<_> = why.iter().map(ToString::to_string).collect();
    assert_eq!(found, lines);
    assert_eq!(why, errors);
    // The result is the same without asking for the demands first.
    let mut encoder = Encoder::new(Vec::new(), format);
    let _ = registry.scrape().write(&mut encoder);
    let text = String::from_utf8(encoder.finish().unwrap()).unwrap();
    let unasked = text.lines().filter(|line| !line.starts_with('#'));
    assert!(unasked.eq(lines.iter().copied()), "{text}");
}

#[track_caller]
fn check(registry: &Registry, lines: &[&str], errors: &[&str]) {
    check_escaped(registry, Escaping::Underscores, lines, errors);
}

fn registry<const N: usize>(collectors: [Box<dyn Collector>; N]) -> Registry {
    let registry = Registry::new();
    for collector in collectors {
        registry.register(collector).unwrap();
    }
    registry
}

fn counter(name: &str, value: f64) -> Box<dyn Collector> {
    let counter = Counter::new(name, "").unwrap();
    counter.add(value);
    Box::new(counter)
}

/// `metrics-exporter-prometheus`: counters `a.b` with 5 and `a_b` with 7 were written as one `a_b 7`.
#[test]
fn b9_families_that_become_the_same_are_reported() {
    let both = registry([counter("a.b", 5.0), counter("a_b", 7.0)]);
    let lost = r#"family "a.b" is "a_b" when escaped, and cannot be told from "a_b""#;
    check(&both, &["a_b 7"], &[lost]);
    check_escaped(&both, Escaping::AllowUtf8, &[r#"{"a.b"} 5"#, "a_b 7"], &[]);
    check_escaped(&both, Escaping::Values, &["U__a_2e_b 5", "a_b 7"], &[]);
    for format in [Format::OPEN_METRICS, Format::PROTOBUF_COMPACT_TEXT] {
        let (errors, lines) = scrape(&both, format);
        assert_eq!((errors.len(), lines.len()), (1, 1), "{format}");
    }

    // If both have to be escaped, the first one stays.
    let escaped = registry([counter("a.b", 5.0), counter("a b", 7.0), counter("c", 1.0)]);
    let lost = r#"family "a.b" is "a_b" when escaped, and cannot be told from "a b""#;
    check(&escaped, &["a_b 7", "c 1"], &[lost]);
}

/// The same name as a counter and as a gauge had two lines `# TYPE`.
#[test]
fn b9_types_make_no_difference() {
    let gauge = Gauge::new("a.b", "").unwrap();
    let both = registry([counter("a_b", 7.0), Box::new(gauge)]);
    let lost = r#"family "a.b" is "a_b" when escaped, and cannot be told from "a_b""#;
    check(&both, &["a_b 7"], &[lost]);
}

#[test]
fn b9_parts_of_a_family_collide_like_families() {
    let opts = HistogramOpts::new("a.b", "").buckets([1.0]);
    let histogram = || Box::new(Histogram::with_opts(opts.clone()).unwrap());
    let part = registry([histogram(), counter("a_b_count", 7.0)]);
    let lost = r#"family "a.b" is "a_b" when escaped, and cannot be told from "a_b_count""#;
    check(&part, &["a_b_count 7"], &[lost]);
    let opts = HistogramOpts::new("a_b", "").buckets([1.0]);
    let histogram = Box::new(Histogram::with_opts(opts).unwrap());
    let whole = registry([histogram, counter("a.b_count", 7.0)]);
    let lost = r#"family "a.b_count" is "a_b_count" when escaped, and cannot be told from "a_b""#;
    let lines = [
        r#"a_b_bucket{le="1"} 0"#,
        r#"a_b_bucket{le="+Inf"} 0"#,
        "a_b_sum 0",
        "a_b_count 0",
    ];
    check(&whole, &lines, &[lost]);
}

#[test]
fn b9_what_is_not_written_collides_with_nothing() {
    let empty = CounterVec::new("a_b", "", ["c"]).unwrap();
    let empty = registry([counter("a.b", 5.0), Box::new(empty)]);
    check(&empty, &["a_b 5"], &[]);
}

/// Labels `l.x` and `l_x` were written as one name, twice in a line.
#[test]
fn b9_labels_that_become_the_same_are_reported() {
    let vec = GaugeVec::new("m", "", ["l.x", "l_x"]).unwrap();
    vec.with(["1", "2"]).set(3.0);
    let twice = registry([Box::new(vec), counter("z", 1.0)]);
    let lost =
        r#"metric "m" with labels ["l.x", "l_x"] cannot be told apart when these are escaped"#;
    check(&twice, &["z 1"], &[lost]);
    let lines = [r#"m{"l.x"="1",l_x="2"} 3"#, "z 1"];
    check_escaped(&twice, Escaping::AllowUtf8, &lines, &[]);
}

#[test]
fn b9_metrics_whose_labels_become_the_same_are_reported() {
    let collector = collector_fn(Vec::new(), |sink| {
        for (value, labels) in [
            (1.0, &[("l_x", "1"), ("m.y", "2")][..]),
            (2.0, &[("l_x", "2"), ("m_y", "2")]),
            (3.0, &[("l.x", "1"), ("m_y", "2")]),
            (4.0, &[("l.x", "1"), ("l_x", "1")]),
        ] {
            let opts = DescOpts::new("m", "").const_labels(labels.iter().copied());
            let desc = Desc::new(opts).unwrap();
            sink(ConstMetric::gauge(&desc, value, &[]).unwrap());
        }
    });
    let lost = [
        r#"metric "m" with labels {l.x="1",l_x="1"} cannot be told apart when these are escaped"#,
        r#"metric "m" with labels {l.x="1",m_y="2"} cannot be told apart when these are escaped"#,
    ];
    let lines = [r#"m{l_x="1",m_y="2"} 1"#, r#"m{l_x="2",m_y="2"} 2"#];
    check(&registry([Box::new(collector)]), &lines, &lost);
}
