//! Writes and reads the Prometheus exposition formats.
//!
//! An [`Encoder`] is a [sink](promcore::Sink), which writes a scrape in chunks, in a given [`Format`], while the scrape is read.
//!
//! ```
//! use promcore::{Counter, Gatherer, Registry};
//! use promfmt::{Encoder, Format};
//!
//! let registry = Registry::new();
//! let jobs = Counter::new("jobs_total", "Jobs done.")?;
//! registry.register(jobs.clone())?;
//! jobs.inc();
//!
//! let mut encoder = Encoder::new(Vec::new(), Format::TEXT);
//! let left_out = registry.gather_into(&mut encoder);
//! assert!(left_out.is_empty());
//! let text = encoder.finish()?;
//! assert_eq!(text, b"# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 1\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | format | written by | read by |
//! |---|---|---|
//! | text 0.0.4 | [`Encoder`] | [`TextParser`], [`parse_text`] |
//! | OpenMetrics 1.0.0 | [`Encoder`] | [`OpenMetricsParser`], [`parse_openmetrics`] |
//! | protobuf | [`Encoder`] | [`ProtobufParser`], [`parse_protobuf`] |
//! | protobuf as text | [`Encoder`] | |
//!
//! Follows [`expfmt`](https://pkg.go.dev/github.com/prometheus/common/expfmt) of prometheus/common 0.70.1.
//!
//! # Minimum supported Rust version
//!
//! 1.88, raised only in minor releases and to a compiler at least six months old.

#![forbid(unsafe_code)]

mod error;
mod escape; // Escaping of names.
mod format; // Exposition formats.
mod negotiate; // Format negotiation.

mod buffer; // A buffer for output.
mod encoder; // The encoder for all formats.
mod number; // Floats as formatted by Go.
mod output; // The output of encoders.
mod protobuf; // The binary format and its text forms.
mod text; // Text format 0.0.4 and OpenMetrics.
mod textfile; // Files for the node exporter.

mod parse; // Parsers.

#[cfg(test)]
mod generated; // The messages of protobuf, for tests of the encoder.

pub use encoder::Encoder;
pub use error::{Error, Position};
pub use escape::{Escaping, escape_name, unescape_name};
pub use format::Format;
pub use number::{append_float, append_open_metrics_float};
pub use parse::{
    Limits, NameValidation, OpenMetricsParser, ProtobufParser, TextParser, parse_openmetrics,
    parse_protobuf, parse_text,
};
pub use textfile::write_to_textfile;
