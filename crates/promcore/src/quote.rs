//! Characters formatted as by Go's `%q`.

use std::fmt;

/// Writes a character between two of `quote`.
///
/// # Errors
///
/// If writing to `f` fails.
pub fn write_quoted(f: &mut fmt::Formatter<'_>, c: char, quote: char) -> fmt::Result {
    match c {
        '\\' => f.write_str("\\\\"),
        '\x07' => f.write_str("\\a"),
        '\x08' => f.write_str("\\b"),
        '\t' => f.write_str("\\t"),
        '\n' => f.write_str("\\n"),
        '\x0b' => f.write_str("\\v"),
        '\x0c' => f.write_str("\\f"),
        '\r' => f.write_str("\\r"),
        c if c == quote => write!(f, "\\{c}"),
        c if c.is_ascii_control() => write!(f, "\\x{:02x}", u32::from(c)),
        c if c.is_ascii() || is_printable(c) => write!(f, "{c}"),
        c if u32::from(c) < 0x1_0000 => write!(f, "\\u{:04x}", u32::from(c)),
        c => write!(f, "\\U{:08x}", u32::from(c)),
    }
}

/// Returns whether Go writes a character as it is: not control characters, invisible ones, or spaces other than the usual one.
fn is_printable(c: char) -> bool {
    // After a letter, because Rust escapes combining characters that have nothing to combine with.
    let text: String = ['a', c].into_iter().collect();
    text.escape_debug().eq(text.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Quoted(char, char);

    impl fmt::Display for Quoted {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_quoted(f, self.0, self.1)
        }
    }

    #[track_caller]
    fn check(c: char, expected: &str) {
        assert_eq!(Quoted(c, '"').to_string(), expected);
    }

    #[test]
    fn characters_are_quoted_as_in_go() {
        check('\\', r"\\");
        check('\n', r"\n");
        check('\0', r"\x00");
        check('\x7f', r"\x7f");
        check('"', "\\\"");
        check('\'', "'");
        assert_eq!(Quoted('\'', '\'').to_string(), r"\'");
        check('é', "é");
        check('\u{301}', "\u{301}");
        check('\u{a0}', r"\u00a0");
        check('\u{200b}', r"\u200b");
        check('\u{e0001}', r"\U000e0001");
    }
}
