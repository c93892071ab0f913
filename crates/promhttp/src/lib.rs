//! Serves metrics over HTTP, and measures what HTTP does.
//!
//! A server in ten lines:
//!
//! ```no_run
//! use axum::{Router, routing::get};
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let app = Router::new()
//!         .route("/", get(|| async { "hello" }))
//!         .route_service("/metrics", promhttp::handler());
//!     let listener = tokio::net::TcpListener::bind("0.0.0.0:2112").await?;
//!     axum::serve(listener, app).await
//! }
//! ```
//!
//! The handler is a [`tower_service::Service`] over [`http`] 1.x types, so that axum, hyper and
//! whatever else speaks tower take it as it is.
//!
//! | part | what it does |
//! |---|---|
//! | [`handler`] | serves the default registry, its own metrics and those of the process |
//! | [`handler_for`], [`HandlerOpts`] | serve any [`promcore::Gatherer`], as the options say |
//! | [`instrument_metric_handler`] | counts scrapes by status, and those in flight |
//! | [`InstrumentHandler`] | measures the requests that a server answers, as a tower layer |
//! | [`InstrumentClient`], [`InstrumentPhase`] | measure the calls of a client, and parts of them |
//!
//! # How a scrape runs
//!
//! Gathering and encoding run on a thread that may block: one of tokio's blocking pool where a
//! runtime is there, a fresh one elsewhere. Nothing else needs a runtime. One that shuts down
//! waits for such threads, so a collector that might hang wants a [timeout](HandlerOpts::timeout).
//! All handlers of a process together have 64 such threads at most; further scrapes wait, without one.
//!
//! Everything that can fail is gathered before the first byte leaves, so that a status of 200 is
//! a promise. Collectors that are not done by the time that Prometheus waits for are left out.
//! Then the body streams, compressed if the client accepts that, in chunks of [`CHUNK`] bytes at
//! most, two of them at a time, however many series there are; only protobuf has a family of
//! histograms or summaries whole in memory first. A client that hangs up stops the encoder at
//! its next chunk, and so does one that takes [nothing for a minute](HandlerOpts::write_timeout).
//!
//! A query like `?name[]=up&name[]=jobs_total` asks for some families only, and nobody is asked
//! for the others.
//!
//! Follows [`prometheus/promhttp`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/promhttp) of client_golang 1.24.1.
//!
//! # Crate features
//!
//! - `axum`: adds `MatchedRoute`, the label of the route that a request matched.
//! - `process` (default): [`handler`] registers the process collector of `promcollectors`.
//! - `zstd`: offers zstd to clients that accept it.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod client; // Middleware for clients.
mod error;
mod handler; // The service that answers a scrape, and its instrumentation.
mod instrument; // What server and client middleware have in common.
mod server; // Middleware for servers.

pub use client::{
    ErrorKind, InstrumentClient, InstrumentClientOpts, InstrumentPhase, InstrumentedClient,
    InstrumentedClientFuture, InstrumentedPhase, InstrumentedPhaseFuture, IoErrorKind,
};
pub use error::Error;
pub use handler::body::{Body, CHUNK};
pub use handler::compression::Compression;
pub use handler::future::ResponseFuture;
pub use handler::instrument::{
    InstrumentedMetricHandler, InstrumentedMetricHandlerBody, InstrumentedMetricHandlerFuture,
    instrument_metric_handler,
};
pub use handler::opts::{ErrorHandling, HandlerOpts};
pub use handler::{MetricHandler, handler, handler_for};
#[cfg(feature = "axum")]
pub use instrument::MatchedRoute;
pub use instrument::{GrpcStatus, Labels, RequestHead, RequestLabel, ResponseHead, ResponseLabel};
pub use server::{
    InstrumentHandler, InstrumentHandlerOpts, InstrumentedHandler, InstrumentedHandlerBody,
    InstrumentedHandlerFuture,
};
