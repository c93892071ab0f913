//! The rules, which are Go's.

mod counter;
mod duplicate;
mod help;
mod name;
mod reserved;
mod unit;

#[cfg(test)]
mod tests;

use promcore::MetricFamily;

use crate::linter::Report;

/// Checks a family by every rule.
pub(crate) fn check(family: &MetricFamily, report: &mut Report<'_>) {
    help::check(family, report);
    unit::check(family, report);
    counter::check(family, report);
    reserved::check(family, report);
    name::check(family, report);
    duplicate::check(family, report);
}
