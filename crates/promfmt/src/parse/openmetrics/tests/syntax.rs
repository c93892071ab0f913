use super::{check_error, parse_openmetrics};

#[test]
fn lines_are_well_written() {
    for (text, expected) in LINES {
        check_error(&format!("{text}\n# EOF\n"), expected);
    }
}

#[test]
fn the_end_is_marked() {
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

#[test]
fn everything_is_utf_8() {
    for (text, expected) in [
        (
            &b"# HELP a \xff\n"[..],
            "line 1, column 10: help text \"\\xff\" is not valid",
        ),
        (
            b"{\"\xff\"} 1\n",
            "line 1, column 1: metric name \"\\xff\" is not valid",
        ),
        (
            b"a{\"\xff\"=\"\"} 1\n",
            "line 1, column 3: label name \"\\xff\" is not valid",
        ),
        (
            b"a{b=\"\xff\"} 1\n",
            "line 1, column 5: label value \"\\xff\" is not valid",
        ),
    ] {
        let error = parse_openmetrics(text).unwrap_err();
        let expected = format!("cannot parse metrics at {expected}");
        assert_eq!(error.to_string(), expected);
    }
}

const LINES: &[(&str, &str)] = &[
    ("a 1\n", "line 2, column 1: the line is empty"),
    (" a 1", "line 1, column 1: metric name \"\" is not valid"),
    ("a", "line 1, column 2: expected ' ', found '\\n'"),
    ("a ", "line 1, column 3: expected a number, found \"\""),
    ("a  1", "line 1, column 3: expected a number, found \"\""),
    ("a\t1", "line 1, column 2: expected ' ', found '\\t'"),
    ("a 1 ", "line 1, column 5: expected a timestamp, found \"\""),
    ("a 1\t", "line 1, column 4: expected ' ', found '\\t'"),
    ("a 1 2 ", "line 1, column 7: expected '#', found '\\n'"),
    (
        "\u{feff}a 1",
        "line 1, column 1: metric name \"\" is not valid",
    ),
    (
        "a 1\r",
        "line 1, column 3: expected a number, found \"1\\r\"",
    ),
    (
        "# TYPE a gauge\r",
        "line 1, column 10: type \"gauge\\r\" is not valid",
    ),
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
        "# TYPE a counter\na_total 1 # 1",
        "line 2, column 13: expected '{', found '1'",
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
