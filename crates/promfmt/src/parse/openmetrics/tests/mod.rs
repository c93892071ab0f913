//! Valid texts, and errors of invalid ones.

mod limits; // Inputs that exceed limits.
mod rules; // Lines that contradict each other.
mod syntax; // Invalid lines.

use std::io::BufReader;

use promcore::{MetricType, MetricValue};

use super::*;
use crate::{Encoder, Escaping, Format};

/// Parses a text in pieces of several sizes, which must make no difference, and encodes it in text format, which shows most of it.
fn parse(text: &str) -> Result<String, String> {
    let outcomes = [1, 7, 1_000].map(|piece| {
        let input = BufReader::with_capacity(piece, text.as_bytes());
        let families: Result<Vec<_>, _> = OpenMetricsParser::new(input).collect();
        let mut encoder = Encoder::new(Vec::new(), Format::TEXT.escaping(Escaping::AllowUtf8));
        for family in families.map_err(|error| error.to_string())? {
            let _ = family.write(&mut encoder);
        }
        Ok(String::from_utf8(encoder.finish().unwrap()).unwrap())
    });
    assert!(outcomes.iter().all(|it| *it == outcomes[0]), "{text}");
    outcomes[0].clone()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(parse(text).as_deref(), Ok(expected), "{text}");
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    let expected = format!("cannot parse metrics at {expected}");
    assert_eq!(parse(text), Err(expected), "{text}");
}

#[test]
fn all_types_are_read() {
    check("# EOF", "");
    check(
        "a{b=\"\0\"} 1 -1.5\n# EOF\n",
        "# HELP a \n# TYPE a untyped\na{b=\"\0\"} 1 -1500\n",
    );
    check("a NaN\n# EOF\n", "# HELP a \n# TYPE a untyped\na NaN\n");
    check(
        "# HELP a_s x\\n\\\\\\\"\\y\n# UNIT a_s s\n# TYPE a_s counter\na_s_total{b=\"\"} 1 1.5\na_s_created{b=\"\"} 0.5 1.5\n# EOF\n",
        "# HELP a_s_total x\\n\\\\\"\\\\y\n# TYPE a_s_total counter\na_s_total{b=\"\"} 1 1500\n",
    );
    check(
        "# TYPE a gauge\na -1\na{b=\"c\\d\\n\"} +Inf\n# EOF\n",
        "# HELP a \n# TYPE a gauge\na -1\na{b=\"c\\\\d\\n\"} +Inf\n",
    );
    check(
        "# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 3.0\na_sum 4\na_count 3\na_created 1\n# EOF\n",
        "# HELP a \n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 3\na_sum 4\na_count 3\n",
    );
    check(
        "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_gsum -4\na_gcount 1\na_created 1\n# EOF\n",
        "# HELP a \n# TYPE a histogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum -4\na_count 1\n",
    );
    check(
        "# TYPE a summary\na_count{b=\"c\"} 1\na{quantile=\"0.5\",b=\"c\"} NaN\na_sum{b=\"c\"} 2\n# EOF\n",
        "# HELP a \n# TYPE a summary\na{b=\"c\",quantile=\"0.5\"} NaN\na_sum{b=\"c\"} 2\na_count{b=\"c\"} 1\n",
    );
    check(
        "# TYPE a info\na_info{b=\"c\"} 1\na_info{b=\"d\"} 1\n# TYPE s stateset\ns{s=\"on\"} 1\ns{s=\"off\"} 0\n# EOF\n",
        "# HELP a_info \n# TYPE a_info gauge\na_info{b=\"c\"} 1\na_info{b=\"d\"} 1\n# HELP s \n# TYPE s gauge\ns{s=\"on\"} 1\ns{s=\"off\"} 0\n",
    );
    check(
        "# TYPE \"a.b\" counter\n{\"a.b_total\",\"c d\"=\"e\"} 1\n{f=\"g\",\"a.b_total\"} 2\n# EOF\n",
        "# HELP \"a.b_total\" \n# TYPE \"a.b_total\" counter\n{\"a.b_total\",\"c d\"=\"e\"} 1\n{\"a.b_total\",f=\"g\"} 2\n",
    );
}

/// The specification forbids these, although its own tests accept some of them.
#[test]
fn harmless_mistakes_are_accepted() {
    check(
        "# HELP _a \"\r\\x\n_a{_b=\"\\x\"} 1\n# EOF\n",
        "# HELP _a \"\r\\\\x\n# TYPE _a untyped\n_a{_b=\"\\\\x\"} 1\n",
    );
}

#[test]
fn several_moments_are_several_metrics() {
    check(
        "# TYPE a gauge\na 1 0\na 2 0\na 3 0.001\na 4 1e3\n# EOF\n",
        "# HELP a \n# TYPE a gauge\na 1 0\na 3 1\na 4 1000000\n",
    );
    check(
        "a 1 12345678901234567890.1234567890\n# EOF\n",
        "# HELP a \n# TYPE a untyped\na 1 9223372036854775807\n",
    );
}

#[test]
fn exemplars_and_times_of_creation_are_kept() {
    let text = "# TYPE a counter\n# UNIT a \na_total 1 # {b=\" # \"} 0.5 1.25\na_created 1700000000.123\n\
                # TYPE h histogram\nh_bucket{le=\"1\"} 1 # {} 0.5\nh_bucket{le=\"+Inf\"} 2 # {c=\"d\"} 7\n# EOF\n";
    let families = parse_openmetrics(text).unwrap();
    let MetricValue::Counter(counter) = &families[0].metrics[0].value else {
        panic!("a counter was parsed");
    };
    let exemplar = counter.exemplar.as_ref().unwrap();
    assert_eq!(exemplar.labels[0].value, " # ");
    assert_eq!(exemplar.timestamp.unwrap().unix_millis(), 1_250);
    assert_eq!(counter.created.unwrap().unix_seconds(), 1_700_000_000.123);
    let MetricValue::Histogram(histogram) = &families[1].metrics[0].value else {
        panic!("a histogram was parsed");
    };
    assert_eq!(histogram.count, 2);
    let values = histogram.buckets.iter();
    let values = values.map(|bucket| bucket.exemplar.as_ref().unwrap().value);
    assert_eq!(values.collect::<Vec<_>>(), [0.5, 7.0]);
}

#[test]
fn counts_are_exact() {
    let text = "# TYPE a summary\na_sum 1\na_count 18446744073709551615\n# EOF\n";
    let families = parse_openmetrics(text).unwrap();
    let MetricValue::Summary(summary) = &families[0].metrics[0].value else {
        panic!("a summary was parsed");
    };
    assert_eq!(summary.count, u64::MAX);
}

#[test]
fn a_family_comes_before_what_is_wrong_with_the_next() {
    let mut parser = OpenMetricsParser::new(&b"# TYPE a gauge\na 1\n# TYPE b what\n# EOF\n"[..]);
    let family = parser.next().unwrap().unwrap();
    assert_eq!((&*family.name, family.kind), ("a", MetricType::Gauge));
    assert!(parser.next().unwrap().is_err());
    assert!(parser.next().is_none());
}
