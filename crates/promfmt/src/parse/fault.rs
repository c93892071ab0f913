use std::fmt;

use promcore::__private::write_quoted;

use crate::error::{Error, Position};

/// An error in a line, and its position.
#[derive(Debug)]
pub(super) struct Fault {
    /// The number of bytes before it.
    pub(super) at: usize,
    pub(super) message: String,
    pub(super) is_limit: bool,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
            is_limit: false,
        }
    }

    /// Makes a fault for valid input that exceeds a limit.
    pub(super) fn limit(at: usize, message: impl Into<String>) -> Self {
        Self {
            is_limit: true,
            ..Self::new(at, message)
        }
    }

    pub(super) fn in_line(self, line: u64) -> Error {
        let at = Position::Line {
            line,
            column: self.at as u64 + 1,
        };
        self.into_error(at)
    }

    /// Converts to an error at a byte offset, in an input with `before` bytes before this part.
    pub(super) fn in_bytes(self, before: u64) -> Error {
        let at = Position::Byte(before + self.at as u64);
        self.into_error(at)
    }

    fn into_error(self, at: Position) -> Error {
        let message = self.message;
        if self.is_limit {
            Error::Limit { at, message }
        } else {
            Error::Parse { at, message }
        }
    }
}

/// Bytes of the input, formatted like a string with Go's `%q`, and truncated.
pub(super) struct Quoted<'a>(pub(super) &'a [u8]);

/// The maximum number of bytes that are shown.
const SHOWN: usize = 200;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, dots) = match self.0.get(..SHOWN) {
            Some(shown) if self.0.len() > SHOWN => (shown, "..."),
            _ => (self.0, ""),
        };
        f.write_str("\"")?;
        for chunk in shown.utf8_chunks() {
            for c in chunk.valid().chars() {
                write_quoted(f, c, '"')?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        write!(f, "{dots}\"")
    }
}

/// A byte of the input, formatted like a character with Go's `%q`.
pub(super) struct QuotedByte(pub(super) u8);

impl fmt::Display for QuotedByte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        write_quoted(f, char::from(self.0), '\'')?;
        f.write_str("'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(Quoted(bytes).to_string(), expected);
    }

    #[test]
    fn bytes_are_shown_as_in_go() {
        check(b"a\"b'\\", r#""a\"b'\\""#);
        check(b"\xff\x00\n\r", r#""\xff\x00\n\r""#);
        check("é\u{a0}\u{200b}".as_bytes(), r#""é\u00a0\u200b""#);
        check("e\u{301}".as_bytes(), "\"e\u{301}\"");
        assert_eq!(QuotedByte(b'\n').to_string(), r"'\n'");
        assert_eq!(QuotedByte(b'\'').to_string(), r"'\''");
        assert_eq!(QuotedByte(b'"').to_string(), "'\"'");
        assert_eq!(QuotedByte(0xc3).to_string(), "'Ã'");
    }

    #[test]
    fn long_tokens_are_cut() {
        let shown = Quoted(&[b'x'; 100_000]).to_string();
        assert_eq!(shown, format!("\"{}...\"", "x".repeat(SHOWN)));
    }
}
