//! Cases that are not in our corpus, with results derived from Go's code.

use super::play;
use crate::corpus::Source;
use crate::outcome::Rule;

/// Plays `ops` and expects no difference to `expected`.
#[track_caller]
fn check(ops: &str, expected: &str, rules: &[Rule]) {
    let case = format!(r#"{{"ops": [{ops}], "expected": {{{expected}}}}}"#);
    let outcome = play(&Source::inline("case", &case)).expect("the case can be read");
    assert_eq!((outcome.broken, outcome.waits_for), (None, Vec::new()));
    let differences: Vec<_> = outcome
        .differences
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(differences, [""; 0]);
    assert_eq!(outcome.rules, rules);
}

#[test]
fn calls_that_do_not_compile_are_answered_as_in_go() {
    check(
        r#"{"op": "new_desc", "id": "d", "fq_name": "m"},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": 0, "value": "1"},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": "gauge", "value": "1", "created_ms": 5},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": 0, "value": "1", "values": ["a"]}"#,
        r#""op_errors": [
            {"op_index": 1, "kind": "unknown_value_type", "text": "encountered unknown type 0"},
            {"op_index": 2, "kind": "created_timestamp_unsupported", "text": "created timestamps are only supported for counters"},
            {"op_index": 3, "kind": "inconsistent_label_cardinality", "text": ""}
        ]"#,
        &[Rule::Unwritable; 2],
    );
}

#[test]
fn exemplars_of_gauges_are_errors_of_the_scrape() {
    check(
        r#"{"op": "new_desc", "id": "d", "fq_name": "m"},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": "gauge", "value": "1"},
           {"op": "with_exemplars", "id": "e", "metric": "m", "exemplars": []},
           {"op": "with_exemplars", "id": "e", "metric": "m", "exemplars": [{"value": "1", "labels": {"__a": ""}}]},
           {"op": "with_exemplars", "id": "e", "metric": "m", "exemplars": [{"value": "1"}]},
           {"op": "new_collector", "id": "c", "metrics": ["e"]},
           {"op": "register", "collector": "c"}"#,
        r#""op_errors": [
            {"op_index": 2, "kind": "no_exemplar_passed", "text": ""},
            {"op_index": 3, "kind": "exemplar_label_name_invalid", "text": "exemplar label name \"__a\" is invalid"}
        ],
        "gather_errors": [{
            "kind": "gather_metric_write_failed",
            "text": "error collecting metric Desc{}: cannot inject exemplar into Gauge, Summary or Untyped"
        }],
        "families": []"#,
        &[],
    );
}

#[test]
fn collectors_send_instruments_as_they_are() {
    check(
        r#"{"op": "new_counter", "id": "a", "opts": {"name": "a_total"}},
           {"op": "new_gauge_func", "id": "b", "opts": {"name": "b"}, "value": "1"},
           {"op": "with_timestamp", "id": "t", "metric": "b", "timestamp_ms": 5},
           {"op": "with_exemplars", "id": "e", "metric": "a", "exemplars": [{"value": "2", "timestamp_ms": 0}]},
           {"op": "new_collector", "id": "c", "metrics": ["t", "e"]},
           {"op": "register", "collector": "c"},
           {"op": "inc", "on": "a"},
           {"op": "set_func_value", "on": "b", "value": "7"}"#,
        r#""families": [
            {"name": "a_total", "help": "", "type": "COUNTER", "metric": [{"counter": {
                "value": 1,
                "exemplar": {"value": 2, "timestamp": "1970-01-01T00:00:00Z"},
                "createdTimestamp": "2023-11-14T22:13:20.123Z"
            }}]},
            {"name": "b", "help": "", "type": "GAUGE", "metric": [{"gauge": {"value": 7}, "timestampMs": "5"}]}
        ]"#,
        &[],
    );
}

#[test]
fn an_untyped_function_keeps_its_unit() {
    check(
        r#"{"op": "new_untyped_func", "id": "u", "opts": {"name": "u", "unit": "s"}, "value": "1"},
           {"op": "register", "collector": "u"}"#,
        r#""families": [{"name": "u", "help": "", "type": "UNTYPED", "metric": [{"untyped": {"value": 1}}]}]"#,
        &[Rule::UntypedUnit],
    );
}

