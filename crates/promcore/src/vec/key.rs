//! Label values as words, in which they are hashed, compared, sorted and written.
//!
//! A value of up to seven bytes is one word: the bytes, and the length in the highest byte.
//! A longer one is a word with its length, marked as such, and its bytes in words, the last of which may repeat bytes of the one before.
//! So the words tell where a value ends, and different label values never have the same words.

use std::cmp::Ordering as Order;

use crate::sync::{AtomicU64, Ordering};

/// Bytes in a word.
const WORD: usize = 8;

/// The highest byte of the word with the length of a long value.
const LONG: u64 = 0xFF << 56;

/// Passes the words of `value` to `each` until it says no, and returns whether it never did.
#[inline]
pub(crate) fn words(value: &str, mut each: impl FnMut(u64) -> bool) -> bool {
    let bytes = value.as_bytes();
    let Some(last) = bytes.last_chunk::<WORD>() else {
        return each(short(bytes));
    };
    let (whole, rest) = bytes.as_chunks::<WORD>();
    each(LONG | bytes.len() as u64)
        && whole.iter().all(|word| each(u64::from_le_bytes(*word)))
        && (rest.is_empty() || each(u64::from_le_bytes(*last)))
}

/// Returns up to seven bytes in a word, with their number above.
#[inline]
fn short(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let bytes = if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>())
    {
        // Two halves, which agree where they overlap.
        u64::from(u32::from_le_bytes(*low))
            | u64::from(u32::from_le_bytes(*high)) << (8 * (len - 4))
    } else if len > 0 {
        let byte = |at: usize| u64::from(bytes[at]) << (8 * at);
        byte(0) | byte(len / 2) | byte(len - 1)
    } else {
        0
    };
    bytes | (len as u64) << 56
}

/// A value, read from the words it was kept in.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    len: usize,
    /// The words of its bytes; of a short value the only one.
    words: &'a [AtomicU64],
}

impl<'a> Value<'a> {
    /// Reads the first value of `words`, and returns the words behind it.
    #[inline]
    pub(crate) fn split_from(words: &'a [AtomicU64]) -> (Self, &'a [AtomicU64]) {
        // Relaxed: whoever led here has seen to it that the words are complete.
        let first = words[0].load(Ordering::Relaxed);
        if first >= LONG {
            let len = (first ^ LONG) as usize;
            let (words, behind) = words[1..].split_at(len.div_ceil(WORD));
            (Self { len, words }, behind)
        } else {
            let (words, behind) = words.split_at(1);
            let len = (first >> 56) as usize;
            (Self { len, words }, behind)
        }
    }

    pub(crate) fn to_text(self) -> String {
        let mut bytes: Vec<u8> = (0..self.words.len())
            .flat_map(|at| self.group(at).to_be_bytes())
            .collect();
        bytes.truncate(self.len);
        String::from_utf8(bytes).expect("a label value came as text")
    }

    /// Returns the eight bytes from `8 * at` on as a number that sorts like them, with zeros for those behind the end.
    #[inline]
    fn group(self, at: usize) -> u64 {
        let word = self.words[at].load(Ordering::Relaxed);
        let here = self.len - at * WORD;
        let bytes = if self.len < WORD {
            word & !LONG
        } else if here < WORD {
            word >> (8 * (WORD - here))
        } else {
            word
        };
        bytes.swap_bytes()
    }

    /// Compares two values byte by byte.
    #[inline]
    pub(crate) fn compare(self, other: Self) -> Order {
        let groups = self.words.len().min(other.words.len());
        (0..groups)
            .map(|at| self.group(at).cmp(&other.group(at)))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| self.len.cmp(&other.len))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(values: &[&str]) -> Vec<AtomicU64> {
        let mut kept = Vec::new();
        for value in values {
            words(value, |word| {
                kept.push(AtomicU64::new(word));
                true
            });
        }
        kept
    }

    #[test]
    fn values_of_all_lengths_are_kept() {
        let text = "0123456789abcdefghijklmnopqrstuvwxyz";
        for len in 0..text.len() {
            let kept = kept(&[&text[..len], "next"]);
            let (value, behind) = Value::split_from(&kept);
            assert_eq!(value.to_text(), text[..len]);
            assert_eq!(Value::split_from(behind).0.to_text(), "next");
        }
    }

    proptest! {
        #[test]
        fn different_values_have_different_words(
            a in prop::collection::vec("[a\\x00é]{0,12}", 2),
            b in prop::collection::vec("[a\\x00é]{0,12}", 2),
        ) {
            let words = |values: &[String]| -> Vec<u64> {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                kept(&values).iter().map(|word| word.load(Ordering::Relaxed)).collect()
            };
            prop_assert_eq!(words(&a) == words(&b), a == b);
        }

        #[test]
        fn values_sort_as_their_bytes_do(a in "[a\\x00é]{0,20}", b in "[a\\x00é]{0,20}") {
            let (kept_a, kept_b) = (kept(&[&a]), kept(&[&b]));
            let order = Value::split_from(&kept_a).0.compare(Value::split_from(&kept_b).0);
            prop_assert_eq!(order, a.as_bytes().cmp(b.as_bytes()));
        }
    }
}
