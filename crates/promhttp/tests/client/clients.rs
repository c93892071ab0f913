use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use http::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::rt::TokioExecutor;
use promcore::{CounterVec, Histogram, HistogramVec};
use promhttp::{InstrumentClient, InstrumentClientOpts, InstrumentPhase};
use tower_layer::Layer;
use tower_service::Service;

/// A server with one page.
async fn serve() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(|| async { "hello" }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// An address without a server.
async fn closed() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

struct Metrics {
    calls: CounterVec<2>,
    errors: CounterVec<1>,
    phases: HistogramVec<1>,
}

impl Metrics {
    fn new() -> Self {
        Self {
            calls: CounterVec::new("calls", "", ["code", "method"]).unwrap(),
            errors: CounterVec::new("errors", "", ["code"]).unwrap(),
            phases: HistogramVec::new("phases", "", ["phase"]).unwrap(),
        }
    }

    fn layer(&self) -> InstrumentClient {
        let opts = InstrumentClientOpts::new()
            .counter(self.calls.clone())
            .errors(self.errors.clone());
        InstrumentClient::new(opts).unwrap()
    }

    fn phase(&self, phase: &str) -> InstrumentPhase<Histogram> {
        InstrumentPhase::new(self.phases.with([phase]).into_owned())
    }

    #[track_caller]
    fn check(&self, phases: &[(&str, u64)]) {
        assert_eq!(self.calls.with(["200", "get"]).value(), 2.0);
        assert_eq!(self.calls.with(["404", "post"]).value(), 1.0);
        assert_eq!(self.errors.with(["refused"]).value(), 1.0, "{self:?}");
        for (phase, count) in phases {
            let seen = self.phases.with([*phase]).snapshot().count;
            assert_eq!(seen, *count, "{phase}");
        }
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut encoder = promfmt::Encoder::new(Vec::new(), promfmt::Format::TEXT);
        let registry = promcore::Registry::new();
        registry.register(self.errors.clone()).unwrap();
        let _ = promcore::Gatherer::scrape(&registry).write(&mut encoder);
        f.write_str(&String::from_utf8_lossy(&encoder.finish().unwrap()))
    }
}

#[tokio::test]
async fn the_client_of_hyper_util() {
    let metrics = Metrics::new();
    let resolver = metrics.phase("dns").layer(GaiResolver::new());
    let connector = HttpConnector::new_with_resolver(resolver);
    let connector = metrics.phase("connect").layer(connector);
    let client = Client::builder(TokioExecutor::new()).build::<_, String>(connector);
    let mut client = metrics.layer().layer(client);

    let port = serve().await.port();
    let ask = |request: http::request::Builder| request.body(String::new()).unwrap();
    for uri in [
        format!("http://localhost:{port}/"),
        format!("http://127.0.0.1:{port}/"),
    ] {
        let response = client.call(ask(Request::get(uri))).await.unwrap();
        let body = http_body_util::BodyExt::collect(response.into_body()).await;
        assert_eq!(body.unwrap().to_bytes(), "hello");
    }
    let missing = format!("http://127.0.0.1:{port}/missing");
    client.call(ask(Request::post(missing))).await.unwrap();
    let nobody = format!("http://{}/", closed().await);
    client.call(ask(Request::get(nobody))).await.unwrap_err();

    // An IP address needs no DNS resolution, and refused connections are not observed.
    metrics.check(&[("dns", 1)]);
    let connected = metrics.phases.with(["connect"]).snapshot().count;
    assert!((2..=3).contains(&connected), "{connected}");
}

#[tokio::test]
async fn the_client_of_reqwest() {
    let metrics = Metrics::new();
    let client = reqwest::Client::builder().connector_layer(metrics.phase("connect"));
    let client = client.no_proxy().build().unwrap();
    let call = tower::service_fn(move |request: Request<reqwest::Body>| {
        let client = client.clone();
        async move {
            let response = client.execute(request.try_into()?).await?;
            Ok::<_, reqwest::Error>(http::Response::<reqwest::Body>::from(response))
        }
    });
    let mut client = metrics.layer().layer(call);

    let address = serve().await;
    let ask = |request: http::request::Builder| request.body(reqwest::Body::default()).unwrap();
    for _ in 0..2 {
        let page = format!("http://{address}/");
        let response = client.call(ask(Request::get(page))).await.unwrap();
        let body = http_body_util::BodyExt::collect(response.into_body()).await;
        assert_eq!(body.unwrap().to_bytes(), "hello");
    }
    let missing = format!("http://{address}/missing");
    client.call(ask(Request::post(missing))).await.unwrap();
    let nobody = format!("http://{}/", closed().await);
    client.call(ask(Request::get(nobody))).await.unwrap_err();

    metrics.check(&[]);
    let connected = metrics.phases.with(["connect"]).snapshot().count;
    assert!((1..=3).contains(&connected), "{connected}");
}
