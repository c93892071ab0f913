use std::io::BufReader;

use promcore::{MetricFamily, MetricType, MetricValue};

use super::*;
use crate::{Encoder, Escaping, Format};

/// Encodes families, to show what was parsed.
fn encode(families: &[MetricFamily]) -> String {
    let mut encoder = Encoder::new(Vec::new(), Format::TEXT.escaping(Escaping::AllowUtf8));
    for family in families {
        let _ = family.write(&mut encoder);
    }
    String::from_utf8(encoder.finish().unwrap()).unwrap()
}

/// Parses a text in pieces of several sizes, which must make no difference.
fn parse(text: &str) -> (String, Option<String>) {
    let mut outcomes = [1, 7, 1_000].map(|piece| {
        let input = BufReader::with_capacity(piece, text.as_bytes());
        let (mut families, mut error) = (Vec::new(), None);
        for family in TextParser::new(input) {
            match family {
                Ok(family) => families.push(family),
                Err(found) => error = Some(found.to_string()),
            }
        }
        (encode(&families), error)
    });
    assert_eq!(outcomes[0], outcomes[1], "{text}");
    assert_eq!(outcomes[0], outcomes[2], "{text}");
    std::mem::take(&mut outcomes[0])
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(parse(text), (expected.to_owned(), None));
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    let (_, error) = parse(text);
    assert_eq!(
        error.as_deref(),
        Some(&*format!("cannot parse metrics at {expected}")),
        "{text}"
    );
}

#[test]
fn blanks_and_comments_may_be_anywhere() {
    check("", "");
    check("\n\n \t\n", "");
    check("  ", "");
    check(
        "# EOF\n#\n#x y\n# HELP\n# TYPE\n# HELP a\n# TYPE a\n# TYPE a \n",
        "",
    );
    check(
        " \t a\t{ b = \"c\" , } \t 1  5\n",
        "# HELP a \n# TYPE a untyped\na{b=\"c\"} 1 5\n",
    );
    check(
        "  #  HELP \t a\t x y \n#TYPE a gauge\na{}1\n",
        "# HELP a x y \n# TYPE a gauge\na 1\n",
    );
}

#[test]
fn escapes_are_undone() {
    check(
        "# HELP a b\\n\\\\\\\"\"\n# TYPE a counter\na{b=\"x\\n\\\\\\\"y\"} 1\n",
        "# HELP a b\\n\\\\\"\"\n# TYPE a counter\na{b=\"x\\n\\\\\\\"y\"} 1\n",
    );
    check(
        "{\"a\\n\\\"\\\\b\",\"x\\ny\"=\"\"} 1\n",
        "# HELP \"a\\n\\\"\\\\b\" \n# TYPE \"a\\n\\\"\\\\b\" untyped\n{\"a\\n\\\"\\\\b\",\"x\\ny\"=\"\"} 1\n",
    );
}

#[test]
fn names_may_be_quoted_anywhere() {
    let expected = "# HELP \"a.b\" h\n# TYPE \"a.b\" gauge\n{\"a.b\",c=\"d\"} 1\n";
    let head = "# HELP \"a.b\" h\n# TYPE \"a.b\" gauge\n";
    for line in [
        "{\"a.b\",c=\"d\"} 1\n",
        "{c=\"d\",\"a.b\"} 1\n",
        "{ c = \"d\" , \"a.b\" , } 1\n",
        "\"a.b\"{c=\"d\"} 1\n",
        "a\".b\"{\"c\"=\"d\"} 1\n",
    ] {
        check(&format!("{head}{line}"), expected);
    }
    check(
        "{a,b=\"c\"} 1\n",
        "# HELP a \n# TYPE a untyped\na{b=\"c\"} 1\n",
    );
}

#[test]
fn families_may_be_mixed_and_keep_the_order_of_their_first_line() {
    check(
        "# TYPE b gauge\na 1\nb 2\na 3\n# HELP b late\n# HELP c never\n",
        "# HELP b late\n# TYPE b gauge\nb 2\n# HELP a \n# TYPE a untyped\na 1\na 3\n",
    );
}

