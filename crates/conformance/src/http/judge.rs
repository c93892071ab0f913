//! Compares a response with Go's.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::kinds;
use crate::outcome::Rule;
use crate::scenario::bare_colons;

/// The text before the errors in a response without metrics.
const REFUSAL: &str = "An error has occurred while serving metrics:\n\n";

/// The text before the errors in a line of the log.
const LOGGED: &str = "error gathering metrics: ";

/// The log of Go's handler about encodings that are not offered.
const NOT_ACCEPTABLE: &str = "error getting writer content compression format not recognized: .";

/// Replaces those parts of our response that are not compared with Go's.
pub(crate) fn as_in_go(theirs: &Value, ours: &mut Value, rules: &mut Vec<Rule>) {
    let Some(answer) = ours.as_object_mut() else {
        return;
    };
    sniff(theirs, answer);
    if let (Some(theirs), Some(Value::String(ours))) =
        (theirs["body"].as_str(), answer.get_mut("body"))
        && theirs != ours
        && bare_colons(ours) == theirs
    {
        theirs.clone_into(ours);
        rules.push(Rule::QuotedColon);
    }
    for (key, head) in [("body", REFUSAL), ("panic", REFUSAL)] {
        if let (Some(theirs), Some(ours)) = (theirs[key].as_str(), answer.get_mut(key)) {
            replace_errors(theirs, ours, head, rules);
        }
    }
    let lines = theirs["error_log"].as_array().into_iter().flatten();
    let is_said = |line: &&Value| {
        !line
            .as_str()
            .is_some_and(|line| line.starts_with(NOT_ACCEPTABLE))
    };
    let (said, unsaid): (Vec<_>, Vec<_>) = lines.partition(is_said);
    if let Some(Value::Array(ours)) = answer.get_mut("error_log") {
        for (theirs, ours) in said.iter().zip(ours) {
            if let Some(theirs) = theirs.as_str() {
                replace_errors(theirs, ours, LOGGED, rules);
            }
        }
    }
    if !unsaid.is_empty() {
        rules.push(Rule::QuietIdentity);
        let log = answer.entry("error_log").or_insert_with(|| json!([]));
        if let Value::Array(log) = log {
            log.extend(unsaid.into_iter().cloned());
        }
    }
}

/// Drops a content type that Go leaves to its server, which detects the same one.
fn sniff(theirs: &Value, ours: &mut serde_json::Map<String, Value>) {
    let status = theirs["status"].as_u64();
    let has_type = theirs["headers"].get("Content-Type").is_some();
    if let Some(Value::Object(headers)) = ours.get_mut("headers")
        && status == Some(503)
        && !has_type
        && headers.get("Content-Type") == Some(&json!("text/plain; charset=utf-8"))
    {
        headers.remove("Content-Type");
        headers.remove("X-Content-Type-Options");
    }
}

/// Replaces our errors with Go's if they mean the same.
fn replace_errors(theirs: &str, ours: &mut Value, head: &str, rules: &mut Vec<Rule>) {
    let all_ours = ours.as_str().and_then(|ours| ours.strip_prefix(head));
    let Some(all_ours) = all_ours.map(errors) else {
        return;
    };
    let all_theirs = errors(theirs.strip_prefix(head).unwrap_or(theirs));
    let unique: BTreeSet<_> = all_theirs.iter().collect();
    let is_said = |theirs: &&&str| {
        all_ours
            .iter()
            .any(|ours| kinds::is_same_error(theirs, ours))
    };
    let is_complete = [unique.len(), all_theirs.len()].contains(&all_ours.len());
    if is_complete && unique.iter().all(is_said) {
        if all_ours.len() < all_theirs.len() {
            rules.push(Rule::PanicOnce);
        }
        *ours = json!(theirs);
    }
}

/// Lists the errors in a text: one, or several after their number.
fn errors(text: &str) -> Vec<&str> {
    let text = text.trim_end_matches('\n');
    match text.split_once(" error(s) occurred:\n* ") {
        Some((_, errors)) => errors.split("\n* ").collect(),
        None => vec![text],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(theirs: &Value, ours: &Value, agrees: bool, rules: &[Rule]) {
        let (mut changed, mut applied) = (ours.clone(), Vec::new());
        as_in_go(theirs, &mut changed, &mut applied);
        assert_eq!(changed == *theirs, agrees, "{changed}");
        assert_eq!(applied, rules);
    }

    #[test]
    fn errors_must_say_the_same() {
        let refused = |text: &str| json!({"status": 500, "body": format!("{REFUSAL}{text}\n")});
        let theirs = refused("error collecting metric Desc{}: no disk");
        check(
            &theirs,
            &refused("a metric cannot be collected: no disk"),
            true,
            &[],
        );
        check(
            &theirs,
            &refused("a metric cannot be collected: no net"),
            false,
            &[],
        );
        check(
            &theirs,
            &refused("1 error(s) occurred:\n* no disk"),
            true,
            &[],
        );

        let twice = refused("2 error(s) occurred:\n* no \"a\"\n* no \"a\"");
        let ours = refused("2 error(s) occurred:\n* \"a\" is not there\n* \"a\" is not there");
        check(&twice, &ours, true, &[]);

        let panics = refused("2 error(s) occurred:\n* \"c\" panicked\n* \"c\" panicked");
        check(&panics, &refused("\"c\" panics"), true, &[Rule::PanicOnce]);
        check(&panics, &refused("\"d\" panics"), false, &[]);
    }

    #[test]
    fn what_was_logged_is_compared() {
        let logged = |line: &str| json!({"status": 200, "error_log": [line]});
        let theirs = logged("error gathering metrics: error collecting metric Desc{}: no disk");
        check(
            &theirs,
            &logged("error gathering metrics: no disk"),
            true,
            &[],
        );
        check(
            &theirs,
            &logged("error sending metrics: no disk"),
            false,
            &[],
        );
        let unsaid =
            logged("error getting writer content compression format not recognized: . Valid");
        check(
            &unsaid,
            &json!({"status": 200}),
            true,
            &[Rule::QuietIdentity],
        );
    }

    #[test]
    fn a_type_that_goes_server_finds_is_left_out() {
        let (json, text) = ("application/json", "text/plain; charset=utf-8");
        let answer = |status, kind| json!({"status": status, "headers": {"Content-Type": kind}});
        let theirs = json!({"status": 503, "headers": {}});
        check(&theirs, &answer(503, text), true, &[]);
        check(&theirs, &answer(503, json), false, &[]);
    }
}
