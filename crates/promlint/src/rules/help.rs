use promcore::MetricFamily;

use crate::linter::Report;

/// Wants a help text.
///
/// Go takes one that is there and empty, as far as it can tell that from none.
pub(super) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    if family.help.is_empty() {
        report.problem("no help text");
    }
}
