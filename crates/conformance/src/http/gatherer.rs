//! Slow gatherers.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use promcore::{Gathered, Gatherer, Scrape, ScrapeOpts, gatherer_fn};

use crate::scenario::{drop_created, drop_units};

/// A gatherer that waits before it gathers.
pub(super) struct Slow {
    pub(super) gatherer: Arc<dyn Gatherer>,
    pub(super) delay: Duration,
    /// Where the first gather waits, if it does.
    pub(super) gate: Option<Gate>,
    pub(super) whole: Whole,
    /// The rule `unit-kept`: whether units were dropped, if this is a gatherer that loses them in Go.
    pub(super) units: Option<Arc<AtomicBool>>,
}

impl Slow {
    /// Drops the creation times of the handler's own metrics, which depend on real time, as the corpus did, and what Go loses.
    fn as_in_go(&self, scrape: Scrape) -> Scrape {
        let Gathered {
            mut families,
            errors,
            ..
        } = scrape.clone().into_gathered();
        let mut changed = drop_created(&mut families);
        if let Some(lost) = &self.units
            && drop_units(&mut families)
        {
            lost.store(true, Ordering::Relaxed);
            changed = true;
        }
        if changed {
            gatherer_fn(move || Gathered::new(families.clone(), errors.clone())).scrape()
        } else {
            scrape
        }
    }
}

/// The rule `unasked`: whether requests for some families get the errors of others.
#[derive(Clone)]
pub(super) struct Whole {
    told: Arc<Mutex<Told>>,
    /// Whether a scrape with metrics succeeds in spite of errors.
    goes_on: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Told {
    /// They get them, if there are any.
    #[default]
    IfThere,
    /// They got only the errors of the requested families.
    Asked,
    /// They got the errors instead of the requested families.
    Instead,
    /// They did not get them, and Go would send them after the requested families.
    Behind,
    /// They get them, and all families.
    Always,
    /// They do not get them.
    Never,
}

impl Whole {
    pub(super) fn new(goes_on: bool) -> Self {
        Self {
            told: Arc::default(),
            goes_on,
        }
    }

    pub(super) fn replace(&self, told: Told) -> Told {
        mem::replace(&mut *self.lock(), told)
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scrapes all families instead if only those that were not requested have errors.
    fn scrape(&self, gatherer: &dyn Gatherer, opts: &ScrapeOpts) -> Scrape {
        let (asked_for, all) = (gatherer.scrape_with(opts), gatherer.scrape());
        let mut told = self.lock();
        let errors = [&asked_for, &all].map(|scrape| scrape.errors().len());
        match (*told, errors) {
            (Told::Never, _) | (_, [_, 0]) => asked_for,
            (Told::Always, _) => all,
            (_, [0, _]) => {
                let are_some = !all.clone().into_gathered().families.is_empty();
                let is_behind = self.goes_on && are_some;
                *told = if is_behind {
                    Told::Behind
                } else {
                    Told::Instead
                };
                if is_behind { asked_for } else { all }
            }
            _ => {
                *told = Told::Asked;
                asked_for
            }
        }
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
        self.as_in_go(self.whole.scrape(&*self.gatherer, opts))
    }
}

/// Blocks the first caller until it is opened, and no others.
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
