//! Label values as words, which are hashed, compared, stored and sorted.
//!
//! The first word of a value has its length in the lowest byte and its first seven bytes above.
//! In longer values, words of eight bytes follow; the last word has the last eight bytes, so it may overlap the previous one.
//! A length that does not fit into a byte has a word of its own, after the first one.
//! So the words determine where a value ends, and different label values never have the same words.

use std::cmp::Ordering as Order;

use crate::sync::{AtomicU64, Ordering};
use crate::vec::hash::{Apart, Hash};

/// The number of bytes in a word.
const WORD: usize = 8;

/// The number of bytes of a value in its first word.
const IN_FIRST: usize = WORD - 1;

/// Marks a length with a word of its own.
const LONG: u8 = u8::MAX;

/// The number of words of a value that has only a first, a second and a last word.
const FEW: usize = 3;

/// Words that are read together, wherever a record begins and ends.
pub(crate) type Window = [AtomicU64; 32];

/// A value, with the words that distinguish nearly all values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    bytes: &'a [u8],
    ends: Ends,
}

/// The first, second and last word of a value; some are the same word if there are fewer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    first: u64,
    second: u64,
    last: u64,
}

/// A value as words, either given or stored.
pub(crate) trait Words: Copy {
    fn ends(self) -> Ends;

    /// Returns whether there are more words than the ends.
    fn has_more(self) -> bool;

    /// Returns the sum of all words except the first and the last.
    fn inner_sum(self, apart: Apart) -> u64;
}

impl<'a> Given<'a> {
    #[inline(always)]
    pub(crate) fn new(value: &'a str) -> Self {
        let bytes = value.as_bytes();
        let len = bytes.len() as u64;
        let until_second = &bytes[..bytes.len().min(IN_FIRST + WORD)];
        let words = (
            bytes.first_chunk(),
            until_second.last_chunk(),
            bytes.last_chunk(),
        );
        let ends = match words {
            (Some(first), Some(second), Some(last)) => Ends {
                first: u64::from_le_bytes(*first) << 8 | len.min(LONG.into()),
                second: u64::from_le_bytes(*second),
                last: u64::from_le_bytes(*last),
            },
            _ => Ends::of_one(short(bytes) << 8 | len),
        };
        Self { bytes, ends }
    }

    /// Returns these values if they are *few*: if they fit into a window, and each has only a first, a second and a last word.
    #[inline(always)]
    pub(crate) fn few<const N: usize>(values: [&'a str; N]) -> Option<[Self; N]> {
        let are_few = N * FEW <= size_of::<Window>() / WORD
            && values.iter().all(|value| value.len() < FEW * WORD);
        are_few.then(|| values.map(Self::new))
    }

    /// Returns the number of words.
    pub(crate) fn len(&self) -> usize {
        let is_long = self.bytes.len() >= LONG.into();
        1 + usize::from(is_long) + self.bytes.len() / WORD
    }

    /// Returns whether `is` holds for all words, stopping at the first for which it does not.
    pub(crate) fn all_words(&self, mut is: impl FnMut(u64) -> bool) -> bool {
        let Ends {
            first,
            second,
            last,
        } = self.ends;
        match self.bytes.len() / WORD {
            0 => is(first),
            1 => is(first) && is(last),
            2 => is(first) && is(second) && is(last),
            _ => is(first) && inner(self.bytes).all(&mut is) && is(last),
        }
    }
}

impl Words for Given<'_> {
    #[inline(always)]
    fn ends(self) -> Ends {
        self.ends
    }

    #[inline(always)]
    fn has_more(self) -> bool {
        self.bytes.len() >= FEW * WORD
    }

    #[inline(never)]
    fn inner_sum(self, apart: Apart) -> u64 {
        apart.sum(inner(self.bytes))
    }
}