#[test]
fn nan_with_an_exemplar_is_counted_in_go() {
    let family = |value| {
        format!(
            r#""families": [{{"name": "c_total", "help": "", "type": "COUNTER", "metric": [{{"counter": {{
                "value": "NaN",
                "exemplar": {{"value": {value}, "timestamp": "2023-11-14T22:13:20.123Z"}},
                "createdTimestamp": "2023-11-14T22:13:20.123Z"
            }}}}]}}]"#
        )
    };
    let nan = r#"{"op": "new_counter", "id": "c", "opts": {"name": "c_total"}},
        {"op": "register", "collector": "c"},
        {"op": "add_with_exemplar", "on": "c", "value": "NaN", "exemplar": {}}"#;
    check(nan, &family(r#""NaN""#), &[Rule::NanCounter]);
    let one = r#"{"op": "add_with_exemplar", "on": "c", "value": "1", "exemplar": {}}"#;
    check(&format!("{nan}, {one}"), &family("1"), &[Rule::NanCounter]);
}

#[test]
fn an_object_whose_creation_failed_is_missed_before_anything_else() {
    check(
        r#"{"op": "new_summary_vec", "id": "v", "opts": {"name": "s", "max_age_ms": -1}, "labels": ["a"]},
           {"op": "with_label_values", "id": "s", "vec": "v", "values": ["x"]},
           {"op": "register", "collector": "v"},
           {"op": "with_exemplars", "id": "e", "metric": "s", "exemplars": [{"value": "1", "labels": {"__a": ""}}]}"#,
        r#""op_errors": [{"op_index": 1, "kind": "summary_max_age", "text": "illegal max age MaxAge=-1ms"}],
           "op_results": [{"op_index": 3, "skipped": true}]"#,
        &[],
    );
}

#[test]
fn letters_become_single_letters() {
    check(
        r#"{"op": "new_counter_vec", "id": "v", "opts": {"name": "m"}, "labels": [
               {"name": "a", "constraint": "upper"}, {"name": "b", "constraint": "lower"}
           ]},
           {"op": "with_label_values", "id": "m", "vec": "v", "values": ["aß", "ΑΣİ"]},
           {"op": "delete_label_values", "vec": "v", "values": ["Aß", "ασi"]}"#,
        r#""op_results": [{"op_index": 2, "result": true}]"#,
        &[],
    );
}

#[test]
fn handlers_may_have_headers_and_panic() {
    check(
        r#"{"op": "new_summary_vec", "id": "v", "opts": {"name": "s"}},
           {"op": "register", "collector": "v"},
           {"op": "new_gauge", "id": "g", "opts": {"name": "g"}},
           {"op": "register", "collector": "g"},
           {"op": "new_handler", "id": "h", "inner": {"headers": {"X-A": "1"}, "write_header": [201]}},
           {"op": "instrument", "id": "i", "kind": "request_size", "metric": "v", "next": "h"},
           {"op": "request", "handler": "i", "request": {"method": "GET", "url": "/", "body": "x", "content_length": 5}},
           {"op": "request", "handler": "i", "request": {"method": "GET", "url": "/", "content_length": -1}},
           {"op": "new_handler", "id": "p", "inner": {"panic": "boom"}},
           {"op": "instrument", "id": "i", "kind": "request_size", "metric": "v", "next": "p"},
           {"op": "instrument", "id": "j", "kind": "in_flight", "metric": "g", "next": "i"},
           {"op": "request", "handler": "j", "request": {"method": "GET", "url": "/"}}"#,
        r##""op_results": [
            {"op_index": 6, "result": {"body": "", "headers": {"X-A": "1"}, "status": 201}},
            {"op_index": 7, "result": {"body": "", "headers": {"X-A": "1"}, "status": 201}},
            {"op_index": 11, "result": {"panic": "boom"}}
        ],
        "text": "# HELP g \n# TYPE g gauge\ng 0\n# HELP s \n# TYPE s summary\ns_sum 29\ns_count 2\n""##,
        &[],
    );
}

#[test]
fn metrics_whose_labels_become_the_same_are_left_out() {
    check(
        r#"{"op": "new_desc", "id": "d", "fq_name": "m", "help": "h", "labels": ["a.b", "a_b"]},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": "gauge", "value": "1", "values": ["x", "y"]},
           {"op": "new_const_metric", "id": "n", "desc": "d", "type": "gauge", "value": "2", "values": ["z", "y"]},
           {"op": "new_collector", "id": "c", "metrics": ["m", "n"], "describe": ["d"]},
           {"op": "register", "collector": "c"}"#,
        r##""text": "# HELP m h\n# TYPE m gauge\nm{a_b=\"x\",a_b=\"y\"} 1\nm{a_b=\"z\",a_b=\"y\"} 2\n",
           "text_allow_utf8": "# HELP m h\n# TYPE m gauge\nm{\"a.b\"=\"x\",a_b=\"y\"} 1\nm{\"a.b\"=\"z\",a_b=\"y\"} 2\n""##,
        &[Rule::EscapedNames],
    );
}

