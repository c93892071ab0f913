use promcore::{LabelPair, Metric, MetricFamily, MetricType, MetricValue};

use crate::lint;

const TYPES: [MetricType; 6] = [
    MetricType::Counter,
    MetricType::Gauge,
    MetricType::GaugeHistogram,
    MetricType::Histogram,
    MetricType::Summary,
    MetricType::Untyped,
];

/// Lints a family with one metric for each list of labels.
fn texts(kind: MetricType, name: &str, metrics: &[&[(&str, &str)]]) -> Vec<String> {
    let mut family = MetricFamily::new(name, "What it is about.", kind);
    for labels in metrics {
        let labels = labels
            .iter()
            .map(|&(name, value)| LabelPair::new(name, value));
        // The value does not matter.
        let metric = Metric::new(labels.collect(), MetricValue::Untyped(1.0));
        family.metrics.push(metric);
    }
    let problems = lint(&[family]).into_iter();
    problems.map(|problem| problem.text).collect()
}

#[track_caller]
fn check(kind: MetricType, name: &str, problems: &[&str]) {
    assert_eq!(texts(kind, name, &[&[]]), problems, "{kind:?} {name}");
}

#[track_caller]
fn check_labels(kind: MetricType, metrics: &[&[(&str, &str)]], problems: &[&str]) {
    assert_eq!(
        texts(kind, "m_total", metrics),
        problems,
        "{kind:?} {metrics:?}"
    );
}

#[track_caller]
fn check_unit(name: &str, base: Option<&str>) {
    let unit = name.trim_start_matches("m_").trim_end_matches("_total");
    let problem = base.map(|base| format!("use base unit {base:?} instead of {unit:?}"));
    assert_eq!(
        texts(MetricType::Untyped, name, &[]),
        Vec::from_iter(problem),
        "{name}"
    );
}

#[test]
fn a_metric_needs_help() {
    let family = MetricFamily::new("m", "", MetricType::Gauge);
    let problems = lint(&[family]);
    assert_eq!(problems[0].to_string(), "m no help text");
    check(MetricType::Gauge, "m", &[]);
}

#[test]
fn b10_counters_and_only_they_are_totals() {
    check(MetricType::Counter, "m_total", &[]);
    check(
        MetricType::Counter,
        "m",
        &["counter metrics should have \"_total\" suffix"],
    );
    check(
        MetricType::Counter,
        "total",
        &["counter metrics should have \"_total\" suffix"],
    );
    for kind in [
        MetricType::Gauge,
        MetricType::Histogram,
        MetricType::Summary,
    ] {
        check(
            kind,
            "m_total",
            &["non-counter metrics should not have \"_total\" suffix"],
        );
        check(kind, "m_totals", &[]);
    }
    check(MetricType::Untyped, "m_total", &[]);
    check(MetricType::Untyped, "m", &[]);
}

#[test]
fn parts_of_histograms_and_summaries_are_theirs() {
    let bucket = "non-histogram metrics should not have \"_bucket\" suffix";
    let count = "non-histogram and non-summary metrics should not have \"_count\" suffix";
    let sum = "non-histogram and non-summary metrics should not have \"_sum\" suffix";
    check(MetricType::Gauge, "m_bucket", &[bucket]);
    check(MetricType::Gauge, "m_count", &[count]);
    check(MetricType::Gauge, "m_sum", &[sum]);
    check(MetricType::Summary, "m_bucket", &[bucket]);
    check(MetricType::Summary, "m_count", &[]);
    check(MetricType::Summary, "m_sum", &[]);
    for name in ["m_bucket", "m_count", "m_sum"] {
        check(MetricType::Histogram, name, &[]);
        check(MetricType::Untyped, name, &[]);
    }
}

#[test]
fn labels_of_histograms_and_summaries_are_theirs() {
    let le = "non-histogram metrics should not have \"le\" label";
    let quantile = "non-summary metrics should not have \"quantile\" label";
    let both: &[&[_]] = &[&[("le", "1"), ("quantile", "1")]];
    check_labels(MetricType::Counter, both, &[le, quantile]);
    check_labels(MetricType::Untyped, both, &[]);
    let total = "non-counter metrics should not have \"_total\" suffix";
    check_labels(MetricType::Histogram, both, &[total, quantile]);
    check_labels(MetricType::Summary, both, &[total, le]);
    // Once for each metric.
    let two: &[&[_]] = &[&[("le", "1")], &[("le", "2")]];
    check_labels(MetricType::Counter, two, &[le, le]);
}

