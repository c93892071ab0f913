//! Label values as words, in which they are hashed, compared, kept and sorted.
//!
//! The first word of a value has its length in the lowest byte and its first seven bytes above.
//! Of a value that is longer, eight bytes at a time follow; the last word has the last eight bytes, so that it may overlap the one before.
//! A length that does not fit a byte takes a word of its own, behind the first one.
//! So the words tell where a value ends, and different label values never have the same words.

use std::cmp::Ordering as Order;

use crate::sync::{AtomicU64, Ordering};
use crate::vec::hash::{Hash, Seeds};

/// Bytes in a word.
const WORD: usize = 8;

/// Bytes of a value in its first word.
const IN_FIRST: usize = WORD - 1;

/// Says that the length has a word of its own.
const LONG: u8 = u8::MAX;

/// A value with the words that nearly all values are told by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    bytes: &'a [u8],
    first: u64,
    /// The last word, or 0 if the first is the only one.
    last: u64,
}

impl<'a> Given<'a> {
    #[inline(always)]
    pub(crate) fn new(value: &'a str) -> Self {
        Self::of_bytes(value.as_bytes())
    }

    #[inline(always)]
    pub(crate) fn of_bytes(bytes: &'a [u8]) -> Self {
        let len = bytes.len() as u64;
        let (first, last) = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => (
                u64::from_le_bytes(*first) << 8 | len.min(LONG.into()),
                u64::from_le_bytes(*last),
            ),
            _ => (short(bytes) << 8 | len, 0),
        };
        Self { bytes, first, last }
    }

    /// Says whether there are words between the first and the last.
    #[inline(always)]
    fn has_inner(&self) -> bool {
        self.bytes.len() > IN_FIRST + WORD
    }

    /// Returns how many words there are.
    pub(crate) fn len(&self) -> usize {
        let is_long = self.bytes.len() >= LONG.into();
        1 + usize::from(is_long) + self.bytes.len() / WORD
    }

    /// Passes all words to `each`.
    pub(crate) fn words(&self, mut each: impl FnMut(u64)) {
        each(self.first);
        inner(self.bytes).for_each(&mut each);
        if self.bytes.len() > IN_FIRST {
            each(self.last);
        }
    }
}

/// Returns the words of a value between the first and the last.
fn inner(value: &[u8]) -> impl Iterator<Item = u64> {
    let len = value.len();
    let whole = value.get(IN_FIRST..len.saturating_sub(1));
    let words = whole.unwrap_or_default().as_chunks::<WORD>().0;
    let long = (len >= LONG.into()).then_some(len as u64);
    long.into_iter()
        .chain(words.iter().map(|word| u64::from_le_bytes(*word)))
}

/// Returns a value of up to seven bytes as a number, with rubbish behind the end.
#[inline(always)]
fn short(bytes: &[u8]) -> u64 {
    if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // Two halves, which agree where they overlap.
        let high = u64::from(u32::from_le_bytes(*high)) << (8 * (bytes.len() - 4));
        u64::from(u32::from_le_bytes(*low)) | high
    } else if let ([first, ..], [.., last]) = (bytes, bytes) {
        // The one in the middle is the second one, if there are two or three.
        let middle = u64::from(bytes[bytes.len() / 2]) << 8;
        u64::from(*first) | middle | u64::from(*last) << 16
    } else {
        0
    }
}

/// Returns the hash of `values`.
#[inline(always)]
pub(crate) fn hash<'a>(mut hash: Hash, values: impl Iterator<Item = Given<'a>>) -> u64 {
    for value in values {
        if value.has_inner() {
            match inner_two(value.bytes) {
                Some((a, b)) => hash.add(a, b),
                None => hash.add_sum(inner_sum(hash.apart(), value.bytes)),
            }
        }
        hash.add(value.first, value.last);
    }
    hash.finish()
}

