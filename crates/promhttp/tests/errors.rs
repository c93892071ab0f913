//! Responses when something cannot be gathered.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use promcore::{
    Clock, ConstMetric, Counter, Desc, DescOpts, Error, Gatherer, Registry, Scrape, Summary,
    SummaryOpts, Timestamp, collector_fn,
};
use promhttp::{ErrorHandling, HandlerOpts, handler_for, instrument_metric_handler};
use support::{ask, block_on, eventually, get, value};

const GATHERING: &str = "promhttp_metric_handler_errors_total{cause=\"gathering\"}";
const ENCODING: &str = "promhttp_metric_handler_errors_total{cause=\"encoding\"}";

fn good(registry: &Registry) {
    registry
        .register(Counter::new("good_total", "Good.").unwrap())
        .unwrap();
}

/// Registers a collector that panics.
fn panicking(registry: &Registry, name: &str) {
    let desc = Desc::new(DescOpts::new(name, "Never collected.")).unwrap();
    let panics = collector_fn(vec![desc], |_| panic!("no values today"));
    registry.register(panics).unwrap();
}

#[test]
fn b19_a_panicking_collector_costs_its_own_families_only() {
    let (registry, errors) = (Registry::new(), Registry::new());
    good(&registry);
    panicking(&registry, "bad");
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let opts = HandlerOpts::new()
        .error_handling(ErrorHandling::ContinueOnError)
        .error_log(move |line| log.lock().unwrap().push(line.to_owned()))
        .registry(&errors);
    let handler = handler_for(registry, opts).unwrap();
    assert_eq!(
        (value(&errors, GATHERING), value(&errors, ENCODING)),
        ("0".into(), "0".into())
    );

    let answer = get(&handler);

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.text,
        "# HELP good_total Good.\n# TYPE good_total counter\ngood_total 0\n"
    );
    assert_eq!(
        (value(&errors, GATHERING), value(&errors, ENCODING)),
        ("1".into(), "0".into())
    );
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].starts_with("error gathering metrics: "),
        "{lines:?}"
    );
}

/// Two families whose names are the same for a scraper without UTF-8 names.
#[test]
fn b9_families_that_become_the_same_are_an_error_of_encoding() {
    let registry = Registry::new();
    for name in ["a.b", "a_b"] {
        let counter = Counter::new(name, "").unwrap();
        registry.register(counter).unwrap();
    }
    let check = |error_handling, status, text: &str| {
        let errors = Registry::new();
        let opts = HandlerOpts::new()
            .error_handling(error_handling)
            .registry(&errors);
        let handler = handler_for(registry.clone(), opts).unwrap();
        let answer = get(&handler);
        assert_eq!((answer.status, answer.text.as_str()), (status, text));
        assert_eq!(
            (value(&errors, GATHERING), value(&errors, ENCODING)),
            ("0".into(), "1".into())
        );
    };
    check(
        ErrorHandling::ContinueOnError,
        StatusCode::OK,
        "# HELP a_b \n# TYPE a_b counter\na_b 0\n",
    );
    check(
        ErrorHandling::HttpErrorOnError,
        StatusCode::INTERNAL_SERVER_ERROR,
        "An error has occurred while serving metrics:\n\n\
         family \"a.b\" is \"a_b\" when escaped, and cannot be told from \"a_b\"\n",
    );
}

#[test]
fn by_default_an_error_is_a_500_that_says_what() {
    let registry = Registry::new();
    good(&registry);
    panicking(&registry, "bad");
    let handler = handler_for(registry.clone(), HandlerOpts::new()).unwrap();
    let handler = instrument_metric_handler(&registry, handler).unwrap();

    let answer = get(&handler);

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let text = &answer.text;
    assert!(
        text.starts_with("An error has occurred while serving metrics:\n\n"),
        "{text}"
    );
    assert!(
        text.contains("no values today") && text.ends_with('\n'),
        "{text}"
    );
    assert_eq!(
        value(
            &registry,
            "promhttp_metric_handler_requests_total{code=\"500\"}"
        ),
        "1"
    );
    assert_eq!(
        value(&registry, "promhttp_metric_handler_requests_in_flight"),
        "0"
    );
}

#[test]
fn several_errors_make_a_list() {
    let registry = Registry::new();
    panicking(&registry, "bad");
    panicking(&registry, "worse");
    let handler = handler_for(registry, HandlerOpts::new()).unwrap();

    let text = get(&handler).text;

    assert!(
        text.contains("serving metrics:\n\n2 error(s) occurred:\n* "),
        "{text}"
    );
    assert_eq!(text.matches("\n* ").count(), 2, "{text}");
}

