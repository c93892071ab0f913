//! The options of a handler.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use promcore::{Registerer, Timestamp};

use super::compression::Compression;

pub(crate) type ErrorLog = Arc<dyn Fn(&str) + Send + Sync>;

/// Longer than the default scrape timeout of Prometheus.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// The options of a [`MetricHandler`](crate::MetricHandler).
///
/// # Defaults
///
/// - [`ErrorHandling::HttpErrorOnError`];
/// - errors are not logged and not counted;
/// - no limit on requests in flight, no timeout except the client's, and every scrape gathers separately;
/// - scrapes whose client reads nothing for a minute are abandoned;
/// - text format 0.0.4 and protobuf, no OpenMetrics, and no `_created` series;
/// - all available compressions;
/// - no header with the start time of the process.
///
/// # Examples
///
/// A handler that serves partial results, for untrusted clients:
///
/// ```
/// use std::time::Duration;
///
/// use promcore::{Gatherer, Registry};
/// use promhttp::{ErrorHandling, HandlerOpts};
///
/// let registry = Registry::new();
/// let opts = HandlerOpts::new()
///     .error_handling(ErrorHandling::ContinueOnError)
///     .error_log(|line| eprintln!("{line}"))
///     .registry(&registry) // Errors are counted there.
///     .max_requests_in_flight(4)
///     .open_metrics(true)
///     .timeout(Duration::from_secs(9)); // The default scrape timeout is 10 seconds.
/// let handler = promhttp::handler_for(registry.clone(), opts)?;
/// assert_eq!(registry.gather().families[0].name, "promhttp_metric_handler_errors_total");
/// # Ok::<(), promhttp::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct HandlerOpts {
    pub(super) coalesce_gather: bool,
    pub(super) error_handling: ErrorHandling,
    pub(super) error_log: Option<ErrorLog>,
    pub(super) max_requests_in_flight: Option<NonZeroUsize>,
    pub(super) offered_compressions: Vec<Compression>,
    pub(super) open_metrics: bool,
    pub(super) open_metrics_created_samples: bool,
    pub(super) process_start_time: Option<HeaderValue>,
    pub(super) registry: Option<Arc<dyn Registerer>>,
    pub(super) timeout: Option<Duration>,
    pub(super) write_timeout: Option<Duration>,
}

