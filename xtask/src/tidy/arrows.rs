//! Checks the dependencies between crates.

use crate::metadata::{Dependency, Kind, Package};
use crate::tidy::Finding;
use crate::tidy::rust::line_of;

/// The crates of ours that a crate may depend on.
struct Row {
    krate: &'static str,
    may: &'static [&'static str],
    /// Dependencies that are only allowed behind a feature.
    optional: &'static [&'static str],
}

const fn row(krate: &'static str, may: &'static [&'static str]) -> Row {
    Row {
        krate,
        may,
        optional: &[],
    }
}

/// Arrows only point down; a crate with a collector needs only `promcore`.
const TABLE: &[Row] = &[
    row("promauto", &["promcore"]),
    row("promcollectors", &["promcore"]),
    Row {
        krate: "promcore",
        may: &[],
        optional: &["promderive"],
    },
    row("promderive", &[]),
    row("promfmt", &["promcore"]),
    row("promgraphite", &["promcore", "promfmt"]),
    Row {
        krate: "promhttp",
        may: &["promcore", "promfmt"],
        optional: &["promcollectors"],
    },
    Row {
        krate: "promlint",
        may: &["promcore"],
        optional: &["promfmt"],
    },
    row("prompush", &["promcore", "promfmt"]),
    row("promtest", &["promcore", "promfmt", "promlint"]),
];

/// Other crates that `promcore` may depend on behind a feature.
const CORE_MAY_NEED: &[&str] = &["linkme"];

/// Other dependencies of `promcore`, with the condition that must guard them.
const CORE_NEEDS: &[(&str, Option<&str>)] = &[("loom", Some("cfg(loom)")), ("thiserror", None)];

/// Macro crates: a cycle through their tests builds nothing twice, since they have no types.
const MACROS: &[&str] = &["promderive"];

/// Clients that we are compared with in `benches`; our users should not have to build them.
const PEERS: &[&str] = &[
    "axum-prometheus",
    "fastmetrics",
    "measured",
    "metrics",
    "metrics-exporter-prometheus",
    "prometheus",
    "prometheus-client",
    "prometheus-parse",
];

/// Unpublished packages, which may depend on everything.
const FREE: &[&str] = &["benches", "conformance", "instructions", "xtask"];

/// Checks the dependencies of one package.
pub(super) fn check(package: &Package, toml: &str) -> Vec<Finding> {
    let manifest = package.manifest();
    if is_free(package) {
        return Vec::new();
    }
    let Some(row) = find(&package.name) else {
        let line = line_of(toml, |line| line.starts_with("name"));
        let message = format!("{} is not in the table of crates", package.name);
        return vec![Finding::error(&manifest, line, message)];
    };
    let wrong = package.dependencies.iter().filter_map(|dependency| {
        let message = match dependency.kind {
            Kind::Dev => dev_dependency(row, dependency),
            Kind::Build | Kind::Normal => dependency_of(row, dependency),
        }?;
        let line = line_of(toml, |line| names(line, &dependency.name));
        Some(Finding::error(&manifest, line, message))
    });
    wrong.collect()
}

fn dependency_of(row: &Row, dependency: &Dependency) -> Option<String> {
    let (krate, on) = (row.krate, dependency.name.as_str());
    if PEERS.contains(&on) {
        return Some(format!("{krate} must not depend on the peer {on}"));
    }
    if row.optional.contains(&on) && !dependency.optional {
        return Some(format!(
            "{krate} may depend on {on} only behind a feature (optional = true)"
        ));
    }
    if is_ours(on) && !row.may.contains(&on) && !row.optional.contains(&on) {
        return Some(format!("{krate} must not depend on {on}"));
    }
    if krate == "promcore" && !is_ours(on) {
        if dependency.optional && CORE_MAY_NEED.contains(&on) {
            return None;
        }
        return match CORE_NEEDS.iter().find(|(name, _)| *name == on) {
            None => Some(format!("promcore must not depend on {on}")),
            Some((_, condition)) if dependency.condition.as_deref() != *condition => {
                let guard = condition.unwrap_or("no condition");
                Some(format!("promcore may depend on {on} only under {guard}"))
            }
            Some(_) => None,
        };
    }
    None
}

/// Checks a dev-dependency: tests may use any crate that does not depend on the tested one.
///
/// With a cycle, a crate would be built twice, with incompatible types.
fn dev_dependency(row: &Row, dependency: &Dependency) -> Option<String> {
    let (krate, on) = (row.krate, dependency.name.as_str());
    if PEERS.contains(&on) {
        return Some(format!("{krate} must not depend on the peer {on}"));
    }
    if FREE.contains(&on) || stands_on(on, krate) && !MACROS.contains(&krate) {
        return Some(format!(
            "the tests of {krate} must not use {on}, which stands on {krate}"
        ));
    }
    None
}

/// Reports whether `upper` may depend on `lower`, directly or indirectly.
fn stands_on(upper: &str, lower: &str) -> bool {
    find(upper).is_some_and(|row| {
        let mut down = row.may.iter().chain(row.optional);
        down.any(|krate| *krate == lower || stands_on(krate, lower))
    })
}

fn find(krate: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.krate == krate)
}

