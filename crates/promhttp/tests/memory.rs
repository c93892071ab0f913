//! A scrape of a million series needs no memory to speak of.
//!
//! The only test of its process, because it looks at the process's memory.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use axum::Router;
use promhttp::{HandlerOpts, handler_for};
use support::registry_with;

const SERIES: usize = 1_000_000;
const MIB: u64 = 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_series_stream_in_32_mib() {
    let handler = handler_for(registry_with(SERIES), HandlerOpts::new()).unwrap();
    let app = Router::new().route_service("/metrics", handler);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });

    fs::write("/proc/self/clear_refs", "5").unwrap(); // The peak starts again from here.
    let before = status("VmRSS");
    let read = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .unwrap();
        count(&mut stream)
    })
    .await
    .unwrap();
    let raised = status("VmHWM").saturating_sub(before);

    println!(
        "{} MiB of text raised the peak by {} KiB",
        read.bytes / MIB,
        raised / 1024
    );
    assert_eq!(read.series, SERIES);
    assert!(
        raised <= 32 * MIB,
        "the scrape raised the peak by {raised} bytes"
    );
}

struct Count {
    bytes: u64,
    series: usize,
}

/// Reads to the end and keeps nothing.
fn count(stream: &mut TcpStream) -> Count {
    let mut buffer = vec![0; 64 * 1024];
    let mut count = Count {
        bytes: 0,
        series: 0,
    };
    loop {
        let read = stream.read(&mut buffer).unwrap();
        if read == 0 {
            return count;
        }
        count.bytes += read as u64;
        count.series += buffer[..read].iter().filter(|byte| **byte == b'{').count();
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
