use std::io::BufReader;

use promcore::{MetricType, MetricValue};

use super::*;
use crate::{Encoder, Escaping, Format};

/// Reads a text in pieces of several sizes, which must make no difference, and writes it in the other format, which shows most of it.
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
        "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_gsum -4\na_gcount 1\n# EOF\n",
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
fn a_family_comes_before_what_is_wrong_with_the_next() {
    let mut parser = OpenMetricsParser::new(&b"# TYPE a gauge\na 1\n# TYPE b what\n# EOF\n"[..]);
    let family = parser.next().unwrap().unwrap();
    assert_eq!((&*family.name, family.kind), ("a", MetricType::Gauge));
    assert!(parser.next().unwrap().is_err());
    assert!(parser.next().is_none());
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    for (text, expected) in SYNTAX.iter().chain(RULES) {
        check_error(&format!("{text}\n# EOF\n"), expected);
    }
    for (text, expected) in [
        ("", "line 1, column 1: there is no # EOF at the end"),
        ("a 1", "line 1, column 4: unexpected end of input stream"),
        (
            "a 1\n# EOF\n\n",
            "line 3, column 1: there is something behind # EOF",
        ),
        ("a 1\n# EOF \n", "line 2, column 3: \"EOF\" is no keyword"),
    ] {
        check_error(text, expected);
    }
}

