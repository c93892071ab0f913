//! Runs the program and reads what it measured.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

#[tokio::test]
async fn calls_are_counted_by_status() {
    let program = Program::start();
    let channel = Channel::from_shared(format!("http://{}", program.address)).unwrap();
    let mut client = HealthClient::new(channel.connect().await.unwrap());
    let ask = |service: &str| HealthCheckRequest {
        service: service.to_owned(),
    };
    client.check(ask("shop")).await.unwrap();
    client.check(ask("shop")).await.unwrap();
    client.check(ask("nothing")).await.unwrap_err();
    program.check_metrics(&[
        r#"grpc_calls_total{grpc_code="OK"} 2"#,
        r#"grpc_calls_total{grpc_code="NotFound"} 1"#,
        r#"grpc_call_seconds_count{grpc_code="OK"} 2"#,
        "grpc_calls_in_flight 0",
    ]);
}

/// The program, which ends with the test.
struct Program {
    process: Child,
    address: String,
}

impl Program {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_http-tonic"))
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
