//! Scrapes counted by status, and those in flight.

mod body; // Ends the scrape when the response body has ended.
mod future; // Carries the scrape from the call to the response.
mod service; // Starts the scrape.

pub use body::InstrumentedMetricHandlerBody;
pub use future::InstrumentedMetricHandlerFuture;
pub use service::{InstrumentedMetricHandler, instrument_metric_handler};
