//! Encodes metrics as for a scraper, and formats them for comparison line by line.

use std::fmt::{self, Write};
use std::slice;

use promcore::{
    Exemplar, Labels, MetricFamily, MetricValue, NativeBuckets, NativeValue, Timestamp,
};
use promfmt::{Encoder, Escaping, Format, append_float};

use crate::details::Details;

/// Formats a family in text format 0.0.4, with details as comments below each metric.
pub(crate) fn write(family: &MetricFamily, details: Details) -> String {
    // The encoder does not support details, so it gets the metrics one by one.
    let mut one = MetricFamily::new(&*family.name, &*family.help, family.kind);
    let mut text = plain(&one);
    let head = text.len();
    if details.units && !family.unit.is_empty() {
        text.push_str(&format!("# unit {}\n", family.unit));
    }
    for metric in &family.metrics {
        one.metrics = vec![metric.clone()];
        text.push_str(&plain(&one)[head..]);
        // Writing to a string cannot fail.
        let _ = write_details(&mut text, &metric.value, details);
    }
    text
}

/// Encodes families as for a scraper.
pub(crate) fn encode(families: &[MetricFamily], format: Format) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), format);
    // `finish` returns the first write error.
    let _ = families
        .iter()
        .try_for_each(|family| family.write(&mut encoder));
    encoder.finish().expect("writing to memory cannot fail")
}

/// Formats a family in text format 0.0.4, without escaping names.
fn plain(family: &MetricFamily) -> String {
    let format = Format::TEXT.escaping(Escaping::AllowUtf8);
    let text = encode(slice::from_ref(family), format);
    String::from_utf8(text).expect("text format is UTF-8")
}

fn write_details(text: &mut String, value: &MetricValue, details: Details) -> fmt::Result {
    let created = match value {
        MetricValue::Counter(counter) => {
            write_exemplars(text, "", counter.exemplar.iter(), details)?;
            counter.created
        }
        MetricValue::GaugeHistogram(histogram) | MetricValue::Histogram(histogram) => {
            for bucket in &histogram.buckets {
                let le = format!(" le=\"{}\"", Float(bucket.upper_bound));
                write_exemplars(text, &le, bucket.exemplar.iter(), details)?;
            }
            if let Some(native) = &histogram.native {
                if details.native_buckets {
                    write_native(text, native)?;
                }
                write_exemplars(text, " native", native.exemplars.iter(), details)?;
            }
            histogram.created
        }
        MetricValue::Summary(summary) => summary.created,
        _ => None,
    };
    match created {
        Some(created) if details.times => writeln!(text, "# created {}", Seconds(created)),
        _ => Ok(()),
    }
}

fn write_exemplars<'a>(
    text: &mut String,
    place: &str,
    exemplars: impl Iterator<Item = &'a Exemplar>,
    details: Details,
) -> fmt::Result {
    if !details.exemplars {
        return Ok(());
    }
    for exemplar in exemplars {
        let (labels, value) = (Labels::pairs(&exemplar.labels), Float(exemplar.value));
        write!(text, "# exemplar{place} {labels:?} {value}")?;
        match exemplar.timestamp {
            Some(time) if details.times => writeln!(text, " {}", Seconds(time))?,
            _ => writeln!(text)?,
        }
    }
    Ok(())
}

fn write_native(text: &mut String, native: &NativeValue) -> fmt::Result {
    let (schema, zero_count) = (native.schema, native.zero_count);
    let threshold = Float(native.zero_threshold);
    write!(
        text,
        "# native schema={schema} zero_threshold={threshold} zero_count={zero_count}"
    )?;
    write_buckets(text, "positive", &native.positive)?;
    write_buckets(text, "negative", &native.negative)?;
    writeln!(text)
}

/// Writes the index and the count of each bucket that is not empty: `positive={-1:2,0:5}`.
fn write_buckets(text: &mut String, side: &str, buckets: &NativeBuckets) -> fmt::Result {
    let counts = buckets.counts().filter(|&(_, count)| count > 0);
    let counts: Vec<_> = counts
        .map(|(number, count)| format!("{number}:{count}"))
        .collect();
    write!(text, " {side}={{{}}}", counts.join(","))
}

/// A float, formatted as in the exposition formats.
struct Float(f64);

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        append_float(&mut text, self.0);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

/// A time in seconds since the Unix epoch, to the nanosecond.
struct Seconds(Timestamp);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.unix_nanos();
        let sign = if nanos < 0 { "-" } else { "" };
        let nanos = nanos.unsigned_abs();
        let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
        let text = format!("{sign}{seconds}.{rest:09}");
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}
