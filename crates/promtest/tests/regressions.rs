//! Bugs of other clients, numbered as in the survey of user demands.
//!
//! A separate file, since one test checks the default registry.

use promcore::{Counter, Gatherer, collector_fn, default_registry};
use promfmt::Format;
use promtest::{Error, assert_metrics, collect, gather, parse, to_f64};

/// Hidden registrations would make tests depend on each other.
#[test]
fn b18_helpers_leave_the_default_registry_alone() {
    let counter = Counter::new("b18_total", "").unwrap();
    for _ in 0..2 {
        assert_eq!(to_f64(&counter), 0.0);
        let metrics = collect(counter.clone()).unwrap();
        assert_metrics!(metrics, &gather(&metrics).unwrap().text());
    }
    assert_eq!(parse("b18 1\n").unwrap().count(), 1);
    assert_eq!(default_registry().gather().families, []);
}

/// A collector that panics must not end the test.
#[test]
fn b19_a_collector_that_panics_is_an_error() {
    let broken = || collector_fn(vec![], |_| panic!("boom"));
    let error = collect(broken()).unwrap_err();
    assert!(matches!(&error, Error::Gather(errors) if errors.len() == 1));
    assert!(error.to_string().contains("boom"), "{error}");
}

/// `reqs_total` was written as `reqs_total_total`.
#[test]
fn b10_a_total_is_one_total_in_every_format() {
    let metrics = collect(Counter::new("b10_total", "").unwrap()).unwrap();
    for format in [Format::TEXT, Format::OPEN_METRICS, Format::PROTOBUF_TEXT] {
        let text = String::from_utf8(metrics.format(format)).unwrap();
        assert_eq!(
            text.matches("b10_total").count(),
            text.matches("total").count(),
            "{text}"
        );
        assert!(text.contains("b10_total"), "{text}");
    }
    let text = metrics.format(Format::OPEN_METRICS);
    let parsed = parse(std::str::from_utf8(&text).unwrap()).unwrap();
    assert_eq!(parsed.families()[0].name, "b10_total");
}