/// Lines that no type allows.
const SYNTAX: &[(&str, &str)] = &[
    ("a 1\n", "line 2, column 1: the line is empty"),
    (" a 1", "line 1, column 1: metric name \"\" is not valid"),
    ("a", "line 1, column 2: expected ' ', found '\\n'"),
    ("a ", "line 1, column 3: expected a number, found \"\""),
    ("a  1", "line 1, column 3: expected a number, found \"\""),
    ("a\t1", "line 1, column 2: expected ' ', found '\\t'"),
    ("a 1 ", "line 1, column 5: expected a timestamp, found \"\""),
    ("a 1\t", "line 1, column 4: expected ' ', found '\\t'"),
    ("a 1 2 ", "line 1, column 7: expected '#', found '\\n'"),
    ("a x", "line 1, column 3: expected a number, found \"x\""),
    (
        "a 0x1p-3",
        "line 1, column 3: expected a number, found \"0x1p-3\"",
    ),
    (
        "a 1_2",
        "line 1, column 3: expected a number, found \"1_2\"",
    ),
    (
        "a 1e400",
        "line 1, column 3: expected a number, found \"1e400\"",
    ),
    (
        "a 1 z",
        "line 1, column 5: expected a timestamp, found \"z\"",
    ),
    (
        "a 1 NaN",
        "line 1, column 5: expected a timestamp, found \"NaN\"",
    ),
    (
        "a 1 Inf",
        "line 1, column 5: expected a timestamp, found \"Inf\"",
    ),
    (
        "a 1 1.1.1",
        "line 1, column 5: expected a timestamp, found \"1.1.1\"",
    ),
    ("0a 1", "line 1, column 1: metric name \"\" is not valid"),
    ("a.b 1", "line 1, column 2: expected ' ', found '.'"),
    ("a-b 1", "line 1, column 2: expected ' ', found '-'"),
    ("\"a\" 1", "line 1, column 1: metric name \"\" is not valid"),
    ("{} 1", "line 1, column 1: metric name \"\" is not valid"),
    (
        "{a=\"1\"} 1",
        "line 1, column 1: metric name \"\" is not valid",
    ),
    (
        "{\"a\",\"b\"} 1",
        "line 1, column 6: \"b\" is a second name of the metric",
    ),
    (
        "a{\"b\"} 1",
        "line 1, column 3: \"b\" is a second name of the metric",
    ),
    (
        "{\"\"} 1",
        "line 1, column 1: metric name \"\" is not valid",
    ),
    ("a{a} 1", "line 1, column 4: expected '=', found '}'"),
    ("a{a=1} 1", "line 1, column 5: expected '\"', found '1'"),
    ("a{a='1'} 1", "line 1, column 5: expected '\"', found '\\''"),
    (
        "a{a=\"1} 1",
        "line 1, column 5: label value \"1} 1\" contains unescaped new-line",
    ),
    ("a{a=\"1\"}1", "line 1, column 9: expected ' ', found '1'"),
    (
        "a{a=\"1\"b=\"2\"} 1",
        "line 1, column 8: expected ',' or '}' after a label",
    ),
    (
        "a{a=\"1\",} 1",
        "line 1, column 9: label name \"\" is not valid",
    ),
    ("a{,} 1", "line 1, column 3: label name \"\" is not valid"),
    (
        "a{a=\"1\", b=\"2\"} 1",
        "line 1, column 9: label name \"\" is not valid",
    ),
    (
        "a{ a=\"1\"} 1",
        "line 1, column 3: label name \"\" is not valid",
    ),
    (
        "a{1=\"1\"} 1",
        "line 1, column 3: label name \"\" is not valid",
    ),
    (
        "a{a=\"1\",a=\"1\"} 1",
        "line 1, column 9: label name \"a\" occurs twice",
    ),
    (
        "a{__name__=\"b\"} 1",
        "line 1, column 3: label name \"__name__\" is not valid",
    ),
    ("#", "line 1, column 2: expected ' ', found '\\n'"),
    ("# ", "line 1, column 3: \"\" is no keyword"),
    ("# HELP", "line 1, column 7: expected ' ', found '\\n'"),
    ("# HELP ", "line 1, column 8: metric name \"\" is not valid"),
    ("# HELP a", "line 1, column 9: expected ' ', found '\\n'"),
    ("# HELP a\tx", "line 1, column 9: expected ' ', found '\\t'"),
    ("#HELP a x", "line 1, column 2: expected ' ', found 'H'"),
    ("# FOO a x", "line 1, column 3: \"FOO\" is no keyword"),
    ("# TYPE a", "line 1, column 9: expected ' ', found '\\n'"),
    (
        "# TYPE a meh",
        "line 1, column 10: type \"meh\" is not valid",
    ),
    (
        "# TYPE a gauge ",
        "line 1, column 10: type \"gauge \" is not valid",
    ),
    (
        "# TYPE a untyped",
        "line 1, column 10: type \"untyped\" is not valid",
    ),
    (
        "# TYPE a Gauge",
        "line 1, column 10: type \"Gauge\" is not valid",
    ),
    ("# UNIT a", "line 1, column 9: expected ' ', found '\\n'"),
    (
        "# TYPE a-b gauge",
        "line 1, column 9: expected ' ', found '-'",
    ),
    (
        "# TYPE a counter\na_total 1 #",
        "line 2, column 12: expected ' ', found '\\n'",
    ),
    (
        "# TYPE a counter\na_total 1 #{} 1",
        "line 2, column 12: expected ' ', found '{'",
    ),
    (
        "# TYPE a counter\na_total 1 # {}1",
        "line 2, column 15: expected ' ', found '1'",
    ),
    (
        "# TYPE a counter\na_total 1 # {} 1 ",
        "line 2, column 18: expected a timestamp, found \"\"",
    ),
    (
        "# TYPE a counter\na_total 1 # {} 1 2 ",
        "line 2, column 19: expected the end of the line, found ' '",
    ),
    (
        "# TYPE a counter\na_total 1 # {} x",
        "line 2, column 16: expected a number, found \"x\"",
    ),
    (
        "# TYPE a counter\na_total 1 # {} 1 Inf",
        "line 2, column 18: expected a timestamp, found \"Inf\"",
    ),
    (
        "# TYPE a counter\na_total 1 # {b=\"1\"} ",
        "line 2, column 21: expected a number, found \"\"",
    ),
    (
        "# TYPE a counter\na_total 1 # {\"b\"} 1",
        "line 2, column 14: \"b\" is a second name of the metric",
    ),
    (
        "# TYPE a counter\na_total 1 # {__b=\"\"} 1",
        "line 2, column 13: exemplar label name \"__b\" is not valid",
    ),
];

