//! Gatherers that take their time.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use promcore::{Gatherer, Scrape, ScrapeOpts};

/// A gatherer that waits before it gathers.
pub(super) struct Slow {
    pub(super) gatherer: Arc<dyn Gatherer>,
    pub(super) delay: Duration,
    /// Where the first to gather waits, if it does.
    pub(super) gate: Option<Gate>,
}

impl Gatherer for Slow {
    fn scrape(&self) -> Scrape {
        self.scrape_with(&ScrapeOpts::new())
    }

    fn scrape_with(&self, opts: &ScrapeOpts) -> Scrape {
        thread::sleep(self.delay);
        if let Some(gate) = &self.gate {
            gate.pass();
        }
        self.gatherer.scrape_with(opts)
    }
}

/// Lets everybody pass but the first, who waits until it is opened.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<(Mutex<State>, Condvar)>);

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Free,
    Occupied,
    Open,
}

impl Gate {
    fn pass(&self) {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state == State::Free {
            *state = State::Occupied;
            changed.notify_all();
            let is_shut = |state: &mut State| *state != State::Open;
            drop(changed.wait_while(state, is_shut));
        }
    }

    pub(super) fn wait_for_the_first(&self) {
        let (state, changed) = &*self.0;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_while(state, |state| *state == State::Free));
    }

    pub(super) fn open(&self) {
        let (state, changed) = &*self.0;
        *state.lock().unwrap_or_else(PoisonError::into_inner) = State::Open;
        changed.notify_all();
    }
}
