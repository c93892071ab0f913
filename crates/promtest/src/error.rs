use std::io;

/// Why metrics are not what a test expects.
///
/// In a test, `?` shows it well enough; whoever wants to tell one from another has the variants.
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
    /// Something was left out while gathering.
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// The collector has a metric that stands for an error.
    #[error("cannot collect the metric")]
    InvalidMetric(#[source] promcore::Error),
    /// The metrics differ from what was expected; the lines show how.
    #[error("the metrics are not as expected\n{0}")]
    Mismatch(String),
    /// The only metric is one with many values.
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
    /// The text is none that a parser takes.
    #[error("cannot parse the text")]
    Parse(#[source] promfmt::Error),
    /// A registry would not take the collector.
    #[error("cannot register the collector")]
    Register(#[source] promcore::Error),
    /// The program could not be reached, or broke off.
    #[error("cannot scrape {url:?}")]
    Scrape {
        /// Where its metrics should be.
        url: String,
        /// What happened.
        #[source]
        error: io::Error,
    },
    /// The program answered something else than its metrics.
    #[error("{url:?} answered with status {status} instead of 200")]
    Status {
        /// Where its metrics should be.
        url: String,
        /// The status.
        status: u16,
    },
}
