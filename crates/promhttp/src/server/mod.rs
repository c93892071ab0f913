//! Middleware for servers.

mod body; // Ends the request when the response body has ended.
mod future; // Carries the request from the call to the response.
mod layer; // Checks the options.
mod opts; // InstrumentHandlerOpts.
mod service; // Starts the request.
mod size; // The approximate size of a request.
mod watch; // A request in progress.

pub use body::InstrumentedHandlerBody;
pub use future::InstrumentedHandlerFuture;
pub use layer::InstrumentHandler;
pub use opts::InstrumentHandlerOpts;
pub use service::InstrumentedHandler;
