//! Sends metrics to a Graphite server, again and again.
//!
//! ```no_run
//! use promcore::with_causes;
//! use promgraphite::{Bridge, BridgeOpts};
//!
//! # async fn ctrl_c() {}
//! # async fn main_of_the_program() -> Result<(), Box<dyn std::error::Error>> {
//! let opts = BridgeOpts::new("graphite.example:2003")
//!     .prefix("shop")
//!     .on_error(|error| eprintln!("graphite: {}", with_causes(error)));
//! let bridge = Bridge::new(opts)?; // Sends what the default registry has.
//! bridge.run_until(ctrl_c()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | to | use |
//! |---|---|
//! | say what to send, where to and how | [`BridgeOpts`], [`ErrorHandling`] |
//! | send on a thread until it is told to stop | [`Bridge::run`], [`Cancellation`] |
//! | do so in an async program | [`Bridge::run_until`] |
//! | send once | [`Bridge::push`] |
//!
//! Follows [`prometheus/graphite`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/graphite) of client_golang 1.24.1.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod error;
mod opts;

mod bridge; // Sending, once and again and again.
mod cancel; // Being told to stop.
mod connection; // A connection that ends in time.
mod line; // What Graphite reads.

pub use bridge::Bridge;
pub use cancel::Cancellation;
pub use error::Error;
pub use opts::{BridgeOpts, ErrorHandling};
