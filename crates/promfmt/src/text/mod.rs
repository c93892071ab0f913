//! Text format 0.0.4.

mod line; // One line, in the general way.
mod plain; // Many lines, in the short way.

use std::io;
use std::ops::ControlFlow;

use promcore::{
    FamilyHead, Flow, HistogramValue, Lines, MetricType, Series, Sink, SummaryValue, Value,
    is_legacy_metric_name,
};

use self::line::{Extra, Line};
use self::plain::Beginning;
use crate::buffer::Buffer;
use crate::escape::{Escaping, escape_name};

/// The content type of what a [`TextEncoder`] writes by default.
pub const TEXT_CONTENT_TYPE: &str =
    "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// Writes metrics in text format 0.0.4, in chunks of about 2 KiB: what writes to a file or a socket wants an [`io::BufWriter`] between.
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
    beginning: Beginning,
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
            beginning: Beginning::default(),
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

    /// Writes a line with a value and no label that the series does not have.
    fn simple(&mut self, series: &Series<'_>, value: f64) {
        match series.labels.rendered() {
            Some(labels) if self.is_legacy && series.timestamp_ms.is_none() => {
                let out = self.buffer.room(self.beginning.room(labels.len()));
                let written = self.beginning.write_one(labels, value, out);
                self.buffer.advance(written);
            }
            _ => self.prepare(series).write("", None, value),
        }
    }

    /// Prepares lines with the labels of a series.
    fn prepare(&mut self, series: &Series<'_>) -> Line<'_> {
        let name = match self.is_legacy {
            true => Ok(self.name.as_str()),
            false => Err(self.name.as_str()),
        };
        Line::new(&mut self.buffer, self.escaping, name, series)
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &HistogramValue) {
        let mut lines = self.prepare(series);
        for (bucket, count) in histogram.buckets_as_f64() {
            let bound = Extra::new("le", bucket.upper_bound);
            lines.write("_bucket", Some(bound), count);
        }
        let last = histogram.buckets.last();
        if last.is_none_or(|last| last.upper_bound != f64::INFINITY) {
            let bound = Extra::new("le", f64::INFINITY);
            lines.write("_bucket", Some(bound), histogram.count_as_f64());
        }
        lines.write("_sum", None, histogram.sum);
        lines.write("_count", None, histogram.count_as_f64());
    }

    fn summary(&mut self, series: &Series<'_>, summary: &SummaryValue) {
        let mut lines = self.prepare(series);
        for quantile in &summary.quantiles {
            let rank = Extra::new("quantile", quantile.quantile);
            lines.write("", Some(rank), quantile.value);
        }
        lines.write("_sum", None, summary.sum);
        lines.write("_count", None, summary.count as f64);
    }
}

impl<W: io::Write> Sink for TextEncoder<W> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.is_legacy = is_legacy_metric_name(family.name);
        if self.is_legacy {
            family.name.clone_into(&mut self.name);
        } else {
            self.name = escape_name(family.name, self.escaping).into_owned();
            self.is_legacy = self.escaping != Escaping::AllowUtf8;
        }
        self.beginning.set_name(&self.name);
        self.comment(b"HELP");
        line::escape_help(&mut self.buffer, family.help);
        self.buffer.push(b"\n");
        self.comment(b"TYPE");
        self.buffer.push(type_name(family.kind).as_bytes());
        self.buffer.push(b"\n");
        self.continued()
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        match series.value {
            Value::Counter { value, .. } | Value::Gauge(value) | Value::Untyped(value) => {
                self.simple(series, value);
            }
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
                self.histogram(series, histogram)
            }
            Value::Summary(summary) => self.summary(series, summary),
            // Types that text format 0.0.4 does not have.
            _ => {}
        }
        self.continued()
    }

    fn lines(&mut self, mut lines: Lines<'_>) -> Option<Flow> {
        if !self.is_legacy {
            return None;
        }
        let mut next = lines.next();
        while let Some(line) = next {
            let room = self.beginning.room(line.common + line.rest.len());
            if !self.buffer.fits(room) && self.flush().is_break() {
                return Some(ControlFlow::Break(()));
            }
            let out = self.buffer.room(room);
            let written;
            (written, next) = self.beginning.write_many(line, &mut lines, out);
            self.buffer.advance(written);
        }
        Some(ControlFlow::Continue(()))
    }

    /// The format has no place for times of creation.
    fn wants_created(&self) -> bool {
        false
    }
}

fn type_name(kind: MetricType) -> &'static str {
    match kind {
        // The format does not know these.
        MetricType::GaugeHistogram => MetricType::Histogram.as_str(),
        kind => kind.as_str(),
    }
}