/// Returns two words that have all bytes between the first and the last word, if they are as few.
#[inline(always)]
fn inner_two(bytes: &[u8]) -> Option<(u64, u64)> {
    let (_, behind_first) = bytes.split_at_checked(IN_FIRST)?;
    let (before_last, _) = bytes.split_at_checked(bytes.len().checked_sub(WORD)?)?;
    let (a, b) = (behind_first.first_chunk()?, before_last.last_chunk()?);
    (bytes.len() < 4 * WORD).then_some((u64::from_le_bytes(*a), u64::from_le_bytes(*b)))
}

/// Returns the hash of the inner words of a value.
#[inline(never)]
fn inner_sum(seeds: Seeds, bytes: &[u8]) -> u64 {
    let mut hash = seeds.hash();
    inner(bytes).for_each(|word| hash.add(word, 0));
    hash.sum()
}

/// Says whether `kept` begins with the words of `values`.
// Always: on its own it gets the values through memory.
#[inline(always)]
pub(crate) fn begins<'a>(mut kept: &[AtomicU64], values: impl Iterator<Item = Given<'a>>) -> bool {
    for value in values {
        // Relaxed, here and below: the acquire of the index slot has brought the words.
        let Some((first, mut behind)) = kept.split_first() else {
            return false;
        };
        if first.load(Ordering::Relaxed) != value.first {
            return false;
        }
        if value.has_inner() {
            match behind_inner(behind, value.bytes) {
                Some(rest) => behind = rest,
                None => return false,
            }
        }
        if value.bytes.len() > IN_FIRST {
            match behind.split_first() {
                Some((last, rest)) if last.load(Ordering::Relaxed) == value.last => behind = rest,
                _ => return false,
            }
        }
        kept = behind;
    }
    true
}

/// Returns what is behind the inner words of a value, if `kept` begins with them.
#[inline(always)]
fn behind_inner<'a>(kept: &'a [AtomicU64], bytes: &[u8]) -> Option<&'a [AtomicU64]> {
    if bytes.len() < 3 * WORD
        && let Some((_, behind_first)) = bytes.split_at_checked(IN_FIRST)
        && let Some(only) = behind_first.first_chunk()
    {
        let (word, behind) = kept.split_first()?;
        return (word.load(Ordering::Relaxed) == u64::from_le_bytes(*only)).then_some(behind);
    }
    behind_many(kept, bytes)
}

#[inline(never)]
fn behind_many<'a>(mut kept: &'a [AtomicU64], bytes: &[u8]) -> Option<&'a [AtomicU64]> {
    for word in inner(bytes) {
        let (next, behind) = kept.split_first()?;
        if next.load(Ordering::Relaxed) != word {
            return None;
        }
        kept = behind;
    }
    Some(kept)
}

/// A value, read from the words it was kept in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'a> {
    first: u64,
    len: usize,
    /// The words behind the first and, if it is there, the length.
    rest: &'a [AtomicU64],
}

impl<'a> Kept<'a> {
    /// Reads the first value of `words`, and returns the words behind it.
    pub(crate) fn split_from(words: &'a [AtomicU64]) -> (Self, &'a [AtomicU64]) {
        // Relaxed, here and below: whoever led here has seen to it that the words are complete.
        let (first, mut behind) = words.split_first().expect("a value has a word");
        let first = first.load(Ordering::Relaxed);
        let mut len = first as usize & 0xFF;
        if len == LONG.into() {
            let (long, others) = behind.split_first().expect("a long value has a length");
            len = long.load(Ordering::Relaxed) as usize;
            behind = others;
        }
        let (rest, behind) = behind.split_at(len / WORD);
        (Self { first, len, rest }, behind)
    }

    /// Returns the bytes in the first word, with zeros behind the end and in the highest one.
    fn text(&self) -> u64 {
        let text = self.first >> 8;
        match self.len < IN_FIRST {
            true => text & ((1 << (8 * self.len)) - 1),
            false => text,
        }
    }

    /// Returns eight bytes from `IN_FIRST + 8 * at` on, with zeros behind the end.
    fn word(&self, at: usize) -> u64 {
        let word = self.rest[at].load(Ordering::Relaxed);
        let end = IN_FIRST + WORD * (at + 1);
        // The last word overlaps the one before; a shift by all 64 bits takes two.
        match end.checked_sub(self.len) {
            Some(too_many @ 1..) => word >> (8 * (too_many - 1)) >> 8,
            _ => word,
        }
    }

