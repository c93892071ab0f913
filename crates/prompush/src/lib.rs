//! Pushes metrics to a Pushgateway, for jobs that end before they can be scraped.
//!
//! ```no_run
//! use promcore::{Counter, Gauge, SystemClock, Clock};
//! use prompush::Pusher;
//!
//! let rows = Counter::new("import_rows_total", "Rows that were imported.")?;
//! let finished = Gauge::new("import_finished_timestamp_seconds", "End of the last import.")?;
//! rows.add(3.0);
//! finished.set(SystemClock::default().now().unix_seconds());
//!
//! Pusher::new("push.example:9091", "import")
//!     .collector(rows)
//!     .collector(finished)
//!     .add_blocking()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | choose what to push, and where | [`Pusher`] |
//! | push, add or delete in a task | [`Pusher::push`], [`Pusher::add`], [`Pusher::delete`] |
//! | push and block, in a runtime or without | [`Pusher::push_blocking`] and similar methods |
//! | push when the job ends | [`OnDrop`], [`Pusher::push_at_shutdown`] |
//! | retry | [`Retry`], [`Error::is_transient`] |
//! | send with another client | [`HttpSend`], [`http_send_fn`] |
//!
//! Services should be scraped: a Pushgateway keeps pushed metrics forever, and does not notice when their source is gone.
//! Use it for the results of the last run of a job.
//!
//! Follows [`prometheus/push`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/push) of client_golang 1.24.1.
//!
//! # Crate features
//!
//! - `reqwest` (default): sends with reqwest unless [`Pusher::client`] sets another client, and implements [`HttpSend`] for `reqwest::Client`.
//!
//! This crate enables no TLS backend.
//! To push over https, depend on reqwest with one of its TLS features; Cargo then builds it with that feature for this crate, too:
//!
//! ```toml
//! reqwest = { version = "0.13", default-features = false, features = ["rustls"] }
//! ```
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod error;
mod pusher; // What to push, and where.

mod body; // Gathers, checks and encodes.
mod push; // Sends and retries.
mod url; // The URL of a group.

mod on_drop;
mod retry;
mod send; // The trait for HTTP clients.
mod thread; // Threads, independent of the caller's runtime.

#[cfg(feature = "reqwest")]
mod reqwest;

pub use error::{Error, SendError};
pub use on_drop::OnDrop;
pub use pusher::Pusher;
pub use retry::Retry;
pub use send::{ANSWER_LIMIT, HttpSend, HttpSendFn, SendFuture, http_send_fn};
