//! Exemplars of counted values.

use crate::exemplar::Exemplar;
use crate::sync::{Arc, Mutex, OnceLock, lock};

/// Places that each hold the latest exemplar, and take no memory before the first one.
///
/// Writers count before they store an exemplar, and readers load exemplars before they read counts: the lock of the place then ensures that no exemplar is ahead of the counts.
#[derive(Debug)]
pub(crate) struct Examples(OnceLock<Box<[Place]>>);

type Place = Mutex<Option<Arc<Exemplar>>>;

impl Examples {
    pub(crate) fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Returns whether there has never been an exemplar.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }

    /// Stores an exemplar in the place `at` of `len`, replacing the previous one.
    pub(crate) fn put(&self, at: usize, len: usize, exemplar: Exemplar) {
        let places = self
            .0
            .get_or_init(|| (0..len).map(|_| Mutex::new(None)).collect());
        let exemplar = Arc::new(exemplar);
        // The previous one is dropped after the lock is released.
        let _before = lock(&places[at]).replace(exemplar);
    }

    /// Returns the exemplar in the place `at`.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<Arc<Exemplar>> {
        let places = self.0.get()?;
        lock(&places[at]).clone()
    }

    /// Clears the place `at`.
    pub(crate) fn clear(&self, at: usize) {
        if let Some(places) = self.0.get() {
            let _before = lock(&places[at]).take();
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_latest_exemplar_of_a_place_stays() {
        let examples = Examples::new();
        examples.clear(1);
        let value = |at| examples.get(at).map(|exemplar| exemplar.value);
        assert_eq!(value(1), None);
        for number in [1.0, 2.0] {
            examples.put(1, 3, Exemplar::new(Vec::new(), number, None));
        }
        assert_eq!([value(0), value(1), value(2)], [None, Some(2.0), None]);
        examples.clear(1);
        assert_eq!(value(1), None);
    }
}
