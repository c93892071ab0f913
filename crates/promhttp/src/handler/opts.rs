//! How a handler serves, and what it does about errors.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use promcore::{Registerer, Timestamp};

use super::compression::Compression;

pub(crate) type ErrorLog = Arc<dyn Fn(&str) + Send + Sync>;

/// Longer than Prometheus waits for a whole scrape, unless it is told to.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Says how a handler serves metrics.
///
/// # Defaults
///
/// - [`ErrorHandling::HttpErrorOnError`];
/// - errors are not logged and not counted;
/// - any number of scrapes at once, each of which gathers by itself and takes as long as it takes;
/// - clients that take nothing for a minute are given up;
/// - text format 0.0.4 and protobuf, no OpenMetrics, and no series that say when metrics were made;
/// - all compressions that there are;
/// - no header that says when the process started.
///
/// # Examples
///
/// For a program that would rather show most of its metrics than none, to clients that it does not know:
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
///     .timeout(Duration::from_secs(9)); // Servers wait for 10 seconds, mostly.
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

    /// Gathers for one scrape at a time; those that come meanwhile wait, and share what is gathered next.
    ///
    /// That keeps slow collectors from running many times at once, and nobody gets metrics that were collected before it asked.
    /// Who comes first waits for nobody; the others may wait twice as long as gathering takes.
    /// Shared are metrics of [collectors](promcore::Collector), and what went wrong with them, also for who asked for other families alone; instruments are read for each scrape.
    ///
    /// A collector that hangs in a scrape without a deadline keeps all others waiting: set a [timeout](Self::timeout) as well, unless every client says how long it waits.
    pub fn coalesce_gather(mut self, coalesce_gather: bool) -> Self {
        self.coalesce_gather = coalesce_gather;
        self
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
    /// A scrape counts until its work is done, which is when the last bytes wait for the client, or when the client has gone or is [given up](Self::write_timeout).
    /// Without a limit, too, no more than 64 scrapes of a process run at once, since each one may hold a thread for as long as its client reads; others wait for their turn.
    pub fn max_requests_in_flight(mut self, max: usize) -> Self {
        self.max_requests_in_flight = NonZeroUsize::new(max);
        self
    }

    /// Offers these compressions; of several that a client likes equally, it gets the first.
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
    /// Whole numbers in the labels `le` and `quantile` are then written with `.0`, which makes other series of them on old servers.
    #[doc(alias = "EnableOpenMetrics")]
    pub fn open_metrics(mut self, open_metrics: bool) -> Self {
        self.open_metrics = open_metrics;
        self
    }

    /// Says in OpenMetrics when metrics were made, in series of their own whose names end with `_created`.
    ///
    /// Servers that do not know what these are store them as well, which makes for many more series.
    /// Protobuf always says it, at no such cost.
    #[doc(alias = "EnableOpenMetricsTextCreatedSamples")]
    pub fn open_metrics_created_samples(mut self, created_samples: bool) -> Self {
        self.open_metrics_created_samples = created_samples;
        self
    }

    /// Tells clients when the process started, in the header `Process-Start-Time-Unix` of every response.
    ///
    /// # Units
    ///
    /// The header has whole seconds since the Unix epoch, rounded down.
    pub fn process_start_time(mut self, time: impl Into<Timestamp>) -> Self {
        let seconds = time.into().unix_millis().div_euclid(1_000);
        self.process_start_time = Some(HeaderValue::from(seconds));
        self
    }

    /// Counts errors in `promhttp_metric_handler_errors_total{cause}`, registered there.
    ///
    /// The cause is `gathering` or `encoding`; the latter is mostly a client that hung up before
    /// it had read everything. Handlers with the same registry share the counter.
    pub fn registry(mut self, registry: &(impl Registerer + Clone + 'static)) -> Self {
        self.registry = Some(Arc::new(registry.clone()));
        self
    }

    /// Answers 503 to scrapes whose first bytes are not ready in time; a timeout of 0 takes the limit away.
    ///
    /// Collectors get nine tenths of the time: those that are not done by then are missing, which is an error like others, so that with [`ErrorHandling::ContinueOnError`] the client gets the rest.
    /// They go on running, though, and count as a request in flight if the gatherer waits for them.
    ///
    /// Without this, what a client says in the header `X-Prometheus-Scrape-Timeout-Seconds`, as Prometheus does, limits the time of collectors just so.
    /// That a client has less patience than collectors need costs nobody else: those who wait longer get what comes later.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = (!timeout.is_zero()).then_some(timeout);
        self
    }

    /// Gives up scrapes whose clients take nothing for so long; a timeout of 0 lets them take any time.
    ///
    /// A slow client has all the time it needs, as long as it takes a [chunk](crate::CHUNK) now and then.
    /// One that has vanished without a word, or does not want to read, would hold the thread of its scrape for ever.
    /// Its connection is the server's to close.
    ///
    /// # Defaults
    ///
    /// A minute. Go leaves this to the server, which has no limit by default.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = (!timeout.is_zero()).then_some(timeout);
        self
    }

    /// Says whether some clients may get something compressed.
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

/// What becomes of a scrape when something could not be gathered.
///
/// Go has a third way, to panic. It is left out: a panic on the thread of a scrape would end that
/// scrape and nothing else. A program that should rather end than serve partial metrics can call
/// [`std::process::abort`] in [`HandlerOpts::error_log`].
///
/// See [`HandlerOpts`] for an example.
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
