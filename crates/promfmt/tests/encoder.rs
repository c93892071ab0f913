//! The output of the encoder in each format, and bugs of other clients, numbered as in the survey of user demands.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use promcore::{
    Collector, Counter, CounterOpts, CounterVec, FamilyHead, FloatCounts, Flow, Gatherer, Gauge,
    GaugeOpts, GaugeVec, Histogram, HistogramOpts, HistogramValue, HistogramVec, ManualClock,
    Metric, MetricFamily, MetricType, MetricValue, Registry, Series, Sink, Timestamp,
    wrap_collector_with, wrap_collector_with_prefix,
};
use promfmt::{Encoder, Escaping, Format};

fn registry(collector: impl Collector + 'static) -> Registry {
    let registry = Registry::new();
    registry.register(collector).unwrap();
    registry
}

fn encode(registry: &Registry, format: Format, created_lines: bool) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), format).created_lines(created_lines);
    assert!(registry.gather_into(&mut encoder).is_empty());
    encoder.finish().unwrap()
}

#[track_caller]
fn check(registry: &Registry, format: Format, expected: &str) {
    let text = String::from_utf8(encode(registry, format, false)).unwrap();
    assert_eq!(text, expected);
}

/// The clock of all instruments here: 1.5 seconds after the epoch.
fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::from_unix_nanos(1_500_000_000)))
}

#[test]
fn units_stand_in_open_metrics_and_protobuf() {
    let opts = GaugeOpts::new("size_bytes", "Size.").unit("bytes");
    let registry = registry(Gauge::with_opts(opts).unwrap());
    let text = "# HELP size_bytes Size.\n# TYPE size_bytes gauge\n";
    check(&registry, Format::TEXT, &format!("{text}size_bytes 0\n"));
    let open = format!("{text}# UNIT size_bytes bytes\nsize_bytes 0.0\n# EOF\n");
    check(&registry, Format::OPEN_METRICS, &open);
    check(
        &registry,
        Format::PROTOBUF_COMPACT_TEXT,
        "name:\"size_bytes\" help:\"Size.\" type:GAUGE metric:{gauge:{value:0}} unit:\"bytes\"\n",
    );
}

#[test]
fn lines_that_say_when_a_metric_was_made_are_for_who_wants_them() {
    let opts = CounterOpts::new("x_total", "").clock(clock());
    let registry = registry(Counter::with_opts(opts).unwrap());
    let head = "# HELP x \n# TYPE x counter\n";
    check(
        &registry,
        Format::OPEN_METRICS,
        &format!("{head}x_total 0.0\n# EOF\n"),
    );
    assert_eq!(
        String::from_utf8(encode(&registry, Format::OPEN_METRICS, true)).unwrap(),
        format!("{head}x_total 0.0\nx_created 1.5\n# EOF\n")
    );
    // Text format 0.0.4 has no such lines.
    assert_eq!(
        encode(&registry, Format::TEXT, true),
        b"# HELP x_total \n# TYPE x_total counter\nx_total 0\n"
    );
}

#[test]
fn a_part_has_no_end() {
    let registry = registry(Gauge::new("x", "").unwrap());
    let mut encoder = Encoder::new(Vec::new(), Format::OPEN_METRICS);
    assert!(registry.gather_into(&mut encoder).is_empty());
    let text = encoder.finish_part().unwrap();
    assert_eq!(text, b"# HELP x \n# TYPE x gauge\nx 0.0\n");
}

#[test]
fn protobuf_as_text_has_a_line_for_each_field() {
    let opts = CounterOpts::new("x_total", "Quote \" and\nline.").clock(clock());
    let registry = registry(Counter::with_opts(opts).unwrap());
    let expected = r#"name: "x_total"
help: "Quote \" and\nline."
type: COUNTER
metric: {
  counter: {
    value: 0
    created_timestamp: {
      seconds: 1
      nanos: 500000000
    }
  }
}

"#;
    check(&registry, Format::PROTOBUF_TEXT, expected);
}

