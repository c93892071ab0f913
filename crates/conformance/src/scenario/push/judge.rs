//! Compares the request and the result of a push with Go's.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, USER_AGENT};
use http::{HeaderMap, Request};
use serde_json::{Value, json};

use super::{Pushed, path};
use crate::compare::{Difference, Output};
use crate::corpus::{PushExpected, PushFormat, PushRow, encode_base64};
use crate::http::names_and_values;
use crate::kinds;
use crate::outcome::{Outcome, Rule};

/// The line that is missing in Go.
const EOF: &[u8] = b"# EOF\n";

/// Compares, under the rules of pushes if needed.
pub(super) fn judge(row: &PushRow, pushed: &Pushed) -> Outcome {
    if let Some(rule) = refusal(row, pushed) {
        return Outcome::under_rule(rule);
    }
    let mut outcome = Outcome::compared(errors(&row.expected, pushed));
    let theirs = row.expected.request.clone().unwrap_or_default();
    let ours = match &pushed.sent {
        Some(sent) => request(row, sent, &theirs, &mut outcome.rules),
        None => Value::Null,
    };
    let theirs = collapsed(row, theirs);
    let difference = Difference::find("request", Output::Json(theirs), Output::Json(ours));
    outcome.differences.extend(difference);
    outcome
}

/// Finds the rule for a push that only one of the two clients refuses.
fn refusal(row: &PushRow, pushed: &Pushed) -> Option<Rule> {
    let PushRow { push, expected, .. } = row;
    let is_about_url = |kind: &str| kind == "url_invalid";
    match (&pushed.sent, &expected.request) {
        (Some(sent), None) => {
            let is_refused = expected
                .error
                .as_ref()
                .is_some_and(|it| is_about_url(&it.kind));
            let is_given = path::is_as_given(push, &target(sent));
            (is_refused && path::in_go(push).is_none() && is_given).then_some(Rule::PushPath)
        }
        (None, theirs) => {
            let is_refused = pushed
                .error
                .as_ref()
                .is_some_and(|it| is_about_url(it.kind));
            let in_go = path::in_go(push)?;
            let is_doubtful = push.url.contains('@') || !path::is_as_given(push, &in_go);
            // Go may report another error before it sends.
            let is_same = match theirs {
                Some(theirs) => theirs["request_uri"] == in_go,
                None => expected.error.is_some(),
            };
            (is_refused && is_doubtful && is_same).then_some(Rule::PushAddress)
        }
        _ => None,
    }
}

fn errors(expected: &PushExpected, pushed: &Pushed) -> Vec<Difference> {
    let find = |output: &str, theirs: Value, ours: Value| {
        Difference::find(output, Output::Json(theirs), Output::Json(ours))
    };
    let theirs = expected.error.as_ref();
    let their_kind = json!(theirs.map(|it| &it.kind));
    let our_kind = json!(pushed.error.as_ref().map(|it| it.kind));
    // Ours reports an invalid address immediately.
    let early = pushed.early.as_ref().filter(|it| it.kind != "url_invalid");
    let is_early = json!(expected.pusher_error.is_some());
    let mut found: Vec<_> = find("error", their_kind, our_kind).into_iter().collect();
    found.extend(find("pusher_error", is_early, json!(early.is_some())));
    if let (Some(theirs), Some(ours), []) = (theirs, &pushed.error, &found[..]) {
        let is_told = expected.error_text_has_unspecified_grouping_order
            || kinds::says_the_same(&theirs.kind, itself(&theirs.text), &ours.text);
        let shows_url = |sent: &Request<Bytes>| ours.text.contains(&sent.uri().to_string());
        if !is_told || !pushed.sent.as_ref().is_none_or(shows_url) {
            let [theirs, ours] = [&theirs.text, &ours.text].map(|it| Output::Text(it.clone()));
            found.extend(Difference::find("message", theirs, ours));
        }
    }
    found
}

/// Returns the error itself, without the number of its gatherer.
fn itself(text: &str) -> &str {
    let numbered = text.strip_prefix("[from Gatherer #");
    let itself = numbered.and_then(|text| text.split_once("] "));
    itself.map_or(text, |(_, itself)| itself)
}

/// Converts a request to the form of the corpus, with Go's values where ours are better.
fn request(row: &PushRow, sent: &Request<Bytes>, theirs: &Value, rules: &mut Vec<Rule>) -> Value {
    let mut body = &sent.body()[..];
    let is_open_metrics = row.push.format == PushFormat::OpenMetrics;
    if let Some(rest) = body.strip_suffix(EOF).filter(|_| is_open_metrics) {
        body = rest;
        rules.push(Rule::PushEof);
    }
    let (key, shown) = match theirs.get("body_b64") {
        Some(_) => ("body_b64", encode_base64(body)),
        None => ("body", String::from_utf8_lossy(body).into_owned()),
    };
    let host = sent.uri().authority().map(|it| it.as_str());
    let ours = json!({
        "method": sent.method().as_str(),
        "request_uri": uri(row, sent, rules),
        "host": host,
        "headers": names_and_values(&without_own(sent.headers())),
        "content_length": body.len(),
        key: shown,
    });
    collapsed(row, ours)
}

/// Returns the path; under the rule `push-path`, Go's path for the group that a Pushgateway decodes from ours.
fn uri(row: &PushRow, sent: &Request<Bytes>, rules: &mut Vec<Rule>) -> String {
    let sort = |uri: String| {
        if row.expected.grouping_order_sorted {
            path::sorted(&uri)
        } else {
            uri
        }
    };
    let ours = target(sent);
    let in_go = path::in_go(&row.push).map(sort);
    match in_go {
        Some(in_go) if in_go != sort(ours.clone()) && path::is_as_given(&row.push, &ours) => {
            rules.push(Rule::PushPath);
            in_go
        }
        _ => sort(ours),
    }
}

fn target(sent: &Request<Bytes>) -> String {
    let target = sent.uri().path_and_query();
    target.map_or("", |it| it.as_str()).to_owned()
}

/// Returns the headers without those that the corpus leaves out.
fn without_own(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    headers.remove(USER_AGENT);
    headers.remove(CONTENT_LENGTH);
    headers
}

/// Collapses white space in the text forms of protobuf, where it has no meaning.
fn collapsed(row: &PushRow, mut request: Value) -> Value {
    let is_text = [PushFormat::ProtoText, PushFormat::ProtoCompact].contains(&row.push.format);
    if let (true, Some(body)) = (is_text, request["body"].as_str()) {
        let words: Vec<_> = body.split_whitespace().collect();
        request["body"] = json!(words.join(" "));
        request["content_length"] = Value::Null;
    }
    request
}
