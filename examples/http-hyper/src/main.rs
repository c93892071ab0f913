//! Measures the requests to a plain hyper server.
//!
//! Run it with `cargo run -p http-hyper -- 127.0.0.1:3000`, ask for any page, and read `/metrics`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program prints for its user")]

use std::convert::Infallible;

use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use promhttp::{InstrumentHandler, InstrumentHandlerOpts};
use tower::{Layer, ServiceExt, service_fn};

type Metrics = promhttp::InstrumentedMetricHandler<promhttp::MetricHandler>;
type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/metrics", listener.local_addr()?);

    let in_flight = promauto::gauge("http_requests_in_flight", "Requests being served.");
    let requests = promauto::counter_vec("http_requests_total", "Requests.", ["code", "method"]);
    let seconds = promauto::histogram_vec("http_request_seconds", "Time to answer.", ["method"]);
    let opts = InstrumentHandlerOpts::new();
    let opts = opts
        .in_flight(in_flight)
        .counter(requests)
        .duration(seconds);
    let metrics = promhttp::handler();
    let answer = service_fn(move |request| answer(request, metrics.clone()));
    let service = InstrumentHandler::new(opts)?.layer(answer);

    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // Ignore clients that disconnect.
            let _ = connection.await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    metrics: Metrics,
) -> Result<Response<Body>, Infallible> {
    if request.uri().path() == "/metrics" {
        let response = metrics.oneshot(request).await?;
        return Ok(response.map(|body| body.map_err(Into::into).boxed_unsync()));
    }
    let page = "hello\n".to_owned();
    Ok(Response::new(page.map_err(Into::into).boxed_unsync()))
}
