//! A scripted service, and all six metrics around it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use promcore::{
    CounterVec, Gatherer, Gauge, HistogramVec, ManualClock, Registry, SummaryVec, Timestamp,
};
use promhttp::{InstrumentHandler, InstrumentHandlerOpts, InstrumentedHandler, Labels};
use tower_layer::Layer;
use tower_service::Service;

/// A step of a future or a body when it is polled.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Returns `Pending`.
    Wait,
    /// Advances the clock by a second.
    Second,
    Data(&'static str),
    Trailers(&'static str, &'static str),
    Fail,
    Panic,
}

/// Responds with `response` after the steps; the body then plays its own steps.
#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) before: Vec<Step>,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Vec<Step>,
    pub(crate) clock: Arc<ManualClock>,
}

impl Script {
    pub(crate) fn new(site: &Site, body: &[Step]) -> Self {
        Self {
            before: Vec::new(),
            status: 200,
            headers: Vec::new(),
            body: body.to_vec(),
            clock: Arc::clone(&site.clock),
        }
    }
}

impl<B> Service<Request<B>> for Script {
    type Response = Response<Play>;
    type Error = Broken;
    type Future = Answer;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: Request<B>) -> Answer {
        let play = |steps: &[Step]| Play {
            steps: steps.iter().cloned().collect(),
            clock: Arc::clone(&self.clock),
        };
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(*name, *value);
        }
        Answer {
            before: play(&self.before),
            response: Some(response.body(play(&self.body)).unwrap()),
        }
    }
}

/// The future of a [`Script`].
pub(crate) struct Answer {
    before: Play,
    response: Option<Response<Play>>,
}

/// The error of a script.
#[derive(Debug, PartialEq)]
pub(crate) struct Broken;

impl Future for Answer {
    type Output = Result<Response<Play>, Broken>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.before).poll_frame(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Err(broken))) => Poll::Ready(Err(broken)),
            Poll::Ready(_) => Poll::Ready(Ok(self.response.take().unwrap())),
        }
    }
}

/// Steps, one per poll.
#[derive(Debug)]
pub(crate) struct Play {
    steps: VecDeque<Step>,
    clock: Arc<ManualClock>,
}

impl Body for Play {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        loop {
            return match self.steps.pop_front() {
                None => Poll::Ready(None),
                Some(Step::Wait) => Poll::Pending,
                Some(Step::Second) => {
                    self.clock.advance(Duration::from_secs(1));
                    continue;
                }
                Some(Step::Data(text)) => {
                    Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(text.as_bytes())))))
                }
                Some(Step::Trailers(name, value)) => {
                    let trailers = HeaderMap::from_iter([(
                        http::HeaderName::from_static(name),
                        http::HeaderValue::from_static(value),
                    )]);
                    Poll::Ready(Some(Ok(Frame::trailers(trailers))))
                }
                Some(Step::Fail) => Poll::Ready(Some(Err(Broken))),
                Some(Step::Panic) => panic!("the service panics"),
            };
        }
    }

    fn is_end_stream(&self) -> bool {
        self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let len = |step: &Step| match step {
            Step::Data(text) => text.len() as u64,
            _ => 0,
        };
        SizeHint::with_exact(self.steps.iter().map(len).sum())
    }
}

/// All six metrics, with the labels `code` and `method` in both orders.
pub(crate) struct Site {
    pub(crate) registry: Registry,
    pub(crate) clock: Arc<ManualClock>,
    in_flight: Gauge,
    requests: CounterVec<2>,
    seconds: HistogramVec<2>,
    head: HistogramVec<1>,
    asked: HistogramVec<0>,
    sent: SummaryVec<1>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let site = Self {
            registry: Registry::new(),
            clock: Arc::new(ManualClock::new(Timestamp::from_unix_nanos(0))),
            in_flight: Gauge::new("in_flight", "").unwrap(),
            requests: CounterVec::new("requests", "", ["code", "method"]).unwrap(),
            seconds: HistogramVec::new("seconds", "", ["method", "code"]).unwrap(),
            head: HistogramVec::new("head", "", ["code"]).unwrap(),
            asked: HistogramVec::new("asked", "", [""; 0]).unwrap(),
            sent: SummaryVec::new("sent", "", ["method"]).unwrap(),
        };
        site.registry.register(site.in_flight.clone()).unwrap();
        site.registry.register(site.requests.clone()).unwrap();
        site.registry.register(site.seconds.clone()).unwrap();
        site.registry.register(site.head.clone()).unwrap();
        site.registry.register(site.asked.clone()).unwrap();
        site.registry.register(site.sent.clone()).unwrap();
        site
    }

    pub(crate) fn opts(&self) -> InstrumentHandlerOpts {
        InstrumentHandlerOpts::new()
            .in_flight(self.in_flight.clone())
            .counter(self.requests.clone())
            .duration(self.seconds.clone())
            .time_to_write_header(self.head.clone())
            .request_size(self.asked.clone())
            .response_size(self.sent.clone())
            .clock(self.clock.clone())
    }

    /// Wraps a script in all six metrics.
    pub(crate) fn service(&self, script: Script) -> InstrumentedHandler<Script> {
        InstrumentHandler::new(self.opts()).unwrap().layer(script)
    }

    /// Checks all samples except buckets, which have tests of their own.
    #[track_caller]
    pub(crate) fn check(&self, expected: &str) {
        assert_eq!(shown(&self.registry), lines(expected));
    }

    #[track_caller]
    pub(crate) fn check_in_flight(&self, expected: f64) {
        assert_eq!(self.in_flight.value(), expected);
    }
}

/// Splits an indented text into lines.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    let mut lines: Vec<_> = lines.filter(|l| !l.is_empty()).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Lists the samples of a registry, except buckets.
pub(crate) fn shown(registry: &Registry) -> Vec<String> {
    let mut encoder = promfmt::Encoder::new(Vec::new(), promfmt::Format::TEXT);
    let _ = registry.scrape().write(&mut encoder);
    let text = String::from_utf8(encoder.finish().unwrap()).unwrap();
    let is_sample = |line: &&str| !line.starts_with('#') && !line.contains("_bucket");
    lines(
        &text
            .lines()
            .filter(is_sample)
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// A request for `/`.
pub(crate) fn request(method: &str) -> Request<String> {
    let request = Request::builder().method(method).uri("/");
    request.body(String::new()).unwrap()
}

/// Sends a request and reads the response to its end.
pub(crate) fn play<S, R, B>(mut service: S, request: Request<B>)
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Body,
{
    let Poll::Ready(Ok(response)) = poll(pin!(service.call(request))) else {
        panic!("the script answers at once");
    };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(Ok(_))) = poll_body(body.as_mut()) {}
}

/// Sends a request to `Ok200` in a layer with these options.
#[track_caller]
pub(crate) fn answer<L: Labels>(opts: InstrumentHandlerOpts<L>, request: Request<String>) {
    play(InstrumentHandler::new(opts).unwrap().layer(Ok200), request);
}

/// Responds with status 200 and an empty body.
#[derive(Clone)]
pub(crate) struct Ok200;

impl<B> Service<Request<B>> for Ok200 {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: Request<B>) -> Self::Future {
        std::future::ready(Ok(Response::new(String::new())))
    }
}

pub(crate) fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[expect(clippy::type_complexity, reason = "it is that of the trait")]
pub(crate) fn poll_body<B: Body>(
    body: Pin<&mut B>,
) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
    body.poll_frame(&mut Context::from_waker(Waker::noop()))
}
