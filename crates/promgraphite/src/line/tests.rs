use promcore::{
    ConstMetric, CounterVec, Desc, DescOpts, FloatCounts, Gatherer, Gauge, GaugeVec, HistogramOpts,
    HistogramVec, Metric, MetricFamily, MetricType, MetricValue, Registry, Summary, SummaryOpts,
    collector_fn,
};

use super::*;

fn text(registry: &Registry, style: &Style) -> String {
    let now = Timestamp::from_unix_nanos(1_700_000_000_999_000_000);
    let mut sink = LineSink::new(Vec::new(), style, now);
    let _ = registry.scrape().write(&mut sink);
    String::from_utf8(sink.finish().unwrap()).unwrap()
}

#[track_caller]
fn check(registry: &Registry, prefix: &str, use_tags: bool, expected: &[&str]) {
    let style = Style {
        prefix: prefix.to_owned(),
        use_tags,
    };
    let text = text(registry, &style);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines, expected);
}

/// Checks the path of a gauge with one label.
#[track_caller]
fn check_label(name: &str, value: &str, as_path: &str, as_tag: &str) {
    let vec = promcore::DynGaugeVec::new("g", "Help.", [name.to_owned()]).unwrap();
    vec.try_with_label_values(&[value]).unwrap().set(1.0);
    let registry = Registry::new();
    registry.register(vec).unwrap();
    check(
        &registry,
        "",
        false,
        &[&format!("g.{as_path} 1 1700000000")],
    );
    check(&registry, "", true, &[&format!("g{as_tag} 1 1700000000")]);
}

fn registry(collector: impl promcore::Collector) -> Registry {
    let registry = Registry::new();
    registry.register(collector).unwrap();
    registry
}

#[test]
fn labels_are_parts_of_the_path_or_tags() {
    let vec = CounterVec::new("requests_total", "Requests.", ["code", "a"]).unwrap();
    vec.with(["200", "x y"]).add(1e6);
    let registry = registry(vec);
    let path = "shop.requests_total.a.x.y.code.200 1e+06 1700000000";
    check(&registry, "shop", false, &[path]);
    check(&registry, "", false, &[&path[5..]]);
    let tags = "shop.requests_total;a=x_y;code=200 1e+06 1700000000";
    check(&registry, "shop", true, &[tags]);
}

#[test]
fn histograms_have_a_line_for_each_bucket() {
    let opts = HistogramOpts::new("h", "Help.").buckets([0.5, 1.0]);
    let vec = HistogramVec::with_opts(opts, ["m"]).unwrap();
    vec.with(["GET"]).observe(0.7);
    let expected = [
        "h_bucket;le=0.5;m=GET 0 1700000000",
        "h_bucket;le=1;m=GET 1 1700000000",
        "h_sum;m=GET 0.7 1700000000",
        "h_count;m=GET 1 1700000000",
        "h_bucket;le=+Inf;m=GET 1 1700000000",
    ];
    check(&registry(vec), "", true, &expected);
}

#[test]
fn summaries_have_a_line_for_each_quantile() {
    let opts = SummaryOpts::new("s", "Help.").objectives([(0.5, 0.05)]);
    let summary = Summary::with_opts(opts).unwrap();
    summary.observe(3.0);
    let expected = [
        "s.quantile.0_5 3 1700000000",
        "s_sum 3 1700000000",
        "s_count 1 1700000000",
    ];
    check(&registry(summary), "", false, &expected);
}

#[test]
fn paths_are_made_of_what_graphite_knows() {
    check_label("l.x", "1", "l_x.1", ";l.x=1");
    check_label("é", "a__b", "_.a_b", ";é=a__b");
    check_label("a", "b c", "a.b.c", ";a=b_c");
    check_label("a", "_!", "a._", ";a=_!");
    check_label("a", "x:y-z", "a.x:y-z", ";a=x:y-z");
    check_label("a", "", "a.", "");
}

#[test]
fn nothing_in_a_tag_is_mistaken_for_something_else() {
    check_label("a", "x;b=y", "a.x_b_y", ";a=x_b=y");
    check_label("a", "x\n1 2 3", "a.x_1.2.3", ";a=x_1_2_3");
    check_label("a", "x\u{a0}\u{7}y", "a.x_y", ";a=x__y");
    check_label("a!^=b", "~x~", "a_b._x_", ";a___b=_x~");
}

#[test]
fn labels_are_sorted_as_go_joins_them() {
    let vec = GaugeVec::new("g", "Help.", ["a", "a-b", "a.b"]).unwrap();
    vec.with(["1", "2", "3"]).set(0.0);
    let registry = registry(vec);
    check(&registry, "", false, &["g.a.1.a-b.2.a_b.3 0 1700000000"]);
    check(&registry, "", true, &["g;a-b=2;a.b=3;a=1 0 1700000000"]);
}

#[test]
fn numbers_are_as_go_prints_them() {
    for (value, expected) in [
        (-0.0, "-0"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-Inf"),
        (1e-7, "1e-07"),
        (1e21, "1e+21"),
    ] {
        let gauge = Gauge::new("g", "Help.").unwrap();
        gauge.set(value);
        let line = format!("g {expected} 1700000000");
        check(&registry(gauge), "", false, &[&line]);
    }
}

#[test]
fn a_time_of_its_own_is_cut_to_seconds() {
    for (ms, expected) in [(1_600_000_000_999, "g 1 1600000000"), (-1500, "g 1 -1")] {
        let desc = Desc::new(DescOpts::new("g", "Help.")).unwrap();
        let collector = collector_fn(vec![desc.clone()], move |sink| {
            let metric = ConstMetric::gauge(&desc, 1.0, &[]).unwrap();
            sink(metric.timestamp_ms(ms));
        });
        check(&registry(collector), "", false, &[expected]);
    }
}

#[test]
fn a_write_that_fails_ends_it() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("full"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let vec = GaugeVec::new("g", "Help.", ["a"]).unwrap();
    vec.with([&"x".repeat(CHUNK)]).set(1.0);
    let style = Style {
        prefix: String::new(),
        use_tags: false,
    };
    let mut sink = LineSink::new(Full, &style, Timestamp::from_unix_nanos(0));
    assert!(registry(vec).scrape().write(&mut sink).is_break());
    let error = sink.finish().err().map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some("full"));
}

#[test]
fn gauge_histograms_and_fractions_are_sent() {
    let mut histogram = HistogramValue::new(2, 1.0).buckets([(0.5, 1)]);
    let mut counts = FloatCounts::of(&histogram);
    (counts.count, counts.buckets[0]) = (2.5, 1.5);
    histogram.float = Some(Box::new(counts));
    for (kind, value) in [
        (
            MetricType::Histogram,
            MetricValue::Histogram(histogram.clone()),
        ),
        (
            MetricType::GaugeHistogram,
            MetricValue::GaugeHistogram(histogram),
        ),
    ] {
        let mut family = MetricFamily::new("h", "Help.", kind);
        family.metrics.push(Metric::new(Vec::new(), value));
        let style = Style {
            prefix: String::new(),
            use_tags: false,
        };
        let mut sink = LineSink::new(Vec::new(), &style, Timestamp::from_unix_nanos(0));
        let _ = family.write(&mut sink);
        let text = String::from_utf8(sink.finish().unwrap()).unwrap();
        let lines = [
            "h_bucket.le.0_5 1.5 0",
            "h_sum 1 0",
            "h_count 2.5 0",
            "h_bucket.le._Inf 2.5 0",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), lines, "{kind:?}");
    }
}
