//! Text format 0.0.4 and OpenMetrics.

mod bounds; // Lines that differ only in one label.
mod dialect; // Differences between the two.
mod ends; // The ends of lines.
mod head; // The comment lines of a family.
mod labels; // Labels in a line.
mod line; // The general way to write lines.
mod plain; // The fast way to write many lines.
mod words; // Whole numbers from a table.

use std::io;
use std::ops::ControlFlow;

use promcore::__private::Lines as ManyLines;
use promcore::{
    Exemplar, FamilyHead, Flow, HistogramValue, Series, Sink, SummaryValue, Timestamp, Value,
};

use self::bounds::Bounds;
pub(crate) use self::dialect::Dialect;
use self::dialect::Number;
use self::ends::Ends;
use self::head::Name;
use self::line::Lines;
use self::plain::{Beginning, Left, WINDOW};
use crate::escape::Escaping;
use crate::output::Output;

/// Writes metrics in text format 0.0.4 or OpenMetrics.
#[derive(Debug)]
pub(crate) struct TextEncoder<W> {
    output: Output<W>,
    dialect: Dialect,
    escaping: Escaping,
    /// The name of the current family.
    name: Name,
    beginning: Beginning,
    /// Values of `le` and `quantile`.
    bounds: Bounds,
    scratch: Scratch,
}

/// Memory that is reused.
#[derive(Debug, Default)]
struct Scratch {
    labels: Vec<u8>,
    beginning: Vec<u8>,
}

impl<W: io::Write> TextEncoder<W> {
    pub(crate) fn new(out: W, dialect: Dialect, escaping: Escaping) -> Self {
        Self {
            output: Output::new(out),
            dialect,
            escaping,
            name: Name::default(),
            beginning: Beginning::default(),
            bounds: Bounds::default(),
            scratch: Scratch::default(),
        }
    }

    pub(crate) fn set_created_lines(&mut self, created: bool) {
        if self.dialect.is_open_metrics() {
            self.dialect = Dialect::OpenMetrics { created };
        }
    }

    /// Writes out the buffer.
    pub(crate) fn finish(self) -> io::Result<W> {
        self.output.finish()
    }

    /// Ends the exposition, and writes out the buffer.
    pub(crate) fn end(mut self) -> io::Result<W> {
        if self.dialect.is_open_metrics() {
            self.output.buffer.push(b"# EOF\n");
        }
        self.finish()
    }

