//! Checks that each feature is explained in the manifest and in the crate documentation.

use crate::metadata::Package;
use crate::tidy::Finding;
use crate::tidy::rust::line_of;

/// Checks the features of one package; `lib` is the text of its `lib.rs`, if any.
pub(super) fn check(package: &Package, toml: &str, lib: Option<&str>) -> Vec<Finding> {
    let manifest = package.manifest();
    let mut findings = Vec::new();
    for feature in package.features.iter().filter(|name| *name != "default") {
        let mut report = |line, message: String| {
            findings.push(Finding::error(&manifest, line, message));
        };
        match declaration(toml, feature) {
            None => report(
                line_of(toml, |line| line.starts_with(feature.as_str())),
                format!("the feature {feature} comes from an optional dependency: use dep:"),
            ),
            Some(Declaration { line, explained }) => {
                if !explained {
                    report(line, format!("the feature {feature} has no comment"));
                }
                if lib.is_some_and(|lib| !documented(lib, feature)) {
                    let place = "under `# Crate features` in lib.rs";
                    report(line, format!("the feature {feature} is missing {place}"));
                }
            }
        }
    }
    findings
}

struct Declaration {
    line: usize,
    explained: bool,
}

/// Finds the declaration of `feature` in the `[features]` table.
fn declaration(toml: &str, feature: &str) -> Option<Declaration> {
    let mut in_table = false;
    let mut above = "";
    for (index, line) in toml.lines().map(str::trim).enumerate() {
        if line.starts_with('[') {
            in_table = line == "[features]";
        } else if in_table && line.split(['=', ' ']).next() == Some(feature) {
            return Some(Declaration {
                line: index + 1,
                explained: line.contains('#') || above.starts_with('#'),
            });
        }
        above = line;
    }
    None
}

/// Reports whether the section on features in the crate documentation names `feature`.
fn documented(lib: &str, feature: &str) -> bool {
    lib.lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .skip_while(|line| *line != "# Crate features")
        .skip(1)
        .take_while(|line| !line.starts_with("# "))
        .any(|line| line.contains(&format!("`{feature}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! Text.\n//!\n//! # Crate features\n//!\n//! - `zstd`: smaller.\n\
                       //!\n//! # MSRV\n//!\n//! `gzip`\n";

    #[track_caller]
    fn check_toml(feature: &str, toml: &str, expected: &[&str]) {
        let package = Package {
            folder: "crates/a".to_owned(),
            features: vec!["default".to_owned(), feature.to_owned()],
            ..Package::default()
        };
        let findings = check(&package, toml, Some(LIB));
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_comment_beside_or_above_explains() {
        check_toml(
            "zstd",
            "[features]\nzstd = [\"dep:zstd\"] # Smaller.\n",
            &[],
        );
        check_toml("zstd", "[features]\n# Smaller.\nzstd = []\n", &[]);
        check_toml(
            "zstd",
            "[features]\nzstd = []\n",
            &["crates/a/Cargo.toml:2: the feature zstd has no comment"],
        );
    }

    #[test]
    fn the_page_of_the_crate_names_it_in_the_right_section() {
        check_toml(
            "gzip",
            "[features]\ngzip = [] # Small.\n",
            &["crates/a/Cargo.toml:2: the feature gzip is missing under \
               `# Crate features` in lib.rs"],
        );
    }

    #[test]
    fn an_optional_dependency_is_no_feature() {
        check_toml(
            "zstd",
            "[dependencies]\nzstd = { version = \"1\", optional = true }\n",
            &[
                "crates/a/Cargo.toml:2: the feature zstd comes from an optional dependency: \
               use dep:",
            ],
        );
    }
}
