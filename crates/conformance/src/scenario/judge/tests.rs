use super::*;

/// Plays a case of one gauge set to 1, with `original` replaced with `changed`.
#[track_caller]
fn check(original: &str, changed: &str, outputs: &[&str]) {
    let case = r##"{
        "ops": [
            {"op": "new_gauge", "id": "g", "opts": {"name": "g", "help": "h"}},
            {"op": "set", "on": "g", "value": "1"},
            {"op": "register", "collector": "g"},
            {"op": "register", "collector": "g"},
            {"op": "unregister", "collector": "g"},
            {"op": "register", "collector": "g"}
        ],
        "expected": {
            "op_results": [{"op_index": 4, "result": true}],
            "op_errors": [
                {"op_index": 3, "kind": "already_registered", "text": "x", "existing_collector": "g"}
            ],
            "families": [
                {"name": "g", "help": "h", "type": "GAUGE", "metric": [{"gauge": {"value": 1}}]}
            ],
            "text": "# HELP g h\n# TYPE g gauge\ng 1\n"
        }
    }"##;
    assert!(case.contains(original), "the case has {original:?}");
    let case = Source::inline("case", &case.replace(original, changed));
    let outcome = play(&case).expect("the case can be read");
    assert_eq!((outcome.broken, outcome.waits_for), (None, Vec::new()));
    let found: Vec<_> = outcome
        .differences
        .iter()
        .map(|it| it.output.as_str())
        .collect();
    assert_eq!(found, outputs);
}

#[test]
fn a_right_case_has_no_difference() {
    check("h", "h", &[]);
}

#[test]
fn a_wrong_expectation_is_found() {
    check("g 1\\n", "g 2\\n", &["text"; 2]);
    check("{\"value\": 1}", "{\"value\": 2}", &["families"]);
    check("\"result\": true", "\"result\": false", &["op_results"]);
    check("\"op_index\": 4", "\"op_index\": 5", &["op_results"]);
    check("already_registered", "duplicate_descriptor", &["op_errors"]);
    check(
        "existing_collector\": \"g\"",
        "existing_collector\": \"h\"",
        &["op_errors"],
    );
    check(
        "\"text\": \"# HELP",
        "\"text_dots\": \"\", \"text\": \"# HELP",
        &["text_dots"],
    );
    let errors = "\"gather_errors\": [{\"kind\": \"other\", \"text\": \"x\"}], \"families\"";
    check("\"families\"", errors, &["gather_errors"]);
}

/// Plays a scenario that needs a rule, and a variant that no rule covers.
#[track_caller]
fn check_rule(case: &str, rule: Rule, covered: &str, other: &str) {
    let play = |case: &str| play(&Source::inline("case", case)).expect("the case can be read");
    let outcome = play(case);
    assert_eq!((outcome.rules, outcome.differences.len()), (vec![rule], 0));
    assert!(case.contains(covered), "the case has {covered:?}");
    let outcome = play(&case.replace(covered, other));
    assert_eq!(outcome.rules, []);
    assert_ne!(outcome.differences.len(), 0);
}

#[test]
fn a_bound_that_is_not_a_number_ends_a_scenario() {
    let case = r#"{
        "ops": [{"op": "new_histogram", "id": "h", "opts": {"name": "h", "buckets": ["1", "NaN"]}}],
        "expected": {"families": []}
    }"#;
    check_rule(case, Rule::NanBound, "NaN", "1");
}

#[test]
fn a_histogram_with_a_label_le_is_left_out() {
    let case = r#"{
        "ops": [
            {"op": "new_desc", "id": "d", "fq_name": "m", "help": "h", "labels": ["le"]},
            {"op": "new_const_histogram", "id": "s", "desc": "d", "count": 1, "sum": "1", "cumulative_buckets": [], "values": ["1"]},
            {"op": "new_collector", "id": "c", "metrics": ["s"], "describe": ["d"]},
            {"op": "register", "collector": "c"}
        ],
        "expected": {"families": [
            {"name": "m", "metric": [{"histogram": {}, "label": [{"name": "le", "value": "1"}]}]}
        ]}
    }"#;
    check_rule(case, Rule::ExplicitLe, r#""name": "le""#, r#""name": "l""#);
}

#[test]
fn names_that_become_the_same_are_written_once() {
    let case = r##"{
        "ops": [
            {"op": "new_gauge", "id": "g", "opts": {"name": "a.b"}},
            {"op": "register", "collector": "g"},
            {"op": "new_gauge", "id": "h", "opts": {"name": "a_b"}},
            {"op": "register", "collector": "h"}
        ],
        "expected": {
            "text": "# HELP a_b \n# TYPE a_b gauge\na_b 0\n# HELP a_b \n# TYPE a_b gauge\na_b 0\n",
            "text_allow_utf8": "# HELP \"a.b\" \n# TYPE \"a.b\" gauge\n{\"a.b\"} 0\n# HELP a_b \n# TYPE a_b gauge\na_b 0\n"
        }
    }"##;
    check_rule(case, Rule::EscapedNames, "a.b", "a.c");
}

#[test]
fn what_is_not_built_waits() {
    let op = r#"{"op": "new_gauge", "id": "g", "opts": {"colour": "red"}}"#;
    let case = format!(r#"{{"ops": [{op}], "expected": {{}}}}"#);
    let outcome = play(&Source::inline("case", &case)).expect("the case can be read");
    assert_eq!(outcome.waits_for, ["option colour"]);
    let case = r#"{"ops": [{"op": "fly"}], "expected": {}}"#;
    assert!(play(&Source::inline("case", case)).is_err());
}

#[test]
fn every_second_panic_is_dropped() {
    let panic = "gather_collector_panic";
    assert_eq!(panics_once(&["a", panic, panic, "z"]), ["a", panic, "z"]);
    assert_eq!(panics_once(&[panic, panic, panic, panic]), [panic, panic]);
}
