//! The program as seen by its user.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use example_testing::Server;

#[test]
fn it_exposes_what_the_file_says_at_the_time_of_the_scrape() {
    let file = File::new("serves", "MemFree: 4 kB\n");
    let server = start(&file);

    check_answer(&server, "HTTP/1.1 200", " gauge\nmemory_free_bytes 4096\n");

    file.write("MemFree: 5 kB\n");
    check_answer(&server, "HTTP/1.1 200", "memory_free_bytes 5120");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_a_zero() {
    let file = File::new("fails", "");
    let server = start(&file);
    fs::remove_file(&file.0).unwrap();

    let cause = format!("cannot read {:?}", file.0);
    check_answer(&server, "HTTP/1.1 500", &cause);

    file.write("MemFree: 5 kB\n");
    check_answer(&server, "HTTP/1.1 200", "memory_free_bytes 5120");
}

#[cfg(target_os = "linux")]
#[test]
fn the_machine_has_memory() {
    let server = start(&File(PathBuf::from("/proc/meminfo")));

    check_answer(&server, "HTTP/1.1 200", " gauge\nmemory_total_bytes ");
    check_answer(&server, "HTTP/1.1 200", " gauge\nmemory_available_bytes ");
}

#[test]
fn a_mistake_on_the_command_line_is_explained() {
    check(
        &["--listen", "over there"],
        1,
        "cannot listen on \"over there\"",
    );
    check(&["--listen"], 2, "--listen needs a value behind it");
    check(&["--port"], 2, "unknown argument \"--port\"\n\nUsage:");
    check(&["--help"], 0, "");
}

#[track_caller]
fn check(args: &[&str], status: i32, part: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simple-exporter"));
    let output = command.args(args).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert!(text.contains(part), "{part:?} is not in {text:?}");
    assert!(!text.contains("panicked"), "{text}");
}

/// A file in place of `/proc/meminfo`, removed at the end of the test.
struct File(PathBuf);

impl File {
    fn new(test: &str, text: &str) -> Self {
        let name = format!("simple-exporter-{test}-{}", std::process::id());
        let file = Self(std::env::temp_dir().join(name));
        file.write(text);
        file
    }

    fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.0.starts_with(std::env::temp_dir()) {
            fs::remove_file(&self.0).ok();
        }
    }
}

fn start(file: &File) -> Server {
    let mut program = Command::new(env!("CARGO_BIN_EXE_simple-exporter"));
    program.args(["--listen", "127.0.0.1:0", "--meminfo"]);
    Server::start(program.arg(&file.0))
}

#[track_caller]
fn check_answer(server: &Server, status: &str, part: &str) {
    let response = server.get("/metrics");
    assert!(response.starts_with(status), "{response}");
    assert!(response.contains(part), "{part:?} is not in\n{response}");
}
