//! A fake Pushgateway that records requests and sends scripted replies.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// A request as received.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Received {
    /// Such as `PUT /metrics/job/j HTTP/1.1`.
    pub(crate) line: String,
    /// With names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// What to do with a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// Responds with this status and body.
    With(&'static str, &'static str),
    /// Responds with this status and the beginning of a body, and closes the connection.
    BreakOff(&'static str, &'static str),
    /// Responds with this status, and withholds the body until the gateway is dropped.
    Stall(&'static str),
    /// Closes the connection without a response.
    HangUp,
    /// Does not respond before the gateway is dropped.
    Nothing,
}

pub(crate) const ACCEPTED: Reply = Reply::With("202 Accepted", "");

/// A gateway, which runs on its own thread until it is dropped.
pub(crate) struct Gateway {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    /// Starts a gateway that sends one reply per connection, and repeats the last one.
    pub(crate) fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let replies = replies.to_vec();
        let thread = thread::spawn(move || serve(&listener, &replies, &log));
        Self {
            address,
            received,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the only request so far.
    #[track_caller]
    pub(crate) fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // A connection without a request ends the thread.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(listener: &TcpListener, replies: &[Reply], log: &Mutex<Vec<Received>>) {
    let mut held = Vec::new();
    for number in 0.. {
        let (mut stream, _) = listener.accept().unwrap();
        let Some(request) = receive(&stream) else {
            return;
        };
        log.lock().unwrap().push(request);
        match replies.get(number).or_else(|| replies.last()) {
            Some(Reply::With(status, body)) => answer(&mut stream, status, body.len(), body),
            Some(Reply::BreakOff(status, body)) => answer(&mut stream, status, 1000, body),
            Some(Reply::Stall(status)) => {
                answer(&mut stream, status, 1000, "");
                held.push(stream);
            }
            Some(Reply::Nothing) => held.push(stream),
            Some(Reply::HangUp) | None => {}
        }
    }
}

/// Responds with a body, or the beginning of one.
fn answer(stream: &mut TcpStream, status: &str, length: usize, body: &str) {
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    // The client may have disconnected already.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}

/// Reads a request; returns `None` if the connection ends before one begins.
fn receive(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    if line.is_empty() {
        return None;
    }
    let mut received = Received {
        line: line.trim_end().to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        let header = (name.to_ascii_lowercase(), value.to_owned());
        received.headers.push(header);
    }
    let length = received.header("content-length").unwrap_or("0");
    received.body.resize(length.parse().unwrap(), 0);
    reader.read_exact(&mut received.body).unwrap();
    Some(received)
}
