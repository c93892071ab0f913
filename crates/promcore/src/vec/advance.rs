//! Memory for values that scrapes read in advance.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most bytes that all scrapes of the process take for this: two million values.
///
/// Whatever slow clients do to their scrapes, others need no more: they read each value where it is, which takes somewhat longer.
const BUDGET: usize = 16 << 20;

/// Bytes that are taken. A lock is as good as an atomic here, since a scrape takes it twice for a family.
static TAKEN: Mutex<usize> = Mutex::new(0);

/// A part of that memory, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share(usize);

impl Share {
    /// Takes so many bytes, if any are wanted and there are as many left.
    pub(super) fn take(bytes: usize) -> Option<Self> {
        let mut taken = taken();
        let is_left = 0 < bytes && bytes <= BUDGET - *taken;
        is_left.then(|| {
            *taken += bytes;
            Self(bytes)
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        *taken() -= self.0;
    }
}

fn taken() -> MutexGuard<'static, usize> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn there_is_only_so_much_memory_for_all() {
        assert!(Share::take(0).is_none());
        assert!(Share::take(BUDGET + 1).is_none());
        // Other tests may scrape meanwhile, but never as much as that.
        let most = Share::take(BUDGET / 2 + 1).unwrap();
        assert!(Share::take(BUDGET / 2).is_none());
        drop(most);
        assert!(Share::take(BUDGET / 2).is_some());
    }
}
