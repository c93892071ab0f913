//! Helps to test code with metrics.
//!
//! For most code it is best to test single instruments, with [`to_f64`].
//! To test a collector or a whole exporter, compare what it exposes:
//!
//! ```
//! use promcore::{CounterVec, Registry};
//! use promtest::assert_metrics;
//!
//! let registry = Registry::new(); // One per test, so that tests are independent.
//! let jobs = CounterVec::new("jobs_total", "Jobs done.", ["queue"])?;
//! registry.register(jobs.clone())?;
//!
//! jobs.with(["mail"]).inc();
//! assert_eq!(promtest::to_f64(&jobs), 1.0);
//! assert_metrics!(
//!     registry,
//!     r#"
//!     ## HELP jobs_total Jobs done.
//!     ## TYPE jobs_total counter
//!     jobs_total{queue="mail"} 1
//!     "#
//! );
//! # Ok::<(), promcore::Error>(())
//! ```
//!
//! | metrics of | use |
//! |---|---|
//! | a registry or what else can be scraped | [`gather`] |
//! | one collector, checked by a pedantic registry | [`collect`] |
//! | a text | [`parse`] |
//! | a running program | `scrape` (feature `http`) |
//!
//! Each returns [`Metrics`], which can be counted, linted, compared with a text, or formatted for a snapshot.
//! Nothing here has state or uses the default registry.
//!
//! # From Go
//!
//! | `testutil` | here |
//! |---|---|
//! | `ToFloat64(c)` | `to_f64(&c)` |
//! | `CollectAndCount(c, "a")` | `collect(c)?.only(&["a"]).count()` |
//! | `GatherAndCompare(g, expected, "a")` | `gather(&g)?.only(&["a"]).compare(expected)?` |
//! | `ScrapeAndCompare(url, expected)` | `scrape(url)?.compare(expected)?` |
//! | `CollectAndFormat(c, expfmt.TypeOpenMetrics, "a")` | `collect(c)?.only(&["a"]).format(Format::OPEN_METRICS)` |
//! | `GatherAndLint(g)` | `gather(&g)?.lint()` |
//!
//! Follows [`prometheus/testutil`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/testutil) of client_golang 1.24.1.
//!
//! # Crate features
//!
//! - `http`: adds `scrape`, which scrapes a program over HTTP.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod error;
mod metrics; // Snapshots of metrics.
#[cfg(feature = "http")]
mod scrape; // Scrapes of a running program.
mod value; // The value of one instrument.

mod assert; // The functions behind the macro.
mod compare; // Two texts, line by line.
mod details; // The details to compare.
mod text; // Encoding and formatting.

#[doc(hidden)]
pub use assert::{assert_lines, assert_text};
pub use details::Details;
pub use error::Error;
pub use metrics::{Metrics, collect, gather, parse};
#[cfg(feature = "http")]
pub use scrape::scrape;
pub use value::{to_f64, try_to_f64};
