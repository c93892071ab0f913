//! The rule `quoted-colon`: label names with colons are not quoted in Go's texts.

use std::borrow::Cow;

use promcore::{is_legacy_label_name, is_legacy_metric_name};

/// Removes the quotes of label names that Go does not quote.
///
/// Values cannot be mistaken for names, as their quotes have backslashes before them.
pub(crate) fn bare_colons(text: &str) -> Cow<'_, str> {
    if !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n');
    lines
        .map(|line| {
            if line.starts_with('#') {
                line.to_owned()
            } else {
                bare_colons_of(line)
            }
        })
        .collect::<String>()
        .into()
}

fn bare_colons_of(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("\"=\"") {
        match before.rsplit_once('"') {
            Some((start, name)) if start.ends_with(['{', ',']) && is_bare_in_go(name) => {
                bare.extend([start, name, "="]);
            }
            _ => bare.extend([before, "\"="]),
        }
        rest = &rest[rest.len() - behind.len() - 1..];
    }
    bare + rest
}

fn is_bare_in_go(name: &str) -> bool {
    is_legacy_metric_name(name) && !is_legacy_label_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ours: &str, theirs: &str) {
        assert_eq!(bare_colons(ours), theirs);
    }

    #[test]
    fn names_with_colons_lose_their_quotes() {
        check(
            "m{\"a:b\"=\"x\",\"c.d\"=\"y\",\":\"=\"\"} 1 # {\"a:b\"=\"z\"} 1\n",
            "m{a:b=\"x\",\"c.d\"=\"y\",:=\"\"} 1 # {a:b=\"z\"} 1\n",
        );
        check("{\"m.x\",\"a:b\"=\"x\"} 1\n", "{\"m.x\",a:b=\"x\"} 1\n");
        for same in [
            "m{a=\"b:c\"} 1\n",
            "m{a=\",\\\"b:c\\\"=\\\"\"} 1\n",
            "# HELP m {\"a:b\"=\"x\"}\n",
            "{\"a:b.\",\"c.d:\"=\"x\"} 1\n",
        ] {
            check(same, same);
        }
    }
}