#[test]
fn names_are_escaped_in_every_format() {
    let registry = registry(Gauge::new("a.b", "").unwrap());
    let escaped = [
        (Escaping::AllowUtf8, "a.b"),
        (Escaping::Dots, "a_dot_b"),
        (Escaping::Underscores, "a_b"),
        (Escaping::Values, "U__a_2e_b"),
    ];
    for (escaping, name) in escaped {
        let (comment, sample) = match escaping {
            Escaping::AllowUtf8 => (format!("{name:?}"), format!("{{{name:?}}}")),
            _ => (name.to_owned(), name.to_owned()),
        };
        let head = format!("# HELP {comment} \n# TYPE {comment} gauge\n{sample}");
        let check = |format: Format, expected: &str| {
            check(&registry, format.escaping(escaping), expected);
        };
        check(Format::TEXT, &format!("{head} 0\n"));
        check(Format::OPEN_METRICS, &format!("{head} 0.0\n# EOF\n"));
        check(
            Format::PROTOBUF_COMPACT_TEXT,
            &format!("name:\"{name}\" help:\"\" type:GAUGE metric:{{gauge:{{value:0}}}}\n"),
        );
    }
}

/// A sink that receives series one by one.
struct OneByOne<'a>(&'a mut dyn Sink);

impl Sink for OneByOne<'_> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.0.family(family)
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        self.0.series(series)
    }
}

/// Exemplars come after lines had been written without any.
#[test]
fn many_lines_at_once_lose_no_exemplar() {
    let vec = CounterVec::new("x_total", "", ["a"]).unwrap();
    let registry = registry(vec.clone());
    for number in 0..300 {
        vec.with([&number.to_string()]).inc();
    }
    let lines = |format| {
        let at_once = encode(&registry, format, false);
        let mut encoder = Encoder::new(Vec::new(), format);
        let left_out = registry.gather_into(&mut OneByOne(&mut encoder));
        assert!(left_out.is_empty());
        assert_eq!(at_once, encoder.finish().unwrap());
        String::from_utf8(at_once).unwrap()
    };
    assert!(!lines(Format::OPEN_METRICS).contains(" # "));
    vec.with(["7"]).add_with_exemplar(0.5, [("trace_id", "t")]);
    let open_metrics = lines(Format::OPEN_METRICS);
    assert_eq!(open_metrics.matches(" # {trace_id=\"t\"} 0.5 ").count(), 1);
    assert_eq!(open_metrics.lines().count(), 303);
    assert!(!lines(Format::TEXT).contains("trace_id"));
}

/// A gauge histogram with these counts, followed by a gauge.
fn gathered(counts: [f64; 2]) -> promcore::Scrape {
    let mut histogram = HistogramValue::new(0, -1.5).buckets([(1.0, 0)]);
    let mut float = FloatCounts::of(&histogram);
    [float.buckets[0], float.count] = counts;
    histogram.float = Some(Box::new(float));
    let mut family = MetricFamily::new("h", "", MetricType::GaugeHistogram);
    let mut metric = Metric::new(Vec::new(), MetricValue::GaugeHistogram(histogram));
    metric.timestamp_ms = Some(2_000);
    family.metrics.push(metric);
    let mut gauge = MetricFamily::new("z", "", MetricType::Gauge);
    let metric = Metric::new(Vec::new(), MetricValue::Gauge(1.0));
    gauge.metrics.push(metric);
    promcore::Gathered::new(vec![family, gauge], Vec::new()).into()
}

#[track_caller]
fn check_gathered(counts: [f64; 2], format: Format, expected: &str, errors: &[&str]) {
    let scrape = gathered(counts).fit(&format.demands());
    let why: Vec<_> = scrape.errors().iter().map(ToString::to_string).collect();
    assert_eq!(why, errors);
    // The result is the same without calling `fit`.
    for scrape in [scrape, gathered(counts)] {
        let mut encoder = Encoder::new(Vec::new(), format);
        let _ = scrape.write(&mut encoder);
        let text = String::from_utf8(encoder.finish().unwrap()).unwrap();
        assert_eq!(text, expected);
    }
}

