//! Exemplars of what is counted beside them.

use crate::exemplar::Exemplar;
use crate::sync::{Arc, Mutex, OnceLock, lock};

/// Places that hold the latest exemplar each, and take no memory until the first one comes.
///
/// Whoever counts does so before it puts the exemplar here, and whoever reads looks here first: the lock of the place then makes sure that nobody sees an exemplar of what was not counted yet.
#[derive(Debug)]
pub(crate) struct Examples(OnceLock<Box<[Place]>>);

type Place = Mutex<Option<Arc<Exemplar>>>;

impl Examples {
    pub(crate) fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Says whether there was never an exemplar.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }

    /// Puts an exemplar into the place `at` of `len`, instead of the one before.
    pub(crate) fn put(&self, at: usize, len: usize, exemplar: Exemplar) {
        let places = self
            .0
            .get_or_init(|| (0..len).map(|_| Mutex::new(None)).collect());
        let exemplar = Arc::new(exemplar);
        // The one before goes when the lock is free again.
        let _before = lock(&places[at]).replace(exemplar);
    }

    /// Returns the exemplar in the place `at`.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<Arc<Exemplar>> {
        let places = self.0.get()?;
        lock(&places[at]).clone()
    }

    /// Empties the place `at`.
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
