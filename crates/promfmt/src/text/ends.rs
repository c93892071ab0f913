//! What lines end with.

use super::dialect::Dialect;
use crate::number::{ROOM, small};

/// What lines with labels end with: the closing brace, a space, the value and a line feed.
#[derive(Debug)]
pub(super) struct Ends {
    dialect: Dialect,
    words: &'static Words,
    /// How many bytes are behind the digits of a whole number.
    behind: usize,
}

/// Most bytes that an end has: those of a float and three more.
pub(super) const END: usize = 2 + ROOM + 1;

impl Ends {
    pub(super) fn of(dialect: Dialect) -> Self {
        let (words, behind) = match dialect {
            Dialect::Plain => (&PLAIN, b"\n".len()),
            Dialect::OpenMetrics { .. } => (&OPEN_METRICS, b".0\n".len()),
        };
        Self {
            dialect,
            words,
            behind,
        }
    }

    /// Writes the end for a value to the beginning of `out`, and returns its length.
    // Always, and with a table: what values are usual takes fewer instructions than a call.
    #[inline(always)]
    pub(super) fn write(&self, value: f64, out: &mut [u8; END]) -> usize {
        match small(value) {
            Some(value) if value < 1_000 => {
                out[..2].copy_from_slice(BEFORE);
                2 + self.put(value, &mut out[2..])
            }
            Some(value) => {
                out[..2].copy_from_slice(BEFORE);
                let thousands = 2 + self.put(value / 1_000, &mut out[2..]) - self.behind;
                thousands + self.put(PADDED + value % 1_000, &mut out[thousands..])
            }
            None => self.write_any(value, out),
        }
    }

    /// Writes a word to the beginning of `out`, with rubbish behind, and returns the length of its text.
    #[inline(always)]
    fn put(&self, word: u32, out: &mut [u8]) -> usize {
        let word = &self.words[word as usize % WORDS];
        out[..8].copy_from_slice(word);
        word[7].into()
    }

    #[inline(never)]
    fn write_any(&self, value: f64, out: &mut [u8; END]) -> usize {
        let (before, place) = out.split_at_mut(2);
        before.copy_from_slice(BEFORE);
        let number = place.first_chunk_mut();
        let number = number.expect("there is room for a float");
        let len = self.dialect.write_float(value, number);
        place[len] = b'\n';
        2 + len + 1
    }
}

/// What is before the value.
const BEFORE: &[u8; 2] = b"} ";

/// The numbers below a thousand with what is behind them, then the same with three digits each; in the last byte of each is how long it is.
type Words = [[u8; 8]; WORDS];

const WORDS: usize = 2 * PADDED as usize;

/// The word of 000.
const PADDED: u32 = 1_000;

static PLAIN: Words = words(b"\n");

static OPEN_METRICS: Words = words(b".0\n");

const fn words(behind: &[u8]) -> Words {
    let mut all = [[0; 8]; WORDS];
    let mut at = 0;
    while at < all.len() {
        let (value, mut unit) = match at {
            0..10 => (at, 1),
            10..100 => (at, 10),
            100..1_000 => (at, 100),
            _ => (at - PADDED as usize, 100),
        };
        let (text, mut len) = (&mut all[at], 0);
        while unit > 0 {
            text[len] = b'0' + (value / unit % 10) as u8;
            (unit, len) = (unit / 10, len + 1);
        }
        let mut next = 0;
        while next < behind.len() {
            text[len] = behind[next];
            (next, len) = (next + 1, len + 1);
        }
        text[7] = len as u8;
        at += 1;
    }
    all
}