#[test]
fn an_error_comes_with_its_cause() {
    let registry = Registry::new();
    let desc = Desc::new(DescOpts::new("bad", "")).unwrap();
    let invalid = ConstMetric::invalid(&desc, Error::custom("the disk is gone"));
    let collector = collector_fn(vec![desc], move |sink| sink(invalid.clone()));
    registry.register(collector).unwrap();
    let handler = handler_for(registry, HandlerOpts::new()).unwrap();

    let text = get(&handler).text;

    let expected = "} cannot be collected: the disk is gone\n";
    assert!(
        text.contains("fqName: \"bad\"") && text.ends_with(expected),
        "{text}"
    );
}

#[test]
fn nothing_but_errors_is_a_500_even_when_going_on() {
    let registry = Registry::new();
    panicking(&registry, "bad");
    let opts = HandlerOpts::new().error_handling(ErrorHandling::ContinueOnError);
    let handler = handler_for(registry, opts).unwrap();

    assert_eq!(get(&handler).status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[test]
fn head_tells_of_errors_too() {
    let registry = Registry::new();
    good(&registry);
    panicking(&registry, "bad");
    let handler = handler_for(registry, HandlerOpts::new()).unwrap();

    let answer = block_on(ask(&handler, Method::HEAD));

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    // Some servers would send any body, even for HEAD.
    assert_eq!(answer.text, "");
}

#[test]
fn a_scrape_does_not_show_its_own_error() {
    let registry = Registry::new();
    good(&registry);
    panicking(&registry, "bad");
    let opts = HandlerOpts::new()
        .error_handling(ErrorHandling::ContinueOnError)
        .registry(&registry);
    let handler = handler_for(registry, opts).unwrap();

    assert!(get(&handler).text.contains(&format!("{GATHERING} 0\n")));
    assert!(get(&handler).text.contains(&format!("{GATHERING} 1\n")));
}

#[test]
fn the_error_counter_is_shared_and_its_name_can_be_taken() {
    let errors = Registry::new();
    let bad = Registry::new();
    panicking(&bad, "bad");
    for _ in 0..2 {
        let handler = handler_for(bad.clone(), HandlerOpts::new().registry(&errors)).unwrap();
        get(&handler);
    }
    assert_eq!(value(&errors, GATHERING), "2");

    let taken = Registry::new();
    let other = Counter::new("promhttp_metric_handler_errors_total", "Something else.").unwrap();
    taken.register(other).unwrap();
    let error = handler_for(bad, HandlerOpts::new().registry(&taken)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot register the metrics of the handler"
    );
}

#[test]
fn b19_a_panicking_gatherer_is_a_500() {
    struct Panics;
    impl Gatherer for Panics {
        fn scrape(&self) -> Scrape {
            panic!("no scrape today");
        }
    }
    let opts = HandlerOpts::new().error_log(|_| panic!("nor a log"));
    let handler = handler_for(Panics, opts).unwrap();

    let answer = get(&handler);

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        answer.text.contains("the gatherer panicked"),
        "{}",
        answer.text
    );
}

/// An instrument reads its clock when it is written.
#[test]
fn b19_a_panicking_clock_is_a_500_that_is_counted_and_logged() {
    #[derive(Debug)]
    struct Broken(AtomicBool);
    impl Clock for Broken {
        fn now(&self) -> Timestamp {
            assert!(!self.0.load(Ordering::SeqCst), "no time today");
            Timestamp::from_unix_nanos(0)
        }
    }
    let clock = Arc::new(Broken(AtomicBool::new(false)));
    let opts = SummaryOpts::new("seconds", "")
        .clock(clock.clone())
        .objectives([(0.5, 0.1)]);
    let (registry, errors) = (Registry::new(), Registry::new());
    registry
        .register(Summary::with_opts(opts).unwrap())
        .unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let opts = HandlerOpts::new()
        .error_log(move |line| log.lock().unwrap().push(line.to_owned()))
        .max_requests_in_flight(1)
        .registry(&errors);
    let handler = handler_for(registry, opts).unwrap();
    clock.0.store(true, Ordering::SeqCst);

    for scrapes in 1..=2 {
        let answer = get(&handler);

        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        eventually("it is logged", || lines.lock().unwrap().len() == scrapes);
        assert_eq!(value(&errors, ENCODING), scrapes.to_string());
    }
    let line = "error encoding and sending metric family: an instrument panicked";
    assert_eq!(*lines.lock().unwrap(), [line; 2]);
}
