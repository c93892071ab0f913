//! Rows of cells, with the first threads' rows stored inline in the block.

use crate::cell::rows::{Rows, Writer};
use crate::cell::thread;
use crate::sync::OnceLock;

/// The number of threads with inline rows: those with the smallest numbers.
pub(crate) const HERE: usize = 2;

/// The rows of all other threads.
pub(crate) type Elsewhere<R> = OnceLock<Box<Rows<Box<R>>>>;

/// Rows, some of them inline.
pub(crate) struct Split<'a, R> {
    pub(crate) here: &'a [R; HERE],
    pub(crate) elsewhere: &'a Elsewhere<R>,
}

impl<'a, R> Split<'a, R> {
    /// Returns this thread's row if it is inline.
    #[inline]
    pub(crate) fn here(&self) -> Option<&'a R> {
        self.here.get(thread::number_or_large())
    }

    /// Returns this thread's row if it is not inline, but near.
    #[inline]
    pub(crate) fn elsewhere(&self) -> Option<&'a R> {
        self.elsewhere.get()?.quick().map(|row| &**row)
    }

    /// Returns the row for the thread number `thread`, calling `make` if it is missing.
    pub(crate) fn writer_of(&self, thread: usize, make: impl Fn() -> R) -> Writer<'a, R> {
        if let Some(row) = self.here.get(thread) {
            return Writer::Own(row);
        }
        let rows = self.elsewhere.get_or_init(|| Box::new(Rows::new()));
        match rows.writer_of(thread, || Box::new(make())) {
            Writer::Own(row) => Writer::Own(row),
            Writer::Shared(row) => Writer::Shared(row),
        }
    }

    /// Calls `visit` for each existing row.
    #[inline]
    pub(crate) fn each(&self, mut visit: impl FnMut(&R)) {
        self.here.iter().for_each(&mut visit);
        if let Some(rows) = self.elsewhere.get() {
            rows.each(|(Writer::Own(row) | Writer::Shared(row))| visit(row));
        }
    }
}
