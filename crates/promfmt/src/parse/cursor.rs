//! Reads the tokens of lines in all text formats.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

use super::fault::{Fault, Quoted, QuotedByte};

/// A line, and how far it has been read.
///
/// It includes its line feed, so that there is always a next byte; a line without one was cut off.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
    escapes: Escapes,
}

/// What to do with a backslash before a character that needs none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Keep,
    Refuse,
}

/// What a name is for, as shown in messages.
#[derive(Clone, Copy)]
pub(super) enum Named {
    Label,
    Metric,
}

impl Named {
    fn as_str(self) -> &'static str {
        match self {
            Self::Label => "label name",
            Self::Metric => "metric name",
        }
    }
}

/// Characters of unquoted names: 1 for those that may start a label name, 2 for digits, 4 for the colon.
static NAME: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => 1,
            b'0'..=b'9' => 2,
            b':' => 4,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a [u8], escapes: Escapes) -> Self {
        Self {
            line,
            at: 0,
            escapes,
        }
    }

    /// Returns the number of bytes read.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Returns the next byte.
    #[inline]
    pub(super) fn peek(&self) -> Result<u8, Fault> {
        match self.line.get(self.at) {
            Some(&byte) => Ok(byte),
            None => Err(self.cut_off()),
        }
    }

    #[cold]
    fn cut_off(&self) -> Fault {
        Fault::new(self.at, "unexpected end of input stream")
    }

    /// Skips the byte that [`peek`](Self::peek) returned.
    #[inline]
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Skips blanks and returns the byte after them.
    #[inline]
    pub(super) fn skip_blanks(&mut self) -> Result<u8, Fault> {
        loop {
            match self.peek()? {
                b' ' | b'\t' => self.at += 1,
                other => return Ok(other),
            }
        }
    }

    /// Reads up to the next blank or the end of the line.
    #[inline]
    pub(super) fn word(&mut self) -> Result<&'a [u8], Fault> {
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
        match end {
            Some(end) => {
                self.at += end;
                Ok(&rest[..end])
            }
            None => {
                self.at = self.line.len();
                Err(self.cut_off())
            }
        }
    }

    /// Reads up to the end of the line.
    pub(super) fn up_to_end(&mut self) -> Result<&'a [u8], Fault> {
        let rest = self.rest();
        self.at = self.line.len();
        match rest {
            [text @ .., b'\n'] => {
                self.at -= 1;
                Ok(text)
            }
            _ => Err(self.cut_off()),
        }
    }

    /// Returns the bytes read.
    pub(super) fn passed(&self) -> &'a [u8] {
        &self.line[..self.at]
    }

    /// Skips these bytes if they come next.
    #[inline]
    pub(super) fn skip(&mut self, bytes: &[u8]) -> Option<()> {
        self.rest().strip_prefix(bytes)?;
        self.at += bytes.len();
        Some(())
    }

    /// Reads up to a closing quote, if there is no escape before it.
    #[inline]
    pub(super) fn unescaped(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let end = memchr3(b'"', b'\\', b'\n', rest).filter(|&end| rest[end] == b'"')?;
        self.at += end;
        Some(&rest[..end])
    }

    /// Returns the rest of the line, with the line feed.
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    /// Reads a name: plain, in quotes, or, as Go accepts it, first plain and then in quotes; empty if there is none.
    #[inline]
    pub(super) fn name(&mut self, named: Named) -> Result<Cow<'a, [u8]>, Fault> {
        let plain = self.plain_name(named);
        if self.peek()? != b'"' {
            return Ok(Cow::Borrowed(plain));
        }
        self.step();
        let quoted = self.quoted_after(plain, named.as_str())?;
        self.peek()?;
        Ok(if plain.is_empty() {
            quoted
        } else {
            Cow::Owned([plain, &quoted].concat())
        })
    }

    /// Reads an unquoted name; empty if there is none.
    #[inline]
    pub(super) fn plain_name(&mut self, named: Named) -> &'a [u8] {
        let (first, others) = match named {
            Named::Label => (1, 1 | 2),
            Named::Metric => (1 | 4, 1 | 2 | 4),
        };
        let rest = self.rest();
        let starts = rest
            .first()
            .is_some_and(|&byte| NAME[usize::from(byte)] & first != 0);
        let is_other = |&byte: &u8| NAME[usize::from(byte)] & others == 0;
        let len = if starts {
            rest.iter().position(is_other).unwrap_or(rest.len())
        } else {
            0
        };
        self.at += len;
        &rest[..len]
    }

    /// Reads up to the closing quote, and skips it.
    #[inline]
    pub(super) fn quoted(&mut self, what: &str) -> Result<Cow<'a, [u8]>, Fault> {
        self.quoted_after(b"", what)
    }

    /// Reads up to the closing quote; an error also shows `plain`, the text before the opening quote.
    #[inline]
    fn quoted_after(&mut self, plain: &[u8], what: &str) -> Result<Cow<'a, [u8]>, Fault> {
        match self.unescaped() {
            Some(text) => {
                self.step();
                Ok(Cow::Borrowed(text))
            }
            None => self.escaped(plain, what).map(Cow::Owned),
        }
    }

    /// Reads text with escapes up to the closing quote, and skips it.
    #[cold]
    fn escaped(&mut self, plain: &[u8], what: &str) -> Result<Vec<u8>, Fault> {
        let start = self.at;
        let mut text = Vec::new();
        loop {
            let rest = self.rest();
            let Some(end) = memchr3(b'"', b'\\', b'\n', rest) else {
                self.at = self.line.len();
                return Err(self.cut_off());
            };
            text.extend_from_slice(&rest[..end]);
            self.at += end + 1;
            match rest[end] {
                b'"' => return Ok(text),
                b'\\' => self.escape(&mut text)?,
                _ => {
                    let text = [plain, &text].concat();
                    let message = format!("{what} {} contains unescaped new-line", Quoted(&text));
                    return Err(Fault::new(start - 1, message));
                }
            }
        }
    }

    /// Reads text with escapes up to the end of the line.
    pub(super) fn help(&mut self) -> Result<Cow<'a, [u8]>, Fault> {
        if memchr(b'\\', self.rest()).is_none() {
            return self.up_to_end().map(Cow::Borrowed);
        }
        let mut text = Vec::new();
        while let Some(end) = memchr(b'\\', self.rest()) {
            text.extend_from_slice(&self.rest()[..end]);
            self.at += end + 1;
            self.escape(&mut text)?;
        }
        text.extend_from_slice(self.up_to_end()?);
        Ok(Cow::Owned(text))
    }

    /// Reads the character after a backslash.
    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Fault> {
        match self.peek()? {
            b'n' => text.push(b'\n'),
            byte @ (b'\\' | b'"') => text.push(byte),
            // The next character is read like any other.
            _ if self.escapes == Escapes::Keep => {
                text.push(b'\\');
                return Ok(());
            }
            other => {
                let message = format!("invalid escape sequence '\\{}'", char::from(other));
                return Err(Fault::new(self.at - 1, message));
            }
        }
        self.step();
        Ok(())
    }

    /// Returns a fault that shows an unexpected byte.
    #[cold]
    pub(super) fn expected(&self, what: &str, found: u8) -> Fault {
        Fault::new(self.at, format!("{what} {}", QuotedByte(found)))
    }
}
