//! Counts the dependencies of each crate, for a table in `README.md`.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::metadata;
use crate::run::{cargo, output};

/// What to do with the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mode {
    /// Fail if it differs from the committed one.
    Check,
    Write,
}

const FILE: &str = "README.md";
const BEGIN: &str = "<!-- Written by `cargo xtask deps`. -->\n\n";
const END: &str = "\n<!-- Up to here. -->\n";

/// The feature flags of each column, for cargo.
const COLUMNS: [&[&str]; 3] = [&["--no-default-features"], &[], &["--all-features"]];

/// Counts the dependencies with cargo, and writes the table or compares it with the committed one.
pub(crate) fn run(mode: Mode) -> Result<()> {
    let workspace = metadata::read()?;
    let ours: Vec<&str> = workspace.packages.iter().map(|p| p.name.as_str()).collect();
    let mut rows = Vec::new();
    for package in workspace.packages.iter().filter(|p| p.published) {
        let mut row = vec![format!("`{}`", package.name)];
        for features in COLUMNS {
            row.push(count(&package.name, features, &ours)?);
        }
        rows.push(row);
    }
    rows.sort();
    let path = workspace.root.join(FILE);
    let committed = fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))?;
    let text = replace(&committed, &table(&rows))?;
    if text == committed {
        return Ok(());
    }
    if mode == Mode::Check {
        bail!("the table of dependencies in {FILE} is stale: run `cargo xtask deps`");
    }
    fs::write(&path, text).with_context(|| format!("cannot write {FILE}"))?;
    println!("wrote {FILE}");
    Ok(())
}

/// Counts the dependencies of a crate for one target system, so that the result is the same everywhere.
fn count(krate: &str, features: &[&str], ours: &[&str]) -> Result<String> {
    let mut command = cargo(["tree", "--edges", "normal", "--prefix", "none"]);
    command.args(["--target", "x86_64-unknown-linux-gnu", "--package", krate]);
    Ok(cell(&output(command.args(features))?, krate, ours))
}

/// Formats how many crates a tree has besides `krate`, and how many of them are ours.
fn cell(tree: &str, krate: &str, ours: &[&str]) -> String {
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let lines = tree.lines().filter(|line| !line.is_empty());
    // Two versions of a crate count as two.
    let crates: BTreeSet<&str> = lines.map(|line| line.trim_end_matches(" (*)")).collect();
    let names: Vec<String> = crates
        .into_iter()
        .map(name)
        .filter(|name| name != krate)
        .collect();
    let own = names
        .iter()
        .filter(|name| ours.contains(&name.as_str()))
        .count();
    match own {
        0 => names.len().to_string(),
        own => format!("{} + {own}", names.len() - own),
    }
}

fn table(rows: &[Vec<String>]) -> String {
    let mut text = "| crate | without features | by default | with all features |\n".to_owned();
    text.push_str("|---|---|---|---|\n");
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

/// Replaces the existing table.
fn replace(text: &str, table: &str) -> Result<String> {
    let parts = text.split_once(BEGIN).and_then(|(head, rest)| {
        let (_, tail) = rest.split_once(END)?;
        Some((head, tail))
    });
    let (head, tail) = parts.with_context(|| format!("{FILE} has no place for the table"))?;
    Ok(format!("{head}{BEGIN}{table}{END}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tree: &str, expected: &str) {
        assert_eq!(cell(tree, "promfmt", &["promcore", "promfmt"]), expected);
    }

    #[test]
    fn each_crate_counts_once_and_ours_apart() {
        check("promfmt v0.1.0 (/w/crates/promfmt)\n", "0");
        check(
            "promfmt v0.1.0\nitoa v1.0.0\nzmij v1.0.0\nitoa v1.0.0 (*)\n",
            "2",
        );
        check(
            "promfmt v0.1.0\nsyn v1.0.0\n\nsyn v2.0.0 (proc-macro)\n",
            "2",
        );
        check(
            "promfmt v0.1.0\nitoa v1.0.0\npromcore v0.1.0 (/w)\n",
            "1 + 1",
        );
    }

    #[test]
    fn the_table_takes_the_place_of_the_old_one() {
        let table = table(&[vec![
            "`a`".to_owned(),
            "0".to_owned(),
            "1".to_owned(),
            "2".to_owned(),
        ]]);
        let old = format!("# A\n\n{BEGIN}old\n{END}\n# B\n");
        let new = replace(&old, &table).unwrap();
        let head =
            "| crate | without features | by default | with all features |\n|---|---|---|---|\n";
        assert_eq!(
            new,
            format!("# A\n\n{BEGIN}{head}| `a` | 0 | 1 | 2 |\n{END}\n# B\n")
        );
        assert_eq!(replace(&new, &table).unwrap(), new);
        let error = replace("# A\n", &table).unwrap_err();
        assert_eq!(error.to_string(), "README.md has no place for the table");
    }
}
