//! At most so many scrapes at once.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Scrapes of the whole process that run at once; others wait.
///
/// A scrape may hold a thread for as long as its client reads, and tokio has 512 for all that blocks in a program.
static PLACES: Semaphore = Semaphore::const_new(64);

/// A scrape's right to run; it goes from the scrape's thread to the response body.
#[derive(Debug, Default)]
pub(crate) struct Permit {
    /// Of the handler, if it has a limit.
    _own: Option<OwnedSemaphorePermit>,
    place: Option<SemaphorePermit<'static>>,
}

impl Permit {
    /// Takes a place if there is one, and says whether there was.
    pub(crate) fn take_place(&mut self) -> bool {
        self.place = PLACES.try_acquire().ok();
        self.place.is_some()
    }

    /// Waits for a place, in turn.
    pub(crate) async fn wait_for_place(&mut self) {
        // None if the semaphore were closed, which nobody does.
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

    /// Takes a permit, without a place, or tells the limit that is reached.
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
