//! How numbers are written.

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{Float, FloatRow, Source};
use crate::outcome::Outcome;

/// Writes one number as the text format has it.
pub(crate) fn float(row: &Source) -> Result<Outcome, Error> {
    let FloatRow {
        bits: Float(value),
        expected,
    } = row.parse()?;
    let mut ours = Vec::new();
    promfmt::append_float(&mut ours, value);
    let ours = Output::Text(String::from_utf8_lossy(&ours).into_owned());
    Ok(Outcome::compared(Difference::find(
        "text",
        Output::Text(expected.text),
        ours,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_row_is_found() {
        let row = |text: &str| format!(r#"{{"bits": "1.5", "expected": {{"text": "{text}"}}}}"#);
        let play = |text| float(&Source::inline("1", &row(text))).expect("the row can be read");
        assert!(play("1.5").differences.is_empty());
        assert_eq!(play("1.50").differences.len(), 1);
    }
}
