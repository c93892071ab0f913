//! The messages of the format and their fields, with the names and numbers of `proto/io/prometheus/client/metrics.proto`.

use std::borrow::Cow;

use promcore::{
    Bucket, Exemplar, FamilyHead, FloatCounts, HistogramValue, LabelPair, Labels, MetricType,
    NativeBuckets, NativeValue, Quantile, Series, SummaryValue, Timestamp, Value,
};

use super::fields::{Field, Fields};
use crate::escape::{Escaping, escape_if_needed};

/// Writes families, field by field.
#[derive(Debug)]
pub(super) struct Schema {
    escaping: Escaping,
    /// The unit of the current family, if there is one.
    unit: Option<String>,
}

/// A label of a metric or an exemplar, and its fields.
pub(super) const LABEL: Field = Field::new(1, "label");
pub(super) const LABEL_NAME: Field = Field::new(1, "name");
pub(super) const LABEL_VALUE: Field = Field::new(2, "value");

const CREATED: &str = "created_timestamp";

impl Schema {
    pub(super) fn new(escaping: Escaping) -> Self {
        Self {
            escaping,
            unit: None,
        }
    }

    /// Begins a family.
    pub(super) fn begin(&mut self, family: &FamilyHead<'_>, out: &mut impl Fields) {
        out.string(Field::new(1, "name"), &self.escape(family.name));
        out.string(Field::new(2, "help"), family.help);
        let (number, name) = kind(family.kind);
        out.symbol(Field::new(3, "type"), number, name);
        self.unit = Some(family.unit.to_owned());
    }

    /// Ends the current family, and reports whether there was one.
    pub(super) fn end(&mut self, out: &mut impl Fields) -> bool {
        let unit = self.unit.take();
        if let Some(unit) = unit.as_ref().filter(|unit| !unit.is_empty()) {
            out.string(Field::new(5, "unit"), unit);
        }
        unit.is_some()
    }

    /// Writes a metric with the labels that `labels` writes.
    pub(super) fn metric<F: Fields>(series: &Series<'_>, labels: impl FnOnce(&mut F), out: &mut F) {
        out.message(Field::new(4, "metric"), |out| {
            labels(out);
            value(series.value, out);
            if let Some(milliseconds) = series.timestamp_ms {
                let field = Field::new(6, "timestamp_ms").declared_behind(7);
                out.int(field, milliseconds);
            }
            if let Value::Histogram(value) | Value::GaugeHistogram(value) = series.value {
                out.message(Field::new(7, "histogram"), |out| histogram(value, out));
            }
        });
    }

    /// Writes labels.
    pub(super) fn labels(&self, labels: &Labels<'_>, out: &mut impl Fields) {
        let pairs = match labels.as_pairs() {
            Some(pairs) => Cow::Borrowed(pairs),
            None => Cow::Owned(labels.to_pairs()),
        };
        for LabelPair { name, value, .. } in &*pairs {
            pair(&self.escape(name), value, out);
        }
    }

    /// Escapes the name of a metric or a label.
    fn escape<'a>(&self, name: &'a str) -> Cow<'a, str> {
        escape_if_needed(name, self.escaping)
    }
}

fn kind(kind: MetricType) -> (u32, &'static str) {
    match kind {
        MetricType::Counter => (0, "COUNTER"),
        MetricType::Gauge => (1, "GAUGE"),
        MetricType::Summary => (2, "SUMMARY"),
        MetricType::Histogram => (4, "HISTOGRAM"),
        MetricType::GaugeHistogram => (5, "GAUGE_HISTOGRAM"),
        // Untyped, and types that are not in the schema.
        _ => (3, "UNTYPED"),
    }
}

fn pair(name: &str, value: &str, out: &mut impl Fields) {
    out.message(LABEL, |out| {
        out.string(LABEL_NAME, name);
        out.string(LABEL_VALUE, value);
    });
}

/// Writes a value other than a histogram, whose field number is larger than that of the timestamp.
fn value(value: Value<'_>, out: &mut impl Fields) {
    const VALUE: Field = Field::new(1, "value");
    match value {
        Value::Gauge(value) => {
            out.message(Field::new(2, "gauge"), |out| out.float(VALUE, value));
        }
        Value::Counter {
            value,
            exemplar: example,
            created,
            ..
        } => out.message(Field::new(3, "counter"), |out| {
            out.float(VALUE, value);
            exemplar(Field::new(2, "exemplar"), example, out);
            time(Field::new(3, CREATED), created, out);
        }),
        Value::Summary(value) => {
            out.message(Field::new(4, "summary"), |out| summary(value, out));
        }
        Value::Untyped(value) => {
            out.message(Field::new(5, "untyped"), |out| out.float(VALUE, value));
        }
        // Histograms, and types that are not in the schema.
        _ => {}
    }
}

