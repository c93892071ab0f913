//! Scrapes of a million series need little memory, whether their clients read or not.
//!
//! The only test of its process, because it measures the process's memory.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use http::Method;
use http_body_util::BodyExt as _;
use promfmt::Format;
use promhttp::{HandlerOpts, MetricHandler, handler_for};
use support::{registry_with, request};
use tower_service::Service as _;

const SERIES: usize = 1_000_000;
const MIB: u64 = 1024 * 1024;

/// The number of clients that read only one chunk.
const SLOW: u64 = 32;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_series_stream_in_32_mib() {
    let handler = handler_for(registry_with(SERIES), HandlerOpts::new()).unwrap();
    let app = Router::new().route_service("/metrics", handler.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });

    for format in [Format::TEXT, Format::PROTOBUF] {
        check(address, format, "identity").await;
        check(address, format, "gzip").await;
        #[cfg(feature = "zstd")]
        check(address, format, "zstd").await;
    }
    check_slow_clients(handler).await;
}

/// Scrapes for clients that stop reading, and checks the memory held for them: 16 MiB of shared values, and half a mebibyte each.
async fn check_slow_clients(mut handler: MetricHandler) {
    let before = status("VmRSS");
    let mut bodies = Vec::new();
    for _ in 0..SLOW {
        let response = handler.call(request(Method::GET)).await.unwrap();
        let mut body = response.into_body();
        body.frame().await.unwrap().unwrap();
        bodies.push(body);
    }
    let raised = status("VmRSS").saturating_sub(before);

    assert!(
        raised <= 16 * MIB + SLOW * MIB / 2,
        "{SLOW} slow clients raised the memory by {raised} bytes"
    );
}

/// Scrapes everything, compressed or not, and checks the peak of the memory.
async fn check(address: SocketAddr, format: Format, encoding: &'static str) {
    fs::write("/proc/self/clear_refs", "5").unwrap(); // Resets the peak.
    let before = status("VmRSS");
    let scrape = tokio::task::spawn_blocking(move || scrape(address, format, encoding));
    let series = scrape.await.unwrap();
    let raised = status("VmHWM").saturating_sub(before);

    assert_eq!(series, SERIES, "{format}, {encoding}");
    assert!(
        raised <= 32 * MIB,
        "the scrape of {format} with {encoding} raised the peak by {raised} bytes"
    );
}

/// Scrapes and keeps nothing but the number of series.
fn scrape(address: SocketAddr, format: Format, encoding: &str) -> usize {
    let mut stream = TcpStream::connect(address).unwrap();
    // HTTP/1.0, so that the body ends with the connection and is not chunked.
    let request =
        format!("GET /metrics HTTP/1.0\r\nAccept: {format}\r\nAccept-Encoding: {encoding}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).unwrap();
    }
    match encoding {
        "identity" => count(stream),
        "gzip" => count(flate2::bufread::GzDecoder::new(stream)),
        #[cfg(feature = "zstd")]
        "zstd" => count(zstd::Decoder::with_buffer(stream).unwrap()),
        _ => unreachable!("{encoding} is not among these"),
    }
}

/// Counts the series, each of which has one user.
fn count(mut body: impl Read) -> usize {
    const USER: &[u8] = b"user-";
    let mut buffer = vec![0; 64 * 1024];
    let (mut series, mut left) = (0, 0);
    loop {
        let read = body.read(&mut buffer[left..]).unwrap();
        if read == 0 {
            return series;
        }
        let read = &buffer[..left + read];
        series += read.windows(USER.len()).filter(|it| *it == USER).count();
        // A match may span two pieces.
        let end = read.len();
        left = end.min(USER.len() - 1);
        buffer.copy_within(end - left..end, 0);
    }
}

/// Reads one size from `/proc/self/status`, in bytes.
fn status(field: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
        .unwrap();
    line.trim()
        .strip_suffix(" kB")
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}
