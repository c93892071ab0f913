//! A stream of chunks, one of which waits until the client takes it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;

use crate::Error;

/// Makes both ends of a stream.
pub(super) fn stream() -> (Giver, Taker) {
    let place = Arc::new(Place::default());
    (Giver(Arc::clone(&place)), Taker(place))
}

/// The sending end, on the thread that encodes. If it is dropped without [`end`](Self::end), the stream fails.
#[derive(Debug)]
pub(super) struct Giver(Arc<Place>);

/// The receiving end, on the client's connection.
#[derive(Debug)]
pub(super) struct Taker(Arc<Place>);

#[derive(Debug, Default)]
struct Place {
    state: Mutex<State>,
    is_free: Condvar,
}

#[derive(Debug, Default)]
struct State {
    chunk: Option<Bytes>,
    /// `Ok` if no chunk follows, or the reason why the stream failed.
    end: Option<Result<(), Error>>,
    is_unwanted: bool,
    waker: Option<Waker>,
}

impl Giver {
    /// Waits until the client has taken the previous chunk, for at most `patience`.
    ///
    /// If the client takes longer, the stream fails and drops its chunk.
    pub(super) fn wait(&self, patience: Duration) -> io::Result<()> {
        let is_taken = |state: &mut State| state.chunk.is_some() && !state.is_unwanted;
        let is_free = &self.0.is_free;
        let waited = is_free.wait_timeout_while(self.0.state(), patience, is_taken);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.is_unwanted {
            return Err(client_has_gone());
        }
        // `end` is checked too, because a dropped compressor tries to write its trailer.
        if state.chunk.take().is_some() || state.end.is_some() {
            state.end = Some(Err(Error::Stalled(patience)));
            let error = Error::Stalled(patience);
            return Err(io::Error::new(io::ErrorKind::TimedOut, error));
        }
        Ok(())
    }

    /// Stores a chunk; call [`wait`](Self::wait) first.
    pub(super) fn give(&self, chunk: Bytes) {
        self.change(|state| state.chunk = Some(chunk));
    }

    /// Stores the last chunk; call [`wait`](Self::wait) first.
    pub(super) fn end(self, chunk: Bytes) {
        self.change(|state| {
            state.chunk = Some(chunk);
            state.end = Some(Ok(()));
        });
    }

    /// Changes the state and wakes the client's task.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.state();
        change(&mut state);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Giver {
    fn drop(&mut self) {
        self.change(|state| _ = state.end.get_or_insert(Err(Error::BrokenOff)));
    }
}

impl Taker {
    /// Takes the next chunk, and reports whether it is the last one.
    pub(super) fn poll_take(&self, cx: &Context<'_>) -> Poll<Result<(Bytes, bool), Error>> {
        let mut state = self.0.state();
        if let Some(chunk) = state.chunk.take() {
            self.0.is_free.notify_one();
            return Poll::Ready(Ok((chunk, matches!(state.end, Some(Ok(()))))));
        }
        match state.end.take() {
            Some(Err(error)) => Poll::Ready(Err(error)),
            Some(Ok(())) | None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Taker {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_unwanted = true;
        state.chunk = None;
        self.0.is_free.notify_one();
    }
}

impl Place {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the error of a write after the client has disconnected.
pub(super) fn client_has_gone() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "the client has gone")
}
