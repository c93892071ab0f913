//! The subset that OpenMetrics allows.
//!
//! Go writes more than that, and so do we; our parser, like others, refuses it.

use std::collections::HashSet;

use promcore::{Bucket, Exemplar, HistogramValue, Metric, MetricFamily, MetricType, MetricValue};
use promfmt::Escaping;

use crate::check::{escaped, has_plain_labels};

/// Leaves out what a registry produces but the format forbids.
pub fn what_it_allows(families: &[MetricFamily], escaping: Escaping) -> Vec<MetricFamily> {
    let mut names = HashSet::new();
    let families = families.iter().filter_map(|family| {
        let mut family = family.clone();
        family.metrics.retain(|metric| is_allowed(metric, escaping));
        keep_together(&mut family.metrics);
        let is_allowed = !family.metrics.is_empty()
            && has_allowed_name(&family, escaping)
            && own_names(&family, escaping).all(|name| names.insert(name));
        is_allowed.then_some(family)
    });
    families.collect()
}

/// Returns the name in the metadata.
fn base(family: &MetricFamily, escaping: Escaping) -> String {
    let name = escaped(&family.name, escaping);
    match family.kind {
        MetricType::Counter => name.strip_suffix("_total").unwrap_or(&name).to_owned(),
        _ => name,
    }
}

fn has_allowed_name(family: &MetricFamily, escaping: Escaping) -> bool {
    let base = base(family, escaping);
    let is_total = family.kind == MetricType::Counter && base != escaped(&family.name, escaping);
    // A counter without the suffix is written with type unknown, but with its exemplar and creation time.
    let is_plain = |metric: &Metric| match &metric.value {
        MetricValue::Counter(counter) => counter.exemplar.is_none() && counter.created.is_none(),
        _ => true,
    };
    // A unit is written whether or not the name ends with it.
    let has_unit = family.unit.is_empty() || base.ends_with(&format!("_{}", family.unit));
    !base.is_empty() && has_unit && (is_total || family.metrics.iter().all(is_plain))
}

/// Returns all names that a family takes; families must not share one.
fn own_names(family: &MetricFamily, escaping: Escaping) -> impl Iterator<Item = String> {
    let suffixes: &[&str] = match family.kind {
        MetricType::Counter if family.name.ends_with("_total") => &["", "_total", "_created"],
        MetricType::GaugeHistogram => &["", "_bucket", "_gcount", "_gsum", "_created"],
        MetricType::Histogram => &["", "_bucket", "_count", "_sum", "_created"],
        MetricType::Summary => &["", "_count", "_sum", "_created"],
        _ => &[""],
    };
    let base = base(family, escaping);
    suffixes.iter().map(move |suffix| format!("{base}{suffix}"))
}

/// Leaves out metrics that are separated from others with the same labels, since a registry sorts by values only.
fn keep_together(metrics: &mut Vec<Metric>) {
    let mut seen = HashSet::new();
    let mut last: Option<Metric> = None;
    metrics.retain(|metric| {
        let goes_on = last.as_ref().filter(|last| last.labels == metric.labels);
        let is_kept = match goes_on {
            // A metric without a timestamp must not be next to one with a timestamp.
            Some(last) => last.timestamp_ms.is_some() && metric.timestamp_ms.is_some(),
            None => seen.insert(metric.labels.clone()),
        };
        if is_kept {
            last = Some(metric.clone());
        }
        is_kept
    });
}

fn is_allowed(metric: &Metric, escaping: Escaping) -> bool {
    // Names in exemplars are not escaped.
    let mut exemplars = exemplars(&metric.value);
    let is_plain = has_plain_labels(&metric.labels, escaping)
        && exemplars.all(|it| has_plain_labels(&it.labels, Escaping::AllowUtf8));
    // Beyond, different milliseconds are the same when written as seconds.
    let has_exact_time = metric
        .timestamp_ms
        .is_none_or(|time| time.unsigned_abs() < 1 << 52);
    // `_created` lines are written without the timestamp of the other lines.
    let is_created = match &metric.value {
        MetricValue::Counter(counter) => counter.created.is_some(),
        MetricValue::GaugeHistogram(histogram) | MetricValue::Histogram(histogram) => {
            histogram.created.is_some()
        }
        MetricValue::Summary(summary) => summary.created.is_some(),
        _ => false,
    };
    has_exact_time
        && is_plain
        && !(is_created && metric.timestamp_ms.is_some())
        && match &metric.value {
            // Counters, counts and sums are neither NaN nor negative.
            MetricValue::Counter(counter) => counter.value >= 0.0,
            MetricValue::Summary(summary) => {
                let mut quantiles = summary.quantiles.iter();
                // Quantiles have ranks from 0 to 1, and are not negative, but may be NaN.
                summary.sum >= 0.0
                    && quantiles.all(|it| {
                        (0.0..=1.0).contains(&it.quantile) && (it.value >= 0.0 || it.value.is_nan())
                    })
            }
            MetricValue::Histogram(histogram) => {
                // With negative bounds there is no sum.
                let mut buckets = histogram.buckets.iter();
                let is_positive = buckets.all(|bucket| bucket.upper_bound >= 0.0);
                adds_up(histogram) && is_positive && histogram.sum >= 0.0
            }
            MetricValue::GaugeHistogram(histogram) => {
                // A sum is negative only with negative bounds.
                let mut buckets = histogram.buckets.iter();
                let is_negative = buckets.any(|bucket| bucket.upper_bound < 0.0);
                adds_up(histogram) && (histogram.sum >= 0.0 || histogram.sum < 0.0 && is_negative)
            }
            _ => true,
        }
}

fn exemplars(value: &MetricValue) -> impl Iterator<Item = &Exemplar> {
    let (counter, buckets) = match value {
        MetricValue::Counter(counter) => (counter.exemplar.as_ref(), &[][..]),
        MetricValue::GaugeHistogram(histogram) | MetricValue::Histogram(histogram) => {
            (None, &histogram.buckets[..])
        }
        _ => (None, &[][..]),
    };
    let buckets = buckets.iter().filter_map(|bucket| bucket.exemplar.as_ref());
    counter.into_iter().chain(buckets)
}

/// Reports whether the counts are integers in ascending order, up to the total, and exemplars are within their buckets.
fn adds_up(histogram: &HistogramValue) -> bool {
    let has_its_exemplar = |bucket: &Bucket| {
        let exemplar = bucket.exemplar.as_ref();
        exemplar
            .is_none_or(|exemplar| exemplar.value.is_nan() || exemplar.value <= bucket.upper_bound)
    };
    let of_all = histogram.buckets.iter();
    let mut of_all = of_all.filter(|it| it.upper_bound == f64::INFINITY);
    let counts = histogram.buckets.iter().map(|it| it.cumulative_count);
    // Float counts are written with a point, even if they are whole.
    histogram.float.is_none()
        && histogram.buckets.iter().all(has_its_exemplar)
        && counts.chain([histogram.count]).is_sorted()
        && of_all.all(|it| it.cumulative_count == histogram.count)
}
