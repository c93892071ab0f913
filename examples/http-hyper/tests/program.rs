//! Runs the program and reads what it measured.

use std::process::Command;

use example_testing::Server;

#[test]
fn requests_are_counted() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_http-hyper"));
    let server = Server::start(program.arg("127.0.0.1:0"));
    assert!(server.get("/").ends_with("hello\n"));
    server.get("/other");
    server.check_metrics(&[
        r#"http_requests_total{code="200",method="get"} 2"#,
        r#"http_request_seconds_count{method="get"} 2"#,
        // The scrape itself.
        "http_requests_in_flight 1",
    ]);
}
