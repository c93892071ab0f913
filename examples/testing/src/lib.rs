//! What the tests of the examples share: a server that runs, and what it answers; and the programs of the README, to be compiled.
#![forbid(unsafe_code)]
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![expect(
    clippy::must_use_candidate,
    reason = "a page may be asked for, for what that does"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server on a port that it chose, which ends with the test.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts a program whose first line says `http://ADDRESS/metrics`.
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

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Lends the process, to be ended in another way.
    pub fn process(&mut self) -> &mut Child {
        &mut self.process
    }

    /// Asks for a page, and returns the response with its head.
    pub fn get(&self, path: &str) -> String {
        self.ask("GET", path)
    }

    /// Asks with any method.
    pub fn ask(&self, method: &str, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Checks that the metrics have all of these lines.
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

/// The programs in the README, so that they go on to compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub mod readme {}
