//! Pushes metrics to a Graphite server periodically.
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
//! let bridge = Bridge::new(opts)?; // Sends the metrics of the default registry.
//! bridge.run_until(ctrl_c()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | to | use |
//! |---|---|
//! | choose what to send, where and how | [`BridgeOpts`], [`ErrorHandling`] |
//! | push periodically on a thread | [`Bridge::run`], [`Cancellation`] |
//! | push periodically in an async program | [`Bridge::run_until`] |
//! | push once | [`Bridge::push`] |
//!
//! Follows [`prometheus/graphite`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/graphite) of client_golang 1.24.1.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod error;
mod opts;

mod bridge; // The bridge.
mod cancel; // Cancellation of a bridge.
mod connection; // A connection with a deadline.
mod line; // The plaintext protocol.

pub use bridge::Bridge;
pub use cancel::Cancellation;
pub use error::Error;
pub use opts::{BridgeOpts, ErrorHandling};
