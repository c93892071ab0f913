//! The program as seen by its user and by a Pushgateway.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;

use promtest::{Metrics, assert_metrics};

#[test]
fn a_run_that_goes_well_replaces_all_that_was_said() {
    let file = File::new("well", "apples,3\npears\nplums,2.5\n");
    let gateway = Gateway::start("202 Accepted");
    let output = run(
        &["--gateway", &gateway.address(), "--label", "zone=a/b"],
        &[&file.0],
    );
    check(&output, 0, "");

    let pushed = gateway.received();
    let expected = "PUT /metrics/job/nightly_import/zone@base64/YS9i HTTP/1.1";
    assert_eq!(pushed.line, expected);
    let metrics = pushed.metrics();
    assert_eq!(metrics.lint(), []);
    assert!(value(&metrics, "import_duration_seconds") > 0.0);
    assert!(value(&metrics, "import_last_success_timestamp_seconds") > 1.7e9);
    assert_metrics!(
        metrics.only(&["import_rows", "import_success"]),
        r#"
        # HELP import_rows Rows of the last run.
        # TYPE import_rows gauge
        import_rows{outcome="imported"} 2
        import_rows{outcome="rejected"} 1
        # HELP import_success Whether the last run went well.
        # TYPE import_success gauge
        import_success 1
        "#
    );
}

#[test]
fn a_run_that_fails_leaves_when_one_went_well() {
    let file = File::new("fails", "apples,3\n");
    let missing = PathBuf::from("no/such/file");
    let gateway = Gateway::start("202 Accepted");
    let output = run(&["--gateway", &gateway.address()], &[&file.0, &missing]);
    check(&output, 1, "cannot read \"no/such/file\": ");

    let pushed = gateway.received();
    assert_eq!(pushed.line, "POST /metrics/job/nightly_import HTTP/1.1");
    let metrics = pushed.metrics();
    assert_eq!(metrics.count(), 4, "{}", metrics.text());
    assert_eq!(value(&metrics, "import_success"), 0.0);
    assert!(value(&metrics, "import_duration_seconds") > 0.0);
}

#[test]
fn a_job_is_done_without_its_gateway() {
    let file = File::new("down", "apples,3\n");
    // Bound and closed again, so that there is no server.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gateway = format!("user:secret@{address}");
    let args = ["--retries", "0", "--gateway", &gateway];
    let output = run(&args, &[&file.0]);
    let told = format!("the metrics are lost: cannot PUT http://{address}/metrics/job/");
    check(&output, 0, &told);
    check(&output, 0, "refused");

    let output = run(&args, &[&PathBuf::from("no/such/file")]);
    check(&output, 1, "the metrics are lost: cannot POST");
    check(&output, 1, "cannot read \"no/such/file\": ");
}

#[test]
fn a_gateway_that_refuses_is_heard() {
    let file = File::new("refused", "apples,3\n");
    let gateway = Gateway::start("400 Bad Request");
    let output = run(&["--gateway", &gateway.address()], &[&file.0]);
    check(&output, 0, "was answered 400: \"it says so\"");
    drop(gateway.received());
}

#[test]
fn a_job_can_be_forgotten() {
    let gateway = Gateway::start("202 Accepted");
    let output = run(
        &["--gateway", &gateway.address(), "--label", "a=", "--forget"],
        &[],
    );
    check(&output, 0, "");
    let expected = "DELETE /metrics/job/nightly_import/a@base64/= HTTP/1.1";
    assert_eq!(gateway.received().line, expected);

    let output = run(&["--gateway", "x:port", "--forget"], &[]);
    check(&output, 1, "Pushgateway address \"x:port\" is not valid");
}

#[test]
fn a_mistake_on_the_command_line_is_explained() {
    for (args, status, part) in [
        (&["--gateway"][..], 2, "--gateway needs a value behind it"),
        (&["--label", "a"], 2, "\"a\" is no label: NAME=VALUE"),
        (&["--retries", "x"], 2, "\"x\" is no number"),
        (&["--port"], 2, "unknown argument \"--port\"\n\nUsage:"),
        (&[], 2, "either --forget or files\n\nUsage:"),
        (&["--help"], 0, ""),
    ] {
        check(&run(args, &[]), status, part);
    }
}

fn run(args: &[&str], files: &[&PathBuf]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batch-job"));
    command.args(args).args(files).output().unwrap()
}

#[track_caller]
fn check(output: &Output, status: i32, part: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert!(text.contains(part), "{part:?} is not in {text:?}");
    assert_eq!(text.is_empty(), part.is_empty(), "{text}");
    assert!(
        !text.contains("panicked") && !text.contains("secret"),
        "{text}"
    );
}

#[track_caller]
fn value(metrics: &Metrics, name: &str) -> f64 {
    let text = metrics.text();
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value
        .unwrap_or_else(|| panic!("{name} is not in\n{text}"))
        .parse()
        .unwrap()
}

/// A file to import, removed at the end of the test.
struct File(PathBuf);

impl File {
    fn new(test: &str, text: &str) -> Self {
        let name = format!("batch-job-{test}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// A request to the Pushgateway.
struct Received {
    line: String,
    body: Vec<u8>,
}

impl Received {
    fn metrics(&self) -> Metrics {
        Metrics::new(promfmt::parse_protobuf(&self.body).unwrap())
    }
}

/// A Pushgateway for one request.
struct Gateway {
    address: SocketAddr,
    thread: thread::JoinHandle<Received>,
}

impl Gateway {
    fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            thread: thread::spawn(move || serve(&listener, status)),
        }
    }

    fn address(&self) -> String {
        self.address.to_string()
    }

    fn received(self) -> Received {
        self.thread.join().unwrap()
    }
}

fn serve(listener: &TcpListener, status: &str) -> Received {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    while head.last().is_none_or(|line: &String| !line.is_empty()) {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        head.push(line.trim_end().to_owned());
    }
    let length = head
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 10\r\n\r\nit says so");
    reader.get_mut().write_all(answer.as_bytes()).unwrap();
    Received {
        line: head.swap_remove(0),
        body,
    }
}
