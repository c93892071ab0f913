//! Label values as words, in which they are hashed, compared, sorted and written.
//!
//! The words of a value are its bytes, then a byte that no text has, then zeros to fill the last word.
//! So they tell where a value ends, and different label values never have the same words.

use std::cmp::Ordering as Order;

use crate::sync::{AtomicU64, Ordering};
use crate::vec::index::Hash;

/// Bytes in a word.
const WORD: usize = 8;

/// The byte behind a value.
const END: u64 = 0xFF;

/// Returns the bits to look the series with these values up by.
#[inline]
pub(crate) fn tag<'a>(mut hash: Hash, values: impl Iterator<Item = &'a str>) -> u64 {
    for value in values {
        pairs(value, |a, b| hash.add(a, b));
        hash.end_value();
    }
    hash.tag()
}

/// Passes `value` to `each` in pairs of words for a hash.
///
/// The last pair overlaps the one before, or itself, which saves the shifts of [`words`]: it tells all bytes together with the length that is mixed in.
#[inline]
fn pairs(value: &str, mut each: impl FnMut(u64, u64)) {
    let bytes = value.as_bytes();
    let len = bytes.len() as u64;
    let (low, high) = if let Some(last) = bytes.last_chunk::<16>() {
        for chunk in bytes[..bytes.len() - 1].as_chunks::<16>().0 {
            let (low, high) = halves(chunk);
            each(low, high);
        }
        halves(last)
    } else if let (Some(low), Some(high)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (u64::from_le_bytes(*low), u64::from_le_bytes(*high))
    } else if let (Some(low), Some(high)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (
            u32::from_le_bytes(*low).into(),
            u32::from_le_bytes(*high).into(),
        )
    } else if let [first, .., last] = bytes {
        (
            u64::from(*first) | u64::from(bytes[len as usize / 2]) << 8,
            u64::from(*last) << 8,
        )
    } else {
        (bytes.first().map_or(0, |&byte| byte.into()), 0)
    };
    each(low, high ^ len);
}

#[inline]
fn halves(chunk: &[u8; 16]) -> (u64, u64) {
    let both = u128::from_le_bytes(*chunk);
    (both as u64, (both >> 64) as u64)
}

/// Says whether `kept` begins with the words of `values`.
///
/// The words are made here rather than kept, so that values of all lengths take the same way.
// Always: on its own it gets the values through memory.
#[inline(always)]
pub(crate) fn begins<'a>(
    mut kept: &[AtomicU64],
    mut values: impl Iterator<Item = &'a str>,
) -> bool {
    values.all(|value| {
        // One look at the length of `kept` for all words of a value.
        let Some((here, behind)) = kept.split_at_checked(value.len() / WORD + 1) else {
            return false;
        };
        kept = behind;
        let (last, whole) = here.split_last().expect("a value has a word");
        // Relaxed: the acquire of the index slot has brought the words.
        let same = |(word, kept): (&[u8; WORD], &AtomicU64)| {
            u64::from_le_bytes(*word) == kept.load(Ordering::Relaxed)
        };
        let chunks = value.as_bytes().as_chunks::<WORD>().0;
        chunks.iter().zip(whole).all(same)
            && last.load(Ordering::Relaxed) == last_word(value.as_bytes())
    })
}

/// Passes the words of `value` to `each`.
#[inline]
pub(crate) fn words(value: &str, mut each: impl FnMut(u64)) {
    let (whole, _) = value.as_bytes().as_chunks::<WORD>();
    whole
        .iter()
        .for_each(|word| each(u64::from_le_bytes(*word)));
    each(last_word(value.as_bytes()));
}

/// Returns the word that the end of a value is in.
#[inline]
fn last_word(bytes: &[u8]) -> u64 {
    let Some(last) = bytes.last_chunk::<WORD>() else {
        return short(bytes);
    };
    // The last eight bytes, without those that stand in a word before; a shift by all 64 bits takes two.
    let bits = 8 * (bytes.len() % WORD);
    (u64::from_le_bytes(*last) >> (56 - bits) >> 8) | END << bits
}

/// Returns the only word of a value of up to seven bytes.
#[inline]
fn short(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let end = END << (8 * len);
    if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // Two halves, which agree where they overlap.
        let high = u64::from(u32::from_le_bytes(*high)) << (8 * (len - 4));
        u64::from(u32::from_le_bytes(*low)) | high | end
    } else if len > 0 {
        let byte = |at: usize| u64::from(bytes[at]) << (8 * at);
        byte(0) | byte(len / 2) | byte(len - 1) | end
    } else {
        end
    }
}

/// A value, read from the words it was kept in.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a>(&'a [AtomicU64]);

impl<'a> Value<'a> {
    /// Reads the first value of `words`, and returns the words behind it.
    pub(crate) fn split_from(words: &'a [AtomicU64]) -> (Self, &'a [AtomicU64]) {
        // Relaxed: whoever led here has seen to it that the words are complete.
        let is_last = |word: &AtomicU64| end_of(word.load(Ordering::Relaxed)).is_some();
        let last = words.iter().position(is_last).expect("a value has an end");
        let (value, behind) = words.split_at(last + 1);
        (Self(value), behind)
    }

    pub(crate) fn to_text(self) -> String {
        let words = self.0.iter().map(|word| word.load(Ordering::Relaxed));
        let mut bytes: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
        let end = bytes.iter().rposition(|&byte| u64::from(byte) == END);
        bytes.truncate(end.expect("a value has an end"));
        String::from_utf8(bytes).expect("a label value came as text")
    }
}

/// Compares the values that two runs of words begin with, equally many in both: value by value, and byte by byte.
///
/// As the words tell where values end, the first words that differ decide.
pub(crate) fn compare(a: &[AtomicU64], b: &[AtomicU64]) -> Order {
    if std::ptr::eq(a, b) {
        return Order::Equal;
    }
    // Relaxed: whoever led here has seen to it that the words are complete.
    let words = a.iter().zip(b);
    let mut words = words.map(|(a, b)| (a.load(Ordering::Relaxed), b.load(Ordering::Relaxed)));
    words.find(|(a, b)| a != b).map_or(Order::Equal, |(a, b)| {
        // Without the end, with the first byte highest: what is left sorts like the bytes, but for zeros behind.
        let end = |word| end_of(word).unwrap_or(WORD);
        sortable(a)
            .cmp(&sortable(b))
            .then_with(|| end(a).cmp(&end(b)))
    })
}

/// Returns where in a word the value ends, if it does.
#[inline]
fn end_of(word: u64) -> Option<usize> {
    // The highest byte that is not zero is the end, if anything is: no text has it elsewhere.
    let highest = (WORD - 1).checked_sub(word.leading_zeros() as usize / 8)?;
    (word >> (8 * highest) == END).then_some(highest)
}

#[inline]
fn sortable(word: u64) -> u64 {
    match end_of(word) {
        Some(end) => (word & !(END << (8 * end))).swap_bytes(),
        None => word.swap_bytes(),
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(values: &[&str]) -> Vec<AtomicU64> {
        let mut kept = Vec::new();
        for value in values {
            words(value, |word| kept.push(AtomicU64::new(word)));
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
        fn values_sort_as_their_bytes_do(
            a in prop::collection::vec("[a\\x00é]{0,12}", 2),
            b in prop::collection::vec("[a\\x00é]{0,12}", 2),
        ) {
            let run = |values: &[String]| {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                kept(&values)
            };
            prop_assert_eq!(compare(&run(&a), &run(&b)), a.cmp(&b));
        }
    }
}
