//! What can go wrong when metrics are served.

/// Says why a handler could not be made, or why a response body broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The thread that encoded the response ended too soon; the client has to scrape again.
    #[error("the scrape broke off before its end")]
    BrokenOff,
    /// The handler's own metrics were refused by the registry; another collector has their names.
    #[error("cannot register the metrics of the handler")]
    Register(#[from] promcore::Error),
}
