//! Comparisons with a text, and their messages.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::catch_unwind;
use std::sync::Arc;

use promcore::{
    Counter, CounterOpts, CounterVec, Gatherers, Histogram, HistogramOpts, ManualClock, Registry,
    Timestamp,
};
use promtest::{Details, Metrics, assert_metrics, collect, gather, parse};

fn jobs() -> CounterVec<2> {
    let jobs = CounterVec::new("jobs_total", "Jobs done.", ["queue", "result"]).unwrap();
    jobs.with(["mail", "sent"]).add(1.5);
    jobs.with(["print", "jam"]).inc();
    jobs
}

const TEXT: &str = "\
# HELP jobs_total Jobs done.
# TYPE jobs_total counter
jobs_total{queue=\"mail\",result=\"sent\"} 1.5
jobs_total{queue=\"print\",result=\"jam\"} 1
";

#[track_caller]
fn check(found: &Metrics, expected: &str, message: &str) {
    let result = found.compare(expected);
    let text = result.map_or_else(
        |error| match std::error::Error::source(&error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
        |()| String::new(),
    );
    assert_eq!(text, message);
}

#[test]
fn what_says_the_same_is_equal() {
    let found = collect(jobs()).unwrap();
    check(&found, TEXT, "");
    check(
        &found,
        &TEXT.replace("1\n", "1.0\n").replace("# ", " \t#  "),
        "",
    );
    check(
        &found,
        &TEXT
            .replace("jobs_total{", "\n\n  jobs_total { ")
            .replace('}', " , }"),
        "",
    );
    assert_eq!(parse(TEXT).unwrap().text(), TEXT);
}

#[test]
fn b8_no_order_makes_a_difference() {
    let mixed = "\
jobs_total{result=\"jam\",queue=\"print\"} 1
# HELP jobs_total Jobs done.
jobs_total{result=\"sent\",queue=\"mail\"} 1.5
";
    let mixed = format!("# TYPE jobs_total counter\n{mixed}");
    check(&collect(jobs()).unwrap(), &mixed, "");
}

#[test]
fn a_difference_is_shown_line_by_line() {
    let found = collect(jobs()).unwrap();
    let diff = "\
the metrics are not as expected
--- found
+++ expected
@@ -1,4 +1,4 @@
 # HELP jobs_total Jobs done.
 # TYPE jobs_total counter
-jobs_total{queue=\"mail\",result=\"sent\"} 1.5
+jobs_total{queue=\"mail\",result=\"sent\"} 2
 jobs_total{queue=\"print\",result=\"jam\"} 1
";
    check(&found, &TEXT.replace("1.5", "2"), diff);
}

#[test]
fn a_text_that_is_none_is_shown_its_place() {
    let found = collect(jobs()).unwrap();
    let error = "cannot parse the text: cannot parse metrics at line 1, column 12: expected float as value, got \"one\"";
    check(&found, "jobs_total one\n", error);
}

#[test]
fn all_that_is_expected_must_be_there() {
    let more = format!("{TEXT}# HELP z Z.\n# TYPE z gauge\nz 1\n");
    let found = collect(jobs()).unwrap().only(&["jobs_total"]);
    let error = found.compare(&more).unwrap_err().to_string();
    assert!(
        error.ends_with("\n+# HELP z Z.\n+# TYPE z gauge\n+z 1\n"),
        "{error}"
    );
    let expected = parse(&more).unwrap().only(&["jobs_total"]);
    found.compare_with(&expected, Details::new()).unwrap();
}

#[test]
fn lines_may_have_details() {
    let opts = HistogramOpts::new("job_seconds", "Time taken.").native_bucket_factor(2.0);
    let histogram = Histogram::with_opts(opts).unwrap();
    histogram.observe_with_exemplar(0.75, [("trace_id", "4bf92f35")]);
    let found = collect(histogram).unwrap();
    let expected = r#"
        # HELP job_seconds Time taken.
        # TYPE job_seconds histogram
        job_seconds_bucket{le="+Inf"} 1
        job_seconds_sum 0.75
        job_seconds_count 1
        # exemplar le="+Inf" {trace_id="4bf92f35"} 0.75
        # native schema=0 zero_threshold=2.938735877055719e-39 zero_count=0 positive={0:1} negative={}
        # exemplar native {trace_id="4bf92f35"} 0.75
    "#;
    let details = Details::new().native_buckets().exemplars();
    found.compare_lines(expected, details).unwrap();
    assert_metrics!(found, expected, details);
    let error = found
        .compare_lines(&expected.replace("0:1", "1:1"), details)
        .unwrap_err();
    assert!(
        error.to_string().contains("\n+# native schema=0 "),
        "{error}"
    );
}

#[test]
fn openmetrics_says_more() {
    let (found, clock) = (Registry::new(), Timestamp::from_unix_nanos(1_500_000_000));
    let opts = CounterOpts::new("busy_seconds_total", "Time at work.").unit("seconds");
    let counter = Counter::with_opts(opts.clock(Arc::new(ManualClock::new(clock)))).unwrap();
    found.register(counter.clone()).unwrap();
    counter.add_with_exemplar(2.0, [("trace_id", "4bf92f35")]);
    let text = r#"
        # HELP busy_seconds Time at work.
        # TYPE busy_seconds counter
        # UNIT busy_seconds seconds
        busy_seconds_total 2.0 # {trace_id="4bf92f35"} 2.0 1.5
        busy_seconds_created 1.5
        # EOF"#;
    let found = gather(&found).unwrap();
    found
        .compare_with(&parse(text).unwrap(), Details::ALL)
        .unwrap();
    for (said, other) in [
        ("# UNIT busy_seconds seconds", ""),
        ("4bf92f35", "1"),
        ("_created 1.5", "_created 1.0"),
    ] {
        let expected = parse(&text.replace(said, other)).unwrap();
        found.compare_with(&expected, Details::new()).unwrap();
        found.compare_with(&expected, Details::ALL).unwrap_err();
    }
}

#[test]
fn whatever_can_be_gathered_can_be_asserted() {
    let registry = Registry::new();
    registry.register(jobs()).unwrap();
    assert_metrics!(registry, TEXT);
    assert_metrics!(&registry, TEXT);
    assert_metrics!(Gatherers::new().gatherer(registry.clone()), TEXT);
    assert_metrics!(gather(&registry).unwrap().only(&["nothing"]), "");
}

#[test]
fn an_assertion_panics_with_the_message() {
    let message = |run: fn()| *catch_unwind(run).unwrap_err().downcast::<String>().unwrap();
    let diff = message(|| assert_metrics!(Registry::new(), "a 1\n"));
    let head = "the metrics are not as expected\n--- found\n+++ expected\n";
    assert_eq!(
        diff,
        format!("{head}@@ -0,0 +1,3 @@\n+# HELP a \n+# TYPE a untyped\n+a 1\n")
    );
    let cause = message(|| assert_metrics!(Registry::new(), "a\n"));
    assert!(
        cause.starts_with("cannot parse the text: cannot parse metrics at line 1"),
        "{cause}"
    );
}