#[test]
fn lines_of_one_summary_are_put_together() {
    check(
        "# TYPE s summary\n\
         s{a=\"1\",b=\"2\",quantile=\"0.5\"} 110\n\
         x 1\n\
         s_sum{b=\"2\",a=\"1\"} 4711 2\n\
         s{quantile=\".9\",b=\"2\",a=\"1\"} NaN\n\
         s_count{a=\"2\"} 1.5\n\
         s_count{a=\"1\",b=\"2\"} 42 1\n\
         s_bucket 5\n",
        "# HELP s \n# TYPE s summary\n\
         s{a=\"1\",b=\"2\",quantile=\"0.5\"} 110 1\n\
         s{a=\"1\",b=\"2\",quantile=\"0.9\"} NaN 1\n\
         s_sum{a=\"1\",b=\"2\"} 4711 1\n\
         s_count{a=\"1\",b=\"2\"} 42 1\n\
         s_sum{a=\"2\"} 0\n\
         s_count{a=\"2\"} 1\n\
         # HELP x \n# TYPE x untyped\nx 1\n\
         # HELP s_bucket \n# TYPE s_bucket untyped\ns_bucket 5\n",
    );
}

#[test]
fn lines_of_one_histogram_are_put_together() {
    let text = "# HELP h x\n# TYPE h histogram\n\
                h_bucket{a=\"1\",le=\"0.5\"} 1\n\
                h_bucket{a=\"1\",le=\"+Inf\"} 3\n\
                h_sum{a=\"1\"} 2.5\n\
                h_count{a=\"1\"} 3\n\
                h_bucket{a=\"2\",le=\"+Inf\"} 4\n\
                h_sum{a=\"2\"} 0\n\
                h_count{a=\"2\"} 4\n";
    check(text, text);
    check(
        "# TYPE h histogram\n{le=\"1\",\"h_bucket\"} 1\nh{le=\"2\"} 2\nh_bucket 7\nh_sum{le=\"5\",le=\"1\"} 3\n",
        "# HELP h \n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"2\"} 2\nh_bucket{le=\"+Inf\"} 0\nh_sum 3\nh_count 0\n",
    );
}

