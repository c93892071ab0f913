//! The result of parsing an input.

use promcore::MetricFamily;
use promfmt::Error;

/// Returns all families, and the error after them.
pub fn of(
    parser: impl Iterator<Item = Result<MetricFamily, Error>>,
) -> (Vec<MetricFamily>, Option<String>) {
    let (mut families, mut error) = (Vec::new(), None);
    for family in parser {
        assert!(error.is_none(), "an error is the last that comes");
        match family {
            Ok(family) => families.push(family),
            Err(found) => error = Some(found.to_string()),
        }
    }
    (families, error)
}
