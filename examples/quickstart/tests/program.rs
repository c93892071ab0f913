//! The program as seen by its user: its output, its metrics and its errors.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::process::{Command, Output};

use example_testing::Server;

#[test]
fn it_serves_what_the_guide_promises() {
    let server = start();

    assert!(server.get("/").contains("Hello!"));
    assert!(server.get("/work").contains("Worked for"));
    assert!(server.get("/nowhere").starts_with("HTTP/1.1 404"));
    let metrics = server.get("/metrics");

    for line in [
        "# TYPE myapp_processed_ops_total counter",
        "# HELP myapp_processed_ops_total The total number of processed events",
        "process_cpu_seconds_total ",
        "promhttp_metric_handler_requests_total{code=\"200\"} 0",
        "promhttp_metric_handler_requests_in_flight 1",
        "myapp_http_requests_total{code=\"200\",method=\"get\"} 2",
        "myapp_http_requests_total{code=\"404\",method=\"get\"} 1",
        "myapp_http_request_duration_seconds_bucket{le=\"+Inf\"} 3",
    ] {
        let found = metrics.lines().any(|found| found.starts_with(line));
        assert!(found, "{line:?} is not in\n{metrics}");
    }
    assert!(
        server
            .get("/metrics")
            .contains("requests_total{code=\"200\"} 1")
    );
}

#[test]
fn made_up_methods_share_a_series() {
    let server = start();

    for method in ["BREW", "WHEN"] {
        assert!(server.ask(method, "/").starts_with("HTTP/1.1 405"));
    }

    let metrics = server.get("/metrics");
    let line = "myapp_http_requests_total{code=\"405\",method=\"unknown\"} 2";
    assert!(metrics.contains(line), "{metrics}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_in_good_order() {
    let mut server = start();
    server.get("/work"); // Once it responds, its signal handler is installed.

    let pid = server.process().id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );

    assert!(server.process().wait().unwrap().success());
}

#[test]
fn a_bound_port_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let output = run(&["--listen", &address], None);

    check(&output, 1, &["cannot listen on", &address, "in use"]);
}

#[test]
fn a_bad_address_is_an_error_that_shows_it() {
    check(
        &run(&["--listen", "over there"], None),
        2,
        &["--listen \"over there\""],
    );
    check(
        &run(&["--listen=127.0.0.1:99999"], None),
        2,
        &["127.0.0.1:99999"],
    );
    check(
        &run(&[], Some("nonsense")),
        2,
        &["QUICKSTART_LISTEN \"nonsense\""],
    );
    check(&run(&["--listen"], None), 2, &["--listen needs an address"]);
    check(
        &run(&["--port"], None),
        2,
        &["unknown argument \"--port\"", "Usage:"],
    );
}

#[test]
fn the_flag_wins_over_the_environment() {
    let output = run(&["--listen", "from the flag"], Some("from the environment"));

    check(&output, 2, &["from the flag"]);
}

fn run(args: &[&str], environment: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.args(args).env_remove("QUICKSTART_LISTEN");
    if let Some(value) = environment {
        command.env("QUICKSTART_LISTEN", value);
    }
    command.output().unwrap()
}

#[track_caller]
fn check(output: &Output, status: i32, parts: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

fn start() -> Server {
    let mut program = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    Server::start(program.env("QUICKSTART_LISTEN", "127.0.0.1:0"))
}
