//! A list that grows without moving what it holds.

use crate::sync::OnceLock;

/// Items in levels: the first has `FIRST`, a power of two, and each of the others is twice as long as the one before.
///
/// Items stay where they are for as long as the list lives, so that readers need no lock and may keep references.
#[derive(Debug)]
pub(crate) struct Levels<T, const FIRST: usize> {
    levels: [OnceLock<Box<[T]>>; COUNT],
}

/// How many levels there are at most.
const COUNT: usize = 24;

impl<T, const FIRST: usize> Levels<T, FIRST> {
    /// Makes an empty list.
    pub(crate) fn new() -> Self {
        const { assert!(FIRST.is_power_of_two(), "levels are found by bits") };
        Self {
            levels: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Returns the level of item `at`, and where in it the item is.
    #[inline]
    fn locate(at: usize) -> (usize, usize) {
        // Most lists are short, and a logarithm takes longer than all else here.
        if at < FIRST {
            return (0, at);
        }
        let from_first = at + FIRST;
        let level = (from_first.ilog2() - FIRST.ilog2()) as usize;
        (level, from_first - (FIRST << level))
    }

    /// Returns the items from `at` to the end of its level; none if that level has not been made.
    #[inline]
    pub(crate) fn from(&self, at: usize) -> &[T] {
        let (level, offset) = Self::locate(at);
        match self.levels[level].get() {
            Some(items) => &items[offset..],
            None => &[],
        }
    }

    /// Returns the item `at`, if its level has been made.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        let (level, offset) = Self::locate(at);
        self.levels[level].get()?.get(offset)
    }

    /// Makes the level of item `at`, if it has not been made, and returns the item.
    pub(crate) fn made(&self, at: usize, make: impl Fn() -> T) -> &T {
        let (level, offset) = Self::locate(at);
        let len = FIRST << level;
        let items = self.levels[level].get_or_init(|| (0..len).map(|_| make()).collect());
        &items[offset]
    }

    /// Returns the first place at or after `at` from which `len` items follow in one level.
    pub(crate) fn room_for(at: usize, len: usize) -> usize {
        let (mut level, mut offset) = Self::locate(at);
        while (FIRST << level) - offset < len {
            level += 1;
            offset = 0;
        }
        (FIRST << level) - FIRST + offset
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn items_are_where_they_were() {
        let levels = Levels::<usize, 4>::new();
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
        let room_for = Levels::<u8, 4>::room_for;
        assert_eq!(room_for(0, 4), 0);
        assert_eq!(room_for(1, 4), 4);
        assert_eq!(room_for(1, 9), 12);
        assert_eq!(room_for(11, 1), 11);
    }
}
