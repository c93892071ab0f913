//! The command as used from a shell.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::{fs, thread};

const GOOD: &str = "# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 1\n";
const BAD: &str = "# TYPE jobs counter\njobs{aB=\"1\"} 1\njobs{aB=\"2\"} 1\n";
const PROBLEMS: &str = "\
jobs counter metrics should have \"_total\" suffix
jobs label names should be written in 'snake_case' not 'camelCase'
jobs no help text
";

fn run(args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_promlint"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    // Fails if the command exits without reading.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    process.wait_with_output().unwrap()
}

#[track_caller]
fn check(output: &Output, status: i32, out: &str, error: &str) {
    let (found, message) = (&output.stdout, &output.stderr);
    let (found, message) = (
        String::from_utf8_lossy(found),
        String::from_utf8_lossy(message),
    );
    assert_eq!(
        (&*found, output.status.code()),
        (out, Some(status)),
        "{message}"
    );
    match error {
        "" => assert_eq!(message, ""),
        error => assert!(
            message.starts_with(&format!("promlint: {error}")),
            "{message}"
        ),
    }
}

/// Serves one request, and returns the URL and a thread that returns the request.
fn serve(status: &'static str, body: String) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map(Result::unwrap);
        let request: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        request.join("\n")
    });
    (url, server)
}

#[test]
fn standard_input_is_linted() {
    check(&run(&[], GOOD), 0, "", "");
    check(&run(&[], ""), 0, "", "");
    check(&run(&["-"], BAD), 1, PROBLEMS, "");
    check(&run(&["--format", "text"], BAD), 1, PROBLEMS, "");
}

#[test]
fn openmetrics_is_known_by_its_end() {
    let text =
        "# HELP jobs Jobs done.\n# TYPE jobs counter\njobs_total 1.0 # {job=\"17\"} 1.0\n# EOF\n";
    check(&run(&[], text), 0, "", "");
    let text = "# TYPE jobs unknown\njobs 1.0\n# EOF\n";
    check(&run(&[], text), 1, "jobs no help text\n", "");
}

#[test]
fn json_is_for_programs() {
    check(&run(&["--format=json"], GOOD), 0, "[]\n", "");
    let json = r#"[
  {"metric": "x_ms", "text": "metric names should not contain abbreviated units"},
  {"metric": "x_ms", "text": "no help text"}
]
"#;
    check(&run(&["--format", "json"], "x_ms 1\n"), 1, json, "");
}

#[test]
fn files_are_linted() {
    let path = std::env::temp_dir().join(format!("promlint-{}.prom", std::process::id()));
    fs::write(&path, BAD).unwrap();
    let output = run(&[path.to_str().unwrap()], "");
    fs::remove_file(&path).unwrap();
    check(&output, 1, PROBLEMS, "");
    let error = format!("cannot read {}: ", path.display());
    check(&run(&[path.to_str().unwrap()], ""), 2, "", &error);
}

#[test]
fn programs_that_run_are_linted() {
    let (url, server) = serve("200 OK", BAD.to_owned());
    check(&run(&[&url], ""), 1, PROBLEMS, "");
    let request = server.join().unwrap();
    assert!(request.starts_with("GET /metrics HTTP/1.1\n"), "{request}");
    let accept = "\naccept: text/plain;version=0.0.4";
    assert!(request.to_lowercase().contains(accept), "{request}");
}

#[test]
fn a_program_that_does_not_answer_well_is_an_error() {
    let (url, server) = serve("503 Service Unavailable", String::new());
    check(
        &run(&[&url], ""),
        2,
        "",
        &format!("cannot read {url}: http status: 503"),
    );
    server.join().unwrap();
    let (url, server) = serve("200 OK", "<html>\n".to_owned());
    check(
        &run(&[&url], ""),
        2,
        "",
        &format!("{url}: cannot parse metrics at line 1"),
    );
    server.join().unwrap();
    // The server is gone.
    check(&run(&[&url], ""), 2, "", &format!("cannot read {url}: "));
}

#[test]
fn what_is_no_text_is_an_error_with_its_place() {
    let error = "standard input: cannot parse metrics at line 1, column 3: expected float as value";
    check(&run(&[], "m x\n"), 2, "", error);
}

/// An endless input must not exhaust memory.
#[test]
fn b23_an_endless_input_is_an_error() {
    let input = "#\n".repeat((32 << 20) + 1);
    let error = "cannot read standard input: there are more than 67108864 bytes\n";
    check(&run(&[], &input), 2, "", error);
}

#[test]
fn mistakes_on_the_command_line_are_explained() {
    check(
        &run(&["--fromat", "json"], ""),
        2,
        "",
        "unknown argument \"--fromat\"\n\nUsage:",
    );
    check(
        &run(&["--format"], ""),
        2,
        "",
        "--format needs a format behind it",
    );
    check(
        &run(&["--format", "xml"], ""),
        2,
        "",
        "unknown format \"xml\"",
    );
    check(&run(&["a", "b"], ""), 2, "", "one source is enough: \"b\"");
    check(
        &run(&["https://localhost/"], ""),
        2,
        "",
        "there is no TLS here: pipe",
    );
}

#[test]
fn help_is_for_the_asking() {
    let output = run(&["--help"], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"Usage: promlint "));
}
