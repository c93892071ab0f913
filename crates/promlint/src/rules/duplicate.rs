use std::collections::HashSet;

use promcore::{LabelPair, Metric, MetricFamily};

use crate::linter::Report;

/// Finds metrics with the same labels as another one.
///
/// Go compares all pairs, and does not detect the same labels in another order.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for metric in &family.metrics {
        if !seen.insert(sorted(metric)) {
            report.problem("metric not unique");
        }
    }
}

fn sorted(metric: &Metric) -> Vec<&LabelPair> {
    let mut labels: Vec<_> = metric.labels.iter().collect();
    labels.sort_unstable();
    labels
}
