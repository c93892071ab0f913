//! Scrapes that take too long, and the header with the start time of the process.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::{Mutex, mpsc};
use std::time::{Duration, UNIX_EPOCH};

use http::{Method, StatusCode};
use promcore::{Counter, Desc, DescOpts, Gatherer, Registry, collector_fn, gatherer_fn};
use promhttp::{ErrorHandling, HandlerOpts, handler_for};
use support::{ask, block_on, get, get_with, registry_with, value};

const GATHERING: &str = "promhttp_metric_handler_errors_total{cause=\"gathering\"}";
const SOON: (&str, &str) = ("x-prometheus-scrape-timeout-seconds", "0.1");

/// A registry with a counter and a collector that blocks until the sender is dropped.
fn stuck() -> (Registry, mpsc::Sender<()>) {
    let registry = Registry::new();
    registry
        .register(Counter::new("good_total", "").unwrap())
        .unwrap();
    let (release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let desc = Desc::new(DescOpts::new("late", "")).unwrap();
    let late = collector_fn(vec![desc], move |_| _ = wait.lock().unwrap().recv());
    registry.register(late).unwrap();
    (registry, release)
}

const GOOD: &str = "# HELP good_total \n# TYPE good_total counter\ngood_total 0\n";

#[test]
fn a_stuck_collector_is_left_out_when_the_client_cannot_wait() {
    let ((registry, _release), errors) = (stuck(), Registry::new());
    let opts = HandlerOpts::new().error_handling(ErrorHandling::ContinueOnError);
    let handler = handler_for(registry, opts.registry(&errors)).unwrap();

    for scrapes in ["1", "2"] {
        let answer = get_with(&handler, "/metrics", &[SOON]);
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::OK, GOOD)
        );
        assert_eq!(value(&errors, GATHERING), scrapes);
    }
}

#[test]
fn a_stuck_collector_is_an_error_that_names_it() {
    let (registry, _release) = stuck();
    let handler = handler_for(registry, HandlerOpts::new()).unwrap();

    let answer = get_with(&handler, "/metrics", &[SOON]);

    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let expected = "collector of [\"late\"] was not done in time\n";
    assert!(answer.text.ends_with(expected), "{}", answer.text);
}

#[test]
fn the_timeout_holds_for_clients_that_say_nothing() {
    let (registry, _release) = stuck();
    let opts = HandlerOpts::new()
        .error_handling(ErrorHandling::ContinueOnError)
        .timeout(Duration::from_secs(2));
    let handler = handler_for(registry, opts).unwrap();

    assert_eq!(get(&handler).text, GOOD);
    let patient = ("x-prometheus-scrape-timeout-seconds", "1000");
    assert_eq!(get_with(&handler, "/metrics", &[patient]).text, GOOD);
}

#[test]
fn a_gatherer_that_waits_all_the_same_is_a_503() {
    let (registry, release) = stuck();
    let opts = HandlerOpts::new()
        .timeout(Duration::from_millis(20))
        .max_requests_in_flight(1);
    let handler = handler_for(gatherer_fn(move || registry.gather()), opts).unwrap();

    let answer = get(&handler);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.text, "Exceeded configured timeout of 20ms.\n");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");

    // It keeps gathering, and holds its permit until it is done.
    let expected = "Limit of concurrent requests reached (1), try again later.\n";
    assert_eq!(get(&handler).text, expected);
    drop(release);
    support::eventually("the place is free", || get(&handler).text == GOOD);
}

#[test]
fn what_is_done_in_time_is_served() {
    for timeout in [Duration::from_secs(3_600), Duration::ZERO, Duration::MAX] {
        let opts = HandlerOpts::new().timeout(timeout);
        let handler = handler_for(registry_with(10_000), opts).unwrap();
        assert_eq!(get(&handler).text.lines().count(), 10_002);
    }
}

#[test]
fn every_answer_says_when_the_process_started() {
    let (registry, _release) = stuck();
    let start = UNIX_EPOCH + Duration::from_millis(1_600_000_000_999);
    let opts = || HandlerOpts::new().process_start_time(start);
    let header = "process-start-time-unix";

    let handler = handler_for(registry_with(3), opts()).unwrap();
    assert_eq!(get(&handler).header(header), "1600000000");
    let not_allowed = block_on(ask(&handler, Method::POST));
    assert_eq!(not_allowed.header(header), "1600000000");
    let handler = handler_for(registry, opts()).unwrap();
    let failed = get_with(&handler, "/metrics", &[SOON]);
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(failed.header(header), "1600000000");

    let handler = handler_for(registry_with(3), HandlerOpts::new()).unwrap();
    assert!(!get(&handler).headers.contains_key(header));
}
