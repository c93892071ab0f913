//! What can go wrong when metrics are served.

use std::time::Duration;

/// The reason why a handler or layer could not be made, or why a response body was cut short.
///
/// # Examples
///
/// ```
/// use promcore::CounterVec;
/// use promhttp::{Error, InstrumentHandler};
///
/// let requests = CounterVec::new("requests_total", "Requests.", ["code", "route"]).expect("names are valid");
/// match InstrumentHandler::counter(requests) {
///     Err(Error::UnfilledLabel { label, .. }) => assert_eq!(label, "route"),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The thread that encoded the response ended early; the client has to scrape again.
    #[error("the scrape broke off before its end")]
    BrokenOff,
    /// The registry refused the handler's own metrics; another collector uses their names.
    #[error("cannot register the metrics of the handler")]
    Register(#[source] promcore::Error),
    /// The client read nothing for this long, so its scrape was abandoned; see [`HandlerOpts::write_timeout`](crate::HandlerOpts::write_timeout).
    #[error("the client took nothing for {0:?}")]
    Stalled(Duration),
    /// A vec has a label without a source of values: curry it, or add it in the options of the middleware.
    #[error("nothing gives values to label {label:?} of metric {metric:?}")]
    UnfilledLabel {
        /// The metric's name.
        metric: String,
        /// The label without values.
        label: String,
    },
    /// The options of a middleware add a label that none of its vecs has, or that was curried.
    #[error("none of the metrics has a label {0:?} to give values to")]
    UnknownLabel(String),
}
