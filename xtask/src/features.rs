//! Checks each crate alone, with each of its features alone.
//!
//! A build of the whole workspace unifies features, which hides missing ones.

use anyhow::Result;

use crate::metadata::{self, Package};
use crate::run;

/// Checks every combination that [`combinations`] names.
pub(crate) fn run() -> Result<()> {
    for package in metadata::read()?.packages.iter().filter(|p| p.published) {
        for flags in combinations(package) {
            println!("{} {}", package.name, flags.join(" "));
            run::succeed(
                run::cargo(["check", "--quiet", "-p", package.name.as_str()]).args(&flags),
            )?;
        }
    }
    Ok(())
}

/// Returns the combinations: no features, each feature alone, the default features, and all features.
fn combinations(package: &Package) -> Vec<Vec<&str>> {
    let bare = "--no-default-features";
    let mut flags = vec![vec![bare]];
    if package.features.is_empty() {
        return flags;
    }
    flags.extend(
        package
            .features
            .iter()
            .map(|feature| vec![bare, "--features", feature]),
    );
    flags.push(vec!["--all-features"]);
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(features: &[&str]) -> Vec<String> {
        let package = Package {
            features: features.iter().map(ToString::to_string).collect(),
            ..Package::default()
        };
        combinations(&package).iter().map(|f| f.join(" ")).collect()
    }

    #[test]
    fn a_crate_without_features_is_checked_once() {
        assert_eq!(names(&[]), ["--no-default-features"]);
    }

    #[test]
    fn each_feature_is_checked_alone() {
        assert_eq!(
            names(&["default", "zstd"]),
            [
                "--no-default-features",
                "--no-default-features --features default",
                "--no-default-features --features zstd",
                "--all-features",
            ]
        );
    }
}
