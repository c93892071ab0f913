use promcore::{MetricFamily, MetricType};

use crate::linter::Report;

/// Refuses suffixes and labels that are reserved for the lines of histograms and summaries.
///
/// Metrics of unknown type are exempt, since they may be such lines.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    if family.kind == MetricType::Untyped {
        return;
    }
    let is_histogram = family.kind == MetricType::Histogram;
    let is_summary = family.kind == MetricType::Summary;

    if !is_histogram && family.name.ends_with("_bucket") {
        report.problem("non-histogram metrics should not have \"_bucket\" suffix");
    }
    for suffix in ["_count", "_sum"] {
        if !is_histogram && !is_summary && family.name.ends_with(suffix) {
            report.problem(format!(
                "non-histogram and non-summary metrics should not have \"{suffix}\" suffix"
            ));
        }
    }
    for label in family.metrics.iter().flat_map(|metric| &metric.labels) {
        match label.name.as_str() {
            "le" if !is_histogram => {
                report.problem("non-histogram metrics should not have \"le\" label");
            }
            "quantile" if !is_summary => {
                report.problem("non-summary metrics should not have \"quantile\" label");
            }
            _ => {}
        }
    }
}
