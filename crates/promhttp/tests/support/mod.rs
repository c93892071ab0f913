//! Shared by the tests: requests without a server, and waiting without a runtime.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of this, and fails by panicking"
)]

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::Future;
use std::io::Read;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use promcore::{CounterVec, Gatherer, Registry};
use tower_service::Service;

/// A response that has been read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .to_str()
            .unwrap()
    }
}

/// Calls `service` and reads the response, without a runtime.
pub fn get<S, R>(service: &S) -> Answer
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible> + Clone,
    R: Body<Data = Bytes, Error: Debug>,
{
    block_on(ask(service, Method::GET))
}

/// Calls `service` and reads the response.
pub async fn ask<S, R>(service: &S, method: Method) -> Answer
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible> + Clone,
    R: Body<Data = Bytes, Error: Debug>,
{
    send(service, request(method)).await
}

/// Calls `service` with these headers and reads the response, without a runtime.
pub fn get_with<S, R>(service: &S, uri: &str, headers: &[(&str, &str)]) -> Answer
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible> + Clone,
    R: Body<Data = Bytes, Error: Debug>,
{
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    block_on(send(service, request.body(()).unwrap()))
}

/// Sends a request to `service`, reads the response and decodes it.
pub async fn send<S, R>(service: &S, request: Request<()>) -> Answer
where
    S: Service<Request<()>, Response = Response<R>, Error = Infallible> + Clone,
    R: Body<Data = Bytes, Error: Debug>,
{
    let response = service.clone().call(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let encoding = head.headers.get("content-encoding");
    let text = decode(encoding.map(|it| it.to_str().unwrap()), &bytes);
    Answer {
        status: head.status,
        headers: head.headers,
        text,
    }
}

fn decode(encoding: Option<&str>, mut bytes: &[u8]) -> String {
    let mut text = String::new();
    match encoding {
        None => bytes.read_to_string(&mut text),
        Some("gzip") => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text),
        #[cfg(feature = "zstd")]
        Some("zstd") => zstd::Decoder::new(bytes).unwrap().read_to_string(&mut text),
        Some(other) => panic!("{other} was not to be expected"),
    }
    .unwrap();
    text
}

pub fn request(method: Method) -> Request<()> {
    Request::builder()
        .method(method)
        .uri("/metrics")
        .body(())
        .unwrap()
}

/// Runs a future on this thread, with the standard library only.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        thread::park();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits until other threads have made `done` true.
#[track_caller]
pub fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "still not true: {what}"
        );
        thread::yield_now();
    }
}

/// A registry with a counter of `series` series, about 60 bytes of text each.
pub fn registry_with(series: usize) -> Registry {
    let registry = Registry::new();
    fill(&registry, series);
    registry
}

pub fn fill(registry: &Registry, series: usize) {
    let requests =
        CounterVec::new("requests_total", "Requests answered.", ["path", "user"]).unwrap();
    for i in 0..series {
        let (path, user) = (format!("/api/v1/{:04}", i % 1_000), format!("user-{i:07}"));
        requests.with([&path, &user]).inc();
    }
    registry.register(requests).unwrap();
}

/// Returns the value of a series, written with its labels if it has any.
#[track_caller]
pub fn value(gatherer: &impl Gatherer, series: &str) -> String {
    let mut encoder = promfmt::Encoder::new(Vec::new(), promfmt::Format::TEXT);
    let _ = gatherer.scrape().write(&mut encoder);
    let text = String::from_utf8(encoder.finish().unwrap()).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in\n{text}"))
        .to_owned()
}

/// Returns how many threads run a scrape.
#[cfg(target_os = "linux")]
pub fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")));
    names
        .filter(|name| name.as_ref().is_ok_and(|name| name.trim() == "promhttp"))
        .count()
}