impl Ends {
    #[inline(always)]
    fn of_one(only: u64) -> Self {
        Self {
            first: only,
            second: only,
            last: only,
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

/// Returns a value of up to seven bytes as a number, with arbitrary bits after the end.
#[inline(always)]
fn short(bytes: &[u8]) -> u64 {
    if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // Two halves, which are equal where they overlap.
        let high = u64::from(u32::from_le_bytes(*high)) << (8 * (bytes.len() - 4));
        u64::from(u32::from_le_bytes(*low)) | high
    } else if let ([first, ..], [.., last]) = (bytes, bytes) {
        // The middle byte is the second one if there are two or three.
        let middle = u64::from(bytes[bytes.len() / 2]) << 8;
        u64::from(*first) | middle | u64::from(*last) << 16
    } else {
        0
    }
}

/// Returns the hash of `values`.
#[inline(always)]
pub(crate) fn hash(mut hash: Hash<'_>, values: impl Iterator<Item = impl Words> + Clone) -> u64 {
    for value in values.clone() {
        let Ends { first, last, .. } = value.ends();
        hash.add(first, last);
        if value.has_more() {
            hash.add_sum(value.inner_sum(hash.apart()));
        }
    }
    // The second words are added in pairs, which halves the multiplications.
    let mut seconds = values.map(|value| value.ends().second);
    while let Some(second) = seconds.next() {
        hash.add(second, seconds.next().unwrap_or(0));
    }
    hash.finish()
}

/// Returns whether `kept` begins with the words of `values`.
pub(crate) fn begins<'a>(kept: &[AtomicU64], mut values: impl Iterator<Item = Given<'a>>) -> bool {
    let mut kept = kept.iter();
    // Relaxed: acquiring the index slot has made the words visible.
    let mut is_next = |word| (kept.next()).is_some_and(|kept| kept.load(Ordering::Relaxed) == word);
    values.all(|value| value.all_words(&mut is_next))
}

/// Returns whether `window` begins with the words of `values`, which are [few](Given::few).
///
/// The same words are compared for any length, because a branch on the length would be mispredicted; the branch on different words is hardly ever taken.
#[inline(always)]
pub(crate) fn begins_few<const N: usize>(window: &Window, values: &[Given<'_>; N]) -> bool {
    // Relaxed: acquiring the index slot has made the words visible.
    let kept = |at: usize| window[at % window.len()].load(Ordering::Relaxed);
    let mut at = 0;
    for Given { bytes, ends } in values {
        let behind_first = bytes.len() / WORD;
        if kept(at) != ends.first
            || kept(at + behind_first.min(1)) != ends.second
            || kept(at + behind_first) != ends.last
        {
            return false;
        }
        at += 1 + behind_first;
    }
    true
}

/// A value, read from its stored words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'a> {
    first: u64,
    len: usize,
    /// The words after the first one and, if present, the length.
    rest: &'a [AtomicU64],
}

impl<'a> Kept<'a> {
    /// Reads the first value of `words`, and returns the words after it.
    #[inline]
    pub(crate) fn split_from(words: &'a [AtomicU64]) -> (Self, &'a [AtomicU64]) {
        // Relaxed, here and below: the way here has made the words visible.
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

    /// Returns the bytes in the first word, with zeros after the end and in the highest byte.
    fn text(&self) -> u64 {
        let text = self.first >> 8;
        if self.len < IN_FIRST {
            text & ((1 << (8 * self.len)) - 1)
        } else {
            text
        }
    }

    /// Returns eight bytes from `IN_FIRST + 8 * at` on, with zeros after the end.
    fn word(&self, at: usize) -> u64 {
        let word = self.rest[at].load(Ordering::Relaxed);
        let end = IN_FIRST + WORD * (at + 1);
        // The last word overlaps the previous one; shifting by all 64 bits takes two shifts.
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

    /// Returns whether this is the value `value`.
    pub(crate) fn is(self, value: &str) -> bool {
        self.len == value.len() && self.to_text() == value
    }

    pub(crate) fn to_text(self) -> String {
        let mut bytes = Vec::with_capacity(self.len + WORD);
        self.push_to(&mut bytes);
        String::from_utf8(bytes).expect("label values are text")
    }
}

impl Words for Kept<'_> {
    #[inline]
    fn ends(self) -> Ends {
        let word = |word: &AtomicU64| word.load(Ordering::Relaxed);
        match self.rest {
            [] => Ends::of_one(self.first),
            [second, ..] => Ends {
                first: self.first,
                second: word(second),
                last: self.rest.last().map_or(self.first, word),
            },
        }
    }

    fn has_more(self) -> bool {
        self.rest.len() >= FEW
    }

    fn inner_sum(self, apart: Apart) -> u64 {
        let long = (self.len >= LONG.into()).then_some(self.len as u64);
        let inner = self.rest.split_last().map_or(&[][..], |(_, inner)| inner);
        let inner = inner.iter().map(|word| word.load(Ordering::Relaxed));
        apart.sum(long.into_iter().chain(inner))
    }
}

/// Orders values by their bytes.
impl Ord for Kept<'_> {
    fn cmp(&self, other: &Self) -> Order {
        // With the first byte highest, words sort like bytes; zeros after the end sort like zero bytes, so in the end lengths decide.
        let first = |value: &Self| value.text().swap_bytes();
        let rest = |value: &Self, at| {
            if at < value.rest.len() {
                value.word(at).swap_bytes()
            } else {
                0
            }
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
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::vec::hash::Seeds;

    fn kept(values: &[&str]) -> Vec<AtomicU64> {
        let mut kept = Vec::new();
        for value in values {
            _ = Given::new(value).all_words(|word| {
                kept.push(AtomicU64::new(word));
                true
            });
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
    fn values_of_few_words_are_told_apart_in_a_window() {
        let text = "0123456789abcdefghijklmn";
        for (len, other) in (0..text.len()).flat_map(|a| (0..text.len()).map(move |b| (a, b))) {
            let mut words = kept(&[&text[..len], &text[other..]]);
            words.resize_with(32, || AtomicU64::new(7));
            let window = words.first_chunk().expect("that many were made");
            let is_it = |a: &str, b: &str| begins_few(window, &[a, b].map(Given::new));
            assert!(is_it(&text[..len], &text[other..]));
            assert!(!is_it(&text[..=len], &text[other..]));
            assert!(!is_it(&text[..len], &text[other + 1..]));
            // Each byte counts.
            for at in 0..len {
                let mut changed = text[..len].to_owned();
                changed.replace_range(at..=at, "?");
                assert!(!is_it(&changed, &text[other..]), "{changed}");
            }
        }
    }

    #[test]
    fn similar_values_are_spread_evenly_whatever_the_seeds() {
        for before in ["", "item-", "/api/v1/items/", "/api/v1/customers/items/"] {
            for behind in ["", "/first", "/of/the/first/page"] {
                for _ in 0..100 {
                    let seeds = Seeds::new();
                    let hash = |n| {
                        let value = format!("{before}{n}{behind}");
                        hash(seeds.hash(), ["GET", &value].map(Given::new).into_iter())
                    };
                    // 64 hashes are expected to fill 57 of 256 slots; 40 or fewer never happen by chance.
                    for part in [0, 32, 56] {
                        let slots: BTreeSet<u8> =
                            (0..64).map(|n| (hash(n) >> part) as u8).collect();
                        assert!(slots.len() > 40, "{before}{behind}: {}", slots.len());
                    }
                }
            }
        }
    }

    #[test]
    fn the_place_of_a_value_matters_to_the_hash() {
        let seeds = Seeds::new();
        let long = "a value that has some more words";
        let hash = |values: &[&str]| hash(seeds.hash(), values.iter().copied().map(Given::new));
        for (a, b) in [
            ("a", "b"),
            ("a", ""),
            ("checkout-01", "POST"),
            (long, "x"),
            (long, &long[1..]),
        ] {
            assert_ne!(hash(&[a, b]), hash(&[b, a]));
            assert_ne!(hash(&[a, b, a]), hash(&[a, a, b]));
        }
    }

    #[test]
    fn a_few_words_are_so_many() {
        let is_few = |len| {
            let value = "x".repeat(len);
            let is_few = Given::few([&*value]).is_some();
            assert_eq!(is_few, !Given::new(&value).has_more());
            is_few
        };
        assert_eq!(
            [0, 7, 16, 23, 24, 300].map(is_few),
            [true, true, true, true, false, false]
        );
        assert_eq!(Given::new(&"x".repeat(23)).len(), FEW);
        assert!(Given::few([""; 10]).is_some() && Given::few([""; 11]).is_none());
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
        fn values_hash_alike_whether_given_or_kept(values in [text(), text(), text()]) {
            let (values, seeds) = (values.each_ref().map(|s| &**s), Seeds::new());
            let kept = kept(&values);
            let mut words = &kept[..];
            let read = values.map(|_| {
                let value;
                (value, words) = Kept::split_from(words);
                value
            });
            let given = values.map(Given::new);
            prop_assert_eq!(
                hash(seeds.hash(), given.into_iter()),
                hash(seeds.hash(), read.into_iter())
            );
        }

        #[test]
        fn values_sort_as_their_bytes_do(a in text(), b in text()) {
            let (kept_a, kept_b) = (kept(&[&a]), kept(&[&b]));
            let order = Kept::split_from(&kept_a).0.cmp(&Kept::split_from(&kept_b).0);
            prop_assert_eq!(order, a.cmp(&b));
        }
    }
}
