//! What server and client middleware have in common.

mod clock; // How long something took.
mod grpc; // The status of gRPC calls as a label.
mod head; // What closures see of requests and responses.
mod known; // What is known about a request.
mod labels; // Labels beyond `code` and `method`.
mod metrics; // Vecs, and where the values of their labels come from.
#[cfg(feature = "axum")]
mod route; // The route of axum's router as a label.
mod rules; // Options that do not say what is measured.
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
