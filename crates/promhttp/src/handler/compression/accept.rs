//! Negotiation of content encodings.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use super::Compression;

/// Chooses the encoding of a response from those `offered`.
///
/// Follows `NegotiateContentEncoding` and `ParseAccept` of gddo, as copied into client_golang.
/// If that finds nothing acceptable, this returns the identity, which is never refused.
pub(crate) fn choose(headers: &HeaderMap, offered: &[Compression]) -> Compression {
    let lines = headers.get_all(ACCEPT_ENCODING).iter();
    let accepted: Vec<_> = lines.flat_map(|line| Specs(line.as_bytes())).collect();
    let mut best = (Compression::Identity, -1.0);
    for &offer in offered {
        for spec in &accepted {
            let is_meant = spec.name == b"*" || spec.name == offer.as_str().as_bytes();
            if is_meant && spec.quality > best.1 {
                best = (offer, spec.quality);
            }
        }
    }
    match best {
        (_, 0.0) => Compression::Identity,
        (compression, _) => compression,
    }
}

/// An encoding that is accepted, or `*`.
struct Spec<'a> {
    name: &'a [u8],
    quality: f64,
}

/// The elements of a header line, up to the first one that is malformed.
struct Specs<'a>(&'a [u8]);

impl<'a> Iterator for Specs<'a> {
    type Item = Spec<'a>;

    fn next(&mut self) -> Option<Spec<'a>> {
        let line = std::mem::take(&mut self.0);
        let end = line.iter().position(|&byte| !is_in_name(byte));
        let (name, rest) = line.split_at(end.unwrap_or(line.len()));
        let rest = trim(rest);
        let (quality, rest) = match rest.strip_prefix(b";") {
            Some(parameter) => quality(trim(parameter).strip_prefix(b"q=")?)?,
            None => (1.0, rest),
        };
        if let Some(rest) = trim(rest).strip_prefix(b",") {
            self.0 = trim(rest);
        }
        (!name.is_empty()).then_some(Spec { name, quality })
    }
}

/// Reports whether a byte is allowed in a token of RFC 2616, or is a slash.
fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"[]?={}".contains(&byte)
}

/// Removes leading white space.
fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !b" \t\r\n".contains(byte));
    &text[start.unwrap_or(text.len())..]
}

/// Reads a quality from 0 to 1, with any number of decimals.
fn quality(text: &[u8]) -> Option<(f64, &[u8])> {
    let (whole, rest) = text.split_first()?;
    let whole = match whole {
        b'0' => 0.0,
        b'1' => 1.0,
        _ => return None,
    };
    let Some(decimals) = rest.strip_prefix(b".") else {
        return Some((whole, rest));
    };
    let end = decimals.iter().position(|byte| !byte.is_ascii_digit());
    let (decimals, rest) = decimals.split_at(end.unwrap_or(decimals.len()));
    // Further digits do not change the float.
    let digits = decimals.iter().take(15);
    let (sum, scale) = digits.fold((0.0, 1.0), |(sum, scale), digit| {
        (sum * 10.0 + f64::from(digit - b'0'), scale * 10.0)
    });
    Some((whole + sum / scale, rest))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(lines: &[&str], offered: &[Compression], expected: Compression) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap());
        }
        assert_eq!(choose(&headers, offered), expected, "{lines:?}");
    }

    use Compression::{Gzip, Identity};

    #[test]
    fn the_highest_quality_wins_and_then_the_first_offer() {
        let both = &[Identity, Gzip];
        check(&[], both, Identity);
        check(&["gzip"], both, Gzip);
        check(&["br, gzip;q=0.5"], both, Gzip);
        check(&["br", "gzip"], both, Gzip);
        check(&["*"], both, Identity);
        check(&["*"], &[Gzip, Identity], Gzip);
        check(&["identity, gzip"], both, Identity);
        check(&["identity;q=0.9, gzip"], both, Gzip);
        check(&["gzip;q=0.1, identity;q=0.01"], both, Gzip);
    }

    #[test]
    fn what_is_not_offered_or_refused_is_not_compressed() {
        check(&["gzip"], &[], Identity);
        check(&["gzip"], &[Identity], Identity);
        check(&["gzip;q=0"], &[Identity, Gzip], Identity);
        check(&["*;q=0.000"], &[Gzip], Identity);
        check(&["GZIP"], &[Gzip], Identity);
        check(&["x-gzip, gzipped"], &[Gzip], Identity);
    }

    #[test]
    fn a_malformed_element_ends_its_line() {
        for line in [
            "gzip;q=2",
            "gzip;q=",
            "gzip;level=1",
            ", gzip",
            "a b, gzip",
            "(gzip)",
        ] {
            check(&[line], &[Gzip], Identity);
            check(&[line, "gzip"], &[Gzip], Gzip);
        }
        check(&[" gzip"], &[Gzip], Identity);
        check(&["gzip \t; q=1.0000 , br"], &[Gzip], Gzip);
        check(&["br;q=1x, gzip"], &[Gzip], Identity);
        check(&[&format!("gzip;q=0.{}", "9".repeat(400))], &[Gzip], Gzip);
    }
}
