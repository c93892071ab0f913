//! Integers below a million from a table, with the text after them.

use super::ends::NUMBER;

/// Texts of up to three digits, and the text after a number in a line.
#[derive(Debug)]
pub(super) struct Words {
    /// The numbers below a thousand, then the same with three digits each; the last byte of each is its length.
    words: [[u8; 8]; 2 * PADDED],
    /// The length of the text after the digits.
    behind: usize,
}

/// The index of 000.
const PADDED: usize = 1_000;

/// Values in text format 0.0.4, and counts in all formats.
pub(super) static PLAIN: Words = Words::with(b"\n");

/// Values in OpenMetrics.
pub(super) static OPEN_METRICS: Words = Words::with(b".0\n");

impl Words {
    const fn with(behind: &[u8]) -> Self {
        let mut words = [[0; 8]; 2 * PADDED];
        let mut at = 0;
        while at < words.len() {
            let (value, mut unit) = match at {
                0..10 => (at, 1),
                10..100 => (at, 10),
                100..PADDED => (at, 100),
                _ => (at - PADDED, 100),
            };
            let (text, mut len) = (&mut words[at], 0);
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
        Self {
            words,
            behind: behind.len(),
        }
    }

    /// Writes a number below a million to the beginning of `out`, followed by garbage, and returns its length.
    // Always: it takes fewer instructions than a call.
    #[inline(always)]
    pub(super) fn write(&self, value: u32, out: &mut [u8; NUMBER]) -> usize {
        let value = value as usize;
        if value < PADDED {
            return self.put(value, out, 0);
        }
        let thousands = self.put(value / 1_000 % PADDED, out, 0) - self.behind;
        thousands + self.put(PADDED + value % 1_000, out, thousands)
    }

    #[inline(always)]
    fn put(&self, word: usize, out: &mut [u8; NUMBER], at: usize) -> usize {
        let word = &self.words[word];
        // There are at most three digits before.
        let at = at % 4;
        out[at..at + word.len()].copy_from_slice(word);
        word[7].into()
    }
}
