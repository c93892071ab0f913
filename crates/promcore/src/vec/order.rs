//! The order of series, kept from scrape to scrape.

use std::cmp::Ordering as Order;
use std::sync::Arc;

use crate::sync::{Mutex, lock};

/// The numbers of series, sorted by whatever the caller sorts them by.
///
/// Only new series are sorted, and merged with those that are; nothing happens if none are new.
#[derive(Debug)]
pub(crate) struct SortedSeries(Mutex<Arc<[u32]>>);

impl SortedSeries {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Arc::new([])))
    }

    /// Returns the numbers below `len`, or some more if others have asked for more already, in order.
    pub(crate) fn of_first(&self, len: u32, compare: impl Fn(u32, u32) -> Order) -> Arc<[u32]> {
        // Only scrapes take this lock: a scrape waits while another one sorts what both need.
        let mut sorted = lock(&self.0);
        let known = u32::try_from(sorted.len()).expect("numbers of series are 32 bits wide");
        if known < len {
            let mut new: Vec<u32> = (known..len).collect();
            new.sort_unstable_by(|&a, &b| compare(a, b));
            *sorted = merge(&sorted, &new, compare);
        }
        Arc::clone(&sorted)
    }
}

fn merge(old: &[u32], new: &[u32], compare: impl Fn(u32, u32) -> Order) -> Arc<[u32]> {
    let (mut old, mut new) = (
        old.iter().copied().peekable(),
        new.iter().copied().peekable(),
    );
    let next = std::iter::from_fn(|| match (old.peek(), new.peek()) {
        (Some(&a), Some(&b)) if compare(b, a).is_lt() => new.next(),
        (Some(_), _) => old.next(),
        (None, _) => new.next(),
    });
    next.collect::<Vec<_>>().into()
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn new_numbers_are_merged_in() {
        let order = SortedSeries::new();
        let keys = [5, 3, 9, 1, 7, 2, 8];
        let sorted = |len| {
            order
                .of_first(len, |a, b| keys[a as usize].cmp(&keys[b as usize]))
                .to_vec()
        };
        assert_eq!(sorted(0), []);
        assert_eq!(sorted(3), [1, 0, 2]);
        assert_eq!(sorted(7), [3, 5, 1, 0, 4, 6, 2]);
        assert_eq!(sorted(2).len(), 7);
    }
}
