//! Checks the attributes of published crates.

use crate::tidy::Finding;

const ATTRIBUTE: &str = "#![forbid(unsafe_code)]";

/// Checks the text of one `lib.rs`.
pub(super) fn check(path: &str, content: &str) -> Vec<Finding> {
    if content.lines().any(|line| line == ATTRIBUTE) {
        return Vec::new();
    }
    vec![Finding::error(path, 1, format!("{ATTRIBUTE} is missing"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_code_is_forbidden() {
        assert_eq!(check("lib.rs", "//! Text.\n#![forbid(unsafe_code)]\n"), []);
        assert_eq!(check("lib.rs", "//! #![forbid(unsafe_code)]\n").len(), 1);
    }
}
