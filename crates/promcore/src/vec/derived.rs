//! Support for derived label sets.

use std::fmt::{self, Display, Write};

/// The maximum number of labels of a set that contains those of another one.
const MAX_JOINED: usize = 32;

/// Texts of up to this many bytes are made without an allocation.
const SHORT: usize = 128;

/// Returns the number of label sets if their labels have these numbers of values; 0 means any number.
#[must_use]
pub const fn product(counts: &[usize]) -> usize {
    let (mut product, mut at) = (1, 0);
    while at < counts.len() {
        product = usize::saturating_mul(product, counts[at]);
        at += 1;
    }
    product
}

/// The label names of several sets.
#[derive(Debug)]
pub struct Names {
    all: [&'static str; MAX_JOINED],
    len: usize,
}

impl Names {
    /// Joins names.
    ///
    /// # Panics
    ///
    /// If there are too many or two are equal; since this is evaluated at compile time, compilation fails.
    #[must_use]
    pub const fn joined(parts: &[&[&'static str]]) -> Self {
        let (mut all, mut len, mut part) = ([""; MAX_JOINED], 0, 0);
        while part < parts.len() {
            let mut at = 0;
            while at < parts[part].len() {
                let name = parts[part][at];
                assert!(len < MAX_JOINED, "a label set has at most 32 labels");
                assert!(
                    !has(&all, name),
                    "a flattened field has a label that the set has already"
                );
                all[len] = name;
                len += 1;
                at += 1;
            }
            part += 1;
        }
        Self { all, len }
    }

    /// Returns all names.
    #[must_use]
    pub const fn as_slice(&self) -> &[&'static str] {
        self.all.split_at(self.len).0
    }
}

/// Returns whether `name`, which is not empty, is among `names`.
const fn has(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if are_equal(names[at].as_bytes(), name.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn are_equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// Joins the label values of several sets.
#[inline]
pub fn with_joined<R>(parts: &[&[&str]], then: impl FnOnce(&[&str]) -> R) -> R {
    let (mut all, mut len) = ([""; MAX_JOINED], 0);
    for &value in parts.iter().copied().flatten() {
        all[len] = value;
        len += 1;
    }
    then(&all[..len])
}

/// Passes the `Display` text of a value to `then`.
#[inline]
pub fn with_display<R>(value: &(impl Display + ?Sized), then: impl FnOnce(&str) -> R) -> R {
    let mut text = Text {
        short: [0; SHORT],
        len: 0,
        long: String::new(),
    };
    // If `Display` fails, the label keeps what was written so far.
    let _ = write!(text, "{value}");
    then(text.as_str())
}

/// A text that is stored inline while it is short.
struct Text {
    short: [u8; SHORT],
    len: usize,
    /// The whole text, if it is too long.
    long: String,
}

impl Text {
    fn as_str(&self) -> &str {
        if self.long.is_empty() {
            str::from_utf8(&self.short[..self.len]).expect("it was written as text")
        } else {
            &self.long
        }
    }
}

impl Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.len + part.len();
        if self.long.is_empty() {
            if let Some(free) = self.short.get_mut(self.len..end) {
                free.copy_from_slice(part.as_bytes());
                self.len = end;
                return Ok(());
            }
            self.long = self.as_str().to_owned();
        }
        self.long.push_str(part);
        Ok(())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn any_number_times_any_other_is_any_number() {
        assert_eq!(product(&[]), 1);
        assert_eq!(product(&[5, 20]), 100);
        assert_eq!(product(&[5, 0, 20]), 0);
        assert_eq!(product(&[usize::MAX, 2]), usize::MAX);
    }

    #[test]
    fn names_and_values_are_joined_in_their_order() {
        let names = Names::joined(&[&["a"], &["b", "c"], &[], &["ab"]]);
        assert_eq!(names.as_slice(), ["a", "b", "c", "ab"]);
        with_joined(&[&["1"], &["2", ""], &[]], |values| {
            assert_eq!(values, ["1", "2", ""]);
        });
    }

    #[test]
    #[should_panic(expected = "a flattened field has a label that the set has already")]
    fn equal_names_are_refused() {
        let _ = Names::joined(&[&["a", "b"], &["a"]]);
    }

    #[track_caller]
    fn check_shown(value: impl Display) {
        let expected = value.to_string();
        with_display(&value, |text| assert_eq!(text, expected));
    }

    #[test]
    fn short_and_long_values_are_shown_alike() {
        check_shown("");
        check_shown(std::net::Ipv6Addr::LOCALHOST);
        check_shown("ß".repeat(SHORT / 2));
        check_shown("ß".repeat(SHORT / 2 + 1));
        check_shown(format_args!("{:127}{}{}", 1, "ß", "."));
    }

    #[test]
    fn a_value_that_fails_is_shown_as_far_as_it_comes() {
        struct Half;
        impl Display for Half {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("half")?;
                Err(fmt::Error)
            }
        }
        with_display(&Half, |text| assert_eq!(text, "half"));
    }
}
