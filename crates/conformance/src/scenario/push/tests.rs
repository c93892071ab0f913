//! Rows that are not in our corpus, with Go's requests.

use super::play;
use crate::corpus::Source;
use crate::outcome::Rule;

const SETUP: &str = r#"
    {"op": "new_gauge", "id": "g", "opts": {"name": "g_bytes", "help": "h", "unit": "bytes"}},
    {"op": "new_counter_vec", "id": "v", "opts": {"name": "v", "help": "h"}, "labels": ["a"]},
    {"op": "with_label_values", "vec": "v", "id": "m", "values": ["x"]}
"#;

/// Plays a push, and expects these outputs to differ and these rules to be needed.
#[track_caller]
fn check(push: &str, expected: &str, outputs: &[&str], rules: &[Rule]) {
    let case = format!(r#"{{"setup": [{SETUP}], "push": {push}, "expected": {expected}}}"#);
    let outcome = play(&Source::inline("1", &case)).expect("the row can be read");
    assert_eq!((outcome.broken, outcome.waits_for), (None, Vec::new()));
    let shown = outcome.differences.iter().map(ToString::to_string);
    let shown = shown.collect::<Vec<_>>().join("\n");
    let found = outcome.differences.iter().map(|it| it.output.as_str());
    assert_eq!(found.collect::<Vec<_>>(), outputs, "{shown}");
    assert_eq!(outcome.rules, rules);
}

/// Plays a deletion of a group, and expects no difference to Go's path.
#[track_caller]
fn check_path(url: &str, job: &str, label: [&str; 2], path: &str, rules: &[Rule]) {
    let group = serde_json::json!([label]);
    let push = serde_json::json!({"url": url, "job": job, "method": "delete", "grouping": group});
    let request = serde_json::json!({
        "method": "DELETE", "request_uri": path, "host": "push", "headers": {},
        "content_length": 0, "body": "",
    });
    let expected = serde_json::json!({"request": request}).to_string();
    check(&push.to_string(), &expected, &[], rules);
    let wrong = expected.replace("/metrics", "/other");
    check(&push.to_string(), &wrong, &["request"], rules);
}

const PUSH: &str =
    r#"{"url": "push", "job": "j", "method": "add", "format": "text", "collectors": ["g"]}"#;

const SENT: &str = r##"{"request": {
    "method": "POST", "request_uri": "/metrics/job/j", "host": "push", "content_length": 48,
    "headers": {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
    "body": "# HELP g_bytes h\n# TYPE g_bytes gauge\ng_bytes 0\n"
}}"##;

#[test]
fn a_wrong_row_is_found() {
    check(PUSH, SENT, &[], &[Rule::UnitKept]);
    for (right, wrong) in [
        ("POST", "PUT"),
        ("job/j", "job/k"),
        ("\"push\"", "\"pull\""),
        ("48", "49"),
        ("Content", "X"),
        ("HELP", "HALP"),
    ] {
        assert!(SENT.contains(right), "{right} is in the row");
        let wrong = SENT.replace(right, wrong);
        check(PUSH, &wrong, &["request"], &[Rule::UnitKept]);
    }
    let failing = SENT.replacen('{', r#"{"error": {"kind": "other", "text": "x"}, "#, 1);
    check(PUSH, &failing, &["error"], &[Rule::UnitKept]);
}

#[test]
fn a_wrong_message_is_found() {
    let push = PUSH.replace("add", "delete");
    let push = push.replacen('{', r#"{"status": 400, "response_body": "no\n", "#, 1);
    let error = |text: &str| {
        let request = r#"{"method": "DELETE", "request_uri": "/metrics/job/j", "host": "push",
            "content_length": 0, "headers": {}, "body": ""}"#;
        let error = serde_json::json!({"kind": "push_unexpected_status", "text": text});
        format!(r#"{{"error": {error}, "request": {request}}}"#)
    };
    let at = "while deleting http://push/metrics/job/j";
    check(
        &push,
        &error(&format!("unexpected status code 400 {at}: no\n")),
        &[],
        &[],
    );
    for wrong in ["code 500 {}: no", "code 400 {}: yes"] {
        let text = format!("unexpected status {}", wrong.replace("{}", at));
        check(&push, &error(&text), &["message"], &[]);
    }
}

#[test]
fn what_is_registered_too_late_in_go_is_told_before_the_push() {
    let push = PUSH.replace(r#"["g"]"#, r#"["g", "g"]"#);
    let error = r#""error": {"kind": "already_registered", "text": ""}"#;
    check(
        &push,
        &format!(r#"{{{error}, "pusher_error": ""}}"#),
        &[],
        &[],
    );
    check(&push, &format!("{{{error}}}"), &["pusher_error"], &[]);
}

#[test]
fn paths_are_what_go_makes_of_the_group() {
    let rule = &[Rule::PushPath];
    check_path("push", "a:b", ["c", "d"], "/metrics/job/a%3Ab/c/d", &[]);
    check_path("push", "a b", ["c", "d e"], "/metrics/job/a+b/c/d+e", rule);
    // Go rewrites all of a path if any part needs it.
    check_path(
        "push",
        "a:b",
        ["ü", "!"],
        "/metrics/job/a:b/%C3%BC/%21",
        rule,
    );
    check_path(
        "push/ü",
        "a:b",
        ["c", "d"],
        "/%C3%BC/metrics/job/a:b/c/d",
        rule,
    );
    check_path("push", "j", ["a?b", "c"], "/metrics/job/j/a?b/c", rule);
    check_path("push", "j", ["a#b", "c"], "/metrics/job/j/a", rule);
    check_path(
        "push",
        "j",
        ["x/y", ""],
        "/metrics/job/j/x/y@base64/=",
        rule,
    );
}

#[test]
fn only_addresses_that_cannot_be_meant_may_be_refused() {
    let refused = |url: &str, path: &str, outputs: &[&str], rules: &[Rule]| {
        let push = PUSH.replace("\"push\"", &format!("{url:?}"));
        let expected = SENT.replace("/metrics/job/j", path);
        check(&push, &expected, outputs, rules);
    };
    let rule = &[Rule::PushAddress];
    refused("http://push?x", "/?x/metrics/job/j", &[], rule);
    refused("http://push#x", "/", &[], rule);
    refused("http://", "/job/j", &[], rule);
    refused("user:12/ab@push", "/ab@push/metrics/job/j", &[], rule);
    refused(
        "http://push?x",
        "/?y/metrics/job/j",
        &["error", "request"],
        &[],
    );
    refused(
        "http://push:99999",
        "/metrics/job/j",
        &["error", "request"],
        &[],
    );
}
