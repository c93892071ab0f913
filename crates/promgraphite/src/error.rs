//! Why metrics did not reach Graphite.

use std::io;

/// Says why a bridge could not be made, or what it could not send.
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
///     Err(Error::Connect { address, .. }) => assert_eq!(address, "127.0.0.1:1"), // It is down.
///     Err(error) => println!("some of the metrics may be missing: {error}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no connection to the server; it is probably down, and none of the metrics of this time arrived.
    #[error("cannot connect to {address}")]
    Connect {
        /// The server's address.
        address: String,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
    /// Something was left out while gathering; what was fit has been sent, unless the bridge [aborts](crate::ErrorHandling::AbortOnError).
    #[error("cannot gather all metrics: {}", promcore::Error::list(.0))]
    Gather(Vec<promcore::Error>),
    /// Graphite would read the prefix as something else.
    #[error("prefix {0:?} has white space or a semicolon in it")]
    InvalidPrefix(String),
    /// The bridge was not told where to send.
    #[error("the server's address is missing")]
    MissingAddress,
    /// The connection broke, or the server did not take everything in time; some of the metrics of this time may have arrived.
    #[error("cannot send all metrics to {address}")]
    Send {
        /// The server's address.
        address: String,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
    /// The system had no thread for the bridge.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}
