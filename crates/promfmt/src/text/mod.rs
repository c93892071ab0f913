//! Text format 0.0.4.

mod line; // One line, in the general way.

use std::io;
use std::ops::ControlFlow;

use promcore::{
    FamilyHead, Flow, HistogramValue, Labels, MetricType, Series, Sink, SummaryValue, Value,
    is_legacy_metric_name,
};

use self::line::{Extra, Line};
use crate::buffer::Buffer;
use crate::escape::{Escaping, escape_name};
use crate::number::{ROOM, write_float};

/// The content type of what a [`TextEncoder`] writes by default.
pub const TEXT_CONTENT_TYPE: &str =
    "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// Writes metrics in text format 0.0.4, in chunks of 64 KiB.
///
/// Follows `expfmt/text_create.go` of prometheus/common 0.70.1, byte for byte; a label name with a colon, which Go leaves bare and its own parser then refuses, is quoted.
///
/// # Defaults
///
/// Names are escaped with [`Escaping::Underscores`].
#[derive(Debug)]
pub struct TextEncoder<W> {
    out: W,
    buffer: Buffer,
    escaping: Escaping,
    /// The name of the family that is being written, escaped.
    name: String,
    /// Whether the name may stand before the braces.
    is_legacy: bool,
    error: Option<io::Error>,
}

impl<W: io::Write> TextEncoder<W> {
    /// Makes an encoder that writes to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            buffer: Buffer::new(),
            escaping: Escaping::default(),
            name: String::new(),
            is_legacy: true,
            error: None,
        }
    }

    /// Sets how names are escaped.
    #[must_use]
    pub fn escaping(mut self, escaping: Escaping) -> Self {
        self.escaping = escaping;
        self
    }

    /// Writes what is left, and returns what was written to.
    ///
    /// # Errors
    ///
    /// The first error of any write. Nothing was written after it.
    pub fn finish(mut self) -> io::Result<W> {
        match self.error {
            Some(error) => Err(error),
            None => {
                self.buffer.flush(&mut self.out)?;
                Ok(self.out)
            }
        }
    }

    /// Writes the chunk out if it is full.
    #[inline]
    fn continued(&mut self) -> Flow {
        if self.buffer.is_full() {
            return self.flush();
        }
        ControlFlow::Continue(())
    }

    #[cold]
    fn flush(&mut self) -> Flow {
        match self.buffer.flush(&mut self.out) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn comment(&mut self, keyword: &[u8]) {
        self.buffer.push(b"# ");
        self.buffer.push(keyword);
        self.buffer.push(b" ");
        if self.is_legacy {
            self.buffer.push(self.name.as_bytes());
        } else {
            line::quote(&mut self.buffer, &self.name);
        }
        self.buffer.push(b" ");
    }

    /// Writes a line with a value and no label that the labels do not have.
    #[inline]
    fn simple(&mut self, labels: Labels<'_>, value: f64, timestamp_ms: Option<i64>) {
        let rendered = labels.rendered().filter(|_| self.is_legacy);
        let (Some(rendered), None) = (rendered, timestamp_ms) else {
            self.lines(labels, timestamp_ms).write("", None, value);
            return;
        };
        self.buffer.push(self.name.as_bytes());
        let start = self.buffer.len();
        self.buffer.push_with(|out| rendered.write(out));
        self.buffer.push(if self.buffer.len() > start {
            b"} "
        } else {
            b" "
        });
        self.buffer.push_with(|out| {
            let out = out.first_chunk_mut::<{ ROOM + 1 }>()?;
            let len = write_float(value, out.first_chunk_mut()?);
            out[len] = b'\n';
            Some(len + 1)
        });
    }

    /// Prepares lines with these labels.
    fn lines(&mut self, labels: Labels<'_>, timestamp_ms: Option<i64>) -> Line<'_> {
        Line::new(
            &mut self.buffer,
            self.escaping,
            Some(&self.name)
                .filter(|_| self.is_legacy)
                .ok_or(&self.name),
            labels,
            timestamp_ms,
        )
    }

    fn histogram(
        &mut self,
        labels: Labels<'_>,
        timestamp_ms: Option<i64>,
        histogram: &HistogramValue,
    ) {
        let mut lines = self.lines(labels, timestamp_ms);
        for bucket in &histogram.buckets {
            let bound = Extra::new("le", bucket.upper_bound);
            lines.write("_bucket", Some(bound), bucket.cumulative_count as f64);
        }
        let last = histogram.buckets.last();
        if last.is_none_or(|last| last.upper_bound != f64::INFINITY) {
            let bound = Extra::new("le", f64::INFINITY);
            lines.write("_bucket", Some(bound), histogram.count as f64);
        }
        lines.write("_sum", None, histogram.sum);
        lines.write("_count", None, histogram.count as f64);
    }

    fn summary(&mut self, labels: Labels<'_>, timestamp_ms: Option<i64>, summary: &SummaryValue) {
        let mut lines = self.lines(labels, timestamp_ms);
        for quantile in &summary.quantiles {
            let rank = Extra::new("quantile", quantile.quantile);
            lines.write("", Some(rank), quantile.value);
        }
        lines.write("_sum", None, summary.sum);
        lines.write("_count", None, summary.count as f64);
    }
}

impl<W: io::Write> Sink for TextEncoder<W> {
    fn family(&mut self, family: FamilyHead<'_>) -> Flow {
        self.is_legacy = is_legacy_metric_name(family.name);
        if self.is_legacy {
            family.name.clone_into(&mut self.name);
        } else {
            self.name = escape_name(family.name, self.escaping).into_owned();
            self.is_legacy = self.escaping != Escaping::AllowUtf8;
        }
        self.comment(b"HELP");
        line::escape_help(&mut self.buffer, family.help);
        self.buffer.push(b"\n");
        self.comment(b"TYPE");
        self.buffer.push(type_name(family.kind).as_bytes());
        self.buffer.push(b"\n");
        self.continued()
    }

    fn series(&mut self, series: Series<'_>) -> Flow {
        let Series {
            labels,
            value,
            timestamp_ms,
        } = series;
        match value {
            Value::Counter { value, .. } | Value::Gauge(value) | Value::Untyped(value) => {
                self.simple(labels, value, timestamp_ms);
            }
            Value::Histogram(histogram) => self.histogram(labels, timestamp_ms, histogram),
            Value::Summary(summary) => self.summary(labels, timestamp_ms, summary),
            // Types that text format 0.0.4 does not have.
            _ => {}
        }
        self.continued()
    }
}

fn type_name(kind: MetricType) -> &'static str {
    kind.as_str()
}
