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
    pub(super) whole: Whole,
}

/// The rule `unasked`: whether those who ask for some families are told what is wrong with others.
#[derive(Clone, Default)]
pub(super) struct Whole(Arc<Mutex<Told>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Told {
    /// They are, if there is something, as in Go.
    #[default]
    IfThere,
    /// They were.
    Was,
    /// They are not.
    Never,
}

impl Whole {
    pub(super) fn replace(&self, told: Told) -> Told {
        std::mem::replace(
            &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner),
            told,
        )
    }

    /// Scrapes everything instead if nothing is wrong with what was asked for, but with the rest.
    fn scrape(&self, gatherer: &dyn Gatherer, opts: &ScrapeOpts) -> Scrape {
        let asked_for = gatherer.scrape_with(opts);
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *told == Told::Never || !asked_for.errors().is_empty() {
            return asked_for;
        }
        let all = gatherer.scrape();
        if all.errors().is_empty() {
            return asked_for;
        }
        *told = Told::Was;
        all
    }
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
        self.whole.scrape(&*self.gatherer, opts)
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
