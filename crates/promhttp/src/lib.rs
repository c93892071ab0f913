//! Serves metrics over HTTP, and instruments HTTP servers and clients.
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
//! The handler is a [`tower_service::Service`] over [`http`] 1.x types, so it works with axum, hyper and everything else that supports tower.
//!
//! | part | what it does |
//! |---|---|
//! | [`handler`] | serves the default registry, including metrics of the handler and of the process |
//! | [`handler_for`], [`HandlerOpts`] | serve any [`promcore::Gatherer`], with options |
//! | [`instrument_metric_handler`] | counts scrapes by status, and tracks those in flight |
//! | [`InstrumentHandler`] | measures the requests to a server, as a tower layer |
//! | [`InstrumentClient`], [`InstrumentPhase`] | measure the calls of a client, and their phases, as tower layers |
//!
//! # How a scrape runs
//!
//! Gathering and encoding run on a thread that may block: one of tokio's blocking pool inside a runtime, and a new one elsewhere.
//! Nothing else needs a runtime.
//! A runtime that shuts down waits for these threads, so set a [timeout](HandlerOpts::timeout) if a collector might hang.
//! All handlers of a process together use at most 64 such threads; further scrapes wait without one.
//!
//! Everything that can fail is gathered before the first byte is sent, so a status of 200 is reliable.
//! Collectors that do not finish within the scrape timeout of Prometheus are left out.
//! The body is then streamed in chunks of at most [`CHUNK`] bytes, compressed if the client accepts that.
//! At most two chunks are in memory, however many series there are; only protobuf buffers whole families of histograms or summaries.
//! The encoder stops at its next chunk if the client disconnects or [reads nothing for a minute](HandlerOpts::write_timeout).
//!
//! A query like `?name[]=up&name[]=jobs_total` selects families; the others are not collected.
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
mod handler; // The service that serves scrapes, and its instrumentation.
mod instrument; // Shared by server and client middleware.
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