fn is_ours(krate: &str) -> bool {
    find(krate).is_some() || FREE.contains(&krate)
}

fn is_free(package: &Package) -> bool {
    FREE.contains(&package.name.as_str()) || package.folder.starts_with("examples/")
}

/// Reports whether a line of a manifest declares `krate`: `krate = …` or `krate.workspace = …`.
fn names(line: &str, krate: &str) -> bool {
    line.strip_prefix(krate)
        .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, kind: Kind) -> Dependency {
        Dependency {
            name: name.to_owned(),
            kind,
            optional: false,
            condition: None,
        }
    }

    fn package(name: &str, dependencies: Vec<Dependency>) -> Package {
        Package {
            name: name.to_owned(),
            folder: format!("crates/{name}"),
            dependencies,
            ..Package::default()
        }
    }

    #[track_caller]
    fn check_one(name: &str, on: Dependency, expected: Option<&str>) {
        let toml = format!(
            "[package]\nname = \"{name}\"\n[dependencies]\n{}.workspace = true\n",
            on.name
        );
        let findings = check(&package(name, vec![on]), &toml);
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let expected = expected.map(|message| format!("crates/{name}/Cargo.toml:4: {message}"));
        assert_eq!(shown, Vec::from_iter(expected));
    }

    #[test]
    fn an_arrow_of_the_table_is_fine() {
        check_one("promfmt", dependency("promcore", Kind::Normal), None);
        check_one("promhttp", dependency("promfmt", Kind::Normal), None);
        check_one("promhttp", dependency("tokio", Kind::Normal), None);
    }

    #[test]
    fn an_arrow_that_points_up_is_reported() {
        check_one(
            "promcore",
            dependency("promfmt", Kind::Normal),
            Some("promcore must not depend on promfmt"),
        );
        check_one(
            "promcollectors",
            dependency("promhttp", Kind::Build),
            Some("promcollectors must not depend on promhttp"),
        );
        check_one(
            "promauto",
            dependency("conformance", Kind::Normal),
            Some("promauto must not depend on conformance"),
        );
    }

    #[test]
    fn an_optional_arrow_needs_a_feature() {
        let mut on = dependency("promcollectors", Kind::Normal);
        let message = "promhttp may depend on promcollectors only behind a feature \
                       (optional = true)";
        check_one("promhttp", on.clone(), Some(message));
        on.optional = true;
        check_one("promhttp", on, None);
    }

    #[test]
    fn the_core_needs_little() {
        check_one("promcore", dependency("thiserror", Kind::Normal), None);
        check_one("promcore", dependency("proptest", Kind::Dev), None);
        check_one(
            "promcore",
            dependency("serde", Kind::Normal),
            Some("promcore must not depend on serde"),
        );
        let mut linkme = dependency("linkme", Kind::Normal);
        let message = "promcore must not depend on linkme";
        check_one("promcore", linkme.clone(), Some(message));
        linkme.optional = true;
        check_one("promcore", linkme, None);
        check_one(
            "promcore",
            dependency("loom", Kind::Normal),
            Some("promcore may depend on loom only under cfg(loom)"),
        );
    }

    #[test]
    fn peers_stay_in_the_benches() {
        check_one(
            "promfmt",
            dependency("prometheus", Kind::Normal),
            Some("promfmt must not depend on the peer prometheus"),
        );
        check_one(
            "promfmt",
            dependency("metrics", Kind::Dev),
            Some("promfmt must not depend on the peer metrics"),
        );
        let benches = package("benches", vec![dependency("prometheus", Kind::Normal)]);
        assert_eq!(check(&benches, ""), []);
    }

    #[test]
    fn tests_may_use_what_does_not_stand_on_them() {
        check_one("promauto", dependency("promfmt", Kind::Dev), None);
        check_one("promcollectors", dependency("promfmt", Kind::Dev), None);
        check_one(
            "promcore",
            dependency("promhttp", Kind::Dev),
            Some("the tests of promcore must not use promhttp, which stands on promcore"),
        );
        check_one(
            "promfmt",
            dependency("promhttp", Kind::Dev),
            Some("the tests of promfmt must not use promhttp, which stands on promfmt"),
        );
        check_one("promderive", dependency("promcore", Kind::Dev), None);
    }

    #[test]
    fn a_new_crate_must_enter_the_table() {
        let findings = check(
            &package("promx", Vec::new()),
            "[package]\nname = \"promx\"\n",
        );
        assert_eq!(
            findings[0].to_string(),
            "crates/promx/Cargo.toml:2: promx is not in the table of crates"
        );
    }

    #[test]
    fn the_table_has_no_cycle() {
        for row in TABLE {
            assert!(!stands_on(row.krate, row.krate), "{}", row.krate);
        }
    }
}
