//! Runs the command on folders that are not our corpus.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A corpus in a folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let dir = env::temp_dir().join(format!("conformance-{}-{name}", std::process::id()));
        fs::create_dir_all(dir.join("exposition")).expect("the folder can be made");
        Self(dir)
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.0.join(name), text).expect("the file can be written");
        self
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(corpus: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_conformance");
    Command::new(program)
        .arg("--corpus")
        .arg(corpus)
        .output()
        .expect("it starts")
}

#[track_caller]
fn check(corpus: &Path, status: i32, shown: &str) {
    let output = run(corpus);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains(shown), "{shown:?} is not in\n{text}");
    assert_eq!(output.status.code(), Some(status), "{text}");
}

const EMPTY: &str = r#"{"ops": [], "expected": {"families": [], "text": ""}}"#;

#[test]
fn a_foreign_corpus_is_played() {
    let corpus = Folder::new("good").file("exposition/a.json", EMPTY).file(
        "floats.jsonl",
        "{\"bits\": \"1e6\", \"expected\": {\"text\": \"1e+06\", \"openmetrics\": \"1e+06\"}}\n",
    );
    check(
        &corpus.0,
        0,
        "exposition: passed 1 failed 0 known 0 not-yet 0\n",
    );
    check(
        &corpus.0,
        0,
        "floats: passed 1 failed 0 known 0 not-yet 0\n",
    );
    check(
        &corpus.0,
        0,
        "textparse: passed 0 failed 0 known 0 not-yet 0\n",
    );
}

#[test]
fn a_wrong_expectation_fails() {
    let wrong = EMPTY.replace("\"text\": \"\"", "\"text\": \"a 1\\n\"");
    let corpus = Folder::new("wrong").file("exposition/a.json", &wrong);
    check(
        &corpus.0,
        1,
        "exposition: passed 0 failed 1 known 0 not-yet 0\n",
    );
    check(
        &corpus.0,
        1,
        "FAILED exposition/a\n  text (text/plain; version=0.0.4; charset=utf-8; escaping=underscores, from the tree):\n    - 1: \"a 1\\n\"",
    );
}

#[test]
fn a_broken_file_is_named_with_its_line() {
    let corpus = Folder::new("broken")
        .file("exposition/a.json", "{\n  \"ops\": [],\n  oops\n}")
        .file("exposition/b.json", EMPTY);
    check(&corpus.0, 1, "exposition/a.json:3:3: key must be a string");
    check(
        &corpus.0,
        1,
        "exposition: passed 1 failed 1 known 0 not-yet 0\n",
    );
}

#[test]
fn a_folder_without_cases_is_refused() {
    let missing = Path::new("/nonexistent");
    check(missing, 2, "cannot read /nonexistent: No such file");
    let corpus = Folder::new("empty").file("exposition/a.txt", EMPTY);
    let shown = format!("no conformance cases in {}\n", corpus.0.display());
    check(&corpus.0, 2, &shown);
}
