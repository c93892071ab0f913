//! Differences between the two text formats.

use promcore::MetricType;

use crate::buffer::Buffer;
use crate::number::{ROOM, to_count, write_count, write_float, write_open_metrics_float};

/// A text format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Text format 0.0.4.
    Plain,
    /// OpenMetrics.
    OpenMetrics {
        /// Whether there are `_created` lines.
        created: bool,
    },
}

/// The number of a line.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Float(f64),
    /// A number of observations.
    Count(u64),
}

impl Dialect {
    pub(super) fn is_open_metrics(self) -> bool {
        matches!(self, Self::OpenMetrics { .. })
    }

    /// Reports whether there are `_created` lines.
    pub(super) fn has_created(self) -> bool {
        self == Self::OpenMetrics { created: true }
    }

    /// Returns the suffix that the name of a counter has in samples, but not in comments and `_created` lines.
    pub(super) fn counter_suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::OpenMetrics { .. } => "_total",
        }
    }

    /// Returns the name of a type; types that a format does not have are replaced, and in OpenMetrics a counter without the suffix is not a counter.
    pub(super) fn type_name(self, kind: MetricType, has_suffix: bool) -> &'static str {
        match (self, kind) {
            (Self::Plain, MetricType::GaugeHistogram) => MetricType::Histogram.as_str(),
            (Self::OpenMetrics { .. }, MetricType::Untyped) => "unknown",
            (Self::OpenMetrics { .. }, MetricType::Counter) if !has_suffix => "unknown",
            (_, kind) => kind.as_str(),
        }
    }

    /// Returns the suffixes of the sum and the count of a histogram.
    pub(super) fn histogram_suffixes(self, kind: MetricType) -> [&'static str; 2] {
        match (self, kind) {
            (Self::OpenMetrics { .. }, MetricType::GaugeHistogram) => ["_gsum", "_gcount"],
            _ => ["_sum", "_count"],
        }
    }

    /// Returns a number of observations that may be any float, although OpenMetrics only allows integers.
    pub(super) fn count(self, count: f64) -> Number {
        let whole = to_count(count).filter(|_| self.is_open_metrics());
        whole.map_or(Number::Float(count), Number::Count)
    }

    /// Writes a number.
    pub(super) fn number(self, number: Number, buffer: &mut Buffer) {
        let room = buffer.room(ROOM).first_chunk_mut();
        let len = self.write_number(number, room.expect("there is room for a number"));
        buffer.advance(len);
    }

    pub(super) fn float(self, value: f64, buffer: &mut Buffer) {
        self.number(Number::Float(value), buffer);
    }

    /// Writes a number to the beginning of `out`, and returns its length.
    #[inline]
    pub(super) fn write_number(self, number: Number, out: &mut [u8; ROOM]) -> usize {
        match number {
            Number::Float(value) => self.write_float(value, out),
            Number::Count(count) if self.is_open_metrics() => write_count(count, out),
            Number::Count(count) => write_float(count as f64, out),
        }
    }

    /// Writes a float to the beginning of `out`, and returns its length.
    #[inline]
    pub(super) fn write_float(self, value: f64, out: &mut [u8; ROOM]) -> usize {
        match self {
            Self::Plain => write_float(value, out),
            Self::OpenMetrics { .. } => write_open_metrics_float(value, out),
        }
    }

    /// Writes the timestamp of a sample, in milliseconds or seconds.
    pub(super) fn timestamp(self, milliseconds: i64, buffer: &mut Buffer) {
        match self {
            Self::Plain => buffer.push(itoa::Buffer::new().format(milliseconds).as_bytes()),
            Self::OpenMetrics { .. } => self.float(milliseconds as f64 / 1000.0, buffer),
        }
    }
}
