use promcore::{
    Bucket, FloatCounts, HistogramValue, MetricType, MetricValue, Quantile, SummaryValue,
};

use crate::number::to_count;
use crate::parse::list;

/// The role of a value in its metric, according to the suffix of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The number of observations.
    Count,
    /// The sum of the observations.
    Sum,
    /// The value of a line without a suffix: of the metric, a bucket or a quantile.
    Value,
}

impl Role {
    /// Removes the suffix of a line's name if `kind` finds a family with a matching type under the rest.
    pub(super) fn of<T>(
        name: &str,
        kind: impl FnOnce(&str) -> Option<(T, MetricType)>,
    ) -> Option<(T, Self)> {
        let suffixes = [
            ("_count", Self::Count),
            ("_sum", Self::Sum),
            ("_bucket", Self::Value),
        ];
        let split = |(suffix, role)| Some((name.strip_suffix(suffix)?, suffix, role));
        let (base, suffix, role) = suffixes.into_iter().find_map(split)?;
        let (found, kind) = kind(base)?;
        let suits = match kind {
            MetricType::GaugeHistogram | MetricType::Histogram => true,
            MetricType::Summary => suffix != "_bucket",
            _ => false,
        };
        suits.then_some((found, role))
    }
}

/// Makes the value of a metric that consists of one line.
#[inline]
pub(super) fn simple(kind: MetricType, value: f64) -> Option<MetricValue> {
    match kind {
        MetricType::Counter => Some(MetricValue::Counter(value.into())),
        MetricType::Gauge => Some(MetricValue::Gauge(value)),
        MetricType::Untyped => Some(MetricValue::Untyped(value)),
        _ => None,
    }
}

/// Makes an empty value for a metric that consists of several lines.
pub(super) fn empty(kind: MetricType) -> MetricValue {
    match kind {
        MetricType::Summary => MetricValue::Summary(SummaryValue::default()),
        MetricType::GaugeHistogram => MetricValue::GaugeHistogram(HistogramValue::default()),
        _ => MetricValue::Histogram(HistogramValue::default()),
    }
}

/// Adds a line to the value of its metric; returns an error if a count of a histogram is negative.
pub(super) fn add(
    metric: &mut MetricValue,
    role: Role,
    bound: f64,
    value: f64,
) -> Result<(), &'static str> {
    match (metric, role) {
        (MetricValue::Summary(summary), Role::Count) => summary.count = as_count(value),
        (MetricValue::Summary(summary), Role::Sum) => summary.sum = value,
        (MetricValue::Summary(summary), Role::Value) if !bound.is_nan() => {
            list::push(&mut summary.quantiles, Quantile::new(bound, value));
        }
        (MetricValue::GaugeHistogram(it) | MetricValue::Histogram(it), role) => {
            return add_to_histogram(it, role, bound, value);
        }
        _ => {}
    }
    Ok(())
}

fn add_to_histogram(
    histogram: &mut HistogramValue,
    role: Role,
    bound: f64,
    value: f64,
) -> Result<(), &'static str> {
    match role {
        Role::Count => {
            let count = count(histogram, value).ok_or("count")?;
            histogram.count = count;
            if let Some(float) = &mut histogram.float {
                float.count = value;
            }
        }
        Role::Sum => histogram.sum = value,
        Role::Value if bound.is_nan() => {}
        Role::Value => {
            let count = count(histogram, value).ok_or("bucket population")?;
            list::push(&mut histogram.buckets, Bucket::new(bound, count));
            if let Some(float) = &mut histogram.float {
                float.buckets.push(value);
            }
        }
    }
    Ok(())
}

/// Returns a non-negative count, rounded down; from the first fraction on, the histogram also keeps float counts.
fn count(histogram: &mut HistogramValue, value: f64) -> Option<u64> {
    let whole = to_count(value);
    if whole.is_none() {
        if value < 0.0 {
            return None;
        }
        if histogram.float.is_none() {
            histogram.float = Some(Box::new(FloatCounts::of(histogram)));
        }
    }
    Some(whole.unwrap_or(value as u64))
}

/// Converts as Go does on most machines: fractions are cut off, and values out of range wrap around or are 2^63.
fn as_count(value: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_776_000.0; // 2^63
    match to_count(value.trunc()) {
        Some(count) => count,
        None if (-HALF..0.0).contains(&value) => (value as i64).cast_unsigned(),
        None => 1 << 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_summaries_are_converted_as_in_go() {
        for (value, count) in [
            (3.0, 3),
            (1.5, 1),
            (-0.5, 0),
            (-1.0, u64::MAX),
            (-2.5, u64::MAX - 1),
            (1e19, 10_000_000_000_000_000_000),
            (1e20, 1 << 63),
            (f64::NAN, 1 << 63),
            (f64::NEG_INFINITY, 1 << 63),
        ] {
            assert_eq!(as_count(value), count, "{value}");
        }
    }
}