/// What is well written, and wrong all the same.
const RULES: &[(&str, &str)] = &[
    (
        "# HELP a x\n# HELP a x",
        "line 2, column 1: HELP comes twice",
    ),
    (
        "# TYPE a gauge\n# TYPE a gauge",
        "line 2, column 1: TYPE comes twice",
    ),
    (
        "# UNIT a_s s\n# UNIT a_s s",
        "line 2, column 1: UNIT comes twice",
    ),
    (
        "# HELP a x\na 1\n# TYPE a gauge",
        "line 3, column 1: TYPE comes after samples",
    ),
    (
        "# TYPE a_s gauge\na_s 1\n# UNIT a_s s",
        "line 3, column 1: UNIT comes after samples",
    ),
    (
        "# UNIT a seconds",
        "line 1, column 10: unit \"seconds\" is not valid",
    ),
    (
        "# UNIT seconds seconds",
        "line 1, column 16: unit \"seconds\" is not valid",
    ),
    (
        "# UNIT a_s s\n# TYPE a_s info",
        "line 2, column 12: infos and state sets have no unit",
    ),
    (
        "# TYPE a_s stateset\n# UNIT a_s s",
        "line 2, column 12: infos and state sets have no unit",
    ),
    ("a 1\nb 1\na 2", "line 4, column 1: the name \"a\" is taken"),
    (
        "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\na 2",
        "line 7, column 1: the name \"a\" is taken",
    ),
    (
        "# TYPE a_created gauge\n# TYPE a counter",
        "line 3, column 1: the name \"a_created\" is taken",
    ),
    (
        "# TYPE a counter\n# TYPE a_total gauge\na_total 1",
        "line 4, column 1: the name \"a_total\" is taken",
    ),
    (
        "# TYPE a summary\n# TYPE a_sum gauge",
        "line 3, column 1: the name \"a_sum\" is taken",
    ),
    (
        "# TYPE a gauge\na 1\na 1",
        "line 3, column 3: found 1, but the sample occurs twice",
    ),
    (
        "# TYPE a counter\na_total 1\na_total 1",
        "line 3, column 9: found 1, but the sample occurs twice",
    ),
    (
        "# TYPE a gauge\na{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"1\"} 1",
        "line 4, column 1: the samples of a metric stand together",
    ),
    (
        "# TYPE a info\na_info 1\na_info 1",
        "line 3, column 1: the sample occurs twice",
    ),
    (
        "# TYPE a stateset\na{a=\"x\"} 1\na{a=\"x\"} 1",
        "line 3, column 1: the sample occurs twice",
    ),
    (
        "# TYPE a stateset\na{b=\"1\",a=\"x\"} 1\na{b=\"2\",a=\"x\"} 1\na{b=\"1\",a=\"y\"} 1",
        "line 4, column 1: the samples of a metric stand together",
    ),
    (
        "# TYPE a gauge\na 0 1\na 0 0",
        "line 3, column 1: timestamp 0 comes after 1",
    ),
    (
        "# TYPE a gauge\na 0\na 0 0",
        "line 3, column 1: either all samples of a metric have timestamps or none",
    ),
    (
        "# TYPE a gauge\na 0 0\na 0",
        "line 3, column 1: either all samples of a metric have timestamps or none",
    ),
    (
        "# TYPE a counter\na 1",
        "line 3, column 1: the name \"a\" is taken",
    ),
    (
        "# TYPE a counter\na_total NaN",
        "line 2, column 9: found NaN, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a counter\na_total -1",
        "line 2, column 9: found -1, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a counter\na_created 1",
        "line 3, column 1: in the metric a{} above: a counter has a _total",
    ),
    (
        "# TYPE a counter\na_total 1\na_created -Inf",
        "line 3, column 11: found -inf, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a gauge\na 1 # {} 1",
        "line 2, column 3: only counters and buckets have exemplars",
    ),
    (
        "# TYPE a counter\na_total 1\na_created 1 # {} 1",
        "line 3, column 11: only counters and buckets have exemplars",
    ),
    (
        "# TYPE a histogram\na_sum 1 # {} 1",
        "line 2, column 7: only counters and buckets have exemplars",
    ),
    (
        "# TYPE a_bucket gauge\na_bucket 1 # {} 1",
        "line 2, column 10: only counters and buckets have exemplars",
    ),
    (
        "# TYPE a info\na_info 2",
        "line 2, column 8: found 2, but an info has the value 1",
    ),
    (
        "# TYPE a info\na 1\n# TYPE b gauge",
        "line 3, column 1: the name \"a\" is taken",
    ),
    (
        "# TYPE a stateset\na{a=\"x\"} 2",
        "line 2, column 10: found 2, but a state is 0 or 1",
    ),
    (
        "# TYPE a stateset\na 1",
        "line 2, column 1: a state has the label \"a\"",
    ),
    (
        "# TYPE a summary\na 0",
        "line 2, column 1: label quantile has the value \"\"",
    ),
    (
        "# TYPE a summary\na{quantile=\"1.01\"} 0",
        "line 2, column 1: label quantile has the value \"1.01\"",
    ),
    (
        "# TYPE a summary\na{quantile=\"x\"} 0",
        "line 2, column 1: label quantile has the value \"x\"",
    ),
    (
        "# TYPE a summary\na{quantile=\"NaN\"} 0",
        "line 2, column 1: label quantile has the value \"NaN\"",
    ),
    (
        "# TYPE a summary\na{quantile=\"0.5\"} -1",
        "line 2, column 19: found -1, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a summary\na_sum -1",
        "line 2, column 7: found -1, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a summary\na_count 0.5",
        "line 2, column 9: found 0.5, but a count is a whole number",
    ),
    (
        "# TYPE a summary\na{quantile=\"0.5\"} 1\na{quantile=\"0.5\"} 1",
        "line 3, column 19: found 1, but the sample occurs twice",
    ),
    (
        "# TYPE a histogram\na_bucket 0",
        "line 2, column 1: label le has the value \"\"",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"NaN\"} 0",
        "line 2, column 1: label le has the value \"NaN\"",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+INF\"} 0",
        "line 2, column 1: label le has the value \"+INF\"",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0.5",
        "line 2, column 21: found 0.5, but a bucket counts in whole numbers",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} NaN",
        "line 2, column 21: found NaN, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"2\"} 0\na_bucket{le=\"1\"} 0",
        "line 3, column 18: found 0, but buckets are in increasing order",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 0\na_bucket{le=\"1\"} 0",
        "line 3, column 18: found 0, but buckets are in increasing order",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"2\"} 0",
        "line 3, column 18: found 0, but a bucket counts no less than the one before",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 0",
        "line 3, column 1: in the metric a{} above: a histogram has a bucket +Inf",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count 1\na_sum 0",
        "line 5, column 1: in the metric a{} above: the count is that of the bucket +Inf",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_sum 0",
        "line 4, column 1: in the metric a{} above: a histogram has both a count and a sum, or none of them",
    ),
    (
        "# TYPE a histogram\na_bucket{b=\"c\",le=\"+Inf\"} 0\na_count{b=\"c\"} 0",
        "line 4, column 1: in the metric a{b=\"c\"} above: a histogram has both a count and a sum, or none of them",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 0\na_sum 0\na_count 0",
        "line 6, column 1: in the metric a{} above: a histogram with negative buckets has no sum",
    ),
    (
        "# TYPE a histogram\na_sum NaN",
        "line 2, column 7: found NaN, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gsum -1\na_gcount 1",
        "line 5, column 1: in the metric a{} above: without negative buckets the sum is not negative",
    ),
];

