//! The encoder for all formats.

use std::io;

use promcore::__private::Lines;
use promcore::{Demands, FamilyHead, Flow, Series, Sink};

use crate::format::{Format, Syntax};
use crate::protobuf::{DelimitedEncoder, PrototextEncoder};
use crate::text::{Dialect, TextEncoder};

/// Writes metrics in any format, in chunks of about 2 KiB; wrap a file or a socket in an [`io::BufWriter`], and flush it at the end.
///
/// A scrape is written while it is read, so memory does not depend on the number of series.
/// In [`Format::PROTOBUF`], however, a family is preceded by its length.
/// Counters and gauges of a vec are therefore measured before they are written, and only those with exemplars are buffered in between.
/// Any other family is buffered until it is complete; for a histogram, that takes about 15 bytes per bucket plus the size of its labels.
///
/// Follows `expfmt/encode.go`, `text_create.go` and `openmetrics_create.go` of prometheus/common 0.70.1, byte for byte, with two exceptions: a label name with a colon, which Go leaves unquoted and its own parser refuses, is quoted, and gauge histograms have the suffixes that OpenMetrics requires.
///
/// # Defaults
///
/// OpenMetrics has no `_created` lines.
///
/// # Examples
///
/// ```
/// use promcore::{Gatherer, Gauge, Registry};
/// use promfmt::{Encoder, Format};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = Registry::new();
/// registry.register(Gauge::new("jobs", "Jobs in the queue.")?)?;
///
/// let mut encoder = Encoder::new(Vec::new(), Format::OPEN_METRICS);
/// let left_out = registry.gather_into(&mut encoder);
/// assert!(left_out.is_empty());
/// let text = String::from_utf8(encoder.finish()?)?;
/// assert_eq!(text, "# HELP jobs Jobs in the queue.\n# TYPE jobs gauge\njobs 0.0\n# EOF\n");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[doc(alias = "NewEncoder")]
pub struct Encoder<W> {
    demands: Demands,
    inner: Inner<W>,
}

#[derive(Debug)]
enum Inner<W> {
    Text(TextEncoder<W>),
    Delimited(DelimitedEncoder<W>),
    Prototext(PrototextEncoder<W>),
}

impl<W: io::Write> Encoder<W> {
    /// Makes an encoder that writes to `out`.
    pub fn new(out: W, format: Format) -> Self {
        let escaping = format.escaping;
        let open_metrics = Dialect::OpenMetrics { created: false };
        let inner = match format.syntax {
            Syntax::Text => Inner::Text(TextEncoder::new(out, Dialect::Plain, escaping)),
            Syntax::OpenMetrics0 | Syntax::OpenMetrics1 => {
                Inner::Text(TextEncoder::new(out, open_metrics, escaping))
            }
            Syntax::Protobuf => Inner::Delimited(DelimitedEncoder::new(out, escaping)),
            Syntax::ProtobufText => Inner::Prototext(PrototextEncoder::new(out, escaping, false)),
            Syntax::ProtobufCompactText => {
                Inner::Prototext(PrototextEncoder::new(out, escaping, true))
            }
        };
        Self {
            demands: format.demands(),
            inner,
        }
    }

    /// Sets whether OpenMetrics has a `_created` line for each metric, with its creation time.
    ///
    /// Protobuf always has creation times, and text format 0.0.4 never.
    #[doc(alias = "WithCreatedLines")]
    #[must_use]
    pub fn created_lines(mut self, created_lines: bool) -> Self {
        if let Inner::Text(encoder) = &mut self.inner {
            encoder.set_created_lines(created_lines);
        }
        self
    }

    /// Ends the exposition, writes out the buffer, and returns the inner writer without flushing it.
    ///
    /// # Errors
    ///
    /// The first error of any write; nothing is written after it.
    #[doc(alias = "Close")]
    pub fn finish(self) -> io::Result<W> {
        match self.inner {
            Inner::Text(encoder) => encoder.end(),
            Inner::Delimited(encoder) => encoder.finish(),
            Inner::Prototext(encoder) => encoder.finish(),
        }
    }

    /// Writes out the buffer without the `# EOF` line that ends OpenMetrics, for a part of an exposition.
    ///
    /// # Errors
    ///
    /// As [`finish`](Self::finish).
    pub fn finish_part(self) -> io::Result<W> {
        match self.inner {
            Inner::Text(encoder) => encoder.finish(),
            _ => self.finish(),
        }
    }

    fn sink(&mut self) -> &mut (dyn Sink + '_) {
        match &mut self.inner {
            Inner::Text(encoder) => encoder,
            Inner::Delimited(encoder) => encoder,
            Inner::Prototext(encoder) => encoder,
        }
    }
}

impl<W: io::Write> Sink for Encoder<W> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.sink().family(family)
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        self.sink().series(series)
    }

    fn measures(&self) -> bool {
        matches!(self.inner, Inner::Delimited(_))
    }

    fn measure(&mut self, series: &Series<'_>) {
        self.sink().measure(series);
    }

    fn lines(&mut self, lines: Lines<'_>) -> Option<Flow> {
        self.sink().lines(lines)
    }

    fn demands(&self) -> Demands {
        self.demands
    }

    fn wants_created(&self) -> bool {
        match &self.inner {
            Inner::Text(encoder) => encoder.wants_created(),
            Inner::Delimited(_) | Inner::Prototext(_) => true,
        }
    }
}
