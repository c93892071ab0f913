use std::collections::HashSet;

use promcore::{LabelPair, Metric, MetricFamily};

use crate::linter::Report;

/// Finds metrics whose labels another one has as well.
///
/// Go compares each with each, and does not see that labels in another order are the same.
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
