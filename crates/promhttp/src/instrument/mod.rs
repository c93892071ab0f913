//! Shared by server and client middleware.

mod clock; // Measures durations.
mod grpc; // The status of gRPC calls as a label.
mod head; // The heads of requests and responses, for closures.
mod known; // What is known about a request.
mod labels; // Labels beyond `code` and `method`.
mod metrics; // Vecs, and where the values of their labels come from.
#[cfg(feature = "axum")]
mod route; // The matched route of axum as a label.
mod rules; // Options other than what is measured.
mod sanitize; // Methods and codes as label values.

pub(crate) use clock::Stopwatch;
pub use grpc::GrpcStatus;
pub use head::{RequestHead, ResponseHead};
pub(crate) use known::Known;
pub use labels::{Labels, RequestLabel, ResponseLabel};
pub(crate) use metrics::{Check, Counted, Observed};
#[cfg(feature = "axum")]
pub use route::MatchedRoute;
pub(crate) use rules::{Rules, pairs, rules_setters};
pub(crate) use sanitize::Methods;
