//! Shared by the tests of the examples: a running server and its responses; and the programs of the README, which are compiled here.
#![forbid(unsafe_code)]
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::must_use_candidate,
    reason = "a page may be requested only for its effect"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server on a free port, which ends with the test.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts a program whose first line of output has `http://ADDRESS/metrics`.
    #[track_caller]
    pub fn start(program: &mut Command) -> Self {
        let mut process = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().split_once("http://");
        let address = address.and_then(|(_, rest)| rest.strip_suffix("/metrics"));
        let address = address.unwrap_or_else(|| panic!("the first line is {line:?}"));
        Self {
            address: address.to_owned(),
            process,
        }
    }

    /// Returns the address that it listens on.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the process, to end it in another way.
    pub fn process(&mut self) -> &mut Child {
        &mut self.process
    }

    /// Requests a page, and returns the response with its head.
    pub fn get(&self, path: &str) -> String {
        self.ask("GET", path)
    }

    /// Requests a page with any method.
    pub fn ask(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Checks that the metrics contain all of these lines.
    #[track_caller]
    pub fn check_metrics(&self, expected: &[&str]) {
        let metrics = self.get("/metrics");
        for line in expected {
            let is_there = metrics.lines().any(|it| it == *line);
            assert!(is_there, "no {line} in\n{metrics}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The programs in the README, as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub mod readme {}
