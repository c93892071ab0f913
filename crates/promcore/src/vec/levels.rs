//! A list that grows without moving what it holds.

use crate::sync::OnceLock;

/// Items in levels, each twice as long as the one before.
///
/// Items stay where they are for as long as the list lives, so that readers need no lock and may keep references.
#[derive(Debug)]
pub(crate) struct Levels<T> {
    first: usize,
    levels: [OnceLock<Box<[T]>>; Levels::<()>::COUNT],
}

impl Levels<()> {
    const COUNT: usize = 24;
}

impl<T> Levels<T> {
    /// Makes an empty list whose first level will hold `first` items, a power of two.
    pub(crate) fn new(first: usize) -> Self {
        debug_assert!(first.is_power_of_two(), "levels are found by bits");
        Self {
            first,
            levels: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Returns the level of item `at`, and where in it the item is.
    #[inline]
    fn locate(&self, at: usize) -> (usize, usize) {
        let from_first = at + self.first;
        let level = (from_first.ilog2() - self.first.ilog2()) as usize;
        (level, from_first - (self.first << level))
    }

    /// Returns the items from `at` to the end of its level; none if that level has not been made.
    #[inline]
    pub(crate) fn from(&self, at: usize) -> &[T] {
        let (level, offset) = self.locate(at);
        match self.levels[level].get() {
            Some(items) => &items[offset..],
            None => &[],
        }
    }

    /// Returns the item `at`, if its level has been made.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        let (level, offset) = self.locate(at);
        self.levels[level].get()?.get(offset)
    }

    /// Makes the level of item `at`, if it has not been made, and returns the item.
    pub(crate) fn made(&self, at: usize, make: impl Fn() -> T) -> &T {
        let (level, offset) = self.locate(at);
        let len = self.first << level;
        let items = self.levels[level].get_or_init(|| (0..len).map(|_| make()).collect());
        &items[offset]
    }

    /// Returns the first place at or after `at` from which `len` items follow in one level.
    pub(crate) fn room_for(&self, at: usize, len: usize) -> usize {
        let (mut level, mut offset) = self.locate(at);
        while (self.first << level) - offset < len {
            level += 1;
            offset = 0;
        }
        (self.first << level) - self.first + offset
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn items_are_where_they_were() {
        let levels = Levels::<usize>::new(4);
        assert!(levels.get(0).is_none() && levels.from(9).is_empty());
        for at in 0..100 {
            levels.made(at, || 7);
            assert_eq!(levels.get(at), Some(&7));
        }
        // 4 + 8 items come before the third level, which has 16.
        assert_eq!(levels.from(12).len(), 16);
        assert_eq!(levels.from(27).len(), 1);
    }

    #[test]
    fn runs_do_not_cross_levels() {
        let levels = Levels::<u8>::new(4);
        assert_eq!(levels.room_for(0, 4), 0);
        assert_eq!(levels.room_for(1, 4), 4);
        assert_eq!(levels.room_for(1, 9), 12);
        assert_eq!(levels.room_for(11, 1), 11);
    }
}
