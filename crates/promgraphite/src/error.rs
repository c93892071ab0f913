//! The errors of a bridge.

use std::io;

/// The reason why a bridge could not be made, or could not send metrics.
///
/// # Examples
///
/// ```
/// use promcore::{Counter, Registry};
/// use promgraphite::{Bridge, BridgeOpts, Error};
///
/// let registry = Registry::new();
/// registry.register(Counter::new("jobs_total", "Jobs done.")?)?;
/// let bridge = Bridge::new(BridgeOpts::new("127.0.0.1:1").gatherer(registry))?;
/// match bridge.push() {
///     Ok(()) => println!("sent"),
///     Err(Error::Connect { address, .. }) => assert_eq!(address, "127.0.0.1:1"), // The server is down.
///     Err(error) => println!("some of the metrics may be missing: {error}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server could not be reached; it is probably down, and no metrics of this push arrived.
    #[error("cannot connect to {address}")]
    Connect {
        /// The server's address.
        address: String,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// Gathering had errors; the other metrics were sent, unless the bridge [aborts](crate::ErrorHandling::AbortOnError).
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// The prefix has characters with a special meaning in Graphite.
    #[error("prefix {0:?} has white space or a semicolon in it")]
    InvalidPrefix(String),
    /// The address is empty.
    #[error("the server's address is missing")]
    MissingAddress,
    /// The connection failed, or the server did not read everything in time; some metrics of this push may have arrived.
    #[error("cannot send all metrics to {address}")]
    Send {
        /// The server's address.
        address: String,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// The system could not start a thread for the bridge.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}
