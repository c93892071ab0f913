//! Memory for values that scrapes read ahead.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The maximum for all scrapes of the process, in bytes: two million values.
///
/// Slow clients may hold all of it; other scrapes then read each value in place, which takes somewhat longer.
const BUDGET: usize = 16 << 20;

/// The bytes taken. A lock is as good as an atomic here, because a scrape takes it only twice for each family.
static TAKEN: Mutex<usize> = Mutex::new(0);

/// A share of that memory, returned when it is dropped.
#[derive(Debug)]
pub(super) struct Share(usize);

impl Share {
    /// Reserves `bytes` of the budget; returns `None` if `bytes` is 0 or too little is left.
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
        // Other tests may scrape meanwhile, but never take that much.
        let most = Share::take(BUDGET / 2 + 1).unwrap();
        assert!(Share::take(BUDGET / 2).is_none());
        drop(most);
        assert!(Share::take(BUDGET / 2).is_some());
    }
}
