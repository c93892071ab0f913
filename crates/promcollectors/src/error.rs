//! What can go wrong when a collector is made.

/// Says why a collector could not be made.
///
/// # Examples
///
/// A program that runs anywhere takes what it can get:
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
    /// A descriptor was refused; of its parts, only the namespace is chosen by the caller.
    #[error(transparent)]
    Core(#[from] promcore::Error),
    /// This system has no source for the numbers; go on without the collector.
    #[error("process metrics are not available on this system ({0:?})")]
    Unsupported(&'static str),
}
