//! Validity and escaping of names.

use std::collections::BTreeMap;

use promcore::{
    is_legacy_label_name, is_legacy_metric_name, is_valid_label_name, is_valid_metric_name,
};
use promfmt::{Escaping, escape_name, unescape_name};
use serde_json::{Value, json};

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{NameExpected, NameRow, Source, Text};
use crate::outcome::Outcome;

const SCHEMES: [Escaping; 4] = [
    Escaping::AllowUtf8,
    Escaping::Dots,
    Escaping::Underscores,
    Escaping::Values,
];

/// Checks one name, escapes it, and unescapes it.
pub(crate) fn name(row: &Source) -> Result<Outcome, Error> {
    let NameRow { name, expected } = row.parse()?;
    let Some(name) = name.as_str() else {
        return Ok(Outcome::broken(
            "the name is not UTF-8, and the row does not say so",
        ));
    };
    let ours = json!({
        "legacy_metric": is_legacy_metric_name(name),
        "utf8_metric": is_valid_metric_name(name),
        "legacy_label": is_legacy_label_name(name),
        "utf8_label": is_valid_label_name(name),
        "escape": by_scheme(|scheme| escape_name(name, scheme).into_owned()),
        "unescape": by_scheme(|scheme| unescape_name(name, scheme).into_owned()),
    });
    let theirs = Output::Json(theirs(name, &expected));
    Ok(Outcome::compared(Difference::find(
        "name",
        theirs,
        Output::Json(ours),
    )))
}

fn theirs(name: &str, expected: &NameExpected) -> Value {
    json!({
        "legacy_metric": expected.legacy_metric,
        "utf8_metric": expected.utf8_metric,
        "legacy_label": expected.legacy_label,
        // Go's instruments refuse these in addition to its model; our check is that of instruments.
        "utf8_label": expected.utf8_label && !name.starts_with("__"),
        "escape": texts(&expected.escape),
        "unescape": texts(&expected.unescape),
    })
}

fn by_scheme(name: impl Fn(Escaping) -> String) -> BTreeMap<&'static str, String> {
    SCHEMES
        .iter()
        .map(|scheme| (scheme.as_str(), name(*scheme)))
        .collect()
}

/// Returns Go's results; bytes that are not UTF-8 are shown as such.
fn texts(names: &BTreeMap<String, Text>) -> BTreeMap<&str, Value> {
    let json = |text: &Text| match text {
        Text::Utf8(text) => json!(text),
        Text::Bytes(bytes) => json!(bytes),
    };
    names
        .iter()
        .map(|(scheme, text)| (scheme.as_str(), json(text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, changed: &str, differs: bool) {
        let row = r#"{"name": "a.b", "expected": {
            "legacy_metric": false, "utf8_metric": true, "legacy_label": false, "utf8_label": true,
            "escape": {"allow-utf-8": "a.b", "dots": "a_dot_b", "underscores": "a_b", "values": "U__a_2e_b"},
            "unescape": {"allow-utf-8": "a.b", "dots": "a.b", "underscores": "a.b", "values": "a.b"}
        }}"#;
        let row = Source::inline("1", &row.replace(original, changed));
        let outcome = name(&row).expect("the row can be read");
        assert_eq!(!outcome.differences.is_empty(), differs, "{changed}");
    }

    #[test]
    fn a_wrong_row_is_found() {
        check("a.b", "a.b", false);
        check("a_dot_b", "a_b", true);
        check("\"utf8_label\": true", "\"utf8_label\": false", true);
    }
}
