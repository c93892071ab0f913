//! The URL of a group of metrics on a Pushgateway.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderValue, Uri};
use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use promfmt::{Escaping, escape_name};

use crate::Error;

/// The suffix of a label name whose value is in base64.
const BASE64: &str = "@base64";

/// The characters that Go escapes in query values, and thereby in the segments of push paths.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The characters that Go escapes in a path, and thereby in label names.
const NAME: &AsciiSet = &VALUE
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// The characters that are not allowed even in an escaped path.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The address of a Pushgateway.
#[derive(Clone)]
pub(crate) struct Address {
    /// The address without credentials and trailing slash.
    base: String,
    pub(crate) credentials: Option<HeaderValue>,
}

impl Address {
    /// Parses an address; `http://` is optional, and one trailing slash is ignored.
    pub(crate) fn parse(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let path: String = utf8_percent_encode(path, PATH).collect();
        let base = format!("{}://{host}{path}", scheme.to_ascii_lowercase());
        match check(&base, user, &path) {
            Ok(()) => Ok(Self {
                base,
                credentials: user.map(credentials),
            }),
            Err(reason) => Err(Error::InvalidUrl {
                url: shown(url),
                reason,
            }),
        }
    }

    /// Returns the URL of a group, with its labels ordered by name.
    pub(crate) fn group(&self, job: &str, labels: &BTreeMap<String, String>) -> String {
        let mut url = format!("{}/metrics", self.base);
        push(&mut url, "job", job);
        for (name, value) in labels {
            push(&mut url, &segment_of_name(name), value);
        }
        url
    }
}

/// Returns an invalid address for an error, without everything before the last `@`, since a password may have any character.
fn shown(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, behind)) => format!("…@{behind}"),
        None => url.to_owned(),
    }
}

/// Checks an address, and returns the reason if it is invalid.
fn check(base: &str, user: Option<&str>, path: &str) -> Result<(), &'static str> {
    if path.contains('@') {
        // Otherwise, part of a password would be resolved as a host and shown.
        return Err("a slash in a password is written %2F, and an @ in a path %40");
    }
    if !base.starts_with("http://") && !base.starts_with("https://") {
        return Err("the scheme is neither http nor https");
    }
    if path.contains(['?', '#']) {
        return Err("it has a query or a fragment");
    }
    if has_stray_percent(path) || user.is_some_and(has_stray_percent) {
        return Err("a percent sign is not followed by two digits");
    }
    let uri: Uri = base.parse().map_err(|_| "it is no URL")?;
    let authority = uri.authority().ok_or("it has no host")?;
    let port = authority.as_str().strip_prefix(authority.host());
    match port.and_then(|port| port.strip_prefix(':')) {
        Some(port) if port.parse::<u16>().is_err() => Err("the port is no number up to 65535"),
        _ if authority.host().is_empty() => Err("it has no host"),
        _ => Ok(()),
    }
}

fn has_stray_percent(text: &str) -> bool {
    let is_escape = |behind: &str| {
        let digits = behind.bytes().take(2).filter(u8::is_ascii_hexdigit);
        digits.count() == 2
    };
    !text.split('%').skip(1).all(is_escape)
}

/// Decodes the credentials before a host.
fn credentials(user: &str) -> HeaderValue {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    basic_auth(&decode(name), &decode(password))
}

/// Makes the `Authorization` header, which is not shown in debug output.
pub(crate) fn basic_auth(name: &str, password: &str) -> HeaderValue {
    let text = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    let mut value = HeaderValue::try_from(text).expect("base64 is a valid header value");
    value.set_sensitive(true);
    value
}

/// Appends a label: one segment for its name, and one for its value.
fn push(url: &mut String, name: &str, value: &str) {
    url.push('/');
    url.push_str(name);
    if value.is_empty() {
        // HTTP software may remove an empty segment.
        url.push_str(BASE64);
        url.push_str("/=");
    } else if is_no_segment(value) {
        url.push_str(BASE64);
        url.push('/');
        URL_SAFE_NO_PAD.encode_string(value, url);
    } else {
        url.push('/');
        url.extend(utf8_percent_encode(value, VALUE));
    }
}

/// Encodes a label name so that the Pushgateway decodes it correctly.
///
/// A name that cannot be a segment, or that ends with the marker for base64, is escaped like a name beyond ASCII.
fn segment_of_name(name: &str) -> Cow<'_, str> {
    if is_no_segment(name) || name.ends_with(BASE64) {
        escape_name(name, Escaping::Values)
    } else {
        utf8_percent_encode(name, NAME).into()
    }
}

/// Reports whether a text would be split or lost as a path segment, however it is escaped.
fn is_no_segment(text: &str) -> bool {
    text.contains('/') || text == "." || text == ".."
}

#[cfg(test)]
mod tests;
