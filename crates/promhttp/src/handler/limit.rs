//! At most so many scrapes at once.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A scrape's right to run; it goes from the scrape's thread to the response body.
pub(crate) type Permit = Option<OwnedSemaphorePermit>;

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

    /// Takes a permit, or tells the limit that is reached.
    pub(crate) fn enter(&self) -> Result<Permit, NonZeroUsize> {
        match &self.0 {
            None => Ok(None),
            Some((max, semaphore)) => match Arc::clone(semaphore).try_acquire_owned() {
                Ok(permit) => Ok(Some(permit)),
                Err(_) => Err(*max),
            },
        }
    }
}
