//! The program as seen by its user and by Graphite.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

const LOG: &str = "INFO starting\nerror: no disk\n\nwarning\n  at line 3\nERROR no luck\n";

#[test]
fn the_last_counts_are_sent_at_the_end() {
    check_lines(&[], "log_lines_total.level.");
    check_lines(&["--tags"], "log_lines_total;level=");
}

#[track_caller]
fn check_lines(args: &[&str], prefix: &str) {
    let graphite = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = graphite.local_addr().unwrap().to_string();
    let program = start(&[args, &[&address]].concat());
    let mut text = String::new();
    let (mut stream, _) = graphite.accept().unwrap();
    stream.read_to_string(&mut text).unwrap();
    drop(stream);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.rsplit_once(' ').unwrap().0)
        .collect();
    let expected = ["error 2", "info 1", "other 2", "warn 1"];
    assert_eq!(lines, expected.map(|count| format!("{prefix}{count}")));
    check(&program.wait_with_output().unwrap(), 0, "");
}

#[test]
fn a_server_that_is_down_is_told() {
    // Bound and closed again, so that there is no server.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let address = address.to_string();
    let output = start(&[&address]).wait_with_output().unwrap();
    check(&output, 0, &format!("cannot connect to {address}: "));
    check(&output, 0, "refused");
}

#[test]
fn a_mistake_on_the_command_line_is_explained() {
    for (args, status, part) in [
        (&[][..], 1, "the server's address is missing"),
        (
            &["--interval", "x"],
            2,
            "--interval needs a number behind it",
        ),
        (&["--port"], 2, "unknown argument \"--port\"\n\nUsage:"),
        (&["--help"], 0, ""),
    ] {
        check(&start(args).wait_with_output().unwrap(), status, part);
    }
}

/// Starts the program with a complete log.
fn start(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_graphite-bridge"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut program = command.spawn().unwrap();
    // Fails if the program ends with a usage error without reading it.
    let _ = program.stdin.take().unwrap().write_all(LOG.as_bytes());
    program
}

#[track_caller]
fn check(output: &Output, status: i32, part: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert!(text.contains(part), "{part:?} is not in {text:?}");
    assert_eq!(text.is_empty(), part.is_empty(), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}
