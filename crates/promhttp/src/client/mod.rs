//! Middleware for clients.

mod call; // A call in progress.
mod error_kind; // The kinds of errors.
mod future; // Carries the call to its response.
mod layer; // Checks the options.
mod opts; // InstrumentClientOpts.
mod phase; // How long a part of a call takes.
mod service; // Starts the call.

pub use error_kind::{ErrorKind, IoErrorKind};
pub use future::InstrumentedClientFuture;
pub use layer::InstrumentClient;
pub use opts::InstrumentClientOpts;
pub use phase::{InstrumentPhase, InstrumentedPhase, InstrumentedPhaseFuture};
pub use service::InstrumentedClient;
