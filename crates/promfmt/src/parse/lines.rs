//! Splits an input into lines.

use std::io::{self, BufRead};

use memchr::memchr;

use super::fault::Fault;
use super::limits::Limits;
use crate::error::Error;

/// Reads lines, keeping only one in memory.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    /// A line that spans several pieces of the input.
    whole: Vec<u8>,
    /// How many bytes of the reader's current piece belong to the last line.
    used: usize,
    /// The number of lines read.
    pub(super) number: u64,
    bytes: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            whole: Vec::new(),
            used: 0,
            number: 0,
            bytes: 0,
        }
    }

    /// Returns the next line with its line feed, which only the last line may lack, or `None` at the end of the input.
    pub(super) fn next(&mut self, limits: &Limits) -> Result<Option<&[u8]>, Error> {
        self.input.consume(std::mem::take(&mut self.used));
        self.whole.clear();
        self.number += 1;
        let (is_end, end) = look(&mut self.input, |piece| {
            (piece.is_empty(), memchr(b'\n', piece))
        })?;
        if is_end {
            return Ok(None);
        }
        let len = match end {
            Some(end) => end + 1,
            None => self.gather(limits)?,
        };
        self.bytes += len as u64;
        self.check(limits, len)?;
        if end.is_none() {
            return Ok(Some(&self.whole));
        }
        self.used = len;
        // The same piece again, without a read, since nothing was consumed in between.
        let piece = self.input.fill_buf().map_err(Error::Read)?;
        Ok(piece.get(..len))
    }

    /// Assembles a line, up to a limit, and returns its length.
    #[cold]
    fn gather(&mut self, limits: &Limits) -> Result<usize, Error> {
        loop {
            let whole = &mut self.whole;
            let most = limits.line.saturating_add(1).saturating_sub(whole.len());
            let (len, is_end) = look(&mut self.input, |piece| {
                let end = memchr(b'\n', piece).map(|end| end + 1);
                let len = end.unwrap_or(piece.len());
                whole.extend_from_slice(&piece[..len.min(most)]);
                (len, end.is_some() || len == 0)
            })?;
            self.input.consume(len);
            if is_end || self.whole.len() > limits.line {
                return Ok(self.whole.len());
            }
        }
    }

    fn check(&self, limits: &Limits, len: usize) -> Result<(), Error> {
        if len > limits.line {
            let message = format!("the line has more than {} bytes", limits.line);
            return Err(Fault::limit(limits.line, message).in_line(self.number));
        }
        if self.bytes > limits.bytes {
            let message = format!("the input has more than {} bytes", limits.bytes);
            return Err(Fault::limit(0, message).in_line(self.number));
        }
        Ok(())
    }
}

/// Passes the next piece of the input to `look`.
fn look<T>(input: &mut impl BufRead, look: impl FnOnce(&[u8]) -> T) -> Result<T, Error> {
    loop {
        match input.fill_buf() {
            Ok(piece) => return Ok(look(piece)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Read(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// Reads everything in pieces of `piece` bytes.
    fn read(text: &[u8], piece: usize, limits: &Limits) -> Result<Vec<String>, String> {
        let mut lines = Lines::new(BufReader::with_capacity(piece, text));
        let mut found = Vec::new();
        loop {
            match lines.next(limits) {
                Ok(Some(line)) => found.push(String::from_utf8(line.to_vec()).unwrap()),
                Ok(None) => return Ok(found),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[test]
    fn lines_are_found_in_pieces_of_all_sizes() {
        for piece in 1..20 {
            let lines = read(b"a\n\nlonger one\nlast", piece, &Limits::default());
            assert_eq!(lines.unwrap(), ["a\n", "\n", "longer one\n", "last"]);
        }
        assert!(read(b"", 1, &Limits::default()).unwrap().is_empty());
    }

    #[test]
    fn b23_long_lines_and_inputs_are_refused_before_they_are_kept() {
        let limits = Limits::default().line(5).bytes(12);
        for piece in 1..20 {
            let refused = |text, message: &str| {
                assert_eq!(read(text, piece, &limits).unwrap_err(), message);
            };
            assert!(read(b"abcd\nabcd\nx\n", piece, &limits).is_ok());
            refused(
                b"\nabcdef\n",
                "cannot parse metrics at line 2, column 6: the line has more than 5 bytes",
            );
            refused(
                b"abcd\nabcd\nxy\n",
                "cannot parse metrics at line 3, column 1: the input has more than 12 bytes",
            );
        }
        let mut lines = Lines::new(BufReader::with_capacity(100, io::repeat(b'x')));
        assert!(lines.next(&Limits::default().line(1_000)).is_err());
        assert!(lines.whole.capacity() < 4_000);
    }
}
