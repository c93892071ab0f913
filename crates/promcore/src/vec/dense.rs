//! Series found by the number of their label set.

use std::fmt;

use crate::block::Block;
use crate::series::Cells;
use crate::sync::{Arc, AtomicU32, OnceLock, Ordering};

/// The series of each label set, if known.
///
/// Only live permanent series are stored, so that readers need not check the state of a series that they find.
/// After the first removal new series are no longer permanent, so a label set never has more than one.
pub(crate) struct Dense<C: Cells>(Box<[Slot<C>]>);

struct Slot<C: Cells> {
    block: OnceLock<Arc<Block<C>>>,
    /// The position of the series in the block, or [`NOWHERE`].
    at: AtomicU32,
}

/// There is no series, or it must be looked up.
const NOWHERE: u32 = u32::MAX;

impl<C: Cells> Dense<C> {
    pub(crate) fn new(label_sets: usize) -> Self {
        let slot = |_| Slot {
            block: OnceLock::new(),
            at: AtomicU32::new(NOWHERE),
        };
        Self((0..label_sets).map(slot).collect())
    }

    /// Returns the series of a label set, if known.
    #[inline]
    pub(crate) fn get(&self, label_set: usize) -> Option<(&Arc<Block<C>>, usize)> {
        let slot = self.0.get(label_set)?;
        // Acquire: pairs with the release in `put`, so that the series is complete.
        let at = slot.at.load(Ordering::Acquire) as usize;
        if at >= C::LEN {
            return None;
        }
        // Unlike `?`, this tells the compiler what to expect.
        let block = slot.block.get().expect("a place is in a block");
        Some((block, at))
    }

    /// Stores the series of a label set, and returns whether there is a slot for it. Callers hold the table's lock, and have checked that the series is live and permanent.
    pub(crate) fn put(&self, label_set: usize, block: &Arc<Block<C>>, at: usize) -> bool {
        let Some(slot) = self.0.get(label_set) else {
            return false;
        };
        slot.block.get_or_init(|| Arc::clone(block));
        // Release: see `get`.
        slot.at.store(at as u32, Ordering::Release);
        true
    }

    /// Forgets the series of a label set. Callers hold the table's lock.
    pub(crate) fn forget(&self, label_set: usize) {
        if let Some(slot) = self.0.get(label_set) {
            // Relaxed: a concurrent reader that still sees the series is ordered before the removal.
            slot.at.store(NOWHERE, Ordering::Relaxed);
        }
    }
}

impl<C: Cells> fmt::Debug for Dense<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dense").field(&self.0.len()).finish()
    }
}
