//! The handler behind a real server, with different clients.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::net::SocketAddr;

use axum::Router;
use promcore::Registry;
use promhttp::{HandlerOpts, handler_for, instrument_metric_handler};
use support::{eventually, registry_with, value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const IN_FLIGHT: &str = "promhttp_metric_handler_requests_in_flight";

async fn serve(scraped: Registry, own: &Registry) -> SocketAddr {
    let handler = handler_for(scraped, HandlerOpts::new()).unwrap();
    let handler = instrument_metric_handler(own, handler).unwrap();
    let app = Router::new().route_service("/metrics", handler);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn send(address: SocketAddr, method: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{method} /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn ask(address: SocketAddr, method: &str) -> String {
    let mut text = String::new();
    send(address, method)
        .await
        .read_to_string(&mut text)
        .await
        .unwrap();
    text
}

#[tokio::test]
async fn short_answers_have_a_length_and_long_ones_are_chunked() {
    let own = Registry::new();

    let short = ask(serve(registry_with(3), &own).await, "GET").await;
    assert!(short.starts_with("HTTP/1.1 200 OK\r\n"), "{short}");
    assert!(short.contains("\r\ncontent-length: "), "{short}");

    let long = ask(serve(registry_with(5_000), &own).await, "GET").await;
    assert!(long.contains("\r\ntransfer-encoding: chunked\r\n"));
    assert!(long.ends_with("\r\n0\r\n\r\n"), "the end is marked");
    assert_eq!(
        value(&own, "promhttp_metric_handler_requests_total{code=\"200\"}"),
        "2"
    );
}

#[tokio::test]
async fn head_has_no_body_and_no_false_length() {
    let answer = ask(serve(registry_with(3), &Registry::new()).await, "HEAD").await;

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.ends_with("\r\n\r\n") && !answer.contains("content-length: 0"),
        "{answer}"
    );
}

#[tokio::test]
async fn other_methods_get_a_405() {
    let answer = ask(serve(registry_with(3), &Registry::new()).await, "POST").await;

    assert!(
        answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\nallow: GET, HEAD\r\n"), "{answer}");
}

#[tokio::test]
async fn hyper_takes_the_handler_without_axum() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let handler = handler_for(registry_with(3), HandlerOpts::new()).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper_util::service::TowerToHyperService::new(handler);
        let stream = hyper_util::rt::TokioIo::new(stream);
        hyper::server::conn::http1::Builder::new()
            .serve_connection(stream, service)
            .await
            .unwrap();
    });

    let answer = ask(address, "GET").await;

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(answer.matches("requests_total{").count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b1_clients_that_hang_up_mid_scrape_leave_the_gauge() {
    let own = Registry::new();
    let address = serve(registry_with(200_000), &own).await;

    for read in [0, 1, 100_000] {
        let mut stream = send(address, "GET").await;
        stream.read_exact(&mut vec![0; read]).await.unwrap();
        drop(stream);
    }

    eventually("nobody is served", || value(&own, IN_FLIGHT) == "0");
    // And the server still works.
    let text = ask(address, "GET").await;
    assert!(text.ends_with("\r\n0\r\n\r\n"));
}