#[test]
fn one_fraction_makes_all_counts_floats() {
    let text = "# HELP h \n# TYPE h histogram\n\
                h_bucket{le=\"1\"} 1\n\
                h_bucket{le=\"2\"} 2.5\n\
                h_bucket{le=\"+Inf\"} 3\n\
                h_sum 2\n\
                h_count 3\n";
    check(text, text);
    let families = parse_text(text).unwrap();
    let MetricValue::Histogram(value) = &families[0].metrics[0].value else {
        panic!("a histogram was parsed");
    };
    let float = value.float.as_deref().unwrap();
    assert_eq!((float.count, &*float.buckets), (3.0, &[1.0, 2.5, 3.0][..]));
    let counts = value.buckets.iter().map(|bucket| bucket.cumulative_count);
    assert_eq!(counts.collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn types_are_taken_in_any_case() {
    for (name, kind) in [
        ("cOuNtEr", MetricType::Counter),
        ("gauge", MetricType::Gauge),
        ("gaugehistogram", MetricType::GaugeHistogram),
        ("Gauge_Histogram", MetricType::GaugeHistogram),
        ("HISTOGRAM", MetricType::Histogram),
        ("summary", MetricType::Summary),
        ("untyped", MetricType::Untyped),
        ("gau\\ge", MetricType::Gauge),
    ] {
        let families = parse_text(format!("# TYPE m {name}\nm 1\n")).unwrap();
        assert_eq!(families[0].kind, kind, "{name}");
        assert_eq!(families[0].metrics[0].value.kind(), kind, "{name}");
    }
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    for (text, expected) in ERRORS {
        check_error(text, expected);
    }
}

/// The invalid inputs of the Go client's tests, and more, with positions.
const ERRORS: &[(&str, &str)] = &[
    (
        "\na 1\nb 42",
        "line 3, column 5: unexpected end of input stream",
    ),
    ("# x", "line 1, column 4: unexpected end of input stream"),
    (
        "a{b=\"\\t\"} 1",
        "line 1, column 6: invalid escape sequence '\\t'",
    ),
    (
        "\na{b=\"new\nline\"} 3.14\n",
        "line 2, column 5: label value \"new\" contains unescaped new-line",
    ),
    (
        "a{@=\"b\"} 1",
        "line 1, column 3: invalid label name for metric \"a\"",
    ),
    (
        "a{__name__=\"b\"} 1",
        "line 1, column 3: label name \"__name__\" is reserved",
    ),
    (
        "a{b+=\"c\"} 1",
        "line 1, column 4: expected '=' after label name, found '+'",
    ),
    (
        "a{b=c} 1",
        "line 1, column 5: expected '\"' at start of label value, found 'c'",
    ),
    (
        "# TYPE s summary\ns{quantile=\"x\"} 1\n",
        "line 2, column 12: expected float as value for 'quantile' label, got \"x\"",
    ),
    (
        "a{b=\"c\"+} 1",
        "line 1, column 5: unexpected end of label value \"c\"",
    ),
    (
        "a 1 2.7\n",
        "line 1, column 5: expected integer as timestamp, got \"2.7\"",
    ),
    (
        "a 1 \n",
        "line 1, column 5: expected integer as timestamp, got \"\"",
    ),
    (
        "a 1 2 3\n",
        "line 1, column 6: spurious string after timestamp: \" 3\"",
    ),
    (
        "a 1_2\n",
        "line 1, column 3: expected float as value, got \"1_2\"",
    ),
    (
        "# HELP a b\n# HELP a c\n",
        "line 2, column 10: second HELP line for metric name \"a\"",
    ),
    (
        "# TYPE h histogram\n# TYPE h_sum gauge\n",
        "line 2, column 14: second TYPE line for metric name \"h\", or TYPE reported after samples",
    ),
    (
        "# TYPE a bla\n",
        "line 1, column 10: unknown metric type \"bla\"",
    ),
    (
        "# TYPE a gauge \n",
        "line 1, column 10: unknown metric type \"gauge \"",
    ),
    (
        "# TYPE a-b\n",
        "line 1, column 8: invalid metric name in comment",
    ),
    (
        "# TYPE \"\" gauge\n",
        "line 1, column 8: invalid metric name \"\"",
    ),
    ("@a{b=\"c\"} 1 2", "line 1, column 1: invalid metric name"),
    ("{b=\"c\"} 1\n", "line 1, column 1: invalid metric name"),
    (
        "a 1\n{b=\"c\"} 1\n",
        "line 2, column 1: invalid metric name",
    ),
    ("{} 1\n", "line 1, column 1: invalid metric name"),
    (
        "a{b=\"c\",b=\"c\"} 1",
        "line 1, column 9: duplicate label names for metric \"a\"",
    ),
    (
        "{\"a\",\"b\"} 1",
        "line 1, column 6: multiple metric names for metric \"a\"",
    ),
    (
        "{\"a\".b=\"c\"} 1",
        "line 1, column 5: unexpected end of metric name '.'",
    ),
    (
        "# TYPE \"a\nb\" counter\n",
        "line 1, column 8: metric name \"a\" contains unescaped new-line",
    ),
    (
        "a{b\"} 1\n",
        "line 1, column 4: label name \"b} 1\" contains unescaped new-line",
    ),
    (
        "{\"a\",\"new\nline\"=\"b\"} 1\n",
        "line 1, column 6: label name \"new\" contains unescaped new-line",
    ),
    (
        "# TYPE h histogram\nh_count -1\n",
        "line 2, column 9: negative count for histogram \"h\"",
    ),
    (
        "# TYPE h histogram\nh_bucket{le=\"1\"} -0.5\n",
        "line 2, column 18: negative bucket population for histogram \"h\"",
    ),
    (
        "# TYPE h histogram\nh_count -1 x\n",
        "line 2, column 9: negative count for histogram \"h\"",
    ),
    (
        "# TYPE c counter\nc -1 x\n",
        "line 2, column 6: expected integer as timestamp, got \"x\"",
    ),
];

#[test]
fn lines_without_a_name_are_told_of_as_lines_of_what_was_named_last() {
    for (text, expected) in [
        (
            "{ 2\n",
            "line 1, column 3: invalid label name for metric \"\"",
        ),
        (
            "m 1\n{ 2\n",
            "line 2, column 3: invalid label name for metric \"m\"",
        ),
        (
            "m 1\n# HELP n x\n{a=\"\",a=\"\"} 1\n",
            "line 3, column 7: duplicate label names for metric \"n\"",
        ),
        (
            "# TYPE s summary\n{quantile=\"x\"} 1\n",
            "line 2, column 1: expected float as value for 'quantile' label, got \"x\"",
        ),
        (
            "m 1\n{}_total{} -Inf\n",
            "line 2, column 3: expected float as value, got \"_total{}\"",
        ),
        (
            "m{a=\"b\"} 1\nm{a=\"c\"} 1\n{a=\"d\"} 1 x\n",
            "line 3, column 11: expected integer as timestamp, got \"x\"",
        ),
        (
            "m 1\n{}",
            "line 2, column 3: unexpected end of input stream",
        ),
        ("m 1\n {} 2 3\n", "line 2, column 2: invalid metric name"),
        ("{} x\n", "line 1, column 1: invalid metric name"),
    ] {
        check_error(text, expected);
    }
    // The labels belong to the name that follows them.
    check(
        "# TYPE s summary\ns 1\n{quantile=\"x\",\"m\"} 1\n",
        "# HELP s \n# TYPE s summary\ns_sum 0\ns_count 0\n# HELP m \n# TYPE m untyped\nm{quantile=\"x\"} 1\n",
    );
}

#[test]
fn what_stood_before_an_error_is_there() {
    let (families, error) = parse("a 1\nb x\nc 1\n");
    assert_eq!(families, "# HELP a \n# TYPE a untyped\na 1\n");
    assert!(error.is_some());
}

#[test]
fn older_servers_know_fewer_names() {
    let legacy = |text: &'static str| {
        let parser = TextParser::new(text.as_bytes()).validation(NameValidation::Legacy);
        let parsed: Result<Vec<_>, _> = parser.collect();
        parsed
            .map(|families| encode(&families))
            .map_err(|error| error.to_string())
    };
    assert!(legacy("{\"a:b\",\"c\"=\"d\"} 1\n").is_ok());
    for (text, error) in [
        ("{\"a.b\"} 1\n", "column 2: invalid metric name \"a.b\""),
        (
            "a{\"b.c\"=\"\"} 1\n",
            "column 3: invalid label name \"b.c\"",
        ),
        (
            "a{\"b:c\"=\"\"} 1\n",
            "column 3: invalid label name \"b:c\"",
        ),
    ] {
        assert_eq!(
            legacy(text).unwrap_err(),
            format!("cannot parse metrics at line 1, {error}")
        );
    }
}

#[test]
fn bytes_that_are_not_text_are_refused_but_in_help_texts() {
    let parse = |text: &[u8]| match parse_text(text) {
        Ok(families) => encode(&families),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        parse(b"a{b=\"\xff\"} 1\n"),
        "cannot parse metrics at line 1, column 5: invalid label value \"\\xff\""
    );
    assert_eq!(
        parse(b"a{\"\xff\"=\"\"} 1\n"),
        "cannot parse metrics at line 1, column 3: invalid label name \"\\xff\""
    );
    assert_eq!(
        parse(b"# HELP a x\xff\na 1\n"),
        "# HELP a x\u{fffd}\n# TYPE a untyped\na 1\n"
    );
}

#[test]
fn b23_a_parser_takes_no_more_than_it_is_allowed() {
    let limited = |text: &str, limits| {
        let families: Result<Vec<_>, _> = TextParser::new(text.as_bytes()).limits(limits).collect();
        families.map(|it| it.len()).map_err(|error| {
            assert!(matches!(error, Error::Limit { .. }), "{error}");
            error.to_string()
        })
    };
    let limits = Limits::default().labels(2).series(3);
    assert_eq!(limited("a{b=\"\",c=\"\"} 1\na 2\nb 3\n", limits), Ok(2));
    for (text, error) in [
        (
            "a{b=\"\",c=\"\",d=\"\"} 1\n",
            "line 1, column 15: there are more than 2 labels",
        ),
        (
            "a 1\na 2\nb 3\na 4\n",
            "line 4, column 1: there are more than 3 series",
        ),
        (
            "# HELP a x\n# HELP b x\n# HELP c x\n# HELP d x\n",
            "line 4, column 8: there are more than 3 families",
        ),
    ] {
        assert_eq!(
            limited(text, limits),
            Err(format!("cannot parse metrics at {error}"))
        );
    }
    let long = format!("a{{b=\"{}\"}} 1\n", "x".repeat(2 << 20));
    assert!(limited(&long, Limits::default()).is_err());
    assert_eq!(limited(&long, Limits::unlimited()), Ok(1));
}
