//! Runs the program and reads what it measured.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

#[test]
fn requests_are_counted() {
    let program = Program::start();
    assert!(program.get("/").ends_with("hello\n"));
    program.get("/other");
    program.check_metrics(&[
        r#"http_requests_total{code="200",method="get"} 2"#,
        r#"http_request_seconds_count{method="get"} 2"#,
        // The one that shows it.
        "http_requests_in_flight 1",
    ]);
}

/// The program, which ends with the test.
struct Program {
    process: Child,
    address: String,
}

impl Program {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_http-hyper"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("http://").unwrap();
        let address = address.strip_suffix("/metrics").unwrap().to_owned();
        Self { process, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[track_caller]
    fn check_metrics(&self, expected: &[&str]) {
        let metrics = self.get("/metrics");
        for line in expected {
            assert!(
                metrics.lines().any(|it| it == *line),
                "no {line} in\n{metrics}"
            );
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
