//! Checks the licence files of published crates.

use crate::metadata::Package;
use crate::tidy::Finding;

/// Cargo packages the files in a crate's folder, and the licence requires both of these; a link is enough.
const FILES: [&str; 2] = ["LICENSE", "NOTICE"];

/// Checks the folder of one package; `is_there` knows files by their paths from the root.
pub(super) fn check(package: &Package, is_there: impl Fn(&str) -> bool) -> Vec<Finding> {
    let paths = FILES.map(|file| format!("{}/{file}", package.folder));
    let missing = paths.iter().filter(|path| !is_there(path));
    missing
        .map(|path| Finding::error(path, 1, "is missing: link it to the one of the workspace"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_and_notice_go_along() {
        let package = Package {
            folder: "crates/a".to_owned(),
            ..Package::default()
        };
        assert_eq!(check(&package, |_| true), []);
        let findings = check(&package, |path| path == "crates/a/LICENSE");
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let expected = "crates/a/NOTICE:1: is missing: link it to the one of the workspace";
        assert_eq!(shown, [expected]);
    }
}
