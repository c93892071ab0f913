//! White space, and paths of one machine.

use crate::tidy::Finding;

/// Data made elsewhere, kept byte for byte.
const DATA: &[&str] = &["crates/conformance/corpus/", "/testdata/", "/corpus/"];

/// Root folders that are specific to one machine.
const FOREIGN: &[&str] = &["/home", "/root", "/tmp", "/work", "/Users"];

/// Checks the text of one file.
pub(super) fn check(path: &str, content: &str) -> Vec<Finding> {
    if DATA.iter().any(|data| path.contains(data)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in content.split('\n').enumerate() {
        let mut report = |message: String| {
            findings.push(Finding::error(path, index + 1, message));
        };
        if line.ends_with([' ', '\t', '\r']) {
            report("white space at the end of the line".to_owned());
        }
        if let Some(folder) = FOREIGN.iter().find(|folder| has_path(line, folder)) {
            report(format!("a path of one machine, below {folder}"));
        }
    }
    if !content.is_empty() && (!content.ends_with('\n') || content.ends_with("\n\n")) {
        let message = "the file must end with exactly one line break";
        findings.push(Finding::error(path, content.lines().count(), message));
    }
    findings
}

/// Reports whether `line` has a path that starts with `folder`, not just contains it.
fn has_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let inside = line[..at].ends_with(|c: char| c.is_alphanumeric() || "./_-}~*".contains(c));
        !inside && line[at + folder.len()..].starts_with('/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(content: &str, expected: &[&str]) {
        let findings = check("a.md", content);
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn white_space_ends_no_line() {
        let message = "a.md:2: white space at the end of the line";
        check_text("a\nb \nc\n", &[message]);
        check_text("a\nb\t\nc\n", &[message]);
        check_text("a\nb\r\nc\n", &[message]);
        check_text("a\n\nb\n", &[]);
    }

    #[test]
    fn one_line_break_ends_a_file() {
        let message = "a.md:1: the file must end with exactly one line break";
        check_text("a", &[message]);
        check_text("", &[]);
        check_text(
            "a\n\n",
            &["a.md:2: the file must end with exactly one line break"],
        );
    }

    #[test]
    fn a_path_of_one_machine_is_reported() {
        // Joined here, so that this file does not contain one itself.
        for folder in FOREIGN {
            let message = format!("a.md:1: a path of one machine, below {folder}");
            check_text(&format!("see {folder}/x\n"), &[&message]);
            check_text(&format!("(\"{folder}/x\")\n"), &[&message]);
        }
    }

    #[test]
    fn other_paths_are_fine() {
        check_text("read /proc/self/stat\n", &[]);
        check_text("GET /work HTTP/1.1\n", &[]);
        check_text(&format!("http://localhost:2112{}/x\n", FOREIGN[3]), &[]);
        check_text(&format!("target{}/x\n", FOREIGN[2]), &[]);
    }

    #[test]
    fn data_is_left_alone() {
        assert_eq!(check("crates/conformance/corpus/a.json", "a "), []);
        assert_eq!(check("crates/promfmt/testdata/a.prom", "a "), []);
    }
}
