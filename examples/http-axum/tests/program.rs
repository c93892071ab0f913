//! Runs the program and reads what it measured.

use std::process::Command;

use example_testing::Server;

#[test]
fn requests_are_counted_by_route() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_http-axum"));
    let server = Server::start(program.arg("127.0.0.1:0"));
    assert!(server.get("/users/1").ends_with("user 1\n"));
    server.get("/users/2");
    server.get("/users/nobody");
    server.get("/made/up");
    server.check_metrics(&[
        r#"http_requests_total{code="200",method="get",route="/users/{id}"} 2"#,
        r#"http_requests_total{code="400",method="get",route="/users/{id}"} 1"#,
        r#"http_requests_total{code="404",method="get",route="unmatched"} 1"#,
        r#"http_request_duration_seconds_count{code="200",method="get",route="/users/{id}"} 2"#,
        "http_requests_in_flight 0",
    ]);
}
