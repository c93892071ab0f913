//! The errors of making a collector.

/// The reason why a collector could not be made.
///
/// # Examples
///
/// A portable program uses the collector where it is supported:
///
/// ```
/// use promcollectors::{Error, ProcessCollector, ProcessCollectorOpts};
/// use promcore::Registry;
///
/// let registry = Registry::new();
/// match ProcessCollector::new(ProcessCollectorOpts::new()) {
///     Ok(collector) => registry.register(collector)?,
///     Err(Error::Unsupported(system)) => eprintln!("no process metrics on {system}"),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A descriptor is invalid, which is due to the namespace.
    #[error(transparent)]
    Core(#[from] promcore::Error),
    /// The collector does not support this system; continue without it.
    #[error("process metrics are not available on this system ({0:?})")]
    Unsupported(&'static str),
}
