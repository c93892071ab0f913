//! What can go wrong when a collector is made.

/// Says why a collector could not be made.
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
