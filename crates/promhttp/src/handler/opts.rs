//! How a handler serves, and what it does about errors.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use promcore::Registry;

pub(crate) type ErrorLog = Arc<dyn Fn(&str) + Send + Sync>;

/// Says how a handler serves metrics.
///
/// # Defaults
///
/// - [`ErrorHandling::HttpErrorOnError`];
/// - errors are not logged and not counted;
/// - any number of scrapes at once.
#[derive(Clone, Default)]
#[must_use]
pub struct HandlerOpts {
    pub(crate) error_handling: ErrorHandling,
    pub(crate) error_log: Option<ErrorLog>,
    pub(crate) max_requests_in_flight: Option<NonZeroUsize>,
    pub(crate) registry: Option<Registry>,
}

impl HandlerOpts {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses what becomes of a scrape when something could not be gathered.
    pub fn error_handling(mut self, error_handling: ErrorHandling) -> Self {
        self.error_handling = error_handling;
        self
    }

    /// Passes a line of text to `log` for each scrape in which something went wrong.
    ///
    /// It runs on the thread of the scrape; a panic in it is ignored.
    pub fn error_log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.error_log = Some(Arc::new(log));
        self
    }

    /// Answers 503 to scrapes beyond `max` at once; 0 takes the limit away.
    ///
    /// A scrape counts until its work is done and its response body has ended or is dropped.
    /// Each one may hold a thread for as long as its client reads, so a limit is good where
    /// clients are not trusted.
    pub fn max_requests_in_flight(mut self, max: usize) -> Self {
        self.max_requests_in_flight = NonZeroUsize::new(max);
        self
    }

    /// Counts errors in `promhttp_metric_handler_errors_total{cause}`, registered there.
    ///
    /// The cause is `gathering` or `encoding`; the latter is mostly a client that hung up before
    /// it had read everything. Handlers with the same registry share the counter.
    pub fn registry(mut self, registry: &Registry) -> Self {
        self.registry = Some(registry.clone());
        self
    }
}

impl fmt::Debug for HandlerOpts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerOpts")
            .field("error_handling", &self.error_handling)
            .field("error_log", &self.error_log.as_ref().map(|_| ".."))
            .field("max_requests_in_flight", &self.max_requests_in_flight)
            .field("registry", &self.registry.as_ref().map(|_| ".."))
            .finish()
    }
}

/// What becomes of a scrape when something could not be gathered.
///
/// Go has a third way, to panic. It is left out: a panic on the thread of a scrape would end that
/// scrape and nothing else. A program that should rather end than serve partial metrics can call
/// [`std::process::abort`] in [`HandlerOpts::error_log`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ErrorHandling {
    /// Answers 500 with the errors as text, and none of the metrics.
    #[default]
    HttpErrorOnError,
    /// Serves the families that are fit, and answers 500 only if there are none.
    ///
    /// A scrape then looks fine while something is missing, so watch the error counter of
    /// [`HandlerOpts::registry`] or the lines of [`HandlerOpts::error_log`].
    ContinueOnError,
}