/// OpenMetrics requires whole counts, as in Go; only there, metrics with other counts are left out.
#[test]
fn fractions_of_counts_are_written_where_they_can_be() {
    let text = "# HELP h \n# TYPE h histogram\nh_bucket{le=\"1\"} 0.5 2000\nh_bucket{le=\"+Inf\"} 2.25 2000\n\
                h_sum -1.5 2000\nh_count 2.25 2000\n# HELP z \n# TYPE z gauge\nz 1\n";
    check_gathered([0.5, 2.25], Format::TEXT, text, &[]);
    let proto = "name:\"h\" help:\"\" type:GAUGE_HISTOGRAM metric:{histogram:{sample_count_float:2.25 sample_sum:-1.5 \
                 bucket:{cumulative_count_float:0.5 upper_bound:1}} timestamp_ms:2000}\n\
                 name:\"z\" help:\"\" type:GAUGE metric:{gauge:{value:1}}\n";
    check_gathered([0.5, 2.25], Format::PROTOBUF_COMPACT_TEXT, proto, &[]);
    let open = "# HELP z \n# TYPE z gauge\nz 1.0\n# EOF\n";
    let lost = "histogram \"h\" with labels {} has counts with fractions";
    check_gathered([0.5, 2.25], Format::OPEN_METRICS, open, &[lost]);
    let whole = "# HELP h \n# TYPE h gaugehistogram\nh_bucket{le=\"1.0\"} 1 2.0\nh_bucket{le=\"+Inf\"} 3 2.0\n\
                 h_gsum -1.5 2.0\nh_gcount 3 2.0\n";
    check_gathered(
        [1.0, 3.0],
        Format::OPEN_METRICS,
        &format!("{whole}{open}"),
        &[],
    );
    // Values that cannot be counts are written unchanged.
    let wrong = "# HELP h \n# TYPE h gaugehistogram\nh_bucket{le=\"1.0\"} -1.0 2.0\nh_bucket{le=\"+Inf\"} 1.8446744073709552e+19 2.0\n\
                 h_gsum -1.5 2.0\nh_gcount 1.8446744073709552e+19 2.0\n";
    check_gathered(
        [-1.0, u64::MAX as f64],
        Format::OPEN_METRICS,
        &format!("{wrong}{open}"),
        &[],
    );
}

/// Streamed and buffered families are encoded the same way.
#[test]
fn measured_families_of_protobuf_are_what_others_are() {
    let registry = Registry::new();
    let opts = CounterOpts::new("x_total", "").clock(clock());
    let vec = CounterVec::with_opts(opts, ["a", "b"]).unwrap();
    registry.register(vec.clone()).unwrap();
    let wrapped = wrap_collector_with([("aa", "\"")], vec.clone());
    let wrapped = wrap_collector_with_prefix("y_", wrapped);
    registry.register(wrapped).unwrap();
    for number in 0..300 {
        vec.with([&number.to_string(), "\\"]).add(f64::from(number));
    }
    vec.with(["7", "\\"])
        .add_with_exemplar(0.5, [("trace_id", "t")]);
    let opts = GaugeOpts::new("z", "").unit("ü");
    let utf8 = GaugeVec::with_opts(opts, ["l.x"]).unwrap();
    registry.register(utf8.clone()).unwrap();
    utf8.with(["1"]).set(f64::NAN);

    let measured = encode(&registry, Format::PROTOBUF, false);
    let mut encoder = Encoder::new(Vec::new(), Format::PROTOBUF);
    let left_out = registry.gather_into(&mut OneByOne(&mut encoder));
    assert!(left_out.is_empty());
    assert_eq!(measured, encoder.finish().unwrap());
}

/// `prometheus-client`: a line feed in a help text started a new line; in another client, one quote in a label made thousands of series unreadable.
#[test]
fn b7_texts_and_labels_cannot_break_out_of_their_line() {
    let opts = GaugeOpts::new("x", "\\ \"\nx 1").const_labels([("a", "\\ \"\nx 1")]);
    let registry = registry(Gauge::with_opts(opts).unwrap());
    let text = r#"# HELP x \\ "\nx 1
# TYPE x gauge
x{a="\\ \"\nx 1"} 0
"#;
    check(&registry, Format::TEXT, text);
    let open = r#"# HELP x \\ \"\nx 1
# TYPE x gauge
x{a="\\ \"\nx 1"} 0.0
# EOF
"#;
    check(&registry, Format::OPEN_METRICS, open);
}