    /// Prepares lines with the labels of a series.
    fn prepare<'a>(&'a mut self, series: &Series<'a>) -> (Lines<'a>, &'a mut Bounds) {
        let Scratch { labels, beginning } = &mut self.scratch;
        let lines = Lines {
            buffer: &mut self.output.buffer,
            dialect: self.dialect,
            name: &self.name,
            labels: labels::text(&series.labels, self.escaping, labels),
            timestamp_ms: series.timestamp_ms,
            beginning,
        };
        (lines, &mut self.bounds)
    }

    /// Writes a line with a value and no additional label.
    fn simple(&mut self, series: &Series<'_>, value: f64, exemplar: Option<&Exemplar>) {
        match series.labels.rendered() {
            Some(labels)
                if !self.name.is_quoted && series.timestamp_ms.is_none() && exemplar.is_none() =>
            {
                let out = self.output.buffer.room(self.beginning.room(labels.len()));
                let written = self.beginning.write_one(labels, value, self.dialect, out);
                self.output.buffer.advance(written);
            }
            _ => {
                let (mut lines, _) = self.prepare(series);
                lines.write("", Number::Float(value), exemplar);
            }
        }
    }

    fn created(&mut self, series: &Series<'_>, created: Option<Timestamp>) {
        if self.dialect.has_created() {
            self.prepare(series).0.created(created);
        }
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &HistogramValue) {
        let dialect = self.dialect;
        let (mut lines, bounds) = self.prepare(series);
        lines.begin_with("_bucket", "le");
        let count = match histogram.float {
            None => Number::Count(histogram.count),
            Some(_) => dialect.count(histogram.count_as_f64()),
        };
        let last = histogram.buckets.last();
        let has_last = last.is_some_and(|last| last.upper_bound == f64::INFINITY);
        let needs_more = histogram.float.is_some()
            || dialect.is_open_metrics()
                && histogram.buckets.iter().any(|it| it.exemplar.is_some());
        let counts = histogram.buckets.iter();
        let counts = counts.map(|bucket| (bucket.upper_bound, bucket.cumulative_count));
        let last = (!has_last).then_some((f64::INFINITY, histogram.count));
        if needs_more || !lines.write_counts(bounds, counts.chain(last)) {
            for (at, (bucket, float)) in histogram.buckets_as_f64().enumerate() {
                let count = match histogram.float {
                    None => Number::Count(bucket.cumulative_count),
                    Some(_) => dialect.count(float),
                };
                let bound = bounds.get(at, bucket.upper_bound, dialect);
                lines.write_with(bound, count, bucket.exemplar.as_ref());
            }
            if !has_last {
                let bound = bounds.get(histogram.buckets.len(), f64::INFINITY, dialect);
                lines.write_with(bound, count, None);
            }
        }
        let [sum_suffix, count_suffix] = dialect.histogram_suffixes(series.value.kind());
        lines.write(sum_suffix, Number::Float(histogram.sum), None);
        lines.write(count_suffix, count, None);
        lines.created(histogram.created);
    }

    fn summary(&mut self, series: &Series<'_>, summary: &SummaryValue) {
        let dialect = self.dialect;
        let (mut lines, ranks) = self.prepare(series);
        lines.begin_with("", "quantile");
        for (at, quantile) in summary.quantiles.iter().enumerate() {
            let rank = ranks.get(at, quantile.quantile, dialect);
            lines.write_with(rank, Number::Float(quantile.value), None);
        }
        lines.write("_sum", Number::Float(summary.sum), None);
        lines.write("_count", Number::Count(summary.count), None);
        lines.created(summary.created);
    }
}

impl<W: io::Write> Sink for TextEncoder<W> {
    fn family(&mut self, family: &FamilyHead<'_>) -> Flow {
        self.name = head::write(family, self.dialect, self.escaping, &mut self.output.buffer);
        self.beginning.set_name(&self.name.text);
        self.output.continued()
    }

    fn series(&mut self, series: &Series<'_>) -> Flow {
        match series.value {
            Value::Counter {
                value,
                exemplar,
                created,
                ..
            } => {
                self.simple(series, value, exemplar);
                self.created(series, created);
            }
            Value::Gauge(value) | Value::Untyped(value) => self.simple(series, value, None),
            Value::Histogram(histogram) | Value::GaugeHistogram(histogram) => {
                self.histogram(series, histogram);
            }
            Value::Summary(summary) => self.summary(series, summary),
            // Types that are not in the text formats.
            _ => {}
        }
        self.output.continued()
    }

    fn lines(&mut self, lines: ManyLines<'_>) -> Option<Flow> {
        let has_more = self.dialect.has_created()
            || self.dialect.is_open_metrics() && lines.may_have_exemplars();
        let texts = lines.texts();
        if self.name.is_quoted || has_more || !self.beginning.fits(texts.longest()) {
            return None;
        }
        let ends = Ends::of(self.dialect);
        let values = lines.values().iter();
        let mut left = Left { texts, values };
        loop {
            let out = self.output.buffer.room(WINDOW);
            let written = self.beginning.write_many(&mut left, &ends, out);
            self.output.buffer.advance(written);
            if left.values.len() == 0 {
                return Some(ControlFlow::Continue(()));
            }
            if self.output.flush().is_break() {
                return Some(ControlFlow::Break(()));
            }
        }
    }

    /// Only OpenMetrics has creation times.
    fn wants_created(&self) -> bool {
        self.dialect.has_created()
    }
}
