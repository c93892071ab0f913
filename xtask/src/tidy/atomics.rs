//! Checks that `promcore` uses atomics only through `crate::sync`, so that loom sees all of them.

use crate::tidy::Finding;
use crate::tidy::rust::without_tests;

const CRATE: &str = "crates/promcore/src/";
const DOOR: &str = "crates/promcore/src/sync.rs";

/// Reports every line of `promcore` that uses atomics without `crate::sync`.
///
/// Plain tests may do so, since they are compiled out under loom.
pub(super) fn check(path: &str, content: &str) -> Vec<Finding> {
    if !path.starts_with(CRATE) || path == DOOR || path.ends_with("/tests.rs") {
        return Vec::new();
    }
    let lines = without_tests(content).enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//") && reaches_past(line))
        .map(|(index, _)| {
            let message = "atomics come from crate::sync only, so that loom sees them";
            Finding::error(path, index + 1, message)
        })
        .collect()
}

/// Reports whether a line names a module `atomic` other than that of `crate::sync`.
fn reaches_past(line: &str) -> bool {
    line.match_indices("atomic::").any(|(at, _)| {
        let before = &line[..at];
        let longer_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        !longer_word && !before.ends_with("crate::sync::")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, found: bool) {
        let findings = check("crates/promcore/src/cell.rs", line);
        assert_eq!(!findings.is_empty(), found, "{line}");
    }

    #[test]
    fn only_the_door_names_them() {
        check_line("use std::sync::atomic::AtomicU64;", true);
        check_line("use core::sync::atomic::{AtomicU64, Ordering};", true);
        check_line("use std::sync::{Arc, atomic::Ordering};", true);
        check_line("use loom::sync::atomic::AtomicU64;", true);
        check_line("use crate::sync::atomic::AtomicU64;", false);
        check_line("use crate::sync::{AtomicU64, Ordering};", false);
        check_line("// Like std::sync::atomic::fence.", false);
        check_line("use crate::nonatomic::Cell;", false);
    }

    #[test]
    fn plain_tests_are_free() {
        let line = "use std::sync::atomic::AtomicU64;\n";
        let path = "crates/promcore/src/cell.rs";
        let inline = format!("#[cfg(all(test, not(loom)))]\nmod tests {{\n    {line}}}\n");
        assert_eq!(check(path, &inline), []);
        assert_eq!(check("crates/promcore/src/vec/tests.rs", line), []);
    }

    #[test]
    fn other_crates_and_the_door_are_free() {
        let line = "use std::sync::atomic::AtomicU64;";
        assert_eq!(check("crates/promcore/src/sync.rs", line), []);
        assert_eq!(check("crates/promhttp/src/limit.rs", line), []);
        assert_eq!(check("crates/promcore/tests/exact.rs", line), []);
    }
}
