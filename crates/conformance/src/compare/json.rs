//! Compares JSON values; numbers are floats, and equal only if their bits are equal.

use serde_json::Value;

/// Lists the places that differ, in the order of `expected`.
pub(super) fn differences(expected: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(expected, got, "", &mut found);
    found
}

fn compare(expected: &Value, got: &Value, path: &str, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(_), Value::Object(_)) => objects(expected, got, path, found),
        (Value::Array(a), Value::Array(b)) => arrays(a, b, path, found),
        (Value::Number(a), Value::Number(b)) if bits(a) == bits(b) => {}
        (a, b) if a == b && !a.is_number() => {}
        (a, b) => found.push(format!("{}: expected {a}, got {b}", place(path))),
    }
}

fn objects(expected: &Value, got: &Value, path: &str, found: &mut Vec<String>) {
    let (Some(a), Some(b)) = (expected.as_object(), got.as_object()) else {
        return;
    };
    for (key, value) in a {
        let path = format!("{path}.{key}");
        match b.get(key) {
            Some(other) => compare(value, other, &path, found),
            None => found.push(format!("{}: expected {value}, got nothing", place(&path))),
        }
    }
    for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
        let path = format!("{path}.{key}");
        found.push(format!("{}: expected nothing, got {value}", place(&path)));
    }
}

fn arrays(expected: &[Value], got: &[Value], path: &str, found: &mut Vec<String>) {
    for (index, (a, b)) in expected.iter().zip(got).enumerate() {
        compare(a, b, &format!("{path}[{index}]"), found);
    }
    let common = expected.len().min(got.len());
    for (index, value) in expected.iter().enumerate().skip(common) {
        let path = format!("{path}[{index}]");
        found.push(format!("{}: expected {value}, got nothing", place(&path)));
    }
    for (index, value) in got.iter().enumerate().skip(common) {
        let path = format!("{path}[{index}]");
        found.push(format!("{}: expected nothing, got {value}", place(&path)));
    }
}

fn bits(number: &serde_json::Number) -> Option<u64> {
    number.as_f64().map(f64::to_bits)
}

fn place(path: &str) -> &str {
    if path.is_empty() {
        return "the value";
    }
    path.strip_prefix('.').unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(expected: &Value, got: &Value, found: &[&str]) {
        assert_eq!(differences(expected, got), found);
    }

    #[test]
    fn equal_values_have_no_difference() {
        check(&json!({"a": [1, 2.5]}), &json!({"a": [1.0, 2.5]}), &[]);
    }

    #[test]
    fn each_place_that_differs_is_named() {
        let expected = json!({"a": [1, 2], "b": "x", "c": true});
        let got = json!({"a": [1, 3, 4], "b": "y", "d": null});
        let differences = [
            "a[1]: expected 2, got 3",
            "a[2]: expected nothing, got 4",
            "b: expected \"x\", got \"y\"",
            "c: expected true, got nothing",
            "d: expected nothing, got null",
        ];
        check(&expected, &got, &differences);
    }

    #[test]
    fn the_last_bit_and_the_sign_of_zero_count() {
        check(
            &json!(0.0),
            &json!(-0.0),
            &["the value: expected 0.0, got -0.0"],
        );
        check(
            &json!(0.3),
            &json!(0.1 + 0.2),
            &["the value: expected 0.3, got 0.30000000000000004"],
        );
    }
}
