//! Inputs of the text format parser.

use promcore::MetricFamily;
use promfmt::{Error as ParseError, NameValidation, Position, TextParser};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{Source, Text};
use crate::outcome::{Outcome, Rule};
use crate::tree::to_json;

/// A text, and Go's result.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "name")]
    _name: String,
    input: Text,
    validation: Validation,
    #[serde(default, rename = "requires_invalid_utf8")]
    _requires_invalid_utf8: bool,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Validation {
    Legacy,
    Utf8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    families: Option<Value>,
    /// Go's parser accepted the text, but not all of it can be written as JSON.
    families_error: Option<String>,
    #[serde(rename = "error")]
    _error: Option<String>,
    error_line: Option<u64>,
    error_msg: Option<String>,
}

/// Parses the text of a case.
pub(crate) fn play(case: &Source) -> Result<Outcome, Error> {
    let Case {
        input,
        validation,
        expected,
        ..
    } = case.parse()?;
    let bytes = match &input {
        Text::Utf8(text) => text.as_bytes(),
        Text::Bytes(bytes) => bytes,
    };
    let validation = match validation {
        Validation::Legacy => NameValidation::Legacy,
        Validation::Utf8 => NameValidation::Utf8,
    };
    let parser = TextParser::new(bytes).validation(validation);
    let parsed: Result<Vec<_>, _> = parser.collect();
    if let Err(error) = &parsed
        && let Some(line) = nameless_line(error, bytes)
        && expected.error_line.is_none_or(|theirs| theirs > line)
    {
        return Ok(Outcome::under_rule(Rule::NamelessLine));
    }
    if expected.families_error.is_some() {
        return Ok(match parsed {
            Ok(_) => Outcome::under_rule(Rule::NotUtf8),
            Err(error) => Outcome::broken(format!("Go takes it, we say: {error}")),
        });
    }
    let (output, theirs) = match expected.families {
        Some(families) => ("families", with_defaults(families)),
        None => (
            "error",
            json!({"line": expected.error_line, "message": expected.error_msg}),
        ),
    };
    let first_error = error_line(&parsed)
        .into_iter()
        .chain(expected.error_line)
        .min();
    let ours = parsed.map_or_else(|error| error_to_json(&error), families_to_json);
    let difference = Difference::find(output, Output::Json(theirs), Output::Json(ours));
    if difference.is_some() && has_early_bound(bytes, first_error) {
        return Ok(Outcome::under_rule(Rule::EarlyBound));
    }
    Ok(Outcome::compared(difference))
}

fn error_line<T>(parsed: &Result<T, ParseError>) -> Option<u64> {
    match parsed {
        Err(ParseError::Parse {
            at: Position::Line { line, .. },
            ..
        }) => Some(*line),
        _ => None,
    }
}

/// Reports whether a line, or the one with an error, has a bound in braces before the name.
fn has_early_bound(text: &[u8], with_error: Option<u64>) -> bool {
    let lines = (1..).zip(text.split(|&byte| byte == b'\n'));
    let mut lines = lines.filter(|(number, _)| with_error.is_none_or(|line| line == *number));
    lines.any(|(_, line)| {
        let labels = line.trim_ascii_start().strip_prefix(b"{");
        let parts = labels.unwrap_or_default().split(|&byte| byte == b',');
        // A name has no equals sign.
        let mut names = parts.map_while(|part| {
            let end = part.iter().position(|&byte| byte == b'=')?;
            Some(part[..end].trim_ascii())
        });
        names.any(|name| matches!(name, b"le" | b"quantile"))
    })
}

/// Returns the number of the line that is invalid because it has labels but no name.
fn nameless_line(error: &ParseError, text: &[u8]) -> Option<u64> {
    let ParseError::Parse {
        at: Position::Line { line, .. },
        message,
    } = error
    else {
        return None;
    };
    let mut lines = (1..).zip(text.split(|&byte| byte == b'\n'));
    let (_, text) = lines.find(|(number, _)| number == line)?;
    let is_nameless = message == "invalid metric name" && text.trim_ascii_start().starts_with(b"{");
    is_nameless.then_some(*line)
}

fn families_to_json(mut families: Vec<MetricFamily>) -> Value {
    families.sort_by(|a, b| a.name.cmp(&b.name));
    let mut json = to_json(&families);
    // Parsed help texts are never empty.
    for family in json.as_array_mut().into_iter().flatten() {
        if let Some(family) = family.as_object_mut()
            && family["help"] == ""
        {
            family.remove("help");
        }
    }
    json
}

fn error_to_json(error: &ParseError) -> Value {
    match error {
        ParseError::Parse {
            at: Position::Line { line, .. },
            message,
        } => json!({"line": line, "message": message}),
        other => json!(other.to_string()),
    }
}

/// Adds fields that are missing in the text and 0 in our tree, which has no unset fields.
fn with_defaults(mut families: Value) -> Value {
    let families_mut = families.as_array_mut().into_iter().flatten();
    let metrics = families_mut.flat_map(|family| family["metric"].as_array_mut());
    for metric in metrics.flatten() {
        for kind in ["histogram", "summary"] {
            let Some(value) = metric.get_mut(kind).and_then(Value::as_object_mut) else {
                continue;
            };
            if !value.contains_key("sampleCountFloat") {
                value.entry("sampleCount").or_insert(json!("0"));
            }
            value.entry("sampleSum").or_insert(json!(0));
        }
    }
    families
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: &Value, rules: &[Rule]) {
        let case = json!({
            "name": "case",
            "input": input,
            "validation": "utf8",
            "expected": expected,
        });
        let source = Source::inline("case", &case.to_string());
        let outcome = play(&source).expect("the case can be read");
        assert!(outcome.differences.is_empty(), "{outcome:?}");
        assert_eq!(outcome.rules, rules);
    }

    #[test]
    fn lines_without_a_name_are_wrong_wherever_they_stand() {
        let error = |line| json!({"error_line": line, "error_msg": "invalid metric name"});
        check("{} 1\n", &error(1), &[]);
        check("m 1\n@ 1\n", &error(2), &[]);
        check("m 1\n{} 2\n@ 1\n", &error(3), &[Rule::NamelessLine]);
        let metric = json!({"label": [{"name": "a", "value": "b"}], "untyped": {"value": 2}});
        let family = json!({"name": "m", "type": "UNTYPED", "metric": [metric, metric]});
        check(
            "m 1\n {a=\"b\"} 2\n",
            &json!({"families": [family]}),
            &[Rule::NamelessLine],
        );
    }

    #[test]
    fn bounds_may_stand_before_the_name() {
        let error = |line| {
            let message = "expected float as value for 'le' label, got \"x\"";
            json!({"error_line": line, "error_msg": message})
        };
        let head = "# TYPE h histogram\n";
        check(&format!("{head}h_bucket{{le=\"x\"}} 1\n"), &error(2), &[]);
        for line in ["{le=\"x\",\"m\"} 1\n", " {a=\"b\", le = \"x\" 1\n"] {
            check(&format!("{head}{line}"), &error(2), &[Rule::EarlyBound]);
        }
        let metric = json!({"untyped": {"value": 1}});
        let family = json!({"name": "m", "type": "UNTYPED", "metric": [metric]});
        check(
            &format!("{head}{{le=\"1\",\"m\"}} 1\n"),
            &json!({"families": [family]}),
            &[Rule::EarlyBound],
        );
        assert!(!has_early_bound(
            b"{\"m\",le=\"1\"} 1\nm{le=\"1\"} 1\n",
            None
        ));
        assert!(!has_early_bound(b"{le=\"1\"} 1\n@\n", Some(2)));
    }
}
