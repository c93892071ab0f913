//! A short form of gathered results.

use promcore::Gathered;

/// Returns the names of the families and the errors.
pub(crate) fn names_and_errors(gathered: Gathered) -> (Vec<String>, Vec<String>) {
    let names = gathered.families.into_iter().map(|family| family.name);
    let errors = gathered.errors.iter().map(ToString::to_string);
    (names.collect(), errors.collect())
}
