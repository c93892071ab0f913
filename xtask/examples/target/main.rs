//! The program that the servers of `cargo xtask e2e` scrape.
//!
//! | path | what it serves |
//! |---|---|
//! | `/metrics` | all kinds of metrics, in the format that the scraper prefers |
//! | `/text` | the same without OpenMetrics |
//! | `/many` | 100 000 series |
//! | `/own` | the metrics of its requests and responses |
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "it says where it listens")]

mod metrics; // The scraped metrics.

use axum::Router;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use promcore::{CounterVec, Registry};
use promhttp::{
    HandlerOpts, InstrumentHandler, InstrumentHandlerOpts, handler_for, instrument_metric_handler,
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("metrics: http://{}/metrics", listener.local_addr()?);
    axum::serve(listener, app()?).await?;
    Ok(())
}

fn app() -> anyhow::Result<Router> {
    let (kinds, many, own) = (metrics::kinds()?, metrics::many()?, Registry::new());
    let open_metrics = HandlerOpts::new().open_metrics(true);
    let many = handler_for(many, HandlerOpts::new())?;

    let answers = CounterVec::new(
        "e2e_answers_total",
        "Answers by path and by how the body was written.",
        ["path", "type", "encoding"],
    )?;
    own.register(answers.clone())?;
    let opts = InstrumentHandlerOpts::new()
        .counter(answers)
        // Only our own paths, since the layer is only around routes.
        .label_from_request("path", |request| request.uri.path().to_owned())
        .label_from_response("type", |response| first(response.headers, CONTENT_TYPE))
        .label_from_response("encoding", |response| {
            first(response.headers, CONTENT_ENCODING)
        });

    Ok(Router::new()
        .route_service("/metrics", handler_for(kinds.clone(), open_metrics)?)
        .route_service("/text", handler_for(kinds, HandlerOpts::new())?)
        .route_service("/many", instrument_metric_handler(&own, many)?)
        .route_layer(InstrumentHandler::new(opts)?)
        .route_service("/own", handler_for(own, HandlerOpts::new())?))
}

/// Returns the value of a header without its parameters.
fn first(headers: &HeaderMap, name: http::HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let value = value.unwrap_or_default().split(';').next();
    value.unwrap_or_default().to_owned()
}