    /// Appends the value.
    pub(crate) fn push_to(&self, bytes: &mut Vec<u8>) {
        let end = bytes.len() + self.len;
        bytes.extend(&self.text().to_le_bytes()[..IN_FIRST]);
        (0..self.rest.len()).for_each(|at| bytes.extend(self.word(at).to_le_bytes()));
        bytes.truncate(end);
    }

    /// Says whether this is the value.
    pub(crate) fn is(self, value: &str) -> bool {
        self.len == value.len() && self.to_text() == value
    }

    pub(crate) fn to_text(self) -> String {
        let mut bytes = Vec::with_capacity(self.len + WORD);
        self.push_to(&mut bytes);
        String::from_utf8(bytes).expect("a label value came as text")
    }
}

/// Orders values by their bytes.
impl Ord for Kept<'_> {
    fn cmp(&self, other: &Self) -> Order {
        // With the first byte highest, words sort like the bytes; zeros behind the end sort like bytes that are zero, so that lengths decide in the end.
        let first = |value: &Self| value.text().swap_bytes();
        let rest = |value: &Self, at| match at < value.rest.len() {
            true => value.word(at).swap_bytes(),
            false => 0,
        };
        let words = self.rest.len().max(other.rest.len());
        first(self)
            .cmp(&first(other))
            .then_with(|| {
                let mut rests = (0..words).map(|at| rest(self, at).cmp(&rest(other, at)));
                rests.find(|order| order.is_ne()).unwrap_or(Order::Equal)
            })
            .then_with(|| self.len.cmp(&other.len))
    }
}

impl PartialOrd for Kept<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Kept<'_> {}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(values: &[&str]) -> Vec<AtomicU64> {
        let mut kept = Vec::new();
        for value in values {
            Given::new(value).words(|word| kept.push(AtomicU64::new(word)));
        }
        kept
    }

    fn is_kept(kept: &[AtomicU64], values: &[&str]) -> bool {
        begins(kept, values.iter().copied().map(Given::new))
    }

    #[test]
    fn values_of_all_lengths_are_kept() {
        let text = "0123456789abcdefghijklmnopqrstuvwxyz".repeat(20);
        for len in 0..text.len() {
            let values = [&text[..len], "next"];
            let kept = kept(&values);
            let (value, behind) = Kept::split_from(&kept);
            assert_eq!(value.to_text(), text[..len]);
            assert_eq!(Kept::split_from(behind).0.to_text(), "next");
            assert!(is_kept(&kept, &values) && !is_kept(&kept, &[&text[..len + 1], "next"]));
            assert!(!is_kept(&kept[..kept.len() - 1], &values));
        }
    }

    #[test]
    fn a_value_takes_a_word_for_each_eight_bytes_and_one() {
        let words = |len| {
            let value = "x".repeat(len);
            assert_eq!(Given::new(&value).len(), kept(&[&value]).len());
            kept(&[&value]).len()
        };
        assert_eq!(
            [0, 7, 8, 15, 16, 254, 255].map(words),
            [1, 1, 2, 2, 3, 32, 33]
        );
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[a\\x00é]{0,12}", "[ab]{0,40}", "b{250,260}"]
    }

    proptest! {
        #[test]
        fn different_values_have_different_words(a in [text(), text()], b in [text(), text()]) {
            let (a, b) = (a.each_ref().map(|s| &**s), b.each_ref().map(|s| &**s));
            prop_assert_eq!(is_kept(&kept(&a), &b), a == b);
            prop_assert!(is_kept(&kept(&b), &b));
        }

        #[test]
        fn values_sort_as_their_bytes_do(a in text(), b in text()) {
            let (kept_a, kept_b) = (kept(&[&a]), kept(&[&b]));
            let order = Kept::split_from(&kept_a).0.cmp(&Kept::split_from(&kept_b).0);
            prop_assert_eq!(order, a.cmp(&b));
        }
    }
}
