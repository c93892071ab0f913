//! Responses, in the corpus' terms.

use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::{Map, Value, json};
use tower_service::Service;

use super::script::Sent;
use super::service::Handler;
use crate::corpus::encode_base64;

/// Sends a request and returns the response in the form of `op_results`.
///
/// # Errors
///
/// If the response itself is invalid.
pub(crate) fn ask(handler: &Handler, request: Request<Full<Bytes>>) -> Result<Value, String> {
    let sent = panic::catch_unwind(AssertUnwindSafe(|| send(handler, request)));
    let (head, bytes) = match sent {
        Ok(response) => response?.into_parts(),
        Err(panic) => return Ok(json!({"panic": panic.downcast_ref::<String>()})),
    };
    let mut headers = head.headers;
    take_vary(&mut headers)?;
    let encoding = headers.get(CONTENT_ENCODING).map(|it| it.as_bytes());
    let body = decode(encoding, &bytes).map_err(|error| format!("the body is broken: {error}"))?;
    let mut answer = Map::new();
    let status = match head.extensions.get() {
        Some(Sent(status)) => *status,
        None => head.status,
    };
    answer.insert("status".to_owned(), json!(status.as_u16()));
    if is_binary(&headers) {
        answer.insert("body_b64".to_owned(), json!(encode_base64(&body)));
    } else {
        let body = String::from_utf8(body).map_err(|_| "the body is no text")?;
        answer.insert("body".to_owned(), json!(body));
    }
    answer.insert("headers".to_owned(), names_and_values(&headers));
    Ok(Value::Object(answer))
}

/// Sends a request and reads the response to its end.
pub(super) fn send(
    handler: &Handler,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| format!("no runtime: {error}"))?;
    let answer = runtime.block_on(async {
        let Ok(response) = handler.clone().call(request).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await;
        let body = body.map_err(|error| format!("the body breaks off: {error}"))?;
        Ok(Response::from_parts(head, body.to_bytes()))
    });
    // Does not wait for late gatherers.
    runtime.shutdown_background();
    answer
}

/// Checks and removes `Vary`, which Go does not send.
fn take_vary(headers: &mut HeaderMap) -> Result<(), String> {
    match headers.remove(VARY) {
        None if headers.contains_key(CONTENT_ENCODING) => Err("there is no Vary".to_owned()),
        Some(vary) if !vary.as_bytes().starts_with(b"Accept") => Err(format!("Vary is {vary:?}")),
        _ => Ok(()),
    }
}

fn is_binary(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(|it| it.as_bytes());
    content_type.is_some_and(|it| it.windows(18).any(|part| part == b"encoding=delimited"))
}

fn decode(encoding: Option<&[u8]>, mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    match encoding {
        // A response to HEAD.
        _ if bytes.is_empty() => 0,
        None => bytes.read_to_end(&mut body)?,
        Some(b"gzip") => flate2::read::GzDecoder::new(bytes).read_to_end(&mut body)?,
        Some(b"zstd") => zstd::Decoder::new(bytes)?.read_to_end(&mut body)?,
        Some(other) => {
            let name = String::from_utf8_lossy(other).into_owned();
            return Err(io::Error::other(format!("unknown encoding {name}")));
        }
    };
    Ok(body)
}

/// Returns the headers with Go's spelling of their names.
pub(crate) fn names_and_values(headers: &HeaderMap) -> Value {
    let name = |name: &http::HeaderName| {
        let parts = name.as_str().split('-').map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_ascii_uppercase() + rest
        });
        parts.collect::<Vec<_>>().join("-")
    };
    let values = |key| {
        let values = headers.get_all(key).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        json!(values.collect::<Vec<_>>().join(", "))
    };
    headers
        .keys()
        .map(|key| (name(key), values(key)))
        .collect::<Map<_, _>>()
        .into()
}
