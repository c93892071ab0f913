//! Bytes on their way out.

use std::io::{self, Write};

/// Bytes that are written in chunks, with room to write into before it is known how much.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

/// How many bytes a chunk has, unless a line is longer.
const CHUNK: usize = 64 * 1024;

/// What is left of a chunk when it is written out.
const RESERVE: usize = 1024;

impl Buffer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0; CHUNK],
            len: 0,
        }
    }

    /// Says whether it is time to write the chunk out.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len + RESERVE > CHUNK
    }

    /// Writes everything out.
    pub(crate) fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        let bytes = &self.bytes[..std::mem::take(&mut self.len)];
        out.write_all(bytes)
    }

    /// Appends `bytes`.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.bytes.len() - self.len < bytes.len() {
            self.grow(bytes.len());
        }
        self.bytes[self.len..][..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Appends what `write` writes to the beginning of the slice it is given; it returns how much that is, or nothing if it needs more room.
    #[inline]
    pub(crate) fn push_with(&mut self, write: impl Fn(&mut [u8]) -> Option<usize>) {
        loop {
            if let Some(len) = write(&mut self.bytes[self.len..]) {
                self.len += len;
                return;
            }
            self.grow(self.bytes.len());
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        self.bytes.resize(self.bytes.len() + more, 0);
    }

    /// Returns what was appended since the buffer had `start` bytes.
    pub(crate) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.len]
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}
