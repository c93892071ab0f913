//! All scrapes of a process share a number of places. No other tests are in this process, because these take all places.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod support;

use std::future::Future as _;
use std::pin::Pin;
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Method, Response, StatusCode};
use promcore::collector_fn;
use promhttp::{Body, HandlerOpts, MetricHandler, ResponseFuture, handler_for};
use support::{block_on, eventually, get, registry_with, request, threads};
use tower_service::Service;

const PLACES: usize = 64;

fn handler(opts: HandlerOpts) -> MetricHandler {
    // Longer than two chunks, so the thread waits for the client.
    handler_for(registry_with(20_000), opts).unwrap()
}

fn one_counter() -> MetricHandler {
    let opts = HandlerOpts::new().timeout(Duration::from_secs(20));
    handler_for(registry_with(1), opts).unwrap()
}

/// Starts a scrape that has no response yet.
fn wait(handler: &mut MetricHandler) -> Pin<Box<ResponseFuture>> {
    let mut future = Box::pin(handler.call(request(Method::GET)));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(matches!(future.as_mut().poll(&mut cx), Poll::Pending));
    future
}

fn start(future: impl Future<Output = Result<Response<Body>, std::convert::Infallible>>) -> Body {
    let response = block_on(future).unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body()
}

/// Starts as many scrapes as there are places, whose clients do not read.
fn take_all(handler: &mut MetricHandler) -> Vec<Body> {
    let futures = (0..PLACES).map(|_| handler.call(request(Method::GET)));
    futures.map(start).collect()
}

/// Lets one test at a time take the places.
static TURN: Mutex<()> = Mutex::new(());

#[test]
fn who_has_gone_takes_no_place_while_a_collector_hangs() {
    let _turn = TURN.lock().unwrap();
    let (registry, gate) = (registry_with(1), Arc::new(Barrier::new(2)));
    let at_gate = Arc::clone(&gate);
    let hanging = collector_fn(Vec::new(), move |_| _ = at_gate.wait());
    registry.register(hanging).unwrap();
    let mut handler = handler_for(registry, HandlerOpts::new().coalesce_gather(true)).unwrap();
    let first = handler.call(request(Method::GET));
    let waiting: Vec<_> = (1..PLACES).map(|_| wait(&mut handler)).collect();
    drop(waiting);

    assert_eq!(get(&one_counter()).status, StatusCode::OK);
    let last = handler.call(request(Method::GET));
    for future in [first, last] {
        gate.wait();
        drop(start(future));
    }
}

#[test]
fn scrapes_wait_for_a_place_without_a_thread() {
    let _turn = TURN.lock().unwrap();
    let mut first = handler(HandlerOpts::new());
    let mut bodies = take_all(&mut first);

    let mut other = handler(HandlerOpts::new());
    let [gone, next, last] = [(); 3].map(|()| wait(&mut other));
    assert_eq!(threads(), PLACES);
    // A waiting scrape still times out, and leaves nothing behind if it is dropped.
    let timeout = handler(HandlerOpts::new().timeout(Duration::from_millis(5)));
    assert_eq!(get(&timeout).status, StatusCode::SERVICE_UNAVAILABLE);
    drop(gone);

    drop(bodies.pop());
    drop(start(next));
    drop(start(last));

    drop(bodies);
    eventually("the threads have ended", || threads() == 0);
    drop(take_all(&mut other));
}
