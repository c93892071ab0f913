//! What can go wrong when metrics are served.

use std::time::Duration;

/// Says why a handler could not be made, or why a response body broke off.
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
    /// The thread that encoded the response ended too soon; the client has to scrape again.
    #[error("the scrape broke off before its end")]
    BrokenOff,
    /// The handler's own metrics were refused by the registry; another collector has their names.
    #[error("cannot register the metrics of the handler")]
    Register(#[from] promcore::Error),
    /// The client took nothing of the response for so long that its scrape was given up, see [`HandlerOpts::write_timeout`](crate::HandlerOpts::write_timeout).
    #[error("the client took nothing for {0:?}")]
    Stalled(Duration),
    /// A vec has a label that nothing gives values to: curry it, or name it in the options of the middleware.
    #[error("nothing gives values to label {label:?} of metric {metric:?}")]
    UnfilledLabel {
        /// The metric's name.
        metric: String,
        /// The label without values.
        label: String,
    },
    /// The options of a middleware give values to a label that none of its vecs has, or that was curried.
    #[error("none of the metrics has a label {0:?} to give values to")]
    UnknownLabel(String),
}