#[test]
fn the_type_is_no_part_of_the_name() {
    for kind in TYPES {
        let name = match kind {
            MetricType::GaugeHistogram => "gauge_histogram",
            kind => kind.as_str(),
        };
        let problem = format!("metric name should not include type '{name}'");
        let problems: &[&str] = match kind {
            MetricType::Untyped => &[],
            _ => &[&problem],
        };
        let total = match kind {
            MetricType::Counter => "_total",
            _ => "",
        };
        check(kind, &format!("m_{name}_n{total}"), problems);
        check(
            kind,
            &format!("m_{}_n{total}", name.to_uppercase()),
            problems,
        );
        check(kind, &format!("{name}_n{total}"), &[]);
        check(kind, &format!("m_{name}s{total}"), &[]);
    }
    check(
        MetricType::Gauge,
        "m_gauge",
        &["metric name should not include type 'gauge'"],
    );
    check(MetricType::Gauge, "m_counter", &[]);
}

#[test]
fn colons_are_for_recording_rules() {
    for kind in [MetricType::Gauge, MetricType::Untyped] {
        check(kind, "job:m", &["metric names should not contain ':'"]);
    }
}

#[test]
fn names_are_in_snake_case() {
    let metric = "metric names should be written in 'snake_case' not 'camelCase'";
    check(MetricType::Gauge, "jobTime", &[metric]);
    check(MetricType::Untyped, "jobTime", &[metric]);
    check(MetricType::Gauge, "JOB_TIME", &[]);
    check(MetricType::Gauge, "Job_Time", &[]);
    check(MetricType::Gauge, "job2Time", &[]);
    check(MetricType::Gauge, "größeÄ", &[]);
    let label = "label names should be written in 'snake_case' not 'camelCase'";
    let metrics: &[&[_]] = &[&[("aB", "1"), ("cD", "1")], &[("a", "bC")]];
    check_labels(MetricType::Untyped, metrics, &[label, label]);
}

#[test]
fn units_are_written_in_full() {
    let problem = "metric names should not contain abbreviated units";
    for unit in [
        "s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d",
    ] {
        check(MetricType::Untyped, &format!("m_{unit}"), &[problem]);
        check(MetricType::Untyped, &format!("m_{unit}_total"), &[problem]);
        check(
            MetricType::Untyped,
            &format!("m_{}", unit.to_uppercase()),
            &[problem],
        );
        check(MetricType::Untyped, &format!("{unit}_n"), &[]);
        check(MetricType::Untyped, &format!("m_{unit}_{unit}"), &[problem]);
    }
    check(MetricType::Untyped, "m_kb_ms", &[problem, problem]);
    check(MetricType::Untyped, "m_min", &[]);
}

#[test]
fn base_units_are_fine() {
    for unit in [
        "amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds",
        "volts",
    ] {
        check_unit(&format!("m_{unit}"), None);
        check_unit(&format!("m_{unit}_total"), None);
    }
    for name in [
        "m",
        "m_ratio",
        "m_Minutes",
        "m_yottabytes",
        "m_megahertz",
        "m_bytes_minutes",
    ] {
        check_unit(name, None);
    }
}

#[test]
fn other_units_have_a_base() {
    for (unit, base) in [
        ("minutes", "seconds"),
        ("hours", "seconds"),
        ("days", "seconds"),
        ("weeks", "seconds"),
        ("kelvins", "kelvin"),
        ("fahrenheit", "celsius"),
        ("rankine", "celsius"),
        ("inches", "meters"),
        ("yards", "meters"),
        ("miles", "meters"),
        ("bits", "bytes"),
        ("calories", "joules"),
        ("pounds", "grams"),
        ("ounces", "grams"),
    ] {
        check_unit(&format!("m_{unit}"), Some(base));
        check_unit(&format!("m_kilo{unit}_total"), Some(base));
        check_unit(unit, Some(base));
    }
}

#[test]
fn prefixes_make_units_of_units() {
    for prefix in [
        "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "mega", "giga",
        "tera", "peta", "exa", "kibi", "mebi", "gibi", "tebi", "pebi", "exbi",
    ] {
        check_unit(&format!("m_{prefix}bytes"), Some("bytes"));
        check_unit(&format!("m_{prefix}metres"), Some("metres"));
        check_unit(&format!("m_{prefix}"), None);
        check_unit(&format!("m_{prefix}_bytes"), None);
    }
}

#[test]
fn b8_the_order_of_labels_makes_no_metric() {
    let metrics: &[&[_]] = &[
        &[("a", "1"), ("b", "2")],
        &[("b", "2"), ("a", "1")],
        &[("a", "2"), ("b", "1")],
        &[("a", "1"), ("b", "2")],
    ];
    check_labels(MetricType::Untyped, metrics, &["metric not unique"; 2]);
    check_labels(MetricType::Untyped, &[&[], &[("a", "")]], &[]);
    check_labels(MetricType::Untyped, &[&[], &[]], &["metric not unique"]);
}
