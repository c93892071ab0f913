//! Cargo metadata of this workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::run;

/// The workspace as `cargo metadata --no-deps` describes it.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder, relative to the root, with `/` between the parts.
    pub(crate) folder: String,
    pub(crate) published: bool,
    pub(crate) features: Vec<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) optional: bool,
    /// The condition of a `[target.'…'.dependencies]` table.
    pub(crate) condition: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Build,
    Dev,
    Normal,
}

impl Package {
    /// The manifest, relative to the root.
    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

/// Reads the metadata from cargo.
pub(crate) fn read() -> Result<Workspace> {
    let json = run::output(&mut run::cargo([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version=1",
    ]))?;
    parse(&json).context("cannot read the answer of cargo metadata")
}

fn parse(json: &str) -> Result<Workspace> {
    let answer: Value = serde_json::from_str(json)?;
    let root = PathBuf::from(text(&answer["workspace_root"])?);
    let packages = list(&answer["packages"])?
        .iter()
        .map(|package| self::package(package, &root))
        .collect::<Result<_>>()?;
    Ok(Workspace {
        target: PathBuf::from(text(&answer["target_directory"])?),
        root,
        packages,
    })
}

fn package(package: &Value, root: &Path) -> Result<Package> {
    let name = text(&package["name"])?;
    let manifest = Path::new(text(&package["manifest_path"])?);
    let folder = manifest
        .parent()
        .and_then(|folder| folder.strip_prefix(root).ok())
        .with_context(|| format!("{name} lies outside of the workspace"))?;
    Ok(Package {
        name: name.to_owned(),
        folder: folder.to_string_lossy().replace('\\', "/"),
        // `null` means every registry, and an empty list none.
        published: package["publish"]
            .as_array()
            .is_none_or(|to| !to.is_empty()),
        features: package["features"]
            .as_object()
            .context("no features")?
            .keys()
            .cloned()
            .collect(),
        dependencies: list(&package["dependencies"])?
            .iter()
            .map(dependency)
            .collect::<Result<_>>()?,
    })
}

fn dependency(dependency: &Value) -> Result<Dependency> {
    Ok(Dependency {
        name: text(&dependency["name"])?.to_owned(),
        kind: match dependency["kind"].as_str() {
            Some("build") => Kind::Build,
            Some("dev") => Kind::Dev,
            _ => Kind::Normal,
        },
        optional: dependency["optional"].as_bool().unwrap_or(false),
        condition: dependency["target"].as_str().map(str::to_owned),
    })
}

fn text(value: &Value) -> Result<&str> {
    value
        .as_str()
        .with_context(|| format!("expected a string, found {value}"))
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value
        .as_array()
        .with_context(|| format!("expected a list, found {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_cargo_says() {
        let workspace = parse(
            r#"{"workspace_root": "/w", "target_directory": "/w/target", "packages": [{
                "name": "a", "manifest_path": "/w/crates/a/Cargo.toml", "publish": [],
                "features": {"zstd": ["dep:zstd"]},
                "dependencies": [{"name": "b", "kind": "dev", "optional": false, "target": "cfg(loom)"}]
            }]}"#,
        )
        .unwrap();
        let package = &workspace.packages[0];
        assert_eq!(package.manifest(), "crates/a/Cargo.toml");
        assert_eq!(package.features, ["zstd"]);
        assert!(!package.published);
        assert_eq!(package.dependencies[0].kind, Kind::Dev);
        assert_eq!(
            package.dependencies[0].condition.as_deref(),
            Some("cfg(loom)")
        );
    }

    #[test]
    fn a_strange_answer_is_an_error() {
        assert!(parse("{}").is_err());
        assert!(parse("no JSON").is_err());
    }
}