/// `client_rust#51`: `reqs_total` was written as `reqs_total_total`; a counter without the suffix is not renamed either.
#[test]
fn b10_names_of_counters_are_what_they_were_called() {
    let with = registry(Counter::new("reqs_total", "").unwrap());
    let text = "# HELP reqs_total \n# TYPE reqs_total counter\nreqs_total 0\n";
    check(&with, Format::TEXT, text);
    let open = "# HELP reqs \n# TYPE reqs counter\nreqs_total 0.0\n# EOF\n";
    check(&with, Format::OPEN_METRICS, open);

    let without = registry(Counter::new("reqs", "").unwrap());
    let text = "# HELP reqs \n# TYPE reqs counter\nreqs 0\n";
    check(&without, Format::TEXT, text);
    let open = "# HELP reqs \n# TYPE reqs unknown\nreqs 0.0\n# EOF\n";
    check(&without, Format::OPEN_METRICS, open);

    // A doubled suffix is the choice of the program.
    let twice = registry(Counter::new("x_total_total", "").unwrap());
    let open = "# HELP x_total \n# TYPE x_total counter\nx_total_total 0.0\n# EOF\n";
    check(&twice, Format::OPEN_METRICS, open);
}

/// `client_rust` sends the largest float as the bound of the last bucket in protobuf, which servers take for a separate bucket.
#[test]
fn b12_the_last_bucket_has_no_bound_but_infinity() {
    let opts = HistogramOpts::new("h", "").buckets([1.0]).clock(clock());
    let histogram = Histogram::with_opts(opts).unwrap();
    let registry = registry(histogram.clone());
    histogram.observe(2.0);
    let text = "# HELP h \n# TYPE h histogram\nh_bucket{le=\"1\"} 0\nh_bucket{le=\"+Inf\"} 1\nh_sum 2\nh_count 1\n";
    check(&registry, Format::TEXT, text);
    let compact = |more: &str| {
        format!(
            "name:\"h\" help:\"\" type:HISTOGRAM metric:{{histogram:{{sample_count:1 sample_sum:2 \
             bucket:{{cumulative_count:0 upper_bound:1}}{more} \
             created_timestamp:{{seconds:1 nanos:500000000}}}}}}\n"
        )
    };
    // The bucket is left out if it adds nothing.
    check(&registry, Format::PROTOBUF_COMPACT_TEXT, &compact(""));
    histogram.observe_with_exemplar(2.0, [("id", "7")]);
    let compact = compact(
        " bucket:{cumulative_count:2 upper_bound:inf exemplar:{label:{name:\"id\" value:\"7\"} \
         value:2 timestamp:{seconds:1 nanos:500000000}}}",
    );
    let compact = compact.replace("sample_count:1 sample_sum:2", "sample_count:2 sample_sum:4");
    check(&registry, Format::PROTOBUF_COMPACT_TEXT, &compact);
    let protobuf = encode(&registry, Format::PROTOBUF, false);
    let has = |bound: f64| protobuf.windows(8).any(|it| it == bound.to_le_bytes());
    assert!(has(f64::INFINITY) && !has(f64::MAX));
}

/// `client_golang#1091` and `client_rust#276`: the limit of exemplars is 128 characters, not bytes, and servers need their timestamps.
#[test]
fn b22_exemplars_have_a_time_and_all_of_their_characters() {
    let opts = HistogramOpts::new("h", "").buckets([1.0]).clock(clock());
    let vec = HistogramVec::with_opts(opts, ["a"]).unwrap();
    let registry = registry(vec.clone());
    let longest = "ü".repeat(126);
    vec.with(["x"])
        .observe_with_exemplar(0.5, [("id", longest.as_str())]);
    let text = encode(&registry, Format::OPEN_METRICS, false);
    let line = format!("h_bucket{{a=\"x\",le=\"1.0\"}} 1 # {{id=\"{longest}\"}} 0.5 1.5\n");
    assert!(String::from_utf8(text).unwrap().contains(&line));
    let too_long = [("id", format!("{longest}ü"))];
    let refused = vec.with(["x"]).try_observe_with_exemplar(0.5, too_long);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "exemplar labels have 129 characters, more than 128"
    );
}
