//! Escaping of names for readers that only support ASCII names.

use std::borrow::Cow;
use std::fmt::Write;

use promcore::{Escape, is_legacy_metric_name};

/// How to escape names that are not made of ASCII letters, digits, underscores and colons.
///
/// Follows `model/metric.go` of prometheus/common 0.70.1.
///
/// See [`escape_name`] and [`Format`](crate::Format) for examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Escaping {
    /// Leaves names unchanged; formats quote them.
    AllowUtf8,
    /// Replaces dots with `_dot_`, and underscores and all characters that are not allowed with `__`.
    Dots,
    /// Replaces each character that is not allowed with an underscore.
    #[default]
    Underscores,
    /// Prefixes the name with `U__` and replaces each character that is not allowed with its code point between underscores, which is reversible.
    Values,
}

impl Escaping {
    pub(crate) const ALL: [Self; 4] =
        [Self::AllowUtf8, Self::Dots, Self::Underscores, Self::Values];

    /// Returns the function with which encoders escape names.
    pub(crate) fn escape(self) -> Option<Escape> {
        let escape: Escape = match self {
            Self::AllowUtf8 => return None,
            Self::Dots => |name| escape_if_needed(name, Self::Dots),
            Self::Underscores => |name| escape_if_needed(name, Self::Underscores),
            Self::Values => |name| escape_if_needed(name, Self::Values),
        };
        Some(escape)
    }

    /// Returns the name of the scheme in content types.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllowUtf8 => "allow-utf-8",
            Self::Dots => "dots",
            Self::Underscores => "underscores",
            Self::Values => "values",
        }
    }
}

/// Escapes a name.
///
/// # Examples
///
/// ```
/// use promfmt::{Escaping, escape_name};
///
/// assert_eq!(escape_name("http.status", Escaping::Underscores), "http_status");
/// assert_eq!(escape_name("http.status", Escaping::Values), "U__http_2e_status");
/// ```
#[must_use]
pub fn escape_name(name: &str, escaping: Escaping) -> Cow<'_, str> {
    let keep = match escaping {
        Escaping::AllowUtf8 => true,
        // Underscores are doubled even in names that need no other escape.
        Escaping::Dots => name.is_empty(),
        Escaping::Underscores | Escaping::Values => name.is_empty() || is_legacy_metric_name(name),
    };
    if keep {
        return Cow::Borrowed(name);
    }
    let mut escaped = String::with_capacity(name.len() + 16);
    if escaping == Escaping::Values {
        escaped.push_str("U__");
    }
    for (at, c) in name.char_indices() {
        match (escaping, c) {
            (Escaping::Dots | Escaping::Values, '_') => escaped.push_str("__"),
            (Escaping::Dots, '.') => escaped.push_str("_dot_"),
            (_, c) if is_allowed(c, at) => escaped.push(c),
            (Escaping::Dots, _) => escaped.push_str("__"),
            (Escaping::Values, c) => {
                write!(escaped, "_{:x}_", u32::from(c)).expect("writing to a string cannot fail");
            }
            (Escaping::Underscores | Escaping::AllowUtf8, _) => escaped.push('_'),
        }
    }
    Cow::Owned(escaped)
}

/// Escapes the name of a metric or a label if it is not valid already, like [`escape_name`] except that `Escaping::Dots` then keeps underscores.
pub(crate) fn escape_if_needed(name: &str, escaping: Escaping) -> Cow<'_, str> {
    if is_legacy_metric_name(name) {
        Cow::Borrowed(name)
    } else {
        escape_name(name, escaping)
    }
}

fn is_allowed(c: char, at: usize) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == ':' || (c.is_ascii_digit() && at > 0)
}

/// Reverses [`escape_name`] as far as possible; a name that is not a valid escape is returned unchanged.
///
/// # Examples
///
/// ```
/// use promfmt::{Escaping, unescape_name};
///
/// assert_eq!(unescape_name("U__http_2e_status", Escaping::Values), "http.status");
/// assert_eq!(unescape_name("http_status", Escaping::Values), "http_status");
/// ```
#[must_use]
pub fn unescape_name(name: &str, escaping: Escaping) -> Cow<'_, str> {
    let unescaped = match escaping {
        Escaping::AllowUtf8 | Escaping::Underscores => None,
        Escaping::Dots => Some(name.replace("_dot_", ".").replace("__", "_")),
        Escaping::Values => name.strip_prefix("U__").and_then(unescape_values),
    };
    unescaped.map_or(Cow::Borrowed(name), Cow::Owned)
}

fn unescape_values(escaped: &str) -> Option<String> {
    let mut name = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((plain, behind)) = rest.split_once('_') {
        name.push_str(plain);
        let (number, behind) = behind.split_once('_')?;
        if number.is_empty() {
            name.push('_');
        } else {
            // `from_str_radix` would accept a sign; Go accepts at most five digits, although the last plane of Unicode has six.
            let digits = number.len() < 6 && number.bytes().all(|b| b.is_ascii_hexdigit());
            let number = u32::from_str_radix(number, 16).ok().filter(|_| digits)?;
            name.push(char::from_u32(number)?);
        }
        rest = behind;
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_undone_as_far_as_go_does_it() {
        for (name, expected) in [
            ("U__a_2E__fffff___", "a.\u{fffff}_"),
            ("U___00041_", "A"),
            ("U___10ffff_", "U___10ffff_"),
            ("U___+41_", "U___+41_"),
            ("U___d800_", "U___d800_"),
            ("U___41", "U___41"),
        ] {
            assert_eq!(unescape_name(name, Escaping::Values), expected);
        }
    }
}
