//! Rules of this workspace for which there is no lint.

mod arrows; // Dependencies between crates.
mod atomics; // Only through `crate::sync`, so that loom sees all of them.
mod features; // Each feature is explained.
mod lib_rs; // Attributes of published crates.
mod licence; // Licence files of published crates.
mod links; // Links and paths in documents.
mod rust; // Rust and TOML as lines.
mod sizes; // Small files.
mod text; // White space, and paths of one machine.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::metadata::{self, Package, Workspace};
use crate::run;

/// A finding and its position.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Finding {
    /// Relative to the root.
    path: String,
    line: usize,
    message: String,
    weight: Weight,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Weight {
    Error,
    Warning,
}

impl Finding {
    fn error(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
            weight: Weight::Error,
        }
    }

    fn warning(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            weight: Weight::Warning,
            ..Self::error(path, line, message)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            message,
            weight,
        } = self;
        let weight = match weight {
            Weight::Error => "",
            Weight::Warning => "warning: ",
        };
        write!(f, "{path}:{line}: {weight}{message}")
    }
}

/// Checks the workspace and prints the findings; warnings do not fail.
pub(crate) fn run() -> Result<()> {
    let workspace = metadata::read()?;
    let mut findings = Vec::new();
    for path in tracked()? {
        // Git still lists a file that was deleted and not yet staged.
        if let Ok(bytes) = fs::read(workspace.root.join(&path)) {
            file(&path, &bytes, &mut findings);
            findings.extend(document(&workspace, &path, &bytes));
        }
    }
    for package in &workspace.packages {
        manifest(&workspace, package, &mut findings)?;
    }

    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.weight == Weight::Error)
        .count();
    if errors > 0 {
        bail!("{errors} violation{}", if errors == 1 { "" } else { "s" });
    }
    Ok(())
}

fn file(path: &str, bytes: &[u8], findings: &mut Vec<Finding>) {
    if bytes.contains(&0) {
        return;
    }
    let Ok(content) = str::from_utf8(bytes) else {
        return;
    };
    findings.extend(text::check(path, content));
    if Path::new(path).extension().is_some_and(|ext| ext == "rs") {
        findings.extend(sizes::check(path, content));
        findings.extend(atomics::check(path, content));
    }
}

fn document(workspace: &Workspace, path: &str, bytes: &[u8]) -> Vec<Finding> {
    let is_there = |path: &str| workspace.root.join(path).exists();
    match str::from_utf8(bytes) {
        Ok(content) if path.ends_with(".md") => links::check(path, content, is_there),
        _ => Vec::new(),
    }
}

fn manifest(workspace: &Workspace, package: &Package, findings: &mut Vec<Finding>) -> Result<()> {
    let read = |path: &str| {
        fs::read_to_string(workspace.root.join(path)).with_context(|| format!("cannot read {path}"))
    };
    let toml = read(&package.manifest())?;
    let head = format!("{}/src/lib.rs", package.folder);
    let lib = if workspace.root.join(&head).is_file() {
        Some(read(&head)?)
    } else {
        None
    };
    findings.extend(arrows::check(package, &toml));
    findings.extend(features::check(package, &toml, lib.as_deref()));
    if package.published {
        findings.extend(lib_rs::check(&head, lib.as_deref().unwrap_or_default()));
        findings.extend(licence::check(package, |path| {
            workspace.root.join(path).is_file()
        }));
    }
    Ok(())
}

/// Returns the files that git tracks, or would after `git add`.
fn tracked() -> Result<Vec<String>> {
    let mut git = std::process::Command::new("git");
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])
    .current_dir(run::root());
    let mut paths: Vec<String> = run::output(&mut git)?
        .split_terminator('\0')
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_where_and_what() {
        let finding = Finding::error("a.rs", 3, "is wrong");
        assert_eq!(finding.to_string(), "a.rs:3: is wrong");
        let finding = Finding::warning("a.rs", 3, "is long");
        assert_eq!(finding.to_string(), "a.rs:3: warning: is long");
    }

    #[test]
    fn binary_files_are_left_alone() {
        let mut findings = Vec::new();
        file("a.png", b"\0 \n", &mut findings);
        file("a.bin", b"\xff \n", &mut findings);
        assert_eq!(findings, []);
        file("a.md", b"blank \n", &mut findings);
        assert_eq!(findings.len(), 1);
    }
}
