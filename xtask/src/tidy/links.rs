//! Checks links and paths in documents.

use std::path::Path;

use crate::tidy::Finding;

/// A path in backticks that starts with one of these is relative to the root, wherever the document is.
const FOLDERS: &[&str] = &["benches/", "crates/", "examples/", "proto/", "xtask/"];

/// Checks one document; `is_there` knows files and folders by their paths from the root.
pub(super) fn check(path: &str, content: &str, is_there: impl Fn(&str) -> bool) -> Vec<Finding> {
    let folder = Path::new(path).parent().unwrap_or_else(|| Path::new(""));
    let mut findings = Vec::new();
    let mut in_code = false;
    for (index, line) in content.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let links =
            links(line).map(|link| (folder.join(link).to_string_lossy().into_owned(), link));
        let paths = paths(line).map(|path| (path.to_owned(), path));
        for (place, shown) in links.chain(paths) {
            if !is_there(&place) {
                let message = format!("{shown} leads to nothing");
                findings.push(Finding::error(path, index + 1, message));
            }
        }
    }
    findings
}

/// Finds the targets of `[text](link)` in this repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

/// Finds paths from the root in backticks, except patterns.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|text| {
        let is_path = FOLDERS.iter().any(|folder| text.starts_with(folder));
        is_path && !text.contains([' ', '*'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, expected: &[&str]) {
        let there = ["a/b.md", "xtask/src/tidy"];
        let findings = check("a/x.md", line, |path| there.contains(&path));
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|it| format!("a/x.md:1: {it} leads to nothing"))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_link_is_meant_from_its_document() {
        check_line("see [b](b.md) and [its end](b.md#end)", &[]);
        check_line("see [b](a/b.md), [c](c.md)", &["a/b.md", "c.md"]);
    }

    #[test]
    fn a_path_is_meant_from_the_root() {
        check_line("see `xtask/src/tidy`", &[]);
        check_line("see `xtask/a.rs` and `b.rs`", &["xtask/a.rs"]);
    }

    #[test]
    fn what_leads_elsewhere_is_free() {
        check_line("[Go](https://go.dev), [above](#a), `crates/*/tests`", &[]);
        check_line("run `xtask/a.rs --check`", &[]);
        check_line("```sh\n[c](c.md)\n```\n", &[]);
    }
}
