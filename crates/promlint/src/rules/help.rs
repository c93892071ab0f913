use promcore::MetricFamily;

use crate::linter::Report;

/// Requires a help text.
///
/// Go accepts an empty one, where it can distinguish that from none.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    if family.help.is_empty() {
        report.problem("no help text");
    }
}