#[test]
fn tags_are_sorted_by_their_bytes() {
    check(
        r#"{"op": "new_gauge", "id": "g", "opts": {"name": "m", "const_labels": {"a": "1", "a1": "2"}}},
           {"op": "register", "collector": "g"},
           {"op": "graphite", "use_tags": true}"#,
        r#""op_results": [{"op_index": 2, "result": "m;a1=2;a=1 0 1700000000\n"}]"#,
        &[],
    );
}

#[test]
fn what_has_bad_names_is_used_until_it_is_registered() {
    check(
        r#"{"op": "new_counter_vec", "id": "v", "opts": {"name": ""}, "labels": ["", {"name": "a", "constraint": "upper"}]},
           {"op": "with_label_values", "id": "c", "vec": "v", "values": ["x"]},
           {"op": "with", "id": "c", "vec": "v", "label_map": {"": "x", "a": "y"}},
           {"op": "add", "on": "c", "value": "-1"},
           {"op": "add", "on": "c", "value": "2"},
           {"op": "to_float64", "collector": "v"},
           {"op": "delete", "vec": "v", "label_map": {"": "x", "a": "Y"}},
           {"op": "register", "collector": "v"},
           {"op": "register", "collector": "c"},
           {"op": "new_histogram", "id": "h", "opts": {"name": "", "const_labels": {"le": ""}, "buckets": ["2", "1"]}},
           {"op": "register", "collector": "h"},
           {"op": "new_desc", "id": "d", "fq_name": "", "help": "h", "labels": ["a"]},
           {"op": "desc_string", "desc": "d"}"#,
        r#""op_results": [
            {"op_index": 5, "result": "2"},
            {"op_index": 6, "result": true},
            {"op_index": 10, "skipped": true},
            {"op_index": 12, "result": "Desc{fqName: \"\", help: \"h\", unit: \"\", constLabels: {}, variableLabels: {a}}"}
        ],
        "op_errors": [
            {"op_index": 1, "kind": "inconsistent_label_cardinality", "text": ""},
            {"op_index": 3, "kind": "counter_decrease", "text": ""},
            {"op_index": 7, "kind": "invalid_descriptor_metric_name", "text": ""},
            {"op_index": 8, "kind": "invalid_descriptor_metric_name", "text": ""},
            {"op_index": 9, "kind": "bucket_order", "text": ""},
            {"op_index": 11, "kind": "invalid_metric_name", "text": ""}
        ]"#,
        &[Rule::Unwritable],
    );
}

#[test]
fn a_vec_that_makes_no_children_is_there() {
    check(
        r#"{"op": "new_histogram_vec", "id": "v", "opts": {"name": "h", "buckets": ["2", "1"]}, "labels": ["a", "b"]},
           {"op": "register", "collector": "v"},
           {"op": "register", "collector": "v"},
           {"op": "curry", "id": "w", "vec": "v", "label_map": {"a": "1"}},
           {"op": "with_label_values", "id": "c", "vec": "w", "values": ["1", "2"]},
           {"op": "with_label_values", "id": "c", "vec": "w", "values": ["1"]},
           {"op": "delete_label_values", "vec": "v", "values": ["1", "1"]},
           {"op": "new_gauge", "id": "h", "opts": {"name": "h"}},
           {"op": "register", "collector": "h"},
           {"op": "unregister", "collector": "v"}"#,
        r#""op_results": [{"op_index": 6, "result": false}, {"op_index": 9, "result": true}],
        "op_errors": [
            {"op_index": 2, "kind": "already_registered", "text": "", "existing_collector": "v"},
            {"op_index": 4, "kind": "inconsistent_label_cardinality", "text": ""},
            {"op_index": 5, "kind": "bucket_order", "text": ""},
            {"op_index": 8, "kind": "inconsistent_descriptor_registered", "text": ""}
        ],
        "families": []"#,
        &[],
    );
}

