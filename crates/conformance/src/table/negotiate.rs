//! Format negotiation.

use std::sync::Arc;

use promcore::{Gauge, Registry};
use promfmt::Format;
use serde_json::{Value, json};

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{self, NegotiateRow, Source};
use crate::http::{MetricsHandler, as_in_go, ask, build};
use crate::outcome::{Outcome, Rule};

/// Chooses a format by one `Accept` header, without and with OpenMetrics.
pub(crate) fn negotiate(row: &Source) -> Result<Outcome, Error> {
    let row: NegotiateRow = row.parse()?;
    let NegotiateRow {
        accept, expected, ..
    } = &row;
    let accept = accept.first().map_or("", String::as_str);
    let find = |name: &str, theirs: &str, ours: Format| {
        let ours = Output::Text(ours.to_string());
        Difference::find(name, Output::Text(theirs.to_owned()), ours)
    };
    let mut outcome = Outcome::compared(
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
    );
    if let Some(theirs) = &expected.response {
        respond(&row, theirs.clone(), &mut outcome);
    }
    Ok(outcome)
}

/// Sends the headers to a handler of one gauge.
fn respond(row: &NegotiateRow, mut theirs: Value, outcome: &mut Outcome) {
    let registry = Registry::new();
    let gauge = Gauge::new("g.x", "h").expect("the name is valid");
    gauge.set(1.0);
    registry.register(gauge).expect("the registry is empty");
    let handler = MetricsHandler::new(Arc::new(registry), false, None, &row.handler_opts);
    let handler = handler.expect("nothing is registered");
    let accepts = row.accept.iter().map(|line| ("Accept", line));
    let encodings = row.accept_encoding.iter();
    let headers = accepts.chain(encodings.map(|line| ("Accept-Encoding", line)));
    let request = corpus::Request {
        url: "/metrics".to_owned(),
        headers: headers
            .map(|(name, line)| (name.to_owned(), line.clone()))
            .collect(),
        ..Default::default()
    };
    let request = build(&request).map_err(|error| error.to_string());
    let ours = request.and_then(|request| ask(&handler.handler, request));
    let mut ours = match ours {
        Ok(ours) => ours,
        Err(message) => return outcome.broken = Some(message),
    };
    if !row.expected.error_log.is_empty() {
        theirs["error_log"] = json!(row.expected.error_log);
    }
    as_in_go(&theirs, &mut ours, &mut outcome.rules);
    if handler.offers_unknown {
        // A choice among unsupported encodings cannot be compared.
        outcome.rules.push(Rule::Unwritable);
        return;
    }
    let found = Difference::find("response", Output::Json(theirs), Output::Json(ours));
    outcome.differences.extend(found);
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
