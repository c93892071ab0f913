//! Clients that disconnect, at every point where they can.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::future::Future as _;
use std::pin::{Pin, pin};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Method, StatusCode};
use http_body::Body as _;
use promcore::{ConstMetric, Desc, DescOpts, Registry, collector_fn};
use promhttp::{
    Body, HandlerOpts, InstrumentedMetricHandler, InstrumentedMetricHandlerBody, MetricHandler,
    handler_for, instrument_metric_handler,
};
use support::{ask, block_on, eventually, get, registry_with, request, value};
use tower_service::Service;

const IN_FLIGHT: &str = "promhttp_metric_handler_requests_in_flight";
const OK: &str = "promhttp_metric_handler_requests_total{code=\"200\"}";
const ENCODING: &str = "promhttp_metric_handler_errors_total{cause=\"encoding\"}";

/// A handler for `scraped` whose own metrics are in another registry.
fn instrumented(
    scraped: &Registry,
    own: &Registry,
    opts: HandlerOpts,
) -> InstrumentedMetricHandler<MetricHandler> {
    let handler = handler_for(scraped.clone(), opts.registry(own)).unwrap();
    instrument_metric_handler(own, handler).unwrap()
}

fn start(
    handler: &mut InstrumentedMetricHandler<MetricHandler>,
) -> Pin<Box<InstrumentedMetricHandlerBody<Body>>> {
    let response = block_on(handler.call(request(Method::GET))).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    Box::pin(response.into_body())
}

fn next(body: &mut Pin<Box<InstrumentedMetricHandlerBody<Body>>>) -> Option<usize> {
    let frame = block_on(std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)));
    frame.map(|frame| frame.unwrap().into_data().unwrap().len())
}

/// Some megabytes, more than fits in the chunks of a scrape.
const MANY: usize = 50_000;

#[test]
fn b1_a_future_dropped_before_its_first_poll_leaves_the_gauge() {
    let (scraped, own) = (registry_with(MANY), Registry::new());
    let mut handler = instrumented(&scraped, &own, HandlerOpts::new());

    let future = handler.call(request(Method::GET));
    assert_eq!(value(&own, IN_FLIGHT), "1");
    drop(future);

    assert_eq!(
        (value(&own, IN_FLIGHT), value(&own, OK)),
        ("0".into(), "0".into())
    );
}

#[test]
fn b1_a_future_dropped_while_it_gathers_leaves_the_gauge() {
    let (scraped, own, gate) = (Registry::new(), Registry::new(), Gate::default());
    gate.guard(&scraped);
    let mut handler = instrumented(&scraped, &own, HandlerOpts::new());

    {
        let mut future = pin!(handler.call(request(Method::GET)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(future.as_mut().poll(&mut cx), Poll::Pending));
        assert_eq!(value(&own, IN_FLIGHT), "1");
    }

    assert_eq!(
        (value(&own, IN_FLIGHT), value(&own, OK)),
        ("0".into(), "0".into())
    );
    gate.open();
}

#[test]
fn b1_a_body_dropped_unread_leaves_the_gauge() {
    let (scraped, own) = (registry_with(MANY), Registry::new());
    let mut handler = instrumented(&scraped, &own, HandlerOpts::new());

    let body = start(&mut handler);
    assert_eq!(value(&own, IN_FLIGHT), "1");
    drop(body);

    // The status was sent, so the scrape counts.
    assert_eq!(
        (value(&own, IN_FLIGHT), value(&own, OK)),
        ("0".into(), "1".into())
    );
}

#[test]
fn b1_a_body_dropped_after_its_first_chunk_leaves_the_gauge_and_stops_the_encoder() {
    let (scraped, own) = (registry_with(MANY), Registry::new());
    let mut handler = instrumented(&scraped, &own, HandlerOpts::new());

    let mut body = start(&mut handler);
    assert_eq!(next(&mut body), Some(promhttp::CHUNK));
    assert_eq!(value(&own, IN_FLIGHT), "1");
    drop(body);

    assert_eq!(
        (value(&own, IN_FLIGHT), value(&own, OK)),
        ("0".into(), "1".into())
    );
    eventually("the encoder has stopped", || value(&own, ENCODING) == "1");
}

#[test]
fn b1_a_body_read_to_its_end_leaves_the_gauge_before_it_is_dropped() {
    let (scraped, own) = (registry_with(MANY), Registry::new());
    let mut handler = instrumented(&scraped, &own, HandlerOpts::new());

    let mut body = start(&mut handler);
    while !body.is_end_stream() {
        assert_eq!(value(&own, IN_FLIGHT), "1");
        next(&mut body).unwrap();
    }

    // With the last frame, since a server need not poll for more.
    assert_eq!(
        (value(&own, IN_FLIGHT), value(&own, OK)),
        ("0".into(), "1".into())
    );
    assert_eq!(next(&mut body), None);
    drop(body);
    assert_eq!(
        (value(&own, IN_FLIGHT), value(&own, OK)),
        ("0".into(), "1".into())
    );
    assert_eq!(value(&own, ENCODING), "0");
}

#[test]
fn a_scrape_beyond_the_limit_gets_a_503() {
    let (scraped, own) = (registry_with(MANY), Registry::new());
    let mut handler = instrumented(&scraped, &own, HandlerOpts::new().max_requests_in_flight(1));
    let mut body = start(&mut handler);
    next(&mut body).unwrap();

    let refused = get(&handler);
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        refused.text,
        "Limit of concurrent requests reached (1), try again later.\n"
    );
    assert_eq!(refused.header("content-type"), "text/plain; charset=utf-8");

    // The place is free once the encoder has noticed that the client has gone.
    drop(body);
    eventually("the place is free", || {
        get(&handler).status == StatusCode::OK
    });
    // And before a client has read everything.
    assert_eq!(get(&handler).status, StatusCode::OK);
    assert_eq!(value(&own, OK), "3");
    assert_eq!(value(&own, IN_FLIGHT), "0");
}

