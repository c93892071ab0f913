//! Responses to scrapes: text, headers and methods, one or many at a time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::{Method, StatusCode};
use http_body::Body as _;
use promcore::{Counter, Registry};
use promhttp::{HandlerOpts, handler_for, instrument_metric_handler};
use support::{ask, block_on, get, registry_with, request};
use tower_service::Service;

fn one_counter() -> Registry {
    let registry = Registry::new();
    let counter = Counter::new("events_total", "Events seen.").unwrap();
    counter.inc();
    registry.register(counter).unwrap();
    registry
}

const ONE_COUNTER: &str =
    "# HELP events_total Events seen.\n# TYPE events_total counter\nevents_total 1\n";

#[test]
fn a_scrape_gets_the_text_without_any_runtime() {
    let handler = handler_for(one_counter(), HandlerOpts::new()).unwrap();

    let answer = get(&handler);

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.text, ONE_COUNTER);
    assert_eq!(
        answer.header("content-type"),
        promfmt::Format::TEXT.content_type()
    );
}

#[tokio::test]
async fn a_scrape_gets_the_text_in_a_runtime_of_one_thread() {
    let handler = handler_for(one_counter(), HandlerOpts::new()).unwrap();

    assert_eq!(ask(&handler, Method::GET).await.text, ONE_COUNTER);
}

/// The stack is larger than the address space, so no thread can start.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[test]
fn without_a_thread_to_be_had_there_is_an_answer() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.thread_stack_size(1 << 48).build().unwrap();
    for opts in [HandlerOpts::new(), HandlerOpts::new().coalesce_gather(true)] {
        let handler = handler_for(one_counter(), opts.max_requests_in_flight(1)).unwrap();
        for _ in 0..2 {
            let answer = runtime.block_on(ask(&handler, Method::GET));

            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(
                answer.text.ends_with("the scrape broke off\n"),
                "{}",
                answer.text
            );
        }
        // Outside the runtime, threads can start.
        assert_eq!(get(&handler).text, ONE_COUNTER);
    }
}

#[test]
fn an_empty_registry_is_an_empty_success() {
    let handler = handler_for(Registry::new(), HandlerOpts::new()).unwrap();

    let answer = get(&handler);

    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
}

#[test]
fn a_short_body_knows_its_length() {
    let mut handler = handler_for(one_counter(), HandlerOpts::new()).unwrap();

    let response = block_on(handler.call(request(Method::GET))).unwrap();

    assert_eq!(
        response.body().size_hint().exact(),
        Some(ONE_COUNTER.len() as u64)
    );
}

#[test]
fn head_gets_the_headers_alone() {
    let registry = Registry::new();
    let handler = handler_for(one_counter(), HandlerOpts::new()).unwrap();
    let mut handler = instrument_metric_handler(&registry, handler).unwrap();

    let response = block_on(handler.call(request(Method::HEAD))).unwrap();

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.headers()["content-type"],
        promfmt::Format::TEXT.content_type()
    );
    assert!(response.body().is_end_stream());
    // A length of 0 would be wrong for a GET.
    assert_eq!(response.body().size_hint().exact(), None);
    assert_eq!(
        support::value(
            &registry,
            "promhttp_metric_handler_requests_total{code=\"200\"}"
        ),
        "1"
    );
}

#[test]
fn other_methods_are_not_allowed() {
    let handler = handler_for(one_counter(), HandlerOpts::new()).unwrap();
    let brew = Method::from_bytes(b"BREW").unwrap();

    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        brew,
    ] {
        let answer = block_on(ask(&handler, method));

        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), "GET, HEAD");
        assert_eq!(answer.text, "Method Not Allowed\n");
    }
}