impl HandlerOpts {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self {
            coalesce_gather: false,
            error_handling: ErrorHandling::default(),
            error_log: None,
            max_requests_in_flight: None,
            offered_compressions: Compression::ALL.to_vec(),
            open_metrics: false,
            open_metrics_created_samples: false,
            process_start_time: None,
            registry: None,
            timeout: None,
            write_timeout: Some(WRITE_TIMEOUT),
        }
    }

    /// Gathers for one scrape at a time; scrapes that arrive meanwhile wait and share the next gather.
    ///
    /// This keeps slow collectors from running many times concurrently, and no scrape gets metrics that were collected before it arrived.
    /// A scrape that finds no gather running does not wait; the others may wait up to twice as long as a gather takes.
    /// The metrics and errors of [collectors](promcore::Collector) are shared, errors even with scrapes that asked for other families only; instruments are read for each scrape.
    ///
    /// A collector that hangs in a scrape without a deadline blocks all other scrapes: set a [timeout](Self::timeout) as well, unless every client sends one.
    pub fn coalesce_gather(mut self, coalesce_gather: bool) -> Self {
        self.coalesce_gather = coalesce_gather;
        self
    }

    /// Chooses what happens to a scrape when something could not be gathered.
    pub fn error_handling(mut self, error_handling: ErrorHandling) -> Self {
        self.error_handling = error_handling;
        self
    }

    /// Passes a line of text to `log` for each scrape with errors.
    ///
    /// `log` runs on the thread of the scrape; a panic in it is ignored.
    pub fn error_log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.error_log = Some(Arc::new(log));
        self
    }

    /// Responds with status 503 to scrapes beyond `max` in flight; 0 removes the limit.
    ///
    /// A scrape counts until its last bytes are ready for the client, or until the client disconnects or is [abandoned](Self::write_timeout).
    /// Even without a limit, at most 64 scrapes of a process run concurrently, since each may hold a thread for as long as its client reads; others wait for their turn.
    pub fn max_requests_in_flight(mut self, max: usize) -> Self {
        self.max_requests_in_flight = NonZeroUsize::new(max);
        self
    }

    /// Offers these compressions, the preferred one first.
    ///
    /// An empty list turns compression off.
    #[doc(alias = "DisableCompression")]
    pub fn offered_compressions(
        mut self,
        compressions: impl IntoIterator<Item = Compression>,
    ) -> Self {
        self.offered_compressions = compressions.into_iter().collect();
        self
    }

    /// Offers OpenMetrics, which has exemplars and units, besides text and protobuf.
    ///
    /// Whole numbers in the labels `le` and `quantile` are then written with `.0`, which older Prometheus servers store as different series.
    #[doc(alias = "EnableOpenMetrics")]
    pub fn open_metrics(mut self, open_metrics: bool) -> Self {
        self.open_metrics = open_metrics;
        self
    }

    /// Adds `_created` series to OpenMetrics, which hold the creation times of metrics.
    ///
    /// Servers without support for them store them as ordinary series, which can be many.
    /// Protobuf always carries creation times, without extra series.
    #[doc(alias = "EnableOpenMetricsTextCreatedSamples")]
    pub fn open_metrics_created_samples(mut self, created_samples: bool) -> Self {
        self.open_metrics_created_samples = created_samples;
        self
    }

    /// Sends the start time of the process in the header `Process-Start-Time-Unix` of every response.
    ///
    /// # Units
    ///
    /// The header holds whole seconds since the Unix epoch, rounded down.
    pub fn process_start_time(mut self, time: impl Into<Timestamp>) -> Self {
        let seconds = time.into().unix_millis().div_euclid(1_000);
        self.process_start_time = Some(HeaderValue::from(seconds));
        self
    }

    /// Counts errors in `promhttp_metric_handler_errors_total{cause}`, registered with `registry`.
    ///
    /// The cause is `gathering` or `encoding`; the latter is mostly a client that disconnected before it had read everything.
    /// Handlers with the same registry share the counter.
    pub fn registry(mut self, registry: &(impl Registerer + Clone + 'static)) -> Self {
        self.registry = Some(Arc::new(registry.clone()));
        self
    }

    /// Responds with status 503 if the first bytes of a scrape are not ready in time; a timeout of 0 removes the limit.
    ///
    /// Collectors get at least nine tenths of the time.
    /// Those that are not done by then are missing, which is an error like any other: with [`ErrorHandling::ContinueOnError`] the client gets the rest.
    /// They keep running, though, and the scrape stays in flight if the gatherer waits for them.
    ///
    /// The header `X-Prometheus-Scrape-Timeout-Seconds`, which Prometheus sends, limits the time of collectors in the same way; the shorter of the two timeouts applies.
    /// A client with a short timeout does not cut off collectors for other clients.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = (!timeout.is_zero()).then_some(timeout);
        self
    }

    /// Abandons scrapes whose client reads nothing for this long; a timeout of 0 removes the limit.
    ///
    /// A slow client has all the time it needs, as long as it takes a [chunk](crate::CHUNK) now and then.
    /// A client that vanished without closing its connection, or that does not read, would hold the thread of its scrape forever.
    /// Closing the connection is up to the server.
    ///
    /// # Defaults
    ///
    /// A minute. Go leaves this to the server, which has no limit by default.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = (!timeout.is_zero()).then_some(timeout);
        self
    }

    /// Reports whether any offered encoding compresses.
    pub(super) fn compresses(&self) -> bool {
        let mut offered = self.offered_compressions.iter();
        offered.any(|offered| *offered != Compression::Identity)
    }
}

impl Default for HandlerOpts {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HandlerOpts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerOpts")
            .field("coalesce_gather", &self.coalesce_gather)
            .field("error_handling", &self.error_handling)
            .field("error_log", &self.error_log.as_ref().map(|_| ".."))
            .field("max_requests_in_flight", &self.max_requests_in_flight)
            .field("offered_compressions", &self.offered_compressions)
            .field("open_metrics", &self.open_metrics)
            .field(
                "open_metrics_created_samples",
                &self.open_metrics_created_samples,
            )
            .field("process_start_time", &self.process_start_time)
            .field("registry", &self.registry.as_ref().map(|_| ".."))
            .field("timeout", &self.timeout)
            .field("write_timeout", &self.write_timeout)
            .finish()
    }
}

/// What happens to a scrape when something could not be gathered.
///
/// Go can also panic, which is left out: here, a panic would end only that scrape.
/// A program that must end instead of serving partial metrics can call [`std::process::abort`] in [`HandlerOpts::error_log`].
///
/// See [`HandlerOpts`] for an example.
#[doc(alias = "HandlerErrorHandling")]
#[doc(alias = "PanicOnError")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ErrorHandling {
    /// Responds with status 500 and the errors as text, without any metrics.
    #[default]
    HttpErrorOnError,
    /// Serves what was gathered without errors, and responds with status 500 only if there are none.
    ///
    /// A scrape then succeeds even if something is missing, so watch the error counter of [`HandlerOpts::registry`] or the lines of [`HandlerOpts::error_log`].
    ContinueOnError,
}
