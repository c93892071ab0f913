//! Label names and values: validity and escaping.

use crate::error::Error;

/// A label name with its value.
///
/// # Examples
///
/// ```
/// use promcore::LabelPair;
///
/// let label = LabelPair::new("code", "200");
/// assert_eq!((label.name.as_str(), label.value.as_str()), ("code", "200"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct LabelPair {
    /// The label's name.
    pub name: String,
    /// The label's value.
    pub value: String,
}

impl LabelPair {
    /// Makes a label.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// Returns whether `name` is a valid metric name: any non-empty text.
///
/// Names with characters other than ASCII letters, digits, underscores and colons are escaped or quoted when they are written.
///
/// # Examples
///
/// ```
/// assert!(promcore::is_valid_metric_name("http.server.duration"));
/// assert!(!promcore::is_valid_metric_name(""));
/// ```
#[must_use]
pub fn is_valid_metric_name(name: &str) -> bool {
    !name.is_empty()
}

/// Returns whether `name` is a valid label name: any non-empty text that does not start with two underscores.
///
/// # Examples
///
/// ```
/// assert!(promcore::is_valid_label_name("größe"));
/// assert!(!promcore::is_valid_label_name("__name__"));
/// ```
#[must_use]
pub fn is_valid_label_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with("__")
}

/// Returns whether every format can write `name` unchanged as a metric name: ASCII letters, digits, underscores and colons, not starting with a digit.
///
/// # Examples
///
/// ```
/// assert!(promcore::is_legacy_metric_name("job:requests:rate5m"));
/// assert!(!promcore::is_legacy_metric_name("http.server.duration"));
/// ```
#[must_use]
pub fn is_legacy_metric_name(name: &str) -> bool {
    starts_like_a_word(name) && name.bytes().all(|b| is_word(b) || b == b':')
}

/// Returns whether every format can write `name` unchanged as a label name: ASCII letters, digits and underscores, not starting with a digit.
///
/// # Examples
///
/// ```
/// assert!(promcore::is_legacy_label_name("status_code"));
/// assert!(!promcore::is_legacy_label_name("job:name")); // Metrics may have colons, labels may not.
/// ```
#[must_use]
pub fn is_legacy_label_name(name: &str) -> bool {
    starts_like_a_word(name) && name.bytes().all(is_word)
}

fn starts_like_a_word(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Appends `value`, escaped as between the quotes of a text format: backslashes, quotes and line feeds are escaped.
///
/// # Examples
///
/// ```
/// let mut line = br#"{path=""#.to_vec();
/// promcore::escape_label_value(r"C:\temp", &mut line);
/// line.extend_from_slice(br#""}"#);
/// assert_eq!(line, br#"{path="C:\\temp"}"#);
/// ```
pub fn escape_label_value(value: &str, out: &mut Vec<u8>) {
    escape(value.as_bytes(), out);
}

/// Escapes the bytes of a label value.
pub(crate) fn escape(value: &[u8], out: &mut Vec<u8>) {
    for &byte in value {
        match byte {
            b'\\' => out.extend_from_slice(br"\\"),
            b'"' => out.extend_from_slice(br#"\""#),
            b'\n' => out.extend_from_slice(br"\n"),
            other => out.push(other),
        }
    }
}

/// Checks that label names are valid and unique.
pub(crate) fn check_names<'a>(
    metric: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Error> {
    if let Some(invalid) = names.clone().find(|name| !is_valid_label_name(name)) {
        return Err(Error::InvalidLabelName {
            metric: metric.to_owned(),
            label: invalid.to_owned(),
        });
    }
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(twice) => Err(Error::DuplicateLabelName {
            metric: metric.to_owned(),
            label: twice[0].to_owned(),
        }),
    }
}

/// Writes labels for error messages, as in `{code="200"}`.
pub(crate) fn to_text(labels: &[LabelPair]) -> String {
    let mut text = vec![b'{'];
    for (i, label) in labels.iter().enumerate() {
        if i > 0 {
            text.push(b',');
        }
        text.extend_from_slice(label.name.as_bytes());
        text.extend_from_slice(b"=\"");
        escape_label_value(&label.value, &mut text);
        text.push(b'"');
    }
    text.push(b'}');
    String::from_utf8(text).expect("text with ASCII bytes escaped is still text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        let check = |names: &[&str]| {
            check_names("m", names.iter().copied()).map_err(|error| error.to_string())
        };
        assert_eq!(check(&["a", "_b", "ü.x", "0"]), Ok(()));
        assert_eq!(
            check(&["a", ""]),
            Err(r#"label name "" of metric "m" is not valid"#.into())
        );
        assert_eq!(
            check(&["__name__"]),
            Err(r#"label name "__name__" of metric "m" is not valid"#.into())
        );
        assert_eq!(
            check(&["b", "a", "b"]),
            Err(r#"label name "b" occurs twice in metric "m""#.into())
        );
    }

    #[test]
    fn legacy_names_are_ascii_words() {
        assert!(is_legacy_metric_name("job:requests:rate5m"));
        assert!(is_legacy_label_name("_code2"));
        for name in ["", "2xx", "a.b", "ü", "a b"] {
            assert!(
                !is_legacy_metric_name(name) && !is_legacy_label_name(name),
                "{name}"
            );
        }
        assert!(!is_legacy_label_name("a:b"));
    }

    #[test]
    fn values_are_escaped() {
        let labels = [LabelPair::new("a", "x\\y\"z\nü"), LabelPair::new("b", "")];
        assert_eq!(to_text(&labels), r#"{a="x\\y\"z\nü",b=""}"#);
    }
}