#[test]
fn what_was_sent_before_a_panic_is_there_in_go() {
    check(
        r#"{"op": "new_desc", "id": "d", "fq_name": "m"},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": "gauge", "value": "1"},
           {"op": "new_collector", "id": "c", "metrics": ["m", "m"], "describe": ["d"], "error": "boom"},
           {"op": "register", "collector": "c"},
           {"op": "checkpoint"}"#,
        r#""op_results": [{"op_index": 4, "result": {
            "families": [{"name": "m", "help": "", "type": "GAUGE", "metric": [{"gauge": {"value": 1}}]}],
            "text_allow_utf8": "\u0023 HELP m \n\u0023 TYPE m gauge\nm 1\n"
        }}],
        "gather_errors": [
            {"kind": "gather_collector_panic", "text": "error=boom"},
            {"kind": "gather_collector_panic", "text": "error=boom"},
            {"kind": "gather_duplicate_metric", "text": ""}
        ],
        "families": [{"name": "m", "help": "", "type": "GAUGE", "metric": [{"gauge": {"value": 1}}]}],
        "text": "\u0023 HELP m \n\u0023 TYPE m gauge\nm 1\n""#,
        &[Rule::PanicOnce, Rule::HalfCollected, Rule::HalfCollected],
    );
}

#[test]
fn errors_that_were_sent_before_a_panic_are_told_in_go() {
    check(
        r#"{"op": "new_desc", "id": "d", "fq_name": "m"},
           {"op": "new_invalid_metric", "id": "m", "desc": "d", "error": "no disk"},
           {"op": "new_collector", "id": "c", "metrics": ["m"], "describe": ["d"], "error": "boom"},
           {"op": "register", "collector": "c"}"#,
        r#""gather_errors": [
            {"kind": "gather_collector_panic", "text": "error=boom"},
            {"kind": "gather_collector_panic", "text": "error=boom"},
            {"kind": "gather_metric_write_failed", "text": "error: no disk"}
        ],
        "families": []"#,
        &[Rule::PanicOnce, Rule::HalfCollected],
    );
}

#[test]
fn collisions_are_told_for_each_series_in_go() {
    check(
        r#"{"op": "new_histogram", "id": "h", "opts": {"name": "m", "buckets": ["1"]}},
           {"op": "new_gauge_vec", "id": "g", "opts": {"name": "m_count"}, "labels": ["l"]},
           {"op": "with_label_values", "vec": "g", "id": "a", "values": ["a"]},
           {"op": "with_label_values", "vec": "g", "id": "b", "values": ["b"]},
           {"op": "register", "collector": "h"},
           {"op": "register", "collector": "g"}"#,
        r#""gather_errors": [
            {"kind": "gather_suffix_collision", "text": "collected metric named \"m_count\" collides with previously collected histogram named \"m\""},
            {"kind": "gather_suffix_collision", "text": "collected metric named \"m_count\" collides with previously collected histogram named \"m\""}
        ]"#,
        &[Rule::CollisionOnce],
    );
}

#[test]
fn other_units_are_in_gos_families() {
    check(
        r#"{"op": "new_desc", "id": "d", "fq_name": "m", "unit": "a", "labels": ["l"]},
           {"op": "new_desc", "id": "e", "fq_name": "m", "unit": "b", "labels": ["l"]},
           {"op": "new_const_metric", "id": "m", "desc": "d", "type": "gauge", "value": "1", "values": ["1"]},
           {"op": "new_const_metric", "id": "n", "desc": "e", "type": "gauge", "value": "1", "values": ["2"]},
           {"op": "new_const_metric", "id": "o", "desc": "e", "type": "counter", "value": "1", "values": ["3"]},
           {"op": "new_collector", "id": "c", "metrics": ["m", "n", "o"]},
           {"op": "register", "collector": "c"}"#,
        r#""gather_errors": [{"kind": "gather_inconsistent_type", "text": ""}],
        "families": [{"name": "m", "help": "", "unit": "a", "type": "GAUGE", "metric": [
            {"gauge": {"value": 1}, "label": [{"name": "l", "value": "1"}]},
            {"gauge": {"value": 1}, "label": [{"name": "l", "value": "2"}]}
        ]}],
        "text": "not compared""#,
        &[Rule::InconsistentUnit],
    );
}

#[test]
fn colons_in_label_names_are_bare_in_go() {
    check(
        r#"{"op": "new_gauge", "id": "g", "opts": {"name": "m", "const_labels": {"a:b": "x"}}},
           {"op": "register", "collector": "g"}"#,
        r#""text": "\u0023 HELP m \n\u0023 TYPE m gauge\nm{a:b=\"x\"} 0\n""#,
        &[Rule::QuotedColon],
    );
}

