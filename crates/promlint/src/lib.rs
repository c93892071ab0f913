//! Lints Prometheus metrics: finds metrics that are valid, but hard to query or against the conventions.
//!
//! ```
//! use promcore::{Gatherer, Gauge, Registry};
//!
//! let registry = Registry::new();
//! registry.register(Gauge::new("jobDuration_ms", "How long the last job took.")?)?;
//!
//! let problems = promlint::lint(&registry.gather().families);
//! let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
//! assert_eq!(problems, [
//!     "jobDuration_ms metric names should be written in 'snake_case' not 'camelCase'",
//!     "jobDuration_ms metric names should not contain abbreviated units",
//! ]);
//! # Ok::<(), promcore::Error>(())
//! ```
//!
//! A [`Linter`] can have additional rules.
//!
//! The command `promlint` lints the metrics of a running program in any language:
//!
//! ```console
//! $ cargo install --path crates/promlint --features cli
//! $ promlint http://localhost:2112/metrics
//! jobDuration_ms metric names should not contain abbreviated units
//! ```
//!
//! # Rules
//!
//! | a metric should | but not |
//! |---|---|
//! | have a help text | `# HELP jobs_total` without a text |
//! | use base units | `job_milliseconds`, `cache_mebibytes` |
//! | write units in full | `job_ms`, `cache_kb` |
//! | end with `_total` if it is a counter, and only then | a counter `jobs`, a gauge `jobs_total` |
//! | leave `_bucket`, `_count`, `_sum` and the labels `le` and `quantile` to histograms and summaries | a gauge `jobs_count` |
//! | leave its type out of its name | a gauge `jobs_gauge` |
//! | leave colons to recording rules | `job:duration_seconds` |
//! | be in `snake_case`, its labels as well | `jobDuration`, `{jobName="backup"}` |
//! | have unique labels | `jobs{a="1",b="2"}` and `jobs{b="2",a="1"}` |
//!
//! The suffix of a metric of unknown type is not checked.
//!
//! Follows [`prometheus/testutil/promlint`](https://pkg.go.dev/github.com/prometheus/client_golang/prometheus/testutil/promlint) of client_golang 1.24.1.
//! It also finds empty help texts, units with the prefixes `mebi`, `exa` and `exbi`, and metrics with the same labels in another order.
//!
//! # Crate features
//!
//! - `cli`: builds the command; the library does not change.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod linter;
mod problem;
mod rules;

pub use linter::{Linter, Report, lint};
pub use problem::Problem;
