//! Server middleware behind a real server, whose clients disconnect and whose handlers panic.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use http_body::Frame;
use promcore::{CounterVec, Gauge, HistogramVec};
use promhttp::{InstrumentHandler, InstrumentHandlerOpts};
use support::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A body with one frame, after which it waits forever or panics.
struct Unfinished {
    frame: Option<Bytes>,
    panics: bool,
}

impl Unfinished {
    fn response(panics: bool) -> Body {
        let frame = Some(Bytes::from_static(b"first"));
        Body::new(Self { frame, panics })
    }
}

impl http_body::Body for Unfinished {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(frame) = self.frame.take() {
            return Poll::Ready(Some(Ok(Frame::data(frame))));
        }
        assert!(!self.panics, "the body panics");
        Poll::Pending
    }
}

#[expect(clippy::panic, reason = "that is what the test is about")]
async fn panicking() {
    panic!("the handler panics");
}

fn routes() -> Router {
    Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/never", get(pending::<()>))
        .route("/panic", get(panicking))
        .route("/endless", get(|| async { Unfinished::response(false) }))
        .route("/broken", get(|| async { Unfinished::response(true) }))
}

async fn connect(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads until `end` has arrived, or the server closes the connection.
async fn read_until(stream: &mut TcpStream, end: &str) {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(end) {
        if stream.read_buf(&mut text).await.unwrap() == 0 {
            return;
        }
    }
}

/// B1: however a request ends, it leaves the gauge and is counted correctly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b1_requests_that_are_cut_short_leave_the_gauge() {
    let in_flight = Gauge::new("in_flight", "").unwrap();
    let requests = CounterVec::new("requests", "", ["code"]).unwrap();
    let head = HistogramVec::new("head", "", ["code"]).unwrap();
    let opts = InstrumentHandlerOpts::new()
        .in_flight(in_flight.clone())
        .counter(requests.clone())
        .time_to_write_header(head.clone());
    let app = routes().layer(InstrumentHandler::new(opts).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });

    // The path, what the client reads, and then the requests by code and the heads.
    for (path, until, aborted, ok, heads) in [
        ("/hello", "\r\n\r\nhello", 0.0, 1.0, 1),
        ("/never", "", 1.0, 1.0, 1),
        ("/endless", "first", 1.0, 2.0, 2),
        ("/panic", "no answer", 1.0, 2.0, 2),
        ("/broken", "no end", 1.0, 2.0, 3),
        ("/hello", "\r\n\r\nhello", 1.0, 3.0, 4),
    ] {
        let mut stream = connect(address, path).await;
        if path == "/never" {
            eventually("the request has arrived", || in_flight.value() == 1.0);
        }
        read_until(&mut stream, until).await;
        drop(stream);

        eventually("nobody is served", || in_flight.value() == 0.0);
        // The gauge is decremented first.
        let counts = || {
            [
                requests.with(["aborted"]).value(),
                requests.with(["200"]).value(),
            ]
        };
        eventually(path, || counts() == [aborted, ok]);
        assert_eq!(head.with(["200"]).snapshot().count, heads, "{path}");
    }
}