#[test]
fn a_prefix_with_a_blank_is_written_in_go() {
    check(
        r#"{"op": "new_gauge", "id": "g", "opts": {"name": "m", "const_labels": {"a": "b"}}},
           {"op": "register", "collector": "g"},
           {"op": "graphite", "prefix": "x y", "use_tags": true},
           {"op": "graphite", "prefix": "x y"}"#,
        r#""op_results": [
            {"op_index": 2, "result": "x y.m;a=b 0 1700000000\n"},
            {"op_index": 3, "result": "x y.m.a.b 0 1700000000\n"}
        ]"#,
        &[Rule::GraphitePrefix; 2],
    );
}

/// Requests `m` beside a collector that reports an error.
#[track_caller]
fn check_unasked(error_handling: &str, answer: &str, errors: u32) {
    let ops = r#"{"op": "new_gauge", "id": "g", "opts": {"name": "m"}},
        {"op": "register", "collector": "g"},
        {"op": "new_desc", "id": "d", "fq_name": "bad"},
        {"op": "new_invalid_metric", "id": "i", "desc": "d", "error": "boom"},
        {"op": "new_collector", "id": "c", "metrics": ["i"], "describe": ["d"]},
        {"op": "register", "collector": "c"},
        {"op": "new_registry", "id": "own"},
        {"op": "handler_for", "id": "h", "handler_opts": {"error_log": true, "registry": "own", "error_handling": "HANDLING"}},
        {"op": "request", "handler": "h", "request": {"method": "GET", "url": "/?name[]=m"}},
        {"op": "gather_and_format", "from": "own", "format": "text", "names": ["promhttp_metric_handler_errors_total"]}"#;
    let text = format!(
        "\\u0023 HELP promhttp_metric_handler_errors_total Total number of internal errors encountered by the promhttp metric handler.\\n\\u0023 TYPE promhttp_metric_handler_errors_total counter\\npromhttp_metric_handler_errors_total{{cause=\\\"encoding\\\"}} 0\\npromhttp_metric_handler_errors_total{{cause=\\\"gathering\\\"}} {errors}\\n"
    );
    let log = r#""error_log": ["error gathering metrics: error collecting metric Desc{}: boom"]"#;
    check(
        &ops.replace("HANDLING", error_handling),
        &format!(
            r#""op_results": [
                {{"op_index": 8, "result": {{{answer}, {log}}}}},
                {{"op_index": 9, "result": "{text}"}}
            ],
            "gather_errors": [{{"kind": "gather_metric_write_failed", "text": "boom"}}]"#
        ),
        match error_handling {
            "panic" => &[Rule::Unwritable, Rule::Unasked],
            _ => &[Rule::Unasked],
        },
    );
}

