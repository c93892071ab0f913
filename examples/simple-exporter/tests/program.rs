//! The program as its user meets it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

#[test]
fn it_exposes_what_the_file_says_at_the_time_of_the_scrape() {
    let file = File::new("serves", "MemFree: 4 kB\n");
    let server = Server::start(&file);

    server.check("HTTP/1.1 200", " gauge\nmemory_free_bytes 4096\n");

    file.write("MemFree: 5 kB\n");
    server.check("HTTP/1.1 200", "memory_free_bytes 5120");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_a_zero() {
    let file = File::new("fails", "");
    let server = Server::start(&file);
    fs::remove_file(&file.0).unwrap();

    let cause = format!("cannot read {:?}", file.0);
    server.check("HTTP/1.1 500", &cause);

    file.write("MemFree: 5 kB\n");
    server.check("HTTP/1.1 200", "memory_free_bytes 5120");
}

#[cfg(target_os = "linux")]
#[test]
fn the_machine_has_memory() {
    let server = Server::start(&File(PathBuf::from("/proc/meminfo")));

    server.check("HTTP/1.1 200", " gauge\nmemory_total_bytes ");
    server.check("HTTP/1.1 200", " gauge\nmemory_available_bytes ");
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

/// What the kernel would say; it is gone when the test ends.
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

/// An exporter on a free port, until it is dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(file: &File) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_simple-exporter"))
            .args(["--listen", "127.0.0.1:0", "--meminfo"])
            .arg(&file.0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Metrics: http://");
        let address = address.and_then(|rest| rest.strip_suffix("/metrics"));
        let address = address
            .unwrap_or_else(|| panic!("the first line is {line:?}"))
            .to_owned();
        Self { process, address }
    }

    #[track_caller]
    fn check(&self, status: &str, part: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with(status), "{response}");
        assert!(response.contains(part), "{part:?} is not in\n{response}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
