use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderMap, Request, Uri, Version};
use http_body::Body;

/// The length of a version such as `HTTP/1.1`.
const VERSION: u64 = 8;

/// Returns the approximate size of a request: the text of its head without spaces and line ends, and the body if its length is known.
///
/// Follows `computeApproximateRequestSize` of `promhttp/instrument_server.go`: the value of the HTTP/1 header `host` counts without its name.
pub(super) fn approximate_size<B: Body>(request: &Request<B>) -> u64 {
    let headers = request.headers();
    // The name of a header counts once, however many values it has.
    let names = headers.keys().filter(|name| **name != HOST);
    let values = headers.iter().filter(|(name, _)| **name != HOST);
    let head = url(request.uri(), request.version())
        + request.method().as_str().len()
        + host(request.uri(), headers)
        + names.map(|name| name.as_str().len()).sum::<usize>()
        + values.map(|(_, value)| value.len()).sum::<usize>();
    let head = VERSION + head as u64;
    // A client may announce any length.
    head.saturating_add(content_length(request).unwrap_or(0))
}

/// Returns the length of the URL as an HTTP/1 client sends it; later versions send scheme and authority separately.
fn url(uri: &Uri, version: Version) -> usize {
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    let path = path + more_when_escaped(uri.path());
    if version >= Version::HTTP_2 {
        return path;
    }
    let scheme = uri.scheme_str().map_or(0, |it| it.len() + ":".len());
    // CONNECT has only the authority.
    let authority = uri
        .authority()
        .map_or(0, |it| "//".len() + it.as_str().len());
    scheme + authority + path
}

/// Returns by how much Go's form of a path is longer: it keeps a path that is valid, and otherwise escapes all of it anew.
fn more_when_escaped(path: &str) -> usize {
    let is_kept = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@%".contains(byte);
    let others = || path.bytes().filter(|byte| !is_kept(byte));
    if others().all(|byte| b"!'()*[]".contains(&byte)) {
        return 0;
    }
    // An escape has three characters in place of one.
    2 * others().count()
}

fn host(uri: &Uri, headers: &HeaderMap) -> usize {
    let header = || headers.get(HOST).map_or(0, |host| host.len());
    // User information is not part of the host.
    let behind_user = |it: &str| it.rsplit('@').next().map_or(0, str::len);
    uri.authority()
        .map_or_else(header, |it| behind_user(it.as_str()))
}

fn content_length<B: Body>(request: &Request<B>) -> Option<u64> {
    let header = || {
        let length = request.headers().get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    };
    request.body().size_hint().exact().or_else(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, written: &str, host: &str) {
        let request = Request::get(address)
            .header("host", "h.i")
            .body(String::new());
        let size = approximate_size(&request.unwrap());
        let expected = ["GET", written, "HTTP/1.1", host]
            .map(str::len)
            .iter()
            .sum::<usize>();
        assert_eq!(size, expected as u64, "{address}");
    }

    #[test]
    fn addresses_count_as_go_writes_them() {
        check("/a%41?b=%41", "/a%41?b=%41", "h.i");
        check("/!'()*[]", "/!'()*[]", "h.i");
        check("/é?é", "/%C3%A9?é", "h.i");
        check("/|!%41", "/%7C%21%41", "h.i");
        check("http://a.b:80/c", "http://a.b:80/c", "a.b:80");
        check("a.b:443", "//a.b:443", "a.b:443");
        check("http://user:pw@a.b/", "http://user:pw@a.b/", "a.b");
    }
}
