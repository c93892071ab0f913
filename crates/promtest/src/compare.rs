use similar::TextDiff;

use crate::error::Error;

/// Compares two texts; the error shows a diff like `diff -u`, with `-` for found lines and `+` for expected lines.
pub(crate) fn texts(found: &str, expected: &str) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    // Only a line feed ends a line here; label values may contain carriage returns.
    let [found, expected] =
        [found, expected].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let diff = TextDiff::configure()
        .newline_terminated(true)
        .diff_slices(&found, &expected);
    let diff = diff.unified_diff().header("found", "expected").to_string();
    Err(Error::Mismatch(diff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &str, expected: &str, diff: &str) {
        let error =
            texts(found, expected).map_or_else(|error| error.to_string(), |()| String::new());
        assert_eq!(error, diff);
    }

    #[test]
    fn equal_texts_do_not_differ() {
        check("", "", "");
        check("a\nb\n", "a\nb\n", "");
    }

    #[test]
    fn what_differs_is_shown_with_what_is_around_it() {
        check(
            "1\n2\n3\n4\n5\nfound\n6\n7\n8\n9\n",
            "1\n2\n3\n4\n5\nexpected\n6\n7\n8\n9\n",
            "\
the metrics are not as expected
--- found
+++ expected
@@ -3,7 +3,7 @@
 3
 4
 5
-found
+expected
 6
 7
 8
",
        );
        // A carriage return in a label value does not end a line.
        check(
            "m{a=\"\r\"} 1\n",
            "m{a=\"\r\"} 2\n",
            "\
the metrics are not as expected
--- found
+++ expected
@@ -1 +1 @@
-m{a=\"\r\"} 1
+m{a=\"\r\"} 2
",
        );
        check(
            "a\n",
            "",
            "the metrics are not as expected\n--- found\n+++ expected\n@@ -1 +0,0 @@\n-a\n",
        );
    }
}
