//! Limits on concurrent scrapes.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Limits the scrapes that run concurrently in the whole process; others wait.
///
/// A scrape may hold a thread for as long as its client reads, and tokio has 512 blocking threads for the whole program.
static PLACES: Semaphore = Semaphore::const_new(64);

/// A scrape's right to run; it moves from the scrape's thread to the response body.
#[derive(Debug, Default)]
pub(crate) struct Permit {
    /// The permit of the handler, if it has a limit.
    _own: Option<OwnedSemaphorePermit>,
    place: Option<SemaphorePermit<'static>>,
}

impl Permit {
    /// Takes a place without waiting, and reports whether one was free.
    pub(crate) fn take_place(&mut self) -> bool {
        self.place = PLACES.try_acquire().ok();
        self.place.is_some()
    }

    /// Waits for a place, in order of arrival.
    pub(crate) async fn wait_for_place(&mut self) {
        // `None` only if the semaphore were closed, which never happens.
        self.place = PLACES.acquire().await.ok();
    }
}

/// Gives out permits.
#[derive(Debug, Clone)]
pub(crate) struct Limit(Option<(NonZeroUsize, Arc<Semaphore>)>);

impl Limit {
    pub(crate) fn new(max: Option<NonZeroUsize>) -> Self {
        Self(max.map(|max| {
            let permits = max.get().min(Semaphore::MAX_PERMITS);
            (max, Arc::new(Semaphore::new(permits)))
        }))
    }

    /// Returns a permit that holds no place yet, or the limit if it is reached.
    pub(crate) fn enter(&self) -> Result<Permit, NonZeroUsize> {
        let own = match &self.0 {
            None => None,
            Some((max, semaphore)) => match Arc::clone(semaphore).try_acquire_owned() {
                Ok(permit) => Some(permit),
                Err(_) => return Err(*max),
            },
        };
        Ok(Permit {
            _own: own,
            place: None,
        })
    }
}
