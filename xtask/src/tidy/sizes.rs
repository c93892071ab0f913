//! Checks the sizes of files.

use std::path::Path;

use crate::tidy::Finding;
use crate::tidy::rust::without_tests;

const WARN: usize = 400;
const FAIL: usize = 600;

/// Checks the number of lines of one source file, without tests.
pub(super) fn check(path: &str, content: &str) -> Option<Finding> {
    if !is_counted(path) {
        return None;
    }
    let lines = without_tests(content).count();
    let message = format!("{lines} lines without tests");
    if lines > FAIL {
        let message = format!("{message}, at most {FAIL}: split it by idea");
        Some(Finding::error(path, 1, message))
    } else if lines > WARN {
        Some(Finding::warning(path, 1, format!("{message}; why?")))
    } else {
        None
    }
}

fn is_counted(path: &str) -> bool {
    if !path.contains("/src/") {
        return false;
    }
    let file = Path::new(path)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    file != "tests.rs" && !file.starts_with("loom_") && !path.contains("/src/generated/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Weight;

    #[track_caller]
    fn check_file(path: &str, lines: usize, expected: Option<Weight>) {
        let weight = check(path, &"code\n".repeat(lines)).map(|finding| finding.weight);
        assert_eq!(weight, expected);
    }

    #[test]
    fn long_files_warn_and_longer_ones_fail() {
        let path = "crates/promcore/src/counter.rs";
        check_file(path, 400, None);
        check_file(path, 401, Some(Weight::Warning));
        check_file(path, 600, Some(Weight::Warning));
        check_file(path, 601, Some(Weight::Error));
        check_file("xtask/src/e2e/mod.rs", 601, Some(Weight::Error));
        check_file("benches/src/rows/mod.rs", 601, Some(Weight::Error));
    }

    #[test]
    fn tests_and_generated_code_do_not_count() {
        check_file("crates/promcore/src/vec/tests.rs", 601, None);
        check_file("crates/promcore/src/cell/loom_cell.rs", 601, None);
        check_file("crates/promfmt/src/generated/a.rs", 601, None);
        check_file("crates/promcore/tests/exact.rs", 601, None);
        let tests = format!(
            "code\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "x\n".repeat(700)
        );
        assert_eq!(check("crates/promcore/src/counter.rs", &tests), None);
    }
}
