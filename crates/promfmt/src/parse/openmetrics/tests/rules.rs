use super::{check_error, parse};

#[test]
fn well_written_lines_fit_together() {
    for (text, expected) in RULES {
        check_error(&format!("{text}\n# EOF\n"), expected);
    }
}

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
        "# TYPE a gauge\na{b=\"2\"} 1\na{b=\"1\"} 1\na{b=\"3\"} 1\na{b=\"1\"} 1",
        "line 5, column 1: the samples of a metric stand together",
    ),
    (
        "# TYPE a gauge\na{b=\"1\",c=\"\"} 1\na{b=\"2\",c=\"\"} 1\na{c=\"\",b=\"1\"} 1",
        "line 4, column 1: the samples of a metric stand together",
    ),
    (
        "# TYPE a gauge\na{c=\"\",b=\"2\"} 1\na{d=\"\"} 1\na{b=\"2\",c=\"\"} 1",
        "line 4, column 1: the samples of a metric stand together",
    ),
    (
        "# TYPE a gauge\na{b=\"1\",c=\"\"} 1\na{c=\"\",b=\"1\"} 1",
        "line 3, column 15: found 1, but the sample occurs twice",
    ),
    (
        "# TYPE a gauge\na{b=\"1\"} 1 1\na{b=\"2\"} 1 1\na{b=\"1\"} 1 2",
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
        "# TYPE a summary\na_sum{quantile=\"0.5\"} 0",
        "line 2, column 1: the label quantile is for buckets and quantiles",
    ),
    (
        "# TYPE a summary\na{quantile=\"0\"} 0\na{quantile=\"-0\"} 0",
        "line 3, column 18: found 0, but the sample occurs twice",
    ),
    (
        "# TYPE a summary\na_count NaN",
        "line 2, column 9: found NaN, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a summary\na_count 0 1\na_count 0 2\na_sum 0 1\na_sum 0 2",
        "line 4, column 1: timestamp 1 comes after 2",
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
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} -1",
        "line 2, column 21: found -1, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 0\na_count{le=\"+Inf\"} 0",
        "line 3, column 1: the label le is for buckets and quantiles",
    ),
    (
        "# TYPE a histogram\na_bucket{le=\"1\"} 1 # {} 1\na_bucket{le=\"2\"} 1 # {} 2.5",
        "line 3, column 18: found 1, but the exemplar is beyond the bucket",
    ),
    (
        "# TYPE a histogram\na_sum NaN",
        "line 2, column 7: found NaN, but counts, sums and quantiles are numbers and not negative",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gsum -1\na_gcount 1",
        "line 5, column 1: in the metric a{} above: without negative buckets the sum is not negative",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"1\"} 1\na_gsum 1\na_gcount 1",
        "line 5, column 1: in the metric a{} above: a histogram has a bucket +Inf",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gcount 1",
        "line 4, column 1: in the metric a{} above: a histogram has both a count and a sum, or none of them",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1.5",
        "line 2, column 21: found 1.5, but a bucket counts in whole numbers",
    ),
    (
        "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gsum NaN",
        "line 3, column 8: found NaN, but counts, sums and quantiles are numbers and not negative",
    ),
];
