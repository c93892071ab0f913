use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, Request, Uri, Version};
use http_body::Body;

/// The text of a version, such as `HTTP/1.1`.
const VERSION: u64 = 8;

/// Returns the approximate size of a request: the text of its head without blanks and line ends, and the body if it says how long it is.
///
/// Follows `computeApproximateRequestSize` of `promhttp/instrument_server.go`: what clients of HTTP/1 put into the header `host` counts without its name.
pub(super) fn approximate_size<B: Body>(request: &Request<B>) -> u64 {
    let headers = request.headers();
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| match *name {
        HOST => 0,
        _ => name.as_str().len() + value.len(),
    };
    let head = url(request.uri(), request.version())
        + request.method().as_str().len()
        + host(request.uri(), headers)
        + headers.iter().map(header).sum::<usize>();
    VERSION + head as u64 + content_length(request).unwrap_or(0)
}

/// The URL as the client of HTTP/1 sent it; later versions have its parts in headers of their own.
fn url(uri: &Uri, version: Version) -> usize {
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    // Go writes each of these as three characters.
    let path = path + 2 * uri.path().bytes().filter(|byte| !byte.is_ascii()).count();
    let scheme = uri
        .scheme_str()
        .map_or(0, |scheme| scheme.len() + "://".len());
    match version < Version::HTTP_2 {
        true => {
            scheme
                + uri
                    .authority()
                    .map_or(0, |authority| authority.as_str().len())
                + path
        }
        false => path,
    }
}

fn host(uri: &Uri, headers: &HeaderMap) -> usize {
    let header = || headers.get(HOST).map_or(0, |host| host.len());
    uri.authority()
        .map_or_else(header, |host| host.as_str().len())
}

fn content_length<B: Body>(request: &Request<B>) -> Option<u64> {
    let header = || {
        let length = request.headers().get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    };
    request.body().size_hint().exact().or_else(header)
}
