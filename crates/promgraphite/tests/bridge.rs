//! Bridges to servers on loopback that work, hang up, or do nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::future::Future as _;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use promcore::{
    Gathered, Gauge, GaugeVec, ManualClock, Registry, Timestamp, collector_fn, gatherer_fn,
};
use promgraphite::{Bridge, BridgeOpts, Cancellation, Error, ErrorHandling};
use tokio::sync::oneshot;

const HOUR: Duration = Duration::from_secs(3600);

/// A server that accepts one connection at a time.
struct Graphite(TcpListener);

impl Graphite {
    fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// Reads everything from the next connection, and closes it.
    fn receive(&self) -> String {
        let (mut stream, _) = self.0.accept().unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

/// Options for a bridge of one gauge with the value 7, at a known time.
fn opts(address: SocketAddr) -> BridgeOpts {
    let gauge = Gauge::new("rooms_free", "Rooms.").unwrap();
    gauge.set(7.0);
    let registry = Registry::new();
    registry.register(gauge).unwrap();
    let now = Timestamp::from_unix_nanos(1_700_000_000_000_000_000);
    BridgeOpts::new(address.to_string())
        .gatherer(registry)
        .clock(Arc::new(ManualClock::new(now)))
}

const ROOMS: &str = "rooms_free 7 1700000000\n";

/// Options that pass on the messages of errors.
fn telling(opts: BridgeOpts) -> (BridgeOpts, mpsc::Receiver<String>) {
    let (report, reported) = mpsc::channel();
    let opts = opts.on_error(move |error| report.send(error.to_string()).unwrap());
    (opts, reported)
}

#[test]
fn a_push_is_over_when_the_server_has_read_it() {
    let graphite = Graphite::start();
    let bridge = Bridge::new(opts(graphite.address())).unwrap();
    let push = thread::spawn(move || bridge.push());
    assert_eq!(graphite.receive(), ROOMS);
    push.join().unwrap().unwrap();
}

#[test]
fn options_that_cannot_work_are_refused() {
    let new = |opts| Bridge::new(opts).unwrap_err().to_string();
    let missing = new(BridgeOpts::new(""));
    assert_eq!(missing, "the server's address is missing");
    for prefix in ["a b", "a\n", "a;b"] {
        let refused = new(BridgeOpts::new("x:1").prefix(prefix));
        let expected = format!("prefix {prefix:?} has white space or a semicolon in it");
        assert_eq!(refused, expected);
    }
}

#[test]
fn a_server_that_is_down_is_named_and_found_again() {
    let graphite = Graphite::start();
    let address = graphite.address();
    let bridge = Arc::new(Bridge::new(opts(address)).unwrap());
    let pushing = || {
        let bridge = Arc::clone(&bridge);
        thread::spawn(move || bridge.push())
    };
    let push = pushing();
    assert_eq!(graphite.receive(), ROOMS);
    push.join().unwrap().unwrap();

    drop(graphite);
    let error = bridge.push().unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to {address}"));
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("refused"), "{cause}");

    let graphite = Graphite(TcpListener::bind(address).unwrap());
    let push = pushing();
    assert_eq!(graphite.receive(), ROOMS);
    push.join().unwrap().unwrap();
}

#[test]
fn a_server_that_never_reads_is_left() {
    let graphite = Graphite::start();
    let vec = GaugeVec::new("g", "Help.", ["a"]).unwrap();
    for number in 0..32 {
        // More than the system buffers for a reader that does not read.
        vec.with([&format!("{number}{}", "x".repeat(1 << 20))])
            .set(1.0);
    }
    let registry = Registry::new();
    registry.register(vec).unwrap();
    for opts in [
        opts(graphite.address()).gatherer(registry),
        opts(graphite.address()),
    ] {
        let bridge = Bridge::new(opts.timeout(Duration::from_millis(300))).unwrap();
        // The system accepts the connection, but the server does not.
        let error = bridge.push().unwrap_err();
        let expected = format!("cannot send all metrics to {}", graphite.address());
        assert_eq!(error.to_string(), expected);
        let cause = error.source().unwrap().to_string();
        assert_eq!(cause, "the server took too long");
    }
}

#[test]
fn what_cannot_be_gathered_is_reported_and_the_rest_sent() {
    let graphite = Graphite::start();
    let registry = Registry::new();
    let rooms = Gauge::new("rooms_free", "Rooms.").unwrap();
    rooms.set(7.0);
    registry.register(rooms).unwrap();
    let panicking = collector_fn(Vec::new(), |_| panic!("on purpose"));
    registry.register(panicking).unwrap();

    let (opts, reported) = telling(opts(graphite.address()).gatherer(registry));
    let bridge = Bridge::new(opts.clone()).unwrap();
    let push = thread::spawn(move || bridge.push());
    assert_eq!(graphite.receive(), ROOMS);
    push.join().unwrap().unwrap();
    let error = reported.recv().unwrap();
    assert!(error.contains("panicked: on purpose"), "{error}");

    let bridge = Bridge::new(opts.error_handling(ErrorHandling::AbortOnError)).unwrap();
    let error = bridge.push().unwrap_err();
    assert!(matches!(error, Error::Gather(_)), "{error}");
}

#[test]
fn nothing_is_sent_when_there_is_nothing() {
    let graphite = Graphite::start();
    let empty = opts(graphite.address()).gatherer(Registry::new());
    Bridge::new(empty).unwrap().push().unwrap();
    let panicking = gatherer_fn(|| -> Gathered { panic!("on purpose") });
    let (opts, reported) = telling(opts(graphite.address()).gatherer(panicking));
    Bridge::new(opts).unwrap().push().unwrap();
    let error = reported.recv().unwrap();
    assert!(error.contains("the gatherer panicked"), "{error}");
    graphite.0.set_nonblocking(true).unwrap();
    assert!(graphite.0.accept().is_err(), "nobody has connected");
}

#[test]
fn a_bridge_pushes_at_each_interval_whatever_happens() {
    let graphite = Graphite::start();
    let (opts, reported) = telling(opts(graphite.address()));
    let bridge = Bridge::new(opts.interval(Duration::from_millis(10))).unwrap();
    let stop = Cancellation::new();
    let stopped = stop.clone();
    let run = thread::spawn(move || bridge.run(&stopped));
    assert_eq!(graphite.receive(), ROOMS);
    assert_eq!(graphite.receive(), ROOMS);
    drop(graphite);
    let error = reported.recv().unwrap();
    assert!(error.starts_with("cannot "), "{error}");
    let error = reported.recv().unwrap();
    assert!(error.starts_with("cannot connect to "), "{error}");
    stop.cancel();
    run.join().unwrap();
}

#[test]
fn a_report_that_panics_does_not_end_a_bridge() {
    let graphite = Graphite::start();
    let address = graphite.address();
    drop(graphite);
    let (report, reported) = mpsc::channel();
    let opts = opts(address).interval(Duration::from_millis(10));
    let opts = opts.on_error(move |error| {
        report.send(error.to_string()).unwrap();
        panic!("on purpose");
    });
    let bridge = Bridge::new(opts).unwrap();
    let stop = Cancellation::new();
    let stopped = stop.clone();
    let run = thread::spawn(move || bridge.run(&stopped));
    let expected = format!("cannot connect to {address}");
    assert_eq!(reported.recv().unwrap(), expected);
    assert_eq!(reported.recv().unwrap(), expected);
    stop.cancel();
    run.join().unwrap();
}

#[test]
fn a_bridge_that_is_stopped_pushes_once_more() {
    let graphite = Graphite::start();
    let bridge = Bridge::new(opts(graphite.address()).interval(HOUR)).unwrap();
    let stop = Cancellation::new();
    let stopped = stop.clone();
    let run = thread::spawn(move || bridge.run(&stopped));
    stop.cancel();
    assert_eq!(graphite.receive(), ROOMS);
    run.join().unwrap();
}

#[test]
fn times_that_no_clock_can_tell_are_a_year() {
    let graphite = Graphite::start();
    let opts = opts(graphite.address())
        .interval(Duration::MAX)
        .timeout(Duration::MAX);
    let bridge = Bridge::new(opts).unwrap();
    let stop = Cancellation::new();
    let stopped = stop.clone();
    let run = thread::spawn(move || bridge.run(&stopped));
    stop.cancel();
    // On a thread, since accepting would wait forever if the bridge panicked.
    let received = thread::spawn(move || graphite.receive());
    run.join().unwrap();
    assert_eq!(received.join().unwrap(), ROOMS);
}

#[test]
fn a_bridge_needs_no_runtime_to_be_awaited() {
    let graphite = Graphite::start();
    let bridge = Bridge::new(opts(graphite.address()).interval(HOUR)).unwrap();
    let received = thread::spawn(move || graphite.receive());
    // The simplest runtime: polls until it is done.
    let mut run = pin!(bridge.run_until(async {}));
    let mut cx = Context::from_waker(Waker::noop());
    while run.as_mut().poll(&mut cx).is_pending() {
        thread::yield_now();
    }
    assert_eq!(received.join().unwrap(), ROOMS);
}

#[tokio::test]
async fn a_bridge_that_is_awaited_pushes_once_more() {
    let graphite = Graphite::start();
    let bridge = Bridge::new(opts(graphite.address()).interval(HOUR)).unwrap();
    let (shut_down, shutdown) = oneshot::channel::<()>();
    let run = tokio::spawn(bridge.run_until(async {
        let _ = shutdown.await;
    }));
    shut_down.send(()).unwrap();
    let received = tokio::task::spawn_blocking(move || graphite.receive());
    assert_eq!(received.await.unwrap(), ROOMS);
    run.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_bridge_that_is_dropped_pushes_once_more() {
    let graphite = Graphite::start();
    let bridge = Bridge::new(opts(graphite.address()).interval(HOUR)).unwrap();
    let run = tokio::spawn(bridge.run_until(std::future::pending()));
    tokio::task::yield_now().await; // It has started by now, since there is only one thread.
    run.abort();
    let received = tokio::task::spawn_blocking(move || graphite.receive());
    assert_eq!(received.await.unwrap(), ROOMS);
}