#[test]
fn errors_of_who_is_not_asked_are_told_in_go() {
    let error = "error collecting metric Desc{}: boom";
    check_unasked(
        "http_error",
        &format!(
            r#""status": 500, "headers": {{"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}}, "body": "An error has occurred while serving metrics:\n\n{error}\n""#
        ),
        1,
    );
    check_unasked(
        "continue",
        r#""status": 200, "headers": {"Content-Type": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"}, "body": "\u0023 HELP m \n\u0023 TYPE m gauge\nm 0\n""#,
        1,
    );
    check_unasked("panic", &format!(r#""panic": "{error}""#), 1);
}

#[test]
fn names_stay_bound_in_go_whoever_unregisters() {
    check(
        r#"{"op": "new_gauge", "id": "a", "opts": {"name": "m", "help": "a"}},
           {"op": "register", "collector": "a"},
           {"op": "new_gauge", "id": "b", "opts": {"name": "m", "help": "b"}},
           {"op": "unregister", "collector": "b"},
           {"op": "register", "collector": "b"},
           {"op": "register", "collector": "a"}"#,
        r#""op_results": [{"op_index": 3, "result": true}],
        "op_errors": [{"op_index": 4, "kind": "inconsistent_descriptor_registered", "text": ""}]"#,
        &[Rule::FreedName],
    );
}

#[test]
fn a_registry_is_a_collector() {
    check(
        r#"{"op": "new_registry", "id": "r"},
           {"op": "new_gauge", "id": "g", "opts": {"name": "g"}},
           {"op": "register", "collector": "g", "reg": "r"},
           {"op": "wrap_registerer", "id": "w", "prefix": "p_"},
           {"op": "register", "collector": "r", "reg": "w"}"#,
        r#""families": [{"name": "p_g", "help": "", "type": "GAUGE", "metric": [{"gauge": {"value": 0}}]}]"#,
        &[],
    );
}

#[test]
fn what_could_not_be_registered_leaves_names_free() {
    check(
        r#"{"op": "new_gauge", "id": "a", "opts": {"name": "a"}},
           {"op": "register", "collector": "a"},
           {"op": "new_registry", "id": "r"},
           {"op": "register", "collector": "a", "reg": "r"},
           {"op": "new_gauge_vec", "id": "b", "opts": {"name": "b"}, "labels": ["l"]},
           {"op": "register", "collector": "b", "reg": "r"},
           {"op": "register", "collector": "r"},
           {"op": "new_gauge", "id": "c", "opts": {"name": "b"}},
           {"op": "register", "collector": "c"}"#,
        r#""op_errors": [{"op_index": 6, "kind": "duplicate_descriptor", "text": ""}]"#,
        &[],
    );
}

#[test]
fn answers_with_what_was_merged_have_no_units_in_go() {
    check(
        r#"{"op": "new_gauge", "id": "g", "opts": {"name": "g", "unit": "x"}},
           {"op": "register", "collector": "g"},
           {"op": "gatherers", "id": "all", "of": ["reg"]},
           {"op": "handler_for", "id": "h", "from": "all", "handler_opts": {"enable_open_metrics": true}},
           {"op": "request", "handler": "h", "request": {"method": "GET", "url": "/", "headers": [["Accept", "application/openmetrics-text;version=1.0.0"]]}}"#,
        r##""op_results": [{"op_index": 4, "result": {
            "status": 200,
            "headers": {"Content-Type": "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"},
            "body": "# HELP g \n# TYPE g gauge\ng 0.0\n# EOF\n"
        }}]"##,
        &[Rule::UnitKept],
    );
}

/// Plays middleware with a vec whose label `l` is curried.
#[track_caller]
fn check_middleware(options: &str, ops: &str, expected: &str, rules: &[Rule]) {
    let instrument = format!(
        r#"{{"op": "new_handler", "id": "h", "inner": {{"write_header": [200]}}}},
           {{"op": "new_counter_vec", "id": "v", "opts": {{"name": "v"}}, "labels": ["l"]}},
           {{"op": "curry", "id": "c", "vec": "v", "label_map": {{"l": "x"}}}},
           {{"op": "instrument", "id": "i", "kind": "counter", "metric": "c", "next": "h", "options": {options}}}"#
    );
    check(&format!("{instrument}{ops}"), expected, rules);
}

#[test]
fn a_label_of_middleware_may_have_a_value_already() {
    check_middleware(
        r#"{"label_from_ctx": {"l": "key"}}"#,
        "",
        r#""op_errors": [{"op_index": 3, "kind": "curry_already_curried", "text": ""}]"#,
        &[],
    );
    check_middleware(
        r#"{"label_from_ctx": {"m": "key"}}"#,
        "",
        r#""op_errors": [{"op_index": 3, "kind": "curry_unknown_labels", "text": ""}]"#,
        &[],
    );
}

#[test]
fn middleware_panics_in_go_with_what_is_wrong_with_an_exemplar() {
    let request =
        r#", {"op": "request", "handler": "i", "request": {"method": "GET", "url": "/"}}"#;
    let exemplar = r#"{"exemplar": {"__a": "x"}}"#;
    check_middleware(exemplar, request, "", &[Rule::RefusedExemplar]);
}

#[test]
fn tagged_series_stay_in_their_order() {
    check(
        r#"{"op": "new_gauge_vec", "id": "v", "opts": {"name": "v"}, "labels": ["l"]},
           {"op": "with_label_values", "id": "a", "vec": "v", "values": [" a"]},
           {"op": "with_label_values", "id": "b", "vec": "v", "values": ["b"]},
           {"op": "register", "collector": "v"},
           {"op": "graphite", "prefix": "a;b", "use_tags": true}"#,
        r#""op_results": [{"op_index": 4, "result": "a;b.v;l= a 0 1700000000\na;b.v;l=b 0 1700000000\n"}]"#,
        &[Rule::GraphitePrefix, Rule::GraphiteTag],
    );
}
