//! Bugs of other clients, numbered as in the survey of user demands.
//!
//! The only test of its process, because it checks the whole process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use promcore::{Gauge, Registry};
use promfmt::write_to_textfile;

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// `client_golang#2010`: each failed export left a temporary file and a descriptor.
#[test]
fn b24_failed_exports_leave_no_file_and_no_descriptor() {
    let folder = std::env::temp_dir().join(format!("promfmt-b24-{}", std::process::id()));
    let taken = folder.join("taken.prom");
    fs::create_dir_all(taken.join("full")).unwrap();
    let registry = Registry::new();
    registry.register(Gauge::new("b24", "").unwrap()).unwrap();
    let before = open_files();
    for _ in 0..100 {
        write_to_textfile(&taken, &registry).unwrap_err();
        write_to_textfile(folder.join("good.prom"), &registry).unwrap();
    }
    assert_eq!(open_files(), before);
    let files = fs::read_dir(&folder).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    files.sort();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(files, ["good.prom", "taken.prom"]);
}
