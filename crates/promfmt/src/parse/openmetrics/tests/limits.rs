use std::fmt::Write as _;

use crate::{Error, Limits, OpenMetricsParser, parse_openmetrics};

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

/// A summary with as many quantiles took a minute when each was compared with all before it.
#[test]
fn the_time_grows_with_the_length_also_if_all_is_one_metric() {
    let mut text = "# TYPE a summary\n".to_owned();
    for rank in 0..200_000 {
        let rank = f64::from(rank) / 200_000.0;
        writeln!(text, "a{{quantile=\"{rank}\"}} 1").unwrap();
    }
    text.push_str("# EOF\n");
    assert_eq!(parse_openmetrics(text).unwrap().len(), 1);
}
