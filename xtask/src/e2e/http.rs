//! A minimal HTTP client: one request per connection, to loopback.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Gets a path; returns any status with the body.
pub(super) fn send(address: SocketAddr, path: &str) -> Result<(u16, String)> {
    ask(address, "GET", path, "")
}

/// Puts a body to a path; returns an error unless the status is 200.
pub(super) fn put(address: SocketAddr, path: &str, body: &str) -> Result<()> {
    let (status, answer) = ask(address, "PUT", path, body)?;
    ensure!(
        status == 200,
        "http://{address}{path} answered {status}: {answer}"
    );
    Ok(())
}

/// Gets a path and returns the body, or an error unless the status is 200.
pub(super) fn get(address: SocketAddr, path: &str) -> Result<String> {
    let (status, body) = send(address, path)?;
    ensure!(
        status == 200,
        "http://{address}{path} answered {status}: {body}"
    );
    Ok(body)
}

/// Escapes all special characters of a query.
pub(super) fn escape(value: &str) -> String {
    let mut escaped = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Result<(u16, String)> {
    let url = format!("http://{address}{path}");
    let answer = exchange(address, method, path, body);
    let answer = answer.with_context(|| format!("cannot {method} {url}"))?;
    parse(&answer).with_context(|| format!("strange answer from {url}"))
}

fn exchange(address: SocketAddr, method: &str, path: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    // HTTP/1.0, so that the body ends with the connection and is not chunked.
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn parse(answer: &str) -> Result<(u16, String)> {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the head does not end")?;
    let status = head
        .split(' ')
        .nth(1)
        .context("no status")?
        .parse()
        .context("the status is no number")?;
    Ok((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_status_and_body() {
        let answer = "HTTP/1.0 404 Not Found\r\na: b\r\n\r\nbody\r\n\r\n";
        assert_eq!(parse(answer).unwrap(), (404, "body\r\n\r\n".to_owned()));
        assert!(parse("HTTP/1.0 200 OK\r\n").is_err());
        assert!(parse("\r\n\r\n").is_err());
    }

    #[test]
    fn queries_are_escaped() {
        assert_eq!(escape("up{a=\"1\"}"), "up%7Ba%3D%221%22%7D");
    }
}
