//! Scrapes that share a gather.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::future::Future as _;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Waker};
use std::thread;

use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use promcore::{ConstMetric, Desc, DescOpts, Gatherer, Registry, Scrape, collector_fn};
use promhttp::{HandlerOpts, MetricHandler, handler_for};
use support::{block_on, eventually, get, get_with, request};
use tower_service::Service;

/// A collector whose gauge counts its collections, and that can be blocked.
#[derive(Clone, Default)]
struct Slow(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    asked: usize,
    /// How many collections may finish.
    allowed: usize,
}

impl Slow {
    fn handler(&self, opts: HandlerOpts) -> MetricHandler {
        let registry = Registry::new();
        for name in ["slow", "other"] {
            let desc = Desc::new(DescOpts::new(name, "")).unwrap();
            let (slow, metric) = (self.clone(), desc.clone());
            let collect = move |sink: &mut dyn FnMut(ConstMetric)| {
                let asked = if name == "slow" { slow.answer() } else { 0 };
                sink(ConstMetric::gauge(&metric, asked as f64, &[]).unwrap());
            };
            registry
                .register(collector_fn(vec![desc], collect))
                .unwrap();
        }
        handler_for(registry, opts.coalesce_gather(true)).unwrap()
    }

    fn answer(&self) -> usize {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap();
        state.asked += 1;
        let number = state.asked;
        while state.allowed < number {
            state = changed.wait(state).unwrap();
        }
        number
    }

    fn allow(&self, answers: usize) {
        let (state, changed) = &*self.0;
        state.lock().unwrap().allowed += answers;
        changed.notify_all();
    }

    fn asked(&self) -> usize {
        self.0.0.lock().unwrap().asked
    }
}

/// Sends a request without waiting for its response.
fn later(handler: &MetricHandler, uri: &'static str) -> thread::JoinHandle<String> {
    let mut handler = handler.clone();
    let request = http::Request::get(uri).body(()).unwrap();
    let future = handler.call(request); // The scrape starts here, not in the thread.
    thread::spawn(move || {
        let body = block_on(future).unwrap().into_body();
        let body = block_on(body.collect()).unwrap();
        String::from_utf8(body.to_bytes().into()).unwrap()
    })
}

#[test]
fn who_comes_meanwhile_shares_what_is_gathered_after_it_came() {
    let slow = Slow::default();
    let handler = slow.handler(HandlerOpts::new());
    let first = later(&handler, "/metrics");
    eventually("the first one gathers", || slow.asked() == 1);
    let others: Vec<_> = (0..20).map(|_| later(&handler, "/metrics")).collect();

    slow.allow(1);
    assert!(first.join().unwrap().ends_with("\nslow 1\n"));
    slow.allow(1);
    for other in others {
        assert!(other.join().unwrap().ends_with("\nslow 2\n"));
    }
    assert_eq!(slow.asked(), 2);

    slow.allow(1);
    assert!(get(&handler).text.ends_with("\nslow 3\n"));
}

#[test]
fn each_gets_the_families_that_it_wants() {
    let slow = Slow::default();
    let handler = slow.handler(HandlerOpts::new());
    let first = later(&handler, "/metrics");
    eventually("the first one gathers", || slow.asked() == 1);
    let [one, other, both] = ["slow", "other", "slow&name[]=other"].map(|names| {
        later(
            &handler,
            Box::leak(format!("/?name[]={names}").into_boxed_str()),
        )
    });

    slow.allow(2);
    first.join().unwrap();
    assert_eq!(
        one.join().unwrap(),
        "# HELP slow \n# TYPE slow gauge\nslow 2\n"
    );
    assert_eq!(
        other.join().unwrap(),
        "# HELP other \n# TYPE other gauge\nother 0\n"
    );
    assert_eq!(both.join().unwrap().lines().count(), 6);
}

#[test]
fn a_slow_client_keeps_nobody_waiting() {
    let registry = support::registry_with(50_000);
    let handler = handler_for(registry, HandlerOpts::new().coalesce_gather(true)).unwrap();
    let unread = block_on(handler.clone().call(request(Method::GET))).unwrap();

    for _ in 0..3 {
        assert_eq!(get(&handler).text.lines().count(), 50_002);
    }
    drop(unread);
}

