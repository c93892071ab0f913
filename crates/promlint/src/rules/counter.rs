use promcore::{MetricFamily, MetricType};

use crate::linter::Report;

/// Requires the suffix `_total` for counters, and refuses it for other known types.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    match (family.kind, family.name.ends_with("_total")) {
        (MetricType::Counter, false) => {
            report.problem("counter metrics should have \"_total\" suffix");
        }
        (MetricType::Counter | MetricType::Untyped, _) | (_, false) => {}
        (_, true) => report.problem("non-counter metrics should not have \"_total\" suffix"),
    }
}
