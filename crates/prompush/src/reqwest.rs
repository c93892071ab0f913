//! Sends with reqwest.

use std::net::IpAddr;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri};
use reqwest::redirect::{Attempt, Policy};

use crate::SendError;
use crate::send::{ANSWER_LIMIT, HttpSend, SendFuture};

/// The maximum number of redirects, as in Go.
const REDIRECTS: usize = 10;

/// The only public use of a type from a crate below 1.0: programs want to pass their own client with certificates and proxies.
impl HttpSend for reqwest::Client {
    fn send(&self, request: Request<Bytes>) -> SendFuture<'_> {
        Box::pin(async move {
            let request = request.try_into().map_err(SendError::new)?;
            let answer = self.execute(request).await.map_err(without_url)?;
            Ok(read(answer).await)
        })
    }
}

/// Removes the URL, which our error has already; the URL of a redirect may have credentials.
fn without_url(error: reqwest::Error) -> SendError {
    SendError::new(error.without_url())
}

/// Reads a response, up to [`ANSWER_LIMIT`] bytes of its body.
///
/// The body only explains why a push was refused: it may be cut short, and is not read after a success.
async fn read(mut answer: reqwest::Response) -> Response<Bytes> {
    let mut body = Vec::new();
    while !answer.status().is_success()
        && body.len() < ANSWER_LIMIT
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        let room = ANSWER_LIMIT - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    let mut read = Response::new(Bytes::from(body));
    *read.status_mut() = answer.status();
    *read.headers_mut() = std::mem::take(answer.headers_mut());
    read
}

/// Makes the default client.
pub(crate) fn default_client(uri: &Uri) -> Result<reqwest::Client, SendError> {
    let mut builder = reqwest::Client::builder().redirect(Policy::custom(redirect));
    if uri.host().is_some_and(is_loopback) {
        // As in Go: a proxy cannot reach this machine's loopback addresses.
        builder = builder.no_proxy();
    }
    builder.build().map_err(SendError::new)
}

/// Follows only redirects that keep the method; otherwise a push would become a GET, which always succeeds.
fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let keeps_method = [
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if keeps_method.contains(&attempt.status()) && attempt.previous().len() <= REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_known_by_name_and_number() {
        for host in ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["push", "10.0.0.1", "localhost.example", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
