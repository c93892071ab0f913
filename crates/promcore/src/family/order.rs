use std::cmp::Ordering;

use super::Metric;

/// Orders the metrics of a family as Go does: by the number of labels, then by label values, then by timestamp, with none last.
///
/// Label names are ignored, because the metrics of a family mostly share them.
pub(crate) fn by_labels(a: &Metric, b: &Metric) -> Ordering {
    let count = a.labels.len().cmp(&b.labels.len());
    count
        .then_with(|| {
            let a = a.labels.iter().map(|label| &label.value);
            a.cmp(b.labels.iter().map(|label| &label.value))
        })
        .then_with(|| match (a.timestamp_ms, b.timestamp_ms) {
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::MetricValue;
    use crate::labels::LabelPair;

    fn metric(values: &[&str], timestamp_ms: Option<i64>) -> Metric {
        let labels = values.iter().map(|&value| LabelPair::new("l", value));
        Metric {
            timestamp_ms,
            ..Metric::new(labels.collect(), MetricValue::Gauge(0.0))
        }
    }

    #[test]
    fn labels_count_before_values_and_values_before_times() {
        let sorted = [
            metric(&[], None),
            metric(&["z"], Some(-1)),
            metric(&["z"], Some(5)),
            metric(&["z"], None),
            metric(&["a", "b"], None),
            metric(&["a", "c"], Some(1)),
        ];
        assert!(sorted.is_sorted_by(|a, b| by_labels(a, b) == Ordering::Less));
    }
}