#[test]
fn a_long_body_comes_in_bounded_chunks_and_whole() {
    let registry = registry_with(20_000);
    let mut handler = handler_for(registry, HandlerOpts::new()).unwrap();

    let response = block_on(handler.call(request(Method::GET))).unwrap();
    let mut body = std::pin::pin!(response.into_body());
    let (mut chunks, mut text) = (0, Vec::new());
    while let Some(frame) = block_on(std::future::poll_fn(|cx| body.as_mut().poll_frame(cx))) {
        let bytes = frame.unwrap().into_data().unwrap();
        assert!(
            !bytes.is_empty() && bytes.len() <= promhttp::CHUNK,
            "{} bytes",
            bytes.len()
        );
        text.extend_from_slice(&bytes);
        chunks += 1;
    }

    assert!(body.is_end_stream());
    assert!(chunks > 10, "{chunks} chunks");
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.lines().count(), 20_000 + 2);
    assert!(
        text.lines()
            .skip(2)
            .all(|line| line.starts_with("requests_total{") && line.ends_with("} 1"))
    );
    assert!(text.ends_with('\n'));
}

#[test]
fn scrapes_are_counted_and_the_gauge_shows_itself() {
    let registry = Registry::new();
    let handler = handler_for(registry.clone(), HandlerOpts::new()).unwrap();
    let handler = instrument_metric_handler(&registry, handler).unwrap();
    let expected = |ok: u32| {
        format!(
            "# HELP promhttp_metric_handler_requests_in_flight Current number of scrapes being served.\n\
             # TYPE promhttp_metric_handler_requests_in_flight gauge\n\
             promhttp_metric_handler_requests_in_flight 1\n\
             # HELP promhttp_metric_handler_requests_total Total number of scrapes by HTTP status code.\n\
             # TYPE promhttp_metric_handler_requests_total counter\n\
             promhttp_metric_handler_requests_total{{code=\"200\"}} {ok}\n\
             promhttp_metric_handler_requests_total{{code=\"500\"}} 0\n\
             promhttp_metric_handler_requests_total{{code=\"503\"}} 0\n"
        )
    };

    assert_eq!(get(&handler).text, expected(0));
    assert_eq!(get(&handler).text, expected(1));

    // Another handler with the same registry shares the metrics.
    let second = handler_for(registry.clone(), HandlerOpts::new()).unwrap();
    let second = instrument_metric_handler(&registry, second).unwrap();
    assert_eq!(get(&second).text, expected(2));
}

#[test]
fn names_that_are_taken_are_an_error() {
    let registry = Registry::new();
    let taken = Counter::new("promhttp_metric_handler_requests_total", "Something else.").unwrap();
    registry.register(taken).unwrap();
    let handler = handler_for(registry.clone(), HandlerOpts::new()).unwrap();

    let error = instrument_metric_handler(&registry, handler).unwrap_err();

    assert_eq!(
        error.to_string(),
        "cannot register the metrics of the handler"
    );
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.contains("promhttp_metric_handler_requests_total"),
        "{cause}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_scrapes_at_once_all_get_everything() {
    let registry = registry_with(5_000);
    let handler = handler_for(registry.clone(), HandlerOpts::new()).unwrap();
    let handler = instrument_metric_handler(&registry, handler).unwrap();

    let scrapes: Vec<_> = (0..40)
        .map(|_| {
            let handler = handler.clone();
            tokio::spawn(async move { ask(&handler, Method::GET).await })
        })
        .collect();

    for scrape in scrapes {
        let answer = scrape.await.unwrap();
        let lines = answer
            .text
            .lines()
            .filter(|line| line.starts_with("requests_total{"))
            .count();
        assert_eq!((answer.status, lines), (StatusCode::OK, 5_000));
    }
    let value = |series| support::value(&registry, series);
    assert_eq!(value("promhttp_metric_handler_requests_in_flight"), "0");
    assert_eq!(
        value("promhttp_metric_handler_requests_total{code=\"200\"}"),
        "40"
    );
}

#[test]
fn handlers_fit_between_threads() {
    fn fits<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn sends<T: Send + 'static>(_: &T) {}

    let registry = Registry::new();
    let handler = handler_for(registry.clone(), HandlerOpts::new()).unwrap();
    let mut handler = instrument_metric_handler(&registry, handler).unwrap();
    fits(&handler);
    let future = handler.call(request(Method::GET));
    sends(&future);
    sends(&block_on(future).unwrap().into_body());
}
