//! The path of a group, as Go writes it and as a Pushgateway decodes it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use promfmt::{Escaping, unescape_name};

use crate::corpus::Push;

/// The characters that Go escapes in a query, except the space.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The characters that Go escapes in a path that it has to rewrite.
const PATH: &AsciiSet = &QUERY
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// The characters that make Go rewrite a path, besides everything beyond ASCII.
const REWRITTEN: &AsciiSet = &PATH
    .remove(b'!')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'[')
    .remove(b']')
    .remove(b'%');

/// The base64 of a Pushgateway, which accepts values with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns the path that Go requests, or `None` if it refuses to.
pub(super) fn in_go(push: &Push) -> Option<String> {
    let mut url = if push.url.contains("://") {
        push.url.clone()
    } else {
        format!("http://{}", push.url)
    };
    if url.ends_with('/') {
        url.pop();
    }
    url.push_str("/metrics");
    for (name, value) in group(push) {
        url.push_str(&pair_in_go(name, value));
    }
    if url.contains(|c: char| c.is_ascii_control()) {
        return None;
    }
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('#').next()?;
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (rest, String::new()),
    };
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let is_escape = |part: &str| {
        let digits = part.bytes().take(2).filter(u8::is_ascii_hexdigit);
        digits.count() == 2
    };
    if !path.split('%').skip(1).all(is_escape) {
        return None;
    }
    if utf8_percent_encode(path, REWRITTEN).to_string() == path {
        return Some(format!("{path}{query}"));
    }
    let path = percent_decode_str(path).collect::<Vec<_>>();
    let path = percent_encoding::percent_encode(&path, PATH);
    Some(format!("{path}{query}"))
}

fn pair_in_go(name: &str, value: &str) -> String {
    if value.is_empty() {
        format!("/{name}@base64/=")
    } else if value.contains('/') {
        format!("/{name}@base64/{}", URL_SAFE_NO_PAD.encode(value))
    } else {
        let value = utf8_percent_encode(value, QUERY).to_string();
        format!("/{name}/{}", value.replace("%20", "+"))
    }
}

/// Reports whether a Pushgateway decodes a path to the given address and group.
pub(super) fn is_as_given(push: &Push, path: &str) -> bool {
    let address = push
        .url
        .split_once("://")
        .map_or(&*push.url, |(_, rest)| rest);
    let address = address.strip_suffix('/').unwrap_or(address);
    let below = address.find('/').map_or("", |at| &address[at..]);
    let below = percent_decode_str(below).decode_utf8_lossy();
    let given = group(push).into_iter();
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
    read(path, &below).is_some_and(|read| read == given.collect::<Vec<_>>())
}

/// Decodes the labels of a group, the job first and the others sorted by name.
fn read(path: &str, below: &str) -> Option<Vec<(String, String)>> {
    let path = path.split('?').next()?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let labels = path.strip_prefix(below)?.strip_prefix("/metrics/")?;
    let segments: Vec<_> = labels.split('/').collect();
    // A server removes these.
    if segments.iter().any(|it| ["", ".", ".."].contains(it)) {
        return None;
    }
    let mut pairs = segments.chunks(2).map(|pair| match pair {
        [name, value] => read_pair(name, value),
        _ => None,
    });
    let job = pairs.next()??;
    let mut labels = pairs.collect::<Option<Vec<_>>>()?;
    labels.sort();
    labels.insert(0, job);
    Some(labels)
}

fn read_pair(name: &str, value: &str) -> Option<(String, String)> {
    let (name, value) = match name.strip_suffix("@base64") {
        Some(name) => {
            let value = BASE64.decode(value.trim_end_matches('=')).ok()?;
            (name, String::from_utf8(value).ok()?)
        }
        None => (name, value.to_owned()),
    };
    Some((unescape_name(name, Escaping::Values).into_owned(), value))
}

/// Lists the labels of the given group, the job first and the others sorted by name.
fn group(push: &Push) -> Vec<(&str, &str)> {
    let labels = push.grouping.iter();
    let labels = labels.map(|(name, value)| (name.as_str(), value.as_str()));
    let labels: BTreeMap<_, _> = labels.collect();
    let job = ("job", push.job.as_str());
    [job].into_iter().chain(labels).collect()
}

/// Sorts the labels of a path by their segments, except the job.
pub(super) fn sorted(path: &str) -> String {
    let Some(at) = path.find("/metrics/job") else {
        return path.to_owned();
    };
    let segments: Vec<_> = path[at..].split('/').collect();
    let (first, labels) = segments.split_at(segments.len().min(4));
    let mut labels: Vec<_> = labels.chunks(2).collect();
    labels.sort();
    let all = [first, &labels.concat()].concat();
    format!("{}{}", &path[..at], all.join("/"))
}
