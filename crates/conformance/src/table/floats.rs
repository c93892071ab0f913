//! Formatting of numbers.

use promfmt::{append_float, append_open_metrics_float};

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{Float, FloatRow, Source};
use crate::outcome::Outcome;

/// Formats one number as in the text formats.
pub(crate) fn float(row: &Source) -> Result<Outcome, Error> {
    let FloatRow {
        bits: Float(value),
        expected,
    } = row.parse()?;
    let find = |name: &str, theirs: String, append: fn(&mut Vec<u8>, f64)| {
        let mut ours = Vec::new();
        append(&mut ours, value);
        let ours = Output::Text(String::from_utf8_lossy(&ours).into_owned());
        Difference::find(name, Output::Text(theirs), ours)
    };
    let text = find("text", expected.text, append_float);
    let open_metrics = find(
        "openmetrics",
        expected.openmetrics,
        append_open_metrics_float,
    );
    Ok(Outcome::compared(text.into_iter().chain(open_metrics)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_row_is_found() {
        let row = |text: &str, open_metrics: &str| {
            format!(
                r#"{{"bits": "1", "expected": {{"text": "{text}", "openmetrics": "{open_metrics}"}}}}"#
            )
        };
        let play = |text, open_metrics| {
            let row = Source::inline("1", &row(text, open_metrics));
            float(&row).expect("the row can be read").differences.len()
        };
        assert_eq!(play("1", "1.0"), 0);
        assert_eq!(play("1.0", "1.0"), 1);
        assert_eq!(play("1", "1"), 1);
    }
}
