use std::io;

/// The reason why metrics are not as a test expects.
///
/// In most tests, `?` is enough; the variants distinguish the reasons.
///
/// # Examples
///
/// ```
/// use promcore::Gauge;
/// use promtest::Error;
///
/// let workers = promtest::collect(Gauge::new("workers", "Threads that take jobs.")?)?;
/// match workers.compare("# TYPE workers gauge\nworkers 8\n") {
///     Err(Error::Mismatch(difference)) => assert!(difference.contains("+workers 8")),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Gathering had errors.
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// The collector sent an invalid metric, which represents an error.
    #[error("cannot collect the metric")]
    InvalidMetric(#[source] promcore::Error),
    /// The metrics differ from the expected ones; the text is a diff.
    #[error("the metrics are not as expected\n{0}")]
    Mismatch(String),
    /// The only metric has several values, like a histogram.
    #[error("a {kind} has no single value: {name:?}")]
    NotSimple {
        /// The metric's name.
        name: String,
        /// The metric's type.
        kind: &'static str,
    },
    /// There was not exactly one metric.
    #[error("collected {0} metrics instead of exactly 1")]
    NotSingle(usize),
    /// The text cannot be parsed.
    #[error("cannot parse the text")]
    Parse(#[source] promfmt::Error),
    /// A registry would refuse the collector.
    #[error("cannot register the collector")]
    Register(#[source] promcore::Error),
    /// The program could not be reached, or the response was cut short.
    #[error("cannot scrape {url:?}")]
    Scrape {
        /// The URL of the metrics.
        url: String,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// The program did not respond with status 200.
    #[error("{url:?} answered with status {status} instead of 200")]
    Status {
        /// The URL of the metrics.
        url: String,
        /// The status.
        status: u16,
    },
}
