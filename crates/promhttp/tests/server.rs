//! The handler behind a real server, with different clients.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::net::SocketAddr;

use axum::Router;
use promcore::Registry;
use promhttp::{HandlerOpts, handler_for, instrument_metric_handler};
use support::{eventually, registry_with, value};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt, AsyncWriteExt, BufReader};
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

/// Several requests, pipelined on one connection.
#[tokio::test]
async fn requests_on_one_connection_are_answered_in_their_order() {
    let timeout = "X-Prometheus-Scrape-Timeout-Seconds";
    let long = "x".repeat(50_000);
    let patience = ["NaN", "-1", "0", "1e19", "soon"].map(|it| format!("{timeout}: {it}\r\n\r\n"));
    let long = format!("Accept: {long}\r\nAccept-Encoding: {long}\r\n\r\n");
    let (empty, found) = ("\r\n", "200 OK");
    let mut requests = vec![
        ("GET /metrics", empty, found, 3),
        ("HEAD /metrics", "Accept-Encoding: gzip\r\n\r\n", found, 0),
        (
            "POST /metrics",
            "Content-Length: 5\r\n\r\nhello",
            "405 Method Not Allowed",
            0,
        ),
        ("GET /metrics", "Content-Length: 5\r\n\r\nhello", found, 3),
        (
            "GET /metrics",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            found,
            3,
        ),
        ("HEAD /metrics?name[]=none", empty, found, 0),
        ("GET /metrics?name[]=none", empty, found, 0),
        (
            "GET /metrics?%6Eame%5b%5D=requests_total&name[]=%ff&x=%zz;",
            empty,
            found,
            3,
        ),
        (
            "GET /metrics?",
            "ACCEPT-ENCODING:\r\nACCEPT:\r\n\r\n",
            found,
            3,
        ),
        (
            "GET /metrics",
            "Accept: \u{e9}\r\nAccept: */*\r\n\r\n",
            found,
            3,
        ),
        (
            "GET /metrics",
            "Accept-Encoding: identity;q=0, *;q=0\r\n\r\n",
            found,
            3,
        ),
        ("HEAD /metrics", "Expect: 100-continue\r\n\r\n", found, 0),
        ("GET /metrics", &long, found, 3),
    ];
    requests.extend(
        patience
            .iter()
            .map(|it| ("GET /metrics", it.as_str(), found, 3)),
    );

    let address = serve(registry_with(3), &Registry::new()).await;
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    for (line, rest, ..) in &requests {
        let request = format!("{line} HTTP/1.1\r\nHost: x\r\n{rest}");
        stream.write_all(request.as_bytes()).await.unwrap();
    }
    for (line, rest, status, series) in requests {
        let (head, body) = read(&mut stream, line.starts_with("HEAD")).await;
        let what = format!("{line} {rest:.60}: {head}{body}");
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{what}"
        );
        assert_eq!(body.matches("\nrequests_total{").count(), series, "{what}");
    }
}

/// Reads the head of a response, and the body of the length in it, up to the next response.
async fn read(stream: &mut BufReader<TcpStream>, is_head: bool) -> (String, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(stream.read_line(&mut head).await.unwrap() > 0, "{head:?}");
    }
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    let length = if is_head {
        0
    } else {
        length.expect("these bodies are short").parse().unwrap()
    };
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    (head, String::from_utf8(body).unwrap())
}

/// A body without a length ends with the connection, and is not chunked.
#[tokio::test]
async fn clients_of_http_1_0_get_the_same() {
    let address = serve(registry_with(5_000), &Registry::new()).await;
    let ask = async |request: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    for more in ["", "Connection: keep-alive\r\n"] {
        let text = ask(&format!("GET /metrics HTTP/1.0\r\n{more}\r\n")).await;
        assert!(text.starts_with("HTTP/1.0 200 OK\r\n"), "{text:.200}");
        assert!(!text.contains("transfer-encoding"), "{text:.200}");
        assert_eq!(text.matches("\nrequests_total{").count(), 5_000);
        assert!(text.ends_with("} 1\n"));
    }
    let text = ask("HEAD /metrics HTTP/1.0\r\n\r\n").await;
    assert!(
        text.starts_with("HTTP/1.0 200 OK\r\n") && text.ends_with("\r\n\r\n"),
        "{text}"
    );
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
