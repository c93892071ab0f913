//! The names of families in a query.

use std::collections::BTreeSet;

/// Returns the values of `name[]`, or `None` if there is no such key.
///
/// Follows `ParseQuery` in Go's `net/url`, which ignores malformed pairs.
/// A value that is not UTF-8 matches no family, but still restricts the scrape.
pub(super) fn names(query: &str) -> Option<BTreeSet<String>> {
    let pairs = query.split('&').filter(|pair| !pair.contains(';'));
    let values = pairs.filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_name = decode(key)? == b"name[]";
        let value = decode(value)?;
        is_name.then_some(value)
    });
    let mut values = values.peekable();
    values.peek()?;
    Some(
        values
            .filter_map(|value| String::from_utf8(value).ok())
            .collect(),
    )
}

/// Decodes `%` escapes and `+`; returns `None` if an escape is malformed.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?,
            byte => byte,
        });
    }
    Some(decoded)
}

fn hex_digit(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<&[&str]>) {
        let expected = expected.map(|names| names.iter().map(ToString::to_string).collect());
        assert_eq!(names(query), expected, "{query}");
    }

    #[test]
    fn names_are_found_and_decoded() {
        check("name[]=a", Some(&["a"]));
        check(
            "name[]=a&x=y&name[]=b_total&name[]=a",
            Some(&["a", "b_total"]),
        );
        check("name%5B%5d=%61+b%2Bc", Some(&["a b+c"]));
        check("&&name[]=a=b&", Some(&["a=b"]));
    }

    #[test]
    fn the_key_alone_is_a_wish_for_nothing() {
        check("name[]", Some(&[""]));
        check("name[]=", Some(&[""]));
        check("name[]=%ff", Some(&[]));
    }

    #[test]
    fn other_and_malformed_pairs_do_not_count() {
        for query in [
            "",
            "name=a",
            "Name[]=a",
            "name[0]=a",
            "name[]=%zz",
            "name[]=%6",
            "name[]=a;x",
        ] {
            check(query, None);
        }
        check("name[]=%zz&name[]=a", Some(&["a"]));
        check("name[]=%C3%A9", Some(&["é"]));
    }
}