#[test]
fn a_client_that_reads_no_further_is_given_up() {
    let (scraped, own) = (registry_with(MANY), Registry::new());
    let (log, lines) = mpsc::channel();
    let opts = HandlerOpts::new()
        .error_log(move |line| log.send(line.to_owned()).unwrap())
        .max_requests_in_flight(1)
        .write_timeout(Duration::from_millis(20));
    let mut handler = instrumented(&scraped, &own, opts);

    let mut body = start(&mut handler);

    assert_eq!(
        lines.recv().unwrap(),
        "error encoding and sending metric family: the client took nothing for 20ms"
    );
    assert_eq!(value(&own, ENCODING), "1");
    // Its place is free, though its connection is still there.
    assert_eq!(value(&own, IN_FLIGHT), "1");
    assert_eq!(block_on(ask(&handler, Method::HEAD)).status, StatusCode::OK);
    let rest = block_on(std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)));
    let error = rest.unwrap().unwrap_err().to_string();
    assert_eq!(error, "the client took nothing for 20ms");
    assert_eq!(value(&own, IN_FLIGHT), "0");
}

#[test]
fn a_scrape_that_nobody_waits_for_keeps_its_place_until_it_is_gathered() {
    let (scraped, gate) = (Registry::new(), Gate::default());
    gate.guard(&scraped);
    let opts = HandlerOpts::new().max_requests_in_flight(1);
    let mut handler = handler_for(scraped, opts).unwrap();

    let future = handler.call(request(Method::GET));
    gate.wait_for_one();
    drop(future);
    assert_eq!(get(&handler).status, StatusCode::SERVICE_UNAVAILABLE);

    gate.open();
    eventually("the place is free", || {
        get(&handler).status == StatusCode::OK
    });
}

/// Blocks collectors until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Default)]
struct GateState {
    open: bool,
    waiting: usize,
}

impl Gate {
    /// Registers a collector that waits at the gate.
    fn guard(&self, registry: &Registry) {
        let desc = Desc::new(DescOpts::new("late", "Comes late.")).unwrap();
        let (gate, metric_desc) = (self.clone(), desc.clone());
        let late = collector_fn(vec![desc], move |sink: &mut dyn FnMut(ConstMetric)| {
            gate.pass();
            sink(ConstMetric::gauge(&metric_desc, 1.0, &[]).unwrap());
        });
        registry.register(late).unwrap();
    }

    fn pass(&self) {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap();
        state.waiting += 1;
        changed.notify_all();
        while !state.open {
            state = changed.wait(state).unwrap();
        }
    }

    fn wait_for_one(&self) {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap();
        while state.waiting == 0 {
            state = changed.wait(state).unwrap();
        }
    }

    fn open(&self) {
        let (state, changed) = &*self.0;
        state.lock().unwrap().open = true;
        changed.notify_all();
    }
}