fn summary(summary: &SummaryValue, out: &mut impl Fields) {
    out.uint(Field::new(1, "sample_count"), summary.count);
    out.float(Field::new(2, "sample_sum"), summary.sum);
    for Quantile {
        quantile, value, ..
    } in &summary.quantiles
    {
        out.message(Field::new(3, "quantile"), |out| {
            out.float(Field::new(1, "quantile"), *quantile);
            out.float(Field::new(2, "value"), *value);
        });
    }
    time(Field::new(4, CREATED), summary.created, out);
}

fn histogram(histogram: &HistogramValue, out: &mut impl Fields) {
    let float = histogram.float.as_deref();
    if float.is_none() {
        out.uint(Field::new(1, "sample_count"), histogram.count);
    }
    out.float(Field::new(2, "sample_sum"), histogram.sum);
    for (bucket, count) in histogram.buckets_as_f64() {
        let float = float.map(|_| count);
        out.message(Field::new(3, "bucket"), |out| classic(bucket, float, out));
    }
    if let Some(float) = float {
        let field = Field::new(4, "sample_count_float").declared_behind(1);
        out.float(field, float.count);
    }
    if let Some(value) = &histogram.native {
        native(value, float, out);
    }
    let created = Field::new(15, CREATED).declared_behind(3);
    time(created, histogram.created, out);
    let native = histogram.native.as_ref();
    for example in native.map_or(&[][..], |native| &native.exemplars) {
        exemplar(Field::new(16, "exemplars"), Some(example), out);
    }
}

fn classic(bucket: &Bucket, float: Option<f64>, out: &mut impl Fields) {
    if float.is_none() {
        out.uint(Field::new(1, "cumulative_count"), bucket.cumulative_count);
    }
    out.float(Field::new(2, "upper_bound"), bucket.upper_bound);
    exemplar(Field::new(3, "exemplar"), bucket.exemplar.as_ref(), out);
    if let Some(float) = float {
        let field = Field::new(4, "cumulative_count_float").declared_behind(1);
        out.float(field, float);
    }
}

fn native(native: &NativeValue, float: Option<&FloatCounts>, out: &mut impl Fields) {
    out.sint(Field::new(5, "schema"), native.schema.into());
    out.float(Field::new(6, "zero_threshold"), native.zero_threshold);
    match float {
        None => out.uint(Field::new(7, "zero_count"), native.zero_count),
        Some(float) => out.float(Field::new(8, "zero_count_float"), float.zero_count),
    }
    let fields = [
        Field::new(9, "negative_span"),
        Field::new(10, "negative_delta"),
        Field::new(11, "negative_count"),
    ];
    let counts = float.map(|float| &float.negative[..]);
    buckets(fields, &native.negative, counts, out);
    let fields = [
        Field::new(12, "positive_span"),
        Field::new(13, "positive_delta"),
        Field::new(14, "positive_count"),
    ];
    let counts = float.map(|float| &float.positive[..]);
    buckets(fields, &native.positive, counts, out);
}

/// Writes the buckets on one side of 0: spans, and either deltas or counts.
fn buckets(
    [span, delta, count]: [Field; 3],
    buckets: &NativeBuckets,
    counts: Option<&[f64]>,
    out: &mut impl Fields,
) {
    for run in &buckets.spans {
        out.message(span, |out| {
            out.sint(Field::new(1, "offset"), run.offset.into());
            out.uint(Field::new(2, "length"), run.length.into());
        });
    }
    match counts {
        None => buckets.deltas.iter().for_each(|it| out.sint(delta, *it)),
        Some(counts) => counts.iter().for_each(|it| out.float(count, *it)),
    }
}

fn exemplar(field: Field, exemplar: Option<&Exemplar>, out: &mut impl Fields) {
    let Some(exemplar) = exemplar else { return };
    out.message(field, |out| {
        for LabelPair { name, value, .. } in &exemplar.labels {
            // As in Go, their names are not escaped.
            pair(name, value, out);
        }
        out.float(Field::new(2, "value"), exemplar.value);
        time(Field::new(3, "timestamp"), exemplar.timestamp, out);
    });
}

/// Writes a timestamp, without parts that are 0.
fn time(field: Field, time: Option<Timestamp>, out: &mut impl Fields) {
    const NANOS: i64 = 1_000_000_000;
    let Some(time) = time.map(Timestamp::unix_nanos) else {
        return;
    };
    let parts = [
        (Field::new(1, "seconds"), time.div_euclid(NANOS)),
        (Field::new(2, "nanos"), time.rem_euclid(NANOS)),
    ];
    out.message(field, |out| {
        for (field, part) in parts.into_iter().filter(|(_, part)| *part != 0) {
            out.int(field, part);
        }
    });
}