#[test]
fn who_has_gone_is_not_gathered_for() {
    let slow = Slow::default();
    let handler = slow.handler(HandlerOpts::new());
    let first = later(&handler, "/metrics");
    eventually("the first one gathers", || slow.asked() == 1);
    drop(handler.clone().call(request(Method::GET)));

    slow.allow(1);
    first.join().unwrap();
    let names = get_with(&handler, "/metrics?name[]=other", &[]).text;
    assert!(names.ends_with("\nother 0\n"), "{names}");
    assert_eq!(slow.asked(), 1);
}

#[test]
fn who_has_gone_takes_no_place_among_those_in_flight() {
    let slow = Slow::default();
    let handler = slow.handler(HandlerOpts::new().max_requests_in_flight(2));
    let first = later(&handler, "/metrics");
    eventually("the first one gathers", || slow.asked() == 1);
    for _ in 0..10 {
        drop(handler.clone().call(request(Method::GET)));
    }

    let second = later(&handler, "/metrics");
    assert_eq!(get(&handler).status, StatusCode::SERVICE_UNAVAILABLE);
    slow.allow(2);
    assert!(first.join().unwrap().ends_with("\nslow 1\n"));
    assert!(second.join().unwrap().ends_with("\nslow 2\n"));
}

#[test]
fn b19_a_panicking_gatherer_takes_nobody_elses_turn() {
    struct Panics(AtomicUsize);
    impl Gatherer for Panics {
        fn scrape(&self) -> Scrape {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => panic!("no scrape today"),
                _ => Registry::new().scrape(),
            }
        }
    }
    let opts = HandlerOpts::new().coalesce_gather(true);
    let handler = handler_for(Panics(AtomicUsize::new(0)), opts).unwrap();

    assert_eq!(get(&handler).status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(get(&handler).status, StatusCode::OK);
}

/// Starts a scrape, polls it `steps` times, and drops it.
fn hang_up_after(steps: usize, handler: &MetricHandler, patience: &str) {
    let request = http::Request::get("/metrics").header(PATIENCE, patience);
    let mut future = pin!(handler.clone().call(request.body(()).unwrap()));
    if steps < 2 {
        let cx = &mut Context::from_waker(Waker::noop());
        (0..steps).for_each(|_| drop(future.as_mut().poll(cx)));
        return;
    }
    let mut body = block_on(future).unwrap().into_body();
    for _ in 2..steps {
        if block_on(body.frame()).is_none() {
            return;
        }
    }
}

const PATIENCE: &str = "x-prometheus-scrape-timeout-seconds";

#[test]
fn all_places_come_back_whatever_clients_do() {
    const PLACES: usize = 4;
    let opts = HandlerOpts::new().coalesce_gather(true);
    let registry = support::registry_with(5_000); // Some chunks.
    let desc = Desc::new(DescOpts::new("slow", "")).unwrap();
    let slow = collector_fn(vec![desc], |_| (0..100).for_each(|_| thread::yield_now()));
    registry.register(slow).unwrap();
    let handler = handler_for(registry, opts.max_requests_in_flight(PLACES)).unwrap();

    thread::scope(|scope| {
        for client in 0..PLACES {
            let handler = &handler;
            scope.spawn(move || {
                for n in 0..40 {
                    let patience = ["10", "0.0001", "1000"][n % 3];
                    hang_up_after((client + n) % 8, handler, patience);
                }
            });
        }
    });

    // Each body is longer than two chunks, so that its scrape keeps its place.
    let mut held = Vec::new();
    eventually("all places are free", || {
        let response = block_on(handler.clone().call(request(Method::GET))).unwrap();
        held.extend((response.status() == StatusCode::OK).then_some(response));
        held.len() == PLACES
    });
    let status = get(&handler).status;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_scrapes_at_once_all_get_everything() {
    let registry = support::registry_with(2_000);
    let handler = handler_for(registry, HandlerOpts::new().coalesce_gather(true)).unwrap();
    let scrapes: Vec<_> = (0..100)
        .map(|_| {
            let handler = handler.clone();
            tokio::spawn(async move {
                support::ask(&handler, Method::GET)
                    .await
                    .text
                    .lines()
                    .count()
            })
        })
        .collect();
    for scrape in scrapes {
        assert_eq!(scrape.await.unwrap(), 2_002);
    }
}
