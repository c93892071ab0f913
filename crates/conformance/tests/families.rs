//! Plays our corpus, with one test per family.

use conformance::{Family, Line, Runner};

#[track_caller]
fn check(family: Family) -> Vec<Line> {
    let runner = Runner::new(None).expect("the corpus is part of the crate");
    let lines = runner.run(family);
    let failures: Vec<_> = lines.iter().flat_map(Line::failures).collect();
    assert!(
        failures.is_empty(),
        "{} cases fail\n\n{}\n",
        failures.len(),
        failures.join("\n\n")
    );
    assert!(!lines[0].results.is_empty(), "the corpus has {family}");
    lines
}

#[test]
fn floats() {
    let lines = check(Family::Floats);
    assert_eq!(
        lines[0].passed(),
        lines[0].results.len(),
        "every number is written"
    );
}

#[test]
fn names() {
    check(Family::Names);
}

#[test]
fn buckets() {
    check(Family::Buckets);
}

#[test]
fn negotiate() {
    check(Family::Negotiate);
}

#[test]
fn push() {
    check(Family::Push);
}

#[test]
fn exposition() {
    check(Family::Exposition);
}

#[test]
fn errors() {
    check(Family::Errors);
}

#[test]
fn graphite() {
    check(Family::Graphite);
}

#[test]
fn promhttp() {
    check(Family::Promhttp);
}

#[test]
fn promlint() {
    check(Family::Promlint);
}

#[test]
fn testutil() {
    check(Family::Testutil);
}

#[test]
fn textparse() {
    check(Family::Textparse);
}
