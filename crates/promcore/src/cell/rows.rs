//! Rows of cells, one row for each writing thread.
//!
//! A block of series keeps its cells in rows: each thread that writes to the block gets a row of its own, with cells for every series, and is the only one to write to it.
//! So a write is a relaxed load and a relaxed store, no two threads write to the same cache line, and a read adds up the rows.
//! Threads without a number share one row, which takes more care.

use crate::cell::thread::{self, MAX_THREADS};
use crate::sync::{AtomicU64, OnceLock, Ordering};

/// Cells on cache lines that no other thread writes to; 128 bytes, because processors fetch lines in pairs.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Line([AtomicU64; Self::CELLS]);

impl Line {
    pub(crate) const CELLS: usize = 16;

    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }

    #[inline]
    pub(crate) fn cell(&self, at: usize) -> &AtomicU64 {
        &self.0[at % Self::CELLS]
    }

    pub(crate) fn cells(&self) -> &[AtomicU64] {
        &self.0
    }
}

/// The rows of threads below this number are found directly.
const NEAR: usize = 8;

/// Level `l` of the far rows holds the threads from `8 << l` to `(16 << l) - 1`.
const LEVELS: usize = (MAX_THREADS / NEAR).ilog2() as usize;

/// The bit of [`Rows::present`] for the shared row.
const SHARED: usize = 63;

/// The rows of a block of series, each an `R`.
#[derive(Debug)]
pub(crate) struct Rows<R> {
    /// A bit for each near row, each level and the shared row, so that readers know where to look.
    present: AtomicU64,
    near: [OnceLock<R>; NEAR],
    far: [OnceLock<Box<[OnceLock<R>]>>; LEVELS],
    shared: OnceLock<R>,
}

/// The row that a thread writes to, and whether it is shared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Writer<'a, R> {
    /// No other thread writes to it.
    Own(&'a R),
    /// All threads without a number write to it.
    Shared(&'a R),
}

impl<R> Rows<R> {
    /// Makes an empty set of rows; a row is made when its thread first writes.
    pub(crate) fn new() -> Self {
        Self {
            present: AtomicU64::new(0),
            near: std::array::from_fn(|_| OnceLock::new()),
            far: std::array::from_fn(|_| OnceLock::new()),
            shared: OnceLock::new(),
        }
    }

    /// Returns this thread's row if it exists and is near: the fast path.
    #[inline]
    pub(crate) fn quick(&self) -> Option<&R> {
        self.near.get(thread::number_or_large())?.get()
    }

    /// Returns the row for the thread number `thread`, if it exists.
    pub(crate) fn made_for(&self, thread: usize) -> Option<&R> {
        match thread {
            ..NEAR => self.near[thread].get(),
            NEAR..MAX_THREADS => {
                let level = (thread / NEAR).ilog2() as usize;
                self.far[level].get()?[thread - (NEAR << level)].get()
            }
            _ => self.shared.get(),
        }
    }

    /// Returns the row for the thread number `thread`, calling `make` if it is missing.
    pub(crate) fn writer_of(&self, thread: usize, make: impl FnOnce() -> R) -> Writer<'_, R> {
        if thread < NEAR {
            Writer::Own(self.made(&self.near[thread], thread, make))
        } else if thread < MAX_THREADS {
            let level = (thread / NEAR).ilog2() as usize;
            let first = NEAR << level;
            let slots =
                self.far[level].get_or_init(|| (0..first).map(|_| OnceLock::new()).collect());
            Writer::Own(self.made(&slots[thread - first], NEAR + level, make))
        } else {
            Writer::Shared(self.made(&self.shared, SHARED, make))
        }
    }

    fn made<'a>(&self, slot: &'a OnceLock<R>, bit: usize, make: impl FnOnce() -> R) -> &'a R {
        if let Some(row) = slot.get() {
            return row;
        }
        // Relaxed: the slot publishes the row; the bit only says where to look.
        // The bit is set first, so that a thread that finds another thread's new row also passes the bit on.
        self.present.fetch_or(1 << bit, Ordering::Relaxed);
        slot.get_or_init(make)
    }

    /// Calls `visit` for each existing row.
    #[inline]
    pub(crate) fn each<'a>(&'a self, mut visit: impl FnMut(Writer<'a, R>)) {
        // Relaxed: a reader that must see a write has synchronized with the writer elsewhere, and therefore sees the bit.
        let mut present = self.present.load(Ordering::Relaxed);
        while present != 0 {
            let bit = present.trailing_zeros() as usize;
            present &= present - 1;
            if bit == SHARED {
                if let Some(row) = self.shared.get() {
                    visit(Writer::Shared(row));
                }
                continue;
            }
            let slots = match bit.checked_sub(NEAR) {
                None => std::slice::from_ref(&self.near[bit]),
                Some(level) => self.far[level].get().map_or(&[][..], |slots| slots),
            };
            slots
                .iter()
                .filter_map(OnceLock::get)
                .for_each(|row| visit(Writer::Own(row)));
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_thread_number_has_a_row_of_its_own() {
        let rows = Rows::new();
        for thread in 0..MAX_THREADS + 2 {
            assert_eq!(rows.made_for(thread).is_some(), thread > MAX_THREADS);
            let (Writer::Own(row) | Writer::Shared(row)) = rows.writer_of(thread, Line::new);
            row.cell(2).fetch_add(1, Ordering::Relaxed);
            assert!(std::ptr::eq(row, rows.made_for(thread).unwrap()));
        }
        assert!(Rows::<Line>::new().made_for(9).is_none());
        let (mut own, mut shared) = (Vec::new(), Vec::new());
        rows.each(|row| match row {
            Writer::Own(row) => own.push(row.cell(2).load(Ordering::Relaxed)),
            Writer::Shared(row) => shared.push(row.cell(2).load(Ordering::Relaxed)),
        });
        assert_eq!(own, vec![1; MAX_THREADS]);
        assert_eq!(shared, [2]);
    }

    #[test]
    fn a_row_is_there_from_its_first_write_on() {
        let rows = Rows::<Box<Line>>::new();
        assert!(rows.quick().is_none());
        rows.each(|_| unreachable!("nobody has written"));
    }
}
