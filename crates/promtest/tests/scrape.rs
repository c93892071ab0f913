//! Metrics of a running program.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use promtest::scrape;

/// Serves `response` to one request, and returns the URL.
fn serve(response: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map(Result::unwrap);
        lines.take_while(|line| !line.is_empty()).for_each(drop);
        stream.write_all(response.as_bytes()).unwrap();
    });
    url
}

#[track_caller]
fn check(response: &'static str, error: &str) {
    let url = serve(response);
    let text = scrape(&url).unwrap_err().to_string();
    assert_eq!(text, error.replace("URL", &format!("{url:?}")));
}

#[test]
fn a_program_is_asked_for_its_metrics() {
    let url = serve(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\
        # TYPE up gauge\n# HELP up Up.\nup 1\n# TYPE a_total counter\na_total 1\n",
    );
    let metrics = scrape(&url).unwrap();
    metrics
        .only(&["up"])
        .compare("# HELP up Up.\n# TYPE up gauge\nup 1\n")
        .unwrap();
}

#[test]
fn another_answer_is_an_error() {
    check(
        "HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n",
        "URL answered with status 500 instead of 200",
    );
    check(
        "HTTP/1.1 204 No Content\r\n\r\n",
        "URL answered with status 204 instead of 200",
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nup x",
        "cannot parse the text",
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nup 1\n",
        "cannot parse the text",
    );
    check("nonsense\r\n", "cannot scrape URL");
}

/// An endless response must not exhaust memory.
#[test]
fn b23_an_endless_answer_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        // Until the client disconnects.
        while stream.write_all(&[b'a'; 1 << 16]).is_ok() {}
    });
    let error = scrape(&url).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.contains("the line has more than 1048576 bytes"),
        "{cause}"
    );
    server.join().unwrap();
}

#[test]
fn nobody_at_home_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = scrape(&url).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot scrape {url:?}"));
}
