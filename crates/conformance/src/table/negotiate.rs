//! Which format a scraper gets.

use promfmt::Format;

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{NegotiateRow, Source};
use crate::outcome::Outcome;

/// Chooses a format by one `Accept` header, without and with OpenMetrics.
pub(crate) fn negotiate(row: &Source) -> Result<Outcome, Error> {
    let NegotiateRow { accept, expected } = row.parse()?;
    let accept = accept.first().map_or("", String::as_str);
    let find = |name: &str, theirs: &str, ours: Format| {
        let ours = Output::Text(ours.to_string());
        Difference::find(name, Output::Text(theirs.to_owned()), ours)
    };
    Ok(Outcome::compared(
        [
            find("negotiate", &expected.negotiate, Format::negotiate(accept)),
            find(
                "negotiate_openmetrics",
                &expected.negotiate_openmetrics,
                Format::negotiate_including_open_metrics(accept),
            ),
        ]
        .into_iter()
        .flatten(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, differs: &[&str]) {
        let row = format!(
            r#"{{"accept": {accept}, "expected": {{
                "negotiate": "{}", "negotiate_openmetrics": "{}"
            }}}}"#,
            Format::TEXT,
            Format::OPEN_METRICS
        );
        let outcome = negotiate(&Source::inline("1", &row)).expect("the row can be read");
        let outputs = outcome.differences.iter();
        let outputs: Vec<_> = outputs.map(|it| it.output.as_str()).collect();
        assert_eq!(outputs, differs);
    }

    #[test]
    fn a_wrong_row_is_found() {
        check(
            r#"["application/openmetrics-text;version=1.0.0", "x/y"]"#,
            &[],
        );
        check("[]", &["negotiate_openmetrics"]);
    }
}
