//! Gatherers that take their time.

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
    /// Where the first to gather waits, if it does.
    pub(super) gate: Option<Gate>,
    pub(super) whole: Whole,
    /// The rule `unit-kept`: whether units were lost, if it is one whose families lose them in Go.
    pub(super) units: Option<Arc<AtomicBool>>,
}

impl Slow {
    /// Drops the times of the handler's own metrics, which are real ones, as the corpus did, and what Go loses.
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
        match changed {
            true => gatherer_fn(move || Gathered::new(families.clone(), errors.clone())).scrape(),
            false => scrape,
        }
    }
}

/// The rule `unasked`: whether those who ask for some families are told what is wrong with others.
#[derive(Clone)]
pub(super) struct Whole {
    told: Arc<Mutex<Told>>,
    /// Whether errors do not matter where there are metrics.
    goes_on: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Told {
    /// They are, if there is something.
    #[default]
    IfThere,
    /// They were told only what is wrong with those they asked for.
    Asked,
    /// They were told instead of getting what they asked for.
    Instead,
    /// They were not, and Go would tell them behind what they asked for.
    Behind,
    /// They are, and get everything.
    Always,
    /// They are not.
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

    /// Scrapes everything instead if nothing is wrong with what was asked for, but with the rest.
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
