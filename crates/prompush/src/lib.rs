//! Pushes metrics to a Pushgateway, for jobs that end before anybody could scrape them.
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
//! | say what to push, and where to | [`Pusher`] |
//! | push, add or delete in a task | [`Pusher::push`], [`Pusher::add`], [`Pusher::delete`] |
//! | do it and wait, in a runtime or without | [`Pusher::push_blocking`] and its like |
//! | do it when the job ends | [`OnDrop`], [`Pusher::push_at_shutdown`] |
//! | try again | [`Retry`], [`Error::is_transient`] |
//! | send with another client | [`HttpSend`], [`http_send_fn`] |
//!
//! Services are better scraped than pushed: a Pushgateway keeps what was pushed for ever, and
//! knows nothing of whoever pushed it. It is for what the last run of a job has to say.
//!
//! Follows [`prometheus/push`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/push) of client_golang 1.24.1.
//!
//! # Crate features
//!
//! - `reqwest` (default): sends with reqwest unless [`Pusher::client`] says otherwise, and makes a
//!   `reqwest::Client` fit to be given there.
//!
//! No cryptography is chosen for the program. It gets https from any feature that reqwest has by
//! naming reqwest itself, since Cargo builds it once with all features that are asked for:
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
mod pusher; // What to push, and where to.

mod body; // Gathered, checked and encoded.
mod push; // Sent, answered, tried again.
mod url; // Where a group lives.

mod on_drop;
mod retry;
mod send; // What is needed of an HTTP client.
mod thread; // Beside the caller's runtime.

#[cfg(feature = "reqwest")]
mod reqwest;

pub use error::{Error, SendError};
pub use on_drop::OnDrop;
pub use pusher::Pusher;
pub use retry::Retry;
pub use send::{ANSWER_LIMIT, HttpSend, HttpSendFn, SendFuture, http_send_fn};