#[test]
fn exemplars_have_at_most_128_characters() {
    let text = |len| {
        let value = "\u{1f600}".repeat(len);
        format!("# TYPE a counter\na_total 1 # {{b=\"{value}\"}} 1\n# EOF\n")
    };
    assert!(parse(&text(127)).is_ok());
    check_error(
        &text(128),
        "line 2, column 13: exemplar labels have 129 characters, more than 128",
    );
}

#[test]
fn b23_a_parser_takes_no_more_than_it_is_allowed() {
    let limited = |text: &str, limits| {
        let parser = OpenMetricsParser::new(text.as_bytes()).limits(limits);
        let families: Result<Vec<_>, _> = parser.collect();
        families.map(|it| it.len()).map_err(|error| {
            assert!(matches!(error, Error::Limit { .. }), "{error}");
            error.to_string()
        })
    };
    let limits = Limits::default().labels(1).series(2);
    assert_eq!(limited("a{b=\"\"} 1\na 2\n# EOF", limits), Ok(1));
    for (text, error) in [
        (
            "a{b=\"\",c=\"\"} 1\n",
            "line 1, column 10: there are more than 1 labels",
        ),
        (
            "a 1\nb 2\n# TYPE c gauge\n",
            "line 3, column 1: there are more than 2 families",
        ),
        (
            "a 1\na{b=\"1\"} 1\na{b=\"2\"} 1\n",
            "line 3, column 1: there are more than 2 series",
        ),
        (
            "# TYPE a counter\na_total 1 # {b=\"\",c=\"\"} 1\n",
            "line 2, column 21: there are more than 1 labels",
        ),
    ] {
        assert_eq!(
            limited(text, limits),
            Err(format!("cannot parse metrics at {error}"))
        );
    }
}
